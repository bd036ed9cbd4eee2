/** The GitHub Action: its inputs are those that its script uses, and the script makes the command line of them, whatever is in them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readArguments } from '../../cmd/arguments.ts';
import { checkCommand } from '../../cmd/check.ts';
import { clusterFlags } from '../../cmd/cluster-flags.ts';

const root = join(import.meta.dirname, '../..');

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: unknown }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly shell: string; readonly env: Readonly<Record<string, string>>; readonly run: string }[];
  };
}

const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const [step] = action.runs.steps;
const folder = mkdtempSync(join(tmpdir(), 'podwright-action-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script with these inputs and an npx that tells its arguments and exits so; gives the arguments and what became of it. */
function run(inputs: Readonly<Record<string, string>>, exitCode = 0): { readonly argv: readonly string[]; readonly code: number; readonly output: string } {
  const npx = join(folder, 'npx');
  writeFileSync(npx, `#!/bin/sh\nprintf '%s\\0' "$@" > "${folder}/argv"\nexit ${exitCode}\n`);
  chmodSync(npx, 0o755);
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const env = Object.entries(step?.env ?? {}).map(([name, text]) => {
    const input = /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(text)?.[1] ?? '';
    return [name, inputs[input] ?? String(action.inputs[input]?.default ?? '')];
  });
  let code = 0;
  try {
    execFileSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step?.run ?? ''], {
      env: { ...Object.fromEntries(env), PATH: `${folder}:${process.env['PATH']}`, GITHUB_OUTPUT: output },
    });
  } catch (error) {
    code = (error as { status: number }).status;
  }
  return { argv: readFileSync(join(folder, 'argv'), 'utf8').split('\0').slice(0, -1), code, output: readFileSync(output, 'utf8') };
}

test('every input is used, and every used one is declared and described', () => {
  expect(action.runs).toMatchObject({ using: 'composite', steps: [{ shell: 'bash' }] });
  const used = Object.values(step?.env ?? {}).map((text) => /^\$\{\{ inputs\.([a-z-]+) \}\}$/.exec(text)?.[1] ?? text);
  expect(used.toSorted()).toEqual(Object.keys(action.inputs).toSorted());
  for (const { description } of Object.values(action.inputs)) expect(description).toMatch(/\w.*\.$/);
  expect(step?.run).not.toContain('${{');
  for (const name of Object.keys(step?.env ?? {})) expect(step?.run).toContain(`"$${name}"`.replace('"$VERSION"', '@$VERSION"'));
});

test('it runs this version of the package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(action.inputs['version']?.default).toBe(version);
});

test('the command line has what was given, and `check` understands it', () => {
  const { argv, code, output } = run({
    targets: 'deploy/web\n  job/migrate ',
    namespace: 'shop',
    junit: 'out/a b.xml',
    json: 'c.json',
    'fail-fast': 'false',
    stable: '10s',
  });
  expect(argv).toEqual([
    '--yes',
    `podwright@${String(action.inputs['version']?.default)}`,
    'check',
    '--namespace=shop',
    '--timeout=5m',
    '--stable=10s',
    '--fail-fast=false',
    '--report=junit=out/a b.xml',
    '--report=json=c.json',
    '--',
    'deploy/web',
    'job/migrate',
  ]);
  expect({ code, output }).toEqual({ code: 0, output: 'exit-code=0\n' });
  const read = readArguments(argv.slice(3), { ...checkCommand.flags, ...clusterFlags }, '');
  expect(checkCommand.request(read)).toMatchObject({
    targets: [
      { kind: 'deployment', name: 'web' },
      { kind: 'job', name: 'migrate' },
    ],
  });
});

test('every flag that it can pass is one of `check`', () => {
  const flags = { ...checkCommand.flags, ...clusterFlags };
  const passed = [...(step?.run.matchAll(/flag --([a-z-]+)/g) ?? [])].map(([, flag]) => flag);
  expect(passed.filter((flag) => flag === undefined || !(flag in flags))).toEqual([]);
});

test('nothing in an input is a command, and the exit code is that of the check', () => {
  const hostile = `a"; touch ${folder}/made; $(touch ${folder}/made) '`;
  const { argv, code, output } = run({ selector: hostile, files: `a b.yaml\n${hostile}`, targets: '$(x) *' }, 5);
  expect(argv).toContain(`--selector=${hostile}`);
  expect(argv).toContain('--filename=a b.yaml');
  expect(argv).toContain(`--filename=${hostile}`);
  expect(argv.slice(argv.indexOf('--'))).toEqual(['--', '$(x)', '*']);
  expect(() => readFileSync(join(folder, 'made'))).toThrow('ENOENT');
  expect({ code, output }).toEqual({ code: 5, output: 'exit-code=5\n' });
});
