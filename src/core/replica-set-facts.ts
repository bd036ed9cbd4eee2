/** ReplicaSetFacts: what is kept of a ReplicaSet to tell what its Deployment ran before. */
import { count, type Json, list, object, text } from './json.ts';
import { type OwnerFacts, ownerFacts } from './pod-facts.ts';

export interface ReplicaSetFacts {
  readonly name: string;
  readonly uid: string;
  /** Its Deployment; absent for one of its own. */
  readonly owner: OwnerFacts | undefined;
  readonly revision: number | undefined;
  readonly readyReplicas: number;
  /** By the name of the container. */
  readonly images: ReadonlyMap<string, string>;
}

/** The facts of one ReplicaSet as JSON.parse gives it. Total, like podFacts. */
export function replicaSetFacts(replicaSet: unknown): ReplicaSetFacts {
  const { metadata, spec, status } = object(replicaSet);
  const { containers, initContainers } = object(object(object(spec).template).spec);
  return {
    name: text(object(metadata).name) ?? '',
    uid: text(object(metadata).uid) ?? '',
    owner: ownerFacts(object(metadata).ownerReferences),
    revision: revisionNumber(object(replicaSet)),
    readyReplicas: count(object(status).readyReplicas) ?? 0,
    images: new Map([...list(initContainers), ...list(containers)].map((each) => [text(object(each).name) ?? '', text(object(each).image) ?? ''])),
  };
}

/** Of a ReplicaSet as JSON.parse gives it: which revision of its Deployment it is. */
export function revisionNumber({ metadata }: Json): number | undefined {
  const revision = text(object(object(metadata).annotations)['deployment.kubernetes.io/revision']);
  return revision === undefined ? undefined : Number(revision);
}

/** The revisions of the same Deployment before the one of this UID, the last first. */
export function revisionsBefore(replicaSets: readonly ReplicaSetFacts[], uid: string): readonly ReplicaSetFacts[] {
  const own = replicaSets.find((each) => each.uid === uid);
  if (own?.owner === undefined || own.revision === undefined) return [];
  const { owner, revision } = own;
  return replicaSets
    .filter((each) => each.owner?.uid === owner.uid && (each.revision ?? Number.POSITIVE_INFINITY) < revision)
    .toSorted((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
}
