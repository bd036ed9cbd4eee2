/**
 * Pods on a node in trouble: one that its kubelet turns away for want of memory, and those on a node whose container is stopped. Runs after all
 * other tests, as no Pod on that node is safe meanwhile. The rows of all Pods must equal the server's throughout.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podHealth } from '../../src/core/pod-health.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { apiServer, createIn, docker, inNamespace, waitForNode, waitForPod } from './namespace.ts';
import { TableWatch } from './table-oracle.ts';

interface Node {
  readonly metadata: { readonly name: string };
}

let worker: string;
let watch: TableWatch;

beforeAll(async () => {
  const server = await apiServer();
  const { items } = await server.request<{ items: readonly Node[] }>('/api/v1/nodes?labelSelector=type!=kwok,!node-role.kubernetes.io/control-plane');
  worker = items[0]?.metadata.name ?? '';
  watch = new TableWatch(server);
});

afterAll(async () => {
  await watch.close();
  console.log(`node in trouble: ${watch.comparison.summary()}`);
  expect(watch.comparison.mismatches).toEqual([]);
});

function onWorker(script: string): Promise<string> {
  return docker('exec', worker, 'sh', '-ec', script);
}

function pod(name: string, tolerationSeconds: number | undefined) {
  const evicting = { operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds !== undefined && { tolerationSeconds }) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      // Without the scheduler, which would not bind a Pod to a node in trouble. A kubelet admits what tolerates its taint, hence NoExecute alone.
      nodeName: worker,
      terminationGracePeriodSeconds: 1,
      tolerations: [evicting],
      containers: [{ name: 'app', image: workloadImage }],
    },
  };
}

test('a kubelet under memory pressure turns a Pod away: Evicted', { timeout: 600_000 }, async () => {
  const config = '/var/lib/kubelet/config.yaml';
  await onWorker(`cp ${config} /kind/kubelet-config.yaml`);
  try {
    // As good as all of it has to be free, which it never is. More than there is would not let the kubelet start.
    await onWorker(`sed -i 's/^evictionHard:/evictionHard:\\n  memory.available: 99.9%/' ${config}; systemctl restart kubelet`);
    await waitForNode(worker, 'MemoryPressure', 'True');
    await inNamespace(async (namespace) => {
      await createIn(namespace, [pod('turned-away', undefined)]);
      const evicted = await watch.reaches(namespace, 'turned-away', ['Evicted']);
      expect(podHealth(podFacts(evicted), Date.now())).toMatchObject({ health: 'doomed', cause: expect.stringMatching(/^Evicted: .*MemoryPressure/) });
    });
  } finally {
    await onWorker(`cp /kind/kubelet-config.yaml ${config}; systemctl restart kubelet`);
    await waitForNode(worker, 'MemoryPressure', 'False');
  }
});

test('a node that is stopped: its Pods are not Ready any more, then being deleted', { timeout: 900_000 }, async () => {
  await inNamespace(async (namespace) => {
    await createIn(namespace, [pod('stays', undefined), pod('leaves', 1)]);
    await Promise.all(['stays', 'leaves'].map((name) => watch.reaches(namespace, name, ['Running'])));
    await docker('stop', '--time', '1', worker);
    try {
      await waitForNode(worker, 'Ready', 'Unknown');
      const stays = await waitForPod(
        namespace,
        'stays',
        ({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value !== 'True') ?? false,
      );
      expect(podHealth(podFacts(stays), Date.now() + 60_000).health).toBe('stuck');
      const leaves = await watch.reaches(namespace, 'leaves', ['Running', 'Terminating']);
      const facts = podFacts(leaves);
      expect(podHealth(facts, (facts.deletionDueAt ?? 0) + 60_000)).toMatchObject({
        health: 'stuck',
        cause: expect.stringContaining('its node does not answer'),
      });
    } finally {
      await docker('start', worker);
      await waitForNode(worker, 'Ready', 'True');
    }
  });
});
