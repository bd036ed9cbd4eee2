/**
 * A row of the table: a Pod with what ordering, filtering and counting read, computed once a change. Whatever is drawn of it besides (ages,
 * init progress, the chain) is computed when it is painted, for the rows on screen alone.
 */
import { ownerTarget } from '../core/owner.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { type Health, type PodHealth, podHealth } from '../core/pod-health.ts';
import { podStatus } from '../core/pod-status.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import type { PodRow } from '../service/pod-source.ts';
import { initWidth } from './init-cell.ts';

export interface Row {
  /** The Pod's identity: its cluster and UID. A row of the preview has no UID and goes by its name. */
  readonly key: string;
  readonly cluster: string;
  /** These words are stripped of what a terminal would obey. */
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly status: string;
  /** The outermost owner as far as the Pod tells, as in `deploy/web`; empty for a naked Pod, and while only the server's Table is known. */
  readonly owner: string;
  readonly restarts: number;
  readonly lastRestartAt: number | undefined;
  readonly createdAt: number | undefined;
  readonly health: Health;
  /** What the order goes by. It is the Pod's health, except that a row keeps the place of its preview until the first state is complete. */
  readonly rank: PodHealth;
  /** Absent while only the server's Table is known. */
  readonly facts: PodFacts | undefined;
  readonly preview: PodRow | undefined;
  /** What the filter searches, in lower case: name, namespace, node, status, owner and each label as `key=value`, a line each. */
  readonly words: string;
  /** Cells that the columns whose width follows their content need. */
  readonly widths: Readonly<Record<'namespace' | 'name' | 'status' | 'init' | 'restarts' | 'node' | 'owner', number>>;
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
  const owner = plainText(ownerTarget(facts) ?? '');
  return {
    key: rowKey(cluster, facts),
    cluster,
    namespace,
    name,
    node,
    status,
    owner,
    restarts,
    lastRestartAt,
    createdAt: facts.createdAt,
    health: health.health,
    rank: rank ?? health,
    facts,
    preview: undefined,
    words: wordsOf([name, namespace, node, status, owner, ...Object.entries(facts.labels).map(([label, value]) => `${label}=${value}`)]),
    widths: widthsOf(namespace, name, status, initWidth(facts), node, owner, lastRestartAt === undefined ? 0 : `${restarts} (2m14s ago)`.length),
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
    owner: '',
    restarts: Number.parseInt(row.restarts, 10) || 0,
    lastRestartAt: undefined,
    createdAt: undefined,
    health,
    rank: { health, cause: undefined, since: undefined },
    facts: undefined,
    preview: row,
    words: wordsOf([name, namespace, node, status]),
    widths: widthsOf(namespace, name, status, 0, node, '', row.restarts.length),
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
function widthsOf(namespace: string, name: string, status: string, init: number, node: string, owner: string, restarts: number): Row['widths'] {
  return {
    namespace: textWidth(namespace),
    name: textWidth(name),
    status: textWidth(status),
    init,
    restarts,
    node: textWidth(node),
    owner: textWidth(owner),
  };
}
