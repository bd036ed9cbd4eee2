/**
 * What is built for the test cluster is kept under the user's cache directory, each piece under a key made from the content of the files it is built from.
 *
 * A piece is made beside its place and renamed into it, so that what exists is whole and an interrupted run goes on where it stopped.
 */
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './process.ts';

/** The directory of everything that outlives a run. */
export const cacheDirectory = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'podwright');

/** Tells apart what two cache directories on one machine cannot share, as names of bridges. */
export const cacheId = digest(cacheDirectory).slice(0, 6);

/** A path in the cache; its parent directory exists. */
export function inCache(...parts: readonly string[]): string {
  const path = join(cacheDirectory, ...parts);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

/** A key from the content of files and directories (whole trees) and from other values that decide what is built. */
export function contentKey(paths: readonly string[], ...values: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (path: string, name: string) => {
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).sort()) add(join(path, entry), `${name}/${entry}`);
    } else {
      hash.update(`${name}\0${digest(readFileSync(path))}\0`);
    }
  };
  for (const [index, path] of paths.entries()) add(path, `${index}`);
  for (const value of values) hash.update(`${value}\0`);
  return hash.digest('hex').slice(0, 12);
}

function digest(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The piece at `path`, made by `make` if it is not there yet. `make` gets the path to write to. */
export async function kept(path: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await make(unfinished);
  renameSync(unfinished, path);
  return path;
}

/** Does work while no other process does work under this lock. A lock whose process is gone is taken over. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const lock = inCache(name);
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, `${process.pid}`);
  try {
    for (let told = -Infinity; !takeLock(own, lock); await pause(200)) {
      const holder = lockHolder(lock);
      if (holder === undefined) rmSync(lock, { force: true });
      else if (Date.now() - told > 15_000) {
        say(`waiting for process ${holder}, which is at work on the same cluster`);
        told = Date.now();
      }
    }
  } finally {
    unlinkSync(own);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A link is made whole, with its content, or not at all. */
function takeLock(own: string, lock: string): boolean {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** The process that holds the lock, unless it is gone. */
function lockHolder(lock: string): number | undefined {
  let pid = 0;
  try {
    pid = Number(readFileSync(lock, 'utf8'));
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // It is alive, but another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}
