/**
 * The real cluster of the integration tests: brought up where it is missing, made anew where it is sick, used again where it is healthy.
 *
 * As a program: `node test/integration/cluster.ts up|down|status`. In this order: the cluster of PODWRIGHT_TEST_KUBECONFIG; kind on a Docker that
 * answers; kind on a Docker that is installed and started here (root on Debian). Where none of the three can be had, it fails and says so.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cacheDirectory, contentKey, inCache, withLock } from './cluster/cache.ts';
import { closeOff, type Docker, dockerAt, findOrStartDocker, stopDocker } from './cluster/docker.ts';
import {
  apiTrouble,
  clusterName,
  clusterTrouble,
  createCluster,
  deleteCluster,
  findKind,
  kindConfig,
  kubeconfigPath,
  loadImages,
  nodesRun,
  waitUntilHealthy,
} from './cluster/kind.ts';
import { builtKube, type NodeImage, nodeImage, nodeRecipeKey } from './cluster/node-image.ts';
import { messageOf, run, say, succeeds } from './cluster/process.ts';
import { buildServerImage, serverImage, serverKey } from './cluster/server-image.ts';
import { buildWorkloadImage, workloadImage, workloadKey } from './cluster/workload-image.ts';

export { workloadImage } from './cluster/workload-image.ts';

/** A cluster that answers. */
export interface TestCluster {
  readonly kubeconfig: string;
  /** Where its nodes run as containers; absent for a cluster that was given to us. */
  readonly dockerHost?: string;
  /** Nothing in it can reach beyond this machine. */
  readonly closedOff: boolean;
}

/** What an earlier run left, and from which recipes. */
interface ClusterRecord {
  readonly dockerHost: string;
  readonly nodeKey: string;
  readonly workloadKey: string;
  readonly serverKey: string;
}

const recordPath = inCache('cluster.json');
const kubectlLink = inCache('bin', 'kubectl');

/** Brings the cluster up, or finds it healthy. At most one process works on it at a time. */
export async function clusterUp(): Promise<TestCluster> {
  const given = process.env.PODWRIGHT_TEST_KUBECONFIG;
  if (given) return givenCluster(given);
  try {
    return await withLock('cluster.lock', async () => (await reusedCluster()) ?? (await newCluster()));
  } catch (error) {
    throw new Error(`no test cluster: ${messageOf(error)}\n\n${threeWays}`, { cause: error });
  }
}

const threeWays = `There are three ways to get one:
  1. PODWRIGHT_TEST_KUBECONFIG=<file>: a cluster of yours; its nodes must hold the images ${workloadImage} and ${serverImage}
  2. a Docker that answers (DOCKER_HOST or its usual socket), with Go on PATH
  3. root on Debian, with Go on PATH: Docker is then installed and started here`;

async function givenCluster(kubeconfig: string): Promise<TestCluster> {
  const trouble = await apiTrouble(kubeconfig);
  if (trouble) throw new Error(`the cluster of PODWRIGHT_TEST_KUBECONFIG=${kubeconfig} cannot be used: ${trouble}\n\n${threeWays}`);
  return { kubeconfig, closedOff: false };
}

/** The cluster of an earlier run, if it is healthy and made from the recipes as they are now. */
async function reusedCluster(): Promise<TestCluster | undefined> {
  const record = readRecord();
  if (!record || (process.env.DOCKER_HOST && process.env.DOCKER_HOST !== record.dockerHost)) return undefined;
  const docker = dockerAt(record.dockerHost);
  const trouble = record.nodeKey === nodeKey() ? await lastingTrouble(docker) : 'its recipe has changed since it was made';
  if (trouble) {
    say(`the cluster that is there cannot be used: ${trouble}`);
    return undefined;
  }
  if (docker.ours) await closeOff(docker);
  if (record.workloadKey !== workloadKey() || record.serverKey !== serverKey()) await loadTestImages(docker, await findKind());
  return found(docker);
}

/**
 * What is wrong with the cluster and stays so: an API server or a kubelet that was just restarted, or a machine that is very busy, gets two minutes to
 * come back, as others may be at work on the cluster. Nodes that do not run get none.
 */
async function lastingTrouble(docker: Docker): Promise<string | undefined> {
  for (const deadline = Date.now() + 120_000; ; await pause(1_000)) {
    const trouble = await clusterTrouble(kubeconfigPath);
    if (trouble === undefined || Date.now() > deadline || !(await nodesRun(docker))) return trouble;
  }
}

