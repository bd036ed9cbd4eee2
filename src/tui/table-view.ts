/** The table as lines of the screen. */
import { humanDuration } from '../core/age.ts';
import { type Health, podHealth } from '../core/pod-health.ts';
import { healthGlyph } from '../report/glyphs.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import type { Link } from '../service/pod-source.ts';
import { tableLayout } from './layout.ts';
import type { Model } from './model.ts';
import type { Row } from './pod-row.ts';
import { healthTone, signsOf } from './signs.ts';
import { styleOf } from './style.ts';
import { type Column, cellsOf, columnsFor, gap, leadWidth } from './table-columns.ts';
import { cutEnd, cutMiddle, fit, wrapWords } from './text-fit.ts';

/** As many lines as the terminal has rows. */
export function tableLines(model: Model): readonly string[] {
  const layout = tableLayout(model.terminal);
  const columns = columnsFor(model.shown, model.terminal.columns, {
    contexts: model.clusters.length > 1,
    namespaces: model.scope.namespaces === 'all' || model.scope.namespaces.length > 1,
  });
  const body =
    model.shown.length === 0
      ? emptyLines(model).slice(0, layout.height)
      : model.shown.slice(model.top, model.top + layout.height).map((row, at) => rowLine(model, row, columns, model.top + at === model.cursor));
  return [
    ...(layout.header ? [headerLine(model)] : []),
    ...(layout.titles ? [model.shown.length === 0 ? '' : titleLine(model, columns)] : []),
    ...body,
    ...Array.from({ length: layout.height - body.length }, () => ''),
    ...(layout.rule ? [ruleLine(model)] : []),
    ...causeLines(model, layout.cause),
    ...(layout.keys ? [keyLine(model)] : []),
  ];
}

/** Whether what is shown may be out of date: every cluster but the live ones. */
function worstLink(model: Model): Link | undefined {
  const links = [...model.links.values()];
  return links.find((link) => link.state === 'stale') ?? links.find((link) => link.state === 'connecting') ?? links.find(isListed) ?? links[0];
}

/** Not watched, for want of the right. */
function isListed(link: Link): boolean {
  return link.state === 'live' && link.listedEvery !== undefined;
}

/** Context and scope, how fresh, and how many of each health. The counts add up to the Pods of the scope, whatever the filter shows. */
function headerLine(model: Model): string {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const width = model.terminal.columns;
  const link = linkText(model);
  const context = model.clusters.map(plainText).join(', ');
  const scope = scopeText(model);
  for (const form of headerForms) {
    const counts = countTexts(model, form.calm);
    const right = [link.text, ...counts.map(({ text }) => text)].join(form.space);
    const room = width - 4 - textWidth(right);
    const brand = form.brand ? 'podwright  ' : '';
    const spare = room - brand.length - textWidth(` ${signs.dot} ${scope}`);
    if (spare < Math.min(form.context, textWidth(context))) continue;
    const left = ` ${form.brand ? `${style.bold('podwright')}  ` : ''}${cutMiddle(context, spare, signs.cut)} ${signs.dot} ${scope}`;
    const painted = [link.tone(link.text), ...counts.map(({ text, tone }) => tone(text))].join(form.space);
    return left + ' '.repeat(Math.max(1, width - 1 - textWidth(left) - textWidth(right))) + painted;
  }
  const counts = countTexts(model, false);
  let line = ` ${link.tone(link.text)}`;
  let used = 1 + textWidth(link.text);
  for (const { text, tone } of counts) {
    if (used + 1 + textWidth(text) > width) break;
    line += ` ${tone(text)}`;
    used += 1 + textWidth(text);
  }
  return line;
}

/** How the header is written, the most ample first: with the program's name, how far apart, with the counts of what is over, and cells for the context. */
const headerForms = [
  { brand: true, space: '  ', calm: true, context: 32 },
  { brand: false, space: '  ', calm: true, context: 24 },
  { brand: false, space: '  ', calm: false, context: 16 },
  { brand: false, space: ' ', calm: false, context: 12 },
] as const;

interface CountText {
  readonly text: string;
  readonly tone: (text: string) => string;
}

function countTexts(model: Model, calm: boolean): readonly CountText[] {
  const style = styleOf(model.terminal.colour);
  const counts = new Map<Health, number>();
  for (const row of model.sorted) counts.set(row.health, (counts.get(row.health) ?? 0) + 1);
  const shown = ['ready', 'starting', 'stuck', 'doomed', ...(calm ? (['done', 'terminating'] as const) : [])] as const;
  const total: CountText = { text: `${calm ? '  ' : ''}${model.sorted.length} ${model.sorted.length === 1 ? 'Pod' : 'Pods'}`, tone: (text) => text };
  const parts = shown.flatMap((health): readonly CountText[] => {
    const count = counts.get(health);
    return count === undefined ? [] : [{ text: `${healthGlyph(health, model.terminal.unicode)} ${count}`, tone: healthTone(style, health) }];
  });
  return [total, ...parts];
}

function scopeText({ scope }: Model): string {
  const where = scope.namespaces === 'all' ? 'all namespaces' : scope.namespaces.join(', ');
  return [where, ...(scope.labelSelector ? [scope.labelSelector] : []), ...(scope.fieldSelector ? [scope.fieldSelector] : [])].map(plainText).join(' ');
}

