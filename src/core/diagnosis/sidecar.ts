/** Sidecars: one that holds up the steps behind it, and one that the kubelet stopped after the app had completed, which is no failure. */
import type { ContainerFacts } from '../pod-facts.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Finding, finding } from './finding.ts';
import { grace, overdue, probeBudget } from './grace.ts';
import { containerSubject, containerTitle, endingEvidence, eventEvidence, kubectl } from './wording.ts';

/**
 * A sidecar that ended once every app container had: the kubelet stops it then with SIGTERM and, after the grace period, SIGKILL, and an exit code of
 * 143 or 137 says no more than that. Undefined where that is not so.
 */
export function sidecarStopped({ facts }: PodCase, container: ContainerFacts): Finding | undefined {
  const { kind, terminated } = container;
  if (kind !== 'sidecar' || terminated === undefined || (terminated.exitCode !== 137 && terminated.exitCode !== 143)) return undefined;
  if (terminated.reason === 'OOMKilled') return undefined;
  const apps = facts.containers.filter((each) => each.kind === 'app');
  if (apps.length === 0 || apps.some((app) => app.terminated === undefined)) return undefined;
  const cause = `${containerTitle(container)} was stopped after the app had ended, which is as it should be.`;
  return finding('sidecar-stopped', 'info', { subject: containerSubject(container), cause, since: terminated.finishedAt, evidence: endingEvidence(container) });
}

/** The sidecars that were stopped so, in a Pod that is done. */
export function stoppedSidecars(pod: PodCase): readonly Finding[] {
  return pod.facts.containers.flatMap((container) => sidecarStopped(pod, container) ?? nothing);
}

/** A sidecar that runs but has not started, as its startup probe has not passed: what stands behind it waits. */
export function sidecarNotStarted(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  const { facts, now } = pod;
  if (facts.conditions.some(({ type, status }) => type === 'Initialized' && status === 'True')) return nothing;
  const at = facts.containers.findIndex((container) => !isPast(container));
  const container = facts.containers[at];
  if (container?.kind !== 'sidecar' || container.running === undefined) return nothing;
  const subject = containerSubject(container);
  if (found.some((finding) => finding.subject === subject)) return nothing;
  const next = facts.containers.slice(at + 1).find(({ kind }) => kind !== 'ephemeral');
  const probe = container.probes.startup;
  const waits = next === undefined ? '' : `; ${containerSubject(next)} waits for it`;
  const what = probe === undefined ? 'has not started' : `its startup probe (${probe.handler}) has not passed`;
  const since = container.running.startedAt;
  return [
    finding('sidecar-not-started', overdue(since, now, grace.ready + probeBudget(probe)), {
      subject,
      cause: `${containerTitle(container)} runs, but ${what}${waits}.`,
      about: probe?.handler,
      since,
      evidence: eventEvidence(latestEvent(pod, ['Unhealthy'], container.name)),
      next: kubectl(facts.namespace, 'logs', facts.name, '-c', container.name),
    }),
  ];
}

/** What the kubelet asks before it goes on to the next: a step that has ended well, a sidecar that has started. */
function isPast({ kind, terminated, started }: ContainerFacts): boolean {
  if (kind === 'init') return terminated?.exitCode === 0;
  return kind === 'sidecar' && started === true;
}
