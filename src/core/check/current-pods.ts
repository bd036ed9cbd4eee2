/** The Pods of a workload that a check counts: those of its present generation, with what it still waits for before it has any. Pure. */
import { count, object } from '../json.ts';
import type { PodFacts } from '../pod-facts.ts';
import type { WorkloadFacts } from '../workload-facts.ts';
import { podStanding } from '../workload-generation.ts';
import type { SeenObjects } from './seen-objects.ts';

export interface CurrentPods {
  /** Those that are going and those that have ended among them, never those of an older generation. */
  readonly pods: readonly PodFacts[];
  readonly wanted: number;
  /** What makes the Pods: the workload, its newest ReplicaSet, its newest Job; undefined where there is none yet. */
  readonly controller: WorkloadFacts | undefined;
  /** Why no Pod can count yet; undefined where they can. */
  readonly pending: string | undefined;
}

export function currentPods(workload: WorkloadFacts, objects: SeenObjects): CurrentPods {
  const generation = objects.generationOf(workload);
  const none = { pods: [], wanted: generation?.expected ?? count(object(workload.object['spec']).replicas) ?? 1, controller: undefined };
  if (generation?.observed !== true) return { ...none, pending: 'Its controller has not acted on its present generation yet.' };
  const made = objects.workloadsOwnedBy(workload.uid).find(({ uid }) => generation.pods.current.has(uid));
  const controller = workload.kind === 'deployment' || workload.kind === 'cronjob' ? made : workload;
  const pods = [...generation.pods.owners]
    .flatMap((uid) => objects.podsOwnedBy(uid))
    .filter((pod) => ['current', 'kept', 'replaced'].includes(podStanding(generation, pod)));
  const parts = { pods, wanted: none.wanted, controller };
  if (workload.kind === 'deployment' && made === undefined) {
    return { ...none, pending: generation.paused ? 'Its rollout is paused.' : 'Its ReplicaSet has not been made yet.' };
  }
  if (generation.paused && workload.kind === 'job') return { ...parts, pending: 'It is suspended.' };
  return { ...parts, pending: undefined };
}
