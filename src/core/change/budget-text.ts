/** Why a disruption budget does not let a Pod go, in its own numbers. */
import type { Json } from '../json.ts';
import { count, object, text } from '../json.ts';

/** `budget web: 2 of its 2 Pods are healthy, and it wants at least 2 (minAvailable: 2)`. */
export function budgetText(budget: Json): string {
  const [metadata, spec, status] = [object(budget['metadata']), object(budget['spec']), object(budget['status'])];
  const [healthy, wanted, all] = [count(status['currentHealthy']) ?? 0, count(status['desiredHealthy']) ?? 0, count(status['expectedPods']) ?? 0];
  const rule = spec['minAvailable'] === undefined ? `maxUnavailable: ${String(spec['maxUnavailable'] ?? 1)}` : `minAvailable: ${String(spec['minAvailable'])}`;
  return `the disruption budget ${text(metadata['name']) ?? ''} wants ${wanted} of its ${all} Pods healthy (${rule}), and ${healthy} ${healthy === 1 ? 'is' : 'are'}`;
}

/** The names of budgets that a refusal speaks of. Source of the wording: checkAndDecrement in kubernetes/pkg/registry/core/pod/storage/eviction.go. */
export function namedBudget(causes: readonly { readonly reason: string; readonly message: string }[]): string | undefined {
  const cause = causes.find(({ reason }) => reason === 'DisruptionBudget');
  return /disruption budget ([a-z0-9.-]+)/.exec(cause?.message ?? '')?.[1];
}
