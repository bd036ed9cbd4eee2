/** Containers that run but are not ready: which probe has not passed, how much of its budget is used, and what else readiness waits for. */
import { humanDuration } from '../age.ts';
import type { ContainerFacts, ProbeFacts } from '../pod-facts.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Evidence, type Finding, finding } from './finding.ts';
import { conditionOf, grace, overdue, probeBudget } from './grace.ts';
import { explains } from './volume.ts';
import { conditionEvidence, containerSubject, containerTitle, eventEvidence, kubectl, sentence, times } from './wording.ts';

export function probeFindings(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  const { facts } = pod;
  if (conditionOf(facts, 'Ready')?.status === 'True') return nothing;
  const initializing = conditionOf(facts, 'Initialized')?.status === 'False';
  const unready = facts.containers.filter(
    ({ kind, ready, running }) => running !== undefined && !ready && (kind === 'app' || (kind === 'sidecar' && !initializing)),
  );
  const known = new Set(found.map(({ subject }) => subject));
  return unready.filter((container) => !known.has(containerSubject(container))).map((container) => unreadyFinding(pod, container));
}

function unreadyFinding(pod: PodCase, container: ContainerFacts): Finding {
  const { facts, now } = pod;
  const [kind, probe] = awaitedProbe(container);
  const lost = conditionOf(facts, 'ContainersReady')?.since ?? conditionOf(facts, 'Ready')?.since;
  const started = container.running?.startedAt ?? facts.createdAt;
  // A container that was ready and no longer is gets a budget from the moment it lost it.
  const since = lost !== undefined && started !== undefined ? Math.max(lost, started) : (started ?? lost);
  const next = kubectl(facts.namespace, 'logs', facts.name, '-c', container.name);
  const subject = containerSubject(container);
  const verdict = overdue(since, now, grace.ready + probeBudget(probe));
  if (probe === undefined) return finding('not-ready', verdict, { subject, cause: `${containerTitle(container)} runs but is not ready.`, since, next });
  const unhealthy = latestEvent(pod, ['Unhealthy'], container.name);
  const matches = unhealthy?.message.toLowerCase().startsWith(kind) === true ? unhealthy : undefined;
  const said = matches?.message.replace(/^\w+ probe (?:failed|errored)[^:]*: /i, '').trim();
  const failed = matches === undefined ? '' : ` (failed ${times(matches.count)})`;
  const unpassed = `${containerTitle(container)} runs, but its ${kind} probe (${probe.handler}) has not passed`;
  return finding(`${kind}-probe`, verdict, {
    subject,
    cause: said ? sentence(unpassed, `${said}${failed}`) : `${unpassed}${failed}.`,
    about: probe.handler,
    since,
    evidence: [budgetEvidence(container, kind, probe, since, now), ...eventEvidence(matches)],
    next,
  });
}

function awaitedProbe(container: ContainerFacts): readonly [kind: 'startup' | 'readiness', probe: ProbeFacts | undefined] {
  const { startup, readiness } = container.probes;
  return startup && container.started !== true ? ['startup', startup] : ['readiness', readiness];
}

function budgetEvidence({ kind, specIndex }: ContainerFacts, probeKind: string, probe: ProbeFacts, since: number | undefined, now: number): Evidence {
  const { initialDelaySeconds, failureThreshold, periodSeconds } = probe;
  const delay = initialDelaySeconds > 0 ? `${initialDelaySeconds}s, then ` : '';
  const used = since === undefined ? '' : `; ${humanDuration(now - since)} used`;
  const path = `spec.${kind === 'app' ? 'containers' : 'initContainers'}[${specIndex ?? 0}].${probeKind}Probe`;
  return { source: 'spec', path, text: `may fail for ${delay}${failureThreshold} × ${periodSeconds}s${used}` };
}

/** All containers are as they should be, or have completed, and the Pod is not Ready all the same. */
export function unreadyPod({ facts, now }: PodCase, found: readonly Finding[]): readonly Finding[] {
  const ready = conditionOf(facts, 'Ready');
  if (ready?.status === 'True' || explains(found)) return nothing;
  const since = ready?.since ?? facts.createdAt;
  const verdict = overdue(since, now, grace.ready);
  const completed = facts.containers.find((each) => each.kind === 'app' && each.terminated);
  if (completed !== undefined) {
    const cause = `${containerTitle(completed)} has completed while others still run.`;
    return [finding('completed-beside-running', verdict, { subject: containerSubject(completed), cause, since, evidence: conditionEvidence(facts, 'Ready') })];
  }
  const gate = facts.readinessGates.find((type) => conditionOf(facts, type)?.status !== 'True');
  if (gate !== undefined) {
    const evidence = [...conditionEvidence(facts, gate), ...conditionEvidence(facts, 'Ready')];
    return [
      finding('readiness-gate', verdict, { subject: `condition ${gate}`, cause: `The readiness gate ${gate} is not True.`, about: gate, since, evidence }),
    ];
  }
  const cause = sentence('Not ready', ready?.message ?? ready?.reason);
  return [finding('not-ready', verdict, { subject: 'condition Ready', cause, since, evidence: conditionEvidence(facts, 'Ready') })];
}
