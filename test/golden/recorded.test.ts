/**
 * The stories of test/recorded, recorded from a real cluster, beside what is made of them: STORY.txt has each Pod's status and health by time as they
 * change, and shop-SECOND-COLUMNSxROWS.txt the dashboard on the one that ships as the demo. `npm run golden` writes them anew.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podHealth } from '../../src/core/pod-health.ts';
import { podStatus } from '../../src/core/pod-status.ts';
import { Playback } from '../../src/record/playback.ts';
import { recordedPods } from '../../src/record/recorded-pods.ts';
import { readRecording } from '../../src/record/recording-reader.ts';
import { frame } from '../../src/tui/frame.ts';
import { initialModel } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';

const stories = join(import.meta.dirname, '../recorded');
const golden = join(import.meta.dirname, 'recorded');

test.each(readdirSync(stories).filter((name) => name.endsWith('.ndjson.gz')))('%s', async (file) => {
  const recording = await readRecording(join(stories, file));
  expect(recording.cut).toBe(false);
  expect(statSync(join(stories, file)).size).toBeLessThan(100_000);
  const said = new Map<string, string>();
  const lines = recording.changes.flatMap((change) => {
    if (change.type === 'link' || change.kind === 'Event') return [];
    const time = `${((change.at - recording.start) / 1000).toFixed(1).padStart(6)} s  `;
    if (change.type === 'delete') return [`${time}${said.get(change.uid)?.split('  ')[0] ?? ''}  gone`];
    const pod = podFacts(JSON.parse(change.object.json.toString()));
    const { ready, status, restartsText } = podStatus(pod, change.at);
    const { health, cause } = podHealth(pod, change.at);
    const line = [pod.name, ready, status, restartsText, health, ...(cause === undefined ? [] : [cause])].join('  ');
    if (said.get(pod.uid) === line) return [];
    said.set(pod.uid, line);
    return [time + line];
  });
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(golden, file.replace('.ndjson.gz', '.txt')));
});

/** Everything that is ever said of a Pod, in order. */
async function told(story: string) {
  const recording = await readRecording(join(stories, `${story}.ndjson.gz`));
  return recording.changes.flatMap((change) => {
    if (change.type !== 'upsert' || change.kind === 'Event') return [];
    const pod = podFacts(JSON.parse(change.object.json.toString()));
    return [{ second: (change.at - recording.start) / 1000, pod, status: podStatus(pod, change.at), ...podHealth(pod, change.at) }];
  });
}

const isEvicted = ({ cause }: { readonly cause: string | undefined }): boolean => cause?.startsWith('Evicted: ') === true;

test.each(['eviction', 'shop'])('in %s the kubelet evicts a Pod, and another takes its place', async (story) => {
  const all = await told(story);
  const evicted = all.find(isEvicted);
  expect(evicted?.pod).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
  expect(evicted?.health).toBe('doomed');
  const others = all.filter(({ second, pod }) => second > (evicted?.second ?? 0) && pod.uid !== evicted?.pod.uid && pod.owner?.uid === evicted?.pod.owner?.uid);
  expect(others.some(({ health }) => health === 'ready')).toBe(true);
});

test('in eviction a Pod is evicted through the API, and another takes its place', async () => {
  const all = await told('eviction');
  const evicted = all.find(({ pod }) => pod.conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True'));
  expect(evicted?.pod.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }));
  const known = new Set(all.filter(({ second }) => second < (evicted?.second ?? 0)).map(({ pod }) => pod.uid));
  expect(all.some(({ pod, health }) => pod.owner?.uid === evicted?.pod.owner?.uid && !known.has(pod.uid) && health === 'ready')).toBe(true);
});

test('the demo opens on trouble, and shows a start in steps, a crash loop, and an image that is mended', async () => {
  const all = await told('shop');
  const opening = all.filter(({ second }) => second <= 0);
  expect(opening.some(({ health }) => health === 'ready')).toBe(true);
  expect(opening.some(({ health }) => health === 'doomed')).toBe(true);
  const statuses = (name: string) => all.filter(({ pod }) => pod.name.startsWith(name)).map(({ status }) => status.status);
  expect(statuses('web-')).toEqual(expect.arrayContaining(['Init:0/3', 'Init:2/3', 'PodInitializing', 'Running']));
  expect(statuses('checkout-')).toContain('CrashLoopBackOff');
  expect(statuses('catalog-')).toContain('ErrImageNeverPull');
  expect(all.findLast(({ pod }) => pod.name.startsWith('catalog-') && pod.deletionRequestedAt === undefined)?.health).toBe('ready');
  expect(all.some(({ pod }) => pod.containers.some(({ kind }) => kind === 'sidecar'))).toBe(true);
});

test.each([
  [0, 80, 24],
  [20, 80, 24],
  [50, 120, 40],
  [50, 200, 50],
  [90, 80, 24],
])('the demo at %d s on %dx%d', async (second, columns, rows) => {
  const recording = await readRecording(join(stories, 'shop.ndjson.gz'));
  const playback = new Playback(recording, { clock: { now: () => 0, wait: async () => undefined } });
  playback.command({ type: 'seek', by: second * 1000 });
  const scope = recording.header.scope;
  const source = recordedPods(playback);
  const state = playback.state();
  const terminal = { columns, rows, colour: false, unicode: true };
  let model = initialModel({ terminal, now: state.at, clusters: source.clusters, scope, playback: state, banner: 'DEMO' });
  const stop = new AbortController();
  for await (const batch of source.watchPods(scope, { signal: stop.signal })) {
    [model] = update(model, { type: 'pods', scope, batch, now: state.at });
    stop.abort();
  }
  const lines = frame(model);
  expect(lines).toHaveLength(rows);
  await expect(`${lines.map((line) => line.trimEnd()).join('\n')}\n`).toMatchFileSnapshot(join(golden, `shop-${second}s-${columns}x${rows}.txt`));
});
