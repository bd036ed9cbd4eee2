/** Runs `new`, `add` and `remove`. Apart from their flags, as it brings in the YAML library and the templates. */
import { isUtf8 } from 'node:buffer';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { firstUnreadable, readManifestBytes } from '../src/manifest/manifest-reader.ts';
import { formatProblem } from '../src/manifest/patterns/option-formats.ts';
import { addPattern, type Edit, type EditTarget, patternPatch, removePattern } from '../src/manifest/patterns/pattern-edits.ts';
import { chooseValues, readSetting, shortName } from '../src/manifest/patterns/pattern-options.ts';
import { newManifest } from '../src/manifest/patterns/pattern-pod.ts';
import { isForStaticPods, isNeeded, type Pattern } from '../src/manifest/patterns/pattern-template.ts';
import { styleOf } from '../src/report/style.ts';
import { plainLines, plainText } from '../src/report/terminal-text.ts';
import { unifiedDiff } from '../src/report/unified-diff.ts';
import { appId, type FormAnswers, type OfferedPattern, type Preview } from '../src/tui/new-form.ts';
import type { AddRequest } from './add.ts';
import type { CommandIo } from './command.ts';
import type { EditRequest } from './edit-request.ts';
import { readManifestFile, shownName } from './manifest-files.ts';
import type { NewRequest } from './new.ts';
import { pattern, patternIds, workload, workloadNames } from './pattern-catalogue.ts';
import { patternHelp, patternList } from './pattern-help.ts';
import type { RemoveRequest } from './remove.ts';
import { replaceFile, writeNewFile } from './written-file.ts';

/** The help of what a word names: a workload or a pattern. Throws `usage` for a word that names neither. */
export function helpOf(word: string, io: CommandIo): Promise<string> {
  const name = workloadNames.find((each) => each === word);
  return patternHelp(name === undefined ? pattern(word) : workload(name), io);
}

export async function runList(io: CommandIo): Promise<number> {
  io.stdout.write(await patternList());
  return exitCodes.done;
}

/** Decisions are told on stderr. */
export function notesTo({ stderr }: CommandIo): (note: string) => void {
  return (note) => void stderr.write(`${plainText(note)}\n`);
}

/** The patterns' names without their families: a colon ends a word for some shells. */
export function patternNames(): readonly string[] {
  return patternIds().map((id) => shortName({ id }));
}

/** The ids of the patterns that are named. Throws `usage` for a name that none has. */
export function patternIdsOf(names: readonly string[]): readonly string[] {
  return names.map((name) => pattern(name).id);
}

/** The kinds of workloads. */
export const offeredKinds: readonly string[] = workloadNames;

/** What the form offers: the workloads, by kind, and the patterns. */
export function offered(): { readonly kinds: readonly OfferedPattern[]; readonly offered: readonly OfferedPattern[] } {
  return { kinds: workloadNames.map((kind) => offer(kind, workload(kind))), offered: patternIds().map((id) => offer(id, pattern(id))) };
}

function offer(id: string, { purpose, options }: Pattern): OfferedPattern {
  // The Pod of a new workload has one container of the app.
  const askable = options.filter(({ name }) => name !== 'container');
  return {
    id,
    purpose,
    options: askable.map((option) => {
      const { name, says, fallback = '' } = option;
      return { name, says, fallback: fallback === '<app-image>' ? "the app's" : fallback, needed: isNeeded(option) };
    }),
  };
}

/** The manifest of the form's answers, or why they make none. */
export function previewOf({ kind, name, image, aim, patterns, options, classic }: FormAnswers): Preview {
  if (name === '') return { problem: 'The name is missing' };
  if (image === '') return { problem: 'The image of the app is missing' };
  if (aim === 'apply' && kind === 'static-pod') return { problem: notApplied.message };
  const base = workloadNames.find((each) => each === kind) ?? 'pod';
  const settings = [...options].flatMap(([option, value]) => {
    const [id = '', field = ''] = option.split('.');
    if (value === '') return [];
    if (patterns.includes(id)) return [`${option}=${value}`];
    return id === appId && workload(base).options.some((each) => each.name === field) ? [`${base}.${field}=${value}`] : [];
  });
  try {
    return { text: manifestText({ what: kind, name, image, command: [], patterns, settings, classic }, () => undefined) };
  } catch (error) {
    if (isPodwrightError(error)) return { problem: error.message };
    throw error;
  }
}

