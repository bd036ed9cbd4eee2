/** One workload under diagnosis: the object itself, its generation, its Pods told apart by where they stand, and what its controller has said. */
import type { EventFacts } from '../event-facts.ts';
import { count, type Json, list, object } from '../json.ts';
import { ownerText } from '../owner.ts';
import { type ConditionFacts, conditionFacts, type PodFacts } from '../pod-facts.ts';
import { type PodStanding, podStanding, type WorkloadGeneration, workloadGeneration } from '../workload-generation.ts';
import type { Evidence } from './finding.ts';
import { conditionOf } from './grace.ts';
import type { TroubledPod } from './shared-causes.ts';
import { kubectl } from './wording.ts';

/** What is known of a workload. */
export interface WorkloadGiven {
  /** As JSON.parse gives it, with its `kind`. */
  readonly workload: unknown;
  /** Its ReplicaSets, ControllerRevisions or Jobs; undefined where they could not be read. */
  readonly revisions: readonly unknown[] | undefined;
  /** All its Pods with their findings, which are none for those that are well. */
  readonly pods: readonly TroubledPod[];
  /** Events about it, and about the ReplicaSets or Jobs between it and its Pods. */
  readonly events: readonly EventFacts[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface WorkloadCase {
  readonly given: WorkloadGiven;
  readonly generation: WorkloadGeneration;
  /** `deploy/web`. */
  readonly target: string;
  readonly metadata: Json;
  readonly spec: Json;
  readonly status: Json;
  readonly conditions: readonly ConditionFacts[];
  readonly pods: Readonly<Record<PodStanding, readonly TroubledPod[]>>;
  /** The Pods that count: current ones, and those that are meant to stay as they are. */
  readonly counted: readonly TroubledPod[];
}

/** Undefined where the object is no workload. */
export function workloadCase(given: WorkloadGiven): WorkloadCase | undefined {
  const generation = workloadGeneration(given.workload, given.revisions);
  if (generation === undefined) return undefined;
  const { metadata, spec, status } = object(given.workload);
  // Without its ReplicaSets or Jobs nobody can tell its Pods apart: then all count.
  const told = given.revisions !== undefined || (generation.kind !== 'Deployment' && generation.kind !== 'CronJob');
  const pods: Record<PodStanding, TroubledPod[]> = { current: [], kept: [], old: [], replaced: [], foreign: [] };
  for (const pod of given.pods) pods[told ? podStanding(generation, pod.facts) : 'current'].push(pod);
  return {
    given,
    generation,
    target: ownerText(generation),
    metadata: object(metadata),
    spec: object(spec),
    status: object(status),
    conditions: list(object(status).conditions).map(conditionFacts),
    pods,
    counted: [...pods.current, ...pods.kept],
  };
}

/** A condition of the workload that has this status. */
export function workloadCondition({ conditions }: WorkloadCase, type: string, status = 'True'): ConditionFacts | undefined {
  return conditions.find((condition) => condition.type === type && condition.status === status);
}

export function workloadEvidence({ conditions }: WorkloadCase, condition: ConditionFacts | undefined): readonly Evidence[] {
  if (condition === undefined) return [];
  const { type, status, reason, message } = condition;
  const text = [`${type}=${status}`, reason, message].filter((part) => part !== undefined).join(': ');
  return [{ source: 'status', path: `status.conditions[${conditions.indexOf(condition)}]`, text }];
}

/** What to try where no controller acts. */
export const lookAtControllers = kubectl('kube-system', 'get', 'pods', '-l', 'component=kube-controller-manager');

export function isReady(facts: PodFacts): boolean {
  return facts.deletionDueAt === undefined && conditionOf(facts, 'Ready')?.status === 'True';
}

/** Ready for as long as the workload's minReadySeconds asks. */
export function isAvailable({ spec, given }: WorkloadCase, facts: PodFacts): boolean {
  const ready = conditionOf(facts, 'Ready');
  const lasting = 1000 * (count(spec.minReadySeconds) ?? 0);
  return isReady(facts) && (lasting === 0 || given.now - (ready?.since ?? given.now) >= lasting);
}
