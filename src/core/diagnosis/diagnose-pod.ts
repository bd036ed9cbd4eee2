/**
 * Diagnosis: what holds a Pod up or is wrong with it, worst first, as a function of its facts, what else is known, and the time.
 *
 * It is a list of rules for the part of its life that the Pod is in. A later rule sees what the earlier ones found: causes come first, and what only
 * waits for them says nothing. It does not say how a workload as a whole does.
 */
import type { PodFacts } from '../pod-facts.ts';
import { admissionFindings } from './admission.ts';
import { configFindings } from './config.ts';
import { type DiagnosisContext, nothing, type PodCase, type Rule } from './diagnosis-context.ts';
import { disruptionFindings, disruptionTarget, nodeLost, nodeSilent, terminating } from './disruption.ts';
import { exitFindings, failedExits, failedFindings, restartedLately } from './exit.ts';
import { compareFindings, type Finding } from './finding.ts';
import { conditionOf } from './grace.ts';
import { imageFindings, imagePulling } from './image.ts';
import { initFindings } from './init.ts';
import { probeFindings, unreadyPod } from './probe.ts';
import { resizeFindings } from './resize.ts';
import { schedulingFindings } from './scheduling.ts';
import { sidecarNotStarted, stoppedSidecars } from './sidecar.ts';
import { hookRunning } from './start-hook.ts';
import { containerCreating, volumeFindings } from './volume.ts';

const noContext: DiagnosisContext = {};

/** Its own rules for each part of a Pod's life; a Pod is in exactly one. */
const rules = {
  terminating: [terminating, disruptionTarget],
  done: [stoppedSidecars],
  failed: [admissionFindings, disruptionFindings, failedExits, failedFindings],
  lost: [nodeLost],
  unscheduled: [schedulingFindings],
  live: [
    imageFindings,
    configFindings,
    exitFindings,
    nodeSilent,
    volumeFindings,
    imagePulling,
    hookRunning,
    sidecarNotStarted,
    initFindings,
    containerCreating,
    probeFindings,
    unreadyPod,
    resizeFindings,
    restartedLately,
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

/** What is wrong with the Pod, worst first; empty for one that is well. `now` is in milliseconds since the epoch. Total, like podFacts. */
export function diagnosePod(facts: PodFacts, context: DiagnosisContext, now: number): readonly Finding[] {
  const pod: PodCase = { facts, context, now };
  let found: readonly Finding[] = nothing;
  for (const rule of rules[stageOf(facts)]) {
    const more: readonly Finding[] = rule(pod, found);
    if (more.length > 0) found = found.length === 0 ? more : [...found, ...more];
  }
  return found.length < 2 ? found : found.toSorted(compareFindings);
}

/** The same from the facts alone, for the thousands of rows of a list. */
export function diagnoseFacts(facts: PodFacts, now: number): readonly Finding[] {
  return diagnosePod(facts, noContext, now);
}

function stageOf(facts: PodFacts): keyof typeof rules {
  if (facts.deletionDueAt !== undefined) return 'terminating';
  if (isDone(facts)) return 'done';
  if (facts.phase === 'Failed') return 'failed';
  if (facts.phase === 'Unknown' || facts.reason === 'NodeLost') return 'lost';
  return facts.nodeName === undefined && conditionOf(facts, 'PodScheduled')?.status !== 'True' ? 'unscheduled' : 'live';
}

/** Succeeded, or every app container has ended well and stays ended: the phase follows a moment later. */
export function isDone(facts: PodFacts): boolean {
  if (facts.phase === 'Succeeded') return true;
  if (facts.restartPolicy === 'Always') return false;
  const apps = facts.containers.filter((container) => container.kind === 'app');
  return apps.length > 0 && apps.every((container) => container.terminated?.exitCode === 0);
}
