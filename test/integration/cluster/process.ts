/**
 * Programs and their progress: runs other programs and says on stderr what is being done and for how long, so that a cold run of many minutes never
 * looks stuck.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const startedAt = Date.now();
const heartbeatMs = 15_000;

/** One line of progress on stderr, with the time since the run began. */
export function say(text: string): void {
  process.stderr.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)}s  ${text}\n`);
}

/** Does one step, saying when it begins, every 15 s what it is at (`note` gives the detail), and how long it took. */
export async function step<T>(what: string, work: (note: (detail: string) => void) => Promise<T>): Promise<T> {
  const began = Date.now();
  const elapsed = () => `${Math.round((Date.now() - began) / 1000)} s`;
  let detail = '';
  say(what);
  const heartbeat = setInterval(() => say(`  still ${what} (${elapsed()}${detail && `; ${detail}`})`), heartbeatMs);
  try {
    const result = await work((text) => {
      detail = text;
    });
    say(`  done ${what} (${elapsed()})`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end and returns its stdout. Throws with the last lines it wrote when it fails. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    signal: options.signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: string[] = [];
  const last: string[] = [];
  const read = (stream: NodeJS.ReadableStream, keep: boolean) => {
    createInterface({ input: stream }).on('line', (line) => {
      if (keep) stdout.push(line);
      last.push(line);
      if (last.length > 20) last.shift();
      options.onLine?.(line);
    });
  };
  read(child.stdout, true);
  read(child.stderr, false);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown'));
  });
  if (code !== 0) throw new Error([`${program} ${args.join(' ')}: ended with ${code}`, ...last].join('\n  '));
  return stdout.join('\n');
}

/** Whether a program runs and ends with success. */
export async function succeeds(program: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> {
  return run(program, args, options).then(
    () => true,
    () => false,
  );
}

/** The path of a program on PATH. */
export function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * The process whose pid a file holds, if it is still the one meant: its command line must contain `mark`. A pid file outlives its process when a machine
 * loses power, and the number may by then belong to another.
 */
export function processOf(pidFile: string, mark: string): number | undefined {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    return pid > 1 && commandLine(pid).includes(mark) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Asks a process to end and waits until it has; after `within` ms it is killed. */
export async function endProcess(pid: number, within = 30_000): Promise<void> {
  const alive = () => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  if (!alive()) return;
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + within; alive(); await pause(100)) {
    if (Date.now() > deadline) return void process.kill(pid, 'SIGKILL');
  }
}
