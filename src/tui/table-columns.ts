/** The columns of the table: what each shows of a Pod, and which of them a terminal of a given width has room for. */
import { ageText } from '../core/age.ts';
import { conditionChain } from '../core/conditions.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { podStatus } from '../core/pod-status.ts';
import { usageText } from '../core/pod-usage.ts';
import { plainText } from '../report/terminal-text.ts';
import { ampleInit, initCell } from './init-cell.ts';
import type { Model } from './model.ts';
import type { Row } from './pod-row.ts';
import type { Signs } from './signs.ts';
import { cutMiddle } from './text-fit.ts';
import { healthOf } from './update-look.ts';
import { rowUsage } from './update-usage.ts';

export type ColumnName =
  | 'CONTEXT'
  | 'NAMESPACE'
  | 'NAME'
  | 'READY'
  | 'STATUS'
  | 'INIT'
  | 'CHAIN'
  | 'RESTARTS'
  | 'AGE'
  | 'CPU'
  | 'MEMORY'
  | 'NODE'
  | 'OWNER'
  | 'WHY';

export interface Column {
  readonly name: ColumnName;
  readonly width: number;
}

/** Cells before the first column: the cursor, the sign of health and a space. */
export const leadWidth = 3;
/** Cells between columns. */
export const gap = 2;
/** A name is given this much before any other column is given anything it can do without. */
const leastName = 24;
/** So much is enough where the namespace has no room otherwise: without it two Pods may look the same. */
const closeName = 20;
/** And this much before a status is shown whole. */
const ampleName = 40;

/** What the column that the order goes by keeps when others like it are left out. */
const leastSorted = 12;
/** As much as its title. */
const leastNamespace = 9;

/** A cause that is cut shorter than this says little. */
const leastWhy = 28;

type Widths = Readonly<Record<Exclude<ColumnName, 'NAME' | 'WHY'>, number>>;

const ample: Widths = {
  CONTEXT: 24,
  NAMESPACE: 24,
  READY: 5,
  STATUS: 26,
  INIT: ampleInit,
  CHAIN: 5,
  RESTARTS: 15,
  AGE: 6,
  CPU: 6,
  MEMORY: 7,
  NODE: 26,
  OWNER: 30,
};

/** What is given up, one thing after the other, until the rest fits: 0 leaves the column out. */
const savings: readonly Partial<Widths>[] = [
  { OWNER: 16 },
  { OWNER: 0 },
  { CPU: 0, MEMORY: 0 },
  { NODE: 14, NAMESPACE: 16, STATUS: 21, INIT: 14 },
  { NODE: 0 },
  { NAMESPACE: 12 },
  { CHAIN: 0 },
  { INIT: 0 },
  { RESTARTS: 8, CONTEXT: 12 },
  { STATUS: 17 },
  { NAMESPACE: leastNamespace, STATUS: 16, AGE: 5 },
  { CONTEXT: 0 },
  { RESTARTS: 0 },
  { NAMESPACE: 0 },
  { READY: 0, STATUS: 12 },
  { AGE: 0 },
];

const order: readonly Exclude<ColumnName, 'WHY'>[] = [
  'CONTEXT',
  'NAMESPACE',
  'NAME',
  'READY',
  'STATUS',
  'INIT',
  'CHAIN',
  'RESTARTS',
  'AGE',
  'CPU',
  'MEMORY',
  'NODE',
  'OWNER',
];

/** What the table is for at the moment. */
export interface Wanted {
  /** Columns that would say the same in every row, or what a heading over the rows says. */
  readonly without: ReadonlySet<ColumnName>;
  /** The column that the order goes by: it stays as long as there is any room. */
  readonly sorted: Exclude<ColumnName, 'WHY'> | undefined;
}

/** The columns for these rows on a line of `cells`. Widths follow the content of all rows, not of those in view, so that scrolling moves no column. */
export function columnsFor(rows: readonly Row[], cells: number, { without, sorted }: Wanted): readonly Column[] {
  const content = contentWidths(rows);
  let widths: Widths = { ...ample, ...Object.fromEntries([...without].map((name) => [name, 0])) };
  let columns = fitted(widths, content);
  const tooWide = (): boolean => cells - used(columns) < Math.min(content.NAME, leastName);
  const save = (saving: Partial<Widths>): void => {
    widths = saved(widths, saving);
    columns = fitted(widths, content);
  };
  for (const saving of savings) {
    if (!tooWide()) break;
    save(sorted !== undefined && sorted !== 'NAME' && saving[sorted] === 0 ? { ...saving, [sorted]: leastSorted } : saving);
  }
  if (tooWide() && sorted !== undefined) save({ [sorted]: 0 });
  if (widths.NAMESPACE === 0 && !without.has('NAMESPACE')) {
    const placed = fitted({ ...widths, NAMESPACE: leastNamespace }, content);
    if (cells - used(placed) >= Math.min(content.NAME, closeName)) columns = placed;
  }
  return withWhy(widened(columns, content, cells), rows, cells);
}

/** Wide terminals have room for the cause too, where there is one: it takes what no other column needs. */
function withWhy(columns: readonly Column[], rows: readonly Row[], cells: number): readonly Column[] {
  const width = cells - used(columns) - gap - 1;
  return width < leastWhy || rows.every(({ health }) => health === 'ready' || health === 'done') ? columns : [...columns, { name: 'WHY', width }];
}

