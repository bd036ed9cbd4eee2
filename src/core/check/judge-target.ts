/**
 * How far one target of a check is: how many Pods it wants, how many are there, and whether it is certain that it will not get there. A function of the
 * objects seen, what is remembered of the target, and the time. Pure.
 */
import { diagnoseController } from '../diagnosis/controller.ts';
import { diagnosePod } from '../diagnosis/diagnose-pod.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { conditionOf } from '../diagnosis/grace.ts';
import { sentence } from '../diagnosis/wording.ts';
import { ownerChain } from '../owner.ts';
import type { PodFacts } from '../pod-facts.ts';
import { type WorkloadFacts, type WorkloadKind, workloadKindNames } from '../workload-facts.ts';
import type { CheckPlan, CheckTarget } from './check-plan.ts';
import { type CurrentPods, currentPods } from './current-pods.ts';
import { hasEnded, isInfrastructure, type JudgedPod, judgePod, type PodRules } from './judge-pod.ts';
import type { SeenObjects } from './seen-objects.ts';

/** What is remembered of a target from one look to the next: which object it was at first, as it was last seen. */
export interface TargetMemory {
  readonly pod?: PodFacts;
  readonly workload?: WorkloadFacts;
  /** Of a selector: it has matched something. */
  readonly matched?: boolean;
}

type TargetState = 'reached' | 'waiting' | 'failed' | 'infrastructure';

export interface JudgedTarget {
  readonly target: CheckTarget;
  readonly state: TargetState;
  readonly wanted: number;
  readonly reached: number;
  /** One sentence where it is not there. */
  readonly message: string | undefined;
  /** Of the workload itself. */
  readonly findings: readonly Finding[];
  readonly pods: readonly JudgedPod[];
}

/** One look at a target, and what to remember of it. */
export function judgeTarget(
  target: CheckTarget,
  memory: TargetMemory,
  objects: SeenObjects,
  plan: CheckPlan,
  now: number,
): readonly [JudgedTarget, TargetMemory] {
  const look: Look = { target, objects, plan, now };
  const { of } = target;
  if (of.kind === 'selector') return judgeSelected(look, memory);
  if (of.kind === 'pod') return judgeNamedPod(look, memory);
  return judgeWorkload(look, of.kind, of.name, memory);
}

interface Look {
  readonly target: CheckTarget;
  readonly objects: SeenObjects;
  readonly plan: CheckPlan;
  readonly now: number;
}

function judged(look: Look, state: TargetState, parts: Partial<Omit<JudgedTarget, 'target' | 'state'>> = {}): JudgedTarget {
  return { target: look.target, state, wanted: 1, reached: state === 'reached' ? 1 : 0, message: undefined, findings: [], pods: [], ...parts };
}

function judgeOne(look: Look, facts: PodFacts, rules: Partial<PodRules>): JudgedPod {
  const { objects, plan, now, target } = look;
  const findings = diagnosePod(facts, { events: objects.eventsAboutPod(facts) }, now);
  const { allowRestarts } = plan;
  return judgePod(facts, findings, objects.restartsSince(facts), { goal: target.goal, allowRestarts, replacedBy: 'nobody', minReadyMs: 0, ...rules }, now);
}

/** The same Pod all the way, unless its controller makes one of the same name, as that of a StatefulSet does. */
function judgeNamedPod(look: Look, memory: TargetMemory): readonly [JudgedTarget, TargetMemory] {
  const { target, objects } = look;
  const { namespace = '' } = target;
  const name = target.of.kind === 'pod' ? target.of.name : '';
  const deletion = target.goal.kind === 'deleted';
  const known = memory.pod === undefined ? undefined : objects.pod(memory.pod.uid);
  const replaceable = memory.pod?.owner?.kind === 'StatefulSet' && !deletion;
  const pod = known ?? (memory.pod === undefined || replaceable ? objects.podsNamed(namespace, name)[0] : undefined);
  if (pod !== undefined) {
    const one = judgeOne(look, pod, { replacedBy: pod.owner?.kind === 'StatefulSet' ? 'controller' : 'nobody' });
    return [judged(look, one.state === 'ended' ? 'waiting' : one.state, { message: one.message, pods: [one] }), { pod }];
  }
  if (deletion) return [judged(look, 'reached'), memory];
  if (replaceable) return [judged(look, 'waiting', { message: 'It was deleted, and its StatefulSet has not made it anew yet.' }), memory];
  if (memory.pod === undefined) return [judged(look, 'failed', { message: `There is no Pod ${namespace}/${name}${applied(target)}` }), memory];
  const last = judgeOne(look, memory.pod, {});
  const message = objects.podsNamed(namespace, name).length > 0 ? 'It was deleted, and another Pod has taken its name.' : 'It was deleted.';
  const state = last.state === 'infrastructure' ? 'infrastructure' : 'failed';
  return [judged(look, state, { message: state === 'failed' ? message : (last.message ?? message), pods: [{ ...last, state }] }), memory];
}

