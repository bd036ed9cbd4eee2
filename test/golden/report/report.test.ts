/**
 * What is printed of the recorded Pods of test/golden/pods, and the help texts: each file beside this one. `npm run golden` writes them anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterFlags, outputFlags } from '../../../cmd/cluster-flags.ts';
import { commandNames, loadCommand } from '../../../cmd/commands.ts';
import { commandHelp, programHelp } from '../../../cmd/usage.ts';
import { podFacts } from '../../../src/core/pod-facts.ts';
import { columnCell, columnHeader, type PodColumnName, podView, wideColumns } from '../../../src/report/pod-columns.ts';
import { measureFor, tableText } from '../../../src/report/table.ts';

const pods = join(import.meta.dirname, '../pods');

async function table(columns: readonly PodColumnName[]): Promise<string> {
  const rows = readdirSync(pods)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const text = readFileSync(join(pods, file), 'utf8');
      const pod = podView(podFacts(parse(text)), Date.parse(/^# now: (.*)$/m.exec(text)?.[1] ?? ''));
      return columns.map((column) => columnCell(column, pod));
    });
  const lines = [columns.map(columnHeader), ...rows];
  return tableText(lines, await measureFor(lines));
}

function golden(name: string): string {
  return join(import.meta.dirname, name);
}

test('the wide table', async () => {
  await expect(await table(wideColumns)).toMatchFileSnapshot(golden('wide.txt'));
});

test('why', async () => {
  await expect(await table(['name', 'status', 'chain', 'init', 'health', 'why'])).toMatchFileSnapshot(golden('why.txt'));
});

test('the help of the program', async () => {
  await expect(await programHelp('podwright', 100)).toMatchFileSnapshot(golden('help.txt'));
});

test.each(commandNames)('the help of %s', async (name) => {
  const command = await loadCommand(name);
  const help = await commandHelp(command, { ...command.flags, ...clusterFlags, ...outputFlags }, 'kubectl podwright', 100);
  await expect(help).toMatchFileSnapshot(golden(`help-${name}.txt`));
});
