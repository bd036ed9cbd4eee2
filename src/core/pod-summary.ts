/** Counts over many Pods. In every one of them the parts add up to the total, as each Pod has exactly one value of each kind. */
import { ownerTarget } from './owner.ts';
import type { PodFacts } from './pod-facts.ts';
import { type Health, podHealth } from './pod-health.ts';
import { podStatus } from './pod-status.ts';

export interface PodSummary {
  readonly total: number;
  readonly byHealth: ReadonlyMap<Health, number>;
  readonly byPhase: ReadonlyMap<string, number>;
  /** By the STATUS column. */
  readonly byStatus: ReadonlyMap<string, number>;
  readonly byNamespace: ReadonlyMap<string, number>;
  /** By the outermost owner within its namespace, as in `shop/deploy/web`; naked Pods under `none`. */
  readonly byOwner: ReadonlyMap<string, number>;
  /** Pods that no node has yet under `none`. */
  readonly byNode: ReadonlyMap<string, number>;
}

/** Pods are counted by UID: one that is given twice counts once, as it was given last. */
export function summarizePods(pods: Iterable<PodFacts>, now: number): PodSummary {
  const distinct = new Map<string, PodFacts>();
  for (const pod of pods) distinct.set(pod.uid, pod);
  const all = [...distinct.values()];
  return {
    total: all.length,
    byHealth: tally(all, (pod) => podHealth(pod, now).health),
    byPhase: tally(all, (pod) => pod.phase),
    byStatus: tally(all, (pod) => podStatus(pod, now).status),
    byNamespace: tally(all, (pod) => pod.namespace),
    byOwner: tally(all, (pod) => {
      const owner = ownerTarget(pod);
      return owner === undefined ? 'none' : `${pod.namespace}/${owner}`;
    }),
    byNode: tally(all, (pod) => pod.nodeName ?? 'none'),
  };
}

function tally<Key>(pods: readonly PodFacts[], keyOf: (pod: PodFacts) => Key): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const pod of pods) {
    const key = keyOf(pod);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
