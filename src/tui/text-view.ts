/** A text over the Pod pane, drawn: the Pod's YAML, its description or a container's log, with what was left out, where one is in it and what was found. */
import { ageText } from '../core/age.ts';
import { missingLog } from '../core/explaining-log.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { cutEnd, wrapWords } from '../report/text-wrap.ts';
import { keys, linkHints } from './key-line.ts';
import { textSize } from './layout.ts';
import type { Model, PodView, TextPane, TextSubject } from './model.ts';
import { logLines } from './pod-text.ts';
import { signsOf } from './signs.ts';
import { cutMiddle } from './text-fit.ts';
import { foundIn, matchingLines, visibleRows } from './text-window.ts';
import { shownLines } from './update-text.ts';

/** As many lines as the terminal has rows. */
export function textPaneLines(model: Model, view: PodView, pane: TextPane): readonly string[] {
  const { rows } = model.terminal;
  const { height } = textSize(model.terminal);
  const body = bodyLines(model, view, pane);
  const whole = [...body, ...Array.from({ length: Math.max(0, height - body.length) }, () => '')];
  return rows < 4 ? whole : [title(model, view, pane), ...whole, keyLine(model, pane, (view.row.facts?.containers.length ?? 0) > 1)];
}

function title(model: Model, view: PodView, pane: TextPane): string {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const width = model.terminal.columns - 2;
  const what = titleOf(pane.of);
  const right = [...(view.gone ? ['deleted'] : []), ...about(model, view, pane)].join(` ${signs.dot} `);
  const name = cutMiddle(`${view.row.namespace}/${view.row.name}`, Math.max(8, width - textWidth(what) - 2), signs.cut);
  const left = `${style.bold(name)}  ${what}`;
  const room = width - textWidth(left) - 2;
  if (room < 8) return ` ${left}`;
  const said = cutEnd(right, room, signs.cut);
  return ` ${left}${' '.repeat(room + 2 - textWidth(said))}${style.dim(said)}`;
}

function titleOf(of: TextSubject): string {
  if (of.kind !== 'log') return of.kind === 'yaml' ? 'YAML' : 'description';
  return `log of ${plainText(of.container)}${of.previous ? ', previous run' : ''}`;
}

/** What there is to know about the text beside what it is. */
function about({ now }: Model, { row }: PodView, pane: TextPane): readonly string[] {
  const read = pane.lines.state === 'read' && now - pane.readAt >= 2000 ? [`read ${ageText(pane.readAt, now)} ago`] : [];
  if (pane.of.kind === 'yaml') return pane.hidden.length === 0 ? [] : [`without ${pane.hidden.join(' and ')}`];
  if (pane.of.kind === 'description') return read;
  const { container, previous } = pane.of;
  const containers = row.facts?.containers ?? [];
  const at = containers.findIndex(({ name }) => name === container);
  const ended = previous ? containers[at]?.lastTermination : containers[at]?.terminated;
  return [
    ...(ended === undefined ? [] : [`exit ${ended.exitCode}${ended.finishedAt === undefined ? '' : `, ${ageText(ended.finishedAt, now)} ago`}`]),
    ...(pane.filter === '' ? [] : [`lines with ${plainText(pane.filter)}`]),
    ...(pane.lines.state === 'read' && pane.lines.value.length >= logLines ? [`last ${pane.lines.value.length} lines`] : []),
    ...(pane.follow === 'no' ? read : [pane.follow === 'held' ? 'held' : 'following']),
    ...(containers.length > 1 && at >= 0 ? [`container ${at + 1} of ${containers.length}`] : []),
  ];
}

