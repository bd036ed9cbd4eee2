/** The list-watch against a real API server, over a line that breaks. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PodFacts } from '../../src/core/pod-facts.ts';
import { clusterPods } from '../../src/kube/cluster-pods.ts';
import { readPods } from '../../src/kube/cluster-reader.ts';
import { type ClusterAccess, openCluster } from '../../src/kube/kube-config.ts';
import type { WatchTiming } from '../../src/kube/list-watch.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import type { Link, PodBatch } from '../../src/service/pod-source.ts';
import { TcpLine } from '../fake-api/tcp-line.ts';
import { apiServer, createIn, inNamespace, testKubeconfig } from './namespace.ts';

let line: TcpLine;
let access: ClusterAccess;
let transport: Transport;
let end: AbortController;

beforeEach(async () => {
  const real = openCluster({ kubeconfig: testKubeconfig() });
  line = new TcpLine(real.server.hostname, Number(real.server.port || 443));
  const server = new URL(real.server);
  server.hostname = '127.0.0.1';
  server.port = String(await line.open());
  access = { ...real, server };
  transport = createTransport(access);
  end = new AbortController();
});

afterEach(async () => {
  end.abort();
  transport.close();
  await line.shut();
});

/** A Pod that no scheduler and no kubelet ever touches. */
function idlePod(name: string): V1Pod {
  const spec = { schedulerName: 'nobody', containers: [{ name: 'app', image: 'nothing.invalid/nothing:1' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec };
}

/** Follows a namespace and keeps its state. */
class Following {
  readonly pods = new Map<string, PodFacts>();
  readonly links: Link['state'][] = [];
  synced = false;
  readonly #batches: AsyncIterator<PodBatch>;

  constructor(namespace: string, timing: Partial<WatchTiming> = {}, over = transport) {
    const batches = clusterPods(over, { timing }).watchPods({ namespaces: [namespace] }, { signal: end.signal });
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get names(): readonly string[] {
    return [...this.pods.values()].map(({ name }) => name).toSorted();
  }

  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) {
      const { value, done } = await this.#batches.next();
      if (done === true) {
        throw new Error('the Pods have ended');
      }
      this.#take(value);
    }
  }

  #take(batch: PodBatch): void {
    for (const { type, pod } of batch.changes) {
      if (type === 'upsert') {
        this.pods.set(pod.uid, pod);
      } else {
        this.pods.delete(pod.uid);
      }
    }
    this.synced = batch.synced;
    for (const { state } of batch.links.values()) {
      if (this.links.at(-1) !== state) {
        this.links.push(state);
      }
    }
  }
}

/** The transport, with a count of the watches that were asked for. */
function counting(counted: Transport): { readonly transport: Transport; reaches(count: number): Promise<void> } {
  let asked = 0;
  const waiting = new Map<number, () => void>();
  return {
    transport: {
      ...counted,
      stream(request) {
        asked++;
        waiting.get(asked)?.();
        return counted.stream(request);
      },
    },
    async reaches(count) {
      if (asked < count) {
        await new Promise<void>((resolve) => waiting.set(count, resolve));
      }
    },
  };
}

/** Makes a resource of its own known to the server. */
async function newResource(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const server = await apiServer();
  const names = { kind: 'Mark', plural: `marks-${randomBytes(4).toString('hex')}` };
  const collection = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const definition = `${names.plural}.podwright.test`;
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
  const spec = { group: 'podwright.test', scope: 'Cluster', names, versions: [version] };
  await server.request(collection, { method: 'POST', body: { metadata: { name: definition }, spec } });
  const watch = `${collection}?watch=true&fieldSelector=metadata.name%3D${definition}`;
  for await (const { object } of server.watch<{ object: { status?: { conditions?: { type: string; status: string }[] } } }>(watch, { signal: end.signal })) {
    if (object.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) break;
  }
  // For a moment after that it is still made ready: 404, then 429.
  const path = `/apis/podwright.test/v1/${names.plural}`;
  const answers = () =>
    server.request(path).then(
      () => true,
      () => false,
    );
  while (!(await answers())) await pause(200, undefined, { signal: end.signal });
  return { path, remove: async () => void (await server.request(`${collection}/${definition}`, { method: 'DELETE' })) };
}

async function remove(namespace: string, name: string): Promise<void> {
  const server = await apiServer();
  await server.request(`/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`, { method: 'DELETE' });
}

