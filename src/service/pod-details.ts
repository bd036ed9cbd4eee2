/**
 * The port through which the dashboard looks into one Pod, beyond what a watch brings: a live cluster, or a recording.
 * Every method throws PodwrightError; `forbidden` where a right is missing, so that what it would have shown can say so.
 */
import type { DescribedPod } from '../core/described-pod.ts';
import type { DiagnosisContext } from '../core/diagnosis/diagnosis-context.ts';
import type { NodeFacts } from '../core/node-facts.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { PodUsage } from '../core/pod-usage.ts';
import type { PodObject } from './pod-reader.ts';
import type { PodIdentity, PodScope } from './pod-source.ts';

/** Which log of a Pod. */
interface LogRequest {
  readonly container: string;
  /** The log of the run before this one: what a container that crashed left behind. */
  readonly previous: boolean;
  /** How many lines, from the end. */
  readonly lines: number;
}

/** A log that grows. */
export interface FollowedLog {
  /** The Pod as it is now. */
  changed(facts: PodFacts): void;
  /** The Pod is gone: what is still on its way comes, and no more. */
  gone(): void;
  /**
   * Whole lines as they come, and in lines of their own what happens to the container; not fit for a terminal yet. The first text comes once the log is open, and
   * may be empty. Ends with the container's last run, or with a PodwrightError.
   */
  readonly batches: AsyncIterable<string>;
}

export interface PodDetails {
  /** The Pod as the API sends it, without managedFields. */
  object(pod: PodIdentity, signal: AbortSignal): Promise<PodObject>;
  /**
   * The last lines of a container's log, as they are: not fit for a terminal yet. Of very long lines the last part is given, about a megabyte; of a log
   * that takes too long to come, what has come.
   */
  logTail(pod: PodIdentity, request: LogRequest, signal: AbortSignal): Promise<string>;
  /** The log of a container's present run from so many lines before its end on, over restarts and lost connections, until the signal aborts. */
  followLog(pod: PodIdentity, facts: PodFacts, request: Omit<LogRequest, 'previous'>, signal: AbortSignal): FollowedLog;
  /** All there is to say of the Pod as of `now`, in milliseconds since the epoch. What cannot be looked up is said in its place; only the Pod itself must be there. */
  describe(pod: PodIdentity, now: number, signal: AbortSignal): Promise<DescribedPod>;
  /**
   * What a diagnosis as of `now` (milliseconds since the epoch) may know of the Pod besides its facts: Events, and what its findings make worth a look.
   * What cannot be read is left out.
   */
  diagnosisContext(pod: PodIdentity, facts: PodFacts, now: number, signal: AbortSignal): Promise<DiagnosisContext>;
  /** What a node says of itself. */
  node(cluster: string, name: string, signal: AbortSignal): Promise<NodeFacts>;
  /** What a Pod uses; undefined where nothing measures, or has not measured this one yet. */
  usage(pod: PodIdentity, signal: AbortSignal): Promise<PodUsage | undefined>;
  /** What the Pods of a scope use, by `namespace/name`; undefined where nothing measures. */
  usages(scope: PodScope, signal: AbortSignal): Promise<ReadonlyMap<string, PodUsage> | undefined>;
  /** Names of the namespaces, as the server sorts them. */
  namespaces(cluster: string, signal: AbortSignal): Promise<readonly string[]>;
}
