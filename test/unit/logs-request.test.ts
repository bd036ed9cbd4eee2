/** What `podwright logs` understands: argv to a request, and what cannot be meant. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags, outputFlags } from '../../cmd/cluster-flags.ts';
import { logsCommand } from '../../cmd/logs.ts';

const request = (...args: string[]) => logsCommand.request(readArguments(args, { ...logsCommand.flags, ...clusterFlags, ...outputFlags }, ''));
const range = { follow: false, previous: false, timestamps: false };

describe('logs', () => {
  test('a Pod', () => {
    expect(request('web-0')).toEqual({
      cluster: { allNamespaces: false },
      targets: [{ kind: 'pod', name: 'web-0' }],
      labelSelector: undefined,
      selection: { names: [], all: false, states: [] },
      range,
      most: 50,
      grep: [],
      exclude: [],
      prefix: 'short',
      raw: false,
      json: false,
    });
  });

  test.each<[string, object]>([
    ['-l app=web', { labelSelector: 'app=web', range: { ...range, tailLines: 10 } }],
    ['-A', { range: { ...range, tailLines: 10 } }],
    ['-l app=web --tail -1', { range }],
    ['-l app=web --tail=-1', { range }],
    ['web --tail 0', { range: { ...range, tailLines: 0 } }],
    ['web -fp --timestamps', { range: { follow: true, previous: true, timestamps: true } }],
    ['web --since 90', { range: { ...range, sinceSeconds: 90 } }],
    ['web --since 1500ms', { range: { ...range, sinceSeconds: 2 } }],
    ['web --since 0s', { range }],
    ['web --since-time 2026-11-28T14:00:00.9+02:00', { range: { ...range, sinceTime: '2026-11-28T12:00:00Z' } }],
    ['web --limit-bytes 100 --max-log-requests 3', { range: { ...range, limitBytes: 100 }, most: 3 }],
    ['web -c app -c side', { selection: { names: ['app', 'side'], all: false, states: [] } }],
    ['web --all-containers --container-state running,waiting --container-state all', { selection: { names: [], all: true, states: ['running', 'waiting'] } }],
    ['web --grep a+ --exclude b', { grep: [/a+/u], exclude: [/b/u] }],
    ['web --prefix', { prefix: 'kubectl' }],
    ['web --prefix=false --raw', { prefix: 'none', raw: true }],
    ['web -o json', { json: true }],
  ])('%s', (line, expected) => {
    expect(request(...line.split(' '))).toMatchObject(expected);
  });

  test.each([
    [[], 'logs needs a target'],
    [['web', '-l', 'a=b'], 'not both'],
    [['web', '--tail', 'x'], '--tail x is not a whole number'],
    [['web', '--tail', '-2'], 'at least -1'],
    [['web', '--limit-bytes', '0'], 'at least 1'],
    [['web', '--since', 'yesterday'], '--since yesterday is not a time'],
    [['web', '--since-time', '2026-11-28'], 'is not a time'],
    [['web', '--since', '1h', '--since-time', '2026-11-28T14:00:00Z'], 'exclude each other'],
    [['web', '--all-containers', '-c', 'app'], 'exclude each other'],
    [['web', '-c', '../x'], 'names no container'],
    [['web', '--grep', '('], 'is not a regular expression'],
    [['web', '--container-state', 'runing'], 'there is no state "runing"'],
    [['web', '-o', 'json', '--raw'], '--raw is for text'],
    [['web', '-o', 'json', '--prefix'], '--prefix is for text'],
    [['svc/web'], 'knows no kind'],
  ])('%j is refused', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  });
});
