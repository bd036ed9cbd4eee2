/** The kinds of object that describe Pods, and where in them the Pod is. */
import { type WorkloadKind, workloadKindNames } from '../core/workload-facts.ts';

export interface PodKind {
  /** As in a target of the command line; undefined for kinds that no target names. */
  readonly target: 'pod' | WorkloadKind | undefined;
  /** Of its API, without the version; empty for the core group. */
  readonly group: string;
  /** The fields that lead from the object to what has the Pod's metadata and spec. */
  readonly path: readonly string[];
}

const template = ['spec', 'template'];

const kinds: ReadonlyMap<string, PodKind> = new Map<string, PodKind>([
  ['Pod', { target: 'pod', group: '', path: [] }],
  ['PodTemplate', { target: undefined, group: '', path: ['template'] }],
  ['ReplicationController', { target: undefined, group: '', path: template }],
  ...(['deployment', 'statefulset', 'daemonset', 'replicaset'] as const).map((target): [string, PodKind] => [
    workloadKindNames[target],
    { target, group: 'apps', path: template },
  ]),
  [workloadKindNames.job, { target: 'job', group: 'batch', path: template }],
  [workloadKindNames.cronjob, { target: 'cronjob', group: 'batch', path: ['spec', 'jobTemplate', ...template] }],
]);

/** undefined for one that describes no Pod. */
export function podKind(kind: string | undefined): PodKind | undefined {
  return kinds.get(kind ?? '');
}

/** The same for an object, as its fields name it: kinds of the same name that others define are left alone. */
export function podKindOf(apiVersion: string | undefined, kind: string | undefined): PodKind | undefined {
  const known = podKind(kind);
  const group = apiVersion === 'v1' ? '' : apiVersion?.split('/')[0] || undefined;
  return known?.group === group ? known : undefined;
}
