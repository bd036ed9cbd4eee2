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

test.each([
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
