/**
 * Thousands of Pods in the test cluster, on nodes that kwok pretends: `node test/scale/scale.ts up [--pods 10000] [--namespaces 10] [--copies]`, `down`, `status`.
 * To the API server, and so to everything that is tested against it, they are Pods like any other.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { V1Pod } from '@kubernetes/client-node';
import { ApiServer } from '../integration/api-server.ts';
import { kubeconfigPath } from '../integration/cluster/kind.ts';
import { messageOf, say, step } from '../integration/cluster/process.ts';
import { clusterUp } from '../integration/cluster.ts';
import { Etcd } from './etcd.ts';
import { fakeNode, kwokProcess, startKwok, stopKwok } from './kwok.ts';
import { applications, scaleLabel, scalePod } from './scale-pods.ts';

const podsPerNode = 1_000;
const requestsAtOnce = 16;
/** The watch of the API server's own cache brings it what was written into the store. */
const copiesArriveMs = 120_000;

/**
 * Brings the cluster up, if need be, and this many running Pods into it, spread over namespaces. Pods that are there already stay. With `copies` only
 * the first of each kind goes through the API server and kwok, and the rest are copies of those, written into the cluster's store: for the bench.
 */
export async function scaleUp(pods: number, namespaces: number, { copies = false } = {}): Promise<void> {
  const { kubeconfig, dockerHost } = await clusterUp();
  const server = await ApiServer.connect(kubeconfig);
  await startKwok(kubeconfig);
  const nodes = Math.ceil(pods / podsPerNode);
  for (let index = 0; index < nodes; index++) await createNode(server, nodeName(index));
  for (let index = 0; index < namespaces; index++) await createNamespace(server, namespaceName(index));
  const podAt = (index: number): V1Pod => {
    const round = Math.floor(index / applications.length);
    return scalePod(index, namespaceName(round % namespaces), nodeName(Math.floor(round / namespaces) % nodes));
  };
  const through = copies ? applications.length : pods;
  await step(`creating ${through} Pods on ${nodes} nodes in ${namespaces} namespaces`, async (note) => {
    let created = 0;
    await inParallel(through, async (index) => {
      const pod = podAt(index);
      await create(server, `/api/v1/namespaces/${pod.metadata?.namespace}/pods`, pod);
      created += 1;
      note(`${created} created`);
    });
  });
  await step('waiting until they run', async (note) => {
    for (let waiting = await notRunning(server); waiting > 0; waiting = await notRunning(server)) {
      note(`${waiting} do not run yet`);
      await pause(1_000);
    }
  });
  if (!copies) return;
  if (dockerHost === undefined) throw new Error('Pods can be written into the store of a kind cluster only');
  await copyPods(server, await Etcd.connect(dockerHost), pods, podAt);
}

/** Copies the Pods that run, one of each application, until there are as many as wanted. */
async function copyPods(server: ApiServer, etcd: Etcd, pods: number, podAt: (index: number) => V1Pod): Promise<void> {
  const pathOf = ({ metadata }: V1Pod) => `/api/v1/namespaces/${metadata?.namespace}/pods/${metadata?.name}`;
  const models = await Promise.all(applications.map((_, index) => server.request<V1Pod>(pathOf(podAt(index)))));
  const there = new Set(await namesOf(server, `/api/v1/pods?labelSelector=${scaleLabel}`));
  await step(`copying them to ${pods}`, async (note) => {
    await inParallel(pods, async (index) => {
      const { metadata, spec } = podAt(index);
      const model = models[index % models.length];
      if (there.has(metadata?.name ?? '')) return;
      const { resourceVersion: _, ...own } = { ...model?.metadata, ...metadata, uid: randomUUID() };
      const copy = { ...model, metadata: own, spec: { ...model?.spec, nodeName: spec?.nodeName } };
      await etcd.put(`/registry/pods/${metadata?.namespace}/${metadata?.name}`, copy);
      note(`${index} copied`);
    });
    etcd.close();
  });
  await step('waiting until the API server has them', async (note) => {
    const path = `/api/v1/pods?resourceVersion=0&labelSelector=${scaleLabel}`;
    const limit = Date.now() + copiesArriveMs;
    for (let has = (await namesOf(server, path)).length; has < pods; has = (await namesOf(server, path)).length) {
      if (Date.now() > limit) throw new Error(`the API server has ${has} of ${pods} Pods, ${copiesArriveMs / 1_000} s after they were written`);
      note(`${has} there`);
      await pause(1_000);
    }
  });
}

const nodeName = (index: number) => `fake-${String(index).padStart(3, '0')}`;
const namespaceName = (index: number) => `scale-${String(index).padStart(2, '0')}`;

async function createNode(server: ApiServer, name: string): Promise<void> {
  const resources = { cpu: '1k', memory: '1Ti', pods: `${podsPerNode * 2}` };
  await create(server, '/api/v1/nodes', {
    metadata: {
      name,
      annotations: { [fakeNode.key]: fakeNode.value },
      labels: { [scaleLabel]: 'true', type: 'kwok', 'kubernetes.io/hostname': name },
    },
    spec: { taints: [{ ...fakeNode, effect: 'NoSchedule' }] },
    status: { capacity: resources, allocatable: resources },
  });
}

