/** How long each kind of waiting counts as normal: crying early is as bad as being late. In milliseconds. */
import type { ConditionFacts, PodFacts, ProbeFacts } from '../pod-facts.ts';
import type { Verdict } from './finding.ts';

export const grace = {
  scheduling: 10_000,
  /** What a cluster autoscaler takes to bring a node, with time to spare. */
  scaleUp: 15 * 60_000,
  creating: 60_000,
  imagePull: 15_000,
  /** A pull that goes on: layers of gigabytes take their time. */
  imagePulling: 15 * 60_000,
  /** A ConfigMap, a Secret or a Service may come a moment after the Pod. */
  config: 15_000,
  initStep: 60_000,
  /** For a container without probes, and on top of the probes' own budget. */
  ready: 30_000,
  termination: 30_000,
  /** A container that kept ending has recovered once it has run for this long. */
  recovery: 60_000,
  /** How long a restart is worth a word after the container runs well again. */
  lately: 10 * 60_000,
} as const;

/** `stuck` once it has lasted longer than allowed. What began at an unknown time is still waiting. */
export function overdue(since: number | undefined, now: number, allowed: number): Verdict {
  return since !== undefined && now - since > allowed ? 'stuck' : 'waiting';
}

/** How long a probe may fail before that means something. */
export function probeBudget(probe: ProbeFacts | undefined): number {
  return probe ? 1000 * (probe.initialDelaySeconds + probe.failureThreshold * probe.periodSeconds) : 0;
}

export function conditionOf(facts: PodFacts, type: string): ConditionFacts | undefined {
  return facts.conditions.find((condition) => condition.type === type);
}
