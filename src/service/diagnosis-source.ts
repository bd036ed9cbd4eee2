/**
 * The port through which a diagnosis looks beyond the Pod: Events, the objects it refers to, nodes, logs. A live cluster, or a recording.
 * Every method throws PodwrightError; `forbidden` where a right is missing, `not-found` where an object does not exist.
 */
import type { PodReference } from '../core/diagnosis/pod-references.ts';
import type { EventFacts } from '../core/event-facts.ts';
import type { NodeFacts } from '../core/node-facts.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { ReplicaSetFacts } from '../core/replica-set-facts.ts';
import type { PodScope } from './pod-source.ts';

/** Whose Events: all of some namespaces, or of these those about one Pod. */
export interface EventScope {
  readonly namespaces: PodScope['namespaces'];
  readonly pod?: Pick<PodFacts, 'namespace' | 'name' | 'uid'>;
}

export interface DiagnosisSource {
  events(scope: EventScope, signal: AbortSignal): Promise<readonly EventFacts[]>;
  /** The object as the API sends it. Whoever takes it keeps no values of a Secret: see `referenceFacts`. */
  object(reference: PodReference, signal: AbortSignal): Promise<unknown>;
  /** All ReplicaSets of a namespace. */
  replicaSets(namespace: string, signal: AbortSignal): Promise<readonly ReplicaSetFacts[]>;
  /** The EndpointSlices of a Service. */
  endpointSlices(service: { readonly namespace: string; readonly name: string }, signal: AbortSignal): Promise<readonly unknown[]>;
  nodes(signal: AbortSignal): Promise<readonly NodeFacts[]>;
  /** The last lines of a container's log, of the run before this one where `previous` says so. */
  logTail(pod: { readonly namespace: string; readonly name: string }, container: string, previous: boolean, signal: AbortSignal): Promise<string>;
}
