/** What a check waits for: its targets, what each of them has to reach, and the rules of the waiting. Plain data. */
import type { ManifestPlace } from '../check-report.ts';
import type { WorkloadKind } from '../workload-facts.ts';

/** `ready` alone means what is asked without --for: a Pod that has completed counts as well. */
export type CheckGoal =
  | { readonly kind: 'ready'; readonly orCompleted: boolean }
  | { readonly kind: 'completed' }
  | { readonly kind: 'deleted' }
  /** A condition of the target itself: of a Pod, or of the workload. */
  | { readonly kind: 'condition'; readonly type: string; readonly status: string };

interface TargetOf<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
}

export interface CheckTarget {
  /** As it can be typed: `deploy/web`, `pod/web-1`, `-l app=web`. */
  readonly text: string;
  /** undefined: all namespaces, which only a selector can mean. */
  readonly namespace: string | undefined;
  readonly of: TargetOf<'pod'> | TargetOf<WorkloadKind> | { readonly kind: 'selector'; readonly selector: string };
  readonly place: ManifestPlace | undefined;
  readonly goal: CheckGoal;
  /** How many Pods a selector has to match; undefined: as many as there are, and at least one. */
  readonly expect: number | undefined;
}

export interface CheckPlan {
  readonly targets: readonly CheckTarget[];
  readonly timeoutMs: number;
  /** How long all has to stay as it was waited for; undefined: as long as it takes to tell that a program does not end as soon as it has begun. */
  readonly stableMs: number | undefined;
  /** The first target that fails ends the check. */
  readonly failFast: boolean;
  /** One target that gets there is enough, and none that fails ends the check while another may. */
  readonly any: boolean;
  /** How often a Pod may be restarted after the check began; undefined: until the first crash loop. */
  readonly allowRestarts: number | undefined;
}

/** As after --for. */
export function goalText(goal: CheckGoal): string {
  if (goal.kind !== 'condition') return goal.kind;
  return `condition=${goal.type}${goal.status === 'True' ? '' : `=${goal.status}`}`;
}
