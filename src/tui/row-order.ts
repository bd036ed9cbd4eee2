/** The orders of the table, and how a change is merged into one of them. */
import { compareTrouble } from '../core/pod-health.ts';
import type { Row } from './pod-row.ts';

/** What `s` goes through, in this order. */
export const sortings = ['trouble', 'name', 'age', 'restarts', 'node'] as const;
export type Sorting = (typeof sortings)[number];

export interface Order {
  readonly by: Sorting;
  /** Turns what the order goes by around; rows that are equal in it stay in the order of their names. */
  readonly reverse: boolean;
}

export type CompareRows = (a: Row, b: Row) => number;

/** The comparison of an order. It is total: two rows of different keys are never equal, so that rows hold their place. */
export function compareFor({ by, reverse }: Order): CompareRows {
  const compare = comparisons[by];
  return reverse ? (a, b) => compare(b, a) || byName(a, b) : (a, b) => compare(a, b) || byName(a, b);
}

/** Worst first, then the longest in trouble; how long a Pod is well orders nothing: healthy Pods go by name, which is where people look for them. */
function byTrouble(a: Row, b: Row): number {
  const calm = a.rank.health === b.rank.health && (a.rank.health === 'ready' || a.rank.health === 'done');
  return calm ? 0 : compareTrouble(a.rank, b.rank);
}

const comparisons: Readonly<Record<Sorting, CompareRows>> = {
  trouble: byTrouble,
  name: (a, b) => compareText(a.name, b.name),
  /** The youngest first, as it is what changed last; rows whose age is not known yet come at the end. */
  age: (a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0),
  /** The most first, among as many the latest. */
  restarts: (a, b) => b.restarts - a.restarts || (b.lastRestartAt ?? 0) - (a.lastRestartAt ?? 0),
  /** The Pods of one node by trouble. */
  node: (a, b) => compareText(a.node, b.node) || byTrouble(a, b),
};

function byName(a: Row, b: Row): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The order after a change, which puts rows in and takes others out (undefined): where every changed row keeps its place, the old order with the new rows in
 * it, found by halving; else the rows that stay keep theirs, and the changed ones are sorted among themselves and merged in. Ten thousand rows change a few at
 * a time, and most changes, such as one more restart of a Pod that is well, move nothing. `before` gives a row as it stands in `sorted`.
 */
export function replacedRows(
  sorted: readonly Row[],
  changes: ReadonlyMap<string, Row | undefined>,
  before: (key: string) => Row | undefined,
  compare: CompareRows,
): readonly Row[] {
  return inPlace(sorted, changes, before, compare) ?? merged(sorted, changes, compare);
}

function inPlace(
  sorted: readonly Row[],
  changes: ReadonlyMap<string, Row | undefined>,
  before: (key: string) => Row | undefined,
  compare: CompareRows,
): readonly Row[] | undefined {
  const places: (readonly [number, Row])[] = [];
  for (const [key, row] of changes) {
    const old = before(key);
    if (row === undefined || old === undefined) return undefined;
    const place = placeOf(sorted, old, compare);
    if (sorted[place] !== old) return undefined;
    places.push([place, row]);
  }
  const rows = sorted.slice();
  for (const [place, row] of places) rows[place] = row;
  const inPlaces = places.every(([place, row]) => inOrder(rows[place - 1], row, compare) && inOrder(row, rows[place + 1], compare));
  return inPlaces ? rows : undefined;
}

function inOrder(a: Row | undefined, b: Row | undefined, compare: CompareRows): boolean {
  return a === undefined || b === undefined || compare(a, b) < 0;
}

/** How many rows stand before this one. */
function placeOf(sorted: readonly Row[], row: Row, compare: CompareRows): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const other = sorted[middle];
    if (other !== undefined && compare(other, row) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function merged(sorted: readonly Row[], changes: ReadonlyMap<string, Row | undefined>, compare: CompareRows): readonly Row[] {
  const fresh = [...changes.values()].filter((row) => row !== undefined).sort(compare);
  const rows: Row[] = [];
  let next = 0;
  for (const row of sorted) {
    if (changes.has(row.key)) continue;
    let candidate = fresh[next];
    while (candidate !== undefined && compare(candidate, row) < 0) {
      rows.push(candidate);
      candidate = fresh[++next];
    }
    rows.push(row);
  }
  for (; next < fresh.length; next++) rows.push(fresh[next] as Row);
  return rows;
}
