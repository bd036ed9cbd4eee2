/** What `?` shows: the keys of every place, then what the marks mean. It scrolls where the terminal is low. */
import { healths } from '../core/pod-health.ts';
import { healthGlyph } from '../report/glyphs.ts';
import { styleOf } from '../report/style.ts';
import { cutEnd, wrapWords } from '../report/text-wrap.ts';
import { keyPlaces } from './key-list.ts';
import type { Key } from './keyboard.ts';
import { paneHeight } from './layout.ts';
import type { Model, Terminal } from './model.ts';
import { motion } from './motion.ts';
import { clamp } from './selection.ts';
import { healthTone, signsOf } from './signs.ts';
import { fit } from './text-fit.ts';

const healthWords = {
  doomed: 'doomed: will not come right by itself',
  stuck: 'stuck: takes longer than it should',
  starting: 'starting',
  terminating: 'being deleted',
  ready: 'ready',
  done: 'completed',
} as const;

/** Cells for the keys; on a narrow terminal as many as leave room for what they do. */
function keyWidth({ columns }: Terminal): number {
  return Math.min(19, Math.max(7, Math.floor(columns / 3)));
}

/** What a key does while the list is open. */
export function helpKey(model: Model, key: Key): Model {
  const closes = 'name' in key ? key.name === 'escape' || key.name === 'enter' || key.name === 'left' : key.text === '?' || key.text === 'q';
  if (closes) return { ...model, help: false, helpTop: 0 };
  const by = motion(key, Math.max(1, paneHeight(model.terminal) - 1));
  return by === undefined ? model : helpScrolled(model, by);
}

/** As far as there is something to show. */
export function helpScrolled(model: Model, by: number): Model {
  const last = helpContent(model.terminal).length - paneHeight(model.terminal);
  return { ...model, helpTop: clamp(model.helpTop + by, last) };
}

export function helpLines(model: Model): readonly string[] {
  const { terminal, helpTop } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const height = paneHeight(terminal);
  const content = helpContent(terminal);
  const shown = content.slice(helpTop, helpTop + height);
  const blank = Array.from({ length: height - shown.length }, () => '');
  if (terminal.rows < 4) return [...shown, ...blank];
  const last = helpTop + shown.length;
  const place = content.length > height ? `  ${helpTop + 1}-${last} of ${content.length} ${last < content.length ? signs.more : ''}`.trimEnd() : '';
  const close = cutEnd(`esc back${place}${place === '' ? '' : '  j k scroll'}`, terminal.columns - 2, signs.cut);
  return [` ${style.bold(cutEnd('Keys', terminal.columns - 1, ''))}`, ...shown, ...blank, ` ${style.dim(close)}`];
}

function helpContent(terminal: Terminal): readonly string[] {
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const left = keyWidth(terminal);
  const room = terminal.columns - left - 3;
  const entry = (key: string, does: string): readonly string[] =>
    wrapWords(does, room).map((text, at) => ` ${at === 0 ? style.bold(fit(key, left, signs.cut)) : ' '.repeat(left)} ${cutEnd(text, room, signs.cut)}`);
  const title = (text: string): string => ` ${style.dim(cutEnd(text, terminal.columns - 2, signs.cut))}`;
  const steps = `${signs.stepDone} done  ${signs.stepRunning} running  ${signs.stepToCome} to come  ${signs.stepFailed} failed`;
  return [
    ...keyPlaces.flatMap(({ place, keys }) => ['', title(place), ...keys.flatMap(([key, does]) => entry(key, does))]).slice(1),
    '',
    title('Marks'),
    ...healths.map((health) => {
      const glyph = fit(healthGlyph(health, terminal.unicode), left);
      return ` ${healthTone(style, health)(glyph)} ${cutEnd(healthWords[health], room, signs.cut)}`;
    }),
    ...entry('INIT', `a segment a step: ${steps}`),
    ...entry('CHAIN SBICR', 'scheduled, sandbox, initialized, containers ready, Ready'),
    ...entry('', `${signs.pending} not yet   ! trouble`),
    ...entry(`${signs.down} ${signs.up}`, 'what the table is sorted by; over the marks of health: by trouble'),
  ];
}
