/** The whole screen as styled lines: the model in, exactly as many lines as the terminal has rows out, none wider than it. */

import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { forwardLines } from './forwards.ts';
import { helpLines } from './help-view.ts';
import { forwardHints, keys, linkHints } from './key-line.ts';
import { paneHeight } from './layout.ts';
import type { Model, PodView } from './model.ts';
import { pickerLines } from './picker-view.ts';
import { playbackLines } from './playback-line.ts';
import { podPane, podTitle } from './pod-pane.ts';
import { signsOf } from './signs.ts';
import { tableLines } from './table-view.ts';
import { cutStyled } from './text-fit.ts';
import { textPaneLines } from './text-view.ts';
import type { Question } from './update-actions.ts';

/** Pure: the same model gives the same screen. */
export function frame(model: Model): readonly string[] {
  const { rows, columns, unicode } = model.terminal;
  const lines = model.help
    ? helpLines(model)
    : model.forwardCursor !== undefined
      ? forwardLines(model, model.forwardCursor)
      : model.picker !== undefined
        ? pickerLines(model, model.picker)
        : model.pod === undefined
          ? tableLines(model)
          : paneLines(model, model.pod);
  const asked = model.question === undefined ? lines : withSaid(model, lines, questionText(model, model.question), answers(model, model.question));
  const above = playbackLines(model).slice(0, model.terminal.above ?? 0);
  const whole = [...above, ...Array.from({ length: rows }, (_, at) => cutStyled(asked[at] ?? '', columns))];
  return unicode ? whole : whole.map(asciiOnly);
}

/** A sentence in the place of the last lines, whatever they are, and under it what is given. */
function withSaid(model: Model, lines: readonly string[], text: string, ...under: readonly string[]): readonly string[] {
  const { rows, columns, colour } = model.terminal;
  const said = [...wrapWords(text, columns - 2).map((line) => ` ${styleOf(colour).yellow(line)}`), ...under].slice(-rows);
  return [...lines.slice(0, rows - said.length), ...said];
}

function questionText({ terminal }: Model, { text, typed }: Question): string {
  return typed === undefined ? text : `${text}: ${plainText(typed)}${signsOf(terminal.unicode).caret}`;
}

function answers(model: Model, { typed, does }: Question): string {
  return keys(model, [
    [typed === undefined ? 'y' : signsOf(model.terminal.unicode).enter, does],
    ['esc', 'back'],
  ]);
}

/** What a cluster writes may hold any character; where the locale knows only ASCII each one that is not is a question mark. */
function asciiOnly(line: string): string {
  return /[\u0080-\uffff]/.test(line) ? line.replace(/[\u{80}-\u{10ffff}]/gu, (character) => '?'.repeat(textWidth(character))) : line;
}

function paneLines(model: Model, view: PodView): readonly string[] {
  if (view.text !== undefined) return textPaneLines(model, view, view.text);
  const height = paneHeight(model.terminal);
  const content = podPane(model, view);
  const shown = content.slice(view.scroll, view.scroll + height);
  const blank = Array.from({ length: height - shown.length }, () => '');
  if (model.terminal.rows < 4) return [...shown, ...blank];
  const lines = [podTitle(model, view), ...shown, ...blank, paneKeys(model, view, content.length, height)];
  return model.notice === undefined ? lines : withSaid(model, lines, model.notice);
}

function paneKeys(model: Model, view: PodView, length: number, height: number): string {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const last = Math.min(length, view.scroll + height);
  return keys(
    model,
    [
      ...linkHints(model),
      ...forwardHints(model),
      ['esc', 'back'],
      ...(length > height
        ? ([
            ['', style.dim(`${view.scroll + 1}-${last} of ${length} ${last < length ? signs.more : ''}`.trimEnd())],
            ['j k', 'scroll'],
          ] as const)
        : []),
      ['l', 'log'],
      ['t', view.timeline ? 'the Pod' : 'timeline'],
      ['y', 'YAML'],
      ['d', 'describe'],
      ...(model.playback === undefined
        ? ([
            ['s', 'shell'],
            ['p', 'forward'],
            ['e', 'edit'],
            ['x', 'delete'],
          ] as const)
        : []),
    ],
    [
      ['?', 'keys'],
      ['q', 'quit'],
    ],
  );
}
