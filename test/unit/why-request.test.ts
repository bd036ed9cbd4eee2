/** What `why` is asked for: words and flags become a request, and what cannot be meant is refused. */
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags, outputFlags } from '../../cmd/cluster-flags.ts';
import type { CommandIo } from '../../cmd/command.ts';
import { whyCommand } from '../../cmd/why.ts';
import { likelyNames } from '../../cmd/why-missing.ts';
import { findingCodes } from '../../src/core/diagnosis/finding.ts';

const request = (...args: string[]) => whyCommand.request(readArguments(args, { ...whyCommand.flags, ...clusterFlags, ...outputFlags }, ''));

describe('why', () => {
  test('words and flags', () => {
    expect(request()).toEqual({ cluster: { allNamespaces: false }, targets: [], labelSelector: undefined, json: false, codes: false });
    expect(request('deploy/web', '-n', 'shop', '-o', 'json')).toMatchObject({
      targets: [{ kind: 'deployment', name: 'web' }],
      cluster: { namespace: 'shop' },
      json: true,
    });
    expect(request('-A', '-l', 'app=web')).toMatchObject({ cluster: { allNamespaces: true }, labelSelector: 'app=web' });
  });

  test.each([
    [['web', '-l', 'app=web'], 'not both'],
    [['web', '-A'], '-A and names exclude each other'],
    [['-l', 'app in'], 'at column'],
    [['--codes', 'web'], 'takes no Pods'],
    [['--codes', '-l', 'app=web'], 'takes no Pods'],
    [['svc/web'], 'knows no kind'],
    [['-o', 'yaml'], 'json'],
  ])('%j is refused', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  });

  test.each([[[]], [['-o', 'json']]])('--codes %j lists every code, without a cluster', async (more) => {
    const stdout = new PassThrough();
    const io = { stdout: stdout as unknown as NodeJS.WriteStream } as CommandIo;
    expect(await whyCommand.run(request('--codes', ...more), io)).toBe(0);
    const text = String(stdout.read());
    for (const [code, { title }] of Object.entries(findingCodes)) {
      expect(text).toContain(code);
      expect(text).toContain(title);
    }
  });
});

test('what may have been meant by a Pod that is not there', () => {
  const names = ['deploy/web', 'web-7c9f6d4b8-x2x9k', 'sts/ledger', 'ledger-0', 'ledger-1', 'gated'];
  expect(likelyNames('web', names)).toEqual(['deploy/web']);
  expect(likelyNames('web-7c9f', names)).toEqual(['web-7c9f6d4b8-x2x9k']);
  expect(likelyNames('ledger-3', names)).toEqual(['ledger-0', 'ledger-1']);
  expect(likelyNames('leger-1', names)[0]).toBe('ledger-1');
  expect(likelyNames('gatde', names)).toEqual(['gated']);
  expect(likelyNames('no-such-pod', names)).toEqual([]);
  expect(likelyNames('deploy/wb', names)).toEqual(['deploy/web']);
  expect(likelyNames('sts/wb', names)).toEqual([]);
});
