/**
 * Makes the report of a check that is over: looks into the Pods that did not get there, within a few seconds, and reads the last lines of their logs. What
 * does not come in time is left out: whoever waits for the exit code waits for this.
 */
import type { CheckPlan } from '../core/check/check-plan.ts';
import { goalText } from '../core/check/check-plan.ts';
import type { CheckedState, CheckLook } from '../core/check/check-state.ts';
import { isInfrastructure, type JudgedPod } from '../core/check/judge-pod.ts';
import type { SeenObjects } from '../core/check/seen-objects.ts';
import type { CheckedPod, CheckedTarget, CheckOutcome, CheckReport, LogTail } from '../core/check-report.ts';
import type { Finding } from '../core/diagnosis/finding.ts';
import { podReferences } from '../core/diagnosis/pod-references.ts';
import { sharedCauses } from '../core/diagnosis/shared-causes.ts';
import type { ContainerFacts, PodFacts } from '../core/pod-facts.ts';
import { podStatus } from '../core/pod-status.ts';
import { exitCodes, isPodwrightError } from '../core/podwright-error.ts';
import type { Clock } from './clock.ts';
import type { DiagnosisSource } from './diagnosis-source.ts';
import { PodDiagnosis } from './pod-diagnosis.ts';
import type { PodObjectReader } from './pod-reader.ts';

export interface ExplainedCheck {
  readonly plan: CheckPlan;
  readonly look: CheckLook;
  readonly startedAt: number;
  readonly objects: SeenObjects;
  readonly eventsRead: Promise<void>;
  readonly source: { readonly cluster: string };
  readonly diagnosis: DiagnosisSource;
  readonly reader: Pick<PodObjectReader, 'pod'>;
  readonly clock: Clock;
  /** Aborted: it was interrupted, and nothing more is asked. */
  readonly signal: AbortSignal;
}

/** How long the explanation may take. */
const explainMs = 5000;
/** Up to this many Pods are looked into one by one; of more, one for each cause. */
const lookedInto = 10;
/** Of one Pod. */
const mostLogs = 4;

const exitCodeOf: Readonly<Record<CheckOutcome, number>> = {
  passed: exitCodes.done,
  failed: exitCodes.failed,
  infrastructure: exitCodes.infrastructure,
  'timed-out': exitCodes.timeout,
  unfinished: exitCodes.interrupted,
};

export async function checkReport(check: ExplainedCheck): Promise<CheckReport> {
  const { plan, look, startedAt, clock, source } = check;
  const explained = look.outcome === 'passed' || check.signal.aborted ? new Map<string, ExplainedPod>() : await explainedPods(check);
  const outcome = look.outcome ?? 'unfinished';
  return {
    outcome,
    exitCode: exitCodeOf[outcome],
    cluster: source.cluster,
    startedAt,
    endedAt: clock.now(),
    timeoutMs: plan.timeoutMs,
    targets:
      look.targets.length > 0
        ? look.targets.map((state) => checkedTarget(state, look.now, explained))
        : plan.targets.map((target) => unseenTarget(target, outcome === 'timed-out' ? 'timed-out' : 'unfinished')),
    recording: undefined,
  };
}

function unseenTarget({ text, namespace, place, goal, expect }: CheckPlan['targets'][number], outcome: CheckOutcome): CheckedTarget {
  const message = 'The cluster had not answered by then.';
  const parts = { wanted: expect ?? 1, reached: 0, message, findings: [], pods: [], endedAt: undefined };
  return { target: text, namespace: namespace ?? '', place, waitedFor: goalText(goal), outcome, ...parts };
}

function checkedTarget(state: CheckedState, now: number, explained: ReadonlyMap<string, ExplainedPod>): CheckedTarget {
  const { target, wanted, reached, findings, pods, endedAt, outcome = 'unfinished' } = state;
  return {
    target: target.text,
    namespace: target.namespace ?? '',
    place: target.place,
    waitedFor: goalText(target.goal),
    outcome,
    wanted,
    reached,
    message: outcome === 'passed' ? undefined : messageOf(state, explained),
    findings,
    pods: pods.map((pod) => checkedPod(pod, outcome, now, explained.get(pod.facts.uid))),
    endedAt,
  };
}

/** As it was decided, in the words of the look into the Pod where there was one. */
function messageOf({ message, pods }: CheckedState, explained: ReadonlyMap<string, ExplainedPod>): string | undefined {
  const said = pods.find(({ facts, findings }) => findings[0] !== undefined && message === `${facts.name}: ${findings[0].cause}`);
  const [worst] = (said && explained.get(said.facts.uid)?.findings) ?? [];
  return said === undefined || worst === undefined ? message : `${said.facts.name}: ${worst.cause}`;
}

