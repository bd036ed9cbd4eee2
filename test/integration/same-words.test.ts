/**
 * One diagnosis, wherever it is read: `why`, the line under the dashboard's table, its pane, and a replay of the same run say the same sentence of the same
 * real Pods.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createIn, inNamespace, testKubeconfig } from './namespace.ts';
import { scenarios } from './scenarios.ts';
import { inScreen, program, type ScreenSession } from './screen-session.ts';

/** Scenarios whose sentences hold no time that passes, and the code that `why` arrives at. Some take Events, one takes nodes and one a ConfigMap. */
const codes: Readonly<Record<string, string>> = {
  'config-missing': 'config-map-key-missing',
  'config-map-missing': 'config-map-missing',
  gated: 'scheduling-gated',
  'image-never-pulled': 'image-never-pulled',
  'insufficient-cpu': 'insufficient-resources',
  unschedulable: 'node-selector',
  'volume-missing': 'secret-missing',
};

interface Told {
  readonly pods: readonly { readonly name: string; readonly findings: readonly { readonly code: string; readonly cause: string }[] }[];
}

async function why(namespace: string): Promise<ReadonlyMap<string, { readonly code: string; readonly cause: string }>> {
  const child = spawn(process.execPath, [program, 'why', '-n', namespace, '-o', 'json'], { env: { ...process.env, KUBECONFIG: testKubeconfig() } });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const told = JSON.parse(Buffer.concat(chunks).toString()) as Told;
  return new Map(told.pods.flatMap(({ name, findings: [worst] }) => (worst === undefined ? [] : [[name, worst] as const])));
}

/** What a look at the keys of a ConfigMap or at the labels of nodes adds is not recorded. */
function recorded(cause: string): string {
  return cause.replace(/ \(the nearest is .*\)\.$/, '.').replace(/; .*\.$/, '.');
}

/** A sentence may be set in two lines, after the name. */
function says(screen: ScreenSession, sentence: string): Promise<void> {
  const words = sentence.replaceAll(/\s+/g, ' ');
  return screen.until(() => screen.text.replaceAll(/\s+/g, ' ').includes(words), undefined, `saying "${words}"`);
}

/** Keys that follow upon an escape before it is drawn would be taken together with it. */
async function filtered(screen: ScreenSession, name: string): Promise<void> {
  screen.press(`/${name}\r`);
  await screen.shows(`/${name}  1 of`);
}

async function unfiltered(screen: ScreenSession, name: string): Promise<void> {
  screen.press('\u001b');
  await screen.until(() => !screen.text.includes(`/${name}`), undefined, `without /${name}`);
}

test('why, the dashboard and a replay say the same', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-words-'));
  try {
    await inNamespace(async (namespace) => {
      const file = join(folder, 'run.ndjson');
      const recorder = spawn(process.execPath, [program, 'record', '-n', namespace, '-o', file], {
        env: { ...process.env, KUBECONFIG: testKubeconfig() },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await once(recorder.stderr, 'data');
      await createIn(
        namespace,
        scenarios.filter(({ name }) => name in codes).flatMap(({ file }) => file.objects),
      );
      let told = await why(namespace);
      const deadline = Date.now() + 150_000;
      while (!Object.entries(codes).every(([name, code]) => told.get(name)?.code === code)) {
        if (Date.now() > deadline) throw new Error(`why does not arrive at ${JSON.stringify(codes)}, but at ${JSON.stringify([...told])}`);
        told = await why(namespace);
      }
      await inScreen(['-n', namespace], { columns: 180 }, async (screen) => {
        await screen.shows('gated');
        for (const [name, { cause }] of told) {
          await filtered(screen, name);
          await says(screen, `${name} ${cause}`);
          screen.press('\r');
          await says(screen, `WHY ${cause}`);
          await screen.shows('CONDITIONS');
          screen.press('\u001b');
          await screen.shows('⏎ open');
          await unfiltered(screen, name);
        }
        screen.press('q');
      });
      recorder.kill('SIGINT');
      await once(recorder, 'close');
      await inScreen([file, '--speed', '60'], { columns: 180, command: ['replay'] }, async (screen) => {
        await screen.shows('unschedulable');
        for (const [name, { cause }] of told) {
          await filtered(screen, name);
          await says(screen, `${name} ${recorded(cause)}`);
          await unfiltered(screen, name);
        }
        screen.press('q');
      });
      expect([...told.keys()].sort()).toEqual(Object.keys(codes).sort());
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
