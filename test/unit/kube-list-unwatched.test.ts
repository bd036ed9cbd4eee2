/** The list-watch of someone who may list and not watch: it lists again and again, says so, and watches once that is allowed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listWatch, type Tracked, type WatchLink, type WatchTiming } from '../../src/kube/list-watch.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import { FakeApi, type Received, refuse } from '../fake-api/fake-api.ts';

const path = '/api/v1/namespaces/default/pods';

let api: FakeApi;
let transport: Transport;
let end: AbortController;
let running: Promise<unknown>;

beforeEach(async () => {
  api = new FakeApi();
  await api.start();
  transport = createTransport(api.access());
  end = new AbortController();
});

afterEach(async () => {
  end.abort();
  await running;
  transport.close();
  await api.stop();
});

/** Follows the server; `names` and `links` are what it was told so far. */
function follow(timing: Partial<WatchTiming> = {}) {
  const names = new Map<string, string>();
  const links: WatchLink[] = [];
  let changed = Promise.withResolvers<void>();
  const stir = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const quick = { firstBackoffMs: 5, maxBackoffMs: 20, refusalGraceMs: 40, listAgainMs: 10, watchAgainMs: 60_000, ...timing };
  const read = (object: unknown): Tracked & { name: string } => (object as { metadata: Tracked & { name: string } }).metadata;
  const done = listWatch(
    { transport, path, read, signal: end.signal, timing: quick },
    {
      changed: ({ type, item }) => {
        if (type === 'upsert') names.set(item.uid, item.name);
        else names.delete(item.uid);
        stir();
      },
      synced: stir,
      link: (link) => {
        links.push(link);
        stir();
      },
    },
  );
  running = done.catch(() => undefined);
  return {
    links,
    done,
    names: () => [...names.values()].toSorted().join(),
    async until(wanted: () => boolean): Promise<void> {
      while (!wanted()) await changed.promise;
    },
  };
}

const isWatch = ({ query }: Received): boolean => query.get('watch') === 'true';

/** Refuses what matches until the returned function is called. */
function forbid(matches: (received: Received) => boolean): () => void {
  return api.intercept((received, response) => {
    if (!matches(received)) return false;
    const verb = isWatch(received) ? 'watch' : 'list';
    refuse(response, 403, 'Forbidden', `pods is forbidden: User "tester" cannot ${verb} resource "pods" in API group "" in the namespace "default"`);
    return true;
  });
}

test('lists, says how often, and tells what has changed between two lists', async () => {
  forbid(isWatch);
  api.apply('a');
  api.apply('b');
  const following = follow();
  await following.until(() => following.names() === 'a,b' && following.links.at(-1)?.state === 'live');
  expect(following.links.at(-1)).toMatchObject({ state: 'live', listedEvery: 1 });
  api.remove('uid-a');
  api.apply('c');
  await following.until(() => following.names() === 'b,c');
  expect(following.links.map(({ state }) => state)).toEqual(['connecting', 'live']);
  expect(api.requests.filter(isWatch)).toHaveLength(1);
});

test('watches once it is allowed, and says so', async () => {
  const allow = forbid(isWatch);
  api.apply('a');
  const following = follow({ watchAgainMs: 30 });
  await following.until(() => following.links.at(-1)?.state === 'live');
  allow();
  await api.until(() => api.watches.size === 1);
  await following.until(() => following.links.at(-1)?.state === 'live' && !('listedEvery' in (following.links.at(-1) ?? {})));
  api.apply('b');
  await following.until(() => following.names() === 'a,b');
});

test('a right to watch that is taken away later is followed by lists, after the time that a starting server is given', async () => {
  api.apply('a');
  const following = follow();
  await following.until(() => following.names() === 'a');
  await api.until(() => api.watches.size === 1);
  forbid(isWatch);
  for (const watch of api.watches) watch.drop();
  api.remove('uid-a');
  api.apply('b');
  await following.until(() => following.names() === 'b');
  expect(following.links.at(-1)).toMatchObject({ state: 'live', listedEvery: 1 });
});

test('a server that is away meanwhile makes it stale, and nothing is lost', async () => {
  forbid(isWatch);
  api.apply('a');
  const following = follow();
  await following.until(() => following.links.at(-1)?.state === 'live');
  await api.stop();
  await following.until(() => following.links.at(-1)?.state === 'stale');
  expect(following.names()).toBe('a');
  api.remove('uid-a');
  api.apply('b');
  await api.start();
  await following.until(() => following.names() === 'b' && following.links.at(-1)?.state === 'live');
});

test('without the right to list either, it is the watch that was refused', async () => {
  forbid(() => true);
  const following = follow();
  await expect(following.done).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('cannot watch resource "pods"') });
  expect(following.links.map(({ state }) => state)).toEqual(['connecting']);
});

test('a list that takes long is not asked for back to back', async () => {
  forbid(isWatch);
  api.apply('a');
  const waited: number[] = [];
  let now = 0;
  api.intercept((received) => {
    if (!isWatch(received)) now += 10_000;
    return false;
  });
  const clock = {
    now: () => now,
    async wait(ms: number) {
      waited.push(ms);
      if (waited.length === 2) end.abort();
    },
  };
  running = listWatch(
    { transport, path, read: () => ({ uid: 'a', resourceVersion: '1' }), signal: end.signal, clock },
    { changed() {}, synced() {}, link() {} },
  );
  await running;
  expect(waited).toEqual([40_000, 40_000]);
});
