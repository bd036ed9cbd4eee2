/**
 * A row of the table: a Pod with what ordering, filtering and counting read, computed once a change. Whatever is drawn of it besides (ages,
 * init progress, the chain) is computed when it is painted, for the rows on screen alone.
 */
import type { PodFacts } from '../core/pod-facts.ts';
import { compareTrouble, type Health, type PodHealth, podHealth } from '../core/pod-health.ts';
import { podStatus } from '../core/pod-status.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import type { PodRow } from '../service/pod-source.ts';

export interface Row {
  /** The Pod's identity: its cluster and UID. A row of the preview has no UID and goes by its name. */
  readonly key: string;
  readonly cluster: string;
  /** These words are stripped of what a terminal would obey. */
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly status: string;
  readonly health: Health;
  /** What the order goes by. It is the Pod's health, except that a row keeps the place of its preview until the first state is complete. */
  readonly rank: PodHealth;
  /** Absent while only the server's Table is known. */
  readonly facts: PodFacts | undefined;
  readonly preview: PodRow | undefined;
  /** What the filter searches, in lower case: name, namespace, node, status and each label as `key=value`, a line each. */
  readonly words: string;
  /** Cells that the columns whose width follows their content need. */
  readonly widths: { readonly namespace: number; readonly name: number; readonly status: number; readonly restarts: number; readonly node: number };
}

/** Name of a row before its UID is known; what a preview and the Pod that replaces it have in common. */
export function previewKey(row: { readonly cluster: string; readonly namespace: string; readonly name: string }): string {
  return `${row.cluster}\u0000${row.namespace}\u0000${row.name}`;
}

export function rowKey(cluster: string, facts: PodFacts): string {
  return `${cluster}\u0000${facts.uid}`;
}

/** The row of a Pod. `rank` is given while the place of its preview is to be kept. */
export function podRow(cluster: string, facts: PodFacts, now: number, rank?: PodHealth): Row {
  const health = podHealth(facts, now);
  const { status: words, restarts, lastRestartAt } = podStatus(facts, now);
  const status = plainText(words);
  const node = plainText(facts.nodeName ?? '-');
  const namespace = plainText(facts.namespace);
  const name = plainText(facts.name);
  return {
    key: rowKey(cluster, facts),
    cluster,
    namespace,
    name,
    node,
    status,
    health: health.health,
    rank: rank ?? health,
    facts,
    preview: undefined,
    words: wordsOf([name, namespace, node, status, ...Object.entries(facts.labels).map(([label, value]) => `${label}=${value}`)]),
    widths: widthsOf(namespace, name, status, node, lastRestartAt === undefined ? 0 : `${restarts} (2m14s ago)`.length),
  };
}

/** The row of a line of the server's Table. Its health is a guess from the words, good enough to bring trouble to the top of the first screen. */
export function previewRow(row: PodRow): Row {
  const health = guessHealth(row);
  const node = plainText(row.node === '<none>' || row.node === '' ? '-' : row.node);
  const namespace = plainText(row.namespace);
  const name = plainText(row.name);
  const status = plainText(row.status);
  return {
    key: previewKey(row),
    cluster: row.cluster,
    namespace,
    name,
    node,
    status,
    health,
    rank: { health, cause: undefined, since: undefined },
    facts: undefined,
    preview: row,
    words: wordsOf([name, namespace, node, status]),
    widths: widthsOf(namespace, name, status, node, row.restarts.length),
  };
}

const previewDoomed = new Set(['CrashLoopBackOff', 'Error', 'OOMKilled', 'InvalidImageName', 'ErrImageNeverPull', 'Failed', 'Evicted', 'ImagePullBackOff']);
const previewStarting = new Set(['Pending', 'Running', 'ContainerCreating', 'PodInitializing', 'SchedulingGated', 'NotReady']);

function guessHealth({ status, ready }: PodRow): Health {
  const [up, all] = ready.split('/');
  if (status === 'Completed' || status === 'Succeeded') return 'done';
  if (status === 'Terminating') return 'terminating';
  if (status === 'Running' && up === all) return 'ready';
  if (previewStarting.has(status) || /^Init:\d+\/\d+$/.test(status)) return 'starting';
  return previewDoomed.has(status.replace(/^Init:/, '')) ? 'doomed' : 'stuck';
}

function wordsOf(fields: readonly string[]): string {
  return `\n${fields.join('\n')}`.toLowerCase();
}

/** Restarts take as much as the longest time since the last could, so that a ticking clock moves no column. */
function widthsOf(namespace: string, name: string, status: string, node: string, restarts: number): Row['widths'] {
  return { namespace: textWidth(namespace), name: textWidth(name), status: textWidth(status), restarts, node: textWidth(node) };
}

/** Worst first, then the longest in trouble; among equals by namespace and name, so that rows hold their place. */
export function compareRows(a: Row, b: Row): number {
  return order(a, b) || compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.key, b.key);
}

/** How long a Pod is in its state orders only those that need attention: healthy Pods go by name, which is where people look for them. */
function order(a: Row, b: Row): number {
  const calm = a.rank.health === b.rank.health && (a.rank.health === 'ready' || a.rank.health === 'done');
  return calm ? 0 : compareTrouble(a.rank, b.rank);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The order after a change: the rows that stay keep theirs, the changed ones are sorted among themselves and merged in. Linear in the table
 * and n log n only in the change, because ten thousand rows change a few at a time.
 */
export function mergeRows(sorted: readonly Row[], gone: ReadonlySet<string>, changed: readonly Row[]): readonly Row[] {
  const fresh = [...changed].sort(compareRows);
  const merged: Row[] = [];
  let next = 0;
  for (const row of sorted) {
    if (gone.has(row.key)) continue;
    let candidate = fresh[next];
    while (candidate !== undefined && compareRows(candidate, row) < 0) {
      merged.push(candidate);
      candidate = fresh[++next];
    }
    merged.push(row);
  }
  for (; next < fresh.length; next++) merged.push(fresh[next] as Row);
  return merged;
}