async function createNamespace(server: ApiServer, name: string): Promise<void> {
  for (;;) {
    await create(server, '/api/v1/namespaces', { metadata: { name, labels: { [scaleLabel]: 'true' } } });
    try {
      // Without its service account, which a controller makes a moment later, a namespace takes no Pods.
      await create(server, `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
      return;
    } catch (error) {
      // The one of an earlier run is still on its way out, or has just gone.
      if (!/being terminated|not found/.test(messageOf(error))) throw error;
      await pause(1_000);
    }
  }
}

/** Creates an object; one that is there already is left as it is. A server that has too much to do is asked again. */
async function create(server: ApiServer, path: string, body: object): Promise<void> {
  for (;;) {
    try {
      await server.request(path, { method: 'POST', body });
      return;
    } catch (error) {
      const status = /: (\d{3}) /.exec(messageOf(error))?.[1];
      if (status === '409') return;
      if (status !== '429') throw error;
      await pause(1_000);
    }
  }
}

/** Does `work` for each index, a bounded number at a time. */
async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: requestsAtOnce }, async () => {
      while (next < count) await work(next++);
    }),
  );
}

async function notRunning(server: ApiServer): Promise<number> {
  return (await namesOf(server, `/api/v1/pods?labelSelector=${scaleLabel}&fieldSelector=${encodeURIComponent('status.phase!=Running')}`)).length;
}

interface MetadataList {
  /** Null where there are none. */
  readonly items: readonly { readonly metadata: { readonly name: string } }[] | null;
}

/** The names in a list; the server sends nothing but the metadata. */
async function namesOf(server: ApiServer, path: string): Promise<string[]> {
  const { items } = await server.request<MetadataList>(path, { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' });
  return (items ?? []).map(({ metadata }) => metadata.name);
}

/** Takes all of it away again, and ends kwok. With `copies` the Pods go out of the cluster's store at once. */
export async function scaleDown(kubeconfig = kubeconfigPath, { copies = false } = {}): Promise<void> {
  const server = await ApiServer.connect(kubeconfig);
  const namespaces = await namesOf(server, `/api/v1/namespaces?labelSelector=${scaleLabel}`);
  const { dockerHost } = copies ? await clusterUp() : {};
  await step(`deleting the Pods of ${namespaces.length} namespaces`, async () => {
    if (dockerHost !== undefined) {
      const etcd = await Etcd.connect(dockerHost);
      for (const name of namespaces) await etcd.deleteBelow(`/registry/pods/${name}/`);
      etcd.close();
    }
    const emptied = namespaces.map(async (name) => {
      // At once: there is no kubelet that would have to end anything.
      await server.request(`/api/v1/namespaces/${name}/pods?gracePeriodSeconds=0`, { method: 'DELETE' });
      await server.request(`/api/v1/namespaces/${name}`, { method: 'DELETE' });
    });
    await Promise.all(emptied);
    await server.request(`/api/v1/nodes?labelSelector=${scaleLabel}`, { method: 'DELETE' });
  });
  await stopKwok();
}

/** What there is, in lines for people. */
export async function scaleStatus(kubeconfig = kubeconfigPath): Promise<string> {
  const server = await ApiServer.connect(kubeconfig);
  const [pods, nodes, waiting] = await Promise.all([
    namesOf(server, `/api/v1/pods?labelSelector=${scaleLabel}`),
    namesOf(server, `/api/v1/nodes?labelSelector=${scaleLabel}`),
    notRunning(server),
  ]);
  const pid = kwokProcess();
  return [`pods   ${pods.length}, of which ${waiting} do not run`, `nodes  ${nodes.length}`, `kwok   ${pid ? `process ${pid}` : 'does not run'}`].join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { pods: { type: 'string', default: '10000' }, namespaces: { type: 'string', default: '10' }, copies: { type: 'boolean', default: false } },
  });
  const [pods, namespaces] = [Number(values.pods), Number(values.namespaces)];
  const given = process.env.PODWRIGHT_TEST_KUBECONFIG;
  switch (positionals[0]) {
    case 'up':
      if (!(pods > 0 && namespaces > 0)) throw new Error('--pods and --namespaces are numbers above 0');
      await scaleUp(pods, namespaces, { copies: values.copies });
      say(`${pods} Pods run`);
      return 0;
    case 'down':
      await scaleDown(given, { copies: values.copies });
      return 0;
    case 'status':
      process.stdout.write(`${await scaleStatus(given)}\n`);
      return 0;
    default:
      process.stderr.write('usage: scale.ts up [--pods 10000] [--namespaces 10] [--copies] | down [--copies] | status\n');
      return 2;
  }
}

if (import.meta.main) {
  try {
    process.exit(await main(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}
