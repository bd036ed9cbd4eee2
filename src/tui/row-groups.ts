/** Rows under headings: by owner, namespace, node or status. A heading is a line of the table like a Pod, can be selected, and folds its Pods away. */
import type { Health } from '../core/pod-health.ts';
import type { Row } from './pod-row.ts';
import { compareFor } from './row-order.ts';

/** What `g` goes through, in this order. */
export const groupings = ['none', 'owner', 'namespace', 'node', 'status'] as const;
export type Grouping = (typeof groupings)[number];

/** Which groups are folded: all of them or none, but for some. So a group that appears later is as the others are. */
export interface Folds {
  readonly all: boolean;
  readonly except: ReadonlySet<string>;
}

export const unfolded: Folds = { all: false, except: new Set() };

/** A heading of the table. */
export interface Group {
  readonly key: string;
  readonly title: string;
  /** Where the owner is: an owner of the same name in another namespace is another group. Empty for other groupings. */
  readonly namespace: string;
  readonly cluster: string;
  /** In the order of the table. */
  readonly rows: readonly Row[];
  readonly folded: boolean;
}

/** A line of the table. */
export type Line = Row | Group;

export function isGroup(line: Line): line is Group {
  return 'rows' in line;
}

/**
 * The lines of the table: the very rows where nothing is grouped. The groups come in the order of their first rows, so that the order of the
 * table is that of the groups too: by trouble, the group with the worst Pod is first. Linear in the rows.
 */
export function tableLinesOf(rows: readonly Row[], by: Grouping, folds: Folds): readonly Line[] {
  if (by === 'none') return rows;
  const members = new Map<string, Row[]>();
  for (const row of rows) {
    const key = groupKey(row, by);
    const list = members.get(key);
    if (list === undefined) members.set(key, [row]);
    else list.push(row);
  }
  const lines: Line[] = [];
  for (const [key, list] of members) {
    const folded = isFolded(folds, key);
    lines.push(groupOf(key, list, by, folded));
    if (!folded) for (const row of list) lines.push(row);
  }
  return lines;
}

/** The key of the heading that a row stands under. */
export function groupKey(row: Row, by: Exclude<Grouping, 'none'>): string {
  switch (by) {
    case 'owner':
      return `owner\u0000${row.cluster}\u0000${row.namespace}\u0000${row.owner}`;
    case 'namespace':
      return `namespace\u0000${row.cluster}\u0000${row.namespace}`;
    case 'node':
      return `node\u0000${row.cluster}\u0000${row.node}`;
    case 'status':
      return `status\u0000${row.status}`;
  }
}

function groupOf(key: string, rows: readonly Row[], by: Exclude<Grouping, 'none'>, folded: boolean): Group {
  const [first] = rows as readonly [Row];
  const namespace = by === 'owner' ? first.namespace : '';
  const cluster = by === 'status' ? '' : first.cluster;
  return { key, title: titleOf(first, by), namespace, cluster, rows, folded };
}

function titleOf(row: Row, by: Exclude<Grouping, 'none'>): string {
  switch (by) {
    case 'owner':
      if (row.owner !== '') return row.owner;
      return row.facts === undefined ? 'owner not known yet' : 'no owner';
    case 'namespace':
      return row.namespace;
    case 'node':
      return row.node === '-' ? 'no node' : row.node;
    case 'status':
      return row.status;
  }
}

function isFolded({ all, except }: Folds, key: string): boolean {
  return all !== except.has(key);
}

/** The folds with one group as wanted. */
export function withFold(folds: Folds, key: string, folded: boolean): Folds {
  if (isFolded(folds, key) === folded) return folds;
  const except = new Set(folds.except);
  if (!except.delete(key)) except.add(key);
  return { ...folds, except };
}

/** How many of each health. The parts add up to the rows. */
export function healthCounts(rows: readonly Row[]): ReadonlyMap<Health, number> {
  const counts = new Map<Health, number>();
  for (const row of rows) counts.set(row.health, (counts.get(row.health) ?? 0) + 1);
  return counts;
}

const compareTrouble = compareFor({ by: 'trouble', reverse: false });

/** The Pod that a line speaks of under the table: itself, or the worst of a group, whatever the order. */
export function spokenOf(line: Line | undefined): Row | undefined {
  if (line === undefined || !isGroup(line)) return line;
  return line.rows.reduce((worst, row) => (compareTrouble(row, worst) < 0 ? row : worst));
}
