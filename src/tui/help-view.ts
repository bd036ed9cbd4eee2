/** The list of keys and of marks: what `?` shows. */
import { healths } from '../core/pod-health.ts';
import { healthGlyph } from '../report/glyphs.ts';
import type { Model } from './model.ts';
import { healthTone, signsOf } from './signs.ts';
import { styleOf } from './style.ts';
import { cutEnd, fit } from './text-fit.ts';

const keyList: readonly (readonly [string, string])[] = [
  ['up down j k', 'move, or scroll'],
  ['PgUp PgDn space', 'a page'],
  ['Home g', 'the worst Pod, and follow it'],
  ['End G', 'the last'],
  ['enter', 'open the Pod'],
  ['esc', 'back; clear the filter'],
  ['/', 'filter: words, or app=web for a label'],
  ['f', 'only Pods that are not well'],
  ['a', 'all namespaces, and back'],
  ['?', 'these keys'],
  ['q Ctrl-C', 'quit'],
];

const healthWords = {
  doomed: 'doomed: will not come right by itself',
  stuck: 'stuck: takes longer than it should',
  starting: 'starting',
  terminating: 'being deleted',
  ready: 'ready',
  done: 'completed',
} as const;

/** As many lines as fit; on a low screen the marks go before the keys. */
export function helpLines(model: Model): readonly string[] {
  const { columns, rows, colour, unicode } = model.terminal;
  const style = styleOf(colour);
  const signs = signsOf(unicode);
  const line = (left: string, right: string): string => ` ${style.bold(fit(left, 17))} ${cutEnd(right, columns - 19, signs.cut)}`;
  const keys = keyList.map(([key, does]) => line(key, does));
  const steps = `${signs.stepDone} done  ${signs.stepRunning} running  ${signs.stepToCome} to come  ${signs.stepFailed} failed`;
  const marks = [
    ...healths.map((health) => {
      const glyph = fit(healthGlyph(health, unicode), 3);
      return ` ${healthTone(style, health)(glyph)} ${cutEnd(healthWords[health], columns - 6, signs.cut)}`;
    }),
    line('INIT', `a segment a step: ${steps}`),
    line('CHAIN SBICR', 'scheduled, sandbox, initialized, containers ready, Ready'),
    line('', `${signs.pending} not yet   ! trouble`),
  ];
  const title = ` ${style.bold('Keys')}`;
  const close = ` ${style.bold('esc')} ${style.dim('back')}`;
  const room = Math.max(0, rows - 2);
  const body = keys.length + marks.length + 1 <= room ? [...keys, '', ...marks] : keys.length <= room ? keys : keys.slice(0, room);
  return [title, ...body, ...Array.from({ length: Math.max(0, room - body.length) }, () => ''), close];
}
