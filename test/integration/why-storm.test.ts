/** Three hundred broken Pods of ten causes: `why` explains each cause, and asks the API server for little. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { apiServer, apply, inNamespace, testKubeconfig } from './namespace.ts';
import { program } from './screen-session.ts';

const label = 'podwright.test/storm';
const each = 30;
const at = '2026-01-01T00:00:00Z';

interface Cause {
  readonly code: string;
  readonly spec?: object;
  readonly status: (namespace: string) => object;
}

const placed = { type: 'PodScheduled', status: 'True', lastTransitionTime: at };
const notReady = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: at };

function container(state: object, more: object = {}): object {
  const status = { name: 'app', image: 'shop.test/app:1', imageID: '', ready: false, restartCount: 0, state, ...more };
  return { phase: 'Pending', conditions: [placed, notReady], containerStatuses: [status] };
}

function waiting(reason: string, message = reason, more: object = {}): object {
  return container({ waiting: { reason, message } }, more);
}

function crashing(terminated: object): object {
  return waiting('CrashLoopBackOff', 'back-off 5m0s', { restartCount: 7, lastState: { terminated: { startedAt: at, finishedAt: at, ...terminated } } });
}

function unplaced(message: string): object {
  return { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: at }] };
}

/** Most of them with something that a look at the cluster may add to. */
const causes: readonly Cause[] = [
  { code: 'image-never-pulled', status: () => waiting('ErrImageNeverPull') },
  { code: 'image-pull-denied', spec: { imagePullSecrets: [{ name: 'regcred' }] }, status: () => waiting('ErrImagePull', 'pull access denied') },
  {
    code: 'config-map-key-missing',
    spec: {
      containers: [{ name: 'app', image: 'shop.test/app:1', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'schema' } } }] }],
    },
    status: (namespace) => waiting('CreateContainerConfigError', `couldn't find key schema in ConfigMap ${namespace}/settings`),
  },
  {
    code: 'secret-missing',
    spec: { containers: [{ name: 'app', image: 'shop.test/app:1', envFrom: [{ secretRef: { name: 'keys' } }] }] },
    status: () => waiting('CreateContainerConfigError', 'secret "keys" not found'),
  },
  { code: 'exited-with-error', status: () => crashing({ exitCode: 3, reason: 'Error' }) },
  { code: 'out-of-memory', status: () => crashing({ exitCode: 137, reason: 'OOMKilled' }) },
  {
    code: 'node-selector',
    spec: { nodeSelector: { disk: 'fast' } },
    status: () => unplaced("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector."),
  },
  { code: 'insufficient-resources', status: () => unplaced('0/2 nodes are available: 2 Insufficient cpu.') },
  {
    code: 'claim-unbound',
    spec: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
    status: () => unplaced('0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.'),
  },
  {
    code: 'init-waits-for-service',
    spec: { initContainers: [{ name: 'wait', image: 'shop.test/tool:1', command: ['sh', '-c', 'until nc -z ledger-db 5432; do sleep 1; done'] }] },
    status: () => ({
      phase: 'Pending',
      conditions: [placed, notReady],
      initContainerStatuses: [{ name: 'wait', image: 'shop.test/tool:1', imageID: 'x', ready: false, restartCount: 0, state: { running: { startedAt: at } } }],
    }),
  },
];

/** Passes requests on to the test cluster's API server, and keeps their paths. */
async function withCounter(body: (server: string, paths: readonly string[]) => Promise<void>): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(testKubeconfig());
  const own = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const material = (data: string | undefined, file: string | undefined) => (data ? Buffer.from(data, 'base64') : file ? readFileSync(file) : undefined);
  const tls = {
    ca: material(own?.caData, own?.caFile),
    cert: material(user?.certData, user?.certFile),
    key: material(user?.keyData, user?.keyFile),
  };
  const paths: string[] = [];
  const counter = createServer((asked, answer) => {
    paths.push(new URL(asked.url ?? '/', 'http://localhost').pathname);
    const onward = request(
      new URL(asked.url ?? '/', own?.server),
      { ...tls, method: asked.method, headers: { Accept: asked.headers.accept ?? '*/*' } },
      (got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${(counter.address() as AddressInfo).port}`, paths);
  } finally {
    counter.closeAllConnections();
    counter.close();
  }
}

test('no storm of look-ups', { timeout: 240_000 }, async () => {
  const server = await apiServer();
  await inNamespace(async (namespace) => {
    await apply(
      namespace,
      `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {schemas: '7'}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
    );
    const { metadata } = await server.request<{ metadata: { uid: string } }>(`/api/v1/namespaces/${namespace}/configmaps/settings`);
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const make = async ({ code, spec, status }: Cause, index: number): Promise<void> => {
      const name = `${code}-${index}`;
      // Something owns them together, as a ReplicaSet would, and leaves them as they are; no component touches a Pod for a scheduler that does not exist.
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', uid: metadata.uid, controller: true };
      const containers = [{ name: 'app', image: 'shop.test/app:1' }];
      const body = {
        metadata: { name, labels: { [label]: namespace }, ownerReferences: [owner] },
        spec: { schedulerName: 'nobody', containers, ...spec },
      };
      await server.request(pods, { method: 'POST', body });
      await server.request(`${pods}/${name}/status`, { method: 'PATCH', contentType: 'application/merge-patch+json', body: { status: status(namespace) } });
    };
    await Promise.all(causes.flatMap((cause) => Array.from({ length: each }, (_, index) => make(cause, index))));
    await withCounter(async (counted, paths) => {
      await withKubeconfig({ server: counted, user: {}, cluster: { 'certificate-authority-data': undefined } }, async (kubeconfig) => {
        const why = async (...args: readonly string[]): Promise<string> => {
          const { stdout } = await promisify(execFile)(process.execPath, [program, 'why', '-A', '-l', `${label}=${namespace}`, ...args], {
            env: { ...process.env, KUBECONFIG: kubeconfig, LC_ALL: 'C.UTF-8' },
            maxBuffer: 64_000_000,
          }).catch((failed: { code: number; stdout: string }) => failed);
          return stdout;
        };
        const text = await why();
        const asked = paths.filter((path) => path !== '/api/v1/pods' && path !== '/api/v1/events');
        expect(asked.slice(20)).toEqual([]);
        expect(asked).toContain(`/api/v1/namespaces/${namespace}/configmaps/settings`);
        for (const { code } of causes) expect(text).toMatch(new RegExp(`${each} Pods: .*${code}$`, 'm'));
        expect(text).toContain('the nearest is schemas');
        expect(text).toContain('the Service ledger-db, which does not exist');
        const told = JSON.parse(await why('-o', 'json')) as { readonly pods: readonly unknown[] };
        expect(told.pods).toHaveLength(causes.length * each);
      });
    });
  });
});
