/** What a command that needs a running Pod is about: a target, or a Service, which stands for the Pods that it selects. Pure. */
import { checkedName, parseTarget, type Target, targetText } from '../src/service/target.ts';

export type ServingTarget = Target | { readonly kind: 'service'; readonly name: string };

const services: ReadonlySet<string> = new Set(['service', 'services', 'svc']);

/** Reads `svc/web`, and all that names a target. Throws `usage`. */
export function parseServingTarget(word: string): ServingTarget {
  const [kind = '', name = ''] = word.split('/', 2);
  return word.includes('/') && services.has(kind.toLowerCase()) ? { kind: 'service', name: checkedName(name, word) } : parseTarget(word);
}

/** As it can be typed. */
export function servingText(target: ServingTarget): string {
  return target.kind === 'service' ? `svc/${target.name}` : targetText(target);
}
