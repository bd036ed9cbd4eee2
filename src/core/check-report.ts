/**
 * CheckReport: how a check ended, for every target and Pod of it, from which all its reports are made. Plain data; times in milliseconds since the epoch.
 *
 * The text of findings and logs is the cluster's as it is: whoever writes it out strips or escapes what the format cannot hold.
 */
import type { Finding } from './diagnosis/finding.ts';

/** How a target, a Pod or the whole check ended. `unfinished`: the check was over before this was decided. */
export type CheckOutcome = 'passed' | 'failed' | 'infrastructure' | 'timed-out' | 'unfinished';

/** The last lines of a container's log. */
export interface LogTail {
  readonly container: string;
  /** Of the container as it ran before its last restart. */
  readonly previous: boolean;
  /** Oldest first. */
  readonly lines: readonly string[];
}

export interface CheckedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** As the Table has it: `CrashLoopBackOff`, `Init:1/3`. */
  readonly status: string;
  readonly readyContainers: number;
  readonly containers: number;
  readonly restarts: number;
  readonly outcome: CheckOutcome;
  readonly createdAt: number | undefined;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly logs: readonly LogTail[];
}

/** Where in a manifest a target was read, for annotations. Lines and columns count from 1. */
export interface ManifestPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface CheckedTarget {
  /** As it can be typed: `deploy/web`, `pod/web-1`, `-l app=web`. */
  readonly target: string;
  readonly namespace: string;
  readonly place: ManifestPlace | undefined;
  /** What was waited for: `ready`, `completed`, `deleted`, `condition=X`. */
  readonly waitedFor: string;
  readonly outcome: CheckOutcome;
  /** How many Pods had to get there, and how many did. */
  readonly wanted: number;
  readonly reached: number;
  /** One plain sentence where it did not pass: the cause. */
  readonly message: string | undefined;
  /** What is wrong with the workload itself, such as a quota; those of Pods are with the Pods. */
  readonly findings: readonly Finding[];
  readonly pods: readonly CheckedPod[];
  readonly endedAt: number | undefined;
}

export interface CheckReport {
  readonly outcome: CheckOutcome;
  readonly exitCode: number;
  readonly cluster: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly timeoutMs: number;
  readonly targets: readonly CheckedTarget[];
  /** The file that the run was recorded into, where it was. */
  readonly recording: string | undefined;
}
