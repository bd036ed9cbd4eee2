/** What a workload makes its Pods from, read from a real cluster: the `revisions` that `workloadGeneration` asks for. */
import { object, text } from '../core/json.ts';
import { revisionKinds, type WatchedWorkloadKind, workloadKindNames } from '../core/workload-facts.ts';
import { labelSelectorText } from '../service/label-selector.ts';
import { allItems } from './all-items.ts';
import { workloadPaths } from './cluster-reader.ts';
import type { Transport } from './transport.ts';

const kindOf = new Map(Object.entries(workloadKindNames).map(([kind, name]) => [name as string, kind as WatchedWorkloadKind]));

/**
 * The ReplicaSets, ControllerRevisions or Jobs that may be this workload's; none for the other kinds. `workload` as the API sends it, with its kind.
 * Throws PodwrightError, `forbidden` where they may not be listed.
 */
export async function revisionsOf(transport: Transport, workload: unknown, signal: AbortSignal): Promise<readonly unknown[]> {
  const { kind, metadata, spec } = object(workload);
  const own = kindOf.get(text(kind) ?? '');
  const made = own && revisionKinds[own];
  if (made === undefined) return [];
  const { api, resource } = workloadPaths[made];
  const namespace = encodeURIComponent(text(object(metadata).namespace) ?? '');
  // ReplicaSets and ControllerRevisions carry the labels of the template, Jobs need not carry any of their CronJob.
  const query = made === 'job' ? {} : { labelSelector: labelSelectorText(object(spec).selector) };
  return allItems(transport, `${api}/namespaces/${namespace}/${resource}`, query, signal);
}
