/** podwright.yaml: what it can say, for which files it counts, and what is told of one that is wrong. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLintSettings } from '../../src/manifest/lint-settings.ts';
import { pathPattern } from '../../src/manifest/path-pattern.ts';
import { runCommand } from './run-command.ts';

const read = (text: string): ReturnType<typeof readLintSettings> => readLintSettings(Buffer.from(text), 'podwright.yaml');

describe('what it says', () => {
  test('nothing sets nothing', () => {
    for (const text of ['', '# later\n', 'lint:\n', 'lint: {rules: }\n'])
      expect(read(text)).toMatchObject({ failOn: undefined, minor: undefined, overrides: [] });
  });

  test('all that there is', () => {
    const settings = read(
      'lint:\n  fail-on: warning\n  kubernetes-version: 1.30\n  ignore: [charts/**]\n  rules: {latest-tag: error, qos: off, naked-pod: on}\n  overrides:\n  - files: [dev/]\n    rules: {latest-tag: off}\n',
    );
    expect([settings.failOn, settings.minor]).toEqual(['warning', 30]);
    expect(Object.fromEntries(settings.rules)).toEqual({ 'latest-tag': 'error', qos: 'off', 'naked-pod': 'on' });
    expect([settings.ignores('charts/a/b.yaml'), settings.ignores('dev/a.yaml')]).toEqual([true, false]);
    expect([settings.overrides[0]?.matches('dev/a.yaml'), settings.overrides[0]?.matches('a.yaml')]).toEqual([true, false]);
  });

  test.each([
    ['lint: [\n', '2:1: A [ is never closed with ]', ''],
    ['lint:\n  rules: {qos: off}\n  rules: {qos: on}\n', '3:3: The field rules is there twice', ''],
    ['lint: {}\n---\nlint: {}\n', '3:1: settings are one document', ''],
    ['- lint\n', '1:1: here are settings with names', ''],
    ['rules: {}\n', '1:1: there is no setting rules here', 'There are lint.'],
    ['lint:\n  rule: {}\n', '2:3: there is no setting rule here', 'Did you mean rules?'],
    ['lint:\n  rules:\n    lates-tag: off\n', '3:5: there is no rule lates-tag', 'Did you mean latest-tag?'],
    ['lint:\n  rules:\n    zzz: off\n', '3:5: there is no rule zzz', 'docs/lint.md lists them.'],
    ['lint:\n  rules:\n    qos: of\n', '3:10: qos is off, on, error, warning, info, not of', 'Did you mean off?'],
    ['lint:\n  rules:\n    qos: [off]\n', '3:10: qos is off, on, error, warning, info', 'There are off, on, error, warning, info.'],
    ['lint:\n  fail-on: errors\n', '2:12: fail-on is error, warning, info, never, not errors', 'Did you mean error?'],
    ['lint:\n  kubernetes-version: new\n', '2:23: kubernetes-version is a version such as 1.29', 'Versions from 1.9 to 1.36 are known.'],
    ['lint:\n  kubernetes-version: 1.99\n', '2:23: kubernetes-version is a version such as 1.29', ''],
    ['lint:\n  ignore: charts/**\n', '2:11: ignore is a list', ''],
    ['lint:\n  ignore: [{a: b}]\n', '2:12: ignore are patterns of paths', ''],
    ['lint:\n  overrides:\n  - rules: {qos: off}\n', '3:5: files is missing', 'Write files: [dev/**].'],
    ['lint:\n  overrides:\n  - files: [a]\n    paths: [b]\n', '4:5: there is no setting paths here', ''],
  ])('%j is wrong', (text, message, hint) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'input', message: expect.stringContaining(`podwright.yaml:${message}`) }));
    if (hint !== '') expect(() => read(text)).toThrow(expect.objectContaining({ hint }));
  });
});

test.each([
  ['dev/**', ['dev/a.yaml', 'dev/a/b.yaml'], ['a/dev/a.yaml', 'devs/a.yaml', 'dev.yaml']],
  ['dev', ['dev', 'dev/a.yaml'], ['a/dev/a.yaml']],
  ['./dev/', ['dev/a.yaml'], ['dev.yaml']],
  ['**/dev', ['dev/a.yaml', 'a/b/dev/a.yaml'], ['adev/a.yaml']],
  ['*.yaml', ['a.yaml'], ['a/a.yaml', 'a.yml']],
  ['**/*.tmpl.yaml', ['a.tmpl.yaml', 'a/b/c.tmpl.yaml'], ['a.yaml']],
  ['a/**/b', ['a/b', 'a/x/y/b/c.yaml'], ['ab', 'a/bc']],
  ['a?c+(1).yaml', ['abc+(1).yaml'], ['a/c+(1).yaml', 'abcc1.yaml']],
])('the pattern %s', (pattern, matching, others) => {
  expect([...matching, ...others].filter((path) => pathPattern(pattern).test(path))).toEqual(matching);
});

