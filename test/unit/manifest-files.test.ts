/** Which of the objects in manifests a selector chooses: by their own labels; and what is read of pipes. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandIo } from '../../cmd/command.ts';
import { filesOf, readManifestFile, readManifests } from '../../cmd/manifest-files.ts';

const content = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front, port: 80}}
spec: {template: {metadata: {labels: {tier: back}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: ledger, labels: {tier: back}}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
`;

async function chosen(selector: string | undefined): Promise<readonly string[]> {
  const io = { stdin: Readable.from([content]), signal: new AbortController().signal } as unknown as CommandIo;
  return (await readManifests(['-'], selector, io)).map(({ name }) => name);
}

test('a selector chooses by the labels of the objects themselves', async () => {
  expect(await chosen(undefined)).toEqual(['web', 'ledger', 'bare']);
  expect(await chosen('tier=front')).toEqual(['web']);
  expect(await chosen('tier in (front,back),tier!=front')).toEqual(['ledger']);
  expect(await chosen('!tier')).toEqual(['bare']);
});

test('one that chooses none of them is told apart from manifests without any', async () => {
  await expect(chosen('tier=middle')).rejects.toMatchObject({
    code: 'input',
    message: 'none of the 3 Pods and workloads in stdin is selected by -l tier=middle',
    hint: expect.stringContaining('metadata.labels'),
  });
});

test('a device is read as far as it goes, and no further than a manifest would', async () => {
  const io = { signal: new AbortController().signal } as unknown as CommandIo;
  expect((await readManifestFile('/dev/null', io)).bytes).toHaveLength(0);
  await expect(readManifestFile('/dev/zero', io)).rejects.toMatchObject({ code: 'input', message: '/dev/zero is larger than 200 MiB' });
});

describe('a pipe', () => {
  let folder = '';
  let pipe = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podwright-pipe-'));
    pipe = join(folder, 'pipe.yaml');
    execFileSync('mkfifo', [pipe]);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const read = async (signal = new AbortController().signal): Promise<string> =>
    Buffer.from((await readManifestFile(pipe, { signal } as unknown as CommandIo)).bytes).toString();

  test('is read to its end', async () => {
    // It waits for a reader, writes, and ends.
    const writer = spawn('sh', ['-c', 'printf "%s" "$0" > "$1"', content, pipe]);
    expect(await read()).toBe(content);
    expect(writer.exitCode ?? (await once(writer, 'exit'))[0]).toBe(0);
  });

  test('that nobody writes to is waited for until the command is to stop', async () => {
    const interruption = new AbortController();
    const reading = read(interruption.signal);
    interruption.abort();
    await expect(reading).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('in a directory is passed over, and a link to one; a link that leads nowhere is told', async () => {
    symlinkSync(pipe, join(folder, 'link.yaml'));
    symlinkSync('nowhere', join(folder, 'lost.yaml'));
    writeFileSync(join(folder, 'a.yaml'), content);
    symlinkSync('a.yaml', join(folder, 'b.yaml'));
    expect((await filesOf(folder, true)).map(({ file }) => file.slice(folder.length + 1))).toEqual(['a.yaml', 'b.yaml', 'lost.yaml']);
  });
});

test('an address is not fetched, and it is said how it is read', async () => {
  const url = 'https://example.com/web.yaml';
  await expect(filesOf(url, false)).rejects.toMatchObject({ code: 'input', hint: `Nothing is fetched: curl -fsSL ${url} | podwright … -f -` });
});
