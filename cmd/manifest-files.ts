/** Reads what -f names: files, the manifests of a directory, or standard input. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { ManifestObject } from '../src/manifest/manifest-objects.ts';
import type { CommandIo } from './command.ts';

/** What is a manifest in a directory, as for kubectl. */
const manifestName = /\.(?:ya?ml|json)$/;

/**
 * The Pods and workloads of all files, in their order; each once, where several files have it. Throws `input` for a file that cannot be read or holds no
 * YAML, and where there is none of them.
 */
export async function readManifests(names: readonly string[], io: CommandIo): Promise<readonly ManifestObject[]> {
  const { manifestObjects } = await import('../src/manifest/manifest-objects.ts');
  const found: ManifestObject[] = [];
  for (const name of names) {
    if (name === '-') found.push(...manifestObjects(await stdinText(io), 'stdin'));
    else for (const file of await filesOf(name)) found.push(...manifestObjects(await readFile(file, 'utf8').catch(unreadable(file)), file));
  }
  if (found.length > 0) return found;
  throw new PodwrightError('input', `there is no Pod and no workload in ${names.map((name) => (name === '-' ? 'stdin' : name)).join(', ')}`, {
    hint: 'check waits for Pods, Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs.',
  });
}

async function filesOf(name: string): Promise<readonly string[]> {
  const about = await stat(name).catch(unreadable(name));
  if (!about.isDirectory()) return [name];
  const files = (await readdir(name).catch(unreadable(name))).filter((file) => manifestName.test(file)).toSorted();
  if (files.length > 0) return files.map((file) => join(name, file));
  throw new PodwrightError('input', `${name} holds no manifest`, { hint: 'In a directory, files that end in .yaml, .yml or .json are read.' });
}

function unreadable(file: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const problem = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new PodwrightError('input', `cannot read ${file}: ${problem}`, { cause, hint: 'Name a file, a directory, or - for standard input.' });
  };
}

async function stdinText(io: CommandIo): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) {
    chunks.push(Buffer.from(chunk as Buffer));
    io.signal.throwIfAborted();
  }
  return Buffer.concat(chunks).toString('utf8');
}
