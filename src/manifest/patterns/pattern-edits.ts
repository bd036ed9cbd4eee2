/**
 * Adds a pattern to a Pod in YAML text, and takes it out again. The text is edited where something is missing, one part at a time, and read anew after
 * each: all else stays as it is, byte for byte. A comment above the Pod's spec records what was added.
 */
import { Document, isCollection, isMap, isSeq, type Pair, type YAMLMap } from 'yaml';
import { PodwrightError } from '../../core/podwright-error.ts';
import { kindName } from '../../core/workload-facts.ts';
import { documentPart, type PodHome, type PodSource, placeText, podSource, readPodSource } from '../pod-homes.ts';
import {
  asWritten,
  fieldOf,
  hasValue,
  lineEnd,
  lineStart,
  startOf,
  styleOf,
  withCommentAbove,
  withField,
  withItem,
  without,
  withoutLines,
  withValue,
} from '../text-edits.ts';
import { containersIn, type EditPath, type EditRecord, itemOf, mapsIn, pathText, readRecord, recordText } from './edit-record.ts';
import { fitPod } from './fitted-pod.ts';
import { type MissingPart, missingParts } from './missing-parts.ts';
import type { Values } from './pattern-options.ts';
import type { Pattern } from './pattern-template.ts';

export interface EditTarget {
  /** undefined: the only one in the file. */
  readonly to: Pick<PodHome, 'kind' | 'name'> | undefined;
  /** Of the text, for places. */
  readonly file: string;
}

interface PlacedRecord {
  readonly record: EditRecord;
  /** The start of its line. */
  readonly at: number;
}

export interface Edit {
  readonly text: string;
  /** What was decided on the way, for the person: whole sentences. */
  readonly notes: readonly string[];
}

/**
 * The text with the pattern in one of its Pods; the same text where it is there already. `classic` makes sidecars ordinary containers. Throws `input` with the
 * place of what stands in the way.
 */
export function addPattern(text: string, target: EditTarget, values: Values, classic: boolean): Edit {
  const whole = readPodSource(text, target.file);
  const { source: before, home, within } = documentPart(whole, chosenHome(whole, target));
  if (home.root.flow === true) {
    throw new PodwrightError('input', `${placeText(before.place(home.root))}: ${homeText(home)} is written as JSON, which has no place for comments`, {
      hint: 'Write a patch with --as-patch, or the manifest as YAML.',
    });
  }
  const settings = [...values.given].map(([name, value]) => `${name}=${value}`).toSorted();
  const here = recordsOf(before, home).find(
    ({ record }) => record.pattern === values.pattern.id && nameIn(record, values.pattern) === nameIn({ settings }, values.pattern),
  );
  if (here !== undefined) return unchanged(text, before, home, here, settings);
  checkClassic(before, home, values, classic);
  const fitted = fitPod(before, home, values, classic);
  // All the way through before anything is edited: what stands in the way is told by its place in the text as it was.
  const count = [...missingParts(before, home, fitted.wanted, fitted.app)].length;
  const paths: EditPath[] = [];
  let source = before;
  for (let done = 0; done < count; done++) {
    const current = sameHome(before, home, source);
    const [part] = missingParts(source, current, fitted.wanted, fitted.app);
    if (part === undefined) break;
    source = podSource(withPart(source.text, current, part), target.file);
    paths.push(...part.paths);
  }
  if (paths.length === 0) return { text, notes: [`${values.pattern.id} is in ${homeText(home)} already.`] };
  const record = recordText({ pattern: values.pattern.id, settings, paths });
  const edited = withCommentAbove(source.text, startOf(fieldOf(sameHome(before, home, source).root, 'spec')?.key), record);
  checkEdit(before, podSource(edited, target.file), home);
  return { text: within(edited), notes: fitted.notes };
}

/** The pattern as a strategic merge patch of the workload, which kubectl patch and kustomize take. */
export function patternPatch(text: string, target: EditTarget, values: Values, classic: boolean): Edit {
  const source = readPodSource(text, target.file);
  const home = chosenHome(source, target);
  checkClassic(source, home, values, classic);
  const { wanted, notes } = fitPod(source, home, values, classic);
  const metadata = { name: home.name, ...(home.namespace === undefined ? {} : { namespace: home.namespace }) };
  const document = new Document({ apiVersion: home.apiVersion, kind: kindName(home.kind), metadata }, asWritten);
  if (home.path.length > 0) document.setIn(home.path, wanted);
  else for (const { key, value } of wanted.items) merge(document.contents as unknown as YAMLMap, key, value);
  return { text: document.toString(asWritten), notes };
}

