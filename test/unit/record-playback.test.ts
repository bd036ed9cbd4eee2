/** Playing a recording with a clock that the test holds: pause, seek, steps, speed, the end, and what the dashboard's sources tell meanwhile. */
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { Playback } from '../../src/record/playback.ts';
import { recordedDetails, recordedPods } from '../../src/record/recorded-pods.ts';
import type { Recording } from '../../src/record/recording.ts';
import { readRecording } from '../../src/record/recording-reader.ts';
import type { Clock } from '../../src/service/clock.ts';
import type { EventBatch, PodBatch } from '../../src/service/pod-source.ts';

/** Time goes on only when it is told to; waits end when it has come. */
class HeldClock implements Clock {
  #now = 1_000_000;
  readonly #waits = new Set<{ readonly until: number; readonly done: () => void }>();

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const one = { until: this.#now + ms, done: resolve };
      this.#waits.add(one);
      signal.addEventListener('abort', () => {
        this.#waits.delete(one);
        resolve();
      });
      if (signal.aborted) resolve();
    });
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const one of this.#waits) {
      if (one.until > this.#now) continue;
      this.#waits.delete(one);
      one.done();
    }
  }
}

let recording: Recording;
beforeAll(async () => {
  recording = await readRecording(join(import.meta.dirname, '../recorded/shop.ndjson.gz'));
});

function playing(speed = 1): { clock: HeldClock; playback: Playback } {
  const clock = new HeldClock();
  return { clock, playback: new Playback(recording, { speed, clock }) };
}

describe('the clock', () => {
  test('goes with the outer clock, at a speed, and stops at the end', () => {
    const { clock, playback } = playing(2);
    clock.pass(10_000);
    expect(playback.state()).toMatchObject({ at: recording.start + 20_000, playing: true, speed: 2 });
    clock.pass(1_000_000);
    expect(playback.state()).toMatchObject({ at: recording.end, playing: false, index: recording.changes.length });
    clock.pass(1000);
    expect(playback.state().at).toBe(recording.end);
  });

  test('pauses, and begins anew from the end', () => {
    const { clock, playback } = playing();
    playback.command({ type: 'pause-or-play' });
    clock.pass(5000);
    expect(playback.state()).toMatchObject({ at: recording.start, playing: false });
    playback.command({ type: 'seek', by: Number.POSITIVE_INFINITY });
    expect(playback.state()).toMatchObject({ at: recording.end, playing: false });
    playback.command({ type: 'pause-or-play' });
    expect(playback.state()).toMatchObject({ at: recording.start, playing: true });
  });

  test('seeks and steps, not beyond either end', () => {
    const { playback } = playing();
    playback.command({ type: 'seek', by: -10_000 });
    expect(playback.state()).toMatchObject({ at: recording.start, playing: true });
    playback.command({ type: 'step', by: -1 });
    expect(playback.state()).toMatchObject({ index: recording.base, playing: false });
    for (let index = recording.base + 1; index <= recording.changes.length; index++) {
      playback.command({ type: 'step', by: 1 });
      expect(playback.state()).toMatchObject({ index, at: recording.changes[index - 1]?.at });
    }
    playback.command({ type: 'step', by: 1 });
    expect(playback.state().index).toBe(recording.changes.length);
    playback.command({ type: 'step', by: -1 });
    expect(playback.state().index).toBe(recording.changes.length - 1);
  });

  test('changes its speed between a quarter and a thousand', () => {
    const { playback } = playing();
    for (let times = 0; times < 20; times++) playback.command({ type: 'speed', by: 1 });
    expect(playback.state().speed).toBe(1000);
    for (let times = 0; times < 20; times++) playback.command({ type: 'speed', by: -1 });
    expect(playback.state().speed).toBe(0.25);
  });
});

/** What a consumer knows that has taken in everything so far. */
function pods(known: Map<string, string>, { changes }: PodBatch): Map<string, string> {
  for (const { type, pod } of changes) {
    if (type === 'delete') known.delete(pod.uid);
    else known.set(pod.uid, pod.resourceVersion);
  }
  return known;
}

function events(known: Map<string, string>, batch: EventBatch): Map<string, string> {
  if (batch.anew === true) known.clear();
  for (const event of batch.events) known.set(event.uid, event.resourceVersion);
  return known;
}

