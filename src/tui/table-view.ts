/** The table as lines of the screen. */
import { humanDuration } from '../core/age.ts';
import { healthGlyph } from '../report/glyphs.ts';
import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { cutEnd, wrapWords } from '../report/text-wrap.ts';
import { countTexts, headerLine, scopeText, worstLink } from './header-view.ts';
import { keyLine } from './key-line.ts';
import { type TableLayout, tableLayout } from './layout.ts';
import type { Model } from './model.ts';
import type { Row } from './pod-row.ts';
import { type Group, isGroup, type Line, spokenOf } from './row-groups.ts';
import type { Sorting } from './row-order.ts';
import { healthTone, signsOf } from './signs.ts';
import { type Column, type ColumnName, cellsOf, columnsFor, gap, leadWidth, type Wanted } from './table-columns.ts';
import { cutMiddle, fit } from './text-fit.ts';
import { healthOf } from './update-look.ts';

/** As many lines as the terminal has rows. */
export function tableLines(model: Model): readonly string[] {
  const layout = tableLayout(model.terminal);
  const columns = columnsFor(model.shown, model.terminal.columns, wantedColumns(model));
  const body =
    model.shown.length === 0
      ? emptyLines(model).slice(0, layout.height)
      : model.lines.slice(model.top, model.top + layout.height).map((line, at) => lineText(model, line, columns, model.top + at === model.cursor));
  return [
    ...(layout.header ? [headerLine(model)] : []),
    ...(layout.titles ? [model.shown.length === 0 ? '' : titleLine(model, columns)] : []),
    ...body,
    ...Array.from({ length: layout.height - body.length }, () => ''),
    ...(layout.rule ? [ruleLine(model)] : []),
    ...lastLines(model, layout),
  ];
}

/**
 * The selected Pod's cause and the keys. What is to be said once stands in the place of the keys; what takes more than that line stands in the place
 * of the cause, with the keys under it as long as it leaves them their line.
 */
function lastLines(model: Model, { cause, keys }: TableLayout): readonly string[] {
  const { notice, terminal } = model;
  const known = keys ? [keyLine(model)] : [];
  if (notice === undefined || !keys) return [...causeLines(model, cause), ...known];
  const style = styleOf(terminal.colour);
  const width = terminal.columns - 2;
  const wrapped = wrapWords(notice, width);
  const said = (room: number): readonly string[] =>
    [...wrapped.slice(0, room - 1), wrapped.slice(room - 1).join(' ')].map((text) => ` ${style.yellow(cutEnd(text, width, signsOf(terminal.unicode).cut))}`);
  if (wrapped.length === 1) return [...causeLines(model, cause), ...said(1)];
  if (wrapped.length > cause) return said(cause + 1);
  return [...said(wrapped.length), ...Array.from({ length: cause - wrapped.length }, () => ''), ...known];
}

/** What tells rows apart by place is needed only where there are several; and what a heading says is not said again in every row under it. */
function wantedColumns(model: Model): Wanted {
  const { grouping, clusters } = model;
  const without = new Set<ColumnName>(model.usages === undefined ? ['CPU', 'MEMORY'] : []);
  if (clusters.length < 2 || grouping === 'owner' || grouping === 'namespace' || grouping === 'node') without.add('CONTEXT');
  if (!severalNamespaces(model) || grouping === 'owner' || grouping === 'namespace') without.add('NAMESPACE');
  if (grouping === 'node') without.add('NODE');
  if (grouping === 'owner') without.add('OWNER');
  return { without, sorted: sortedColumns[model.order.by] };
}

function severalNamespaces({ scope }: Model): boolean {
  return scope.namespaces === 'all' || scope.namespaces.length > 1;
}

/** Trouble has no column of its own: its mark stands over the signs of health. */
const sortedColumns: Readonly<Record<Sorting, Wanted['sorted']>> = {
  trouble: undefined,
  name: 'NAME',
  age: 'AGE',
  restarts: 'RESTARTS',
  node: 'NODE',
};

