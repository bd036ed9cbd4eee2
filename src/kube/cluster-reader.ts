/** Reads Pods once from a real cluster: the `PodReader` of one transport. */
import { object as record } from '../core/json.ts';
import type { WatchedWorkloadKind } from '../core/workload-facts.ts';
import { labelSelectorText } from '../service/label-selector.ts';
import type { PodObject, PodReader, ReadOptions, ResolvedTarget } from '../service/pod-reader.ts';
import type { PodScope } from '../service/pod-source.ts';
import type { Target } from '../service/target.ts';
import { itemPages } from './all-items.ts';
import { listPage } from './list-watch.ts';
import { podsPath, podTable, podTableOf, selectors, withoutManagedFields } from './pod-table.ts';
import type { Transport } from './transport.ts';

/** Where the workloads that own Pods are served. */
export const workloadPaths: Readonly<Record<WatchedWorkloadKind, { readonly api: string; readonly resource: string }>> = {
  deployment: { api: '/apis/apps/v1', resource: 'deployments' },
  statefulset: { api: '/apis/apps/v1', resource: 'statefulsets' },
  daemonset: { api: '/apis/apps/v1', resource: 'daemonsets' },
  replicaset: { api: '/apis/apps/v1', resource: 'replicasets' },
  job: { api: '/apis/batch/v1', resource: 'jobs' },
  cronjob: { api: '/apis/batch/v1', resource: 'cronjobs' },
  controllerrevision: { api: '/apis/apps/v1', resource: 'controllerrevisions' },
};

/** A reader of the transport's cluster; `namespace` is the context's own. */
export function readPods(transport: Transport, namespace: string): PodReader {
  return {
    cluster: transport.context,
    namespace,
    podTable: (scope, options) => podTable(transport, scope, options),
    podTableOf: (pod, options) => podTableOf(transport, pod, options),
    podPages: (scope, options) => podPages(transport, scope, options),
    async pod(pod, options) {
      const object = await transport.request({ path: `${podsPath(pod.namespace)}/${encodeURIComponent(pod.name)}`, signal: options?.signal });
      return asWanted(object, options);
    },
    resolve: (target, inNamespace, signal) => resolve(transport, target, inNamespace, signal),
  };
}

function asWanted(object: unknown, options: ReadOptions | undefined): PodObject {
  return options?.managedFields === true ? record(object) : withoutManagedFields(object);
}

async function* podPages(transport: Transport, scope: PodScope, options: ReadOptions | undefined): AsyncGenerator<readonly PodObject[]> {
  for (const namespace of scope.namespaces === 'all' ? [undefined] : scope.namespaces) {
    for await (const items of itemPages(transport, podsPath(namespace), selectors(scope), options?.signal)) {
      // The items of a List do not say what they are; kubectl writes it, and so do we.
      yield items.map((item) => Object.assign({ apiVersion: 'v1', kind: 'Pod' }, asWanted(item, options)));
    }
  }
}

async function resolve(transport: Transport, target: Target, namespace: string, signal: AbortSignal | undefined): Promise<ResolvedTarget> {
  if (target.kind === 'pod') {
    return { scope: { namespaces: [namespace], fieldSelector: `metadata.name=${target.name}` }, ownerUids: undefined };
  }
  const { api, resource } = workloadPaths[target.kind];
  const inNamespace = `${api}/namespaces/${encodeURIComponent(namespace)}`;
  const workload = record(await transport.request({ path: `${inNamespace}/${resource}/${encodeURIComponent(target.name)}`, signal }));
  const uid = String(record(workload['metadata'])['uid']);
  if (target.kind === 'cronjob') {
    return { ...jobsOf(uid, await transport.request({ path: `${inNamespace}/jobs`, signal }), namespace), object: workload };
  }
  const labelSelector = labelSelectorText(record(workload['spec'])['selector']);
  return {
    scope: { namespaces: [namespace], labelSelector },
    // A Deployment's Pods belong to its ReplicaSets, of which there will be more.
    ownerUids: target.kind === 'deployment' ? undefined : new Set([uid]),
    object: workload,
  };
}

/** The Pods of a CronJob are those of the Jobs it has now. */
function jobsOf(cronJobUid: string, jobs: unknown, namespace: string): ResolvedTarget {
  const owned = listPage(jobs).items.flatMap((job) => {
    const { name, uid, ownerReferences } = record(record(job)['metadata']);
    const owners = Array.isArray(ownerReferences) ? ownerReferences.map((owner) => record(owner)['uid']) : [];
    return owners.includes(cronJobUid) ? [{ name: String(name), uid: String(uid) }] : [];
  });
  const names = owned.map(({ name }) => name).join(',');
  return {
    scope: { namespaces: [namespace], labelSelector: owned.length === 0 ? 'job-name' : `job-name in (${names})` },
    ownerUids: new Set(owned.map(({ uid }) => uid)),
  };
}
