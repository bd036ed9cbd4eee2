/** `podwright lint --fix`: what is written where, what is asked, and what happens to files that cannot be written. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const pod = (spec: string): string =>
  `# mine\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n${spec}  containers:\n  - {name: web, image: 'registry.example/web:1'}\n`;
const wrong = pod('  restartPoilcy: Always\n');
const right = pod('  restartPolicy: Always\n');
/** One slip is mended, the other has to be looked at. */
const half = pod('  restartPoilcy: Always\n  unknown: 1\n');

let folder = '';
const path = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-fix-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(args: readonly string[], stdin: Readable = Readable.from([])): ReturnType<typeof runCommand> {
  const ran = await runCommand(['lint', ...args], { stdin: stdin as unknown as NodeJS.ReadStream });
  return { code: ran.code, stdout: ran.stdout.replaceAll(`${folder}/`, ''), stderr: ran.stderr.replaceAll(`${folder}/`, '') };
}

/** A terminal at which the answer is typed once the question is there. */
async function atTerminal(args: readonly string[], answer: () => string): ReturnType<typeof runCommand> {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()].map((stream) => Object.assign(stream, { isTTY: true }));
  let told = '';
  stderr?.on('data', (chunk: Buffer) => {
    told += String(chunk);
    if (told.endsWith('[y/N] ')) setImmediate(() => stdin?.write(`${answer()}\n`));
  });
  const ran = await runCommand(['lint', ...args], {
    stdin: stdin as unknown as NodeJS.ReadStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
  });
  return { ...ran, stderr: told.replaceAll(`${folder}/`, '') };
}

test('without a terminal it writes, says what it did, and what is left decides', async () => {
  writeFileSync(path('a.yaml'), wrong);
  const { code, stdout, stderr } = await run([path('a.yaml')].concat('--fix'));
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^a\.yaml:6:3 {2}fixed {2}unknown-field {3}Write restartPolicy in place of restartPoilcy {3}Pod web\n\n/);
  expect(stdout).toMatch(/\n3 infos in 1 object of 1 file \(1 fixed\)\n$/);
  expect(read('a.yaml')).toBe(right);
  expect(readdirSync(folder)).toEqual(['a.yaml']);
  writeFileSync(path('a.yaml'), half);
  expect(await run([path('a.yaml'), '--fix'])).toMatchObject({ code: 1, stdout: expect.stringContaining('unknown is not a field') });
  expect(read('a.yaml')).toBe(half.replace('Poilcy', 'Policy'));
  const json = JSON.parse((await run([path('a.yaml'), '--fix', '-o', 'json'])).stdout) as { fixed: unknown };
  expect(json.fixed).toEqual([]);
  writeFileSync(path('a.yaml'), wrong);
  expect(await run([path('a.yaml'), '--fix', '-o', 'github'])).toMatchObject({ code: 0, stderr: '1 change in 1 file.\n' });
});

test('--diff prints the changes as a patch, writes nothing, and judges what is there', async () => {
  writeFileSync(path('a.yaml'), wrong);
  const { code, stdout, stderr } = await run([path('a.yaml'), '--fix', '--diff']);
  expect(stdout).toBe(
    `--- a.yaml\n+++ a.yaml\n@@ -3,6 +3,6 @@\n kind: Pod\n metadata: {name: web}\n spec:\n-  restartPoilcy: Always\n+  restartPolicy: Always\n   containers:\n   - {name: web, image: 'registry.example/web:1'}\n`,
  );
  expect([code, stderr]).toEqual([1, '1 change in 1 file; nothing is written.\n']);
  expect(read('a.yaml')).toBe(wrong);
  writeFileSync(path('a.yaml'), right);
  expect(await run([path('a.yaml'), '--fix', '--diff'])).toEqual({ code: 0, stdout: '', stderr: 'There is nothing to fix.\n' });
});

test('a diff does not show the values of secrets', async () => {
  writeFileSync(path('a.yaml'), `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  user: hidden\n  port: 5432\n---\n${wrong}`);
  const { stdout } = await run([path('a.yaml'), '--fix', '--diff']);
  expect(stdout).toContain('-  port: [redacted]\n+  port: [redacted]\n');
  expect(stdout).toContain('+  restartPolicy: Always\n');
  expect(stdout).not.toMatch(/hidden|5432/);
  await run([path('a.yaml'), '--fix']);
  expect(read('a.yaml')).toContain('  user: hidden\n  port: "5432"\n---\n');
});

