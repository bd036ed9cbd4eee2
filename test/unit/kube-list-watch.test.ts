/** The list-watch against a server that breaks on demand. Each test ends with the same state as the server's, or says why not. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ItemChange, listWatch, type Tracked, type WatchLink, type WatchTiming } from '../../src/kube/list-watch.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import { FakeApi, type OpenWatch, refuse, reply } from '../fake-api/fake-api.ts';

interface Item extends Tracked {
  readonly name: string;
  readonly note: unknown;
}

const path = '/api/v1/namespaces/default/pods';
const quick: Partial<WatchTiming> = { watchSeconds: 60, slackMs: 2000, silenceMs: 2000, firstBackoffMs: 5, maxBackoffMs: 20, refusalGraceMs: 60 };

let api: FakeApi;
let transport: Transport;
const running: Follower[] = [];

/** Follows the server and keeps what it was told. */
class Follower {
  readonly items = new Map<string, Item>();
  readonly changes: ItemChange<Item>[] = [];
  readonly links: WatchLink[] = [];
  syncs = 0;
  failure: unknown;
  ended = false;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;
  #waiting: (() => void)[] = [];

  constructor(timing: Partial<WatchTiming> = {}) {
    running.push(this);
    this.#done = listWatch<Item>(
      { transport, path, read, signal: this.#end.signal, random: () => 0.5, timing: { ...quick, ...timing } },
      {
        changed: (change) => {
          this.changes.push(change);
          if (change.type === 'upsert') {
            this.items.set(change.item.uid, change.item);
          } else {
            this.items.delete(change.item.uid);
          }
          this.#stir();
        },
        synced: () => {
          this.syncs++;
          this.#stir();
        },
        link: (link) => {
          this.links.push(link);
          this.#stir();
        },
      },
    )
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.ended = true;
        this.#stir();
      });
  }

  get names(): readonly string[] {
    return [...this.items.values()].map(({ name }) => name).toSorted();
  }

  get link(): WatchLink | undefined {
    return this.links.at(-1);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves when the state equals the server's. */
  async caughtUp(): Promise<void> {
    await this.until(() => this.syncs > 0 && sameState(this.items, api));
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  #stir(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) {
      resolve();
    }
  }
}

function read(object: unknown): Item {
  const { metadata, note } = object as { metadata: { uid: string; resourceVersion: string; name: string }; note?: unknown };
  return { uid: metadata.uid, resourceVersion: metadata.resourceVersion, name: metadata.name, note };
}

function sameState(items: ReadonlyMap<string, Item>, server: FakeApi): boolean {
  return items.size === server.objects.length && server.objects.every(({ metadata }) => items.get(metadata.uid)?.resourceVersion === metadata.resourceVersion);
}

function onlyWatch(): OpenWatch {
  const [watch] = api.watches;
  if (watch === undefined || api.watches.size !== 1) {
    throw new Error(`${api.watches.size} watches are open`);
  }
  return watch;
}

const watching = (): Promise<void> => api.until(() => api.watches.size === 1);

beforeEach(async () => {
  api = new FakeApi();
  await api.start();
  transport = createTransport(api.access());
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((follower) => follower.stop()));
  transport.close();
  await api.stop();
});

test('managedFields are cut out of a line, and what only looks like them stays', async () => {
  const follower = new Follower();
  await follower.caughtUp();
  const looksAlike = ',"managedFields":[{"a":1}]},"spec":{';
  const metadata = { name: looksAlike, namespace: 'default', uid: 'u', resourceVersion: '900' };
  const managedFields = [{ manager: 'kubelet', fieldsV1: { 'f:status': { 'k:{"type":"Ready"}': {} } } }];
  onlyWatch().send({ type: 'ADDED', object: { metadata: { ...metadata, managedFields }, spec: { note: looksAlike }, note: looksAlike } });
  // In an order that no API server writes.
  onlyWatch().send({ type: 'ADDED', object: { metadata: { managedFields, ...metadata, uid: 'v' }, note: { managedFields, more: [{}] }, spec: {} } });
  await follower.until(() => follower.items.size === 2);
  expect(follower.items.get('u')).toEqual({ uid: 'u', resourceVersion: '900', name: looksAlike, note: looksAlike });
  expect(follower.items.get('v')).toEqual({ uid: 'v', resourceVersion: '900', name: looksAlike, note: { managedFields, more: [{}] } });
});

