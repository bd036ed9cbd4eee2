/** What `describe` is asked for: words and flags become a request, and what cannot be meant is refused. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags, outputFlags } from '../../cmd/cluster-flags.ts';
import { describeCommand } from '../../cmd/describe.ts';

const request = (...args: string[]) => describeCommand.request(readArguments(args, { ...describeCommand.flags, ...clusterFlags, ...outputFlags }, ''));

describe('describe', () => {
  test('words and flags', () => {
    expect(request('web')).toEqual({
      cluster: { allNamespaces: false },
      targets: [{ kind: 'pod', name: 'web' }],
      labelSelector: undefined,
      json: false,
      recording: undefined,
    });
    expect(request('deploy/web', 'pod/db-0', '-n', 'shop').targets).toEqual([
      { kind: 'deployment', name: 'web' },
      { kind: 'pod', name: 'db-0' },
    ]);
    expect(request('-l', 'app=web', '-A')).toMatchObject({ cluster: { allNamespaces: true }, labelSelector: 'app=web', targets: [] });
    expect(request('web', '--from-recording', 'f', '--at', '30s').recording).toEqual({ file: 'f', moment: { kind: 'offset', ms: 30_000 } });
    expect(request('pods').targets).toEqual([]);
    expect(request('-A').targets).toEqual([]);
    expect(request('web', '-o', 'json').json).toBe(true);
  });

  test.each([
    [[], 'needs a target'],
    [['web', '-l', 'app=web'], 'not both'],
    [['web', '-A'], '-A and names exclude each other'],
    [['-l', 'app in'], 'at column'],
    [['svc/web'], 'knows no kind'],
    [['web', '-o', 'banana'], 'json'],
    [['web', '--at', '30s'], '--at is a moment of a recording'],
  ])('%j is refused', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  });
});
