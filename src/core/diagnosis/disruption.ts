/** What ends a Pod from outside: eviction, preemption, the shutdown or the loss of its node, its deadline, and its deletion. */
import { humanDuration } from '../age.ts';
import type { ConditionFacts, PodFacts } from '../pod-facts.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Evidence, type Finding, type FindingCode, finding } from './finding.ts';
import { conditionOf, grace } from './grace.ts';
import { conditionEvidence, eventEvidence, kubectl, listed, referenceEvidence, sentence } from './wording.ts';

/** Reasons of a Failed Pod. Sources: kubernetes/pkg/kubelet/eviction, pkg/kubelet/nodeshutdown, pkg/kubelet/active_deadline.go. */
const endings: Readonly<Record<string, FindingCode>> = {
  Evicted: 'evicted',
  Preempting: 'preempted',
  Preempted: 'preempted',
  Terminated: 'node-shutdown',
  NodeShutdown: 'node-shutdown',
  Shutdown: 'node-shutdown',
  DeadlineExceeded: 'deadline-exceeded',
  NodeLost: 'node-lost',
};

export function disruptionFindings({ facts }: PodCase): readonly Finding[] {
  const { reason, message, nodeName } = facts;
  const code = reason === undefined ? undefined : endings[reason];
  if (reason === undefined || code === undefined) return nothing;
  const failed = facts.containers.find((container) => (container.terminated?.exitCode ?? 0) !== 0);
  return [
    finding(code, 'doomed', {
      subject: 'Pod',
      cause: sentence(reason, message),
      about: nodeName,
      since: failed?.terminated?.finishedAt ?? conditionOf(facts, 'Ready')?.since,
      evidence: [{ source: 'status', path: 'status.reason', text: reason }, ...conditionEvidence(facts, 'DisruptionTarget')],
      next: code === 'deadline-exceeded' || nodeName === undefined ? undefined : kubectl('', 'describe', 'node', nodeName),
    }),
  ];
}

/** What look-ups have shown of the node: whether it exists and is Ready, and when its kubelet last renewed its Lease. */
function nodeEvidence({ context, now }: PodCase): readonly Evidence[] {
  return (context.references ?? []).flatMap((reference): readonly Evidence[] => {
    if (reference.use === 'node') {
      const { status = 'unknown', reason, message } = reference.ready ?? {};
      return [referenceEvidence(reference, [`Ready=${status}`, reason, message].filter((part) => part !== undefined).join(': '))];
    }
    if (reference.use !== 'heartbeat') return [];
    const { renewedAt } = reference;
    return [referenceEvidence(reference, renewedAt === undefined ? 'was never renewed' : `was last renewed ${humanDuration(now - renewedAt)} ago`)];
  });
}

function nodeGone({ context }: PodCase): boolean {
  return context.references?.some(({ use, state }) => use === 'node' && state === 'missing') ?? false;
}

/** The node has gone silent: the node lifecycle controller writes NodeLost, or the kubelet's conditions become Unknown. */
export function nodeLost(pod: PodCase): readonly Finding[] {
  const { facts } = pod;
  const node = facts.nodeName ?? '';
  return [
    finding('node-lost', 'stuck', {
      subject: `node ${node}`,
      cause: nodeGone(pod) ? `The node ${node} does not exist any more.` : sentence(`The node ${node} does not answer`, facts.message),
      about: node,
      since: conditionOf(facts, 'Ready')?.since,
      evidence: [...conditionEvidence(facts, 'Ready'), ...nodeEvidence(pod)],
      next: kubectl('', 'describe', 'node', node),
    }),
  ];
}

/**
 * Ready is False and no reason is given, while all it is made of is True: a kubelet always gives one. It is the node lifecycle controller that has taken
 * it back, for the Pods of a node that has gone silent. Source: MarkPodsNotReady in kubernetes/pkg/controller/util/node/controller_utils.go.
 */
function isTakenBack(facts: PodFacts, { status, reason }: ConditionFacts): boolean {
  const made = ['ContainersReady', ...facts.readinessGates];
  return status === 'False' && reason === undefined && made.every((type) => conditionOf(facts, type)?.status === 'True');
}

/** A Pod that nobody reports on any more, though its phase has not changed. */
export function nodeSilent(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  const { facts } = pod;
  const ready = conditionOf(facts, 'Ready');
  if (ready === undefined || found.length > 0 || !(ready.status === 'Unknown' || isTakenBack(facts, ready))) return nothing;
  const node = facts.nodeName ?? '';
  const cause = nodeGone(pod) ? `Its node ${node} does not exist any more.` : sentence(`Its node ${node} does not report`, ready.message);
  const evidence = [...conditionEvidence(facts, 'Ready'), ...nodeEvidence(pod)];
  return [
    finding('node-lost', 'stuck', { subject: `node ${node}`, cause, about: node, since: ready.since, evidence, next: kubectl('', 'describe', 'node', node) }),
  ];
}

