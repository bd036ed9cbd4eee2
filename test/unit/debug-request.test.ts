/** What `debug` understands, and what it tells programs. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags } from '../../cmd/cluster-flags.ts';
import { type DebugRequest, debugCommand } from '../../cmd/debug.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { debugJson } from '../../src/report/debug-json.ts';

function request(...args: readonly string[]): DebugRequest {
  return debugCommand.request(readArguments(args, { ...debugCommand.flags, ...clusterFlags }, 'see the help'));
}

describe('debug', () => {
  test.each<[readonly string[], Partial<DebugRequest>]>([
    [
      ['web', '--image', 'tools'],
      { on: { kind: 'pod', name: 'web' }, image: 'tools', pullPolicy: 'IfNotPresent', keep: new Set(['init-containers']), json: false },
    ],
    [['web', '--image', 'tools', '-o', 'json', '--image-pull-policy', 'Always', '--', 'ls'], { json: true, pullPolicy: 'Always', command: ['ls'] }],
    [
      ['web', '--copy-to', 'copy', '--image', 'tools', '--keep-init-containers=false', '--keep-labels', '--keep-liveness', '--keep-annotations'],
      { copyTo: 'copy', keep: new Set(['labels', 'annotations', 'liveness']) },
    ],
    [
      ['web', '--copy-to', 'copy', '--set-image', 'app=a,*=b', '--keep-startup', '--keep-readiness'],
      {
        images: new Map([
          ['app', 'a'],
          ['*', 'b'],
        ]),
      },
    ],
    [['node/worker', '--image', 'tools', '--custom', 'more.yaml'], { on: { kind: 'node', name: 'worker' }, custom: 'more.yaml' }],
    [['pod/web', '--image', 'tools', '--arguments-only', '--', '-v'], { on: { kind: 'pod', name: 'web' }, onlyArguments: true, command: ['-v'] }],
  ])('%j', (args, expected) => {
    expect(request(...args)).toMatchObject(expected);
  });

  test.each([
    [[], /debug which Pod/],
    [['web'], /with which image/],
    [['web', '--image', 'tools', '--keep-init-containers'], /--keep-init-containers is of a copy/],
    [['web', '--image', 'tools', '-o', 'json', '-i'], /-o json what was made/],
    [['web', '--copy-to', 'copy', '-c', 'app', '--image-pull-policy', 'Never', '--', 'ls'], /--image-pull-policy is of --image/],
    [['web', '--image', 'tools', '--image-pull-policy', 'Sometimes'], /is Always, IfNotPresent, Never/],
    [['web', '--image', 'tools', '-o', 'yaml'], /-o is json/],
    [['deploy/web', '--image', 'tools'], /deploy\/web is none/],
    [['node/Worker', '--image', 'tools'], /names no object/],
    [['node/worker'], /with which image/],
    [['node/worker', '--image', 'tools', '--copy-to', 'copy'], /--copy-to is of a Pod/],
    [['node/worker', '--image', 'tools', '--target', 'app'], /--target is of a Pod/],
    [['web', '--copy-to', 'copy', '-c', 'app', '--custom', 'x', '--', 'ls'], /--custom is of --image/],
  ])('refuses %j', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }));
  });
});

test('the JSON of a Pod on a node', () => {
  const report = { pod: { namespace: 'shop', name: 'look', uid: 'u' }, copyOf: undefined, node: 'worker', container: 'debugger', image: 'tools' } as const;
  const text = debugJson({ ...report, target: undefined, profile: 'general', outcome: 'running', end: undefined, problem: undefined });
  expect(JSON.parse(text)).toMatchObject({ kind: 'node', node: 'worker', copyOf: null, outcome: 'running' });
});

test('the JSON has what was made, and how it stands', () => {
  const made = { pod: { namespace: 'shop', name: 'web', uid: 'u' }, container: 'look', image: 'tools', target: 'app', profile: 'general' };
  const end = { exitCode: 3, signal: 0, reason: 'Error', message: undefined, startedAt: 0, finishedAt: 1 };
  expect(JSON.parse(debugJson({ ...made, copyOf: undefined, node: undefined, outcome: 'ended', end, problem: undefined }))).toEqual({
    ...made,
    kind: 'ephemeral',
    copyOf: null,
    node: null,
    outcome: 'ended',
    end: { exitCode: 3, signal: 0, reason: 'Error', message: null },
    problem: null,
  });
  const problem = new PodwrightError('timeout', 'look does not run', { hint: 'wait' });
  const copy = { ...made, target: undefined, profile: undefined, copyOf: 'web', node: undefined, outcome: 'waiting', end: undefined, problem } as const;
  expect(JSON.parse(debugJson(copy))).toMatchObject({
    kind: 'copy',
    copyOf: 'web',
    target: null,
    profile: null,
    end: null,
    problem: { code: 'timeout', message: 'look does not run', hint: 'wait' },
  });
});
