/**
 * Records the stories beside this file anew, on the test cluster, with `podwright record` itself: `npm run stories`, or with names for some of them.
 *
 * Each story has a namespace of its own name and a script of what is done to it, with pauses: what is recorded is what the cluster made of that. They
 * are run by hand, as the golden files show what changed, and they are read as fixtures by tests that need no cluster.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { clusterUp, kubectlPath, workloadImage } from '../integration/cluster.ts';

interface Story {
  readonly seconds: number;
  /** What is there already when the recording begins. */
  readonly before?: (namespace: string) => Promise<unknown>;
  /** What is done, at which second. */
  readonly steps: readonly (readonly [second: number, run: (namespace: string) => Promise<unknown>])[];
}

const { kubeconfig } = await clusterUp();
const env = { ...process.env, KUBECONFIG: kubeconfig };
const kubectl = (...args: readonly string[]) => promisify(execFile)(kubectlPath(), [...args], { env });

async function kubectlWith(input: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(kubectlPath(), args, { env, stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`kubectl ${args[0]} exited with ${code}`);
}

const apply = (namespace: string, yaml: string): Promise<void> => kubectlWith(yaml, 'apply', '-n', namespace, '-f', '-');

function deployment(name: string, replicas: number, podSpec: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 1
${podSpec.trim().replaceAll(/^/gm, '      ')}
---`;
}

const web = (version: string): string =>
  deployment(
    'web',
    3,
    `
initContainers:
- {name: migrate, image: "${workloadImage}", command: [sh, -c, sleep 2]}
- {name: proxy, image: "${workloadImage}", restartPolicy: Always}
- {name: warm-up, image: "${workloadImage}", command: [sh, -c, sleep 3]}
containers:
- name: app
  image: "${workloadImage}"
  env: [{name: VERSION, value: "${version}"}]
  readinessProbe: {exec: {command: ["true"]}, initialDelaySeconds: 1, periodSeconds: 1}`,
  );

const checkout = deployment('checkout', 1, `containers:\n- {name: app, image: "${workloadImage}", command: [sh, -c, "echo no database >&2; sleep 2; exit 1"]}`);

const catalog = deployment('catalog', 1, `containers:\n- {name: app, image: "podwright.test/absent:1", imagePullPolicy: Never}`);

const mendCatalog = (namespace: string) => kubectl('set', 'image', '-n', namespace, 'deployment/catalog', `app=${workloadImage}`);

// What a container writes is measured every ten seconds, a volume every minute or two.
const report = deployment(
  'report',
  1,
  `
containers:
- name: app
  image: "${workloadImage}"
  command: [sh, -c, "sleep 3; yes a line of a report that nobody reads | head -c 8000000 > /tmp/report; sleep infinity"]
  resources: {limits: {ephemeral-storage: 1Mi}}`,
);

/** A shop where one thing is wrong already: the web runs, and the checkout has crashed twice. */
async function openShop(namespace: string): Promise<void> {
  await apply(namespace, web('1') + checkout);
  const restarts = 'jsonpath={.items[0].status.containerStatuses[0].restartCount}';
  await kubectl('wait', '-n', namespace, '--for=condition=Available', 'deployment/web', '--timeout=120s');
  const deadline = Date.now() + 120_000;
  while (Number((await kubectl('get', 'pods', '-n', namespace, '-l', 'app=checkout', '-o', restarts)).stdout) < 2) {
    if (Date.now() > deadline) throw new Error('the checkout has not crashed');
    await pause(500);
  }
}

/** As a drain does it: the API server sets the condition DisruptionTarget and deletes the Pod. */
async function evictWeb(namespace: string): Promise<void> {
  const { stdout: name } = await kubectl('get', 'pods', '-n', namespace, '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
  const eviction = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } });
  await kubectlWith(eviction, 'create', '--raw', `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, '-f', '-');
}

const stories: Readonly<Record<string, Story>> = {
  rollout: {
    seconds: 45,
    steps: [
      [1, (to) => apply(to, web('1'))],
      [16, (to) => apply(to, web('2'))],
    ],
  },
  'crash-loop': { seconds: 50, steps: [[1, (to) => apply(to, checkout)]] },
  'image-mended': {
    seconds: 25,
    steps: [
      [1, (to) => apply(to, catalog)],
      [12, mendCatalog],
    ],
  },
  // One by the kubelet for what it wrote, one through the API.
  eviction: {
    seconds: 60,
    before: (to) => apply(to, web('1')).then(() => kubectl('wait', '-n', to, '--for=condition=Available', 'deployment/web', '--timeout=120s')),
    steps: [
      [1, (to) => apply(to, report)],
      [10, evictWeb],
    ],
  },
  shop: {
    seconds: 90,
    before: openShop,
    steps: [
      [2, (to) => apply(to, catalog)],
      [8, (to) => apply(to, report)],
      [14, (to) => apply(to, web('2'))],
      [60, mendCatalog],
    ],
  },
};

async function record(name: string, { seconds, before, steps }: Story): Promise<void> {
  await kubectl('create', 'namespace', name);
  try {
    // Before that, Pods are refused.
    await kubectl('wait', '-n', name, '--for=create', 'serviceaccount/default', '--timeout=60s');
    await before?.(name);
    const program = join(import.meta.dirname, '../../dist/cli/podwright.cjs');
    const file = join(import.meta.dirname, `${name}.ndjson.gz`);
    const recorder = spawn(process.execPath, [program, 'record', '-n', name, '-o', file, '--force', '--for', `${seconds}s`], {
      env,
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    const ended = once(recorder, 'close');
    await once(recorder.stderr, 'data');
    recorder.stderr.pipe(process.stderr);
    await Promise.all(steps.map(([second, run]) => pause(second * 1000).then(() => run(name))));
    const [code] = (await ended) as [number];
    if (code !== 0) throw new Error(`podwright record exited with ${code}`);
  } finally {
    await kubectl('delete', 'namespace', name, '--wait=false');
  }
}

const wanted = process.argv.slice(2);
await Promise.all(Object.entries(stories).flatMap(([name, story]) => (wanted.length === 0 || wanted.includes(name) ? [record(name, story)] : [])));
