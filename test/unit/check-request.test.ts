/** What the command line of `check` asks for, and what it cannot mean. */
import { expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { checkCommand } from '../../cmd/check.ts';
import { clusterFlags, outputFlags } from '../../cmd/cluster-flags.ts';

const request = (...args: readonly string[]) => checkCommand.request(readArguments(args, { ...checkCommand.flags, ...clusterFlags, ...outputFlags }, ''));

test('without flags it waits five minutes for what suits each target, and ends with the first failure', () => {
  expect(request('deploy/web', 'job/migrate')).toEqual({
    cluster: { allNamespaces: false },
    targets: [
      { kind: 'deployment', name: 'web' },
      { kind: 'job', name: 'migrate' },
    ],
    files: [],
    labelSelector: undefined,
    goal: undefined,
    expect: undefined,
    rules: { timeoutMs: 300_000, stableMs: undefined, failFast: true, any: false, allowRestarts: undefined },
    json: false,
    reports: [],
    record: undefined,
  });
});

test('every flag is taken', () => {
  const args = ['-l', 'app=web', '-A', '--for', 'condition=Ready=false', '--timeout', '90', '--stable', '10s', '--no-fail-fast'];
  expect(request(...args, '--allow-restarts', '0', '--expect', '3', '-o', 'json', '--record', 'run.ndjson')).toMatchObject({
    cluster: { allNamespaces: true },
    labelSelector: 'app=web',
    goal: { kind: 'condition', type: 'Ready', status: 'False' },
    expect: 3,
    rules: { timeoutMs: 90_000, stableMs: 10_000, failFast: false, allowRestarts: 0 },
    json: true,
    record: 'run.ndjson',
  });
  expect(request('-f', 'a.yaml', '-f', '-', '--for', 'deleted').files).toEqual(['a.yaml', '-']);
  expect(request('a', '--for', 'ready').goal).toEqual({ kind: 'ready', orCompleted: false });
  expect(request('a', '--fail-fast=false').rules.failFast).toBe(false);
});

test.for([
  [[], 'check needs something to wait for'],
  [['a', '-l', 'app=web'], 'named targets exclude'],
  [['a', '-f', 'x.yaml'], 'named targets exclude'],
  [['a', '-A'], '-A goes with -l alone'],
  [['-f', 'x.yaml', '-l', 'app=web', '-A'], '-A goes with -l alone'],
  [['-f', 'x.yaml', '-l', 'app=web', '--expect', '2'], '--expect goes with -l alone'],
  [['a', 'pod/a'], 'pod/a is named twice'],
  [['dply/a'], 'knows no kind'],
  [['-l', ''], 'it is empty'],
  [['a', '--for', 'running'], '--for running is not known'],
  [['a', '--for', 'condition='], 'is not known'],
  [['deploy/a', '--for', 'completed'], 'never completes'],
  [['a', '--timeout', 'banana'], 'banana is not a time'],
  [['a', '--timeout', '0s'], 'waits for nothing'],
  [['a', '--stable', '5m'], '--stable has to be shorter'],
  [['a', '--fail-fast', '--no-fail-fast'], 'exclude each other'],
  [['a', '--any', '--fail-fast'], '--any and --fail-fast'],
  [['a', '--expect', '2'], '--expect goes with -l'],
  [['-l', 'a', '--expect', '0'], 'not a whole number of at least 1'],
  [['a', '--allow-restarts', '1.5'], 'not a whole number of at least 0'],
  [['a', '--record', '-'], '--record needs a file'],
] as const)('%j is refused', ([args, message]) => {
  expect(() => request(...args)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message), hint: expect.stringMatching(/./) }),
  );
});