describe('the initial state', () => {
  test('comes with a watch-list, and changes follow in the same stream', async () => {
    api.apply('a');
    api.apply('b');
    const follower = new Follower();
    await follower.caughtUp();
    expect(follower.names).toEqual(['a', 'b']);
    expect(follower.link?.state).toBe('live');
    api.apply('c');
    api.remove('uid-a');
    await follower.caughtUp();
    expect(follower.names).toEqual(['b', 'c']);
    expect(api.requests).toHaveLength(1);
    expect(api.requests[0]?.query.get('resourceVersionMatch')).toBe('NotOlderThan');
    expect(api.requests[0]?.query.get('allowWatchBookmarks')).toBe('true');
  });

  test('comes in pages from a server without watch-list, which is asked for it only once', async () => {
    api.watchList = false;
    for (let i = 0; i < 1203; i++) {
      api.apply(`p${i}`);
    }
    const follower = new Follower();
    await follower.caughtUp();
    await watching();
    expect(follower.changes).toHaveLength(1203);
    const limits = api.requests.map(({ query }) => query.get('limit'));
    expect(limits).toEqual([null, '500', '500', '500', null]);
    api.apply('late');
    await follower.caughtUp();

    const second = new Follower();
    await second.caughtUp();
    expect(api.requests.filter(({ query }) => query.get('sendInitialEvents') === 'true')).toHaveLength(1);
  });

  test('starts over without pages when the continue token has expired', async () => {
    api.watchList = false;
    for (let i = 0; i < 900; i++) {
      api.apply(`p${i}`);
    }
    api.expireContinueTokens = true;
    const follower = new Follower();
    await follower.caughtUp();
    expect(follower.items.size).toBe(900);
    expect(follower.changes).toHaveLength(900);
  });

  test('that breaks in the middle is asked for again, and is synced once', async () => {
    api.apply('a');
    api.interceptNext(
      1,
      () => true,
      (response) => {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.write(`${JSON.stringify({ type: 'ADDED', object: api.objects[0] })}\n{"type":"ADDED","obj`, () => response.socket?.destroy());
      },
    );
    const follower = new Follower();
    await follower.caughtUp();
    expect(follower.syncs).toBe(1);
    expect(follower.changes).toHaveLength(1);
  });

  test('of an empty collection is complete', async () => {
    const follower = new Follower();
    await follower.until(() => follower.syncs === 1);
    expect(follower.items.size).toBe(0);
  });
});