/** The names of the columns, with a mark at the one that the order goes by; the mark may take a cell of the gap. */
function titleLine(model: Model, columns: readonly Column[]): string {
  const signs = signsOf(model.terminal.unicode);
  const mark = model.order.reverse ? signs.up : signs.down;
  const sorted = sortedColumns[model.order.by];
  let line = sorted === undefined ? ` ${mark}` : '';
  let start = leadWidth;
  for (const { name, width } of columns) {
    const title = name !== sorted ? name : width > name.length + 1 ? `${name} ${mark}` : `${name}${mark}`;
    line = line.padEnd(start) + title.slice(0, name === sorted ? width + 1 : width);
    start += width + gap;
  }
  return styleOf(model.terminal.colour).dim(cutEnd(line, model.terminal.columns, '').trimEnd());
}

function lineText(model: Model, line: Line, columns: readonly Column[], selected: boolean): string {
  return isGroup(line) ? groupLine(model, line, columns, selected) : rowLine(model, line, columns, selected);
}

/** A heading: what its Pods have in common, how many there are and how they are. The counts begin where the column after the name does. */
function groupLine(model: Model, group: Group, columns: readonly Column[], selected: boolean): string {
  const { terminal, clusters } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const places = [...(group.namespace !== '' && severalNamespaces(model) ? [group.namespace] : []), ...(clusters.length > 1 ? [plainText(group.cluster)] : [])];
  const title = [group.title, ...places.filter((place) => place !== '')].join(` ${signs.dot} `);
  const counts = countTexts(group.rows, terminal, true);
  const named = columns.slice(0, columns.findIndex(({ name }) => name === 'NAME') + 1).reduce((sum, { width }) => sum + width + gap, -gap);
  const room = terminal.columns - leadWidth - 1;
  const countCells = counts.reduce((sum, { text }) => sum + gap + textWidth(text), 0);
  const titleCells = Math.min(Math.max(named, textWidth(title)), Math.max(room - countCells, Math.min(room, 12)));
  let left = room - titleCells;
  const fitting = counts.filter(({ text }) => {
    left -= gap + textWidth(text);
    return left >= 0;
  });
  const stale = worstLink(model)?.state === 'stale';
  const lead = `${selected ? signs.cursor : ' '}${group.folded ? signs.folded : signs.unfolded} `;
  const name = fit(cutMiddle(title, titleCells, signs.cut), titleCells, signs.cut);
  const painted = fitting.map(({ text, tone }) => ' '.repeat(gap) + (stale ? style.dim(text) : tone(text))).join('');
  return `${selected ? style.bold(lead) : lead}${stale ? style.dim(name) : style.bold(name)}${painted}`;
}

function rowLine(model: Model, row: Row, columns: readonly Column[], selected: boolean): string {
  const { unicode, colour, columns: cells } = model.terminal;
  const style = styleOf(colour);
  const signs = signsOf(unicode);
  const tone = healthTone(style, row.health);
  const glyph = healthGlyph(row.health, unicode);
  // A sign that takes two cells takes the second from the space between the first two columns.
  const extra = textWidth(glyph) - 1;
  const texts = cellsOf(model, row, columns, signs).map((text, at) => {
    const { width } = columns[at] as Column;
    const cell = fit(text, at === 0 ? width - extra : width, signs.cut);
    return at === columns.length - 1 ? cell.trimEnd() : cell;
  });
  const lead = selected ? signs.cursor : ' ';
  const mark = model.marked.has(row.key) ? signs.marked : ' ';
  if (worstLink(model)?.state === 'stale' || row.health === 'done' || row.health === 'terminating') {
    const line = cutEnd(`${glyph}${mark}${texts.join(' '.repeat(gap))}`, cells - 1, '').trimEnd();
    return selected ? `${style.bold(lead)}${style.dim(line)}` : lead + style.dim(line);
  }
  const status = columns.findIndex((column) => column.name === 'STATUS');
  const loud = row.health === 'doomed' || row.health === 'stuck';
  const painted = texts.map((text, at) => (at === status && loud ? tone(text) : text)).join(' '.repeat(gap));
  const line = `${lead}${tone(glyph)}${mark === ' ' ? mark : style.bold(mark)}${painted}`;
  return selected ? style.bold(line) : line;
}

