/**
 * How a workload as a whole does: which generation of it is current, how many of how many Pods are ready, what its controller cannot do, and the distinct
 * causes with the Pods that share each. Pods of an older generation, and ended ones in whose place there are others, do not weigh on the verdict.
 */
import { humanDuration } from '../age.ts';
import { count } from '../json.ts';
import type { WorkloadGeneration } from '../workload-generation.ts';
import { refusedPods } from './controller.ts';
import { compareFindings, type Finding, type Verdict } from './finding.ts';
import { type SharedCause, sharedCauses, type TroubledPod } from './shared-causes.ts';
import { counted } from './wording.ts';
import { isAvailable, isReady, type WorkloadCase, type WorkloadGiven, workloadCase } from './workload-case.ts';
import { cronJobFindings, isComplete, jobFindings, newestJob } from './workload-job.ts';
import { isRolledOut, rolloutFindings } from './workload-rollout.ts';

export interface WorkloadVerdict {
  /** `deploy/web`. */
  readonly target: string;
  readonly namespace: string;
  readonly generation: WorkloadGeneration;
  /** Undefined where nothing is wrong and nothing is waited for. */
  readonly verdict: Verdict | undefined;
  /** `2/3 ready`, `1/5 succeeded`. */
  readonly progress: string;
  /** How far it is, in a sentence or two. */
  readonly summary: string;
  /** What to read first: the worst of the causes and of the workload's own findings, a Pod's cause before what only follows from it. */
  readonly lead: Finding | undefined;
  /** Of the workload itself, worst first. */
  readonly findings: readonly Finding[];
  /** What the Pods that count share, worst first. */
  readonly causes: readonly SharedCause[];
  /** The same for those that do not count: of an older generation, ended and replaced, a Job's failed tries while it goes on. */
  readonly past: readonly SharedCause[];
  readonly counts: PodCounts;
}

export interface PodCounts {
  readonly expected: number | undefined;
  /** Pods that count, and of them those that are ready, and ready for as long as minReadySeconds asks. */
  readonly current: number;
  readonly ready: number;
  readonly available: number;
  /** Among the current ones: those that keep the old template on purpose. */
  readonly kept: number;
  readonly old: number;
  readonly oldReady: number;
  /** Of a Job. */
  readonly succeeded: number | undefined;
  readonly failed: number | undefined;
}

/** Undefined where the object is no workload. Total, like podFacts. */
export function workloadVerdict(given: WorkloadGiven): WorkloadVerdict | undefined {
  const workload = workloadCase(given);
  if (workload === undefined) return undefined;
  if (workload.generation.kind === 'CronJob') return cronJobVerdict(workload);
  return workload.generation.kind === 'Job' ? jobVerdict(workload) : rolloutVerdict(workload);
}

function rolloutVerdict(workload: WorkloadCase): WorkloadVerdict {
  const counts = countsOf(workload);
  const { expected } = counts;
  const missing = expected === undefined || counts.current < expected;
  const findings = [...(missing ? refusedPods(workload) : []), ...rolloutFindings(workload)].toSorted(compareFindings);
  const causes = sharedCauses(workload.counted);
  const lead = leadOf(causes, findings);
  return {
    ...named(workload),
    verdict: lead?.verdict ?? (isRolledOut(workload, counts.available) ? undefined : 'waiting'),
    progress: `${counts.ready}/${expected ?? '?'} ready`,
    summary: rolloutSummary(workload, counts),
    lead,
    findings,
    causes,
    past: sharedCauses([...workload.pods.old, ...workload.pods.replaced]),
    counts,
  };
}

function rolloutSummary(workload: WorkloadCase, { expected, current, ready, available, old, oldReady }: PodCounts): string {
  const { generation, given } = workload;
  const { revision, kind } = generation;
  if (expected === undefined) return 'Nobody has counted yet how many nodes are to run it.';
  if (expected === 0 && current + old === 0) return kind === 'DaemonSet' ? 'No node is to run it.' : 'It is scaled to 0, and has no Pods.';
  const unchecked = given.revisions === undefined ? ' Which of them are of the current generation could not be checked.' : '';
  const older = old === 0 ? '' : `${counted(old, 'Pod')} of an older one ${old === 1 ? 'is' : 'are'} still there, ${readyOf(old, oldReady)}.`;
  if (ready >= expected && available >= expected && old === 0) return `${expected === 1 ? 'Its one Pod is' : `All ${expected} Pods are`} ready.${unchecked}`;
  const which = kind === 'ReplicaSet' ? '' : ` of the current generation${revision === undefined ? '' : ` (${revision})`}`;
  // A Deployment makes new Pods beside the old ones, the others in their place.
  const missing = expected - current - (kind === 'Deployment' ? 0 : old);
  const rest = [
    ...(missing > 0 ? [`${missing} not made yet`] : []),
    ...(available < ready ? [`${ready - available} not for long enough to count as available (minReadySeconds)`] : []),
  ];
  const first = `${shareOf(ready, expected, which, ['is', 'are'], 'ready')}${rest.length > 0 ? ` (${rest.join('; ')})` : ''}.`;
  return [first, older].filter((part) => part !== '').join(' ') + unchecked;
}

