/**
 * The port through which every use case sees Pods: a live cluster, several of them, or a recording.
 *
 * A source hands out batches. A consumer that takes its time gets fewer, larger ones: between two takes the changes of one Pod are
 * folded into the last, so that a slow terminal never queues without bound.
 */
import type { EventFacts } from '../core/event-facts.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { PodwrightError } from '../core/podwright-error.ts';

/** Which Pods: namespaces by name or all of them, narrowed by the API's own selectors. */
export interface PodScope {
  readonly namespaces: readonly string[] | 'all';
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/**
 * How fresh what is shown is. `since` is when this state began; for `stale` it is when the server was last heard. `listedEvery`, in seconds, is set where
 * the server allows no watch, so that the Pods are listed again and again: changes come that late, and those in between not at all.
 */
export type Link =
  | { readonly state: 'connecting'; readonly since: number; readonly attempt: number; readonly error?: PodwrightError }
  | { readonly state: 'live'; readonly since: number; readonly listedEvery?: number }
  | { readonly state: 'stale'; readonly since: number; readonly attempt: number; readonly error: PodwrightError };

/** One Pod and no other, even of the same name. */
export interface PodIdentity {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export type PodChange =
  | { readonly type: 'upsert'; readonly cluster: string; readonly pod: PodFacts }
  | { readonly type: 'delete'; readonly cluster: string; readonly pod: PodFacts };

/** A Pod as the server's own Table prints it: enough for a first full screen, before the objects have arrived. */
export interface PodRow {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
  readonly age: string;
  readonly node: string;
}

export interface PodBatch {
  /** Rows of the Table, each sent at most once and only before its cluster's `synced`; they may come a namespace at a time. */
  readonly preview: readonly PodRow[];
  /** In the order they happened; with `every: false` at most one a Pod. */
  readonly changes: readonly PodChange[];
  /** The initial state of every cluster in this source is complete. Stays true. */
  readonly synced: boolean;
  /** By cluster, in the order they were asked for. */
  readonly links: ReadonlyMap<string, Link>;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Ask the server's Table first, for an immediate full screen. Default false. */
  readonly preview?: boolean;
  /** Keep every change of a Pod instead of only the last. Default false. */
  readonly every?: boolean;
}

export interface EventBatch {
  /** What earlier batches said is void: a recording has jumped. */
  readonly anew?: boolean;
  /** Events that are new or changed since the last batch. */
  readonly events: readonly EventFacts[];
  readonly synced: boolean;
  /** Set when Events cannot be read, for example for want of permission: the Pod is shown without them. */
  readonly problem: PodwrightError | undefined;
}

export interface PodSource {
  /** Names of the clusters (contexts) behind this source. */
  readonly clusters: readonly string[];
  /**
   * Current Pods of the scope, then their changes, until the signal aborts. Never ends by itself because a connection was lost; throws a
   * PodwrightError when the first request is refused for good (unauthorized, forbidden, a malformed selector, a namespace list it cannot read).
   */
  watchPods(scope: PodScope, options: WatchOptions): AsyncIterable<PodBatch>;
  /** Events about one Pod, now and as they come. A lack of permission is reported in the batch, not thrown. */
  watchEvents(pod: PodIdentity, signal: AbortSignal): AsyncIterable<EventBatch>;
}