async function newCluster(): Promise<TestCluster> {
  rmSync(recordPath, { force: true });
  let docker = await findOrStartDocker();
  const kind = await findKind();
  const image = await nodeImage(docker, kind);
  try {
    await createCluster(docker, kind, image.name);
  } catch (error) {
    if (!docker.ours) throw error;
    // A daemon that has lost track of a container can neither end nor remove it; started anew, it can.
    say(`once more, with the Docker daemon started anew: ${messageOf(error)}`);
    await stopDocker();
    docker = await findOrStartDocker();
    await createCluster(docker, kind, image.name);
  }
  await loadTestImages(docker, kind);
  await keepKubectl(docker, image);
  await waitUntilHealthy(90_000);
  return found(docker);
}

async function loadTestImages(docker: Docker, kind: string): Promise<void> {
  await buildWorkloadImage(docker);
  await buildServerImage(docker);
  await loadImages(docker, kind, [workloadImage, serverImage]);
  const record: ClusterRecord = { dockerHost: docker.host, nodeKey: nodeKey(), workloadKey: workloadKey(), serverKey: serverKey() };
  writeFileSync(recordPath, JSON.stringify(record));
}

function found(docker: Docker): TestCluster {
  return { kubeconfig: kubeconfigPath, dockerHost: docker.host, closedOff: docker.ours };
}

/** Decides whether a cluster has to be made anew. */
function nodeKey(): string {
  return contentKey([kindConfig], nodeRecipeKey());
}

function readRecord(): ClusterRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordPath, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Keeps the kubectl of the nodes' own Kubernetes. */
async function keepKubectl(docker: Docker, image: NodeImage): Promise<void> {
  rmSync(kubectlLink, { force: true });
  if (image.own) {
    mkdirSync(dirname(kubectlLink), { recursive: true });
    symlinkSync(await builtKube(), kubectlLink);
  } else {
    await run('docker', ['cp', '--follow-link', `${clusterName}-control-plane:/usr/bin/kubectl`, kubectlLink], { env: docker.env });
  }
}

/** A kubectl of exactly the cluster's version, for measuring against and as an oracle. */
export function kubectlPath(): string {
  if (!existsSync(kubectlLink)) throw new Error('there is no kubectl of the test cluster yet: npm run cluster:up');
  return kubectlLink;
}

/** Deletes the cluster and stops the Docker daemon we started. What was built stays. */
export async function clusterDown(): Promise<void> {
  await withLock('cluster.lock', async () => {
    const record = readRecord();
    const docker = record && dockerAt(record.dockerHost);
    if (docker && (await succeeds('docker', ['info'], { env: docker.env }))) await deleteCluster(docker, await findKind());
    for (const path of [recordPath, kubeconfigPath]) rmSync(path, { force: true });
    if (await stopDocker()) say('stopped the Docker daemon');
  });
}

/** What there is, in lines for people. */
export async function clusterStatus(): Promise<string> {
  const given = process.env.PODWRIGHT_TEST_KUBECONFIG;
  const kubeconfig = given ?? kubeconfigPath;
  const trouble = given ? await apiTrouble(given) : readRecord() ? await clusterTrouble(kubeconfigPath) : 'there is none; npm run cluster:up makes it';
  return [
    `cluster     ${given ? 'given by PODWRIGHT_TEST_KUBECONFIG' : clusterName}: ${trouble ?? 'healthy'}`,
    `kubeconfig  ${kubeconfig}`,
    `docker      ${given ? '-' : (readRecord()?.dockerHost ?? '-')}`,
    `cache       ${cacheDirectory}`,
  ].join('\n');
}

async function main(verb: string | undefined): Promise<number> {
  switch (verb) {
    case 'up': {
      const cluster = await clusterUp();
      say('the cluster is healthy');
      process.stdout.write(`export KUBECONFIG=${cluster.kubeconfig}\n`);
      return 0;
    }
    case 'down':
      await clusterDown();
      return 0;
    case 'status':
      process.stdout.write(`${await clusterStatus()}\n`);
      return 0;
    default:
      process.stderr.write('usage: cluster.ts up|down|status\n');
      return 2;
  }
}

if (import.meta.main) {
  try {
    process.exit(await main(process.argv[2]));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  }
}