const versions = (objects: ReadonlyMap<string, { readonly resourceVersion: string }>): Map<string, string> =>
  new Map([...objects].map(([uid, { resourceVersion }]) => [uid, resourceVersion]));

test('what there is at a moment is the same however one got there', () => {
  fc.assert(
    fc.property(fc.nat(recording.changes.length - recording.base), fc.nat(recording.changes.length - recording.base), (a, b) => {
      const [from, to] = [recording.base + Math.min(a, b), recording.base + Math.max(a, b)];
      // Played from the start to `to`, every change twice.
      const played = { pods: new Map<string, string>(), events: new Map<string, string>() };
      for (const change of recording.changes.slice(0, to).flatMap((one) => [one, one])) {
        if (change.type === 'link') continue;
        const of = change.kind === 'Pod' ? played.pods : played.events;
        if (change.type === 'delete') of.delete(change.uid);
        else of.set(change.object.uid, change.object.resourceVersion);
      }
      const { playback } = playing();
      for (const index of [to, from, to]) {
        while (playback.state().index !== index) playback.command({ type: 'step', by: playback.state().index < index ? 1 : -1 });
      }
      const state = recording.stateAt(playback.state().index);
      expect(versions(state.pods)).toEqual(played.pods);
      expect(versions(state.events)).toEqual(played.events);
    }),
    { numRuns: 50 },
  );
});

test('whoever follows the Pods and Events knows at every moment what there is, through jumps and speeds', async () => {
  const { clock, playback } = playing(10);
  const stop = new AbortController();
  const scope = { namespaces: ['shop'] };
  const known = { pods: new Map<string, string>(), events: new Map<string, string>() };
  const watched = [...recording.stateAt(recording.changes.length).pods.values()].map(
    ({ json }) => JSON.parse(json.toString()) as { metadata: { name: string; uid: string } },
  )[0];
  const { name = '', uid = '' } = watched?.metadata ?? {};
  const source = recordedPods(playback);
  const following = [
    (async () => {
      for await (const batch of source.watchPods(scope, { signal: stop.signal })) pods(known.pods, batch);
    })(),
    (async () => {
      for await (const batch of source.watchEvents({ cluster: '', namespace: 'shop', name, uid }, stop.signal)) events(known.events, batch);
    })(),
  ];
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
  };
  const commands = [20_000, -10_000, 40_000, -Infinity, 15_000, Infinity, -30_000].map((by) => ({ type: 'seek', by }) as const);
  let checked = 0;
  for (const command of commands) {
    for (let times = 0; times < 5; times++) {
      clock.pass(130);
      await settle();
      const state = recording.stateAt(playback.state().index);
      expect(known.pods).toEqual(versions(state.pods));
      const about = [...state.events.values()].filter(({ json }) => json.toString().includes(uid));
      expect(known.events).toEqual(new Map(about.map((event) => [event.uid, event.resourceVersion])));
      checked += known.events.size;
    }
    playback.command(command);
    await settle();
  }
  expect(checked).toBeGreaterThan(0);
  stop.abort();
  await Promise.all(following);
});

test('objects are those of the moment, redacted; logs and nodes are not there', async () => {
  const { playback } = playing();
  const details = recordedDetails(playback);
  const { signal } = new AbortController();
  playback.command({ type: 'seek', by: Number.POSITIVE_INFINITY });
  const [uid = ''] = recording.stateAt(recording.changes.length).pods.keys();
  const pod = { cluster: '', namespace: 'shop', name: 'x', uid };
  const object = await details.object(pod, signal);
  expect(object).toMatchObject({ metadata: { uid } });
  expect(JSON.stringify(object)).not.toMatch(/managedFields|last-applied/);
  await expect(details.logTail(pod, { container: 'app', previous: false, lines: 1 }, signal)).rejects.toThrow('logs are not recorded');
  await expect(details.node('', 'n', signal)).rejects.toThrow('nodes are not recorded');
  expect(await details.namespaces('', signal)).toEqual(['shop']);
  playback.command({ type: 'seek', by: Number.NEGATIVE_INFINITY });
  await expect(details.object({ ...pod, uid: 'none' }, signal)).rejects.toMatchObject({ code: 'not-found' });
});
