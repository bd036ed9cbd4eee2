/** A recording on disk: what is written is what is read, cut off at any byte it is read up to there, and what is no recording is refused in words. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRecordingFile } from '../../src/record/recording-file.ts';
import type { RecordingHeader } from '../../src/record/recording-format.ts';
import { readRecording } from '../../src/record/recording-reader.ts';
import { RecordingWriter, recordable } from '../../src/record/recording-writer.ts';
import type { Clock } from '../../src/service/clock.ts';

const header: RecordingHeader = {
  podwrightRecording: '1.0',
  program: '0.1.0',
  server: 'v1.36.0',
  context: 'test',
  namespace: 'shop',
  scope: { namespaces: ['shop'] },
  startedAt: '2026-11-24T12:00:00.000Z',
};
const start = Date.parse(header.startedAt);

const pod = (name: string, resourceVersion: number, phase = 'Running') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(resourceVersion), labels: { note: 'é 日本 😀' } },
  status: { phase },
});

/** Records: two Pods at first, then one change a second, and gives the phases of `web` in order. */
async function recorded(path: string, changes: number): Promise<void> {
  let now = start;
  const clock: Clock = { now: () => now, wait: async () => undefined };
  const writer = new RecordingWriter(await createRecordingFile(path, false), header, clock);
  const running = writer.run();
  writer.upsert('Pod', recordable('Pod', pod('web', 1)));
  writer.upsert('Pod', recordable('Pod', pod('db', 1)));
  writer.synced();
  for (let change = 1; change <= changes; change++) {
    now = start + change * 1000;
    writer.upsert('Pod', recordable('Pod', pod('web', change + 1, `phase-${change}`)));
    // A flush a change, as changes that come slowly have.
    const { bytes } = writer.progress;
    while (writer.progress.bytes === bytes) await new Promise((resolve) => setImmediate(resolve));
  }
  writer.end();
  await running;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-record-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string) => readRecording(path);
const refusal = async (content: string | Buffer): Promise<string> => {
  const path = join(folder, 'refused');
  writeFileSync(path, content);
  const error: unknown = await read(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'input', exitCode: 2 });
  return (error as Error).message.replaceAll(path, 'FILE');
};

describe.each(['ndjson', 'ndjson.gz'])('a .%s file', (extension) => {
  test('holds what was recorded', async () => {
    const path = join(folder, `whole.${extension}`);
    await recorded(path, 5);
    const recording = await read(path);
    expect(recording.header).toEqual(header);
    expect([recording.start, recording.end, recording.cut]).toEqual([start, start + 5000, false]);
    expect(recording.base).toBe(2);
    expect(recording.changes).toHaveLength(7);
    expect(readFileSync(path)[0] === 0x1f).toBe(extension.endsWith('.gz'));
  });

  test('cut off at any byte is read up to its last whole line', async () => {
    const path = join(folder, `cut.${extension}`);
    await recorded(path, 5);
    const bytes = readFileSync(path);
    const whole = (await read(path)).changes.map((change) => change.at);
    const cutPath = `${path}-cut`;
    let longest = -1;
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(cutPath, bytes.subarray(0, length));
      const recording = await read(cutPath).catch((error: unknown) => error as Error);
      if (recording instanceof Error) {
        // Only while not even the first line is whole.
        expect(longest).toBe(-1);
        expect(recording.message).toContain('it has no whole line');
        continue;
      }
      expect(recording.changes.map((change) => change.at)).toEqual(whole.slice(0, recording.changes.length));
      expect(recording.changes.length).toBeGreaterThanOrEqual(longest);
      if (extension === 'ndjson')
        expect(recording.changes).toHaveLength(
          bytes
            .toString('utf8', 0, length)
            .split('\n')
            .filter((line, at, lines) => at < lines.length - 1 && line.includes('"upsert"')).length,
        );
      longest = recording.changes.length;
    }
    expect(longest).toBe(whole.length);
  }, 60_000);

  test('is not overwritten unless asked', async () => {
    const path = join(folder, `kept.${extension}`);
    await recorded(path, 1);
    await expect(createRecordingFile(path, false)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('exists already') as string });
    await expect(read(path)).resolves.toMatchObject({ cut: false });
    const again = await createRecordingFile(path, true);
    await again.discard();
    await again.close();
    expect(readFileSync(path).length).toBeLessThan(30);
  });
});

