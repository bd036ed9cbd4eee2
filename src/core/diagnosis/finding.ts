/**
 * Finding: one thing that holds a Pod up or is wrong with it, with what shows it and what to try.
 *
 * The codes are stable: scripts and reports may rely on them. Each is explained in docs/findings.md, which a test holds complete. The sentences
 * and the evidence hold text from the cluster as it is; whoever draws them strips control sequences.
 */

/** Which part of a Pod's life a finding belongs to. */
export const findingClasses = [
  'image',
  'config',
  'exit',
  'scheduling',
  'admission',
  'disruption',
  'volume',
  'probe',
  'controller',
  'resize',
  'init',
  'sidecar',
] as const;
export type FindingClass = (typeof findingClasses)[number];

interface CodeMeaning {
  readonly class: FindingClass;
  /** A few words, for a group of Pods that share the finding: `image not found` in `23 Pods: image not found registry/x:1.2`. */
  readonly title: string;
}

/** Every code there is, by class. */
export const findingCodes = {
  'image-name-invalid': { class: 'image', title: 'not the name of an image' },
  'image-never-pulled': { class: 'image', title: 'image not on the node, and never pulled' },
  'image-not-found': { class: 'image', title: 'image not found' },
  'image-pull-denied': { class: 'image', title: 'image pull refused for want of credentials' },
  'image-pull-limited': { class: 'image', title: 'image pull limited by the registry' },
  'image-registry-unreachable': { class: 'image', title: 'registry not reachable' },
  'image-registry-tls': { class: 'image', title: 'registry not trusted (TLS)' },
  'image-platform': { class: 'image', title: "image not made for the node's platform" },
  'image-signature': { class: 'image', title: 'image signature refused' },
  'image-pull-failed': { class: 'image', title: 'image pull failed' },
  'image-pulling': { class: 'image', title: 'image being pulled' },

  'config-map-missing': { class: 'config', title: 'ConfigMap missing' },
  'config-map-key-missing': { class: 'config', title: 'ConfigMap key missing' },
  'secret-missing': { class: 'config', title: 'Secret missing' },
  'secret-key-missing': { class: 'config', title: 'Secret key missing' },
  'run-as-root-refused': { class: 'config', title: 'would run as root, which runAsNonRoot forbids' },
  'container-config': { class: 'config', title: 'container configuration refused' },
  'container-create': { class: 'config', title: 'container cannot be created' },
  'start-hook': { class: 'config', title: 'start hook failed' },

  'out-of-memory': { class: 'exit', title: 'killed for its memory limit' },
  'command-not-found': { class: 'exit', title: 'command not found' },
  'command-not-executable': { class: 'exit', title: 'command not executable' },
  'wrong-architecture': { class: 'exit', title: 'program made for another architecture' },
  'start-failed': { class: 'exit', title: 'container could not be started' },
  'port-in-use': { class: 'exit', title: 'port already in use' },
  'killed-by-signal': { class: 'exit', title: 'killed by a signal' },
  'exited-with-error': { class: 'exit', title: 'exited with an error' },
  'keeps-completing': { class: 'exit', title: 'ends without an error, again and again' },
  'ending-unknown': { class: 'exit', title: 'ended, nobody knows how' },
  'restarted-lately': { class: 'exit', title: 'restarted a short while ago' },
  'pod-failed': { class: 'exit', title: 'Pod failed' },

  'scheduling-gated': { class: 'scheduling', title: 'held back by a scheduling gate' },
  'not-scheduled': { class: 'scheduling', title: 'no scheduler has placed it' },
  'node-nominated': { class: 'scheduling', title: 'waits for room on a node' },
  'scale-up-triggered': { class: 'scheduling', title: 'waits for a new node' },
  'scheduler-error': { class: 'scheduling', title: 'scheduler failed' },
  'insufficient-resources': { class: 'scheduling', title: 'no node has enough' },
  'taint-not-tolerated': { class: 'scheduling', title: 'taint not tolerated' },
  'node-selector': { class: 'scheduling', title: 'no node matches the selector or affinity' },
  'pod-affinity': { class: 'scheduling', title: 'no node satisfies the Pod (anti-)affinity' },
  'topology-spread': { class: 'scheduling', title: 'topology spread cannot be kept' },
  'host-port-taken': { class: 'scheduling', title: 'host port taken on every node' },
  'volume-node-conflict': { class: 'scheduling', title: 'volume bound to another node' },
  'claim-missing': { class: 'scheduling', title: 'PersistentVolumeClaim missing' },
  'claim-unbound': { class: 'scheduling', title: 'PersistentVolumeClaim not bound' },
  'no-node-fits': { class: 'scheduling', title: 'no node fits' },

  'node-out-of-resources': { class: 'admission', title: 'refused by the node for want of resources' },
  'node-refused': { class: 'admission', title: 'refused by the node' },

  evicted: { class: 'disruption', title: 'evicted' },
  preempted: { class: 'disruption', title: 'preempted' },
  'node-shutdown': { class: 'disruption', title: 'ended by the shutdown of its node' },
  'deadline-exceeded': { class: 'disruption', title: 'ran longer than its deadline' },
  'node-lost': { class: 'disruption', title: 'node does not answer' },
  'disruption-target': { class: 'disruption', title: 'chosen to be ended' },
  terminating: { class: 'disruption', title: 'being deleted' },
  'terminating-overdue': { class: 'disruption', title: 'deletion takes too long' },

  'volume-mount': { class: 'volume', title: 'volume cannot be mounted' },
  'volume-attach': { class: 'volume', title: 'volume cannot be attached' },
  'sandbox-failed': { class: 'volume', title: 'sandbox cannot be created' },
  'network-not-ready': { class: 'volume', title: 'network of the node not ready' },
  'container-creating': { class: 'volume', title: 'container not created yet' },

  'startup-probe': { class: 'probe', title: 'startup probe has not passed' },
  'readiness-probe': { class: 'probe', title: 'readiness probe has not passed' },
  'liveness-probe': { class: 'probe', title: 'killed by its liveness probe' },
  'not-ready': { class: 'probe', title: 'not ready' },
  'readiness-gate': { class: 'probe', title: 'readiness gate not True' },
  'completed-beside-running': { class: 'probe', title: 'one container has completed, others run' },

  'quota-exceeded': { class: 'controller', title: 'quota exceeded' },
  'pod-security': { class: 'controller', title: 'refused by Pod Security' },
  'webhook-refused': { class: 'controller', title: 'refused by an admission webhook' },
  'policy-refused': { class: 'controller', title: 'refused by an admission policy' },
  'service-account-missing': { class: 'controller', title: 'ServiceAccount missing' },
  'priority-class-missing': { class: 'controller', title: 'PriorityClass missing' },
  'pod-not-created': { class: 'controller', title: 'Pod cannot be created' },
  'spec-not-observed': { class: 'controller', title: 'controller has not acted on the spec' },
  'rollout-paused': { class: 'controller', title: 'roll-out paused' },
  'rollout-blocked': { class: 'controller', title: 'roll-out blocked by a Pod that is not ready' },
  'progress-deadline-exceeded': { class: 'controller', title: 'roll-out makes no progress' },
  'pods-misscheduled': { class: 'controller', title: 'Pods on nodes where they should not be' },
  'old-pods-kept': { class: 'controller', title: 'Pods keep the old template' },
  'backoff-limit-exceeded': { class: 'controller', title: 'Job given up after its retries' },
  'job-deadline-exceeded': { class: 'controller', title: 'Job ran longer than its deadline' },
  'job-failed': { class: 'controller', title: 'Job failed' },
  'job-retrying': { class: 'controller', title: 'Pods of the Job failed, and it is tried again' },
  suspended: { class: 'controller', title: 'suspended' },
  'schedule-missed': { class: 'controller', title: 'scheduled run did not begin' },
  'schedule-invalid': { class: 'controller', title: 'schedule cannot be kept' },

  'resize-infeasible': { class: 'resize', title: 'resize cannot be done on its node' },
  'resize-deferred': { class: 'resize', title: 'resize deferred' },
  'resize-failed': { class: 'resize', title: 'resize failed' },

  'init-step-running': { class: 'init', title: 'init step runs' },
  'init-step-waiting': { class: 'init', title: 'init step has not started' },
  'init-waits-for-service': { class: 'init', title: 'init step waits for a Service' },

  'sidecar-not-started': { class: 'sidecar', title: 'sidecar has not started' },
  'sidecar-stopped': { class: 'sidecar', title: 'sidecar stopped after the app had completed' },
} as const satisfies Readonly<Record<string, CodeMeaning>>;
export type FindingCode = keyof typeof findingCodes;

