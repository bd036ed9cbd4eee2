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
 * The order after a change: the rows that stay keep theirs, the changed ones are sorted among themselves and merged in. Linear in the table
 * and n log n only in the change, because ten thousand rows change a few at a time.
 */
export function mergeRows(sorted: readonly Row[], gone: ReadonlySet<string>, changed: readonly Row[], compare: CompareRows): readonly Row[] {
  const fresh = [...changed].sort(compare);
  const merged: Row[] = [];
  let next = 0;
  for (const row of sorted) {
    if (gone.has(row.key)) continue;
    let candidate = fresh[next];
    while (candidate !== undefined && compare(candidate, row) < 0) {
      merged.push(candidate);
      candidate = fresh[++next];
    }
    merged.push(row);
  }
  for (; next < fresh.length; next++) merged.push(fresh[next] as Row);
  return merged;
}