/** A column that is left out already stays out, and none grows. */
function saved(widths: Widths, saving: Partial<Widths>): Widths {
  return Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, Math.min(width, saving[name as keyof Widths] ?? width)])) as Widths;
}

/** What is left over goes to the columns that had to be cut: to names up to what they need at least, to the status, which says most, then to the rest. */
function widened(columns: readonly Column[], content: Content, cells: number): readonly Column[] {
  let left = cells - used(columns);
  const widths = new Map(columns.map(({ name, width }) => [name, width]));
  const grow = (name: ColumnName, most: number): void => {
    const width = widths.get(name);
    if (width === undefined) return;
    const more = Math.max(0, Math.min(left, most - width));
    widths.set(name, width + more);
    left -= more;
  };
  grow('NAME', Math.min(content.NAME, ampleName));
  grow('STATUS', content.STATUS);
  grow('NAME', content.NAME);
  for (const name of ['NAMESPACE', 'CONTEXT', 'NODE', 'OWNER'] as const) grow(name, content[name]);
  return columns.map(({ name }) => ({ name, width: widths.get(name) ?? 0 }));
}

type Content = Readonly<Record<'CONTEXT' | 'NAMESPACE' | 'NAME' | 'STATUS' | 'INIT' | 'RESTARTS' | 'NODE' | 'OWNER', number>>;

function contentWidths(rows: readonly Row[]): Content {
  const widths = { CONTEXT: 7, NAMESPACE: 9, NAME: 4, STATUS: 6, INIT: 4, RESTARTS: 8, NODE: 4, OWNER: 5 };
  for (const row of rows) {
    widths.CONTEXT = Math.max(widths.CONTEXT, row.cluster.length);
    widths.NAMESPACE = Math.max(widths.NAMESPACE, row.widths.namespace);
    widths.NAME = Math.max(widths.NAME, row.widths.name);
    widths.STATUS = Math.max(widths.STATUS, row.widths.status);
    widths.INIT = Math.max(widths.INIT, row.widths.init);
    widths.RESTARTS = Math.max(widths.RESTARTS, row.widths.restarts);
    widths.NODE = Math.max(widths.NODE, row.widths.node);
    widths.OWNER = Math.max(widths.OWNER, row.widths.owner);
  }
  return widths;
}

function fitted(widths: Widths, content: Content): readonly Column[] {
  return order.flatMap((name): readonly Column[] => {
    if (name === 'NAME') return [{ name, width: 0 }];
    const most = widths[name];
    if (most === 0) return [];
    return [{ name, width: name in content ? Math.min(most, content[name as keyof Content]) : most }];
  });
}

function used(columns: readonly Column[]): number {
  return leadWidth + columns.reduce((sum, column) => sum + column.width, 0) + gap * (columns.length - 1);
}

/** What a row's cells show; computed for the rows on screen only. */
export function cellsOf(model: Model, row: Row, columns: readonly Column[], signs: Signs): readonly string[] {
  const { now } = model;
  const status = row.facts && podStatus(row.facts, now);
  return columns.map(({ name, width }) => {
    switch (name) {
      case 'CONTEXT':
        return cutMiddle(row.cluster, width, signs.cut);
      case 'NAMESPACE':
        return cutMiddle(row.namespace, width, signs.cut);
      case 'NAME':
        return cutMiddle(row.name, width, signs.cut);
      case 'READY':
        return status?.ready ?? row.preview?.ready ?? '';
      case 'STATUS':
        return row.status;
      case 'INIT':
        return row.facts === undefined ? '' : initCell(row.facts, width, signs);
      case 'CHAIN':
        return row.facts === undefined ? '' : chainCell(row.facts, signs);
      case 'RESTARTS':
        return restartsCell(status ?? { restartsText: row.preview?.restarts ?? '' }, width);
      case 'AGE':
        return row.facts === undefined ? (row.preview?.age ?? '') : ageText(row.facts.createdAt, now);
      case 'CPU':
      case 'MEMORY': {
        const usage = rowUsage(model, row);
        return usage === undefined ? '' : usageText(name === 'CPU' ? 'cpu' : 'memory', usage);
      }
      case 'NODE':
        return cutMiddle(row.node, width, signs.cut);
      case 'OWNER':
        return cutMiddle(row.owner === '' && row.facts !== undefined ? '-' : row.owner, width, signs.cut);
      case 'WHY':
        return row.facts === undefined ? '' : plainText(healthOf(model, { ...row, facts: row.facts }).cause ?? '');
    }
  });
}

/** Without room for when the last restart was, the count alone. */
function restartsCell({ restartsText }: { readonly restartsText: string }, width: number): string {
  return restartsText.length <= width ? restartsText : (restartsText.split(' ')[0] ?? '');
}

/** Five marks: the letter of a condition that is True, a dot for not yet, `!` for trouble. */
function chainCell(facts: PodFacts, signs: Signs): string {
  return conditionChain(facts)
    .map(({ mark, letter }) => (mark === 'true' ? letter : mark === 'trouble' ? '!' : signs.pending))
    .join('');
}
