/** Which nodes a Pod's node selector takes in, by the labels of the nodes there are: the label that none has, or the taint of those that have it. */
import type { NodeFacts } from '../node-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import type { SchedulingCause } from './unschedulable.ts';
import { listed } from './wording.ts';

/** `disk=fast,zone=b`; undefined where the Pod selects none. */
export function nodeSelectorText({ nodeSelector }: PodFacts): string | undefined {
  const pairs = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value === '' ? '""' : value}`);
  return pairs.length === 0 ? undefined : pairs.join(',');
}

/** Which label of the selector no node has as asked, and what the nodes have instead. */
export function labelDifference({ nodeSelector }: PodFacts, nodes: readonly NodeFacts[]): string | undefined {
  for (const [key, wanted] of Object.entries(nodeSelector)) {
    if (nodes.length === 0 || nodes.some(({ labels }) => labels[key] === wanted)) continue;
    const byValue = Map.groupBy(nodes, ({ labels }) => labels[key]);
    const had = [...byValue].map(([value, those]) => {
      const names = listed(those.map(({ name }) => name));
      return value === undefined
        ? `${names} ${those.length === 1 ? 'has' : 'have'} no label ${key}`
        : `${names} ${those.length === 1 ? 'has' : 'have'} ${key}=${value}`;
    });
    return had.join(', ');
  }
  return undefined;
}

/**
 * The scheduler looks at a node's taints before the selector. Where all nodes that match the selector are tainted, it is the taint that keeps the Pod
 * away, and the causes begin with it; its name is theirs where the scheduler tells none.
 */
export function taintBehindSelector(causes: readonly SchedulingCause[], { nodeSelector }: PodFacts, nodes: readonly NodeFacts[]): readonly SchedulingCause[] {
  const tainted = causes.find(({ code }) => code === 'taint-not-tolerated');
  const wanted = Object.entries(nodeSelector);
  if (tainted === undefined || causes[0]?.code !== 'node-selector' || wanted.length === 0) return causes;
  const matching = nodes.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
  const taints = matching.map((node) =>
    node.taints.filter(({ effect }) => effect !== 'PreferNoSchedule').map(({ key, value }) => (value ? `${key}: ${value}` : key)),
  );
  if (matching.length === 0 || taints.some((own) => own.length === 0)) return causes;
  const [only, ...others] = new Set(taints.flat());
  const among = tainted.nodes === matching.length ? undefined : listed(matching.map(({ name }) => name));
  const named: SchedulingCause = { ...tainted, about: tainted.about ?? (others.length === 0 ? only : undefined), among };
  return [named, ...causes.filter((cause) => cause !== tainted)];
}