test('standard input: the fixed text on stdout, byte for byte where there is nothing to fix, and what is left on stderr', async () => {
  const { code, stdout, stderr } = await run(['-', '--fix'], Readable.from([Buffer.from(half)]));
  expect([code, stdout]).toEqual([1, half.replace('Poilcy', 'Policy')]);
  expect(stderr).toMatch(/^stdin:6:3 {2}fixed[^]*unknown is not a field/);
  const bytes = await runCommand(['lint', '-', '--fix'], { stdin: Readable.from([Buffer.from(`\ufeff${right}`)]) as unknown as NodeJS.ReadStream });
  expect(bytes).toMatchObject({ code: 0, stdout: `\ufeff${right}` });
});

test('at a terminal it shows the changes and asks; enter alone is no', async () => {
  writeFileSync(path('a.yaml'), wrong);
  const refused = await atTerminal([path('a.yaml'), '--fix'], () => '');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/\+ {2}restartPolicy: Always\n[^]*Write 1 change in 1 file\? \[y\/N\] Nothing is written\.\n$/);
  expect(refused.stdout).toContain('restartPoilcy is not a field');
  expect(read('a.yaml')).toBe(wrong);
  expect(await atTerminal([path('a.yaml'), '--fix'], () => 'y')).toMatchObject({ code: 0 });
  expect(read('a.yaml')).toBe(right);
  // There is nothing left to ask about.
  expect((await atTerminal([path('a.yaml'), '--fix'], () => 'y')).stderr).toBe('');
  writeFileSync(path('a.yaml'), wrong);
  expect((await atTerminal([path('a.yaml'), '--fix', '--yes'], () => 'n')).stderr).toBe('');
  expect(read('a.yaml')).toBe(right);
});

test('a file that has changed since it was read is left as it is, and the others are written', async () => {
  writeFileSync(path('a.yaml'), wrong);
  writeFileSync(path('b.yaml'), wrong);
  const { code, stdout, stderr } = await atTerminal([folder, '--fix'], () => {
    writeFileSync(path('a.yaml'), `${wrong}# another hand\n`);
    return 'y';
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/podwright: a\.yaml has changed since it was read, and is left as it is\n$/);
  expect([read('a.yaml'), read('b.yaml')]).toEqual([`${wrong}# another hand\n`, right]);
  expect(stdout).toMatch(/b\.yaml:6:3 {2}fixed/);
  expect(stdout).toMatch(/a\.yaml:6:3 {2}error/);
});

test('a link is written through, rights stay, and what is broken or no manifest is left alone', async () => {
  writeFileSync(path('real.yaml'), wrong);
  chmodSync(path('real.yaml'), 0o640);
  symlinkSync('real.yaml', path('link.yaml'));
  const binary = Buffer.from([0xff, 0, 0x50, 0x80]);
  writeFileSync(path('binary.yaml'), binary);
  writeFileSync(path('broken.yaml'), `${wrong}---\na: [\n`);
  writeFileSync(path('values.yaml'), 'restartPoilcy: Always\n');
  expect((await run([path('link.yaml'), path('binary.yaml'), path('broken.yaml'), path('values.yaml'), '--fix'])).code).toBe(1);
  expect(lstatSync(path('link.yaml')).isSymbolicLink()).toBe(true);
  expect([read('real.yaml'), statSync(path('real.yaml')).mode & 0o777]).toEqual([right, 0o640]);
  expect(readFileSync(path('binary.yaml'))).toEqual(binary);
  // The document that can be read is mended all the same.
  expect(read('broken.yaml')).toBe(`${right}---\na: [\n`);
  expect(read('values.yaml')).toBe('restartPoilcy: Always\n');
});

test('a pipe is linted, and cannot be written', async () => {
  execFileSync('mkfifo', [path('pipe.yaml')]);
  const writer = spawn('sh', ['-c', 'printf "%s" "$0" > "$1"', wrong, path('pipe.yaml')]);
  const { code, stdout, stderr } = await run([path('pipe.yaml'), '--fix']);
  expect(writer.exitCode ?? (await once(writer, 'exit'))[0]).toBe(0);
  expect(code).toBe(2);
  expect(stderr).toBe('podwright: pipe.yaml is no file that can be fixed: - writes what it reads to stdout\n');
  expect(stdout).toContain('restartPoilcy is not a field');
});