describe('a lost connection', () => {
  test('is resumed from the last resourceVersion, without listing again', async () => {
    api.apply('a');
    const follower = new Follower();
    await follower.caughtUp();
    onlyWatch().drop();
    const { resourceVersion } = api;
    api.apply('b');
    await follower.caughtUp();
    const resumed = api.requests.at(-1);
    expect(resumed?.query.get('resourceVersion')).toBe(resourceVersion);
    expect(resumed?.query.get('sendInitialEvents')).toBeNull();
    expect(follower.links.map(({ state }) => state)).toEqual(['connecting', 'live', 'stale', 'live']);
  });

  test('says since when the server was not heard, and keeps what is known', async () => {
    api.apply('a');
    const follower = new Follower();
    await follower.caughtUp();
    await api.stop();
    await follower.until(() => follower.link?.state === 'stale' && follower.link.attempt > 2);
    expect(follower.names).toEqual(['a']);
    expect(follower.link).toMatchObject({ state: 'stale', error: { code: 'unreachable' } });
    await api.start();
    api.apply('b');
    await follower.caughtUp();
    expect(follower.link?.state).toBe('live');
  });

  test('in the middle of a line loses nothing', async () => {
    api.apply('a');
    const follower = new Follower();
    await follower.caughtUp();
    const watch = onlyWatch();
    watch.raw('{"type":"MODIFIED","object":{"metadata":{"na');
    watch.drop();
    api.apply('a', { note: 'changed' });
    await follower.caughtUp();
    expect([...follower.items.values()][0]?.note).toBe('changed');
  });

  test('resumes from the last bookmark', async () => {
    const follower = new Follower();
    await follower.until(() => follower.syncs === 1);
    await watching();
    const watch = onlyWatch();
    watch.bookmark(4711);
    watch.bookmark(4712);
    watch.end();
    await api.until(() => api.requests.length === 2);
    expect(api.requests.at(-1)?.query.get('resourceVersion')).toBe('4712');
  });

  test('that is half open is noticed by the end that does not come', async () => {
    api.apply('a');
    const follower = new Follower({ watchSeconds: 0.05, slackMs: 50 });
    await follower.caughtUp();
    // The watch-list is replaced by a watch with an end, and that one dies silently.
    await api.until(() => api.requests.length >= 2 && api.watches.size === 1);
    onlyWatch().hung = true;
    api.apply('b');
    await follower.until(() => follower.link?.state === 'stale');
    expect(follower.link).toMatchObject({ error: { code: 'unreachable' } });
    await follower.caughtUp();
  });

  test('during the initial state is noticed by the silence', async () => {
    api.apply('a');
    api.interceptNext(
      1,
      () => true,
      (response) => {
        response.writeHead(200);
        response.write(`${JSON.stringify({ type: 'ADDED', object: api.objects[0] })}\n`);
      },
    );
    const follower = new Follower({ silenceMs: 50 });
    await follower.caughtUp();
    // On a busy machine the next attempt may be taken for dead too.
    const [first, second, ...others] = follower.links.map((link) => [link.state, link.state === 'live' ? undefined : link.error?.code]);
    expect([first, second, others.at(-1)]).toEqual([
      ['connecting', undefined],
      ['connecting', 'unreachable'],
      ['live', undefined],
    ]);
  });

  test('to a server that never answers is given up after the slack', async () => {
    api.apply('a');
    const follower = new Follower({ slackMs: 50 });
    await follower.caughtUp();
    api.interceptNext(
      1,
      () => true,
      () => undefined,
    );
    onlyWatch().drop();
    api.apply('b');
    await follower.caughtUp();
    expect(api.requests.length).toBeGreaterThanOrEqual(3);
  });

  test('does not count while the watches end as asked', async () => {
    api.apply('a');
    const follower = new Follower({ watchSeconds: 0.03 });
    await follower.caughtUp();
    await api.until(() => api.requests.length >= 5);
    api.apply('b');
    await follower.caughtUp();
    expect(follower.links.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });
});

describe('an expired resourceVersion', () => {
  test.each(['answer', 'event'] as const)('as an %s lists again and tells only the differences', async (how) => {
    api.apply('kept');
    api.apply('changed');
    api.apply('gone');
    const follower = new Follower();
    await follower.caughtUp();
    follower.changes.length = 0;
    const watch = onlyWatch();
    const meanwhile = (): void => {
      api.apply('changed', { note: 2 });
      api.remove('uid-gone');
      api.apply('new');
      api.compact();
    };
    if (how === 'event') {
      watch.error(410, 'Expired', 'too old resource version');
      watch.hung = true;
      meanwhile();
    } else {
      watch.hung = true;
      meanwhile();
      watch.drop();
    }
    await follower.caughtUp();
    expect(follower.changes.map(({ type, item }) => `${type} ${item.name}`).toSorted()).toEqual(['delete gone', 'upsert changed', 'upsert new']);
    expect(follower.changes.at(-1)).toMatchObject({ type: 'delete', item: { name: 'gone' } });
    expect(follower.syncs).toBe(1);
    expect(api.requests.at(-1)?.query.get('sendInitialEvents')).toBe('true');
  });

  test('lists again in pages where there is no watch-list', async () => {
    api.watchList = false;
    api.apply('kept');
    api.apply('gone');
    const follower = new Follower();
    await follower.caughtUp();
    await watching();
    const watch = onlyWatch();
    watch.hung = true;
    api.remove('uid-gone');
    api.apply('new');
    api.compact();
    watch.drop();
    await follower.caughtUp();
    expect(follower.names).toEqual(['kept', 'new']);
  });

  test('a Pod made anew under the same name is another Pod', async () => {
    api.apply('web', {}, 'uid-1');
    const follower = new Follower();
    await follower.caughtUp();
    onlyWatch().hung = true;
    api.remove('uid-1');
    api.apply('web', {}, 'uid-2');
    api.compact();
    onlyWatch().drop();
    await follower.caughtUp();
    expect(follower.changes.map(({ type, item }) => `${type} ${item.uid}`)).toEqual(['upsert uid-1', 'upsert uid-2', 'delete uid-1']);
  });
});

describe('a refusal', () => {
  test.each([
    [403, 'Forbidden', 'forbidden'],
    [401, 'Unauthorized', 'unauthorized'],
    [404, 'NotFound', 'not-found'],
  ])('%i of the first request ends it', async (code, reason, ours) => {
    api.intercept((_received, response) => {
      refuse(response, code, reason, 'no');
      return true;
    });
    const follower = new Follower();
    await follower.until(() => follower.ended);
    expect(follower.failure).toMatchObject({ code: ours });
  });

  test('right after a lost connection is not believed at once', async () => {
    api.apply('a');
    const follower = new Follower({ refusalGraceMs: 10_000 });
    await follower.caughtUp();
    api.interceptNext(
      3,
      () => true,
      (response) => refuse(response, 403, 'Forbidden', 'pods is forbidden: RBAC: not yet'),
    );
    await api.stop();
    await follower.until(() => follower.link?.state === 'stale' && follower.link.attempt > 1);
    await api.start();
    api.apply('b');
    await follower.caughtUp();
    const codes = follower.links.flatMap((link) => (link.state === 'stale' ? [link.error.code] : []));
    expect(new Set(codes)).toEqual(new Set(['unreachable']));
  });

  test('that lasts is told, and waited out: permissions and tokens come back', async () => {
    api.apply('a');
    const follower = new Follower();
    await follower.caughtUp();
    const allow = api.intercept((_received, response) => {
      refuse(response, 403, 'Forbidden', 'pods is forbidden: User "tester" cannot watch resource "pods"');
      return true;
    });
    onlyWatch().drop();
    await follower.until(() => follower.link?.state === 'stale' && follower.link.error.code === 'forbidden');
    expect(follower.ended).toBe(false);
    allow();
    api.apply('b');
    await follower.caughtUp();
  });

  test.each([
    ['a server that cannot be reached is asked again every few seconds', 'unreachable', [150, 300, 600, 750]],
    ['one that refuses, ever more seldom', 'refused', [150, 300, 600, 1200]],
  ])('%s', async (_what, how, expected) => {
    const waited: number[] = [];
    const end = new AbortController();
    if (how === 'unreachable') {
      await api.stop();
    }
    api.intercept((_received, response) => {
      refuse(response, 503, 'ServiceUnavailable', 'not yet');
      return true;
    });
    const clock = {
      now: () => 0,
      async wait(ms: number) {
        waited.push(ms);
        if (waited.length === expected.length) {
          end.abort();
        }
      },
    };
    const backoff = { firstBackoffMs: 200, maxBackoffMs: 6000, maxUnreachableBackoffMs: 1000 };
    await listWatch({ transport, path, read, signal: end.signal, clock, random: () => 0.5, timing: backoff }, { changed() {}, synced() {}, link() {} });
    expect(waited).toEqual(expected);
    if (how === 'unreachable') {
      await api.start();
    }
  });

  test('for want of time says when to come back', async () => {
    const waited: number[] = [];
    const end = new AbortController();
    api.intercept((_received, response) => {
      refuse(response, 429, 'TooManyRequests', 'too many requests', { 'Retry-After': '7' });
      return true;
    });
    const clock = {
      now: () => 0,
      async wait(ms: number) {
        waited.push(ms);
        end.abort();
      },
    };
    await listWatch({ transport, path, read, signal: end.signal, clock }, { changed() {}, synced() {}, link() {} });
    expect(waited).toEqual([7000]);
  });
});

describe('what a watch should not send', () => {
  test.each([
    ['a line that is not JSON', (watch: OpenWatch) => watch.raw('<html>bad gateway</html>\n'), 'protocol'],
    ['an unknown type', (watch: OpenWatch) => watch.send({ type: 'NEWS', object: { metadata: { resourceVersion: '1' } } }), 'protocol'],
    ['an event without a resourceVersion', (watch: OpenWatch) => watch.send({ type: 'ADDED', object: { metadata: {} } }), 'protocol'],
    ['an error that is no Status', (watch: OpenWatch) => watch.send({ type: 'ERROR', object: {} }), 'protocol'],
    ['an error 500', (watch: OpenWatch) => watch.error(500, 'InternalError', 'etcdserver: request timed out'), 'server'],
    ['an error 429', (watch: OpenWatch) => watch.error(429, 'TooManyRequests', 'storage is (re)initializing'), 'throttled'],
  ])('%s: it is told, and the watch resumed', async (_what, send, code) => {
    api.apply('a');
    const follower = new Follower();
    await follower.caughtUp();
    send(onlyWatch());
    await follower.until(() => follower.link?.state === 'stale');
    expect(follower.link).toMatchObject({ error: { code } });
    api.apply('b');
    await follower.caughtUp();
  });

  test('events before the line that cannot be read count', async () => {
    const follower = new Follower();
    await follower.until(() => follower.syncs === 1);
    await watching();
    const event = JSON.stringify({ type: 'ADDED', object: { metadata: { uid: 'u', name: 'n', resourceVersion: '900' } } });
    onlyWatch().raw(`${event}\n{]\n`);
    await follower.until(() => follower.items.has('u') && follower.link?.state === 'stale');
    await api.until(() => api.requests.length === 2);
    expect(api.requests.at(-1)?.query.get('resourceVersion')).toBe('900');
  });

  test('an event twice changes nothing', async () => {
    const object = api.apply('a');
    const follower = new Follower();
    await follower.caughtUp();
    onlyWatch().send({ type: 'ADDED', object });
    onlyWatch().send({ type: 'MODIFIED', object });
    onlyWatch().send({ type: 'DELETED', object: { ...object, metadata: { ...object.metadata, uid: 'never-seen' } } });
    api.apply('b');
    await follower.caughtUp();
    expect(follower.changes.map(({ item }) => item.name)).toEqual(['a', 'b']);
  });

  test('characters cut in two by a chunk stay whole', async () => {
    const follower = new Follower();
    await follower.until(() => follower.syncs === 1);
    await watching();
    const note = '日本語 🚀 naïve';
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: { note, metadata: { uid: 'u', name: 'n', resourceVersion: '901' } } })}\n`);
    for (const byte of bytes) {
      onlyWatch().raw(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await follower.until(() => follower.items.size === 1);
    expect(follower.items.get('u')?.note).toBe(note);
  });

  test('a server that ends every watch at once is not asked without pause', async () => {
    const waited: number[] = [];
    const end = new AbortController();
    api.intercept(({ query }, response) => {
      if (query.get('sendInitialEvents') === 'true') {
        return false;
      }
      reply(response, 200, undefined);
      return true;
    });
    let now = 0;
    const clock = {
      now: () => now,
      async wait(ms: number) {
        waited.push(ms);
        now += ms;
        if (waited.length === 4) {
          end.abort();
        }
      },
    };
    const links: WatchLink[] = [];
    const done = listWatch(
      { transport, path, read, signal: end.signal, clock, random: () => 0.5, timing: { watchSeconds: 30, firstBackoffMs: 100, maxBackoffMs: 300 } },
      { changed() {}, synced() {}, link: (link) => links.push(link) },
    );
    await watching();
    onlyWatch().end();
    await done;
    expect(waited).toEqual([75, 150, 225, 225]);
    // What is not watched half of the time is not called live.
    expect(links).toContainEqual(
      expect.objectContaining({ state: 'stale', error: expect.objectContaining({ message: expect.stringContaining('as soon as it has begun') }) }),
    );
  });
});

test('stopping leaves no connection open', async () => {
  api.apply('a');
  const follower = new Follower();
  await follower.caughtUp();
  expect(api.sockets.size).toBe(1);
  await follower.stop();
  await api.until(() => api.sockets.size === 0);
});

test('whatever happens in whatever order, the state ends as the server has it', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('apply' as const), name }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
    fc.record({
      do: fc.constantFrom(
        'drop' as const,
        'drop-in-line' as const,
        'compact' as const,
        'gone' as const,
        'garbage' as const,
        'bookmark' as const,
        'breathe' as const,
        'deaf' as const,
      ),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, watchList) => {
      for (const { metadata } of api.objects) {
        api.remove(metadata.uid);
      }
      api.watchList = watchList;
      transport.close();
      transport = createTransport(api.access());
      const follower = new Follower({ firstBackoffMs: 1, maxBackoffMs: 2 });
      for (const action of steps) {
        const [watch] = api.watches;
        switch (action.do) {
          case 'apply':
            api.apply(action.name, { note: steps.length });
            break;
          case 'remove':
            api.remove(`uid-${action.name}`);
            break;
          case 'drop':
            watch?.drop();
            break;
          case 'drop-in-line':
            watch?.raw('{"type":"MODIF');
            watch?.drop();
            break;
          case 'compact':
            // A watcher that is behind is cut off, as the real cache does.
            api.compact();
            watch?.drop();
            break;
          case 'gone':
            watch?.error(410, 'Expired', 'too old');
            watch?.drop();
            break;
          case 'garbage':
            watch?.raw('garbage\n');
            watch?.drop();
            break;
          case 'bookmark':
            watch?.bookmark(api.resourceVersion);
            break;
          case 'deaf':
            // What happens from now on is lost on this connection.
            if (watch !== undefined) {
              watch.hung = true;
              setTimeout(() => watch.drop(), 1);
            }
            break;
          case 'breathe':
            await new Promise((resolve) => setTimeout(resolve, 1));
            break;
        }
      }
      await follower.caughtUp();
      expect(follower.syncs).toBe(1);
      await follower.stop();
    }),
    { numRuns: 60 },
  );
});
