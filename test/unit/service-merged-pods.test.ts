/** Several sources behind one stream: none hides another. */
import { describe, expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { mergeSources } from '../../src/service/merged-pods.ts';
import { PodBatches } from '../../src/service/pod-batches.ts';
import type { Link, PodBatch, PodChange, PodSource } from '../../src/service/pod-source.ts';

const live: Link = { state: 'live', since: 1 };

function change(cluster: string, name: string, uid = name, type: PodChange['type'] = 'upsert'): PodChange {
  return { type, cluster, pod: podFacts({ metadata: { name, uid } }) };
}

/** A source that hands out what it is told and then waits, or fails. */
function source(cluster: string, steps: readonly (Partial<PodBatch> | Error)[]): PodSource {
  return {
    clusters: [cluster],
    async *watchPods(_scope, { signal }) {
      for (const step of steps) {
        if (step instanceof Error) {
          throw step;
        }
        yield { preview: [], changes: [], synced: false, links: new Map([[cluster, live]]), ...step };
      }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
    async *watchEvents(pod) {
      yield { events: [], synced: true, problem: new PodwrightError('forbidden', pod.cluster) };
    },
  };
}

async function upTo(merged: PodSource, wanted: (batch: PodBatch) => boolean): Promise<PodBatch & { readonly all: readonly PodChange[] }> {
  const all: PodChange[] = [];
  for await (const batch of merged.watchPods({ namespaces: 'all' }, { signal: new AbortController().signal })) {
    all.push(...batch.changes);
    if (wanted(batch)) {
      return { ...batch, all };
    }
  }
  throw new Error('the batches have ended');
}

describe('merged sources', () => {
  test('are synced when all are, and keep Pods of the same UID apart', async () => {
    const merged = mergeSources([
      source('a', [{ changes: [change('a', 'web', 'u')], synced: true }]),
      source('b', [{ changes: [change('b', 'web', 'u')], synced: true }]),
    ]);
    expect(merged.clusters).toEqual(['a', 'b']);
    const { all, links } = await upTo(merged, ({ synced }) => synced);
    expect(all.map(({ cluster }) => cluster)).toEqual(['a', 'b']);
    expect([...links.keys()]).toEqual(['a', 'b']);
  });

  test('one that fails tells it in its link, and the others go on', async () => {
    const broken = new PodwrightError('unauthorized', 'log in');
    const merged = mergeSources([source('broken', [broken]), source('fine', [{ changes: [change('fine', 'web')], synced: true }])]);
    const batch = await upTo(merged, ({ synced }) => synced);
    expect(batch.links.get('broken')).toMatchObject({ state: 'connecting', error: broken });
    expect(batch.links.get('fine')).toEqual(live);
    expect(batch.all).toHaveLength(1);
  });

  test('end with the first error when all have failed', async () => {
    const merged = mergeSources([source('a', [new PodwrightError('forbidden', 'first')]), source('b', [new PodwrightError('tls', 'second')])]);
    await expect(upTo(merged, () => false)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('one alone is itself; the same cluster twice is a matter of usage', () => {
    const one = source('a', []);
    expect(mergeSources([one])).toBe(one);
    expect(() => mergeSources([one, source('a', [])])).toThrow(PodwrightError);
  });

  test('Events are asked of the Pod’s own cluster', async () => {
    const merged = mergeSources([source('a', []), source('b', [])]);
    for await (const batch of merged.watchEvents({ cluster: 'b', namespace: 'n', name: 'p', uid: 'u' }, new AbortController().signal)) {
      expect(batch.problem?.message).toBe('b');
    }
  });
});

describe('batches', () => {
  const take = async (batches: PodBatches): Promise<PodBatch | undefined> => {
    for await (const batch of batches.taken(new AbortController().signal)) {
      return batch;
    }
    return undefined;
  };

  test('a Pod changed and deleted between two takes is deleted, at the place of the last change', async () => {
    const batches = new PodBatches(['a'], false, 0);
    batches.change(change('a', 'one'));
    batches.change(change('a', 'two'));
    batches.change(change('a', 'one', 'one', 'delete'));
    expect((await take(batches))?.changes.map(({ type, pod }) => `${type} ${pod.name}`)).toEqual(['upsert two', 'delete one']);
  });

  test('rows of the Table are dropped once the objects are there', async () => {
    const row = { cluster: 'a', namespace: 'n', name: 'p', ready: '', status: '', restarts: '', age: '', node: '' };
    const early = new PodBatches(['a', 'b'], false, 0);
    early.preview('a', [row]);
    early.synced('b');
    early.preview('b', [{ ...row, cluster: 'b' }]);
    expect((await take(early))?.preview).toEqual([row]);
  });

  test('what is queued comes before the error', async () => {
    const batches = new PodBatches(['a'], false, 0);
    batches.change(change('a', 'one'));
    batches.fail(new PodwrightError('forbidden', 'no'));
    const taken = batches.taken(new AbortController().signal);
    expect((await taken.next()).value?.changes).toHaveLength(1);
    await expect(taken.next()).rejects.toMatchObject({ code: 'forbidden' });
  });
});