/** All Pods that the server gives for the selector. Those that were going when the check began do not count, nor those that their controller replaces. */
function judgeSelected(look: Look, memory: TargetMemory): readonly [JudgedTarget, TargetMemory] {
  const { target, objects } = look;
  const all = [...objects.pods];
  const pods = all.map((facts) => judgeOne(look, facts, { replacedBy: facts.owner === undefined ? 'nobody' : 'controller' }));
  if (target.goal.kind === 'deleted') return [ofPods(look, pods, pods.length, pods.length === 0), memory];
  const live = pods.filter(({ state, facts }) => state !== 'ended' && !objects.wasGoing(facts));
  const matched = memory.matched === true || live.length > 0;
  if (target.expect === undefined && live.length === 0) {
    if (!matched && all.length === 0)
      return [judged(look, 'failed', { message: 'No Pod matches it, and --expect does not say how many to wait for.' }), memory];
    return [judged(look, matched && all.length === 0 ? 'failed' : 'waiting', { message: 'All Pods that matched it have gone.' }), { matched }];
  }
  const wanted = target.expect ?? live.length;
  const surplus =
    live.length === wanted
      ? undefined
      : `${live.length} ${live.length === 1 ? 'Pod matches' : 'Pods match'} it, and ${wanted} ${wanted === 1 ? 'is' : 'are'} expected.`;
  return [ofPods(look, live, wanted, live.length === wanted && live.every(({ state }) => state === 'reached'), surplus), { matched }];
}

function judgeWorkload(look: Look, kind: WorkloadKind, name: string, memory: TargetMemory): readonly [JudgedTarget, TargetMemory] {
  const { target, objects } = look;
  const { namespace = '' } = target;
  const workload = memory.workload === undefined ? objects.workloadsNamed(kind, namespace, name)[0] : objects.workload(memory.workload.uid);
  if (target.goal.kind === 'deleted')
    return [judgeDeletion(look, kind, name, workload ?? memory.workload, workload !== undefined), remembered(workload, memory)];
  if (workload === undefined) {
    const known = memory.workload !== undefined;
    const another = objects.workloadsNamed(kind, namespace, name).length > 0;
    const message = known
      ? another
        ? 'It was deleted, and another has taken its name.'
        : 'It was deleted while it was waited for.'
      : `There is no ${workloadKindNames[kind]} ${namespace}/${name}${applied(target)}`;
    return [judged(look, 'failed', { message }), memory];
  }
  if (workload.deleting) return [judged(look, 'failed', { message: 'It is being deleted.' }), { workload }];
  return [judgePresent(look, workload), { workload }];
}

/** What is most likely where a manifest names what does not exist. */
function applied({ place }: CheckTarget): string {
  return place === undefined ? '.' : ': its manifest has not been applied there.';
}

function remembered(workload: WorkloadFacts | undefined, memory: TargetMemory): TargetMemory {
  return workload === undefined ? memory : { workload };
}

/** A workload is gone once the Pods that it made are gone too; of one that was gone at first they are known by the name of its ReplicaSet alone. */
function judgeDeletion(look: Look, kind: WorkloadKind, name: string, workload: WorkloadFacts | undefined, exists: boolean): JudgedTarget {
  const { objects, target } = look;
  const namespace = target.namespace ?? '';
  const pods = [...objects.pods].filter(
    (pod) => pod.namespace === namespace && ownerChain(pod).some((owner) => owner.kind.toLowerCase() === kind && owner.name === name),
  );
  const left = pods.filter((pod) => workload === undefined || kind === 'deployment' || pod.owner?.uid === workload.uid).map((pod) => judgeOne(look, pod, {}));
  const message = exists ? 'It still exists.' : `${left.length} ${left.length === 1 ? 'Pod is' : 'Pods are'} still there.`;
  return ofPods(look, left, left.length, !exists && left.length === 0, message);
}

