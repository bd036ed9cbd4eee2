/** What `explain` is asked for: words and flags become a request, and what cannot be meant is refused. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags, outputFlags } from '../../cmd/cluster-flags.ts';
import { explainCommand } from '../../cmd/explain.ts';

const request = (...args: string[]) => explainCommand.request(readArguments(args, { ...explainCommand.flags, ...clusterFlags, ...outputFlags }, ''));

describe('explain', () => {
  test('words and flags', () => {
    expect(request('pod.spec')).toEqual({
      cluster: { allNamespaces: false },
      names: ['pod', 'spec'],
      apiVersion: undefined,
      live: false,
      recursive: false,
      maxDepth: undefined,
      search: undefined,
      json: false,
    });
    expect(request('deploy', '--recursive', '--max-depth', '2', '--live', '--api-version', 'apps/v1')).toMatchObject({
      names: ['deploy'],
      recursive: true,
      maxDepth: 2,
      live: true,
      apiVersion: 'apps/v1',
    });
    expect(request('--search', 'probe timeout', '-o', 'json')).toMatchObject({ names: [], search: 'probe timeout', json: true });
  });

  test.each([
    [[], 'which field?'],
    [['pod', 'spec'], 'takes one path'],
    [['pod..spec'], 'a name is missing'],
    [['--search', ' '], 'needs a word'],
    [['pod', '--max-depth', '2'], 'goes with --recursive'],
    [['pod', '--recursive', '--max-depth', '0'], 'not a number'],
    [['pod', '--recursive', '--max-depth', 'two'], 'not a number'],
    [['pod', '--recursive', '-o', 'json'], 'cannot be used'],
  ])('%j is refused', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  });
});
