/**
 * How real Pods started, as text, JSON and pictures: those of test/recorded at a moment, with their Events, in timelines/STORY-SECOND*, and those of
 * test/golden/pods, of which only the status is known, in timelines/pods*.txt. `npm run golden` writes them anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { isAboutPod } from '../../src/core/event-facts.ts';
import { ownerTarget } from '../../src/core/owner.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podTimeline } from '../../src/core/timeline/pod-timeline.ts';
import { type PodWithTimeline, startUpStatistics } from '../../src/core/timeline/start-up-statistics.ts';
import { readRecording, recordedEvents } from '../../src/record/recordings.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { timelineJson } from '../../src/report/timeline-json.ts';
import { statisticsText } from '../../src/report/timeline-statistics-text.ts';
import { statisticsSvg, timelineSvg } from '../../src/report/timeline-svg.ts';
import { timelineText } from '../../src/report/timeline-text.ts';
import { styleOf } from '../../src/report/style.ts';

const golden = (name: string): string => join(import.meta.dirname, 'timelines', name);

async function recorded(story: string, second: number): Promise<readonly PodWithTimeline[]> {
  const recording = await readRecording(join(import.meta.dirname, `../recorded/${story}.ndjson.gz`));
  const now = recording.start + second * 1000;
  const index = recording.indexAt(now);
  const events = recordedEvents(recording, index);
  return [...recording.stateAt(index).pods.values()]
    .map(({ json }) => podFacts(JSON.parse(json.toString())))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((facts) => ({ facts, timeline: podTimeline(facts, events?.filter((event) => isAboutPod(event, facts)), now) }));
}

const style = (width: number, unicode = true) => ({ width, unicode, paint: styleOf(false) });

function texts(pods: readonly PodWithTimeline[], width: number, unicode = true): string {
  const text = pods.map(({ facts, timeline }) => timelineText(facts, timeline, style(width, unicode))).join('\n');
  for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
  if (!unicode) expect(text).toMatch(/^[\n -~]*$/);
  return text;
}

const moments = [
  ['shop', 20],
  ['shop', 90],
  ['crash-loop', 20],
  ['rollout', 15],
  ['image-mended', 15],
] as const;

test.each(moments)('%s at %d s', async (story, second) => {
  const pods = await recorded(story, second);
  await expect(texts(pods, 80)).toMatchFileSnapshot(golden(`${story}-${second}s-80.txt`));
});

test('wider lines, and ASCII', async () => {
  const pods = await recorded('shop', 20);
  await expect(texts(pods, 130)).toMatchFileSnapshot(golden('shop-20s-130.txt'));
  await expect(texts(pods, 60, false)).toMatchFileSnapshot(golden('shop-20s-ascii-60.txt'));
});

test('JSON and pictures', async () => {
  const all = await recorded('shop', 90);
  const pods = all.filter(({ facts }) => ownerTarget(facts) === 'deploy/web');
  const statistics = { target: 'deploy/web', selected: false, namespace: 'shop', older: 0, statistics: startUpStatistics(pods) };
  expect(pods.length).toBeGreaterThan(1);
  await expect(timelineJson(pods.slice(0, 1), [statistics])).toMatchFileSnapshot(golden('shop-90s-web.json'));
  await expect(statisticsText(statistics, style(80))).toMatchFileSnapshot(golden('shop-90s-web-80.txt'));
  await expect(statisticsText(statistics, style(120))).toMatchFileSnapshot(golden('shop-90s-web-120.txt'));
  await expect(statisticsSvg(statistics)).toMatchFileSnapshot(golden('shop-90s-web.svg'));
  const [first] = pods;
  if (first !== undefined) await expect(timelineSvg(first.facts, first.timeline)).toMatchFileSnapshot(golden('shop-90s-one.svg'));
});

test('Pods of which only the status is known', async () => {
  const directory = join(import.meta.dirname, 'pods');
  const pods = readdirSync(directory)
    .filter((name) => name.endsWith('.yaml'))
    .map((name): PodWithTimeline => {
      const text = readFileSync(join(directory, name), 'utf8');
      const facts = podFacts(parse(text));
      return { facts, timeline: podTimeline(facts, undefined, Date.parse(/^# now: (.*)$/m.exec(text)?.[1] ?? '')) };
    });
  await expect(texts(pods, 80)).toMatchFileSnapshot(golden('pods-80.txt'));
});