/** The text without what the record of the pattern says was added. Throws `input` where there is no record, or several. */
export function removePattern(text: string, target: EditTarget, pattern: Pattern, name: string | undefined): Edit {
  const whole = readPodSource(text, target.file);
  const homes = target.to === undefined ? homesOf(whole) : [chosenHome(whole, target)];
  const found = homes.flatMap((home) => recordsOf(whole, home).flatMap(({ record, at }) => (isWanted(record) ? [{ home, record, at }] : [])));
  const [only, ...others] = found;
  if (only === undefined) {
    throw new PodwrightError('input', `${target.file}: there is no record that ${pattern.id}${name === undefined ? '' : ` (name=${name})`} was added`, {
      hint: 'What podwright add has added has a comment that says so above the spec of the Pod. Without it, take it out by hand.',
    });
  }
  if (others.length > 0) {
    const places = found.map(({ home, record, at }) => `${homeText(home)} as ${nameIn(record, pattern) ?? pattern.id} (line ${whole.placeAt(at).line})`);
    throw new PodwrightError('input', `${target.file}: ${pattern.id} was added more than once: ${places.join(', ')}`, {
      hint: 'Say which: --to KIND/NAME, or --set name=NAME.',
    });
  }
  const { record } = only;
  const { source: before, home, within } = documentPart(whole, only.home);
  const notes: string[] = [];
  let source = before;
  const homeIn = (each: PodSource): PodHome => sameHome(before, home, each);
  for (const path of record.paths) {
    const kept = whyKept(homeIn(source), path);
    if (kept === undefined) source = withoutPath(source, homeIn, path, notes);
    else notes.push(kept);
  }
  const line = recordsOf(source, homeIn(source)).find((each) => recordText(each.record) === recordText(record));
  const edited = line === undefined ? source.text : withoutLines(source.text, line.at, lineEnd(source.text, line.at));
  checkEdit(podSource(edited, target.file), before, home);
  return { text: within(edited), notes };

  function isWanted(each: EditRecord): boolean {
    return each.pattern === pattern.id && (name === undefined || nameIn(each, pattern) === name);
  }
}

/** `deployment/web`. */
function homeText({ kind, name }: PodHome): string {
  return `${kind}/${name}`;
}

/** All of the text. Throws `input` where there is none. */
function homesOf({ homes, file }: PodSource): readonly PodHome[] {
  if (homes.length > 0) return homes;
  throw new PodwrightError('input', `${file}: there is no Pod and no workload in it`, {
    hint: 'Name the file that has the Pod or the workload, whole and not as a patch of it.',
  });
}

function chosenHome(source: PodSource, { to }: EditTarget): PodHome {
  const homes = homesOf(source);
  const { file } = source;
  const all = homes.map(homeText).join(', ');
  const matching = to === undefined ? homes : homes.filter(({ kind, name }) => kind === to.kind && name === to.name);
  const [only, ...others] = matching;
  if (only === undefined) throw new PodwrightError('input', `${file}: there is no ${to?.kind}/${to?.name} in it`, { hint: `There is ${all}.` });
  if (others.length > 0) {
    throw new PodwrightError('input', `${file}: there are several: ${matching.map(homeText).join(', ')}`, {
      hint: 'Choose with --to KIND/NAME; where they are of one name, by file.',
    });
  }
  return only;
}

/** The same Pod after an edit: there are as many as before. */
function sameHome(before: PodSource, home: PodHome, source: PodSource): PodHome {
  return source.homes[before.homes.indexOf(home)] ?? home;
}

