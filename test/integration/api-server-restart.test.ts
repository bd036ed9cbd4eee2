/** The API server is killed, and started again by its kubelet: the stream of Pods says so meanwhile, loses none of them, and goes on. */
import { expect, test } from 'vitest';
import { clusterPods } from '../../src/kube/cluster-pods.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport } from '../../src/kube/transport.ts';
import type { PodBatch } from '../../src/service/pod-source.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { apiServer, createIn, docker, inNamespace, testKubeconfig } from './namespace.ts';

/** What has become of the Pods and of the connection, as the batches of a stream tell it. */
class Followed {
  readonly names = new Map<string, string>();
  readonly states: string[] = [];
  #changed = Promise.withResolvers<void>();

  async follow(batches: AsyncIterable<PodBatch>): Promise<void> {
    for await (const { changes, links } of batches) {
      for (const { type, pod } of changes) {
        if (type === 'upsert') this.names.set(pod.uid, pod.name);
        else this.names.delete(pod.uid);
      }
      for (const { state } of links.values()) if (this.states.at(-1) !== state) this.states.push(state);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  /** Waits for a batch after which `wanted` holds; the test's own timeout is the deadline. */
  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) await this.#changed.promise;
  }
}

function pod(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image: workloadImage }] },
  };
}

async function controlPlane(): Promise<string> {
  const server = await apiServer();
  const { items } = await server.request<{ items: { metadata: { name: string } }[] }>('/api/v1/nodes?labelSelector=node-role.kubernetes.io/control-plane');
  return items[0]?.metadata.name ?? '';
}

test('an API server that restarts: the stream says so, keeps its Pods, and goes on', { timeout: 240_000 }, async () => {
  await inNamespace(async (namespace) => {
    await createIn(namespace, [pod('before')]);
    const transport = createTransport(openCluster({ kubeconfig: testKubeconfig() }));
    const done = new AbortController();
    const followed = new Followed();
    const following = followed.follow(clusterPods(transport).watchPods({ namespaces: [namespace] }, { signal: done.signal }));
    try {
      await followed.until(() => followed.states.at(-1) === 'live' && followed.names.size === 1);
      // It is a static Pod: the kubelet starts it again.
      await docker('exec', await controlPlane(), 'sh', '-ec', 'kill -9 $(pidof kube-apiserver)');
      await followed.until(() => followed.states.at(-1) === 'stale');
      expect([...followed.names.values()]).toEqual(['before']);
      await followed.until(() => followed.states.at(-1) === 'live');
      await createIn(namespace, [pod('after')]);
      await followed.until(() => followed.names.size === 2);
      expect([...followed.names.values()].toSorted()).toEqual(['after', 'before']);
    } finally {
      done.abort();
      await following;
      transport.close();
    }
  });
});
