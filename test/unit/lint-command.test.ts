/** `podwright lint` from argv to exit code: what it reads, what it prints in each format, and what it does with what cannot be read. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { lintCommand } from '../../cmd/lint.ts';
import { lintManifests } from '../../src/manifest/lint.ts';
import { lintRules } from '../../src/manifest/lint-rules.ts';
import { lintGithub } from '../../src/report/lint-github.ts';
import { lintJson } from '../../src/report/lint-json.ts';
import { lintJunit } from '../../src/report/lint-junit.ts';
import { lintSarif } from '../../src/report/lint-sarif.ts';
import { sarifFaults } from './checked-report.ts';
import { junitFaults } from './junit-format.ts';
import { runCommand } from './run-command.ts';

const right = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: web
        image: registry.example/web:1
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;
const wrong = right.replace('image:', 'imag:');
const doubtful = right.replace('web:1', 'web');

const folder = mkdtempSync(join(tmpdir(), 'podwright-lint-'));
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  mkdirSync(path('all/deep'), { recursive: true });
  mkdirSync(path('all/.git'), { recursive: true });
  mkdirSync(path('empty'));
  writeFileSync(path('right.yaml'), right);
  writeFileSync(path('wrong.yaml'), wrong);
  writeFileSync(path('doubtful.yaml'), doubtful);
  writeFileSync(path('all/a.yaml'), wrong);
  writeFileSync(path('all/deep/b.yml'), right);
  writeFileSync(path('all/deep/values.yaml'), 'replicas: 3\n');
  writeFileSync(path('all/notes.txt'), 'nothing');
  writeFileSync(path('all/.git/c.yaml'), wrong);
  symlinkSync(path('all'), path('all/deep/again'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(args: readonly string[], stdin = ''): ReturnType<typeof runCommand> {
  return runCommand(['lint', ...args], { stdin: Readable.from([Buffer.from(stdin)]) as unknown as NodeJS.ReadStream });
}

test('the request', () => {
  const request = (...args: readonly string[]) => lintCommand.request(readArguments(args, lintCommand.flags, ''));
  expect(request('a.yaml')).toEqual({ names: ['a.yaml'], format: 'text', settings: { kind: 'found' }, fix: undefined, yes: false });
  expect(request('-', 'b', '-o', 'sarif', '--fail-on', 'never')).toMatchObject({ names: ['-', 'b'], format: 'sarif', failOn: 'never' });
  expect(request('a', '--fix', '-y')).toMatchObject({ fix: 'write', yes: true });
  expect(request('a', '-', '--fix', '--diff')).toMatchObject({ fix: 'diff', yes: false });
  for (const wrong of [
    ['a', '--diff'],
    ['a', '--yes'],
    ['a', '--fix', '--diff', '--yes'],
    ['a', '--fix', '--diff', '-o', 'json'],
    ['a', '-', '--fix'],
    ['-', '--fix', '-o', 'json'],
  ])
    expect(() => request(...wrong)).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(request('a.yaml').live).toBeUndefined();
  expect(request('a.yaml', '--live').live).toEqual({ allNamespaces: false });
  expect(() => request('a.yaml', '--live', '--kubernetes-version', '1.30')).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => request()).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => request('-', '-')).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => request('a', '-o', 'xml')).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('exit codes by severity', async () => {
  expect(await run([path('right.yaml')])).toEqual({ code: 0, stdout: 'nothing found in 1 object of 1 file\n', stderr: '' });
  expect(await run([path('wrong.yaml')])).toMatchObject({ code: 1, stderr: '' });
  expect(await run([path('doubtful.yaml')])).toMatchObject({ code: 0, stdout: expect.stringContaining('latest-tag') });
  expect(await run([path('doubtful.yaml'), '--fail-on', 'warning'])).toMatchObject({ code: 1 });
  expect(await run([path('wrong.yaml'), '--fail-on', 'never'])).toMatchObject({ code: 0, stdout: expect.stringContaining('unknown-field') });
});

test('text: place, rule, message, the lines with a caret, what to try, and a summary', async () => {
  const { stdout } = await run([path('wrong.yaml')]);
  expect(stdout.replaceAll(folder, '')).toBe(`/wrong.yaml:11:9  error  missing-field   image is missing in the container web   Deployment web
    9 |       securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
   10 |       containers:
 > 11 |       - name: web
      |         ^^^^^^^^^

/wrong.yaml:12:9  error  unknown-field   imag is not a field of a container   Deployment web
   10 |       containers:
   11 |       - name: web
 > 12 |         imag: registry.example/web:1
      |         ^^^^
   try Did you mean image?

2 errors in 1 object of 1 file (--fix mends 1 of them)
`);
});

test('directories with their folders, without those of tools and without links; standard input; each file once', async () => {
  const { code, stdout } = await run([path('all'), path('all/a.yaml'), '-', '-o', 'json'], wrong);
  const json = JSON.parse(stdout) as { files: number; objects: number; findings: { file: string }[] };
  expect(code).toBe(1);
  expect(json).toMatchObject({ podwrightLint: '1.0', files: 4, objects: 3, ignored: 0, counts: { error: 4, warning: 0, info: 0 } });
  expect([...new Set(json.findings.map(({ file }) => file.replace(folder, '')))]).toEqual(['/all/a.yaml', 'stdin']);
});

test('what cannot be read is told, and the rest is linted all the same', async () => {
  const { code, stdout, stderr } = await run([path('none.yaml'), path('empty'), path('wrong.yaml')]);
  expect(code).toBe(2);
  expect(stderr.replaceAll(folder, '')).toBe('podwright: cannot read /none.yaml: there is no such file\npodwright: /empty holds no manifest\n');
  expect(stdout).toContain('unknown-field');
  expect(await run([path('none.yaml')])).toMatchObject({ code: 2, stdout: '' });
  expect(await run(['-', path('right.yaml')], '# nothing\n')).toEqual({
    code: 2,
    stdout: 'nothing found in 1 object of 2 files\n',
    stderr: 'podwright: there is no object in stdin\n',
  });
});

const report = lintManifests([
  { file: './wrong.yaml', bytes: Buffer.from(wrong), named: true },
  { file: 'doubtful.yaml', bytes: Buffer.from(doubtful), named: true },
  { file: 'b,r:o%ken.yaml', bytes: Buffer.from('a: [\n'), named: true },
]);
const rules = Object.entries(lintRules).map(([id, { title }]) => ({ id, title }));

test('SARIF: valid by its official schema', () => {
  const log = JSON.parse(lintSarif(report, rules, '0.1.0')) as { runs: { results: { ruleId: string; ruleIndex: number; level: string }[] }[] };
  expect(sarifFaults(log)).toEqual([]);
  const results = log.runs[0]?.results ?? [];
  expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['missing-field', 'error'],
    ['unknown-field', 'error'],
    ['latest-tag', 'warning'],
    ['yaml-syntax', 'error'],
  ]);
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
});

test('the fix of a finding: its edits in JSON and SARIF, but none that puts in what may be a secret', () => {
  const moved = right.replace('image:', 'hostNetwork: true\n        image:');
  const secret = right.replace('resources:', 'env: [{name: A, valueFrom: {value: hidden}}]\n        resources:');
  const fixable = lintManifests([
    { file: 'wrong.yaml', bytes: Buffer.from(wrong), named: true },
    { file: 'moved.yaml', bytes: Buffer.from(moved), named: true },
    { file: 'secret.yaml', bytes: Buffer.from(secret), named: true },
  ]);
  const json = JSON.parse(lintJson(fixable)) as { findings: { rule: string; fix: unknown }[] };
  expect(json.findings.filter(({ rule }) => rule === 'unknown-field').map(({ fix }) => fix)).toEqual([
    { description: 'Write image in place of imag', edits: [{ line: 12, column: 9, endLine: 12, endColumn: 13, text: 'image' }] },
  ]);
  expect(json.findings.filter(({ rule }) => rule === 'misplaced-field').map(({ fix }) => fix)).toEqual([
    {
      description: 'Move hostNetwork to spec.template.spec',
      edits: [
        { line: 12, column: 1, endLine: 13, endColumn: 1, text: '' },
        { line: 16, column: 1, endLine: 16, endColumn: 1, text: '      hostNetwork: true\n' },
      ],
    },
    null,
  ]);
  expect(fixable.findings.some(({ fix }) => fix?.secret === true)).toBe(true);
  const log = JSON.parse(lintSarif(fixable, rules, '0.1.0')) as { runs: { results: { fixes?: unknown }[] }[] };
  expect(sarifFaults(log)).toEqual([]);
  expect(log.runs[0]?.results.flatMap(({ fixes }) => fixes ?? [])).toContainEqual({
    description: { text: 'Write image in place of imag' },
    artifactChanges: [
      {
        artifactLocation: { uri: 'wrong.yaml' },
        replacements: [{ deletedRegion: { startLine: 12, startColumn: 9, endLine: 12, endColumn: 13 }, insertedContent: { text: 'image' } }],
      },
    ],
  });
  expect(JSON.stringify([json, log])).not.toContain('hidden');
});

test('JUnit: a suite a file, failures by severity', () => {
  const xml = lintJunit(report, ['./wrong.yaml', 'doubtful.yaml', 'b,r:o%ken.yaml', 'right.yaml'], ({ severity }) => severity === 'error');
  expect(junitFaults(xml)).toEqual([]);
  expect(xml).toContain('<testsuites name="podwright lint" tests="5" failures="3" errors="0" skipped="0"');
  expect(xml).toContain('<testcase name="no findings" classname="right.yaml"');
});

test('GitHub: annotations at their lines, no more than are shown', () => {
  const lines = lintGithub(report).split('\n');
  expect(lines[1]).toBe(
    '::error file=wrong.yaml,line=12,col=9,endColumn=13,title=podwright lint%3A unknown-field::imag is not a field of a container%0ADid you mean image?',
  );
  expect(lines[2]).toMatch(/^::error file=b%2Cr%3Ao%25ken\.yaml,/);
  expect(lines[3]).toMatch(/^::warning file=doubtful\.yaml,line=12/);
  const many = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(wrong.concat('---\n', wrong).repeat(10)), named: true }]);
  expect(lintGithub(many).match(/^::error /gm)).toHaveLength(10);
});
