/**
 * What a diagnosis may know besides the Pod's own facts. All of it is optional: what is absent was not looked at, and the findings then say less,
 * never something else.
 */
import type { EventFacts } from '../event-facts.ts';
import { list, millis, object, text, texts } from '../json.ts';
import { type NodeFacts, nodeFacts } from '../node-facts.ts';
import type { ConditionFacts, PodFacts } from '../pod-facts.ts';
import type { PodwrightError } from '../podwright-error.ts';
import type { ReplicaSetFacts } from '../replica-set-facts.ts';
import type { Finding } from './finding.ts';
import type { PodReference } from './pod-references.ts';

export interface DiagnosisContext {
  /** Events about this Pod. */
  readonly events?: readonly EventFacts[];
  /** Objects that the Pod refers to, as far as they were looked up. */
  readonly references?: readonly ReferenceFacts[];
  /** The nodes there are, for a Pod that none of them takes. */
  readonly nodes?: readonly NodeFacts[];
  /** The ReplicaSets of the Pod's namespace, for one of which the image cannot be had. */
  readonly replicaSets?: readonly ReplicaSetFacts[] | PodwrightError;
  /** The last log lines of containers that ended, by the container's name. */
  readonly logs?: ReadonlyMap<string, string>;
}

/** A reference of the Pod's with what a look-up found. Values of a Secret or a ConfigMap are never kept. */
export interface ReferenceFacts extends PodReference {
  /** `unknown`: it could not be checked; `problem` says why. */
  readonly state: 'found' | 'missing' | 'unknown';
  readonly problem?: string | undefined;
  /** Of a ConfigMap or Secret. */
  readonly keys?: readonly string[] | undefined;
  /** Of a Secret. */
  readonly type?: string | undefined;
  /** Of a PersistentVolumeClaim: Pending, Bound, Lost. */
  readonly phase?: string | undefined;
  /** Of a ServiceAccount: the Secrets it pulls images with. */
  readonly pullSecrets?: readonly string[] | undefined;
  /** Of a Node. */
  readonly ready?: ConditionFacts | undefined;
  /** Of a Lease: when it was last renewed. */
  readonly renewedAt?: number | undefined;
  /** Of a Service: how many of its endpoints are ready. */
  readonly readyEndpoints?: number | undefined;
}

/** What is kept of an object that a Pod refers to: of a ConfigMap or a Secret the names of the keys only. Total. */
export function referenceFacts(reference: PodReference, found: unknown): ReferenceFacts {
  const { data, binaryData, type, status, spec, imagePullSecrets } = object(found);
  const keyed = reference.kind === 'ConfigMap' || reference.kind === 'Secret';
  return {
    ...reference,
    state: 'found',
    keys: keyed ? [...Object.keys(object(data)), ...Object.keys(object(binaryData))].sort() : undefined,
    type: text(type),
    phase: text(object(status).phase),
    pullSecrets: reference.kind === 'ServiceAccount' ? texts(list(imagePullSecrets).map((secret) => object(secret).name)) : undefined,
    ready: reference.kind === 'Node' ? nodeFacts(found).ready : undefined,
    renewedAt: reference.kind === 'Lease' ? millis(object(spec).renewTime) : undefined,
  };
}

/** How many endpoints of these EndpointSlices are ready. Total. */
export function readyEndpoints(slices: readonly unknown[]): number {
  return slices
    .flatMap((slice) => list(object(slice).endpoints))
    .filter((endpoint) => object(object(endpoint).conditions).ready !== false)
    .reduce<number>((sum, endpoint) => sum + list(object(endpoint).addresses).length, 0);
}

/** One Pod under diagnosis. */
export interface PodCase {
  readonly facts: PodFacts;
  readonly context: DiagnosisContext;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One rule: what it finds, given what the rules before it have found. */
export type Rule = (pod: PodCase, found: readonly Finding[]) => readonly Finding[];

/** Shared, so that a healthy Pod costs no memory. */
export const nothing: readonly Finding[] = [];

/** The latest Event of one of these reasons, about this container where one is named. */
export function latestEvent({ context }: PodCase, reasons: readonly string[], container?: string): EventFacts | undefined {
  let latest: EventFacts | undefined;
  for (const event of context.events ?? []) {
    if (!reasons.includes(event.reason) || (container !== undefined && event.container !== container)) continue;
    if (latest === undefined || (event.lastAt ?? 0) >= (latest.lastAt ?? 0)) latest = event;
  }
  return latest;
}
