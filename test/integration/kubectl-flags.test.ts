/** docs/kubectl.md against kubectl's own help and our own flags: neither can change without the page. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clusterFlags } from '../../cmd/cluster-flags.ts';
import { commandNames, loadCommand } from '../../cmd/commands.ts';
import { run } from './cluster/process.ts';
import { kubectlPath } from './cluster.ts';

interface Row {
  readonly flag: string;
  readonly here: string;
  readonly note: string;
}

/** The rows of each verb's table. */
const tables = new Map(
  readFileSync(join(import.meta.dirname, '../../docs/kubectl.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section): [string, readonly Row[]] => [
      section.split('\n')[0] ?? '',
      [...section.matchAll(/^\| `--([\w-]+)` \| (\w+) \| ?(.*?) ?\|$/gm)].map(([, flag = '', here = '', note = '']) => ({ flag, here, note })),
    ]),
);

test('the page has the verbs that Podwright shares with kubectl, and no other', () => {
  expect([...tables.keys()]).toEqual(['logs', 'exec', 'attach', 'port-forward', 'apply', 'edit', 'delete', 'debug']);
});

describe.each([...tables])('%s', (verb, rows) => {
  test('has a row for each of its flags in kubectl', async () => {
    const help = await run(kubectlPath(), [verb, '--help']);
    const options = help.slice(help.indexOf('\nOptions:'), help.indexOf('\nUsage:'));
    const flags = [...options.matchAll(/^ +(?:-\w, )?--([\w-]+)[= ]/gm)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(0);
    expect(rows.map(({ flag }) => flag)).toEqual(flags);
  });

  test('says of each flag what is true of ours, and why one is missing', async () => {
    const name = commandNames.find((known) => known === verb);
    if (name === undefined) throw new Error(`there is no command ${verb}`);
    const { flags } = await loadCommand(name);
    const has = (flag: string): boolean => flag in flags || flag in clusterFlags;
    const wrong = rows.filter(({ flag, here, note }) => {
      if (here === 'have') return !has(flag);
      if (note === '') return true;
      return here === 'better' ? !has(flag) : here === 'no' ? has(flag) : here !== 'other';
    });
    expect(wrong).toEqual([]);
  });
});