test('a file that this recording made can be taken back, and no other', async () => {
  const path = join(folder, 'taken-back');
  const made = await createRecordingFile(path, true);
  await made.close();
  await made.discard();
  expect(() => readFileSync(path)).toThrow('ENOENT');
});

test('what cannot be written is said in words', async () => {
  await expect(createRecordingFile(join(folder, 'none/x.ndjson'), false)).rejects.toMatchObject({
    code: 'input',
    message: expect.stringContaining('its folder does not exist') as string,
  });
  await expect(createRecordingFile(folder, true)).rejects.toMatchObject({ code: 'input', message: expect.stringContaining('it is a folder') as string });
});

describe('a file that is no recording', () => {
  const head = `${JSON.stringify(header)}\n`;
  test.each<[string, string | Buffer, string]>([
    ['empty', '', 'FILE is no recording: it has no whole line'],
    ['text', 'hello\nworld\n', 'FILE is no recording: line 1 is not the header of one'],
    ['other JSON', '{"kind":"List"}\n', 'FILE is no recording: line 1 is not the header of one'],
    ['a line without an end, of any length', 'x'.repeat(3_000_000), 'FILE is no recording: line 1 is not the header of one'],
    ['other gzip', gzipSync('hello\n'), 'FILE is no recording: line 1 is not the header of one'],
    ['a format to come', head.replace('"1.0"', '"2.0"'), 'FILE is a recording of format 2.0, and this Podwright reads format 1'],
    ['a broken line', `${head}{"at":1,"type":"end"}\n{"at":2,\n{"at":3,"type":"end"}\n`, 'FILE:3: the line is not JSON'],
    ['a line without a time', `${head}{"type":"end"}\n`, 'FILE:2: the line has no time'],
    ['a line without a type', `${head}{"at":1}\n`, 'FILE:2: the line has no type'],
    ['an object without a UID', `${head}{"at":1,"type":"upsert","kind":"Pod","object":{}}\n`, 'FILE:2: the line holds an object without a UID'],
  ])('%s', async (_name, content, message) => {
    expect(await refusal(content)).toBe(message);
  });

  test('damaged gzip', async () => {
    const bytes = gzipSync(head + '{"at":1,"type":"end"}\n'.repeat(20_000));
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 40);
    expect(await refusal(bytes)).toMatch(/^FILE:\d+: (the compressed data is damaged|the line)/);
  });
});

test('lines and kinds of a later minor version are passed over', async () => {
  const path = join(folder, 'later.ndjson');
  await recorded(path, 2);
  const [first = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  const later = [
    '{"at":1,"type":"mood","of":"cluster"}',
    '{"at":1,"type":"upsert","kind":"Node","object":{}}',
    '{"at":1,"type":"link","kind":"Pod","state":"tired"}',
  ];
  writeFileSync(path, [first.replace('"1.0"', '"1.7"'), ...later, ...lines].join('\n'));
  await expect(read(path)).resolves.toMatchObject({ base: 2, cut: false });
});

test('a checkpoint in the middle adds nothing, and what it does not name is gone', async () => {
  const path = join(folder, 'checkpoint.ndjson');
  await recorded(path, 1);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(0, -1);
  const at = start + 5000;
  const line = (name: string, version: number) =>
    JSON.stringify({ at, type: 'upsert', kind: 'Pod', object: pod(name, version, version === 2 ? 'phase-1' : 'Running') });
  const edge = (which: string) => JSON.stringify({ at, type: 'checkpoint', edge: which });
  writeFileSync(path, `${[...lines, edge('begin'), line('web', 2), line('db', 1), edge('end')].join('\n')}\n`);
  expect((await read(path)).changes).toHaveLength(3);
  writeFileSync(path, `${[...lines, edge('begin'), line('web', 2), edge('end')].join('\n')}\n`);
  const without = await read(path);
  expect(without.changes).toHaveLength(4);
  expect([...without.stateAt(4).pods.keys()]).toEqual(['uid-web']);
  // Cut off in the middle of the checkpoint: nothing is gone yet.
  truncateSync(path, readFileSync(path).length - edge('end').length - 1);
  expect([...(await read(path)).stateAt(3).pods.keys()]).toEqual(['uid-web', 'uid-db']);
});

test('a gzip file flushed line by line is one gzip stream to other programs', async () => {
  const path = join(folder, 'other.ndjson.gz');
  await recorded(path, 3);
  expect(gunzipSync(readFileSync(path)).toString().trimEnd().split('\n').at(-1)).toBe(JSON.stringify({ at: start + 3000, type: 'end' }));
});