/** A line between the table and what belongs to the selected Pod. It carries why the link is lost, while it is. */
function ruleLine(model: Model): string {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const width = model.terminal.columns - 2;
  const link = worstLink(model);
  const error = link !== undefined && link.state !== 'live' ? link.error : undefined;
  if (error === undefined || model.shown.length === 0) return ` ${style.dim(signs.rule.repeat(Math.max(0, width)))}`;
  const said = cutEnd(plainText(error.message), width - 8, signs.cut);
  return ` ${style.dim(signs.rule.repeat(2))} ${style.yellow(said)} ${style.dim(signs.rule.repeat(Math.max(0, width - 4 - textWidth(said))))}`;
}

/** The selected Pod's cause in one sentence, cut only where all its lines are full. */
function causeLines(model: Model, count: number): readonly string[] {
  const row = spokenOf(model.lines[model.cursor]);
  if (row === undefined || count === 0) return Array.from({ length: count }, () => '');
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const width = model.terminal.columns;
  const glyph = healthGlyph(row.health, model.terminal.unicode);
  const name = cutMiddle(row.name, Math.max(8, Math.min(30, Math.floor(width / 4))), signs.cut);
  const indent = textWidth(glyph) + textWidth(name) + 4;
  const wrapped = wrapWords(causeText(model, row), Math.max(1, width - indent - 1));
  const lines = wrapped.length <= count ? wrapped : [...wrapped.slice(0, count - 1), wrapped.slice(count - 1).join(' ')];
  return Array.from({ length: count }, (_, at) => {
    const text = cutEnd(lines[at] ?? '', width - indent - 1, signs.cut);
    if (at > 0) return text === '' ? '' : ' '.repeat(indent) + text;
    return ` ${healthTone(style, row.health)(glyph)} ${style.bold(name)}  ${text}`;
  });
}

/** Why the Pod is as it is, or since when it is well. */
function causeText(model: Model, row: Row): string {
  if (row.facts === undefined) return row.status;
  const { cause, health, since } = healthOf(model, { ...row, facts: row.facts });
  if (cause !== undefined) return plainText(cause);
  const word = health === 'done' ? 'Completed' : 'Ready';
  return since === undefined
    ? `${word}.`
    : `${word} ${health === 'done' ? `${humanDuration(model.now - since)} ago` : `for ${humanDuration(model.now - since)}`}.`;
}

/** What stands in the place of rows when there are none. */
function emptyLines(model: Model): readonly string[] {
  const { filter, sorted } = model;
  const width = model.terminal.columns - 6;
  const style = styleOf(model.terminal.colour);
  const where = model.clusters.map(plainText).join(', ');
  const link = worstLink(model);
  const error = link !== undefined && link.state !== 'live' ? link.error : undefined;
  if (sorted.length > 0) {
    const what = [...(filter.faults ? ['in trouble'] : []), ...(filter.text === '' ? [] : [`matching /${plainText(filter.text)}`])].join(' ');
    return ['', `   No Pod ${what}.`, `   ${style.dim('esc shows all of them.')}`];
  }
  if (error !== undefined) {
    const hint = error.hint === undefined ? [] : ['', ...wrapWords(plainText(error.hint), width).map((line) => style.dim(line))];
    return ['', ...[...wrapWords(`Not connected to ${where}: ${plainText(error.message)}`, width), ...hint].map((line) => `   ${line}`)];
  }
  if (!model.synced) return ['', `   Connecting to ${where}.`];
  if (model.scope.namespaces === 'all') return ['', '   No Pods in any namespace.'];
  return ['', `   No Pods in ${scopeText(model)}.`, `   ${style.dim('a shows all namespaces.')}`];
}