function bodyLines(model: Model, view: PodView, pane: TextPane): readonly string[] {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const size = textSize(model.terminal);
  const instead = insteadOfLines(view, pane);
  if (pane.lines.state !== 'read' || instead !== undefined)
    return ['', ...wrapWords(instead ?? '', size.width - 2).map((line) => `   ${line}`)].slice(0, size.height);
  const { search, match } = pane.window;
  const lines = shownLines(pane);
  const matches = new Set(matchingLines(lines, search));
  return visibleRows(lines, pane.window, size).map(({ line, text }) => {
    if (!matches.has(line)) return ` ${text}`;
    const [from, to] = foundIn(text, search) ?? [0, 0];
    return `${line === match ? style.bold(signs.cursor) : style.dim(signs.dot)}${text.slice(0, from)}${style.bold(text.slice(from, to))}${text.slice(to)}`;
  });
}

/** What stands in the place of a text that is not there: why, in a sentence. */
function insteadOfLines({ gone, row }: PodView, { of, lines, follow }: TextPane): string | undefined {
  const what = of.kind === 'log' ? 'The log' : 'The Pod';
  if (lines.state === 'read') return lines.value.length > 0 ? undefined : `${what} is empty${follow === 'no' ? '' : ' so far'}.`;
  if (gone) return of.kind === 'log' ? 'This Pod was deleted, and its logs with it.' : 'This Pod was deleted: its object is no longer to be had.';
  const missing = row.facts === undefined || of.kind !== 'log' ? undefined : missingText(row.facts, of);
  if (missing !== undefined) return missing;
  return lines.state === 'reading' ? `${what} is being read.` : `${what} cannot be read: ${plainText(lines.error.message)}`;
}

function missingText(facts: PodFacts, choice: { readonly container: string; readonly previous: boolean }): string | undefined {
  const why = missingLog(facts, choice);
  return why === undefined ? undefined : plainText(`${choice.container} ${why}${/[.!?]$/.test(why) ? '' : '.'}`);
}

function keyLine(model: Model, pane: TextPane, several: boolean): string {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const { window, of } = pane;
  const lines = pane.filtering && pane.lines.state === 'read' ? pane.lines.value : shownLines(pane);
  if (model.notice !== undefined) return ` ${style.yellow(cutEnd(model.notice, model.terminal.columns - 2, signs.cut))}`;
  if (window.typing !== undefined) {
    const found = matchingLines(lines, window.typing).length;
    return keys(model, [
      ['', `${pane.filtering ? '&' : '/'}${plainText(window.typing)}${style.bold(signs.caret)}`],
      ...(window.typing === '' ? [] : ([['', `${found} ${found === 1 ? 'line' : 'lines'}`]] as const)),
      [signs.enter, pane.filtering ? 'only these' : 'find'],
      ['esc', 'cancel'],
    ]);
  }
  return keys(
    model,
    [
      ...linkHints(model),
      ['esc', 'back'],
      ...(lines.length === 0
        ? []
        : [...position(model, pane, lines), ['/', 'search'] as const, ...(window.match === undefined ? [] : [['n N', 'next'] as const])]),
      ...(pane.follow === 'no' ? [] : [['f', pane.follow === 'held' ? 'follow' : 'hold'] as const]),
      ...(of.kind === 'log'
        ? ([...(several ? [['tab', 'container'] as const] : []), ['p', of.previous ? 'present run' : 'previous run'], ['&', 'filter']] as const)
        : []),
      ...(lines.length === 0 ? [] : [['w', window.wrap ? 'do not wrap' : 'wrap'] as const]),
      ['r', 'read again'],
    ],
    [
      ['?', 'keys'],
      ['q', 'quit'],
    ],
  );
}

/** Which lines are seen, and which of those found one is at. */
function position(model: Model, { window }: TextPane, lines: readonly string[]): readonly (readonly [string, string])[] {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const seen = visibleRows(lines, window, textSize(model.terminal));
  const last = (seen.at(-1)?.line ?? window.line) + 1;
  const where = `${window.line + 1}-${last} of ${lines.length}${last < lines.length ? ` ${signs.more}` : ''}`;
  const matches = window.match === undefined ? [] : matchingLines(lines, window.search);
  const found = window.match === undefined ? [] : [['', `/${plainText(window.search)} ${matches.indexOf(window.match) + 1} of ${matches.length}`] as const];
  return [['', style.dim(where)], ...found];
}
