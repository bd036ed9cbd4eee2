/**
 * Reads the scheduler's message, `0/3 nodes are available: 1 node(s) had untolerated taint {a: b}, 2 Insufficient cpu. preemption: …`, into counts
 * a cause. Source of the shape: FitError in kubernetes/pkg/scheduler/framework/types.go.
 */
import type { FindingCode } from './finding.ts';

export interface SchedulingCause {
  readonly code: FindingCode;
  /** On how many nodes; undefined where it concerns the Pod as a whole, as a missing claim does. */
  readonly nodes: number | undefined;
  /** What it is about: the resource, the taint, the claim. */
  readonly about: string | undefined;
  /** Of a taint: the nodes among them that the Pod selects, where they are fewer. */
  readonly among?: string | undefined;
  /** What the scheduler says, without the count. */
  readonly text: string;
}

export interface Unschedulable {
  readonly nodes: number;
  /** The one to look at first comes first; see `weight`. */
  readonly causes: readonly SchedulingCause[];
}

/** Undefined for a message of another shape. */
export function readUnschedulable(message: string): Unschedulable | undefined {
  const read = /^0\/(\d+) nodes are available(?:: (.*))?$/s.exec(message.trim());
  if (read === null) return undefined;
  const reasons = (read[2] ?? '').split(/(?:^|[.,;] *)(?:preemption: |no new claims to deallocate)/)[0] ?? '';
  const causes = reasons
    .split(/, (?=\d+ )/)
    .map((part) => part.trim().replace(/[.,]+$/, ''))
    .filter((part) => part !== '')
    .map(causeOf);
  const selected = causes.some(({ code }) => behindSelector.has(code));
  return { nodes: Number(read[1]), causes: causes.toSorted((a, b) => weight(b, selected) - weight(a, selected)) };
}

/** What is asked of a node once it matches the selector: the order of the filters in kubernetes/pkg/scheduler/apis/config/v1/default_plugins.go. */
const behindSelector: ReadonlySet<FindingCode> = new Set([
  'insufficient-resources',
  'host-port-taken',
  'volume-node-conflict',
  'pod-affinity',
  'topology-spread',
  'no-node-fits',
]);

const patterns: readonly (readonly [code: FindingCode, pattern: RegExp])[] = [
  ['insufficient-resources', /^Insufficient (?<about>\S+)/],
  ['insufficient-resources', /^(?<about>Too many pods)/],
  ['taint-not-tolerated', /untolerated taint(?:\(s\))?(?: \{(?<about>[^}]*?):? *\})?/],
  ['volume-node-conflict', /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone|satisfy plugin.*\bVolumeBinding\b/],
  ['node-selector', /node affinity\/selector|node selector|didn't match .*node affinity|satisfy plugin.*\bNodeAffinity\b|requested node name/],
  ['pod-affinity', /pod (?:anti-)?affinity/],
  ['topology-spread', /topology spread/],
  ['host-port-taken', /free ports for the requested pod ports/],
  ['claim-missing', /persistentvolumeclaim "(?<about>[^"]+)" not found/],
  ['claim-missing', /persistentvolumeclaim "(?<about>[^"]+)" is being deleted/],
  ['claim-unbound', /persistentvolumeclaim "(?<about>[^"]+)" bound to non-existent persistentvolume/],
  ['claim-unbound', /unbound immediate PersistentVolumeClaims|find available persistent volumes to bind/],
  ['taint-not-tolerated', /were (?<about>unschedulable)/],
];

function causeOf(part: string): SchedulingCause {
  const counted = /^(\d+) (?:node\(s\) )?(.*)$/s.exec(part);
  const text = counted?.[2] ?? part;
  const nodes = counted === null ? undefined : Number(counted[1]);
  for (const [code, pattern] of patterns) {
    const match = pattern.exec(text);
    if (match !== null) return { code, nodes, about: match.groups?.['about'], text };
  }
  return { code: 'no-node-fits', nodes, about: undefined, text };
}

/**
 * What concerns the Pod as a whole goes first, then the cause with the most nodes. Nodes that the selector leaves out are meant to be left out where there are
 * others that it takes in. A control plane's taint is there for everybody and hardly ever the cause; as schedulers from 1.35 on do not name the taints, taints
 * without a name go last with it.
 */
function weight({ code, nodes, about }: SchedulingCause, selected: boolean): number {
  if (code === 'node-selector' && selected) return 0;
  if (code === 'taint-not-tolerated' && /^node-role\.kubernetes\.io\/(control-plane|master)/.test(about ?? 'node-role.kubernetes.io/control-plane')) return -1;
  return nodes ?? Number.MAX_SAFE_INTEGER;
}
