/**
 * WorkloadFacts: what is kept of a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob while it is watched, beside the object from which
 * `workloadGeneration` tells its current Pods. Times are milliseconds since the epoch.
 */
import { count, type Json, list, millis, object, text } from './json.ts';
import { type ConditionFacts, conditionFacts, type OwnerFacts, ownerFacts } from './pod-facts.ts';

/** By kind as in a target; a ControllerRevision only stands between a DaemonSet and its Pods. */
export const workloadKindNames = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  replicaset: 'ReplicaSet',
  job: 'Job',
  cronjob: 'CronJob',
  controllerrevision: 'ControllerRevision',
} as const;
export type WatchedWorkloadKind = keyof typeof workloadKindNames;
export type WorkloadKind = Exclude<WatchedWorkloadKind, 'controllerrevision'>;

/** As a manifest names it. */
export function kindName(kind: 'pod' | WorkloadKind): string {
  return kind === 'pod' ? 'Pod' : workloadKindNames[kind];
}

/** What stands between a workload and its Pods: what it makes them from. */
export const revisionKinds: Readonly<Partial<Record<WatchedWorkloadKind, WatchedWorkloadKind>>> = {
  deployment: 'replicaset',
  daemonset: 'controllerrevision',
  cronjob: 'job',
};

export interface WorkloadFacts {
  readonly kind: WatchedWorkloadKind;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number | undefined;
  /** Its deletion was asked for. */
  readonly deleting: boolean;
  /** Of a ReplicaSet its Deployment, of a Job its CronJob. */
  readonly owner: OwnerFacts | undefined;
  /** The LabelSelector object. */
  readonly selector: Json;
  /** Of a Job: how many Pods it runs at once. */
  readonly parallelism: number;
  /** How long a Pod must have been Ready to count, in milliseconds. */
  readonly minReadyMs: number;
  /** Of a Job: how many Pods may fail; undefined where rules of its own decide. */
  readonly backoffLimit: number | undefined;
  readonly conditions: readonly ConditionFacts[];
  /** With its kind, which an item of a list lacks, and without managedFields. */
  readonly object: Json;
}

/** The facts of one workload as JSON.parse gives it. Total, like podFacts. */
export function workloadFacts(kind: WatchedWorkloadKind, workload: unknown): WorkloadFacts {
  const whole = object(workload);
  const [{ managedFields: _managed, ...metadata }, spec, status] = [object(whole.metadata), object(whole.spec), object(whole.status)];
  return {
    kind,
    uid: text(metadata['uid']) ?? '',
    resourceVersion: text(metadata['resourceVersion']) ?? '',
    namespace: text(metadata['namespace']) ?? '',
    name: text(metadata['name']) ?? '',
    createdAt: millis(metadata['creationTimestamp']),
    deleting: text(metadata['deletionTimestamp']) !== undefined,
    owner: ownerFacts(metadata['ownerReferences']),
    selector: object(spec.selector),
    parallelism: count(spec.parallelism) ?? 1,
    minReadyMs: 1000 * (count(spec.minReadySeconds) ?? 0),
    backoffLimit: spec.podFailurePolicy === undefined && spec.backoffLimitPerIndex === undefined ? (count(spec.backoffLimit) ?? 6) : undefined,
    conditions: list(status.conditions).map(conditionFacts),
    // Of a ControllerRevision only the name and the hash matter, not the template.
    object: kind === 'controllerrevision' ? { metadata, revision: whole.revision } : { ...whole, kind: workloadKindNames[kind], metadata },
  };
}
