/** `new`, `add` and `remove` from argv to files and output, and what is checked before anything is written. */
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { pattern, patternIds, workload, workloadNames } from '../../cmd/pattern-catalogue.ts';
import { formatProblem } from '../../src/manifest/patterns/option-formats.ts';
import { runCommand } from './run-command.ts';

const root = mkdtempSync(join(tmpdir(), 'podwright-patterns-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
});

const image = ['--image', 'registry.example/web:1'];

describe('new', () => {
  test('--list has every pattern and workload; each has a help of its own with its options', async () => {
    const { stdout } = await runCommand(['new', '--list']);
    for (const id of patternIds()) {
      expect(stdout).toContain(`${id} `);
      const { stdout: help } = await runCommand(['new', id, '--help']);
      for (const text of [pattern(id).purpose, 'Not when: ', 'Pod Security: passes ', ...pattern(id).options.map(({ name }) => `\n  ${name} `)]) {
        expect(help.replaceAll(/\s+/g, ' ')).toContain(text.replaceAll(/\s+/g, ' '));
      }
    }
    for (const name of workloadNames) expect((await runCommand(['new', name, '--help'])).stdout).toContain(workload(name).purpose);
    expect((await runCommand(['new', 'log-streamer', '--help'], { unicode: false })).stdout).toMatch(/^[\n -~]*$/);
    expect((await runCommand(['add', 'log-streamer', '--help'])).stdout).toBe((await runCommand(['new', 'sidecar:log-streamer', '--help'])).stdout);
  });

  test.each(workloadNames)('%s with patterns and a command', async (kind) => {
    const { stdout } = await runCommand([
      'new',
      kind,
      'web',
      ...image,
      '--with',
      'log-streamer,init:wait-for',
      '--set',
      'wait-for.host=db',
      '--set',
      'wait-for.port=5432',
      '--',
      'sh',
      '-c',
      'echo <dir>',
    ]);
    const [document] = parseAllDocuments(stdout);
    const text = JSON.stringify(document?.toJS());
    for (const part of ['"name":"web"', '"image":"registry.example/web:1"', '"command":["sh","-c","echo <dir>"]', '"name":"log-streamer"', '"name":"wait-for"'])
      expect(text).toContain(part);
    expect(stdout).not.toMatch(/<(?!dir>)[a-z-]+>/);
  });

  test('a pattern alone is shown in a Pod; a port only where there is one', async () => {
    const { stdout } = await runCommand(['new', 'shared-processes', ...image]);
    expect(stdout).toContain('kind: Pod');
    expect(stdout).toContain('shareProcessNamespace: true');
    expect(stdout).not.toContain('ports:');
    expect((await runCommand(['new', 'pod', 'web', ...image, '--set', 'port=80'])).stdout).toContain('- containerPort: 80\n');
  });

  test.each<[readonly string[], RegExp, RegExp]>([
    [[], /new of what/, /--list/],
    [['pod', 'web'], /image of the app/, /--image/],
    [['pod', 'Web', ...image], /the name may have lower case/, /^$/],
    [['pod', 'web', '--image', 'Web:1'], /the image has to be an image/, /^$/],
    [['deploymnt', 'web', ...image], /no pattern "deploymnt"/, /--list/],
    [['log-streamr', 'web', ...image], /no pattern "log-streamr"/, /Did you mean sidecar:log-streamer/],
    [['sidecar', 'web', ...image], /which sidecar/, /sidecar:file-server, sidecar:log-streamer/],
    [['log-streamer', ...image, '--set', 'dirr=/x'], /have no option dirr/, /Did you mean dir/],
    [['log-streamer', ...image, '--set', 'dir=x'], /dir has to be an absolute path/, /directory of the log file/],
    [['log-streamer', ...image, '--set', 'memory=12q'], /memory/, /pod\.memory=… or log-streamer\.memory=…/],
    [['log-streamer', ...image, '--set', 'log-streamer.memory=12q'], /memory has to be a quantity/, /memory/],
    [['log-streamer', ...image, '--set', 'log.dir=/x'], /log is none of the patterns/, /log-streamer/],
    [['log-streamer', ...image, '--set', 'dir'], /--set is OPTION=VALUE/, /PATTERN\.OPTION/],
    [['wait-for', ...image, '--set', 'host=db'], /init:wait-for needs port/, /--set wait-for\.port=VALUE/],
  ])('%j is refused', async (args, message, hint) => {
    await expect(runCommand(['new', ...args])).rejects.toSatisfy((error: { code: string; message: string; hint?: string }) => {
      expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
      expect(error.hint ?? '').toMatch(hint);
      return true;
    });
  });

  test('-o never overwrites without --force, and leaves nothing half-written', async () => {
    const file = join(folder, 'web.yaml');
    expect(await runCommand(['new', 'pod', 'web', ...image, '-o', file])).toMatchObject({ code: 0, stdout: '', stderr: `Wrote ${file}.\n` });
    const first = readFileSync(file, 'utf8');
    await expect(runCommand(['new', 'pod', 'other', ...image, '-o', file])).rejects.toMatchObject({ code: 'usage', hint: '--force overwrites it.' });
    expect(readFileSync(file, 'utf8')).toBe(first);
    await runCommand(['new', 'pod', 'other', ...image, '-o', file, '--force']);
    expect(readFileSync(file, 'utf8')).toContain('name: other');
    await expect(runCommand(['new', 'pod', 'web', ...image, '-o', join(folder, 'no/web.yaml')])).rejects.toMatchObject({ code: 'input' });
    expect(readdirSync(folder)).toEqual(['web.yaml']);
  });

  test('what is no file is not replaced by one: a pipe is written to, a directory refused', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const read = readFile(pipe, 'utf8');
    await runCommand(['new', 'pod', 'web', ...image, '-o', pipe, '--force']);
    expect(await read).toContain('name: web');
    await expect(runCommand(['new', 'pod', 'web', ...image, '-o', folder, '--force'])).rejects.toMatchObject({
      exitCode: 2,
      message: `cannot write ${folder}: it is a directory`,
    });
    expect(readdirSync(folder)).toEqual(['pipe']);
  });

  test('a static Pod is given nothing that only the API server has', async () => {
    const args = ['new', 'static-pod', 'web', ...image, '--with', 'secret-env', '--set', 'secret=keys'];
    await expect(runCommand(args)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('config:secret-env is not for a static Pod') });
    expect((await runCommand(['new', 'secret-env', '--help'])).stdout).toContain('Not for static Pods');
    expect((await runCommand(['new', 'log-streamer', '--help'])).stdout).not.toContain('static Pods');
  });
});