function checkedPod({ facts, findings, state }: JudgedPod, target: CheckOutcome, now: number, explained: ExplainedPod | undefined): CheckedPod {
  const { status, readyContainers, totalContainers, restarts } = podStatus(facts, now);
  const ended: CheckOutcome = findings.some(isInfrastructure) ? 'infrastructure' : 'failed';
  const undecided: CheckOutcome = target === 'timed-out' ? 'timed-out' : 'unfinished';
  const outcome = state === 'reached' ? 'passed' : state === 'waiting' ? undecided : state === 'ended' ? ended : state;
  return {
    namespace: facts.namespace,
    name: facts.name,
    uid: facts.uid,
    status,
    readyContainers,
    containers: totalContainers,
    restarts,
    outcome,
    createdAt: facts.createdAt,
    findings: explained?.findings ?? findings,
    logs: explained?.logs ?? [],
  };
}

interface ExplainedPod {
  readonly findings: readonly Finding[];
  readonly logs: readonly LogTail[];
}

/** The Pods worth a look, by UID, each with what came in time. */
async function explainedPods(check: ExplainedCheck): Promise<ReadonlyMap<string, ExplainedPod>> {
  const { look, clock, objects } = check;
  const limit = new AbortController();
  const explained = new Map<string, ExplainedPod>();
  const work = async (): Promise<void> => {
    await check.eventsRead;
    const diagnosis = new PodDiagnosis(check.diagnosis, look.now, limit.signal);
    await Promise.all(
      worthALook(look).map(async (facts) => {
        const pod = { facts, references: [], events: objects.eventsAboutPod(facts) };
        explained.set(facts.uid, { findings: diagnosis.atFirst(pod), logs: [] });
        const [findings, logs] = await Promise.all([
          referencesOf(check, facts, limit.signal).then((references) => diagnosis.inFull({ ...pod, references })),
          logTails(diagnosis, facts, diagnosis.atFirst(pod)),
        ]);
        explained.set(facts.uid, { findings, logs });
      }),
    );
  };
  await Promise.race([
    work().catch((error: unknown) => {
      if (!limit.signal.aborted && !isPodwrightError(error)) throw error;
    }),
    clock.wait(explainMs, check.signal),
  ]);
  limit.abort();
  return explained;
}

/** Of the targets that decide: the Pods that did not get there; of very many, one for each cause. */
function worthALook({ targets, outcome }: CheckLook): readonly PodFacts[] {
  const pods = targets
    .filter((target) => target.outcome === outcome || target.outcome === 'failed')
    .flatMap((target) => target.pods)
    .filter(({ state, findings }) => state !== 'reached' && findings.length > 0)
    .map(({ facts, findings }) => ({ facts, findings }));
  if (pods.length <= lookedInto) return pods.map(({ facts }) => facts);
  return sharedCauses(pods)
    .flatMap((cause) => cause.pods[0]?.facts ?? [])
    .slice(0, lookedInto);
}

async function referencesOf({ reader }: ExplainedCheck, { namespace, name, uid }: PodFacts, signal: AbortSignal) {
  try {
    const object = await reader.pod({ namespace, name }, { signal });
    return (object['metadata'] as { readonly uid?: string } | undefined)?.uid === uid ? podReferences(object) : [];
  } catch (error) {
    // It may be gone by now, or may only be watched.
    if (isPodwrightError(error)) return [];
    throw error;
  }
}

/** The containers that a finding is about, as far as they have run: the last lines of the run before, and of this one where there is one. */
async function logTails(diagnosis: PodDiagnosis, facts: PodFacts, findings: readonly Finding[]): Promise<readonly LogTail[]> {
  const wanted = facts.containers.filter((container) => findings.some((finding) => isAbout(finding, container))).flatMap(runsOf);
  const tails = await Promise.all(
    wanted.slice(0, mostLogs).map(async ([container, previous]): Promise<LogTail | undefined> => {
      try {
        const lines = (await diagnosis.logTail(facts, container, previous)).replace(/\n$/, '').split('\n');
        return lines.length === 1 && lines[0] === '' ? undefined : { container, previous, lines };
      } catch (error) {
        if (isPodwrightError(error)) return undefined;
        throw error;
      }
    }),
  );
  return tails.filter((tail) => tail !== undefined);
}

function isAbout({ subject, verdict }: Finding, { name, kind }: ContainerFacts): boolean {
  return verdict !== 'info' && kind !== 'ephemeral' && subject.split(', ').some((one) => one.endsWith(` ${name}`));
}

function runsOf({ name, running, terminated, lastTermination }: ContainerFacts): readonly (readonly [string, boolean])[] {
  return [
    ...(terminated === undefined && lastTermination !== undefined ? [[name, true] as const] : []),
    ...(running || terminated ? [[name, false] as const] : []),
  ];
}
