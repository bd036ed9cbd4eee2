/**
 * Health: how much attention a Pod needs, and the cause in one sentence, from its facts alone: the worst finding of its diagnosis, in the shape that
 * orders the dashboard's rows and fills the line under them.
 *
 * Without a context it reads no Events, owners or nodes and therefore does not say why a volume does not mount or which node label differs. The
 * sentences hold text from the cluster as it is; whoever draws them strips control sequences.
 */
import { diagnoseFacts, diagnosePod, isDone } from './diagnosis/diagnose-pod.ts';
import type { DiagnosisContext } from './diagnosis/diagnosis-context.ts';
import { conditionOf } from './diagnosis/grace.ts';
import type { PodFacts } from './pod-facts.ts';

/** Worst first. `doomed` will not come right by itself; `stuck` may, but has taken longer than it should. */
export const healths = ['doomed', 'stuck', 'starting', 'terminating', 'ready', 'done'] as const;
export type Health = (typeof healths)[number];

export interface PodHealth {
  readonly health: Health;
  /** One sentence; undefined for a Pod that is ready or done. */
  readonly cause: string | undefined;
  /** Since when (milliseconds since the epoch), as near as the status tells. */
  readonly since: number | undefined;
}

/** What a person sees first; with a context, what is known besides the facts counts too. */
export function podHealth(facts: PodFacts, now: number, context?: DiagnosisContext): PodHealth {
  const [worst] = context === undefined ? diagnoseFacts(facts, now) : diagnosePod(facts, context, now);
  if (worst === undefined || worst.verdict === 'degraded' || worst.verdict === 'info') {
    return { health: isDone(facts) ? 'done' : 'ready', cause: undefined, since: conditionOf(facts, 'Ready')?.since };
  }
  const { verdict, code, cause, since } = worst;
  return { health: verdict !== 'waiting' ? verdict : code === 'terminating' ? 'terminating' : 'starting', cause, since };
}

/** Worst first, then the longest in trouble; Pods that are equal in both keep the order the caller gives them. */
export function compareTrouble(a: PodHealth, b: PodHealth): number {
  return healths.indexOf(a.health) - healths.indexOf(b.health) || (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER);
}