describe('the command', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: registry.example/web}]}\n';
  let folder = '';

  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  const run = async (...args: readonly string[]): ReturnType<typeof runCommand> => {
    const stdin = Readable.from([Buffer.from(pod)]) as unknown as NodeJS.ReadStream;
    const named = args.map((arg) => (/^[a-z].*(?:\/|yaml)$|^\.$/.test(arg) ? join(folder, arg) : arg));
    const { stderr, ...ran } = await runCommand(['lint', '-o', 'json', ...named], { stdin });
    return { ...ran, stderr: stderr.replaceAll(`${folder}/`, '') };
  };
  const rulesOf = (stdout: string): readonly string[] => {
    const { findings } = JSON.parse(stdout) as { findings: { file: string; rule: string; severity: string }[] };
    return findings.map(({ file, rule, severity }) => `${file.replace(`${folder}/`, '')} ${rule} ${severity}`).filter((each) => each.includes('latest-tag'));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podwright-settings-'));
    write('.git/HEAD', '');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('the nearest settings of each file count, and overrides by their paths', async () => {
    write(
      'podwright.yaml',
      'lint:\n  rules: {latest-tag: error}\n  overrides:\n  - {files: [dev/**], rules: {latest-tag: off}}\n  - {files: [dev/shop], rules: {latest-tag: info}}\n',
    );
    write('other/podwright.yaml', 'lint: {fail-on: never}\n');
    for (const name of ['a.yaml', 'dev/b.yaml', 'dev/shop/c.yaml', 'other/deep/d.yaml']) write(name, pod);
    const { code, stdout, stderr } = await run('.');
    expect([code, stderr]).toEqual([1, '']);
    expect(rulesOf(stdout)).toEqual(['a.yaml latest-tag error', 'dev/shop/c.yaml latest-tag info', 'other/deep/d.yaml latest-tag warning']);
    expect(JSON.parse(stdout)).toMatchObject({ files: 4 });
    expect((await run('dev/')).code).toBe(0);
    // Those of the repository above end at its .git.
    write('other/deep/.git/HEAD', '');
    expect(rulesOf((await run('other/', '--fail-on', 'warning')).stdout)).toEqual(['other/deep/d.yaml latest-tag warning']);
  });

  test('the command line goes before the settings, and may name them or leave them out', async () => {
    write('podwright.yaml', 'lint: {fail-on: warning}\n');
    write('ci.yaml', 'lint: {rules: {latest-tag: off}}\n');
    write('a.yaml', pod);
    expect((await run('a.yaml')).code).toBe(1);
    expect((await run('a.yaml', '--fail-on', 'error')).code).toBe(0);
    expect((await run('a.yaml', '--no-config')).code).toBe(0);
    expect(rulesOf((await run('a.yaml', '--config', 'ci.yaml')).stdout)).toEqual([]);
    await expect(run('a.yaml', '--config', 'none.yaml')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/none\.yaml: there is no such file$/),
    });
    await expect(run('a.yaml', '--config', 'ci.yaml', '--no-config')).rejects.toMatchObject({ code: 'usage' });
  });

  test('what is ignored is not read, and told where it was named', async () => {
    write('podwright.yaml', 'lint: {ignore: ["**/*.tmpl.yaml"]}\n');
    write('charts/a.tmpl.yaml', '{{ not: yaml\n');
    write('b.yaml', pod);
    expect(await run('.')).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await run('charts/a.tmpl.yaml');
    expect([code, stderr]).toEqual([0, 'podwright: charts/a.tmpl.yaml is passed over, as podwright.yaml says\n']);
    expect(JSON.parse(stdout)).toMatchObject({ files: 0, findings: [] });
  });

  test('settings that are wrong end it before anything is linted', async () => {
    write('podwright.yaml', 'lint: {rules: {latest: off}}\n');
    write('a.yaml', pod);
    await expect(run('a.yaml')).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/podwright\.yaml:1:16: there is no rule latest$/) });
    expect((await run('a.yaml', '--no-config')).code).toBe(0);
  });

  test('files of several versions of Kubernetes', async () => {
    const old = pod.replace('v1\n', 'policy/v1beta1\n').replace('Pod', 'PodDisruptionBudget');
    write('old/podwright.yaml', 'lint: {kubernetes-version: "1.24"}\n');
    write('old/a.yaml', old);
    write('b.yaml', old);
    const { stdout } = await run('.');
    expect((JSON.parse(stdout) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule)).toEqual(['removed-api', 'deprecated-api']);
    const flag = await run('.', '--kubernetes-version', '1.24');
    expect((JSON.parse(flag.stdout) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule)).toEqual(['deprecated-api', 'deprecated-api']);
  });

  test('what is off is not fixed', async () => {
    const slip = pod.replace('spec: {', 'spec: {serviceAccount: web, ');
    write('podwright.yaml', 'lint: {rules: {deprecated-field: off}}\n');
    write('a.yaml', slip);
    await run('a.yaml', '--fix');
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe(slip);
    await run('a.yaml', '--fix', '--no-config');
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toBe(slip.replace('serviceAccount:', 'serviceAccountName:'));
  });

  test('the example of the documentation', async () => {
    const [, example = ''] = /```yaml\n(# podwright\.yaml[^]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../docs/lint.md'), 'utf8')) ?? [];
    write('podwright.yaml', example);
    for (const name of ['deploy/a.yaml', 'dev/b.yaml', 'charts/c.yaml']) write(name, pod);
    expect(rulesOf((await run('.')).stdout)).toEqual(['deploy/a.yaml latest-tag error']);
    expect(read(example)).toMatchObject({ failOn: 'warning', minor: 34 });
  });
});
