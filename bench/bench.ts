/**
 * Measures whole processes against their peers and prints a table: `npm run bench`, with `--write` also into docs/performance.md.
 *
 * Each figure is the median of the same number of runs of ours and of the peer, taken in turns in one go, so that whatever else the machine does
 * falls on both. The peer of `get` is a kubectl built from the same Kubernetes Go module as the test cluster.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { goProgram } from '../test/integration/cluster/go-program.ts';
import { workloadImage } from '../test/integration/cluster/workload-image.ts';
import { clusterUp } from '../test/integration/cluster.ts';

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/cli/podwright.cjs');
const rounds = 21;

interface Work {
  readonly name: string;
  readonly ours: readonly string[];
  readonly peer: readonly string[];
  readonly peerName: string;
  /** At most this many times the peer's wall. */
  readonly limit: number;
}

interface Figures {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

execFileSync(process.execPath, [join(root, 'build/bundle.ts'), '--program-only'], { stdio: 'inherit' });
const { kubeconfig } = await clusterUp();
const kubectl = await goProgram({
  module: join(root, 'test/integration/node-image/kube'),
  name: 'kubectl',
  package: 'k8s.io/kubernetes/cmd/kubectl',
});
const env = { ...process.env, KUBECONFIG: kubeconfig };
const namespace = `bench-${process.pid}`;

try {
  kube('create', 'namespace', namespace);
  kube('create', 'deployment', 'web', '--image', workloadImage, '--replicas', '10', '-n', namespace);
  kube('wait', '--for=condition=Available', 'deployment/web', '-n', namespace, '--timeout=120s');
  const node = process.execPath;
  const rows = [
    compare({ name: '`--version`', ours: [node, program, '--version'], peer: [node, '-e', '0'], peerName: '`node -e 0`', limit: 1.5 }),
    compare({
      name: '`get`, 10 Pods',
      ours: [node, program, 'get', '-n', namespace],
      peer: [kubectl, 'get', 'pods', '-n', namespace],
      peerName: '`kubectl get pods`',
      limit: 1.5,
    }),
    compare({
      name: '`get -o json`, 10 Pods',
      ours: [node, program, 'get', '-n', namespace, '-o', 'json'],
      peer: [kubectl, 'get', 'pods', '-n', namespace, '-o', 'json'],
      peerName: '`kubectl get pods -o json`',
      limit: 1.5,
    }),
  ];
  report(rows);
} finally {
  kube('delete', 'namespace', namespace, '--wait=false');
}

function kube(...args: string[]): void {
  execFileSync(kubectl, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

function compare(work: Work): { readonly line: string; readonly holds: boolean } {
  const ours: number[] = [];
  const peer: number[] = [];
  // The first pair fills the compile cache and kubectl's discovery cache, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const pair = [wall(work.ours), wall(work.peer)] as const;
    if (round === 0) continue;
    ours.push(pair[0]);
    peer.push(pair[1]);
  }
  const [a, b] = [figures(ours), figures(peer)];
  const ratio = a.median / b.median;
  const line = `| ${work.name} | ${cell(a)} | ${work.peerName}: ${cell(b)} | ${ratio.toFixed(2)} x | ${work.limit} x |`;
  process.stderr.write(`${line}\n`);
  return { line, holds: ratio <= work.limit };
}

/** Milliseconds from start to end of the process; its output is thrown away. */
function wall([command = '', ...args]: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}: ${stderr}`);
  return performance.now() - started;
}

function figures(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

function cell({ median, min, max }: Figures): string {
  return `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`;
}

function report(rows: readonly { readonly line: string; readonly holds: boolean }[]): void {
  const text = [
    `Wall time of whole processes: median (least–most) of ${rounds} runs each, ours and the peer's in turns. ${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}.`,
    '',
    '| work | podwright | peer | ratio | limit |',
    '|---|---|---|---|---|',
    ...rows.map(({ line }) => line),
    '',
  ].join('\n');
  console.log(`\n${text}`);
  if (process.argv.includes('--write')) {
    const path = join(root, 'docs/performance.md');
    const document = readFileSync(path, 'utf8');
    const mark = '<!-- bench -->\n';
    writeFileSync(path, document.slice(0, document.indexOf(mark) + mark.length) + text);
  }
  if (rows.some(({ holds }) => !holds)) {
    console.error('A limit is not met.');
    process.exitCode = 1;
  }
}
