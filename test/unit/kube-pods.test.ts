/** Pods, Events and Tables of one cluster, over the fake server. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterDiagnosis } from '../../src/kube/cluster-diagnosis.ts';
import { clusterPods } from '../../src/kube/cluster-pods.ts';
import { readPods } from '../../src/kube/cluster-reader.ts';
import { revisionsOf } from '../../src/kube/cluster-revisions.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import type { EventScope } from '../../src/service/diagnosis-source.ts';
import type { EventBatch, PodBatch, PodScope, WatchOptions } from '../../src/service/pod-source.ts';
import { FakeApi, type Received, refuse, reply } from '../fake-api/fake-api.ts';

const timing = { firstBackoffMs: 5, maxBackoffMs: 20 };
const isTable = ({ headers }: Received): boolean => String(headers.accept).includes('as=Table');

let api: FakeApi;
let transport: Transport;
let end: AbortController;

beforeEach(async () => {
  api = new FakeApi();
  await api.start();
  transport = createTransport(api.access());
  end = new AbortController();
});

afterEach(async () => {
  end.abort();
  transport.close();
  await api.stop();
});

function watchPods(scope: PodScope, options: Partial<WatchOptions> = {}): AsyncIterator<PodBatch> {
  const batches = clusterPods(transport, { timing }).watchPods(scope, { signal: end.signal, ...options });
  return batches[Symbol.asyncIterator]();
}

async function next<T>(batches: AsyncIterator<T>): Promise<T> {
  const { value, done } = await batches.next();
  if (done === true) {
    throw new Error('the batches have ended');
  }
  return value;
}

async function nextWhere<T>(batches: AsyncIterator<T>, wanted: (batch: T) => boolean): Promise<T> {
  for (;;) {
    const batch = await next(batches);
    if (wanted(batch)) {
      return batch;
    }
  }
}

function table(rows: readonly (readonly (string | number)[])[], object?: unknown): unknown {
  const columnDefinitions = ['Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP', 'Node'].map((name, index) => ({
    name,
    type: 'string',
    priority: index > 4 ? 1 : 0,
  }));
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '7' }, columnDefinitions, rows: rows.map((cells) => ({ cells, object })) };
}

const names = (batch: PodBatch): readonly string[] => batch.changes.map(({ type, pod }) => `${type} ${pod.name}`);

describe('watching Pods', () => {
  test('starts connecting, then has the state in one batch, then each change', async () => {
    api.apply('a');
    api.apply('b');
    const batches = watchPods({ namespaces: ['default'] });
    expect((await next(batches)).links.get('fake')).toMatchObject({ state: 'connecting', attempt: 1 });
    const state = await nextWhere(batches, ({ synced }) => synced);
    expect(state.links.get('fake')?.state).toBe('live');
    api.remove('uid-a');
    const change = await next(batches);
    expect(names(change)).toEqual(['delete a']);
    expect(change.synced).toBe(true);
    expect(change.changes[0]?.cluster).toBe('fake');
  });

  test('a slow consumer gets the last change of each Pod, in one batch', async () => {
    api.apply('a');
    const batches = watchPods({ namespaces: ['default'] });
    await nextWhere(batches, ({ synced }) => synced);
    for (let i = 0; i < 50; i++) {
      api.apply('b', { spec: { nodeName: `n${i}` } });
    }
    api.apply('a', {});
    api.apply('last');
    // The marker has arrived once a second watcher has seen it.
    await nextWhere(watchPods({ namespaces: ['default'] }), ({ synced }) => synced);
    const batch = await next(batches);
    expect(names(batch)).toEqual(['upsert b', 'upsert a', 'upsert last']);
    expect(batch.changes[0]?.pod.nodeName).toBe('n49');
  });

  test('with `every`, each change is kept in order', async () => {
    const batches = watchPods({ namespaces: ['default'] }, { every: true });
    await nextWhere(batches, ({ synced }) => synced);
    for (let i = 0; i < 5; i++) {
      api.apply('a', { spec: { nodeName: `n${i}` } });
    }
    const seen: (string | undefined)[] = [];
    while (seen.length < 5) {
      seen.push(...(await next(batches)).changes.map(({ pod }) => pod.nodeName));
    }
    expect(seen).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  test('several namespaces are several watches behind one stream', async () => {
    const batches = watchPods({ namespaces: ['one', 'two', 'one'], labelSelector: 'app=web' });
    await nextWhere(batches, ({ synced }) => synced);
    expect(api.requests.map(({ path }) => path).toSorted()).toEqual(['/api/v1/namespaces/one/pods', '/api/v1/namespaces/two/pods']);
    expect(api.requests[0]?.query.get('labelSelector')).toBe('app=web');
    const [watch] = api.watches;
    watch?.drop();
    expect((await nextWhere(batches, ({ links }) => links.get('fake')?.state === 'stale')).links.get('fake')).toMatchObject({ error: { code: 'unreachable' } });
    await nextWhere(batches, ({ links }) => links.get('fake')?.state === 'live');
  });

  test('the Table comes first where it is wanted', async () => {
    api.apply('a');
    // The objects take their time.
    api.intercept((received, response) => {
      if (isTable(received)) {
        reply(response, 200, table([['a', '1/1', 'Running', '0', '5s', '<none>', 'node-1']]));
      }
      return true;
    });
    const batches = watchPods({ namespaces: ['default'] }, { preview: true });
    const { preview } = await nextWhere(batches, (batch) => batch.preview.length > 0);
    expect(preview).toEqual([{ cluster: 'fake', namespace: 'default', name: 'a', ready: '1/1', status: 'Running', restarts: '0', age: '5s', node: 'node-1' }]);
  });

  test('the objects are read once the Table has been taken', async () => {
    api.apply('a');
    let answer: (() => void) | undefined;
    api.intercept((received, response) => {
      if (!isTable(received)) return false;
      answer = () => reply(response, 200, table([['a', '1/1', 'Running', '0', '5s', '<none>', 'node-1']]));
      return true;
    });
    const batches = watchPods({ namespaces: ['default'] }, { preview: true });
    await next(batches);
    await api.until(() => answer !== undefined && api.watches.size > 0);
    answer?.();
    const first = await nextWhere(batches, ({ preview, changes }) => preview.length + changes.length > 0);
    expect([first.preview.length, first.changes.length]).toEqual([1, 0]);
    expect(names(await nextWhere(batches, ({ changes }) => changes.length > 0))).toEqual(['upsert a']);
  });

  test('a Table that does not come holds nothing up for long, and one that is refused or empty not at all', async () => {
    api.apply('a');
    const answers: readonly ((response: ServerResponse) => void)[] = [
      () => undefined,
      (response) => refuse(response, 500, 'InternalError', 'no Table today'),
      (response) => reply(response, 200, table([])),
    ];
    for (const answer of answers) {
      api.interceptNext(1, isTable, answer);
      const { changes } = await nextWhere(watchPods({ namespaces: ['default'] }, { preview: true }), ({ synced }) => synced);
      expect(changes).toHaveLength(1);
    }
  });

  test('without the right to list, ends with the error', async () => {
    api.intercept((_received, response) => {
      refuse(response, 403, 'Forbidden', 'pods is forbidden');
      return true;
    });
    const batches = watchPods({ namespaces: 'all' }, { preview: true });
    await expect(nextWhere(batches, () => false)).rejects.toMatchObject({ code: 'forbidden', message: 'pods is forbidden' });
  });

  test('ends without an error when it is aborted, and when the consumer leaves; no socket stays open', async () => {
    const batches = watchPods({ namespaces: ['default'] });
    await nextWhere(batches, ({ synced }) => synced);
    end.abort();
    expect((await batches.next()).done).toBe(true);
    await api.until(() => api.sockets.size === 0);
    for await (const batch of clusterPods(transport).watchPods({ namespaces: ['default'] }, { signal: new AbortController().signal })) {
      if (batch.synced) {
        break;
      }
    }
    await api.until(() => api.sockets.size === 0);
  });
});

describe('watching Events', () => {
  const uid = '11111111-2222-3333-4444-555555555555';
  const event = (name: string, regarding: string): void => {
    api.apply(name, { kind: 'Event', reason: name, involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', uid: regarding } });
  };
  const watchEvents = (): AsyncIterator<EventBatch> =>
    clusterPods(transport, { timing }).watchEvents({ cluster: 'fake', namespace: 'default', name: 'web', uid }, end.signal)[Symbol.asyncIterator]();

  test('those of the Pod and of its static file, not those of an earlier Pod of the name', async () => {
    event('Scheduled', uid);
    event('Earlier', '99999999-2222-3333-4444-555555555555');
    event('FromFile', 'b5a2c3d4e5f60718293a4b5c6d7e8f90');
    const batches = watchEvents();
    const { events, problem } = await nextWhere(batches, ({ synced }) => synced);
    expect(events.map(({ reason }) => reason)).toEqual(['Scheduled', 'FromFile']);
    expect(problem).toBeUndefined();
    expect(api.requests[0]?.query.get('fieldSelector')).toBe('involvedObject.kind=Pod,involvedObject.name=web');
    event('Pulled', uid);
    expect((await next(batches)).events.map(({ reason }) => reason)).toEqual(['Pulled']);
  });

  test('read once, the same ones: a diagnosis sees what the dashboard does', async () => {
    event('Scheduled', uid);
    event('Earlier', '99999999-2222-3333-4444-555555555555');
    event('FromFile', 'b5a2c3d4e5f60718293a4b5c6d7e8f90');
    const source = clusterDiagnosis(transport);
    const reasons = async (scope: EventScope) => (await source.events(scope, end.signal)).map(({ reason }) => reason);
    expect(await reasons({ namespaces: ['default'], pod: { namespace: 'default', name: 'web', uid } })).toEqual(['Scheduled', 'FromFile']);
    expect(api.requests[0]?.query.get('fieldSelector')).toBe('involvedObject.kind=Pod,involvedObject.name=web');
    expect(await reasons({ namespaces: ['default'] })).toEqual(['Scheduled', 'Earlier', 'FromFile']);
    expect(api.requests[1]?.query.get('fieldSelector')).toBeNull();
  });

  test('a lack of permission is told, not thrown', async () => {
    api.intercept((_received, response) => {
      refuse(response, 403, 'Forbidden', 'events is forbidden');
      return true;
    });
    const batches = watchEvents();
    expect(await next(batches)).toMatchObject({ events: [], synced: false, problem: { code: 'forbidden' } });
    expect((await batches.next()).done).toBe(true);
  });
});

describe('reading once', () => {
  test('the Table of all namespaces asks each for itself', async () => {
    api.intercept(({ path }, response) => {
      if (path === '/api/v1/namespaces') {
        reply(response, 200, { kind: 'NamespaceList', metadata: { resourceVersion: '1' }, items: ['b', 'a'].map((name) => ({ metadata: { name } })) });
      } else {
        reply(response, 200, table([[`in-${path.split('/')[4]}`, '0/1', 'Pending', 2, '5s', '', '']]));
      }
      return true;
    });
    const { rows, columns } = await readPods(transport, 'default').podTable({ namespaces: 'all' });
    expect(rows.map(({ namespace, name, cells }) => [namespace, name, cells[3]])).toEqual([
      ['b', 'in-b', 2],
      ['a', 'in-a', 2],
    ]);
    expect(columns[5]).toEqual({ name: 'IP', type: 'string', priority: 1 });
    expect(api.requests.slice(1).map(({ query }) => query.get('includeObject'))).toEqual(['None', 'None']);
  });

  test.each(['too many namespaces', 'namespaces that may not be listed'])('with %s, one request with metadata', async (why) => {
    api.intercept(({ path }, response) => {
      if (path !== '/api/v1/namespaces') {
        reply(response, 200, table([['web', '1/1', 'Running', '0', '1s', '', '']], { metadata: { namespace: 'shop', managedFields: [{}] } }));
      } else if (why === 'too many namespaces') {
        reply(response, 200, {
          kind: 'NamespaceList',
          metadata: { resourceVersion: '1', continue: 'x' },
          items: Array.from({ length: 41 }, () => ({ metadata: { name: 'n' } })),
        });
      } else {
        refuse(response, 403, 'Forbidden', 'namespaces is forbidden');
      }
      return true;
    });
    const { rows } = await readPods(transport, 'default').podTable({ namespaces: 'all' });
    expect(rows).toMatchObject([{ namespace: 'shop', name: 'web', object: { metadata: { namespace: 'shop' } } }]);
    expect(rows[0]?.object?.['metadata']).not.toHaveProperty('managedFields');
    expect(api.requests.map(({ path, query }) => [path, query.get('includeObject')])).toEqual([
      ['/api/v1/namespaces', null],
      ['/api/v1/pods', 'Metadata'],
    ]);
  });

  test('whole Pods come in pages, with what they are and without managedFields', async () => {
    for (let i = 0; i < 700; i++) {
      api.apply(`p${i}`, { managed: true });
    }
    const sizes: number[] = [];
    for await (const page of readPods(transport, 'default').podPages({ namespaces: ['default'] })) {
      sizes.push(page.length);
      expect(Object.keys(page[0] ?? {}).slice(0, 2)).toEqual(['apiVersion', 'kind']);
    }
    expect(sizes).toEqual([500, 200]);
  });

  test('pages go on with the token that an expired one comes with', async () => {
    for (let i = 0; i < 700; i++) {
      api.apply(`p${i}`);
    }
    api.interceptNext(
      1,
      ({ query }) => query.get('continue') !== null,
      (response) => reply(response, 410, { kind: 'Status', code: 410, reason: 'Expired', message: 'too old', metadata: { continue: '500' } }),
    );
    const found: unknown[] = [];
    for await (const page of readPods(transport, 'default').podPages({ namespaces: ['default'] })) {
      found.push(...page);
    }
    expect(found).toHaveLength(700);
  });

  test('targets become selectors and owners', async () => {
    const selector = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] };
    const workload = { metadata: { uid: 'me' }, spec: { selector } };
    api.intercept(({ path }, response) => {
      if (path.endsWith('/jobs')) {
        const job = (name: string, owner: string): unknown => ({ metadata: { name, uid: `uid-${name}`, ownerReferences: [{ uid: owner }] } });
        reply(response, 200, { kind: 'JobList', metadata: { resourceVersion: '1' }, items: [job('n-1', 'me'), job('other', 'you'), job('n-2', 'me')] });
      } else {
        reply(response, 200, workload);
      }
      return true;
    });
    const reader = readPods(transport, 'default');
    expect(await reader.resolve({ kind: 'deployment', name: 'web' }, 'shop')).toEqual({
      scope: { namespaces: ['shop'], labelSelector: 'app=web,tier in (a,b)' },
      ownerUids: undefined,
      object: workload,
    });
    expect((await reader.resolve({ kind: 'statefulset', name: 'db' }, 'shop')).ownerUids).toEqual(new Set(['me']));
    expect(await reader.resolve({ kind: 'cronjob', name: 'n' }, 'shop')).toEqual({
      scope: { namespaces: ['shop'], labelSelector: 'job-name in (n-1,n-2)' },
      ownerUids: new Set(['uid-n-1', 'uid-n-2']),
      object: workload,
    });
    expect(await reader.resolve({ kind: 'pod', name: 'web-1' }, 'shop')).toEqual({
      scope: { namespaces: ['shop'], fieldSelector: 'metadata.name=web-1' },
      ownerUids: undefined,
    });
    expect(api.requests[0]?.path).toBe('/apis/apps/v1/namespaces/shop/deployments/web');
  });

  test('what workloads make their Pods from', async () => {
    api.intercept(({ path }, response) => {
      reply(response, 200, { kind: 'List', metadata: { resourceVersion: '1' }, items: [{ metadata: { name: path.split('/').at(-1) } }] });
      return true;
    });
    const selector = { matchLabels: { app: 'web' } };
    const read = (kind: string) => revisionsOf(transport, { kind, metadata: { namespace: 'shop' }, spec: { selector } }, new AbortController().signal);
    expect(await read('Deployment')).toEqual([{ metadata: { name: 'replicasets' } }]);
    expect(await read('DaemonSet')).toEqual([{ metadata: { name: 'controllerrevisions' } }]);
    expect(await read('CronJob')).toEqual([{ metadata: { name: 'jobs' } }]);
    expect(await read('StatefulSet')).toEqual([]);
    expect(api.requests.map(({ path, query }) => `${path}?${query.get('labelSelector') ?? ''}`)).toEqual([
      '/apis/apps/v1/namespaces/shop/replicasets?app=web',
      '/apis/apps/v1/namespaces/shop/controllerrevisions?app=web',
      '/apis/batch/v1/namespaces/shop/jobs?',
    ]);
  });
});
