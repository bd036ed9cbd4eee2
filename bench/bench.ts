/**
 * Measures the program against its limits and its peers and prints the tables: `npm run bench`, with `--write` also into docs/performance.md, with
 * `--pods 1000` at that number of Pods alone.
 *
 * Each figure is a median. A peer's runs are taken in turns with ours in one go, so that whatever else the machine does falls on both. The peer of
 * `get` is a kubectl built from the same Kubernetes Go module as the test cluster.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { goProgram } from '../test/integration/cluster/go-program.ts';
import { say } from '../test/integration/cluster/process.ts';
import { workloadImage } from '../test/integration/cluster/workload-image.ts';
import { clusterUp } from '../test/integration/cluster.ts';
import { scaleDown, scaleUp } from '../test/scale/scale.ts';
import { measureCheckLatency } from './check-latency.ts';
import { type DashboardFigures, measureDashboard } from './dashboard.ts';
import { benchDiagnosis } from './diagnosis.ts';
import { benchLint } from './lint.ts';
import { measureLogs } from './logs.ts';
import { compareRuns, type Figures, figures } from './processes.ts';

/** Where the limits are set. */
const limitedAt = 10_000;
const rounds = 5;
const smallRounds = 21;
/** Whoever pressed tab waits no longer than for a key. */
const completionLimitMs = 200;
/** Beyond this the growth is not linear: what two runs of the same differ by is not growth. */
const slack = 1.15;

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false }, pods: { type: 'string' } } });
const sizes = values.pods === undefined ? [1_000, 10_000, 30_000] : [Number(values.pods)];
if (!sizes.every((size) => size > 0)) throw new Error('--pods is a number above 0');

const root = join(import.meta.dirname, '..');
const program = join(root, 'dist/cli/podwright.cjs');
const node = process.execPath;

/** One line of the growth table: a figure at each size, and its limit. */
interface Line {
  readonly work: string;
  readonly unit: string;
  readonly at: readonly number[];
  readonly limit?: number;
  /** What it must at least be for the other figures to mean what they say. */
  readonly least?: number;
  /** What the limit is compared with, where that is not the figure: its ratio to the peer's. */
  readonly judged?: readonly number[];
  /** Time or memory that must not grow faster than the Pods. */
  readonly grows: boolean;
}

const missed: string[] = [];

execFileSync(node, [join(root, 'build/bundle.ts'), '--program-only'], { stdio: 'inherit' });
const { kubeconfig, dockerHost } = await clusterUp();
if (dockerHost === undefined) throw new Error('the bench writes Pods into the store of its cluster: it needs a kind cluster of its own');
const cluster = { kubeconfig, dockerHost };
const kubectl = await goProgram({ module: join(root, 'test/integration/node-image/kube'), name: 'kubectl', package: 'k8s.io/kubernetes/cmd/kubectl' });
const env = { ...process.env, KUBECONFIG: kubeconfig };

try {
  const small = await smallTable();
  missed.push(...(await measureCheckLatency(program, kubeconfig, values.write)));
  missed.push(...(await measureLogs(program, kubeconfig, values.write)));
  const large = await largeTable();
  const diagnosis = benchDiagnosis();
  if (diagnosis !== undefined) missed.push(diagnosis);
  missed.push(...(await benchLint()));
  const text = [
    `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}.`,
    '',
    `Whole processes: median (least–most) of ${smallRounds} runs each, ours and the peer's in turns.`,
    '',
    ...small,
    '',
    `With many Pods: medians of ${rounds} runs. The limits hold at ${limitedAt.toLocaleString('en')} Pods; growth is from the second largest number to the largest.`,
    '',
    ...large,
    '',
    missed.length === 0 ? 'All limits are met.' : `Not met: ${missed.join('; ')}.`,
    '',
  ].join('\n');
  console.log(`\n${text}`);
  if (values.write) {
    const path = join(root, 'docs/performance.md');
    const document = readFileSync(path, 'utf8');
    const mark = '<!-- bench -->\n';
    writeFileSync(path, document.slice(0, document.indexOf(mark) + mark.length) + text);
  }
  if (missed.length > 0) process.exitCode = 1;
} finally {
  await scaleDown(kubeconfig, { copies: true });
}
process.exit();

async function smallTable(): Promise<readonly string[]> {
  const namespace = `bench-${process.pid}`;
  try {
    kube('create', 'namespace', namespace);
    kube('create', 'deployment', 'web', '--image', workloadImage, '--replicas', '10', '-n', namespace);
    kube('wait', '--for=condition=Available', 'deployment/web', '-n', namespace, '--timeout=120s');
    const get = [node, program, 'get', '-n', namespace];
    const peer = [kubectl, 'get', 'pods', '-n', namespace];
    return [
      '| work | podwright | peer | ratio | limit |',
      '|---|---|---|---|---|',
      await smallLine('`--version`', [node, program, '--version'], '`node -e 0`', [node, '-e', '0']),
      await smallLine('`get`, 10 Pods', get, '`kubectl get pods`', peer),
      await smallLine('`get -o json`, 10 Pods', [...get, '-o', 'json'], '`kubectl get pods -o json`', [...peer, '-o', 'json']),
      await smallLine(
        'completing a name, 10 Pods',
        [node, program, '__complete', 'get', '-n', namespace, 'web'],
        '`kubectl`',
        [kubectl, '__complete', 'get', 'pods', '-n', namespace, 'web'],
        completionLimitMs,
      ),
    ];
  } finally {
    kube('delete', 'namespace', namespace, '--wait=false');
  }
}

