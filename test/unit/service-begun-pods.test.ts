/** A subscription that begins before it is taken: nothing of it is lost, it is taken once, and it ends with who took it. */
import { expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { begunPods } from '../../src/service/begun-pods.ts';
import type { PodBatch } from '../../src/service/pod-source.ts';
import { scriptedSource } from './tui-source.ts';
import { cluster, shop, upserts } from './tui-story.ts';

const scope = { namespaces: ['shop'] };
const connecting: PodBatch = { preview: [], changes: [], synced: false, links: new Map([[cluster, { state: 'connecting', since: 1, attempt: 1 }]]) };

test('what has come before it is taken is handed out, and news tells that it is there', async () => {
  const played = scriptedSource();
  const { source, news } = begunPods(played, scope);
  played.send(connecting);
  const first = upserts(shop);
  const second = upserts([]);
  played.send(first);
  played.send(second);
  await news;
  const end = new AbortController();
  const taken: PodBatch[] = [];
  for await (const batch of source.watchPods(scope, { signal: end.signal, preview: true })) {
    if (taken.push(batch) === 2) end.abort();
  }
  expect(taken).toEqual([first, second]);
  expect(played.open()).toBe(0);
  expect(played.scopes).toEqual([scope]);
});

test('it is taken over once; another scope, and a second time, are asked for anew', async () => {
  const played = scriptedSource();
  const { source } = begunPods(played, scope);
  const { signal } = new AbortController();
  for (const asked of [scope, scope, { namespaces: ['other'] }]) source.watchPods(asked, { signal });
  expect(played.scopes).toEqual([scope, scope, { namespaces: ['other'] }]);
});

test('a refusal is news, and is thrown to who takes it', async () => {
  const played = scriptedSource();
  const { source, news } = begunPods(played, scope);
  played.fail(new PodwrightError('forbidden', 'no'));
  await news;
  const taking = source.watchPods(scope, { signal: new AbortController().signal })[Symbol.asyncIterator]().next();
  await expect(taking).rejects.toMatchObject({ code: 'forbidden' });
});
