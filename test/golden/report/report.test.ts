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
import { diagnosePod } from '../../../src/core/diagnosis/diagnose-pod.ts';
import { sharedCauses, type TroubledPod } from '../../../src/core/diagnosis/shared-causes.ts';
import { columnCell, columnHeader, type PodColumnName, podView, wideColumns } from '../../../src/report/pod-columns.ts';
import { measureFor, tableText } from '../../../src/report/table.ts';
import { whyJson } from '../../../src/report/why-json.ts';
import { causeText, healthyText } from '../../../src/report/why-text.ts';

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

/** The recorded Pods, an hour after the last of them, when every grace has passed; one of them three times. */
function diagnosed(): { readonly pods: readonly TroubledPod[]; readonly now: number } {
  const texts = readdirSync(pods)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(pods, file), 'utf8'));
  const now = Math.max(...texts.map((text) => Date.parse(/^# now: (.*)$/m.exec(text)?.[1] ?? ''))) + 3_600_000;
  const twins = texts.filter((text) => text.includes('name: image-never-pulled'));
  return { pods: [...texts, ...twins, ...twins].map((text) => podFacts(parse(text))).map((facts) => ({ facts, findings: diagnosePod(facts, {}, now) })), now };
}

test('why, at the prompt', async () => {
  const { pods, now } = diagnosed();
  const style = { unicode: true, color: false, now };
  const healthy = pods.filter(({ findings }) => findings.length === 0).map(({ facts }) => facts.name);
  const text = [...sharedCauses(pods).map((cause) => causeText(cause, style)), healthyText(healthy, style), healthyText(['web'], { ...style, unicode: false })];
  await expect(text.join('\n')).toMatchFileSnapshot(golden('why-prompt.txt'));
});

test('why, coloured', async () => {
  const { pods, now } = diagnosed();
  const [worst] = sharedCauses(pods);
  if (worst === undefined) throw new Error('no Pod is in trouble');
  const style = { unicode: true, color: true, now };
  expect(causeText(worst, style)).toContain('\u001b[31m✖ 3 Pods: image not on the node, and never pulled podwright.test/absent:1\u001b[39m   doomed');
  expect(healthyText(['web'], style)).toContain('\u001b[32m●\u001b[39m web');
});

test('why, as JSON', async () => {
  const { pods, now } = diagnosed();
  const chosen = pods.filter(({ facts }) => ['running', 'oom-killed', 'config-missing'].includes(facts.name));
  await expect(whyJson(chosen, [], now)).toMatchFileSnapshot(golden('why.json'));
});

test('the help of the program', async () => {
  await expect(await programHelp('podwright', 100)).toMatchFileSnapshot(golden('help.txt'));
});

test.each(commandNames)('the help of %s', async (name) => {
  const command = await loadCommand(name);
  const help = await commandHelp(command, { ...command.flags, ...clusterFlags, ...outputFlags }, 'kubectl podwright', 100);
  await expect(help).toMatchFileSnapshot(golden(`help-${name}.txt`));
});