/** The limit is half as long again as the peer takes, unless it is given in milliseconds. */
async function smallLine(work: string, ours: readonly string[], peerName: string, peer: readonly string[], limitMs?: number): Promise<string> {
  const taken = await compareRuns(ours, peer, smallRounds, env);
  const ratio = taken.ours.wall.median / taken.peer.wall.median;
  if (limitMs === undefined && ratio > 1.5) missed.push(`${work} ${ratio.toFixed(2)} x of 1.5 x`);
  if (limitMs !== undefined && taken.ours.wall.median > limitMs) missed.push(`${work} ${taken.ours.wall.median.toFixed(0)} ms of ${limitMs} ms`);
  const cell = ({ median, min, max }: Figures): string => `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`;
  const line = `| ${work} | ${cell(taken.ours.wall)} | ${peerName}: ${cell(taken.peer.wall)} | ${ratio.toFixed(2)} x | ${limitMs === undefined ? '1.5 x' : `${limitMs} ms`} |`;
  say(line);
  return line;
}

async function largeTable(): Promise<readonly string[]> {
  const taken: (readonly Line[])[] = [];
  for (const size of sizes) {
    // For `get -n` all of them in one namespace; then spread, as in a cluster.
    await populated(size, 1);
    const inOne = await getLines('`get -n`', ['-n', 'scale-00'], 0.12);
    await scaleDown(kubeconfig, { copies: true });
    await populated(size, 10);
    taken.push([...inOne, ...(await getLines('`get -A`', ['-A'], 0.25)), ...(await dashboardLines())]);
    await scaleDown(kubeconfig, { copies: true });
    for (const line of taken.at(-1) ?? []) say(`${size} Pods: ${line.work} ${line.at.map((value) => value.toFixed(1)).join()} ${line.unit}`);
  }
  const lines = (taken[0] ?? []).map(
    (line, index): Line => ({
      ...line,
      at: taken.flatMap((each) => each[index]?.at ?? []),
      ...(line.judged && { judged: taken.flatMap((each) => each[index]?.judged ?? []) }),
    }),
  );
  return [
    `| work | ${sizes.map((size) => `${size.toLocaleString('en')} Pods`).join(' | ')} | growth | limit |`,
    `|---|${sizes.map(() => '---|').join('')}---|---|`,
    ...lines.map(tableLine),
  ];
}

async function populated(size: number, namespaces: number): Promise<void> {
  await scaleUp(size, namespaces, { copies: true });
  // The controllers of the cluster have read the new Pods by then, and kwok too.
  await pause(10_000 + size / 2);
}

function tableLine({ work, unit, at, limit, least, judged, grows }: Line): string {
  const factor = judged === undefined ? unit : 'x kubectl';
  const cell = (value: number, index: number): string => `${number(value)} ${unit}${judged === undefined ? '' : `, ${judged[index]?.toFixed(3)} x`}`;
  const decided = (judged ?? at)[sizes.indexOf(limitedAt)];
  const name = work.replaceAll('`', '');
  if (limit !== undefined && decided !== undefined && !(decided <= limit)) missed.push(`${name}: ${number(decided)} ${factor} of ${limit}`);
  if (least !== undefined && decided !== undefined && decided < least) missed.push(`${name}: ${number(decided)} ${unit} of ${least}`);
  const [before, last] = [at.at(-2), at.at(-1)];
  const growth = before === undefined || last === undefined ? undefined : last / before;
  const more = (sizes.at(-1) ?? 1) / (sizes.at(-2) ?? 1);
  if (grows && growth !== undefined && growth > more * slack) missed.push(`${name}: grows ${growth.toFixed(1)} x with ${more.toFixed(1)} x as many Pods`);
  const holds = limit !== undefined ? `${limit} ${factor}` : least !== undefined ? `at least ${least} ${unit}` : '';
  return `| ${work} | ${at.map(cell).join(' | ')} | ${grows && growth !== undefined ? `${growth.toFixed(1)} x` : ''} | ${holds} |`;
}

function number(value: number): string {
  return value < 10 ? value.toFixed(value < 1 ? 2 : 1) : value.toFixed(0);
}

async function getLines(work: string, where: readonly string[], wallLimit: number): Promise<readonly Line[]> {
  const { ours, peer } = await compareRuns([node, program, 'get', ...where], [kubectl, 'get', 'pods', ...where], rounds, env);
  const line = (what: string, unit: string, a: Figures, b: Figures, limit: number): readonly Line[] => [
    { work: `${work}, ${what}`, unit, at: [a.median], judged: [a.median / b.median], limit, grows: true },
    { work: `kubectl ${work.slice(1, -1)}, ${what}`, unit, at: [b.median], grows: false },
  ];
  return [...line('wall', 'ms', ours.wall, peer.wall, wallLimit), ...line('memory', 'MB', ours.memory, peer.memory, 0.25)];
}

async function dashboardLines(): Promise<readonly Line[]> {
  const runs: DashboardFigures[] = [];
  // The first fills the compile cache, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const taken = await measureDashboard(program, cluster, { brief: round === 0 });
    if (round > 0) runs.push(taken);
  }
  const line = (work: string, unit: string, of: keyof DashboardFigures, grows: boolean, limit?: number): Line => {
    return { work: `\`dash -A\`, ${work}`, unit, at: [figures(runs.map((run) => run[of])).median], grows, ...(limit !== undefined && { limit }) };
  };
  return [
    line('first full screen', 'ms', 'firstScreen', true, 800),
    line('all facts', 'ms', 'allFacts', true, 6_000),
    line('memory', 'MB', 'memory', true, 220),
    line('idle', '% of a core', 'idle', false, 3),
    line('with changes', '% of a core', 'busy', false, 50),
    { ...line('changes', 'a second', 'changesPerSecond', false), least: 190 },
    line('a change on screen, 99 of 100', 'ms', 'late', false, 250),
  ];
}

function kube(...args: string[]): void {
  execFileSync(kubectl, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