function judgePresent(look: Look, workload: WorkloadFacts): JudgedTarget {
  const { target, objects, now } = look;
  const { goal } = target;
  const current = currentPods(workload, objects);
  const job = workload.kind === 'job' ? workload : workload.kind === 'cronjob' ? current.controller : undefined;
  const findings = creationFindings(look, workload, current, now);
  if (workload.kind === 'cronjob' && job === undefined) {
    return judged(look, 'reached', { wanted: 0, reached: 0, message: 'It has made no Job yet.' });
  }
  const rules = { replacedBy: job === undefined ? 'controller' : 'job', minReadyMs: workload.minReadyMs } as const;
  const pods = current.pods
    .map((facts) => judgeOne(look, facts, goal.kind === 'condition' ? { ...rules, goal: waitForNothing } : rules))
    .filter(({ facts, state }) => facts.deletionDueAt === undefined || state !== 'ended');
  const wanted = job !== undefined && goal.kind === 'ready' ? Math.min(current.wanted, job.parallelism) : current.wanted;
  const alive = pods.filter(({ state }) => state !== 'ended');
  if (goal.kind === 'condition') {
    const met =
      objects.generationOf(workload)?.observed === true && workload.conditions.some(({ type, status }) => type === goal.type && status === goal.status);
    if (met) return judged(look, 'reached', { pods, findings });
    return whole(look, workload, job, { ...ofPods(look, pods, wanted, false), findings, wanted: 1, reached: 0 }, current);
  }
  if (job !== undefined && goal.kind === 'completed') {
    const complete = holds(job, 'Complete');
    const result = ofPods(look, pods, wanted, complete !== undefined);
    return whole(look, workload, job, { ...result, reached: complete === undefined ? result.reached : wanted, findings }, current);
  }
  const reached = current.pending === undefined && alive.filter(({ state }) => state === 'reached').length >= wanted;
  return whole(look, workload, job, { ...ofPods(look, pods, wanted, reached), findings }, current);
}

/** The Pods of a workload whose own condition is waited for do not matter, unless they cannot get anywhere. */
const waitForNothing = { kind: 'ready', orCompleted: true } as const;

