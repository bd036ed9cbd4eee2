/** Measures `dash -A` in a pseudo-terminal of 120x40: how soon it shows what, how much it takes when idle and when Pods change, and how late a change is. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { type ChangesMade, machineMs } from './change-pods.ts';

export interface DashboardFigures {
  /** ms from the start of the process until every row of the table holds a Pod. */
  readonly firstScreen: number;
  /** ms until all Pods are there as objects: the header says live. */
  readonly allFacts: number;
  /** MB, ten quiet seconds after that. */
  readonly memory: number;
  /** Percent of a core. */
  readonly idle: number;
  readonly busy: number;
  readonly changesPerSecond: number;
  /** ms from when a change begins to be written until its bytes are on the terminal: the 99th of a hundred. */
  readonly late: number;
}

interface BenchCluster {
  readonly kubeconfig: string;
  /** Where its nodes run. */
  readonly dockerHost: string;
}

const columns = 120;
const rows = 40;
/** The lines of the table between the header and titles above, and the rule, the cause and the keys below. */
const podLines = { from: 2, to: rows - 4 };
const settleMs = 10_000;
const idleMs = 5_000;
const changesPerSecond = 200;
const changeSeconds = 8;
/** The first of those with many Pods, as the table shows Pods of which none is in trouble: by name. */
const changedNamespace = 'scale-00';

/** One run of the program, from its start to `q`; a brief one only fills the caches. */
export async function measureDashboard(program: string, cluster: BenchCluster, { brief = false } = {}): Promise<DashboardFigures> {
  // Ink draws nothing live where CI is set.
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[0] !== 'CI' && entry[0] !== 'NO_COLOR' && entry[1] !== undefined,
  );
  const started = machineMs();
  const pty = spawn(process.execPath, [program, 'dash', '-A'], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: { ...Object.fromEntries(inherited), KUBECONFIG: cluster.kubeconfig, LC_ALL: 'C.UTF-8' },
  });
  const ended = new Promise<void>((resolve) => pty.onExit(() => resolve()));
  try {
    const screen = new Screen();
    pty.onData((data) => screen.take(data));
    const firstScreen = (await screen.when((lines) => lines.slice(podLines.from, podLines.to).every((line) => / \d+\/\d+ /.test(line)), 60_000)) - started;
    const allFacts = (await screen.when(([header = '']) => header.includes('● live'), 120_000)) - started;
    if (brief) return { firstScreen, allFacts, memory: 0, idle: 0, busy: 0, changesPerSecond: 0, late: 0 };
    await pause(settleMs);
    const memory = megabytes(pty.pid, 'VmRSS');
    const idle = await share(pty.pid, () => pause(idleMs));
    const shown = screen.lines.slice(podLines.from, podLines.to).filter((line) => line.includes(` ${changedNamespace} `)).length;
    if (shown === 0) throw new Error(`no Pod that can be changed is on the screen:\n${screen.lines.join('\n')}`);
    screen.record();
    let made: ChangesMade | undefined;
    const busy = await share(pty.pid, async () => {
      made = await changes(cluster, Math.min(shown, 10));
    });
    await pause(1_000);
    if (made === undefined) throw new Error('the Pods were not changed');
    return { firstScreen, allFacts, memory, idle, busy, changesPerSecond: made.perSecond, late: lateness(made, screen.counts) };
  } finally {
    pty.write('q');
    const limit = setTimeout(() => pty.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(limit);
  }
}

/** The terminal's screen, and once `record` is called, when each restart count came onto it. */
class Screen {
  readonly #terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  #look: ((at: number) => void) | undefined;
  readonly counts = new Map<number, number>();

  take(data: string): void {
    const at = machineMs();
    this.#terminal.write(data, () => this.#look?.(at));
  }

  /** From the screen and not from the bytes, as those hold only the digits that differ. */
  record(): void {
    this.#look = (at) => {
      for (const line of this.lines) {
        const count = Number(/ (1\d{5}) /.exec(line)?.[1]);
        if (count > 0 && !this.counts.has(count)) this.counts.set(count, at);
      }
    };
  }

  get lines(): readonly string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: rows }, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '');
  }

  /** When the bytes came that made the screen so. */
  async when(content: (lines: readonly string[]) => boolean, within: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`the screen was not as wanted within ${within / 1000} s:\n${this.lines.join('\n')}`)), within);
      const look = (at: number): void => {
        if (!content(this.lines)) return;
        clearTimeout(limit);
        this.#look = undefined;
        resolve(at);
      };
      this.#look = look;
      look(machineMs());
    });
  }
}

/** The percentage of a core that a process takes while something is done. */
async function share(pid: number, during: () => Promise<void>): Promise<number> {
  const [before, began] = [ticks(pid), machineMs()];
  await during();
  // Linux counts in hundredths of a second.
  return (100 * (ticks(pid) - before) * 10) / (machineMs() - began);
}

function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

export function megabytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

/** Of the first Pods of the namespace, so many are on the screen. */
async function changes({ kubeconfig, dockerHost }: BenchCluster, shown: number): Promise<ChangesMade> {
  const args = [kubeconfig, dockerHost, `${changesPerSecond}`, `${changeSeconds}`, changedNamespace, `${shown}`];
  const child = fork(join(import.meta.dirname, 'change-pods.ts'), args, { timeout: 60_000 });
  return new Promise((resolve, reject) => {
    child.once('message', (made) => resolve(made as ChangesMade));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`changing Pods ended with ${code}`)));
  });
}

/** A change is on the screen when its restart count is, or one that the same Pod has got since. One that never comes counts as endlessly late. */
function lateness({ shown }: ChangesMade, seen: ReadonlyMap<number, number>): number {
  const late = shown.map(({ pod, restarts, begunAt }) => {
    const times = shown.flatMap((other) => (other.pod === pod && other.restarts >= restarts ? [seen.get(other.restarts) ?? Number.POSITIVE_INFINITY] : []));
    return Math.max(0, Math.min(...times) - begunAt);
  });
  const sorted = late.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.POSITIVE_INFINITY;
}
