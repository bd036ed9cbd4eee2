/** The port through which a check sees a cluster: Pods, Events and workloads as they are and as they change. */
import type { EventFacts } from '../core/event-facts.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { WatchedWorkloadKind, WorkloadFacts } from '../core/workload-facts.ts';
import type { Link } from './pod-source.ts';

/** Objects of one namespace, or of all; of them one by its name, or those that a selector takes in. */
export interface WatchScope {
  readonly namespace: string | undefined;
  readonly name?: string;
  readonly labelSelector?: string;
}

/** Receives what happens, in order. Called synchronously; it must not throw. */
export interface ChangeSink<T> {
  changed(change: { readonly type: 'upsert' | 'delete'; readonly item: T }): void;
  /** The initial state is complete. Called once. */
  synced(): void;
  link(link: Link): void;
}

/**
 * Each method follows its objects until the signal aborts, and rejects only where the first request is refused for good. A connection that is lost is told
 * through `link`, and made anew.
 */
export interface CheckSource {
  /** The cluster's (context's) name. */
  readonly cluster: string;
  watchPods(scope: WatchScope, sink: ChangeSink<PodFacts>, signal: AbortSignal): Promise<void>;
  /** Events about anything. */
  watchEvents(scope: WatchScope, sink: ChangeSink<EventFacts>, signal: AbortSignal): Promise<void>;
  watchWorkloads(kind: WatchedWorkloadKind, scope: WatchScope, sink: ChangeSink<WorkloadFacts>, signal: AbortSignal): Promise<void>;
}
