/** What a workload makes its Pods from, read from a real cluster: the `revisions` that `workloadGeneration` asks for. */
import { object, text } from '../core/json.ts';
import { labelSelectorText } from '../service/label-selector.ts';
import { allItems } from './all-items.ts';
import type { Transport } from './transport.ts';

/** ControllerRevisions and ReplicaSets carry the labels of the template, Jobs need not carry any of their CronJob. */
const collections: Readonly<Record<string, { readonly path: (namespace: string) => string; readonly labelled: boolean }>> = {
  Deployment: { path: (namespace) => `/apis/apps/v1/namespaces/${namespace}/replicasets`, labelled: true },
  DaemonSet: { path: (namespace) => `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`, labelled: true },
  CronJob: { path: (namespace) => `/apis/batch/v1/namespaces/${namespace}/jobs`, labelled: false },
};

/**
 * The ReplicaSets, ControllerRevisions or Jobs that may be this workload's; none for the other kinds. `workload` as the API sends it, with its kind.
 * Throws PodwrightError, `forbidden` where they may not be listed.
 */
export async function revisionsOf(transport: Transport, workload: unknown, signal: AbortSignal): Promise<readonly unknown[]> {
  const { kind, metadata, spec } = object(workload);
  const collection = collections[text(kind) ?? ''];
  if (collection === undefined) return [];
  const namespace = encodeURIComponent(text(object(metadata).namespace) ?? '');
  const query = collection.labelled ? { labelSelector: labelSelectorText(object(spec).selector) } : {};
  return allItems(transport, collection.path(namespace), query, signal);
}
