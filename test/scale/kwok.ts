/** kwok, which answers for the kubelets of fake nodes: built from its pinned module and run beside the cluster as a process of this machine. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inCache } from '../integration/cluster/cache.ts';
import { goProgram, moduleDirectory } from '../integration/cluster/go-program.ts';
import { endProcess, processOf, step } from '../integration/cluster/process.ts';

/** Marks a node as one of kwok's; as a taint it keeps the Pods of everybody else away. */
export const fakeNode = { key: 'kwok.x-k8s.io/node', value: 'fake' };

const module = join(import.meta.dirname, 'kwok');
const path = 'sigs.k8s.io/kwok';
const pidFile = inCache('kwok.pid');
const logFile = inCache('kwok.log');
const stagesFile = inCache('kwok-stages.yaml');

/** The pid of the kwok that runs, if one does. */
export function kwokProcess(): number | undefined {
  return processOf(pidFile, stagesFile);
}

/** Starts kwok on a cluster. One that works on this cluster already goes on: a new one would wait until the leases of its nodes have run out. */
export async function startKwok(kubeconfig: string): Promise<void> {
  if (kwokProcess() && statSync(pidFile).mtimeMs > statSync(kubeconfig).mtimeMs) return;
  const program = await goProgram({ module, name: 'kwok', package: `${path}/cmd/kwok` });
  await stopKwok();
  writeFileSync(stagesFile, await stages());
  await step('starting kwok', async () => {
    const log = openSync(logFile, 'w');
    const args = ['--kubeconfig', kubeconfig, '--config', stagesFile, '--manage-all-nodes=false', '--node-lease-duration-seconds=40'];
    const selector = `--manage-nodes-with-annotation-selector=${fakeNode.key}=${fakeNode.value}`;
    const child = spawn(program, [...args, selector], { detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    writeFileSync(pidFile, `${child.pid}`);
    // It ends at once on a flag or a stage that it cannot read.
    await pause(1_000);
    if (!kwokProcess()) throw new Error(`kwok ended; it wrote:\n${readFileSync(logFile, 'utf8').split('\n').slice(-10).join('\n')}`);
  });
}

/** Ends the kwok that runs. */
export async function stopKwok(): Promise<void> {
  const pid = kwokProcess();
  if (pid) await endProcess(pid);
  rmSync(pidFile, { force: true });
}

/** What happens to fake nodes and their Pods: nodes and deletion by kwok's own stages, running by ours. */
async function stages(): Promise<string> {
  const directory = join(await moduleDirectory(module, path), 'kustomize/stage');
  const files = ['node/fast/node-initialize.yaml', 'node/heartbeat/node-heartbeat.yaml', 'pod/fast/pod-delete.yaml'].map((file) => join(directory, file));
  return [...files, join(import.meta.dirname, 'pod-ready.stage.yaml')].map((file) => readFileSync(file, 'utf8')).join('\n---\n');
}
