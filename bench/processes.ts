/** Runs whole processes and measures the wall time and the most memory of each. */
import { spawn } from 'node:child_process';
import { megabytes } from './dashboard.ts';

export interface Figures {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface RunFigures {
  /** ms from the start to the end of the process. */
  readonly wall: Figures;
  /** MB at the most. */
  readonly memory: Figures;
}

/** Ours and the peer's in turns, so that whatever else the machine does falls on both. The first pair fills the caches, and is not counted. */
export async function compareRuns(
  ours: readonly string[],
  peer: readonly string[],
  rounds: number,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly ours: RunFigures; readonly peer: RunFigures }> {
  const runs: { wall: number; memory: number }[][] = [[], []];
  for (let round = 0; round <= rounds; round++) {
    for (const [who, command] of [ours, peer].entries()) {
      const taken = await run(command, env);
      if (round > 0) runs[who]?.push(taken);
    }
  }
  const [a = [], b = []] = runs;
  return { ours: runFigures(a), peer: runFigures(b) };
}

function runFigures(runs: readonly { wall: number; memory: number }[]): RunFigures {
  return { wall: figures(runs.map(({ wall }) => wall)), memory: figures(runs.map(({ memory }) => memory)) };
}

export function figures(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** Its output is thrown away. Linux keeps the most memory a process had while it lives: it is asked often, as nobody tells before the end. */
async function run([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<{ wall: number; memory: number }> {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 180_000 });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  let memory = 0;
  const watch = setInterval(() => {
    try {
      memory = Math.max(memory, megabytes(child.pid ?? 0, 'VmHWM'));
    } catch {
      // It has ended.
    }
  }, 5);
  const [status, wall] = await new Promise<[number | null, number]>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve([code, performance.now() - started]));
  });
  clearInterval(watch);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}: ${stderr}`);
  return { wall, memory };
}
