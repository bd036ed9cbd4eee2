/** Finds and reads what the command line names as manifests: files, directories, or standard input. */
import { constants, createReadStream, open as openDescriptor } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import type { ManifestPlace } from '../src/core/check-report.ts';
import { ownerText } from '../src/core/owner.ts';
import { isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import type { LintInput } from '../src/manifest/lint.ts';
import type { ManifestObject } from '../src/manifest/manifest-objects.ts';
import { labelsMatch } from '../src/service/selector-match.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';
import { settingsName } from './lint-settings-files.ts';

/** What is a manifest in a directory, as for kubectl. */
const manifestName = /\.(?:ya?ml|json)$/;
/** Folders of tools, in which nobody writes manifests. */
const passedOver = /^\.|^node_modules$/;
const largestFile = 200 * 2 ** 20;

/**
 * The Pods and workloads of all files, in their order, as far as their own labels are as the selector asks, as with `kubectl apply -l`. Throws `input` for
 * a file that cannot be read or holds no YAML, and where there is none of them.
 */
export async function readManifests(names: readonly string[], labelSelector: string | undefined, io: CommandIo): Promise<readonly ManifestObject[]> {
  const { manifestObjects } = await import('../src/manifest/manifests.ts');
  const found: ManifestObject[] = [];
  for (const { bytes, file } of await manifestInputs(names, false, io)) {
    for (const object of manifestObjects(bytes, file)) found.push(object);
  }
  const matches = labelsMatch(labelSelector);
  const chosen = found.filter(({ labels }) => matches(labels));
  if (chosen.length > 0) return chosen;
  const where = names.map(shownName).join(', ');
  if (found.length > 0) {
    throw new PodwrightError('input', `none of the ${found.length} Pods and workloads in ${where} is selected by -l ${labelSelector}`, {
      hint: 'With -f it goes by the labels of the objects themselves (metadata.labels), not by those of their Pods.',
    });
  }
  throw new PodwrightError('input', `there is no Pod and no workload in ${where}`, {
    hint: 'check waits for Pods, Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs.',
  });
}

/** Where -n says one namespace and a manifest another, it is a slip. Throws `usage`. */
export function checkNamespaces(
  objects: readonly { readonly kind: string; readonly name: string; readonly namespace: string | undefined; readonly place: ManifestPlace }[],
  { namespace }: ClusterChoice,
): void {
  const other = objects.find((each) => namespace !== undefined && each.namespace !== undefined && each.namespace !== namespace);
  if (other === undefined) return;
  const { place, kind, name } = other;
  throw new PodwrightError(
    'usage',
    `${place.file}:${place.line}: ${ownerText({ kind, name })} is of the namespace ${other.namespace}, and -n says ${namespace}`,
    {
      hint: 'Leave out -n where the manifests name the namespace.',
    },
  );
}

/** The files that the names stand for, each once. Throws `input` for the first that cannot be read. */
export async function manifestInputs(names: readonly string[], recursive: boolean, io: CommandIo): Promise<readonly LintInput[]> {
  const inputs = new Map<string, LintInput>();
  for (const name of names) {
    for (const { file, named } of await filesOf(name, recursive)) {
      const shown = shownName(file);
      // The settings of lint lie beside the manifests.
      if (!named && basename(file) === settingsName) continue;
      if (!inputs.has(shown)) inputs.set(shown, { file: shown, named, ...(await readManifestFile(file, io)) });
    }
  }
  return [...inputs.values()];
}

/** How messages name it. */
export function shownName(file: string): string {
  return file === '-' ? 'stdin' : file;
}

/** The files that a name stands for: itself, or those of the directory, with `recursive` of its folders too. Throws `input` where there is none. */
export async function filesOf(name: string, recursive: boolean): Promise<readonly { readonly file: string; readonly named: boolean }[]> {
  if (name === '-') return [{ file: name, named: true }];
  const about = await stat(name).catch(unreadable(name));
  if (!about.isDirectory()) return [{ file: name, named: true }];
  const files = await manifestsIn(name, recursive);
  if (files.length > 0) return files.map((file) => ({ file, named: false }));
  throw new PodwrightError('input', `${name} holds no manifest`, { hint: 'In a directory, files that end in .yaml, .yml or .json are read.' });
}

/** Folders that are links are not entered, so that none is met twice; pipes and devices are passed over, as nobody has asked to wait for them. */
async function manifestsIn(folder: string, recursive: boolean): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(unreadable(folder))).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (recursive && !passedOver.test(entry.name)) found.push(...(await manifestsIn(path, true)));
    } else if (manifestName.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path))))) found.push(path);
  }
  return found;
}

/** A link that leads nowhere is told when it is read. */
function leadsToFile(path: string): Promise<boolean> {
  return stat(path).then(
    (about) => about.isFile(),
    () => true,
  );
}

/** Reads a file that `filesOf` has found. Throws `input`. */
export async function readManifestFile(file: string, io: CommandIo): Promise<{ readonly bytes: Uint8Array }> {
  if (file === '-') return { bytes: await streamBytes(io.stdin, shownName(file), io.signal) };
  const about = await stat(file).catch(unreadable(file));
  if (about.isDirectory()) throw new PodwrightError('input', `cannot read ${file}: it is a directory`, { hint: 'Name one file, or - for standard input.' });
  if (about.isFIFO()) return { bytes: await pipeBytes(file, io) };
  // A device has no size, and maybe no end.
  if (!about.isFile()) return { bytes: await streamBytes(createReadStream(file), file, io.signal) };
  if (about.size > largestFile) throw tooLarge(file);
  return { bytes: await readFile(file, { signal: io.signal }).catch(unreadable(file)) };
}

function tooLarge(file: string): PodwrightError {
  return new PodwrightError('input', `${file} is larger than ${largestFile / 2 ** 20} MiB`, { hint: 'That is no manifest, or many: split it.' });
}

function unreadable(file: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    if (cause.name === 'AbortError') throw new PodwrightError('interrupted', 'interrupted', { cause });
    const problem = { ENOENT: 'there is no such file', EACCES: 'you may not read it', EPERM: 'you may not read it' }[cause.code ?? ''] ?? cause.message;
    const hint = /^https?:\/\//.test(file) ? `Nothing is fetched: curl -fsSL ${file} | podwright … -f -` : 'Name a file, a directory, or - for standard input.';
    throw new PodwrightError('input', `cannot read ${file}: ${problem}`, { cause, hint });
  };
}

/**
 * What comes through a pipe, as that of `<(helm template …)`. It is opened without waiting for a writer: a thread that waits so cannot be ended, not even by Ctrl-C.
 */
async function pipeBytes(file: string, { signal }: CommandIo): Promise<Uint8Array> {
  const { Socket } = await import('node:net');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  openDescriptor(file, constants.O_RDONLY | constants.O_NONBLOCK, (error, fd) => (error === null ? resolve(fd) : reject(error)));
  const fd = await promise.catch(unreadable(file));
  return streamBytes(new Socket({ fd, readable: true, writable: false }), file, signal);
}

/** Until its end, or until the command is to stop: a terminal may be silent for ever. */
async function streamBytes(stream: Readable, name: string, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of addAbortSignal(signal, stream)) {
      const bytes = Buffer.from(chunk as Buffer);
      size += bytes.length;
      if (size > largestFile) throw tooLarge(name);
      chunks.push(bytes);
    }
  } catch (cause) {
    if (signal.aborted) throw new PodwrightError('interrupted', 'interrupted', { cause });
    if (isPodwrightError(cause)) throw cause;
    unreadable(name)(cause as NodeJS.ErrnoException);
  }
  return Buffer.concat(chunks);
}
