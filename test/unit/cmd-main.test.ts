/** From argv to an exit code, as far as no cluster is needed. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import type { FlagTable } from '../../cmd/command.ts';
import { commandNames, loadCommand } from '../../cmd/commands.ts';
import { didYouMean, surelyMeant } from '../../src/core/did-you-mean.ts';
import { exitCodes } from '../../src/core/podwright-error.ts';
import { runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '../..');

describe('the program', () => {
  test('--help lists the commands, and each has help of its own', async () => {
    const { code, stdout } = await runCommand(['--help']);
    expect(code).toBe(exitCodes.done);
    for (const name of commandNames) {
      expect(stdout).toContain(`podwright ${name}`);
      expect((await runCommand([name, '--help'])).stdout).toContain(`Usage: podwright ${name}`);
    }
    expect((await runCommand(['help', 'get'])).stdout).toBe((await runCommand(['get', '-h'])).stdout);
    expect((await runCommand(['help'])).stdout).toBe(stdout);
  });

  test('as a plugin of kubectl, says so in its usage', async () => {
    expect((await runCommand(['get', '--help'], { program: 'kubectl podwright' })).stdout).toContain('Usage: kubectl podwright get');
  });

  test('the examples of every help are read without complaint', async () => {
    for (const name of commandNames) {
      const command = await loadCommand(name);
      const { clusterFlags, outputFlags } = await import('../../cmd/cluster-flags.ts');
      for (const [line] of command.examples) {
        const [, ...args] = (line.split(/ [>|]/)[0] ?? '').match(/(?:'[^']*'|[^\s'])+/g) ?? [];
        const unquoted = args.map((argument) => argument.replaceAll("'", ''));
        expect(() => command.request(readArguments(unquoted, { ...command.flags, ...clusterFlags, ...outputFlags }, ''))).not.toThrow();
      }
    }
  });

  test.each([
    [['gett'], 'Did you mean `podwright get`?'],
    [['xyzzy'], '`podwright --help` lists the commands.'],
    [['-n', 'shop', 'verison'], 'Did you mean `podwright version`?'],
    [['help', 'nope'], '`podwright --help` lists the commands.'],
  ])('%j is no command', async (args, hint) => {
    await expect(runCommand(args)).rejects.toMatchObject({ exitCode: exitCodes.usage, hint: expect.stringContaining(hint) });
  });

  test('no flag has two meanings, and no command takes a flag of the cluster for itself', async () => {
    for (const name of commandNames) {
      const { clusterFlags, outputFlags } = await import('../../cmd/cluster-flags.ts');
      const { flags } = await loadCommand(name);
      const tables: readonly FlagTable[] = [flags, clusterFlags, outputFlags];
      const names = tables.flatMap((table) => Object.entries(table).flatMap(([long, { short }]) => (short === undefined ? [long] : [long, short])));
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test('version without a cluster', async () => {
    expect(JSON.parse((await runCommand(['version', '--client', '-o', 'json'])).stdout)).toEqual({
      client: expect.objectContaining({ node: process.versions.node }),
    });
    await expect(runCommand(['version', 'x'])).rejects.toMatchObject({ exitCode: 2 });
  });
});

describe('words and flags', () => {
  const flags: FlagTable = {
    name: { type: 'string', short: 'n', describe: '' },
    all: { type: 'boolean', short: 'A', describe: '' },
    label: { type: 'string', short: 'L', multiple: true, describe: '' },
  };
  test.each<[readonly string[], object]>([
    [['a', '-A', 'b'], { flags: { all: true }, words: ['a', 'b'] }],
    [['-An', 'x'], { flags: { all: true, name: 'x' }, words: [] }],
    [['-nx', '-n', 'y'], { flags: { name: 'y' }, words: [] }],
    [['-n=x=y'], { flags: { name: 'x=y' }, words: [] }],
    [['--name='], { flags: { name: '' }, words: [] }],
    [['--name=-x'], { flags: { name: '-x' }, words: [] }],
    [['-L', 'a', '--label=b'], { flags: { label: ['a', 'b'] }, words: [] }],
    [['-A=false', '--', '-n', '--x'], { flags: { all: false }, words: ['-n', '--x'], wordsBeforeDashes: 0 }],
    [['-n', '-'], { flags: { name: '-' }, words: [] }],
  ])('%j', (args, read) => {
    expect(readArguments(args, flags, '')).toEqual(read);
  });
});

test.each([
  ['selectr', 'selector'],
  ['output', 'output'],
  ['watchonly', 'watch-only'],
  ['zzz', undefined],
])('for %s, %s was meant', (word, meant) => {
  expect(didYouMean(word, ['selector', 'output', 'watch-only', 'context'])).toBe(meant);
});

describe('the process', () => {
  const program = (args: readonly string[], env: NodeJS.ProcessEnv = {}, nodeArgs: readonly string[] = []) =>
    spawnSync(process.execPath, [...nodeArgs, join(root, 'cmd/podwright.ts'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, HOME: '/nonexistent', KUBECONFIG: '', KUBERNETES_SERVICE_HOST: undefined, ...env },
    });

  test.each(['--version', '-v'])('%s', (flag) => {
    expect(program([flag])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^podwright \d+\.\d+\.\d+\n$/), stderr: '' });
  });

  test('compiled code is kept in a folder of the person, and not where others may put theirs', () => {
    const home = mkdtempSync(join(tmpdir(), 'podwright-home-'));
    try {
      const asUsual = { NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined, NODE_V8_COVERAGE: undefined };
      for (const folder of ['tmp', 'cache']) mkdirSync(join(home, folder));
      const own = { HOME: home, TMPDIR: join(home, 'tmp'), XDG_CACHE_HOME: undefined, ...asUsual };
      expect(program(['get', '--help'], own)).toMatchObject({ status: 0, stderr: '' });
      expect(readdirSync(join(home, '.cache/podwright/compiled'))).toHaveLength(1);
      expect(program(['get', '--help'], { ...own, XDG_CACHE_HOME: join(home, 'cache') })).toMatchObject({ status: 0, stderr: '' });
      expect(readdirSync(join(home, 'cache/podwright'))).toEqual(['compiled']);
      expect(program(['get', '--help'], { ...own, HOME: join(home, 'nowhere') })).toMatchObject({ status: 0, stderr: '' });
      expect(readdirSync(home).toSorted()).toEqual(['.cache', 'cache', 'tmp']);
      expect(readdirSync(join(home, 'tmp'))).toEqual([]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  test('an old Node is told so in one line', () => {
    const pretend = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.19.2"}})';
    const { status, stdout, stderr } = program(['get'], {}, ['--import', pretend]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^podwright: needs Node 22 or newer, but this is Node 20\.19\.2 .*\n$/);
  });

  test('a failure is one line and a hint on stderr, without a stack', () => {
    const { status, stdout, stderr } = program(['get']);
    expect({ status, stdout }).toEqual({ status: exitCodes.cluster, stdout: '' });
    expect(stderr).toMatch(/^podwright: no kubeconfig: .*\n.*KUBECONFIG.*\n$/);
  });

  test('a failure shows its stack for PODWRIGHT_DEBUG=1', () => {
    expect(program(['get', '--nope'], { PODWRIGHT_DEBUG: '1' }).stderr).toContain('at readArguments');
  });

  test('a reader that leaves early ends it quietly', () => {
    const { stdout, stderr } = spawnSync('bash', ['-c', '"$0" "$1" get --help | head -1', process.execPath, join(root, 'cmd/podwright.ts')], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'List Pods, and watch them.\n', stderr: '' });
  });

  test('what could not be written is no success', () => {
    // Opened for reading only: every write fails, as on a full disk.
    const stdout = openSync(join(root, 'package.json'), 'r');
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'cmd/podwright.ts'), 'get', '--help'], {
      encoding: 'utf8',
      stdio: ['ignore', stdout, 'pipe'],
    });
    closeSync(stdout);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^podwright: cannot write stdout: EBADF.*\n$/);
  });
});

test('letters that have changed places are one slip', () => {
  expect(didYouMean('pdo', ['job', 'deployment', 'pod'])).toBe('pod');
  expect(didYouMean('psoition', ['permission', 'position'])).toBe('position');
});

test.each([
  ['ImagePullPolicy', 'imagePullPolicy'],
  ['image-pull-policy', 'imagePullPolicy'],
  ['imagPullPolcy', 'imagePullPolicy'],
  ['hostPI', undefined],
  ['hostPIX', undefined],
  ['host', undefined],
  ['img', undefined],
])('%s is beyond doubt %s', (word, meant) => {
  expect(surelyMeant(word, ['imagePullPolicy', 'hostPID', 'hostIPC', 'hostIP', 'hostPath', 'image'])).toBe(meant);
});
