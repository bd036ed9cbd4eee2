/**
 * The port through which a command reads Pods once: the server's own Table, whole objects, and what a target such as deploy/web stands for.
 * Every method throws PodwrightError.
 */
import type { PodScope } from './pod-source.ts';
import type { Target } from './target.ts';

/** A Pod as the API sends it, without managedFields. */
export type PodObject = Readonly<Record<string, unknown>>;

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** 0: always shown; greater: only with `-o wide`. */
  readonly priority: number;
}

export interface TableRow {
  /** One a column: text, or a number where the column's type is integer. */
  readonly cells: readonly (string | number)[];
  readonly namespace: string;
  readonly name: string;
  /** What came with the row: nothing, its metadata, or the whole object. */
  readonly object: PodObject | undefined;
}

/** Pods as the server prints them (its own printer decides STATUS, READY and the rest), in the server's order. */
export interface PodTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly resourceVersion: string;
}

export interface TableOptions {
  /** What to bring along with each row: `none` is the fastest, `metadata` has the labels. Default none. */
  readonly objects?: 'none' | 'metadata' | 'full';
  readonly signal?: AbortSignal;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Keep managedFields, a third of a Pod that nobody reads. Default false. */
  readonly managedFields?: boolean;
}

/** Which Pods a target stands for. */
export interface ResolvedTarget {
  readonly scope: PodScope;
  /** Set where a selector is not enough: only Pods that these UIDs control belong to the target. */
  readonly ownerUids: ReadonlySet<string> | undefined;
  /** The workload itself as the API sent it; absent for a Pod, and in a recording, which has none. */
  readonly object?: PodObject;
}

/** Reads whole Pods, from a cluster or from a recording. */
export interface PodObjectReader {
  /** Pods in pages, so that a large cluster is never held whole. */
  podPages(scope: PodScope, options?: ReadOptions): AsyncIterable<readonly PodObject[]>;
  /** Throws `not-found`. */
  pod(pod: { namespace: string; name: string }, options?: ReadOptions): Promise<PodObject>;
  /** Throws `not-found` where the owner does not exist. */
  resolve(target: Target, namespace: string, signal?: AbortSignal): Promise<ResolvedTarget>;
}

export interface PodReader extends PodObjectReader {
  /** The cluster's (context's) name. */
  readonly cluster: string;
  /** The context's own namespace, for when no -n is given. */
  readonly namespace: string;
  podTable(scope: PodScope, options?: TableOptions): Promise<PodTable>;
  /** A Table of the one Pod. Throws `not-found`. */
  podTableOf(pod: { namespace: string; name: string }, options?: TableOptions): Promise<PodTable>;
}