/** Of a static Pod. */
export const notApplied = new PodwrightError('usage', 'a static Pod is not applied: the kubelet reads it from a file on its node');

/** To a file or, where none is named, to stdout. */
export async function writeManifest(manifest: string, { output, force }: NewRequest, io: CommandIo): Promise<void> {
  if (output === undefined) {
    io.stdout.write(manifest);
    return;
  }
  await writeNewFile(output, manifest, force);
  io.stderr.write(`Wrote ${plainText(output)}.\n`);
}

/** The manifest that is asked for. `note` is told what was decided on the way. */
export function manifestText(request: Omit<NewRequest, 'output' | 'force' | 'list' | 'apply' | 'cluster'>, note: (text: string) => void): string {
  const { what, name, image, command, patterns: wanted, settings, classic } = request;
  check('the name', formatProblem('name', name), name);
  check('the image', formatProblem('image', image), image);
  const kind = workloadNames.find((each) => each === what);
  // Its Jobs are called by its name and a number of ten digits (Kubernetes' ValidateCronJobCreate).
  if (kind === 'cronjob' && name.length > 52) throw new PodwrightError('usage', `the name of a CronJob has at most 52 characters, and this has ${name.length}`);
  if (kind === 'static-pod') for (const each of wanted) checkStatic(pattern(each));
  const base = workload(kind ?? 'pod');
  const patterns = [...(kind === undefined ? [pattern(what)] : []), ...wanted.map(pattern)];
  const [baseValues, ...patternValues] = chooseValues([base, ...patterns], settings.map(readSetting));
  if (baseValues === undefined) throw new Error('there is no workload');
  let text = newManifest(baseValues, { name, image, command });
  for (const values of patternValues) {
    const edit = addPattern(text, { to: undefined, file: `new ${shortName(base)}` }, values, classic);
    for (const each of edit.notes) note(each);
    text = edit.text;
  }
  return text;
}

function checkStatic(wanted: Pattern): void {
  if (isForStaticPods(wanted)) return;
  throw new PodwrightError('usage', `${wanted.id} is not for a static Pod, which can refer to no ConfigMap and no Secret`, {
    hint: 'A DaemonSet may: podwright new daemonset.',
  });
}

export async function runAdd({ edit, pattern: name, settings, classic, asPatch }: AddRequest, io: CommandIo): Promise<number> {
  const [values] = chooseValues([pattern(name)], settings.map(readSetting));
  if (values === undefined) throw new Error('there is no pattern');
  await runEdit(edit, io, (before, target) => (asPatch ? patternPatch : addPattern)(before, target, values, classic));
  return exitCodes.done;
}

export async function runRemove({ edit, pattern: name, settings }: RemoveRequest, io: CommandIo): Promise<number> {
  const known = pattern(name);
  const wanted = settings.map(readSetting);
  const other = wanted.find(({ option }) => option !== 'name' && option !== 'container');
  if (other !== undefined) {
    throw new PodwrightError('usage', `remove is told by --set name=NAME which one to remove, and not by ${other.option}`, {
      hint: 'What was set is in the record.',
    });
  }
  await runEdit(edit, io, (before, target) => removePattern(before, target, known, wanted[0]?.value));
  return exitCodes.done;
}

/** Reads the file, edits its text, and gives the result where it is wanted; what was decided on the way goes to stderr. */
async function runEdit({ file, to, output }: EditRequest, io: CommandIo, edit: (before: string, target: EditTarget) => Edit): Promise<void> {
  const before = await fileText(file, io);
  const { text: after, notes } = edit(before, { to, file: shownName(file) });
  for (const note of notes) notesTo(io)(note);
  if (output === 'in-place') {
    if (after !== before) await replaceFile(file, after);
  } else if (output === 'diff') {
    // A terminal obeys what is in a file.
    const shown = io.stdout.isTTY === true ? plainLines : (same: string) => same;
    io.stdout.write(unifiedDiff(shown(before), shown(after), plainText(shownName(file)), styleOf(io.color)));
  } else io.stdout.write(after);
}

async function fileText(file: string, io: CommandIo): Promise<string> {
  const { bytes } = await readManifestFile(file, io);
  if (isUtf8(bytes)) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  throw firstUnreadable(readManifestBytes(bytes, shownName(file)));
}

function check(what: string, problem: string | undefined, value: string): void {
  if (problem !== undefined) throw new PodwrightError('usage', `${what} ${problem}, and this is "${value}"`);
}
