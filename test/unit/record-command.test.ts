/** `podwright record` on a server and outputs of a test's own: what it may not read, where it writes, and a write that fails. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandIo } from '../../cmd/command.ts';
import { dispatch } from '../../cmd/main.ts';
import { Playback } from '../../src/record/playback.ts';
import { recordedPods } from '../../src/record/recorded-pods.ts';
import { createRecordingFile, streamedRecording } from '../../src/record/recording-file.ts';
import { readRecording } from '../../src/record/recording-reader.ts';
import { RecordingWriter, recordable } from '../../src/record/recording-writer.ts';
import { FakeApi, refuse, reply } from '../fake-api/fake-api.ts';

let folder: string;
let api: FakeApi;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-record-'));
  api = new FakeApi();
  await api.start();
  api.intercept(({ path }, response) => {
    if (path !== '/version') return false;
    reply(response, 200, { gitVersion: 'v1.36.0' });
    return true;
  });
});
afterEach(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

/** Takes what is written, and tells whoever waits for a text. */
class Sink extends Writable {
  text = '';
  readonly #waiting = new Set<() => void>();

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    for (const look of this.#waiting) look();
    done();
  }

  shows(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.text.includes(text)) resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** Runs `record` on the fake server, until it is interrupted. */
function recording(...args: readonly string[]) {
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'fake', cluster: { server: api.url.href } }],
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
      users: [{ name: 'fake', user: {} }],
      'current-context': 'fake',
    }),
  );
  const [stdout, stderr, interruption] = [new Sink(), new Sink(), new AbortController()];
  const io: CommandIo = {
    stdin: process.stdin,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
    signal: interruption.signal,
    color: false,
    unicode: true,
    program: 'podwright',
    now: Date.now,
  };
  return { stdout, stderr, interrupt: () => interruption.abort(), ended: dispatch(['record', '--kubeconfig', kubeconfig, ...args], io) };
}

const refuseEvents = () =>
  api.intercept(({ path }, response) => {
    if (!path.endsWith('/events')) return false;
    refuse(response, 403, 'Forbidden', 'events is forbidden: User "tester" cannot list resource "events"');
    return true;
  });

test('without permission for Events the Pods are recorded alone, and both the user and the recording are told', async () => {
  refuseEvents();
  api.apply('web');
  const file = join(folder, 'pods.ndjson');
  const { stderr, interrupt, ended } = recording('-o', file);
  await stderr.shows('recording to ');
  interrupt();
  await ended;
  expect(stderr.text).toContain('without Events: ');
  expect(stderr.text).toContain('forbidden');
  const read = await readRecording(file);
  expect(read.cut).toBe(false);
  const state = read.stateAt(read.changes.length);
  expect([...state.pods.keys()]).toEqual(['uid-web']);
  expect(state.links.get('Event')).toMatchObject({ state: 'refused', message: expect.stringContaining('forbidden') as string });
  const stop = new AbortController();
  for await (const batch of recordedPods(new Playback(read)).watchEvents({ cluster: 'fake', namespace: 'default', name: 'web', uid: 'uid-web' }, stop.signal)) {
    expect(batch.problem).toMatchObject({ code: 'forbidden' });
    stop.abort();
  }
});

test('-o - writes the recording to stdout, and all that is said to stderr', async () => {
  refuseEvents();
  api.apply('web');
  const { stdout, stderr, interrupt, ended } = recording('-o', '-');
  await stdout.shows('"edge":"end"');
  api.apply('web', { status: { phase: 'Running' } });
  await stdout.shows('"phase":"Running"');
  interrupt();
  await ended;
  expect(stderr.text).toContain('recording to stdout');
  const file = join(folder, 'from-stdout.ndjson');
  writeFileSync(file, stdout.text);
  await expect(readRecording(file)).resolves.toMatchObject({ cut: false, header: { context: 'fake', server: 'v1.36.0' } });
});

test('when the line was dead it is told as it was', async () => {
  const file = join(folder, 'stale.ndjson');
  let now = 1_000_000;
  const scope = { namespaces: ['shop'] };
  const header = { podwrightRecording: '1.0', program: '0', server: 'v1', context: 'test', namespace: 'shop', scope, startedAt: new Date(now).toISOString() };
  const writer = new RecordingWriter(await createRecordingFile(file, false), header, { now: () => now, wait: async () => undefined });
  const running = writer.run();
  writer.upsert('Pod', recordable('Pod', { metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1' } }));
  writer.link({ kind: 'Pod', state: 'live' });
  writer.synced();
  now += 10_000;
  for (const _twice of [1, 2]) writer.link({ kind: 'Pod', state: 'stale', since: now - 4000, message: 'the connection was lost' });
  now += 10_000;
  writer.link({ kind: 'Pod', state: 'live' });
  writer.end();
  await running;

  const recorded = await readRecording(file);
  const playback = new Playback(recorded, { clock: { now: () => 0, wait: async () => undefined } });
  const links: unknown[] = [];
  for (const by of [0, 12_000, 8000]) {
    playback.command({ type: 'seek', by });
    const stop = new AbortController();
    for await (const batch of recordedPods(playback).watchPods(scope, { signal: stop.signal })) {
      links.push(batch.links.get('test'));
      stop.abort();
    }
  }
  expect(links).toMatchObject([
    { state: 'live', since: 1_000_000 },
    { state: 'stale', since: 1_006_000, error: { message: 'the connection was lost' } },
    { state: 'live', since: 1_020_000 },
  ]);
});

describe('a write that fails', () => {
  test('ends the recording with an error that names the file', async () => {
    const file = join(folder, 'closed.ndjson');
    writeFileSync(file, 'a file that was there');
    writeFileSync(join(folder, 'other'), 'another');
    const output = await createRecordingFile(file, true);
    await output.close();
    const failing = new RecordingWriter(output, {
      podwrightRecording: '1.0',
      program: '0',
      server: 'v1',
      context: 'test',
      namespace: 'shop',
      scope: { namespaces: ['shop'] },
      startedAt: '',
    });
    await expect(failing.run()).rejects.toMatchObject({ code: 'input', message: expect.stringContaining(`cannot write ${file}`) as string });
    await failing.discard();
    // It was there before, and is not this recording's to remove.
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('another');
  });

  test('on a stream, too', async () => {
    const broken = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => done(Object.assign(new Error('no space'), { code: 'ENOSPC' })) });
    broken.on('error', () => undefined);
    await expect(streamedRecording(broken, new AbortController().signal).write(['x'])).rejects.toMatchObject({ code: 'input' });
  });
});