/** `2 of 3 Pods are ready`, `None of 3 Pods is ready`, `Its one Pod is not ready`. */
function shareOf(some: number, all: number, which: string, [one, many]: readonly [string, string], what: string): string {
  if (all === 1) return `Its one Pod${which} ${one}${some === 0 ? ' not' : ''} ${what}`;
  return `${some === 0 ? 'None' : some} of ${all} Pods${which} ${some < 2 ? one : many} ${what}`;
}

function readyOf(all: number, ready: number): string {
  if (all === 1) return ready === 1 ? 'ready' : 'not ready';
  return ready === all ? 'all ready' : `${ready === 0 ? 'none' : ready} of them ready`;
}

function jobVerdict(workload: WorkloadCase): WorkloadVerdict {
  const counts = countsOf(workload);
  const complete = isComplete(workload);
  const own = jobFindings(workload);
  const findings = [...(complete || counts.current > 0 ? [] : refusedPods(workload)), ...own].toSorted(compareFindings);
  const failedTries = workload.counted.filter(({ facts }) => facts.phase === 'Failed');
  const live = workload.counted.filter(({ facts }) => facts.phase !== 'Failed');
  // While it is tried again, what its failed Pods died of is the cause, yet they do not doom it.
  const failing = findings.some(({ verdict }) => verdict === 'doomed' || verdict === 'stuck');
  const causes = complete ? [] : sharedCauses(failing ? [...live, ...failedTries] : live);
  const [worstOwn] = findings;
  const worst = leadOf(complete ? [] : sharedCauses(live), findings);
  return {
    ...named(workload),
    verdict: worst?.verdict ?? (complete ? undefined : 'waiting'),
    progress: `${counts.succeeded ?? 0}/${completionsOf(workload)} succeeded`,
    summary: jobSummary(workload, counts, complete),
    lead: failing && worstOwn?.verdict === worst?.verdict ? leadOf(causes, findings) : worst,
    findings,
    causes,
    past: failing ? [] : sharedCauses(failedTries),
    counts,
  };
}

/** Also of a suspended one. */
function completionsOf({ spec }: WorkloadCase): number {
  return count(spec.completions) ?? count(spec.parallelism) ?? 1;
}

function jobSummary(workload: WorkloadCase, { succeeded = 0, failed = 0 }: PodCounts, complete: boolean): string {
  const wanted = completionsOf(workload);
  if (complete) return `It is complete: ${counted(succeeded, 'Pod')} succeeded${failed === 0 ? '' : `, after ${counted(failed, 'failed one')}`}.`;
  const active = count(workload.status.active) ?? 0;
  const parts = [`${active === 0 ? 'none' : active} at work`, ...(failed === 0 ? [] : [`${failed} failed`])];
  return `${shareOf(succeeded, wanted, '', ['has', 'have'], 'succeeded')}, ${parts.join(', ')}.`;
}

/** A CronJob does as its newest Job does, and as its schedule is kept. */
function cronJobVerdict(workload: WorkloadCase): WorkloadVerdict {
  const { given, spec, pods } = workload;
  const newest = newestJob(workload);
  const job = newest && workloadVerdict({ ...given, workload: newest.job, revisions: [], pods: pods.current });
  const own = cronJobFindings(workload, newest?.madeAt);
  const findings = [...own, ...(newest === undefined ? refusedPods(workload) : []), ...(job?.findings ?? [])].toSorted(compareFindings);
  const lead = [job?.lead, ...findings].filter((each) => each !== undefined).toSorted(compareFindings)[0];
  const ago = newest?.madeAt === undefined ? '' : `, made ${humanDuration(given.now - newest.madeAt)} ago`;
  const unknown = given.revisions === undefined ? 'Its Jobs could not be checked' : 'It has made no Job, or keeps none';
  return {
    ...named(workload),
    verdict: own.length === 0 ? (job?.verdict ?? lead?.verdict) : lead?.verdict,
    progress: job === undefined ? 'no Job' : job.progress,
    summary: job === undefined ? `${unknown} (schedule ${String(spec.schedule ?? 'unknown')}).` : `Its newest Job is ${job.target}${ago}. ${job.summary}`,
    lead,
    findings,
    causes: job?.causes ?? [],
    past: [...(job?.past ?? []), ...sharedCauses(pods.old)],
    counts: job?.counts ?? countsOf(workload),
  };
}

function named({ target, generation }: WorkloadCase): Pick<WorkloadVerdict, 'target' | 'namespace' | 'generation'> {
  return { target, namespace: generation.namespace, generation };
}

function countsOf(workload: WorkloadCase): PodCounts {
  const { generation, counted: those, pods, status } = workload;
  const isJob = generation.kind === 'Job';
  const number = (list: readonly TroubledPod[], is: (pod: TroubledPod) => boolean): number => list.filter(is).length;
  return {
    expected: generation.expected,
    current: those.length,
    ready: number(those, ({ facts }) => isReady(facts)),
    available: number(those, ({ facts }) => isAvailable(workload, facts)),
    kept: pods.kept.length,
    old: pods.old.length,
    oldReady: number(pods.old, ({ facts }) => isReady(facts)),
    succeeded: isJob ? (count(status.succeeded) ?? 0) : undefined,
    failed: isJob ? (count(status.failed) ?? 0) : undefined,
  };
}

/** The worst; of the same weight a cause goes before the workload's own findings, which mostly follow from it. */
function leadOf(causes: readonly SharedCause[], findings: readonly Finding[]): Finding | undefined {
  return [...causes.map(({ finding }) => finding), ...findings].toSorted(compareFindings)[0];
}
