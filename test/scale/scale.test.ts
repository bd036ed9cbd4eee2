/** A thousand Pods on kwok's nodes: every row they go through equals the server's, and the list-watch ends up with exactly them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterPods } from '../../src/kube/cluster-pods.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport } from '../../src/kube/transport.ts';
import { apiServer, testKubeconfig } from '../integration/namespace.ts';
import { TableWatch } from '../integration/table-oracle.ts';
import { scaleDown, scaleUp } from './scale.ts';
import { scaleLabel } from './scale-pods.ts';

const pods = 1_000;
let watch: TableWatch;

beforeAll(async () => {
  // An earlier run may have been cut short.
  await scaleDown(testKubeconfig());
  watch = new TableWatch(await apiServer());
});

afterAll(async () => {
  await watch.close();
  await scaleDown(testKubeconfig());
});

test('the status of each, from its creation until it runs', async () => {
  await scaleUp(pods, 5);
  console.log(`scale: ${watch.comparison.summary()}`);
  expect(watch.comparison.mismatches).toEqual([]);
  // Each is seen at least when it is created and when it runs.
  expect(watch.comparison.compared).toBeGreaterThanOrEqual(2 * pods);
});

test('the list-watch has each of them once it is synced', async () => {
  const transport = createTransport(openCluster({ kubeconfig: testKubeconfig() }));
  const names = new Map<string, string>();
  const done = new AbortController();
  try {
    for await (const batch of clusterPods(transport).watchPods({ namespaces: 'all', labelSelector: scaleLabel }, { signal: done.signal })) {
      for (const { type, pod } of batch.changes) {
        if (type === 'upsert') names.set(pod.uid, `${pod.namespace}/${pod.name}`);
        else names.delete(pod.uid);
      }
      if (batch.synced) break;
    }
  } finally {
    done.abort();
    transport.close();
  }
  const list = await (await apiServer()).request<{ items: { metadata: { namespace: string; name: string } }[] }>(`/api/v1/pods?labelSelector=${scaleLabel}`);
  expect([...names.values()].toSorted()).toEqual(list.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).toSorted());
  expect(names.size).toBe(pods);
});
