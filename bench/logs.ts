/**
 * How fast `podwright logs` is beside `kubectl logs` and stern, and what it takes when its output is not read: `node bench/logs.ts`, with `--write` also into
 * docs/performance.md.
 *
 * One container with 80,000 lines, and twenty Pods with 4,000 each, which kubectl reads one after the other, stern side by side in no order, and we in the order
 * of time; the lines stay below the 10 MiB at which a kubelet rotates. The output goes nowhere, as a terminal would be what is measured. The slow
 * reader takes one buffer of a writer that never stops, and no more.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { goProgram } from '../test/integration/cluster/go-program.ts';
import { say } from '../test/integration/cluster/process.ts';
import { workloadImage } from '../test/integration/cluster/workload-image.ts';
import { clusterUp, kubectlPath } from '../test/integration/cluster.ts';
import { megabytes } from './dashboard.ts';
import { compareRuns, type Figures } from './processes.ts';
import { writeTable } from './written-table.ts';

const root = join(import.meta.dirname, '..');
const rounds = 7;
/** Of the peer's time: at least its throughput, and as much as two runs of the same differ by. */
const ratioLimit = 1.1;
/** MB, of a process whose output is not read. */
const memoryLimit = 160;
const unreadMs = 10_000;

const line = 'of a log, with some words that make it about as long as the lines of most logs are';

/** Runs them all, prints the table, with `write` also into docs/performance.md, and gives the limits that are not met. */
export async function measureLogs(program: string, kubeconfig: string, write: boolean): Promise<readonly string[]> {
  const kubectl = kubectlPath();
  const stern = await goProgram({ name: 'stern', module: join(import.meta.dirname, 'stern'), package: 'github.com/stern/stern' });
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const namespace = `bench-logs-${process.pid}`;
  const kube = (...args: string[]): void => {
    execFileSync(kubectl, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const missed: string[] = [];
  try {
    kube('create', 'namespace', namespace);
    const written = (name: string, replicas: number, lines: number | undefined): void => {
      const script = lines === undefined ? `while :; do echo "${line}"; done` : `seq -w 1 ${lines} | sed "s/$/ ${line}/"; touch /tmp/written; sleep infinity`;
      execFileSync(kubectl, ['apply', '-n', namespace, '-f', '-'], { env, input: JSON.stringify(writer(name, replicas, script, lines !== undefined)) });
      kube('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=180s');
    };
    written('one', 1, 80_000);
    written('many', 20, 4_000);
    const ours = [process.execPath, program, 'logs', '-n', namespace];
    const peers = {
      kubectl: [kubectl, 'logs', '-n', namespace],
      stern: [stern, '-n', namespace, '--no-follow', '--tail=-1', '--max-log-requests=20', '--color=never', '.'],
    };
    const oneLine = async (work: string, target: string, peer: keyof typeof peers, peerArgs: readonly string[]): Promise<string> => {
      const taken = await compareRuns([...ours, target], [...peers[peer], ...peerArgs], rounds, env);
      const ratio = taken.ours.wall.median / taken.peer.wall.median;
      if (ratio > ratioLimit) missed.push(`logs, ${work}: ${ratio.toFixed(2)} x ${peer} of ${ratioLimit} x`);
      const cell = ({ wall, memory }: { wall: Figures; memory: Figures }): string =>
        `${wall.median.toFixed(0)} ms (${wall.min.toFixed(0)}–${wall.max.toFixed(0)}), ${memory.median.toFixed(0)} MB`;
      const text = `| ${work} | ${cell(taken.ours)} | ${peer}: ${cell(taken.peer)} | ${ratio.toFixed(2)} x | ${ratioLimit} x |`;
      say(text);
      return text;
    };
    const [oneWork, manyWork] = ['one container, 80,000 lines', '20 Pods, 4,000 lines each'];
    const lines = [
      `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}: median (least–most) of ${rounds} runs each, ours and the peer's in turns.`,
      '',
      '| work | podwright | peer | ratio | limit |',
      '|---|---|---|---|---|',
      await oneLine(oneWork, 'deploy/one', 'kubectl', ['deploy/one']),
      await oneLine(oneWork, 'deploy/one', 'stern', ['-l', 'app=one']),
      await oneLine(manyWork, 'deploy/many', 'kubectl', ['-l', 'app=many', '--tail=-1', '--prefix', '--max-log-requests=20']),
      await oneLine(manyWork, 'deploy/many', 'stern', ['-l', 'app=many']),
    ];
    // Not before: it takes a core of its own.
    written('endless', 1, undefined);
    const memory = await unreadMemory([...ours, 'deploy/endless', '-f'], env);
    if (memory > memoryLimit) missed.push(`logs, unread: ${memory.toFixed(0)} MB of ${memoryLimit}`);
    lines.push(`| \`-f\` of a writer without end, not read for ${unreadMs / 1000} s | ${memory.toFixed(0)} MB | | | ${memoryLimit} MB |`, '');
    const text = lines.join('\n');
    console.log(`\n${text}`);
    if (write) writeTable('logs', text);
    return missed;
  } finally {
    kube('delete', 'namespace', namespace, '--wait=false');
  }
}

function writer(name: string, replicas: number, script: string, ends: boolean): object {
  const labels = { app: name };
  const ready = ends ? { readinessProbe: { exec: { command: ['cat', '/tmp/written'] }, periodSeconds: 1 } } : {};
  const containers = [{ name: 'app', image: workloadImage, command: ['sh', '-c', script], ...ready }];
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } };
}

/** The most memory of a process whose output nobody takes after the first of it. */
async function unreadMemory([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'readable');
    await pause(unreadMs);
    return megabytes(child.pid ?? 0, 'VmHWM');
  } finally {
    child.kill('SIGKILL');
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
  execFileSync(process.execPath, [join(root, 'build/bundle.ts'), '--program-only'], { stdio: 'inherit' });
  const { kubeconfig } = await clusterUp();
  const missed = await measureLogs(join(root, 'dist/cli/podwright.cjs'), kubeconfig, values.write);
  console.log(missed.join('\n'));
  process.exit(missed.length > 0 ? 1 : 0);
}