/** Adds what the workload itself says to what its Pods are. */
function whole(look: Look, workload: WorkloadFacts, job: WorkloadFacts | undefined, result: JudgedTarget, { pending, controller }: CurrentPods): JudgedTarget {
  if (result.state !== 'waiting') return result;
  const failed = job === undefined ? undefined : (jobFailure(job) ?? tooManyFailures(job, result.pods));
  if (failed !== undefined) {
    const ended = result.pods.filter(({ facts, findings }) => hasEnded(facts, findings));
    const infrastructure = ended.length > 0 && ended.every(({ findings }) => findings.some(isInfrastructure));
    const [cause] = ended;
    return { ...result, state: infrastructure ? 'infrastructure' : 'failed', message: cause?.message === undefined ? failed : podMessage(cause) };
  }
  const stalled = workload.conditions.find(({ type, status, reason }) => type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded');
  if (stalled !== undefined && pending === undefined) {
    return { ...result, state: 'failed', message: result.message ?? sentence('Its rollout takes longer than its progressDeadlineSeconds', stalled.message) };
  }
  const own = result.findings[0]?.cause ?? pending;
  const missing = controller !== undefined && result.pods.length < result.wanted ? 'Its Pods have not been made yet.' : undefined;
  return { ...result, message: own ?? result.message ?? (look.target.goal.kind === 'condition' ? undefined : missing) };
}

function holds(workload: WorkloadFacts, type: string) {
  return workload.conditions.find((condition) => condition.type === type && condition.status === 'True');
}

/** FailureTarget comes first, while the Pods are still being ended. */
function jobFailure(job: WorkloadFacts): string | undefined {
  const failure = holds(job, 'Failed') ?? holds(job, 'FailureTarget');
  return failure === undefined ? undefined : sentence(`The Job failed${failure.reason === undefined ? '' : ` (${failure.reason})`}`, failure.message);
}

/** The Job's own condition follows some seconds later. */
function tooManyFailures({ backoffLimit }: WorkloadFacts, pods: readonly JudgedPod[]): string | undefined {
  const failed = pods.filter(({ facts, findings }) => hasEnded(facts, findings)).length;
  return backoffLimit === undefined || failed <= backoffLimit ? undefined : `${failed} of its Pods failed, and ${backoffLimit} may.`;
}

/** Why the controller cannot make its Pods, where that is so since its last Pod was made. */
function creationFindings({ target, objects }: Look, workload: WorkloadFacts, { controller, pods, wanted }: CurrentPods, now: number): readonly Finding[] {
  if (pods.length >= wanted) return [];
  const lastMade = Math.max(0, ...pods.map(({ createdAt }) => createdAt ?? 0));
  const about = [workload, ...(controller === undefined || controller === workload ? [] : [controller])].flatMap(({ uid }) => objects.eventsAbout(uid));
  const since = about.filter(({ lastAt }) => (lastAt ?? now) > lastMade);
  return diagnoseController({ target: target.text, namespace: workload.namespace }, since);
}

/** The target as its Pods make it: one that failed decides, else whether it is there. */
function ofPods(look: Look, pods: readonly JudgedPod[], wanted: number, there: boolean, message?: string): JudgedTarget {
  const bad = pods.find(({ state }) => state === 'failed') ?? pods.find(({ state }) => state === 'infrastructure');
  const reached = Math.min(wanted, pods.filter(({ state }) => state === 'reached').length);
  if (bad !== undefined && (bad.state === 'failed' || bad.state === 'infrastructure')) {
    return judged(look, bad.state, { wanted, reached, message: podMessage(bad), pods });
  }
  if (there) return judged(look, 'reached', { wanted, reached, pods });
  const waiting = pods.find(({ state, message: said }) => state === 'waiting' && said !== undefined);
  return judged(look, 'waiting', { wanted, reached, message: message ?? (waiting && podMessage(waiting)), pods });
}

function podMessage({ facts, message }: JudgedPod): string {
  return `${facts.name}: ${message ?? 'failed'}`;
}

/** What must stay the same for a target to have stayed as it was waited for: the same Pods, Ready since the same moment, without a restart. */
export function heldKey({ state, pods }: JudgedTarget): string | undefined {
  if (state !== 'reached') return undefined;
  return pods
    .filter((pod) => pod.state === 'reached')
    .map(({ facts }) => `${facts.uid} ${conditionOf(facts, 'Ready')?.since ?? ''} ${facts.containers.map(({ restarts }) => restarts).join(' ')}`)
    .sort()
    .join('\n');
}

/** A container that no probe asks is Ready the moment it has begun, and so is one that crashes a moment later. In milliseconds. */
const settleMs = 3000;
/** The same after a crash: the kubelet waits for as long before it starts a container for the third time. */
const settleAfterCrashMs = 10_000;

/** How long a target that is there has to stay so: as was asked, else until it is likely that its Pods keep running. */
export function stableFor({ pods }: JudgedTarget, stableMs: number | undefined, now: number): number {
  if (stableMs !== undefined) return stableMs;
  return Math.max(0, ...pods.filter(({ state }) => state === 'reached').map(({ facts }) => settleFor(facts, now)));
}

function settleFor({ conditions, containers }: PodFacts, now: number): number {
  const ready = conditions.find(({ type }) => type === 'Ready');
  const crashed = Math.max(...containers.map(({ lastTermination: last }) => (last === undefined || last.exitCode === 0 ? 0 : (last.finishedAt ?? 0))));
  // What the status says is some seconds old where a kubelet has much to do.
  const quietSince = Math.max(ready?.since ?? now, crashed);
  if (ready?.status !== 'True' || now - quietSince >= settleAfterCrashMs) return 0;
  if (crashed > now - 3 * settleAfterCrashMs) return settleAfterCrashMs;
  return containers.every(({ kind, probes }) => kind !== 'app' || probes.readiness !== undefined || probes.startup !== undefined) ? 0 : settleMs;
}
