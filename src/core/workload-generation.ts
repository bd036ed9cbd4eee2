/**
 * Which Pods of a workload count: those of the current generation, that is of the template as it is now, and how many there are to be.
 *
 * A roll-out leaves Pods of the old template running beside the new ones for a while; whoever counts them all says "ready" of what is not out yet.
 * Pure and total. It does not say whether the Pods are well, nor whether the roll-out can go on.
 */
import { count, type Json, list, object, text } from './json.ts';
import { ownerFacts, type PodFacts } from './pod-facts.ts';
import { revisionNumber } from './replica-set-facts.ts';

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const;
type WorkloadKind = (typeof workloadKinds)[number];

export interface WorkloadGeneration {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The controller has seen the spec as it is now: until then its status speaks of the spec before. */
  readonly observed: boolean;
  /** What the current Pods are made from: a ReplicaSet's or a Job's name, or a revision's; undefined while there is none, or none is known. */
  readonly revision: string | undefined;
  /** How many Pods there are to be, of a Job how many are to succeed; undefined while nobody has counted the nodes of a DaemonSet. */
  readonly expected: number | undefined;
  /** A Deployment that is paused, a Job or a CronJob that is suspended: nothing new is made until that is taken back. */
  readonly paused: boolean;
  /** How `podStanding` tells its Pods apart. */
  readonly pods: {
    /** UIDs of the owners of current Pods, and of all Pods that are the workload's. */
    readonly current: ReadonlySet<string>;
    readonly owners: ReadonlySet<string>;
    /** Labels of which a current Pod has one; undefined where the owner tells all. */
    readonly labels: readonly (readonly [name: string, value: string])[] | undefined;
    /** Pods below this place in a StatefulSet keep the old revision (its partition); all of them where the strategy is OnDelete. */
    readonly keptBelow: number;
    /** The ordinal of a StatefulSet's first Pod. */
    readonly firstOrdinal: number;
  };
}

/**
 * Where a Pod stands: `current`: of the current generation; `kept`: of an older one, and meant to stay (a partition, OnDelete): it counts like a
 * current one; `old`: of an older one, and to go; `replaced`: ended or being deleted, and another is or will be made for it; `foreign`: not of this
 * workload.
 */
export type PodStanding = 'current' | 'kept' | 'old' | 'replaced' | 'foreign';

/**
 * The generation of a workload as JSON.parse gives it, with its `kind`. `revisions` are what it makes its Pods from: the ReplicaSets of a Deployment,
 * the ControllerRevisions of a DaemonSet, the Jobs of a CronJob; none for the other kinds. Those of other owners may be among them. Undefined where
 * the object is none of the six kinds.
 */
export function workloadGeneration(workload: unknown, revisions: readonly unknown[] = []): WorkloadGeneration | undefined {
  const whole = object(workload);
  const kind = workloadKinds.find((each) => each === whole.kind);
  if (kind === undefined) return undefined;
  const metadata = object(whole.metadata);
  const uid = text(metadata.uid) ?? '';
  const named = { kind, namespace: text(metadata.namespace) ?? '', name: text(metadata.name) ?? '', uid };
  const spec = object(whole.spec);
  const status = object(whole.status);
  const observed = (count(status.observedGeneration) ?? 0) >= (count(metadata.generation) ?? 1);
  const replicas = count(spec.replicas) ?? 1;
  const owned = revisions.map(object).filter(({ metadata: of }) => ownerFacts(object(of).ownerReferences)?.uid === uid);
  const ownPods = { current: new Set([uid]), owners: new Set([uid]), labels: undefined, keptBelow: 0, firstOrdinal: 0 };
  switch (kind) {
    case 'Deployment': {
      const paused = spec.paused === true;
      const newest = newReplicaSet(spec, owned, observed && !paused);
      return { ...named, observed, revision: nameOf(newest), expected: replicas, paused, pods: { ...ownPods, ...ownersOf(newest, owned) } };
    }
    case 'StatefulSet': {
      // Until the controller has seen the spec, updateRevision is that of the template before.
      const revision = observed ? text(status.updateRevision) : undefined;
      const strategy = object(spec.updateStrategy);
      const keptBelow = strategy.type === 'OnDelete' ? Number.POSITIVE_INFINITY : (count(object(strategy.rollingUpdate).partition) ?? 0);
      const firstOrdinal = count(object(spec.ordinals).start) ?? 0;
      const labels = revision === undefined ? [] : [[revisionLabel, revision] as const];
      return { ...named, observed, revision, expected: replicas, paused: false, pods: { ...ownPods, labels, keptBelow, firstOrdinal } };
    }
    case 'DaemonSet': {
      const hash = observed ? text(labelsOf(highest(owned, ({ revision }) => count(revision)))[revisionLabel]) : undefined;
      const expected = observed ? count(status.desiredNumberScheduled) : undefined;
      const keptBelow = object(spec.updateStrategy).type === 'OnDelete' ? Number.POSITIVE_INFINITY : 0;
      const labels = [...labelled(revisionLabel, hash), ...labelled('pod-template-generation', templateGeneration(metadata))];
      return { ...named, observed, revision: hash, expected, paused: false, pods: { ...ownPods, labels, keptBelow } };
    }
    case 'ReplicaSet':
      // Its template makes new Pods only, and leaves those that are there: all are current.
      return { ...named, observed, revision: named.name, expected: replicas, paused: false, pods: ownPods };
    case 'Job':
      return { ...named, ...jobParts(spec, status), revision: named.name, pods: ownPods };
    case 'CronJob': {
      const newest = highest(owned, (job) => Date.parse(text(object(job.metadata).creationTimestamp) ?? ''));
      const { expected } = jobParts(object(newest?.spec), object(newest?.status));
      const pods = { ...ownPods, ...ownersOf(newest, owned) };
      return { ...named, observed: true, revision: nameOf(newest), expected: newest === undefined ? 0 : expected, paused: spec.suspend === true, pods };
    }
  }
}