/**
 * Worst first. `doomed` will not come right by itself; `stuck` may, but has taken longer than it should; `waiting` is normal so far; `degraded` works,
 * but not as it was meant to; `info` is only worth knowing.
 */
const verdicts = ['doomed', 'stuck', 'waiting', 'degraded', 'info'] as const;
export type Verdict = (typeof verdicts)[number];

export type Severity = 'error' | 'warning' | 'info';

const severityOf: Readonly<Record<Verdict, Severity>> = { doomed: 'error', stuck: 'error', waiting: 'info', degraded: 'warning', info: 'info' };

/** What shows that a finding holds, each with where it was read. */
export type Evidence =
  | { readonly source: 'status' | 'spec'; readonly path: string; readonly text: string }
  | { readonly source: 'event'; readonly reason: string; readonly text: string; readonly count: number; readonly at: number | undefined }
  | { readonly source: 'log'; readonly container: string; readonly text: string }
  | { readonly source: 'reference'; readonly object: string; readonly text: string };

export interface Finding {
  readonly code: FindingCode;
  readonly class: FindingClass;
  readonly severity: Severity;
  readonly verdict: Verdict;
  /** What it is about: a container, a condition or a volume, as in `container app`; several containers where they share it. */
  readonly subject: string;
  /** One plain sentence. */
  readonly cause: string;
  /** What Pods with the same finding have in common: an image, a missing object, a taint. With the code, the key of a group. */
  readonly about: string | undefined;
  /** Since when (milliseconds since the epoch), as near as the facts tell. */
  readonly since: number | undefined;
  readonly evidence: readonly Evidence[];
  /** A command that can be pasted. */
  readonly next: string | undefined;
}

interface FindingParts {
  readonly subject: string;
  readonly cause: string;
  readonly about?: string | undefined;
  readonly since?: number | undefined;
  readonly evidence?: readonly Evidence[];
  readonly next?: string | undefined;
}

/** A finding of this code: its class and severity follow from the code and the verdict. */
export function finding(code: FindingCode, verdict: Verdict, { subject, cause, about, since, evidence = [], next }: FindingParts): Finding {
  return { code, class: findingCodes[code].class, severity: severityOf[verdict], verdict, subject, cause, about, since, evidence, next };
}

/** A few words for what Pods share: `image not found registry/x:1.2`. */
export function findingTitle({ code, about }: Finding): string {
  const { title } = findingCodes[code];
  if (about === undefined) return title;
  return about.startsWith('exit code') ? `${title} (${about})` : `${title} ${about}`;
}

/** Worst first; findings of equal weight keep their order. */
export function compareFindings(a: Finding, b: Finding): number {
  return verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict);
}
