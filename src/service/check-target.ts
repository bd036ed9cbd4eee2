/** Makes the target of a check from the name of an object: what is waited for suits its kind where nothing else is asked. */
import type { CheckGoal, CheckTarget } from '../core/check/check-plan.ts';
import { type Target, targetText } from './target.ts';

/** How long a check waits where nobody says. */
export const usualTimeoutMs = 300_000;

export function checkTarget({ kind, name }: Target, namespace: string, goal: CheckGoal = usualGoal(kind)): CheckTarget {
  return { text: targetText({ kind, name }), namespace, of: { kind, name }, place: undefined, goal, expect: undefined };
}

/** Jobs are to complete, all else is to be Ready; a Pod that has completed counts as well. */
export function usualGoal(kind: Target['kind']): CheckGoal {
  return kind === 'job' || kind === 'cronjob' ? { kind: 'completed' } : { kind: 'ready', orCompleted: true };
}