describe('add and remove', () => {
  const manifest = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: web\n      image: registry.example/web:1\n';

  test('print, show the difference, or write in place, through a link and with the same rights', async () => {
    const [file, link] = [join(folder, 'web.yaml'), join(folder, 'link.yaml')];
    writeFileSync(file, manifest);
    chmodSync(file, 0o640);
    symlinkSync(file, link);
    const printed = await runCommand(['add', 'shared-processes', '-f', link]);
    expect(readFileSync(file, 'utf8')).toBe(manifest);
    const { stdout: diff } = await runCommand(['add', 'shared-processes', '-f', link, '--diff']);
    expect(diff).toBe(`--- ${link}\n+++ ${link}\n@@ -1,7 +1,10 @@
 apiVersion: v1
 kind: Pod
 metadata: {name: web}
+# podwright add shared-processes made spec.shareProcessNamespace
 spec:
   containers:
     - name: web
       image: registry.example/web:1
+  # One process table for all containers: each sees and may signal the others' processes. No app is process 1 then, so none has to reap or forward signals.
+  shareProcessNamespace: true
`);
    expect(await runCommand(['add', 'shared-processes', '-f', link, '-i'])).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toBe(printed.stdout);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect((await runCommand(['add', 'shared-processes', '-f', file, '--diff'])).stdout).toBe('');
    await runCommand(['remove', 'shared-processes', '-f', file, '-i']);
    expect(readFileSync(file, 'utf8')).toBe(manifest);
    expect(readdirSync(folder).toSorted()).toEqual(['link.yaml', 'web.yaml']);
  });

  test('from standard input, with a byte order mark that stays; without an end it can be interrupted', async () => {
    const stdin = (text: string | Buffer) => ({ stdin: Readable.from([Buffer.from(text)]) as unknown as NodeJS.ReadStream });
    const { stdout } = await runCommand(['add', 'shared-processes', '-f', '-'], stdin(`\ufeff${manifest}`));
    expect(stdout.startsWith('\ufeffapiVersion')).toBe(true);
    const stop = new AbortController();
    const waiting = runCommand(['add', 'shared-processes', '-f', '-'], { stdin: new PassThrough() as unknown as NodeJS.ReadStream, signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
    await expect(runCommand(['add', 'shared-processes', '-f', '-'], stdin(Buffer.from([0x6b, 0xff])))).rejects.toMatchObject({
      message: 'stdin:1:2: This is not UTF-8',
    });
  });

  test('what may only be read is not written in place, though its directory would let it be replaced', async () => {
    const file = join(folder, 'web.yaml');
    writeFileSync(file, manifest);
    chmodSync(file, 0o444);
    for (const each of [root, folder]) chmodSync(each, 0o777);
    // Nothing is refused to root.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(runCommand(['add', 'shared-processes', '-f', file, '-i'])).rejects.toMatchObject({
        exitCode: 2,
        message: `cannot write ${file}: you may not write it`,
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(readFileSync(file, 'utf8')).toBe(manifest);
    expect(readdirSync(folder)).toEqual(['web.yaml']);
  });

  test.each<[readonly string[], RegExp]>([
    [['add', 'log-streamer'], /add needs a manifest/],
    [['add', 'log-streamer', '-f', ''], /add needs a manifest/],
    [['new', 'pod', ...image, '-o', ''], /-o needs the name of a file/],
    [['add', '-f', 'x'], /add which pattern/],
    [['add', 'a', 'b', '-f', 'x'], /takes one pattern/],
    [['add', 'log-streamer', '-f', 'x', '-i', '--diff'], /--diff writes nothing/],
    [['add', 'log-streamer', '-f', '-', '-i'], /cannot be written in place/],
    [['add', 'log-streamer', '-f', 'x', '-i', '--as-patch'], /changes no file/],
    [['add', 'log-streamer', '-f', 'x', '--to', 'service/web'], /knows no kind "service"/],
    [['add', 'log-streamer', '-f', '/nowhere/x.yaml'], /there is no such file/],
    [['add', 'log-streamer', '-f', '/'], /cannot read \/: it is a directory/],
    [['add', 'log-streamer', '-f', '/dev/zero'], /\/dev\/zero is larger than 200 MiB/],
    [['remove', 'log-streamer', '-f', '/dev/null'], /there is no Pod and no workload in it/],
    [['remove', 'log-streamer', '-f', 'x', '--set', 'dir=/x'], /remove is told by --set name=NAME/],
  ])('%j is refused', async (args, message) => {
    await expect(runCommand(args)).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(message) });
  });
});

