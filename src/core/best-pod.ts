/** Which of a workload's Pods serves best where one is needed: to run a command in, to forward a port to. */
import { conditionOf } from './diagnosis/grace.ts';
import type { PodFacts } from './pod-facts.ts';

/**
 * A Pod that is Ready and stays, for the longest time so; else one that runs; else the newest. Undefined where there is none. The order is that of kubectl's
 * ActivePods, without what it asks of restarts.
 */
export function bestPod(pods: readonly PodFacts[]): PodFacts | undefined {
  return pods.toSorted((a, b) => rank(b) - rank(a) || readySince(a) - readySince(b) || (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
}

/** Whether it runs and nobody has asked for its deletion: whether it can be reached. */
export function isReachable(pod: PodFacts): boolean {
  return rank(pod) >= 3;
}

/** Whether it is Ready besides. */
export function isServing(pod: PodFacts): boolean {
  return rank(pod) === 4;
}

function rank(pod: PodFacts): number {
  const running = pod.phase === 'Running';
  const leaving = pod.deletionDueAt !== undefined;
  if (running && !leaving) return conditionOf(pod, 'Ready')?.status === 'True' ? 4 : 3;
  if (running) return 2;
  return leaving || pod.phase !== 'Pending' ? 0 : 1;
}

function readySince(pod: PodFacts): number {
  const ready = conditionOf(pod, 'Ready');
  return ready?.status === 'True' ? (ready.since ?? 0) : Number.MAX_SAFE_INTEGER;
}
