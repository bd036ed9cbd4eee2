/** One watch for many who follow a Pod each. */
import { expect, test } from 'vitest';
import { type PodFacts, podFacts } from '../../src/core/pod-facts.ts';
import type { ChangeSink } from '../../src/service/check-source.ts';
import { podsGone } from '../../src/service/pod-end.ts';
import { sharedPods } from '../../src/service/shared-pods.ts';

const pod = (name: string, version = '1'): PodFacts => podFacts({ metadata: { name, namespace: 'shop', uid: name, resourceVersion: version } });

/** A watch that the test drives. */
function driven() {
  const sinks: ChangeSink<PodFacts>[] = [];
  const source = {
    watchPods: (_scope: object, sink: ChangeSink<PodFacts>, signal: AbortSignal): Promise<void> => {
      sinks.push(sink);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  return { source, sinks };
}

test('all who follow see the Pods there are, and each change', async () => {
  const { source, sinks } = driven();
  const shared = sharedPods(source, new AbortController().signal);
  const seen: string[] = [];
  const gone = (name: string): Promise<ReadonlySet<string>> =>
    podsGone(
      shared,
      { namespace: 'shop', pods: new Map([[name, name]]) },
      (uid, facts) => void seen.push(`${name}: ${uid} ${facts?.resourceVersion ?? 'gone'}`),
      new AbortController().signal,
    );
  const a = gone('a');
  expect(sinks).toHaveLength(1);
  const [sink] = sinks;
  sink?.link({ state: 'live', since: 0 });
  sink?.changed({ type: 'upsert', item: pod('a') });
  sink?.changed({ type: 'upsert', item: pod('b') });
  sink?.synced();
  const b = gone('b');
  const c = gone('c');
  expect(sinks).toHaveLength(1);
  // It is not there, and never was.
  expect([...(await c)]).toEqual([]);
  sink?.changed({ type: 'upsert', item: pod('b', '2') });
  sink?.changed({ type: 'delete', item: pod('b', '3') });
  sink?.changed({ type: 'delete', item: pod('a', '4') });
  expect([...(await a), ...(await b)]).toEqual([]);
  expect(seen).toEqual(['a: a 1', 'b: b 1', 'c: c gone', 'b: b 2', 'b: b gone', 'a: a gone']);
});

test('what is left when the time is up is told', async () => {
  const { source, sinks } = driven();
  const limit = new AbortController();
  const left = podsGone(sharedPods(source, limit.signal), { namespace: 'shop', pods: new Map([['a', 'a']]) }, () => undefined, limit.signal);
  sinks[0]?.changed({ type: 'upsert', item: pod('a') });
  sinks[0]?.synced();
  limit.abort();
  expect([...(await left)]).toEqual(['a']);
  expect([...(await podsGone(sharedPods(source, limit.signal), { namespace: 'shop', pods: new Map([['a', 'a']]) }, () => undefined, limit.signal))]).toEqual([
    'a',
  ]);
});

test('a watch that is refused is refused to all', async () => {
  const refused = new Error('refused');
  const shared = sharedPods({ watchPods: () => Promise.reject(refused) }, new AbortController().signal);
  const follow = (): Promise<unknown> => podsGone(shared, { namespace: 'shop', pods: new Map([['a', 'a']]) }, () => undefined, new AbortController().signal);
  await expect(follow()).rejects.toBe(refused);
  await expect(follow()).rejects.toBe(refused);
});
