/** Containers that say not what they need, and Pods that miss the class of service they seem to be meant for. */
import type { V1Container } from '@kubernetes/client-node';
import { quantityNanos } from '../../core/quantity.ts';
import type { Loose } from '../loose.ts';
import type { Rule } from './pod-case.ts';

const computed = ['cpu', 'memory'] as const;

export const noResources: Rule = ({ spec, containers }, problems) => {
  if (spec.resources?.requests !== undefined || spec.resources?.limits !== undefined) return;
  for (const { container, name, path } of containers) {
    const missing = computed.filter((name) => container.resources?.requests?.[name] === undefined && container.resources?.limits?.[name] === undefined);
    const unlimited = container.resources?.limits?.['memory'] === undefined;
    if (missing.length > 0) {
      problems.add(
        'no-resources',
        [...path, 'name'],
        `${name} requests no ${missing.join(' and no ')}: it is placed anywhere, and among the first to be evicted`,
        'Set resources.requests.',
      );
    } else if (unlimited) {
      problems.add('no-resources', [...path, 'name'], `${name} has no limit for memory: one that leaks takes the node's`, 'Set resources.limits.memory.');
    }
  }
};

/** Guaranteed is all or nothing: every container, init containers too, with limits equal to requests for cpu and memory. */
export const qos: Rule = ({ spec, containers }, problems) => {
  if (spec.resources !== undefined) return;
  const fixed = containers.filter(({ container }) => isFixed(container));
  if (fixed.length === 0 || fixed.length === containers.length) return;
  for (const { container, name, path } of containers) {
    if (isFixed(container)) continue;
    problems.add(
      'qos',
      [...path, 'name'],
      `The Pod is Burstable, not Guaranteed, because of ${name}: its limits for cpu and memory are not its requests, as they are for ${fixed[0]?.name}`,
      'Set limits for both, equal to the requests, where Guaranteed is meant.',
    );
  }
};

/** Requests that are not set are those of the limits. */
function isFixed({ resources }: Loose<V1Container>): boolean {
  return computed.every((name) => {
    const limit = resources?.limits?.[name];
    const request = resources?.requests?.[name] ?? limit;
    return limit !== undefined && request !== undefined && quantityNanos(limit) === quantityNanos(request) && quantityNanos(limit) !== 0n;
  });
}
