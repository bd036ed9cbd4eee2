/** What `delete` understands, and what it tells programs. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags } from '../../cmd/cluster-flags.ts';
import { type DeleteRequest, deleteCommand } from '../../cmd/delete.ts';
import { resourceText } from '../../src/core/change/object-name.ts';
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { deleteJson } from '../../src/report/delete-json.ts';

function request(...args: readonly string[]): DeleteRequest {
  return deleteCommand.request(readArguments(args, { ...deleteCommand.flags, ...clusterFlags }, 'see the help'));
}

describe('delete', () => {
  test.each<[readonly string[], Partial<DeleteRequest>]>([
    [
      ['web', 'deploy/web'],
      {
        targets: [
          { kind: 'pod', name: 'web' },
          { kind: 'deployment', name: 'web' },
        ],
        output: undefined,
        waitMs: 300_000,
      },
    ],
    [['pods', '--all'], { targets: [], labelSelector: undefined, fieldSelector: undefined }],
    [['--all', '--field-selector', 'status.phase=Failed'], { targets: [], fieldSelector: 'status.phase=Failed' }],
    [['-l', 'app=web', '--field-selector', 'spec.nodeName=a', '-A'], { labelSelector: 'app=web', fieldSelector: 'spec.nodeName=a' }],
    [['-f', 'deploy', '-R'], { files: ['deploy'], recursive: true }],
    [['web', '-o', 'json', '--wait=false'], { output: 'json', waitMs: undefined }],
    [['web', '-o', 'name', '--now'], { output: 'name', graceSeconds: 1 }],
    [['web', '--force'], { force: true, graceSeconds: 0 }],
    [['web', '--grace-period', '-1'], { graceSeconds: undefined }],
  ])('%j', (args, expected) => {
    expect(request(...args)).toMatchObject(expected);
  });

  test.each([
    [[], /needs to know what/],
    [['pods'], /needs to know what/],
    [['web', '--all'], /exclude each other/],
    [['-f', 'a.yaml', '--field-selector', 'a=b'], /exclude each other/],
    [['--all', '-l', 'app=web'], /--all is every Pod/],
    [['--field-selector', 'failed'], /compares nothing/],
    [['web', '-R'], /-R is of the directory/],
    [['web', '-A'], /-A and names/],
    [['web', '-o', 'yaml'], /-o is json, name/],
    [['deploy/web', '--evict'], /only Pods are evicted/],
    [['web', '--timeout', '0'], /waits for nothing/],
    [['web', '--grace-period', '0'], /needs --force/],
  ])('refuses %j', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }));
  });
});

test('the JSON has each object with its outcome, what held its Pods, and why it failed', () => {
  const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' };
  const held = podFacts({
    metadata: { name: 'web', deletionTimestamp: '2026-03-01T12:00:00Z', deletionGracePeriodSeconds: 1, finalizers: ['a/b'] },
    spec: { nodeName: 'worker' },
  });
  const [finding] = diagnosePod(held, {}, Date.parse('2026-03-01T13:00:00Z'));
  if (finding === undefined) throw new Error('nothing was found');
  const none = { problem: undefined, findings: new Map() };
  const text = deleteJson(
    [
      { object, uid: 'u', pods: ['web'], outcome: 'still-there', problem: undefined, findings: new Map([['web', finding]]) },
      { object: { ...object, name: 'gone' }, uid: undefined, pods: [], outcome: 'not-found', ...none, problem: new PodwrightError('not-found', 'no\u009b2J') },
    ],
    { dryRun: false, evict: true },
  );
  expect(JSON.parse(text)).toEqual({
    dryRun: false,
    evict: true,
    results: [
      {
        ...object,
        uid: 'u',
        pods: ['web'],
        outcome: 'still-there',
        problem: null,
        findings: [expect.objectContaining({ pod: 'web', code: 'terminating-overdue', cause: expect.stringContaining('a/b') })],
      },
      {
        ...object,
        name: 'gone',
        uid: null,
        pods: [],
        outcome: 'not-found',
        problem: { code: 'not-found', message: 'no\u009b2J', hint: null },
        findings: [],
      },
    ],
  });
  // A terminal must not obey what a cluster says.
  expect(text).not.toContain('\u009b');
});

test('a name is as kubectl prints it', () => {
  const named = (apiVersion: string, kind: string): string => resourceText({ apiVersion, kind, namespace: 'shop', name: 'web' });
  expect([named('v1', 'Pod'), named('apps/v1', 'Deployment'), named('batch/v1', 'Job')]).toEqual(['pod/web', 'deployment.apps/web', 'job.batch/web']);
});
