/** What holds up the roll-out of a Deployment, a StatefulSet or a DaemonSet, besides what is wrong with its Pods. */
import { humanDuration } from '../age.ts';
import { count, millis, object } from '../json.ts';
import { ordinalOf } from '../workload-generation.ts';
import { compareFindings, type Finding, finding } from './finding.ts';
import { grace, overdue } from './grace.ts';
import { counted, kubectl, listed } from './wording.ts';
import { isReady, lookAtControllers, type WorkloadCase, workloadCondition, workloadEvidence } from './workload-case.ts';

export function rolloutFindings(workload: WorkloadCase): readonly Finding[] {
  return [
    ...specNotObserved(workload),
    ...paused(workload),
    ...rolloutBlocked(workload),
    ...progressDeadline(workload),
    ...misscheduled(workload),
    ...oldPodsKept(workload),
  ];
}

/** Whether every Pod there is to be is of the current generation and available, and none of an older one is left. */
export function isRolledOut({ generation, pods }: WorkloadCase, available: number): boolean {
  return generation.observed && generation.expected !== undefined && available >= generation.expected && pods.old.length === 0;
}

function specNotObserved({ generation, target, metadata, status, given }: WorkloadCase): readonly Finding[] {
  if (generation.observed) return [];
  const wanted = count(metadata.generation) ?? 1;
  const seen = count(status.observedGeneration) ?? 0;
  // When the spec was changed is written nowhere; when the first one was made is.
  const since = wanted === 1 ? millis(metadata.creationTimestamp) : undefined;
  return [
    finding('spec-not-observed', overdue(since, given.now, grace.config), {
      subject: target,
      cause: `Its controller has not acted on the spec as it is now (generation ${wanted}, ${seen === 0 ? 'none seen' : `seen ${seen}`}).`,
      since,
      evidence: [{ source: 'status', path: 'status.observedGeneration', text: String(seen) }],
      next: lookAtControllers,
    }),
  ];
}

function paused(workload: WorkloadCase): readonly Finding[] {
  const { generation, target, pods } = workload;
  if (generation.kind !== 'Deployment' || !generation.paused) return [];
  const waits = generation.revision === undefined || pods.old.length > 0;
  return [
    finding('rollout-paused', waits ? 'waiting' : 'info', {
      subject: target,
      cause: waits ? 'Its roll-out is paused before it was through.' : 'It is paused: a change of its template will not be rolled out.',
      evidence: [{ source: 'spec', path: 'spec.paused', text: 'true' }],
      next: kubectl(generation.namespace, 'rollout', 'resume', target),
    }),
  ];
}

/**
 * A StatefulSet that makes and replaces its Pods in order waits for each to be ready: the lowest that is not stops everything else, even its own
 * replacement by a mended template. Source: UpdateStatefulSet in kubernetes/pkg/controller/statefulset/stateful_set_control.go.
 */
function rolloutBlocked({ generation, target, spec, pods, counted: those }: WorkloadCase): readonly Finding[] {
  if (generation.kind !== 'StatefulSet' || spec.podManagementPolicy === 'Parallel' || !generation.observed) return [];
  const members = [...those, ...pods.old, ...pods.replaced].toSorted((a, b) => ordinalOf(a.facts) - ordinalOf(b.facts));
  const blocker = members.find(({ facts }) => !isReady(facts));
  const missing = Math.max(0, (generation.expected ?? 0) - members.length);
  if (blocker === undefined || missing + pods.old.length === 0) return [];
  const { facts, findings } = blocker;
  const waiting = [
    ...(missing > 0 ? [`${counted(missing, 'Pod')} after it ${missing === 1 ? 'is' : 'are'} not made`] : []),
    ...(pods.old.length > 0 ? [`${counted(pods.old.length, 'Pod')} of the old revision ${pods.old.length === 1 ? 'is' : 'are'} not replaced`] : []),
  ];
  const [worst] = findings.toSorted(compareFindings);
  const stuck = worst?.verdict === 'doomed' || worst?.verdict === 'stuck';
  const old = pods.old.includes(blocker);
  // What is wrong with one that counts is told with the Pods.
  const why = old && worst !== undefined ? ` (${worst.cause.replace(/\.$/, '')})` : '';
  return [
    finding('rollout-blocked', stuck ? 'stuck' : 'waiting', {
      subject: target,
      cause: `Pod ${facts.name}${old ? ' of the old revision' : ''} is not ready${why}: until it is, ${listed(waiting)}.`,
      about: facts.name,
      since: worst?.since,
      evidence: [{ source: 'spec', path: 'spec.podManagementPolicy', text: 'OrderedReady' }],
      // The StatefulSet does not replace it by itself, also where the template has been mended: kubernetes/kubernetes issue 67250.
      next: stuck && old ? kubectl(generation.namespace, 'delete', 'pod', facts.name) : undefined,
    }),
  ];
}

function progressDeadline(workload: WorkloadCase): readonly Finding[] {
  const { generation, target, spec, pods } = workload;
  const condition = workloadCondition(workload, 'Progressing', 'False');
  if (condition?.reason !== 'ProgressDeadlineExceeded') return [];
  const limit = humanDuration(1000 * (count(spec.progressDeadlineSeconds) ?? 600));
  const back = pods.old.some(({ facts }) => isReady(facts));
  return [
    finding('progress-deadline-exceeded', 'stuck', {
      subject: target,
      cause: `Its roll-out has made no progress for longer than its deadline of ${limit}.`,
      since: condition.since,
      evidence: workloadEvidence(workload, condition),
      next: kubectl(generation.namespace, 'rollout', back ? 'undo' : 'status', target),
    }),
  ];
}

function misscheduled({ generation, target, status }: WorkloadCase): readonly Finding[] {
  const wrong = count(status.numberMisscheduled) ?? 0;
  if (generation.kind !== 'DaemonSet' || wrong === 0) return [];
  return [
    finding('pods-misscheduled', 'degraded', {
      subject: target,
      cause: `${counted(wrong, 'node')} ${wrong === 1 ? 'runs' : 'run'} a Pod of it that should not: selector, affinity or taints have changed since.`,
      evidence: [{ source: 'status', path: 'status.numberMisscheduled', text: String(wrong) }],
      next: kubectl(generation.namespace, 'describe', target),
    }),
  ];
}

function oldPodsKept({ generation, target, spec, pods }: WorkloadCase): readonly Finding[] {
  if (pods.kept.length === 0) return [];
  const strategy = object(spec.updateStrategy);
  const onDelete = strategy.type === 'OnDelete';
  const why = onDelete ? 'until somebody deletes them (OnDelete)' : `as its partition of ${generation.pods.keptBelow} asks`;
  const path = onDelete ? 'spec.updateStrategy.type' : 'spec.updateStrategy.rollingUpdate.partition';
  const many = pods.kept.length > 1;
  return [
    finding('old-pods-kept', 'info', {
      subject: target,
      cause: `${counted(pods.kept.length, 'Pod')} ${many ? 'keep' : 'keeps'} the old template, ${many ? why : why.replace('them', 'it')}.`,
      evidence: [{ source: 'spec', path, text: onDelete ? 'OnDelete' : String(generation.pods.keptBelow) }],
    }),
  ];
}