test.each<[Parameters<typeof formatProblem>[0], readonly string[], readonly string[]]>([
  ['name', ['a', 'web-1'], ['', 'Web', '-a', 'a.b', 'a'.repeat(64)]],
  ['object', ['a.b', 'a'.repeat(64)], ['a..b', 'A', 'a_b']],
  ['host', ['db', 'db.shop.svc', '10.0.0.1', '::1'], ['db:5432', 'a b', '']],
  ['port', ['1', '65535'], ['0', '65536', '80a', '-1', '']],
  ['port-name', ['http', 'a-1'], ['1', 'a--b', 'a'.repeat(16), 'A']],
  ['quantity', ['1', '250m', '1.5Gi', '1e3'], ['0', '-1', '1gb', '', 'Mi']],
  ['image', ['busybox', 'busybox:1.37', 'registry.example:5000/a/b__c:v1', `a@sha256:${'0'.repeat(64)}`], ['', 'a/B', 'a b', 'a:', 'a//b', 'a@sha256:0']],
  ['path', ['/', '/var/log'], ['var', '/a:b', '/a/../b', '/a\nb']],
  ['file', ['app.log', '.env'], ['a/b', '.', '..', '', '..data']],
  ['seconds', ['1'], ['0', '1.5', '']],
  ['count', ['0', '3'], ['-1', '99999999999']],
  ['user', ['1000'], ['0', 'root']],
  ['url', ['http://x/y', 'https://registry.example'], ['ftp://x', 'http://', 'http:// x', 'x']],
  ['metric', ['app', '_a1'], ['1a', 'a-b', '']],
  ['schedule', ['0 3 * * *', '*/5 1-3,7 * jan-mar mon', '@daily'], ['* * * *', '60 * * * *', '5-1 * * * *', 'x * * * *', '@never']],
  ['text', ['echo "a"'], ['', 'a\nb', 'a\u001bb']],
])('the format %s', (format, good, bad) => {
  for (const text of good) expect([text, formatProblem(format, text)]).toEqual([text, undefined]);
  for (const text of bad) expect([text, formatProblem(format, text)]).toEqual([text, expect.any(String)]);
});