describe('following Pods of a real server', () => {
  test('the state now, then each change', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [idlePod('a'), idlePod('b')]);
      const following = new Following(namespace);
      await following.until(() => following.synced);
      expect(following.names).toEqual(['a', 'b']);
      await createIn(namespace, [idlePod('c')]);
      await following.until(() => following.names.includes('c'));
      await remove(namespace, 'a');
      await following.until(() => !following.names.includes('a'));
      expect(following.names).toEqual(['b', 'c']);
      expect(following.links).toEqual(['connecting', 'live']);
    });
  });

  test('a line that is cut is resumed, and nothing in between is missed', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [idlePod('a'), idlePod('b')]);
      const following = new Following(namespace, { firstBackoffMs: 100 });
      await following.until(() => following.synced);
      // Shut rather than cut: a state that may pass before it is looked at is folded into the next one.
      await line.shut();
      await following.until(() => following.links.at(-1) === 'stale');
      await remove(namespace, 'a');
      await createIn(namespace, [idlePod('c')]);
      await line.open();
      await following.until(() => following.names.join() === 'b,c');
      await following.until(() => following.links.at(-1) === 'live');
      expect(following.links).toEqual(['connecting', 'live', 'stale', 'live']);
    });
  });

  test('a line that is frozen is noticed, and replaced', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [idlePod('a')]);
      const following = new Following(namespace, { watchSeconds: 2, slackMs: 2000, firstBackoffMs: 100 });
      await following.until(() => following.synced);
      line.freeze();
      await createIn(namespace, [idlePod('b')]);
      await following.until(() => following.names.join() === 'a,b');
    });
  });

  test('watches that end as asked are no trouble, and the connection is kept', async () => {
    await inNamespace(async (namespace) => {
      const watches = counting(transport);
      const following = new Following(namespace, { watchSeconds: 1 }, watches.transport);
      await following.until(() => following.synced);
      for (const [index, name] of ['a', 'b', 'c'].entries()) {
        await watches.reaches(index + 2);
        await createIn(namespace, [idlePod(name)]);
        await following.until(() => following.names.includes(name));
      }
      expect(following.links).toEqual(['connecting', 'live']);
      expect(line.connections).toBeLessThanOrEqual(2);
    });
  });

  test('the Table is there before the objects, or not at all', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [idlePod('a')]);
      for await (const batch of clusterPods(transport).watchPods({ namespaces: [namespace] }, { signal: end.signal, preview: true })) {
        for (const row of batch.preview) {
          expect(row).toMatchObject({ namespace, name: 'a', ready: '0/1', status: 'Pending', restarts: '0', node: '<none>' });
        }
        if (batch.synced) {
          break;
        }
      }
    });
  });

  test('Events of a Pod come as they happen', async () => {
    await inNamespace(async (namespace) => {
      const nowhere: V1Pod = {
        ...idlePod('a'),
        spec: { containers: [{ name: 'app', image: 'nothing.invalid/nothing:1' }], nodeSelector: { no: 'such-node' } },
      };
      await createIn(namespace, [nowhere]);
      const pod = (await readPods(transport, namespace).pod({ namespace, name: 'a' })) as { metadata: { uid: string } };
      const reasons: string[] = [];
      for await (const batch of clusterPods(transport).watchEvents({ cluster: access.context, namespace, name: 'a', uid: pod.metadata.uid }, end.signal)) {
        reasons.push(...batch.events.map(({ reason }) => reason));
        if (reasons.length > 0) {
          break;
        }
      }
      expect(reasons).toEqual(['FailedScheduling']);
    });
  });
});

describe('what a real server refuses', () => {
  test('a resourceVersion of long ago is gone', async () => {
    // A new cluster still remembers its first resourceVersion, but not what a resource was before it was known at all.
    const resource = await newResource();
    // The first line is an ERROR event, or the request itself is refused: both are 410.
    const answer = await transport
      .stream({ path: resource.path, query: { watch: true, resourceVersion: 1, timeoutSeconds: 1 } })
      .then(async (chunks) => {
        for await (const chunk of chunks) {
          return chunk.toString();
        }
        return '';
      })
      .catch((error: unknown) => error)
      .finally(resource.remove);
    if (typeof answer === 'string') {
      expect(JSON.parse(answer)).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410 } });
    } else {
      expect(answer).toMatchObject({ code: 'gone' });
    }
  });

  test('a user without rights is told the verb, the resource and the namespace', async () => {
    const nobody = createTransport({
      ...access,
      async credentials(options) {
        const own = await access.credentials(options);
        return { ...own, headers: { ...own.headers, 'Impersonate-User': 'nobody' } };
      },
    });
    const source = clusterPods(nobody);
    const failing = (async () => {
      for await (const batch of source.watchPods({ namespaces: ['shop'] }, { signal: end.signal })) {
        expect(batch.changes).toEqual([]);
      }
    })();
    await expect(failing).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/User "nobody" cannot watch resource "pods".* namespace "shop"/),
      hint: expect.stringContaining('kubectl auth can-i watch pods -n shop'),
    });
    nobody.close();
  });

  test('selectors that cannot be read', async () => {
    const reader = readPods(transport, 'default');
    await expect(reader.podTable({ namespaces: ['default'], labelSelector: 'a in (' })).rejects.toMatchObject({ code: 'usage' });
    await expect(reader.podTable({ namespaces: ['default'], fieldSelector: 'spec.color=red' })).rejects.toMatchObject({ code: 'usage' });
  });
});