/** `● live`, `◌ stale 12 s · reconnecting (3)`, `◌ connecting`. */
export function linkText(model: Model): { readonly state: Link['state']; readonly text: string; readonly tone: (text: string) => string } {
  const style = styleOf(model.terminal.colour);
  const signs = signsOf(model.terminal.unicode);
  const link = worstLink(model);
  if (link === undefined || link.state === 'live') {
    const freshness = link?.listedEvery === undefined ? 'live' : `listed every ${link.listedEvery} s`;
    return { state: 'live', text: `${signs.live} ${freshness}`, tone: style.green };
  }
  if (link.state === 'connecting') {
    return { state: 'connecting', text: `${signs.stale} connecting${link.attempt > 1 ? ` (${link.attempt})` : ''}`, tone: style.yellow };
  }
  const for_ = model.now - link.since;
  const age = for_ < 120_000 ? `${Math.max(0, Math.floor(for_ / 1000))} s` : humanDuration(for_);
  return { state: 'stale', text: `${signs.stale} stale ${age} ${signs.dot} reconnecting (${link.attempt})`, tone: style.yellow };
}

function titleLine(model: Model, columns: readonly Column[]): string {
  const titles = columns.map(({ name, width }) => fit(name, width, '')).join(' '.repeat(gap));
  return styleOf(model.terminal.colour).dim(cutEnd(' '.repeat(leadWidth) + titles, model.terminal.columns, '').trimEnd());
}

function rowLine(model: Model, row: Row, columns: readonly Column[], selected: boolean): string {
  const { unicode, colour, columns: cells } = model.terminal;
  const style = styleOf(colour);
  const signs = signsOf(unicode);
  const tone = healthTone(style, row.health);
  const glyph = healthGlyph(row.health, unicode);
  // A sign that takes two cells takes the second from the space between the first two columns.
  const extra = textWidth(glyph) - 1;
  const texts = cellsOf(row, columns, model.now, signs).map((text, at) => {
    const { width } = columns[at] as Column;
    const cell = fit(text, at === 0 ? width - extra : width, signs.cut);
    return at === columns.length - 1 ? cell.trimEnd() : cell;
  });
  const lead = selected ? signs.cursor : ' ';
  if (worstLink(model)?.state === 'stale' || row.health === 'done' || row.health === 'terminating') {
    const line = cutEnd(`${glyph} ${texts.join(' '.repeat(gap))}`, cells - 1, '').trimEnd();
    return selected ? `${style.bold(lead)}${style.dim(line)}` : lead + style.dim(line);
  }
  const status = columns.findIndex((column) => column.name === 'STATUS');
  const loud = row.health === 'doomed' || row.health === 'stuck';
  const painted = texts.map((text, at) => (at === status && loud ? tone(text) : text)).join(' '.repeat(gap));
  return selected ? style.bold(`${lead}${tone(glyph)} ${painted}`) : `${lead}${tone(glyph)} ${painted}`;
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
  const row = model.shown[model.cursor];
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
  const { cause, health, since } = podHealth(row.facts, model.now);
  if (cause !== undefined) return plainText(cause);
  const word = health === 'done' ? 'Completed' : 'Ready';
  return since === undefined
    ? `${word}.`
    : `${word} ${health === 'done' ? `${humanDuration(model.now - since)} ago` : `for ${humanDuration(model.now - since)}`}.`;
}

function keyLine(model: Model): string {
  const { filter, terminal, shown, sorted } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  if (model.notice !== undefined) return ` ${style.yellow(cutEnd(model.notice, terminal.columns - 2, signs.cut))}`;
  const found = `${shown.length} of ${sorted.length}`;
  if (filter.editing) {
    return keys(model, [
      ['', `/${plainText(filter.text)}${style.bold(signs.caret)}`],
      ['', found],
      [signs.enter, 'keep'],
      ['esc', 'clear'],
    ]);
  }
  const kept = [...(filter.text === '' ? [] : [`/${plainText(filter.text)}`]), ...(filter.faults ? ['faults'] : [])].join(' ');
  const set: readonly (readonly [string, string])[] =
    kept === ''
      ? []
      : [
          ['', style.bold(kept)],
          ['', found],
          ['esc', 'clear'],
        ];
  return keys(model, [...set, ['/', 'filter'], ['f', 'faults'], ...scopeHint(model), [signs.enter, 'open'], ['?', 'keys'], ['q', 'quit']]);
}

function scopeHint({ scope, home }: Model): readonly (readonly [string, string])[] {
  if (home.namespaces === 'all') return [];
  return [['a', scope.namespaces === 'all' ? home.namespaces.map(plainText).join(', ') : 'all namespaces']];
}

/** As many hints as fit, the key standing out from what it does. */
export function keys(model: Model, hints: readonly (readonly [key: string, does: string])[]): string {
  const style = styleOf(model.terminal.colour);
  let line = '';
  let width = 0;
  for (const [key, does] of hints) {
    const hint = key === '' ? does : `${style.bold(key)} ${style.dim(does)}`;
    const cells = 2 + (key === '' ? 0 : textWidth(key) + 1) + textWidth(does);
    if (width + cells > model.terminal.columns + 1) break;
    line += `${width === 0 ? ' ' : '  '}${hint}`;
    width += cells;
  }
  return line;
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
