/**
 * What an integration test stands on: the cluster, a namespace of its own, objects created in it, and waiting for what happens to them.
 * Waiting is on the API's own events and has a deadline; a wait that fails tells what it saw last.
 */
import { randomBytes } from 'node:crypto';
import type { KubernetesObject, V1Node, V1Pod } from '@kubernetes/client-node';
import { inject } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ApiServer } from './api-server.ts';
import { run } from './cluster/process.ts';
import type { TestCluster } from './cluster.ts';

/** The cluster that the global setup has brought up. */
export function testCluster(): TestCluster {
  return inject('cluster');
}

/** The kubeconfig of that cluster. */
export function testKubeconfig(): string {
  return testCluster().kubeconfig;
}

let connection: Promise<ApiServer> | undefined;

/** A line to its API server, one a test file. */
export function apiServer(): Promise<ApiServer> {
  connection ??= ApiServer.connect(testKubeconfig());
  return connection;
}

/** Docker, where the nodes run. A cluster that was given to us offers no such thing, and its nodes are not ours to stop. */
export function docker(...args: string[]): Promise<string> {
  const { dockerHost } = testCluster();
  if (dockerHost === undefined)
    throw new Error('this test works on the containers of the nodes, which takes a kind cluster of its own (unset PODWRIGHT_TEST_KUBECONFIG)');
  return run('docker', args, { env: { DOCKER_HOST: dockerHost } });
}

/** By namespace, the paths of what was created for it and is of cluster scope. */
const outside = new Map<string, string[]>();

/** Runs `body` in a new namespace, which is deleted afterwards without waiting for its end, with all that was created for it. */
export async function inNamespace<T>(body: (namespace: string) => Promise<T>, labels: Readonly<Record<string, string>> = {}): Promise<T> {
  const server = await apiServer();
  const name = `test-${randomBytes(5).toString('hex')}`;
  await server.request('/api/v1/namespaces', { method: 'POST', body: { metadata: { name, labels: { 'podwright.test/namespace': 'true', ...labels } } } });
  try {
    // Until the controllers have made these two, Pods are refused ("serviceaccount default not found") or their volumes fail to mount at first.
    await Promise.all([
      awaitObject(`/api/v1/namespaces/${name}/serviceaccounts`, 'default', (account) => account !== undefined),
      awaitObject(`/api/v1/namespaces/${name}/configmaps`, 'kube-root-ca.crt', (map) => map !== undefined),
    ]);
    return await body(name);
  } finally {
    await server.request(`/api/v1/namespaces/${name}`, { method: 'DELETE' });
    await Promise.all((outside.get(name) ?? []).map((path) => server.request(path, { method: 'DELETE' })));
  }
}

/** Creates objects in a namespace, in their order; those of cluster scope where they belong, until the namespace is deleted. `query` is for dry runs. */
export async function createIn(namespace: string, objects: readonly KubernetesObject[], query = ''): Promise<void> {
  const server = await apiServer();
  for (const object of objects) {
    const path = await collectionPath(namespace, object);
    await server.request(`${path}${query}`, { method: 'POST', body: object });
    if (!path.includes('/namespaces/') && query === '') outside.set(namespace, [...(outside.get(namespace) ?? []), `${path}/${object.metadata?.name}`]);
  }
}

/** Creates what the YAML documents describe. */
export async function apply(namespace: string, yaml: string): Promise<void> {
  await createIn(
    namespace,
    parseAllDocuments(yaml).map((document): KubernetesObject => document.toJS()),
  );
}

export interface WaitOptions {
  /** Milliseconds until the wait fails; four minutes by default. */
  readonly within?: number;
}

/** Waits until a Pod is as wanted, and returns it as the API sent it (times are text). */
export async function waitForPod(namespace: string, name: string, wanted: (pod: V1Pod) => boolean, options: WaitOptions = {}): Promise<V1Pod> {
  const pod = await awaitObject<V1Pod>(`/api/v1/namespaces/${namespace}/pods`, name, (seen) => seen !== undefined && wanted(seen), options);
  if (!pod) throw new Error(`Pod ${namespace}/${name} is gone`);
  return pod;
}

/** Waits until one of the Pods that a label selects is as wanted, and returns it. */
export async function waitForPodOf(namespace: string, label: string, wanted: (pod: V1Pod) => boolean, options: WaitOptions = {}): Promise<V1Pod> {
  const query = `labelSelector=${encodeURIComponent(label)}`;
  const pod = await awaitAny<V1Pod>(`/api/v1/namespaces/${namespace}/pods`, query, (seen) => seen !== undefined && wanted(seen), options);
  if (!pod) throw new Error(`no Pod of ${label} in ${namespace}`);
  return pod;
}