/** Who ended it. Source: kubernetes/staging/src/k8s.io/api/core/v1/types.go, and the controllers that write the condition. */
const targetReasons: Readonly<Record<string, string>> = {
  EvictionByEvictionAPI: 'evicted through the API, as a drain does',
  PreemptionByScheduler: 'preempted for a Pod of higher priority',
  DeletionByTaintManager: 'evicted for a taint of its node',
  DeletionByPodGC: 'cleared away, as its node is gone or has failed',
  TerminationByKubelet: 'ended by its kubelet',
};

function deletionCause({ facts }: PodCase): string {
  const condition = conditionOf(facts, 'DisruptionTarget');
  const words = condition?.status === 'True' ? targetReasons[condition.reason ?? ''] : undefined;
  return words === undefined ? '' : `, ${words}`;
}

/** A kubelet renews its Lease every ten seconds; its node is Ready for 50 s after the last time (node-monitor-grace-period), which is long after it fell silent. */
const heartbeatMs = 25_000;

/** Known to answer: Ready, and not only because nobody has noticed yet that it is not. */
function nodeAnswers({ context, now }: PodCase): boolean {
  const references = context.references ?? [];
  const silent = references.some(({ use, renewedAt }) => use === 'heartbeat' && renewedAt !== undefined && now - renewedAt > heartbeatMs);
  return !silent && references.some(({ use, ready }) => use === 'node' && ready?.status === 'True');
}

/** What keeps a Pod whose grace period is over: its finalizers once nothing runs in it any more, else its node. */
function heldBy(pod: PodCase): string {
  const { finalizers, nodeName, containers } = pod.facts;
  if (nodeGone(pod)) return `its node ${nodeName} does not exist any more`;
  const left = nodeName === undefined ? [] : containers.filter(({ running }) => running !== undefined);
  if (nodeAnswers(pod) && (left.length > 0 || finalizers.length === 0)) {
    const what = left.length === 0 ? 'has not taken it away yet' : `has not ended ${listed(left.map(({ name }) => name))} yet`;
    return `its node ${nodeName} answers, and ${what}`;
  }
  if (finalizers.length === 0) return 'its node does not answer';
  if (left.length > 0) return 'its node does not answer, or a container does not end';
  return `${finalizers.length === 1 ? 'the finalizer' : 'the finalizers'} ${listed(finalizers)} ${finalizers.length === 1 ? 'holds' : 'hold'} it, and whoever set ${finalizers.length === 1 ? 'it' : 'them'} has to take ${finalizers.length === 1 ? 'it' : 'them'} away`;
}

/** A Pod that is being deleted. Nothing else about it matters then: its containers are meant to end. */
export function terminating(pod: PodCase): readonly Finding[] {
  const { facts, now } = pod;
  const due = facts.deletionDueAt ?? now;
  const over = now - due;
  const since = facts.deletionRequestedAt;
  const asked = humanDuration(now - (since ?? due));
  const evidence = [
    { source: 'status', path: 'metadata.deletionTimestamp', text: new Date(due).toISOString() } as const,
    ...eventEvidence(latestEvent(pod, ['FailedPreStopHook', 'ExceededGracePeriod', 'FailedKillPod'])),
  ];
  const why = deletionCause(pod);
  if (over <= grace.termination) return [finding('terminating', 'waiting', { subject: 'Pod', cause: `Being deleted since ${asked}${why}.`, since, evidence })];
  const cause = `Being deleted since ${asked}${why}, ${humanDuration(over)} longer than its grace period: ${heldBy(pod)}.`;
  const next =
    facts.finalizers.length > 0
      ? kubectl(facts.namespace, 'get', 'pod', facts.name, '-o', 'jsonpath={.metadata.finalizers}')
      : kubectl(facts.namespace, 'describe', 'pod', facts.name);
  return [
    finding('terminating-overdue', 'stuck', { subject: 'Pod', cause, about: facts.nodeName, since, evidence: [...evidence, ...nodeEvidence(pod)], next }),
  ];
}

/** Why a Pod is to go, where somebody has said so: preemption, a taint, the eviction API, garbage collection, its kubelet. */
export function disruptionTarget({ facts }: PodCase): readonly Finding[] {
  const condition = facts.conditions.find(({ type }) => type === 'DisruptionTarget');
  if (condition?.status !== 'True') return nothing;
  const cause = sentence(`Chosen to be ended${condition.reason === undefined ? '' : ` (${condition.reason})`}`, condition.message);
  const evidence = conditionEvidence(facts, 'DisruptionTarget');
  return [finding('disruption-target', 'info', { subject: 'condition DisruptionTarget', cause, about: condition.reason, since: condition.since, evidence })];
}
