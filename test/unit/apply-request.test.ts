/** What `apply` understands. */
import { describe, expect, test } from 'vitest';
import { type ApplyRequest, applyCommand } from '../../cmd/apply.ts';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags } from '../../cmd/cluster-flags.ts';

function request(...args: readonly string[]): ApplyRequest {
  return applyCommand.request(readArguments(args, { ...applyCommand.flags, ...clusterFlags }, 'see the help'));
}

describe('apply', () => {
  test.each<[readonly string[], Partial<ApplyRequest>]>([
    [['-f', 'a.yaml'], { files: ['a.yaml'], recursive: false, labelSelector: undefined, dryRun: false, output: undefined, waitMs: undefined }],
    [['-f', 'a', '-f', '-', '-R', '-l', 'app=web'], { files: ['a', '-'], recursive: true, labelSelector: 'app=web' }],
    [['-f', 'a', '-l', ''], { labelSelector: undefined }],
    [['-f', 'a', '--diff'], { diff: true, dryRun: true }],
    [['-f', 'a', '--wait', '--timeout', '90s', '-o', 'json'], { waitMs: 90_000, output: 'json' }],
    [['-f', 'a', '--dry-run=server', '-o', 'name'], { dryRun: true, output: 'name' }],
  ])('%j', (args, expected) => {
    expect(request(...args)).toMatchObject(expected);
  });

  test.each([
    [[], /needs a manifest/],
    [['a.yaml'], /takes its files with -f/],
    [['-f', '-', '-f', '-'], /can be read once/],
    [['-f', 'a', '-A'], /belongs to one namespace/],
    [['-f', 'a', '-l', '=web'], /is not the name of a label/],
    [['-f', 'a', '--diff', '-o', 'name'], /-o name results/],
    [['-f', 'a', '--wait', '-o', 'name'], /-o name names/],
    [['-f', 'a', '--wait', '--diff'], /what --diff does not do/],
    [['-f', 'a', '--timeout', '5s'], /goes with --wait/],
    [['-f', 'a', '--wait', '--timeout', '0'], /waits for nothing/],
  ])('refuses %j', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }));
  });
});