/** Waits until a Pod has gone. */
export async function waitForPodGone(namespace: string, name: string, options: WaitOptions = {}): Promise<void> {
  await awaitObject<V1Pod>(`/api/v1/namespaces/${namespace}/pods`, name, (pod) => pod === undefined, options);
}

/** Waits until a condition of a node has a status; one that is Ready again, until its taints for that have been taken away too, which comes a moment later. */
export async function waitForNode(name: string, type: string, status: string, options: WaitOptions = {}): Promise<void> {
  const isReady = type === 'Ready' && status === 'True';
  const wanted = (node: V1Node | undefined): boolean =>
    node?.status?.conditions?.some((condition) => condition.type === type && condition.status === status) === true &&
    !(isReady && node.spec?.taints?.some(({ key }) => key.startsWith('node.kubernetes.io/')));
  await awaitObject<V1Node>('/api/v1/nodes', name, wanted, options);
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR';
  readonly object: T;
}

/** Waits until one object of a collection, or its absence, is as wanted. */
function awaitObject<T extends KubernetesObject>(
  collection: string,
  name: string,
  wanted: (object: T | undefined) => boolean,
  options?: WaitOptions,
): Promise<T | undefined> {
  return awaitAny(collection, `fieldSelector=${encodeURIComponent(`metadata.name=${name}`)}`, wanted, options);
}

/** Waits until an object that the query selects, or the absence of any, is as wanted: a list, then its watch, again whenever the watch ends. */
async function awaitAny<T extends KubernetesObject>(
  collection: string,
  query: string,
  wanted: (object: T | undefined) => boolean,
  { within = 240_000 }: WaitOptions = {},
): Promise<T | undefined> {
  const server = await apiServer();
  // A controller rather than AbortSignal.timeout: its end also closes the watch.
  const controller = new AbortController();
  const limit = setTimeout(() => controller.abort(), within);
  let last: T | undefined;
  try {
    while (!controller.signal.aborted) {
      const list = await server.request<{ metadata: { resourceVersion: string }; items: T[] }>(`${collection}?${query}`);
      last = list.items.find(wanted) ?? list.items[0];
      if (wanted(last)) return last;
      const watch = `${collection}?${query}&watch=true&resourceVersion=${list.metadata.resourceVersion}`;
      for await (const event of server.watch<WatchEvent<T>>(watch, { signal: controller.signal })) {
        if (event.type === 'ERROR') break;
        last = event.type === 'DELETED' ? undefined : event.object;
        if (wanted(last)) return last;
      }
    }
  } finally {
    clearTimeout(limit);
    controller.abort();
  }
  const status = last && 'status' in last ? last.status : last;
  throw new Error(`${collection}?${query} was not as wanted within ${within / 1000} s. Last seen:\n${JSON.stringify(status ?? 'nothing', undefined, 2)}`);
}

/** Waits until so many objects of a collection, whose path ends in `?` or `&`, are as wanted. */
export async function awaitCount(path: string, count: number, wanted: (object: never) => boolean, within = 90_000): Promise<void> {
  const server = await apiServer();
  const seen = new Set<string>();
  for await (const { object } of server.watch<WatchEvent<KubernetesObject>>(`${path}watch=true`, { signal: AbortSignal.timeout(within) })) {
    // What kind of object it is, the caller knows.
    if (wanted(object as never)) seen.add(object.metadata?.uid ?? '');
    if (seen.size >= count) return;
  }
  throw new Error(`${path}: ${seen.size} of ${count} within ${within / 1000} s`);
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const resources = new Map<string, Promise<{ resources: ApiResource[] }>>();

/** Where objects of this kind are created, as the server's discovery tells. */
export async function collectionPath(namespace: string, { apiVersion = 'v1', kind }: KubernetesObject): Promise<string> {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const known = resources.get(root) ?? (await apiServer()).request<{ resources: ApiResource[] }>(root);
  resources.set(root, known);
  const resource = (await known).resources.find((candidate) => candidate.kind === kind && !candidate.name.includes('/'));
  if (!resource) throw new Error(`the server knows no ${kind} in ${apiVersion}`);
  return resource.namespaced ? `${root}/namespaces/${namespace}/${resource.name}` : `${root}/${resource.name}`;
}
