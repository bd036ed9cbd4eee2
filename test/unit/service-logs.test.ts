/** What a follower of logs does where a real kubelet shows it seldom: rotation, news that come late, limits, refusals, the ends of everything. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { LineReader, lineBytes, lineCount, lineTime } from '../../src/service/log-block.ts';
import { LogMerge } from '../../src/service/log-merge.ts';
import type { LogSource } from '../../src/service/log-source.ts';
import { LogModel, line, loggedPod, type Read, reads } from './log-model.ts';

let model: LogModel;
let stop: AbortController;

beforeEach(() => {
  model = new LogModel();
  stop = new AbortController();
});

afterEach(() => stop.abort());

const following = { follow: true, previous: false, timestamps: false };
const seconds = (...at: readonly number[]): string[] => at.map((second) => line(second * 1e9, `second ${second}`));
const over = { state: { terminated: { exitCode: 0 } } };
const once = { spec: { restartPolicy: 'Never' } };

function follow(options: Parameters<typeof reads>[2] = {}, facts = loggedPod()): Read {
  const read = reads(model, stop.signal, options);
  read.follower.upsert(facts);
  read.follower.known();
  return read;
}

test('whoever waits for room is let go when nobody takes lines any more, and so is whoever comes later', async () => {
  const merge = new LogMerge<string>();
  const block = new LineReader().add(Buffer.from(line(0, 'x'.repeat(1_000_000))));
  if (block === undefined) throw new Error('there is a line in it');
  const waiting = merge.add('early').push(block);
  for await (const items of merge.batches(AbortSignal.abort())) expect(items).toEqual([]);
  await waiting;
  await merge.add('late').push(block);
});

describe('a log that is not the same any more', () => {
  test('rotated while the line was cut: what may be missing is said, and nothing comes twice', async () => {
    model.runs = [seconds(0, 1, 2)];
    model.cuts = [seconds(0, 1, 2).join('').length];
    const read = follow();
    await read.until(() => read.lines.length === 3);
    await read.until(() => model.requests.length > 1);
    model.cuts = [1];
    model.runs = [seconds(7, 8)];
    model.changed();
    stop.signal.throwIfAborted();
    read.follower.link({ state: 'stale', since: 0, attempt: 1, error: new PodwrightError('unreachable', 'x') });
    read.follower.link({ state: 'live', since: 0 });
    await read.until(() => read.lines.length === 5);
    expect(read.lines).toEqual(seconds(0, 1, 2, 7, 8));
    expect(read.notices).toContain('gap');
  });

  test('a restart that the Pod has not told yet is seen by the lines, and the end of the run before is read', async () => {
    model.runs = [seconds(0, 1)];
    model.cuts = [seconds(0, 1).join('').length];
    const read = follow();
    await read.until(() => read.lines.length === 2);
    model.runs = [seconds(0, 1, 2), seconds(5)];
    model.changed();
    read.follower.link({ state: 'stale', since: 0, attempt: 1, error: new PodwrightError('unreachable', 'x') });
    read.follower.link({ state: 'live', since: 0 });
    await read.until(() => read.lines.length === 4);
    expect(read.lines).toEqual(seconds(0, 1, 2, 5));
    expect(read.notices).not.toContain('gap');
  });

  test('runs that came and went unseen are counted', async () => {
    model.runs = [seconds(0)];
    const read = follow();
    await read.until(() => read.lines.length === 1);
    model.runs = [seconds(0), seconds(9), seconds(20)];
    model.changed();
    read.follower.upsert(loggedPod({ state: { running: {} }, restartCount: 3, lastState: { terminated: { exitCode: 1 } } }));
    await read.until(() => read.lines.length === 3);
    expect(read.lines).toEqual(seconds(0, 9, 20));
    expect(read.notices).toEqual(['gap', 'restarted']);
  });
});

describe('how much', () => {
  test('the limit of bytes counts what is shown, and cuts the line that is too long', async () => {
    model.runs = [seconds(0, 1, 2)];
    const shown = 'second 0\nsecond 1\nsec\n';
    const read = follow({ range: { follow: false, previous: false, timestamps: false, limitBytes: 21 } });
    await read.ended;
    expect(read.lines.map((each) => each.slice(31)).join('')).toBe(shown);
  });

  test('with times it counts those too', async () => {
    model.runs = [seconds(0, 1)];
    const read = follow({ range: { follow: false, previous: false, timestamps: true, limitBytes: 40 } });
    await read.ended;
    expect(read.lines).toEqual(seconds(0));
  });

  test('none of what there is, and all that follows', async () => {
    model.runs = [seconds(0, 1)];
    const read = follow({ range: { ...following, tailLines: 0 } });
    while (model.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    model.runs[0]?.push(...seconds(2));
    model.changed();
    await read.until(() => read.lines.length > 0);
    expect(read.lines).toEqual(seconds(2));
    expect(model.requests[0]).toMatchObject({ tailLines: 1, follow: false });
  });

  test('of what joins later every line, as all are new', async () => {
    model.runs = [seconds(0, 1, 2)];
    const read = follow({ range: { ...following, tailLines: 1 } });
    await read.until(() => read.lines.length === 1);
    read.follower.upsert(loggedPod(undefined, { name: 'second' }));
    await read.until(() => read.lines.length === 4);
    expect(read.lines).toEqual([...seconds(2), ...seconds(0, 1, 2)]);
  });

  test('none, and nothing is asked', async () => {
    const read = follow({ range: { follow: false, previous: false, timestamps: false, tailLines: 0 } });
    await read.ended;
    expect(model.requests).toEqual([]);
  });

  test('a log that joins beyond the limit waits for another to end', async () => {
    model.runs = [seconds(0)];
    const read = follow({ most: 1 });
    await read.until(() => read.lines.length === 1);
    read.follower.upsert(loggedPod(undefined, { name: 'second' }));
    await read.until(() => read.notices.includes('queued'));
    read.follower.remove(loggedPod());
    await read.until(() => read.lines.length === 2);
    expect(read.notices).toEqual(['joined', 'queued', 'deleted']);
  });

  test('more logs than may be read at the same time are refused before any is', async () => {
    const read = reads(model, stop.signal, { most: 1 });
    read.follower.upsert(loggedPod());
    read.follower.upsert(loggedPod(undefined, { name: 'second' }));
    read.follower.known();
    await expect(read.ended).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining('--max-log-requests to 2') });
    expect(model.requests).toEqual([]);
  });
});

describe('ends', () => {
  test('with the Pod, where no other will come', async () => {
    model.runs = [seconds(0)];
    model.over = true;
    const asked: number[] = [];
    const read = follow({ over: async () => asked.push(1) > 1 }, loggedPod(over, once));
    await read.ended;
    expect(read.lines).toEqual(seconds(0));
    // It had ended well before anybody looked.
    expect(read.notices).toEqual([]);
  });

  test('with a container that fails, which is said', async () => {
    model.runs = [seconds(0)];
    model.over = true;
    const read = follow({ over: async () => true }, loggedPod({ state: { terminated: { exitCode: 2 } } }, once));
    await read.ended;
    expect(read.notices).toEqual(['ended']);
  });

  test('a refusal of the only log is the error', async () => {
    model.refusals.push(new PodwrightError('forbidden', 'no'));
    await expect(follow().ended).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('of several logs, the one that cannot be read is named', async () => {
    model.runs = [seconds(0)];
    model.refusals.push(new PodwrightError('server', 'no'));
    const read = reads(model, stop.signal, { range: { ...following, follow: false } });
    read.follower.upsert(loggedPod());
    read.follower.upsert(loggedPod(undefined, { name: 'second' }));
    read.follower.known();
    await read.ended;
    expect(read.lines).toEqual(seconds(0));
    expect(read.notices).toEqual(['failed']);
    expect(read.follower.errors).toMatchObject([{ code: 'server' }]);
  });

  test('a log that is gone from its node', async () => {
    model.said = 'unable to retrieve container logs for containerd://abc';
    await expect(follow({ range: { ...following, follow: false } }).ended).rejects.toMatchObject({ code: 'not-found' });
  });

  test('what the server says in the place of lines is told', async () => {
    model.said = 'failed to create fsnotify watcher: too many open files';
    model.runs = [seconds(0)];
    const read = follow({ range: { ...following, follow: false } });
    await read.ended;
    expect(read.notices).toEqual(['said']);
    expect(read.lines).toEqual(seconds(0));
  });

  test('a line that breaks too often while all is read', async () => {
    model.runs = [seconds(0, 1, 2, 3)];
    model.cuts = Array.from({ length: 20 }, () => 45);
    await expect(follow({ range: { ...following, follow: false } }).ended).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('a container that is named nowhere', async () => {
    const read = follow({ selection: { names: ['ap'], all: false, states: [] } });
    await expect(read.ended).rejects.toMatchObject({ code: 'not-found', message: 'there is no container "ap" in the Pod web', hint: 'There are: app.' });
  });
});

describe('what stands still without a word', () => {
  const soon = { timing: { firstBackoffMs: 1, maxBackoffMs: 1, silenceMs: 20, goneMs: 5 } };
  const link = (read: Read): void => {
    read.follower.link({ state: 'stale', since: 0, attempt: 1, error: new PodwrightError('unreachable', 'x') });
    read.follower.link({ state: 'live', since: 0 });
  };

  test('before the answer begins: asked again, which is told', async () => {
    model.runs = [seconds(0)];
    model.stands = [-1];
    const read = follow(soon);
    await read.until(() => read.lines.length === 1);
    expect(read.lines).toEqual(seconds(0));
    expect(read.notices).toEqual(['lost', 'resumed']);
  });

  test('in the middle of what there is: read on from there; before anything has come, it is the error', async () => {
    model.runs = [seconds(0, 1, 2, 3)];
    model.stands = [-1, 100];
    const once = { ...soon, range: { ...following, follow: false } };
    await expect(follow(once).ended).rejects.toMatchObject({ code: 'unreachable', message: 'nothing has come of the log of app for 0.02 s' });
    const read = follow(once);
    await read.ended;
    expect(read.lines).toEqual(seconds(0, 1, 2, 3));
  });

  test('of a Pod that has been deleted: no more is asked for, and nothing but its deletion is told', async () => {
    model.runs = [seconds(0)];
    model.stands = [-1];
    const read = follow({ over: async () => true });
    while (model.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    read.follower.remove(loggedPod());
    await read.ended;
    expect(read.notices).toEqual(['deleted']);
    expect(model.requests).toHaveLength(1);
  });

  test('a log that follows is asked for again, which is no news', async () => {
    model.runs = [seconds(0, 1)];
    model.stands = [seconds(0).join('').length];
    const read = follow(soon);
    await read.until(() => read.lines.length === 2);
    expect(read.lines).toEqual(seconds(0, 1));
    expect(read.notices).toEqual([]);
  });

  test('the end of the run before, on a connection that is given up: all of it comes', async () => {
    model.runs = [seconds(0)];
    const read = follow();
    await read.until(() => read.lines.length === 1);
    const asked = model.requests.length;
    model.stands = [seconds(0, 1).join('').length];
    model.runs = [seconds(0, 1, 2, 3), seconds(9)];
    model.changed();
    read.follower.upsert(loggedPod({ state: { running: {} }, restartCount: 1, lastState: { terminated: { exitCode: 1 } } }));
    await read.until(() => read.lines.length === 2 && model.requests.length > asked);
    link(read);
    await read.until(() => read.lines.length === 5);
    expect(read.lines).toEqual(seconds(0, 1, 2, 3, 9));
    expect(read.notices.filter((kind) => kind !== 'lost' && kind !== 'resumed')).toEqual(['restarted']);
  });

  test('a log that has come since the connection of the Pods was lost is left alone when that is back', async () => {
    model.runs = [seconds(0)];
    const read = follow();
    await read.until(() => read.lines.length === 1);
    read.follower.link({ state: 'stale', since: 0, attempt: 1, error: new PodwrightError('unreachable', 'x') });
    model.runs[0]?.push(...seconds(1));
    model.changed();
    await read.until(() => read.lines.length === 2);
    read.follower.link({ state: 'live', since: 0 });
    await read.until(() => read.notices.includes('resumed'));
    model.runs[0]?.push(...seconds(2));
    model.changed();
    await read.until(() => read.lines.length === 3);
    expect(model.requests).toHaveLength(1);
  });
});

test('a server that refuses for a while is told once for each log, and once when it is over', async () => {
  model.runs = [seconds(0)];
  for (const _ of [1, 2, 3]) model.refusals.push(new PodwrightError('server', 'busy'));
  const read = follow();
  await read.until(() => read.lines.length === 1);
  expect(read.notices).toEqual(['lost', 'resumed']);
});

test('containers that wait for the same are told together, and once', async () => {
  const spec = { containers: [{ name: 'app' }, { name: 'side' }] };
  const waits = podFacts({ metadata: { name: 'web', uid: 'web', namespace: 'shop' }, spec, status: { phase: 'Pending' } });
  const read = reads(model, stop.signal, { range: { ...following, follow: false } });
  read.follower.upsert(waits);
  read.follower.known();
  await read.ended;
  expect(read.notices).toEqual(['waiting']);
  expect(read.follower.logs).toBe(0);
});

test('a log that does not come holds up the others only so long', async () => {
  model.runs = [seconds(0)];
  const silent: LogSource = {
    open: (pod, request, signal) =>
      pod.name === 'web'
        ? model.open(pod, request, signal)
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  };
  const read = reads(silent, stop.signal);
  read.follower.upsert(loggedPod());
  read.follower.upsert(loggedPod(undefined, { name: 'silent' }));
  read.follower.known();
  await read.until(() => read.lines.length === 1);
  expect(read.lines).toEqual(seconds(0));
});

describe('bytes', () => {
  test('a long line comes in the same pieces however it is cut', () => {
    const long = line(0, 'x'.repeat(9_000_000));
    const piecesOf = (chunkBytes: number): readonly string[] => {
      const reader = new LineReader();
      const found: string[] = [];
      const bytes = Buffer.from(`${long}${line(1, 'y')}`);
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        const block = reader.add(bytes.subarray(from, from + chunkBytes));
        if (block !== undefined) found.push(...Array.from({ length: lineCount(block) }, (_, index) => lineBytes(block, index).toString()));
      }
      return found;
    };
    const pieces = piecesOf(65_536);
    expect(pieces).toHaveLength(4);
    expect(piecesOf(1_000_003)).toEqual(pieces);
    expect(piecesOf(20_000_000)).toEqual(pieces);
    expect(`${pieces[0]?.slice(0, -1)}${pieces[1]?.slice(31, -1)}${pieces[2]?.slice(31)}`).toBe(long);
  });

  test('the end of a log without a line break is a line, and what is none is told apart', () => {
    const reader = new LineReader();
    expect(reader.add(Buffer.from(`no time\n${line(0, 'a')}`))?.starts).toEqual([0, line(0, 'a').length]);
    expect(reader.said()).toEqual(['no time']);
    expect(reader.add(Buffer.from(line(1, 'b').trimEnd()))).toBeUndefined();
    expect(reader.end()?.bytes.toString()).toBe(line(1, 'b'));
    expect(reader.add(Buffer.from('still no time\n'))).toBeUndefined();
    expect(reader.said()).toEqual(['still no time']);
  });

  test('times of a node in another zone count as well, to the nanosecond', () => {
    const time = (text: string): number => lineTime(Buffer.from(text), 0);
    const utc = time('2026-11-28T12:00:00.123456789Z a\n');
    expect(time('2026-11-28T14:00:00.123456789+02:00 a\n')).toBeCloseTo(utc, 5);
    expect(time('2026-11-28T12:00:00.123456790Z a\n') - utc).toBeCloseTo(1e-6, 7);
    expect(time('no time at all')).toBeNaN();
  });
});