/** Where the Pod stands in this generation of the workload. Pods that are `current` or `kept` count. */
export function podStanding({ kind, pods }: WorkloadGeneration, facts: PodFacts): PodStanding {
  const owner = facts.owner?.uid;
  if (owner === undefined || !pods.owners.has(owner)) return 'foreign';
  const ofCurrent = pods.current.has(owner) && (pods.labels === undefined || pods.labels.some(([name, value]) => facts.labels[name] === value));
  const standing = ofCurrent ? 'current' : ordinalOf(facts) - pods.firstOrdinal < pods.keptBelow ? 'kept' : 'old';
  if (standing === 'old' || kind === 'Job' || kind === 'CronJob') return standing;
  // The ended Pods of a ReplicaSet stay (evicted ones, say), and it has made others in their place: FilterActivePods in kubernetes/pkg/controller.
  const over = facts.deletionDueAt !== undefined || facts.phase === 'Failed' || facts.phase === 'Succeeded';
  return over ? 'replaced' : standing;
}

const revisionLabel = 'controller-revision-hash';

/**
 * The ReplicaSet of the Deployment's template, as its controller finds it: the oldest whose template is the same but for the hash in its labels
 * (FindNewReplicaSet in kubernetes/pkg/controller/deployment/util). A server that has learned new defaults since it was made shows the two differently;
 * the highest revision is then the one, once the controller is `through`.
 */
function newReplicaSet(spec: Json, owned: readonly Json[], through: boolean): Json | undefined {
  const wanted = templateText(spec.template);
  const same = owned.filter((replicaSet) => templateText(object(replicaSet.spec).template) === wanted);
  const oldest = highest(same, (replicaSet) => -Date.parse(text(object(replicaSet.metadata).creationTimestamp) ?? ''));
  return oldest ?? (through ? highest(owned, revisionNumber) : undefined);
}

/** The template with its fields in order, without the hash label and without what is empty: null, {} and [] say the same as nothing. */
function templateText(template: unknown): string {
  const { metadata, spec } = object(template);
  const { 'pod-template-hash': _hash, ...labels } = object(object(metadata).labels);
  return JSON.stringify(compact({ metadata: { ...object(metadata), labels }, spec })) ?? '';
}

function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => compact(item) ?? null);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const fields = Object.entries(value)
    .map(([name, field]) => [name, compact(field)] as const)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/**
 * The number of a DaemonSet's template, which its Pods carry too: the server counts it up the moment the template changes. Its controller goes by
 * the hash or by this: IsPodUpdated in kubernetes/pkg/controller/daemon/util.
 */
function templateGeneration(metadata: Json): string | undefined {
  return text(object(metadata.annotations)['deprecated.daemonset.template.generation']);
}

/** `observed`: there is no observedGeneration of a Job, but a start. */
function jobParts(spec: Json, status: Json): Pick<WorkloadGeneration, 'observed' | 'expected' | 'paused'> {
  const paused = spec.suspend === true;
  const expected = count(spec.completions) ?? count(spec.parallelism) ?? 1;
  return { observed: paused || status.startTime !== undefined || list(status.conditions).length > 0, expected: paused ? 0 : expected, paused };
}

function ownersOf(current: Json | undefined, owned: readonly Json[]): Pick<WorkloadGeneration['pods'], 'current' | 'owners'> {
  return { current: new Set(current === undefined ? [] : [uidOf(current)]), owners: new Set(owned.map(uidOf)) };
}

function highest(items: readonly Json[], rank: (item: Json) => number | undefined): Json | undefined {
  let best: Json | undefined;
  let top = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const value = rank(item) ?? Number.NEGATIVE_INFINITY;
    if (best !== undefined && !(value > top)) continue;
    best = item;
    top = Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
  }
  return best;
}

/** The number of a StatefulSet's Pod, at the end of its name. */
export function ordinalOf({ name }: PodFacts): number {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
}

function labelled(name: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[name, value]];
}

function nameOf(item: Json | undefined): string | undefined {
  return text(object(item?.metadata).name);
}

function uidOf({ metadata }: Json): string {
  return text(object(metadata).uid) ?? '';
}

function labelsOf(item: Json | undefined): Json {
  return object(object(item?.metadata).labels);
}