/** The records in the comments right above the spec of the Pod. */
function recordsOf({ text }: PodSource, { root }: PodHome): readonly PlacedRecord[] {
  const key = fieldOf(root, 'spec')?.key;
  const records: PlacedRecord[] = [];
  if (key === undefined) return records;
  let at = lineStart(text, startOf(key));
  while (at > 0) {
    const above = lineStart(text, at - 1);
    const line = text.slice(above, at);
    if (!/^\s*#/.test(line)) break;
    const record = readRecord(line.replace(/\r?\n$/, ''));
    if (record !== undefined) records.unshift({ record, at: above });
    at = above;
  }
  return records;
}

/** Tells the pattern from another of the same kind: its container's name, or whose it is. */
function nameIn({ settings }: Pick<EditRecord, 'settings'>, { options }: Pattern): string | undefined {
  const option = options.find(({ name }) => name === 'name') ?? options.find(({ name }) => name === 'container');
  return settings.find((setting) => setting.startsWith(`${option?.name}=`))?.slice((option?.name.length ?? 0) + 1) ?? option?.fallback;
}

function unchanged(text: string, source: PodSource, home: PodHome, { record, at }: PlacedRecord, settings: readonly string[]): Edit {
  if (record.settings.toSorted().join('\n') === settings.join('\n')) return { text, notes: [`${record.pattern} is in ${homeText(home)} already.`] };
  throw new PodwrightError(
    'input',
    `${placeText(source.placeAt(at))}: ${record.pattern} is in ${homeText(home)} already, with other options (${record.settings.join(', ') || 'none'})`,
    {
      hint: 'Take it out first (podwright remove), or add a second one under another name (--set name=NAME).',
    },
  );
}

/** A sidecar that is an ordinary container never ends, and its Job never completes. */
function checkClassic({ place }: PodSource, home: PodHome, { pattern }: Values, classic: boolean): void {
  if (!classic || (home.kind !== 'job' && home.kind !== 'cronjob') || !pattern.pod.includes('restartPolicy: Always')) return;
  throw new PodwrightError(
    'input',
    `${placeText(place(home.object))}: in ${homeText(home)} a classic sidecar would run on after the work is done, and the Job would never complete`,
    {
      hint: 'Leave --classic out: sidecars of Kubernetes 1.29 and newer end with the app.',
    },
  );
}

function withPart(text: string, home: PodHome, part: MissingPart): string {
  const style = styleOf(text, home.root);
  if (part.kind === 'item') return withItem(text, part.list, part.item, style);
  if (part.kind === 'value') return withValue(text, part.pair, part.value, style);
  // Sidecars and init steps run before the containers, and are read before them.
  const before = fieldOf(part.map, 'containers') !== undefined && keyText(part.pair) === 'initContainers' ? 'containers' : undefined;
  return withField(text, part.map, part.pair, style, before);
}

function keyText({ key }: Pair): string {
  return String(key);
}

function merge(map: YAMLMap, key: unknown, value: unknown): void {
  const existing = map.get(key);
  if (isMap(existing) && isMap(value)) for (const pair of value.items) existing.add(pair);
  else map.set(key, value);
}

/** Why a part stays: a volume that is still mounted. */
function whyKept(home: PodHome, path: EditPath): string | undefined {
  const [list, item] = path.filter(({ key }) => key !== 'spec');
  if (list?.key !== 'volumes' || item === undefined) return undefined;
  const spec = fieldOf(home.root, 'spec')?.value;
  const mounting = containersIn(spec).find((container) => mapsIn(container, 'volumeMounts').some((mount) => mount.get('name') === item.key));
  return mounting === undefined ? undefined : `Volume ${item.key} stays: container ${String(mounting.get('name'))} mounts it.`;
}

/** Takes out what the path leads to, then the fields above that were made for it and are empty now. */
function withoutPath(before: PodSource, homeIn: (source: PodSource) => PodHome, path: EditPath, notes: string[]): PodSource {
  let source = before;
  for (let depth = path.length; depth > 0; depth--) {
    const step = path[depth - 1];
    const parent = nodeAt(homeIn(source).root, path.slice(0, depth - 1));
    const entry = step !== undefined && (isMap(parent) || isSeq(parent)) ? entryOf(parent, path[depth - 2]?.key ?? '', step.key) : undefined;
    const isLeaf = depth === path.length;
    if (entry === undefined && isLeaf) {
      notes.push(`${pathText(path)} is gone already.`);
      return source;
    }
    if (!(isMap(parent) || isSeq(parent)) || entry === undefined || !(isLeaf || (step?.made === true && isEmptied(entry as Pair)))) continue;
    source = podSource(without(source.text, parent, entry), source.file);
  }
  return source;
}

function isEmptied(pair: Pair): boolean {
  return !hasValue(pair) || (isCollection(pair.value) && pair.value.items.length === 0);
}

function nodeAt(root: YAMLMap, path: EditPath): unknown {
  let node: unknown = root;
  let name = '';
  for (const { key } of path) {
    const entry: unknown = isMap(node) || isSeq(node) ? entryOf(node, name, key) : undefined;
    node = isMap(node) ? (entry as Pair | undefined)?.value : entry;
    name = key;
  }
  return node;
}

/** A field of a map, an item of the list `name`. */
function entryOf(parent: unknown, name: string, key: string): unknown {
  return isMap(parent) ? fieldOf(parent, key) : itemOf(name, parent, key);
}

/** The last line of defence: whatever the text's style, nothing but the one Pod has changed, and it has lost nothing. */
function checkEdit(less: PodSource, more: PodSource, home: PodHome): void {
  if (hasOnlyGained(less, more)) return;
  throw new PodwrightError('input', `${less.file}: ${homeText(home)} is written in a way that cannot be edited without a risk for the rest`, {
    hint: 'Write a patch with --as-patch, or change it by hand.',
  });
}

function hasOnlyGained({ documents: before }: PodSource, { documents: after }: PodSource): boolean {
  try {
    return before.length === after.length && before.every((document, index) => holds(after[index]?.toJS(), document.toJS()));
  } catch {
    // Aliases of aliases that would fill the memory.
    return false;
  }
}

/** Whether all that `part` has is in `whole`, in the same order. */
function holds(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part)) {
    let at = 0;
    for (const item of Array.isArray(whole) ? whole : []) if (at < part.length && holds(item, part[at])) at++;
    return at === part.length;
  }
  if (typeof part === 'object' && part !== null) {
    return typeof whole === 'object' && whole !== null && Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value));
  }
  return Object.is(whole, part) || (part === null && typeof whole === 'object');
}
