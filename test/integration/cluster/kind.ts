/** The cluster itself: made and deleted by kind, and judged by what its API says about it. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppsV1Api, CoordinationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { inCache } from './cache.ts';
import type { Docker } from './docker.ts';
import { builtKind } from './node-image.ts';
import { messageOf, onPath, run, step } from './process.ts';

export const clusterName = 'podwright';
export const kindConfig = join(import.meta.dirname, '../../../kind-config.yaml');
/** A kubeconfig of its own, so that the user's is never touched. */
export const kubeconfigPath = inCache('kubeconfig');

/** The kind on PATH, else one built from its pinned module. */
export async function findKind(): Promise<string> {
  return onPath('kind') ?? (await builtKind());
}

/** Makes the cluster anew; one of the same name is deleted first. */
export async function createCluster(docker: Docker, kind: string, image: string): Promise<void> {
  await deleteCluster(docker, kind);
  const args = ['create', 'cluster', '--name', clusterName, '--config', kindConfig, '--image', image, '--kubeconfig', kubeconfigPath, '--wait', '120s'];
  await step('creating the cluster with kind', (note) => run(kind, args, { env: docker.env, onLine: note }));
}

/** Deletes the cluster, if there is one. */
export async function deleteCluster(docker: Docker, kind: string): Promise<void> {
  const clusters = (await run(kind, ['get', 'clusters'], { env: docker.env })).split('\n');
  if (!clusters.includes(clusterName)) return;
  await thawNodes(docker);
  await step('deleting the cluster that is there', () =>
    run(kind, ['delete', 'cluster', '--name', clusterName, '--kubeconfig', kubeconfigPath], { env: docker.env }),
  );
}

/** Those of kind-config.yaml. */
const nodeCount = 3;

/** Whether the containers of all nodes run. */
export async function nodesRun(docker: Docker): Promise<boolean> {
  const names = await run('docker', ['ps', '--format', '{{.Names}}', '--filter', `label=io.x-k8s.kind.cluster=${clusterName}`], { env: docker.env }).catch(
    () => '',
  );
  return names.split('\n').filter((name) => name !== '').length >= nodeCount;
}

/**
 * With cgroup v1 a container is started in a frozen group, and a process in one cannot be killed: a node that is stopped at that moment would never end,
 * nor could it be removed.
 */
async function thawNodes(docker: Docker): Promise<void> {
  const ids = await run('docker', ['ps', '--quiet', '--no-trunc', '--filter', `label=io.x-k8s.kind.cluster=${clusterName}`], { env: docker.env });
  for (const id of ids.split('\n').filter((line) => line !== '')) {
    const group = `/sys/fs/cgroup/freezer/docker/${id}`;
    if (!existsSync(group)) continue;
    for (const file of readdirSync(group, { recursive: true, encoding: 'utf8' })) {
      if (basename(file) === 'freezer.state') writeFileSync(join(group, file), 'THAWED');
    }
  }
}

/** Brings images of Docker's to every node. */
export async function loadImages(docker: Docker, kind: string, images: readonly string[]): Promise<void> {
  await step(`loading ${images.join(' and ')} into the cluster`, () =>
    run(kind, ['load', 'docker-image', ...images, '--name', clusterName], { env: docker.env }),
  );
}

/** Waits until nothing is wrong with the cluster. */
export async function waitUntilHealthy(within: number): Promise<void> {
  await step('waiting for the nodes and the Pods of the system', async (note) => {
    for (const deadline = Date.now() + within; ; await pause(250)) {
      const trouble = await clusterTrouble(kubeconfigPath);
      if (trouble === undefined) return;
      if (Date.now() > deadline) throw new Error(`the cluster is not healthy after ${within / 1000} s: ${trouble}`);
      note(trouble);
    }
  });
}

/** What is wrong with our cluster, or undefined: its API answers, its nodes are Ready and alive, and the system's Pods run on them. */
export async function clusterTrouble(kubeconfig: string): Promise<string | undefined> {
  const config = loadKubeconfig(kubeconfig);
  if (!config) return `there is no kubeconfig at ${kubeconfig}`;
  try {
    return await within(5_000, firstTrouble(config));
  } catch (error) {
    return `its API does not answer: ${reasonOf(error)}`;
  }
}

/** Why an API cannot be used, or undefined when it answers. */
export async function apiTrouble(kubeconfig: string): Promise<string | undefined> {
  const config = loadKubeconfig(kubeconfig);
  if (!config) return 'there is no such file';
  return within(10_000, config.makeApiClient(CoreV1Api).listNamespace({ limit: 1 })).then(() => undefined, reasonOf);
}

function loadKubeconfig(path: string): KubeConfig | undefined {
  if (!existsSync(path)) return undefined;
  const config = new KubeConfig();
  config.loadFromFile(path);
  return config;
}

async function firstTrouble(config: KubeConfig): Promise<string | undefined> {
  const [nodes, leases, daemonSets, deployments] = await Promise.all([
    config.makeApiClient(CoreV1Api).listNode(),
    config.makeApiClient(CoordinationV1Api).listNamespacedLease({ namespace: 'kube-node-lease' }),
    config.makeApiClient(AppsV1Api).listNamespacedDaemonSet({ namespace: 'kube-system' }),
    config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: 'kube-system' }),
  ]);
  // kwok's fake nodes come and go beside those of kind.
  const ours = nodes.items.filter((node) => node.metadata?.name?.startsWith(clusterName));
  const ready = ours.filter((node) => node.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'));
  if (ready.length < nodeCount) return `${ready.length} of ${nodeCount} nodes are Ready`;
  // A node stays Ready for 40 s after its kubelet has stopped; the kubelet renews its lease every 10 s.
  const silent = ours.find((node) => {
    const renewed = leases.items.find((lease) => lease.metadata?.name === node.metadata?.name)?.spec?.renewTime;
    return !renewed || Date.now() - new Date(renewed).getTime() > 25_000;
  });
  if (silent) return `the kubelet of ${silent.metadata?.name} has gone silent`;
  const daemons = daemonSets.items.find((set) => (set.status?.numberReady ?? 0) < nodeCount);
  if (daemons) return `DaemonSet ${daemons.metadata?.name} does not run on every node`;
  const deployment = deployments.items.find((item) => (item.status?.readyReplicas ?? 0) < (item.spec?.replicas ?? 1));
  return deployment && `Deployment ${deployment.metadata?.name} is not ready`;
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(ms);
  return Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => reject(new Error(`no answer within ${ms / 1000} s`)));
    }),
  ]);
}

function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(inner);
}
