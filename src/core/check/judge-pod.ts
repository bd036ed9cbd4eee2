/** How far one Pod is on its way to what a check waits for: there, on the way, failed for good, or lost to the infrastructure. Pure. */
import { isDone } from '../diagnosis/diagnose-pod.ts';
import type { Finding, FindingCode } from '../diagnosis/finding.ts';
import { conditionOf } from '../diagnosis/grace.ts';
import { times } from '../diagnosis/wording.ts';
import type { PodFacts } from '../pod-facts.ts';
import type { CheckGoal } from './check-plan.ts';

/** `ended`: it is over with this Pod, and its controller makes another one. */
type PodState = 'reached' | 'waiting' | 'failed' | 'infrastructure' | 'ended';

export interface JudgedPod {
  readonly facts: PodFacts;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly state: PodState;
  /** One sentence: why it failed, or what it waits for. */
  readonly message: string | undefined;
  /** When it counts as Ready, where that is only a matter of time. */
  readonly readyAt: number | undefined;
}

export interface PodRules {
  readonly goal: CheckGoal;
  /** What makes another Pod where this one ends; a Job also counts the Pods that fail. */
  readonly replacedBy: 'nobody' | 'controller' | 'job';
  readonly minReadyMs: number;
  readonly allowRestarts: number | undefined;
}

/** What is nobody's fault who wrote the Pod. */
const infrastructureCodes: ReadonlySet<FindingCode> = new Set(['evicted', 'preempted', 'node-shutdown', 'node-lost', 'disruption-target']);

export function isInfrastructure(finding: Finding | undefined): boolean {
  return finding !== undefined && infrastructureCodes.has(finding.code);
}

/** Of these no other try of a Job is different. */
const neverRuns: ReadonlySet<FindingCode> = new Set(['command-not-found', 'command-not-executable', 'wrong-architecture']);

/** `restarts` since the check began; `now` in milliseconds since the epoch. */
export function judgePod(facts: PodFacts, findings: readonly Finding[], restarts: number, rules: PodRules, now: number): JudgedPod {
  const judged = (state: PodState, message?: string, readyAt?: number): JudgedPod => ({ facts, findings, state, message, readyAt });
  const { goal, replacedBy, allowRestarts } = rules;
  if (goal.kind === 'deleted') return judged('waiting');
  if (goal.kind === 'condition' && conditionOf(facts, goal.type)?.status === goal.status) return judged('reached');
  if (facts.deletionDueAt !== undefined) return beingDeleted(facts, rules, judged);
  if (isDone(facts)) {
    const counts = goal.kind === 'completed' || (goal.kind === 'ready' && (goal.orCompleted || replacedBy === 'job'));
    return counts ? judged('reached') : judged('failed', `It has completed, and will not be ${goal.kind === 'ready' ? 'ready' : 'as it was waited for'}.`);
  }
  const [worst] = findings;
  const never = findings.find(({ code, verdict }) => verdict === 'doomed' && neverRuns.has(code));
  if (replacedBy === 'job' && never !== undefined && allowRestarts === undefined) return judged('failed', never.cause);
  if (facts.phase === 'Failed' || (replacedBy === 'job' && hasEnded(facts, findings))) {
    if (replacedBy !== 'nobody') return judged('ended', worst?.cause);
    return judged(findings.some(isInfrastructure) ? 'infrastructure' : 'failed', worst?.cause ?? 'The Pod failed.');
  }
  if (goal.kind === 'completed' && facts.restartPolicy === 'Always') {
    return judged('failed', 'Its restart policy is Always: it never completes.');
  }
  if (allowRestarts !== undefined && restarts > allowRestarts) {
    const allowed = allowRestarts === 0 ? 'none is allowed' : `${allowRestarts} ${allowRestarts === 1 ? 'is' : 'are'} allowed`;
    return judged('failed', `It was restarted ${times(restarts)}, and ${allowed}${worst === undefined ? '.' : `: ${worst.cause}`}`);
  }
  const doomed = findings.find((finding) => finding.verdict === 'doomed' && !isForgiven(finding, rules));
  if (doomed !== undefined) return judged(isInfrastructure(doomed) ? 'infrastructure' : 'failed', doomed.cause);
  const lost = findings.find(({ code }) => code === 'node-lost');
  if (lost !== undefined) return judged(replacedBy === 'nobody' ? 'infrastructure' : 'waiting', lost.cause);
  const ready = conditionOf(facts, 'Ready');
  if (goal.kind === 'ready' && ready?.status === 'True') {
    const readyAt = (ready.since ?? now) + rules.minReadyMs;
    return readyAt <= now || rules.minReadyMs === 0 ? judged('reached') : judged('waiting', 'It is Ready, but not for long enough.', readyAt);
  }
  return judged('waiting', worst?.cause);
}

/** A container that ended with an error and is not started again has failed its Pod, whose phase follows some seconds later. */
export function hasEnded({ phase, restartPolicy }: PodFacts, findings: readonly Finding[]): boolean {
  return phase === 'Failed' || (restartPolicy === 'Never' && findings.some(({ class: kind, verdict }) => kind === 'exit' && verdict === 'doomed'));
}

/** A Pod that is to go is lost, whether it is still Ready or not: nobody waits for one that goes. */
function beingDeleted(facts: PodFacts, { replacedBy }: PodRules, judged: (state: PodState, message: string) => JudgedPod): JudgedPod {
  if (replacedBy !== 'nobody') return judged('ended', 'It is being deleted.');
  const target = facts.conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  if (target !== undefined)
    return judged('infrastructure', `It is being deleted (${target.reason ?? 'disruption'})${target.message ? `: ${target.message}` : ''}`);
  return judged('failed', 'It is being deleted while it is waited for.');
}

/** Endings that do not decide yet: a Job allows for a number of them, and so may whoever checks. */
function isForgiven({ class: kind, code }: Finding, { replacedBy, allowRestarts }: PodRules): boolean {
  const ending = kind === 'exit' || code === 'liveness-probe' || code === 'startup-probe';
  return ending && (replacedBy === 'job' || allowRestarts !== undefined);
}
