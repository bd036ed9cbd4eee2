/** What `why` says of a Pod that is not there: the error, and what may have been meant. */
import { nearestNames } from '../src/core/nearest-names.ts';
import { ownerTarget } from '../src/core/owner.ts';
import { podFacts } from '../src/core/pod-facts.ts';
import { isPodwrightError, type PodwrightError } from '../src/core/podwright-error.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';

export interface MissingPod {
  readonly namespace: string;
  readonly name: string;
  readonly error: PodwrightError;
}

/** Asks once for the names of a namespace, whatever is missing there. What may not be listed is not suggested. */
export async function sayMissing(missing: readonly MissingPod[], cluster: OpenCluster, io: CommandIo): Promise<void> {
  for (const [namespace, pods] of Map.groupBy(missing, (pod) => pod.namespace)) {
    const names = await namesIn(namespace, cluster, io);
    for (const { name, error } of pods) {
      const meant = likelyNames(name, names);
      const hint = meant.length === 0 ? '' : ` Did you mean ${meant.join(' or ')}?`;
      io.stderr.write(`podwright: ${plainText(error.message + (hint === '' ? '' : `.${hint}`))}\n`);
    }
  }
}

/** Names of Pods, and their owners as targets. */
async function namesIn(namespace: string, { reader }: OpenCluster, { signal }: CommandIo): Promise<readonly string[]> {
  try {
    const { rows } = await reader.podTable({ namespaces: [namespace] }, { objects: 'metadata', signal });
    return [...new Set(rows.flatMap(({ name, object }) => [ownerTarget(podFacts(object)) ?? name, name]))];
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return [];
  }
}

/** Of a workload, those of its kind that have Pods. Of a Pod an owner of that very name; else the nearest Pods, where they differ in a few letters or only lack their end. Exported for its test. */
export function likelyNames(wanted: string, names: readonly string[]): readonly string[] {
  const [kind, name] = wanted.split('/');
  if (name !== undefined) {
    const same = names.filter((each) => each.startsWith(`${kind}/`)).toSorted();
    return nearestNames(wanted, same)
      .slice(0, 3)
      .filter((each) => alike(each.slice(each.indexOf('/') + 1), name));
  }
  const owner = names.find((each) => each.endsWith(`/${wanted}`));
  if (owner !== undefined) return [owner];
  const pods = names.filter((each) => !each.includes('/'));
  const begun = pods.filter((each) => each.startsWith(wanted));
  if (begun.length > 0) return begun.slice(0, 3);
  return nearestNames(wanted, pods)
    .slice(0, 3)
    .filter((each) => alike(each, wanted));
}

/** More than half of the longer one is the same from the start and from the end. */
function alike(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return start + end > Math.max(a.length, b.length) / 2;
}
