/**
 * The columns of a table of Pods, each by its name: its header and what it says of a Pod. The first nine are the API server's own, cell for cell;
 * the others say what the server does not. A cell with nothing to say is `<none>`, as in kubectl's tables.
 */
import { conditionChain, firstUnmetCondition } from '../core/conditions.ts';
import { initProgress } from '../core/init-progress.ts';
import { ownerTarget } from '../core/owner.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { type PodHealth, podHealth } from '../core/pod-health.ts';
import { type PodStatus, podStatus } from '../core/pod-status.ts';
import { plainText } from './terminal-text.ts';

/** One Pod with what is derived from it; each is computed when a column first asks. */
export interface PodView {
  readonly facts: PodFacts;
  readonly status: PodStatus;
  readonly health: PodHealth;
}

/** A Pod as it is at `now` (milliseconds since the epoch). */
export function podView(facts: PodFacts, now: number): PodView {
  let status: PodStatus | undefined;
  let health: PodHealth | undefined;
  return {
    facts,
    get status() {
      status ??= podStatus(facts, now);
      return status;
    },
    get health() {
      health ??= podHealth(facts, now);
      return health;
    },
  };
}

interface PodColumn {
  readonly header: string;
  /** Not yet stripped of control sequences. */
  readonly cell: (pod: PodView) => string | undefined;
}

const columns = {
  namespace: { header: 'NAMESPACE', cell: ({ facts }) => facts.namespace },
  name: { header: 'NAME', cell: ({ facts }) => facts.name },
  ready: { header: 'READY', cell: ({ status }) => status.ready },
  status: { header: 'STATUS', cell: ({ status }) => status.status },
  restarts: { header: 'RESTARTS', cell: ({ status }) => status.restartsText },
  age: { header: 'AGE', cell: ({ status }) => status.age },
  ip: { header: 'IP', cell: ({ facts }) => facts.podIPs[0] },
  node: { header: 'NODE', cell: ({ facts }) => facts.nodeName },
  'nominated-node': { header: 'NOMINATED NODE', cell: ({ facts }) => facts.nominatedNodeName },
  'readiness-gates': { header: 'READINESS GATES', cell: readinessGates },
  init: { header: 'INIT', cell: initText },
  condition: { header: 'CONDITION', cell: conditionText },
  owner: { header: 'OWNER', cell: ({ facts }) => ownerTarget(facts) },
  chain: { header: 'CHAIN', cell: chainText },
  health: { header: 'HEALTH', cell: ({ health }) => health.health },
  why: { header: 'WHY', cell: ({ health }) => health.cause },
  phase: { header: 'PHASE', cell: ({ facts }) => facts.phase },
  qos: { header: 'QOS', cell: ({ facts }) => facts.qosClass },
  priority: { header: 'PRIORITY CLASS', cell: ({ facts }) => facts.priorityClassName },
  'service-account': { header: 'SERVICE ACCOUNT', cell: ({ facts }) => facts.serviceAccountName },
  containers: { header: 'CONTAINERS', cell: ({ facts }) => facts.containers.map(({ name }) => name).join(',') || undefined },
  images: { header: 'IMAGES', cell: ({ facts }) => [...new Set(facts.containers.map(({ image }) => image))].join(',') || undefined },
  labels: { header: 'LABELS', cell: ({ facts }) => labelsText(facts.labels) },
} as const satisfies Readonly<Record<string, PodColumn>>;

export type PodColumnName = keyof typeof columns;

export const podColumnNames = Object.keys(columns) as readonly PodColumnName[];

/** As `kubectl get pods` has them. */
export const defaultColumns: readonly PodColumnName[] = ['name', 'ready', 'status', 'restarts', 'age'];

/** kubectl's wide columns, then what Podwright adds. */
export const wideColumns: readonly PodColumnName[] = [...defaultColumns, 'ip', 'node', 'nominated-node', 'readiness-gates', 'init', 'condition', 'owner'];

export function columnHeader(name: PodColumnName): string {
  return columns[name].header;
}

/** What the column says of the Pod, on one line and fit for a terminal. */
export function columnCell(name: PodColumnName, pod: PodView): string {
  return plainText(columns[name].cell(pod) ?? '<none>');
}

/** Labels as `a=b,c=d`, the pairs (not the keys) in order; `<none>` without any. Source: FormatLabels in k8s.io/apimachinery/pkg/labels. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  return pairs.length === 0 ? '<none>' : pairs.join(',');
}

// How many of the readiness gates' conditions are True, out of how many; see printPod.
function readinessGates({ facts }: PodView): string | undefined {
  if (facts.readinessGates.length === 0) return undefined;
  const met = facts.readinessGates.filter((gate) => facts.conditions.some(({ type, status }) => type === gate && status === 'True'));
  return `${met.length}/${facts.readinessGates.length}`;
}

// `1/3:load-data` while a step runs, `1/3:load-data:CrashLoopBackOff` when it waits for a reason, `3/3` after. Without spaces, so that tools which
// split lines at spaces still see one word.
function initText({ facts }: PodView): string | undefined {
  const { done, total, current } = initProgress(facts);
  if (total === 0) return undefined;
  if (current === undefined) return `${done}/${total}`;
  const { name, state, reason } = current.step;
  const cause = reason !== undefined && (state === 'failed' || (state === 'waiting' && reason !== 'PodInitializing')) ? `:${reason}` : '';
  return `${done}/${total}:${name}${cause}`;
}

function conditionText({ facts }: PodView): string | undefined {
  const unmet = firstUnmetCondition(facts);
  if (unmet === undefined) return undefined;
  return unmet.reason === undefined ? unmet.type : `${unmet.type}:${unmet.reason}`;
}

function chainText({ facts }: PodView): string {
  return conditionChain(facts)
    .map(({ letter, mark }) => (mark === 'true' ? letter : mark === 'trouble' ? '!' : '.'))
    .join('');
}
