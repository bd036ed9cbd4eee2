/** Compares a Pod with what a pattern wants in it: the parts that are not there yet, and what stands in their way. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { PodwrightError } from '../../core/podwright-error.ts';
import { isShared, type PodHome, type PodSource, placeText } from '../pod-homes.ts';
import { fieldOf, hasValue } from '../text-edits.ts';
import { type EditPath, itemKey, itemOf } from './edit-record.ts';

/** One edit of the text, and what it makes. */
export type MissingPart =
  | { readonly kind: 'field'; readonly map: YAMLMap; readonly pair: Pair; readonly paths: readonly EditPath[] }
  | { readonly kind: 'value'; readonly pair: Pair; readonly value: YAMLMap | YAMLSeq; readonly paths: readonly EditPath[] }
  | { readonly kind: 'item'; readonly list: YAMLSeq; readonly item: Node; readonly paths: readonly EditPath[] };

/** Maps that are filled up where they exist already. What is in any other is one thing: there as it is wanted, or in the way. */
const openMaps: ReadonlySet<string> = new Set(['metadata', 'annotations', 'labels', 'spec', 'securityContext', 'capabilities', 'lifecycle']);

/** Maps whose fields are recorded one by one, as others add to them too. */
const sharedMaps: ReadonlySet<string> = new Set(['metadata', 'annotations', 'labels']);

/** In their order. Throws `input` with the place of what stands in the way, once it gets there. */
export function missingParts(source: PodSource, home: PodHome, wanted: YAMLMap, app: string): Iterable<MissingPart> {
  return new Comparison(source, home, app).inMap(home.root, wanted, []);
}

class Comparison {
  readonly #source: PodSource;
  readonly #home: PodHome;
  readonly #app: string;

  constructor(source: PodSource, home: PodHome, app: string) {
    this.#source = source;
    this.#home = home;
    this.#app = app;
  }

  *inMap(map: YAMLMap, wanted: YAMLMap, path: EditPath): Generator<MissingPart> {
    for (const pair of wanted.items) yield* this.#field(map, pair, path);
  }

  *#field(map: YAMLMap, pair: Pair, path: EditPath): Generator<MissingPart> {
    const name = nameOf(pair);
    const here = [...path, { key: name, item: false, made: false }];
    const existing = fieldOf(map, name);
    if (existing === undefined) {
      if (map.items.some(({ key }) => isScalar(key) && key.value === '<<'))
        throw this.#refusal(map, 'this map is merged with another (<<), which may have more in it');
      this.#editable(map);
      yield { kind: 'field', map, pair, paths: madePaths(path, pair) };
      return;
    }
    const { value } = existing;
    if (isAlias(value)) throw this.#refusal(value, `${name} is an alias: what is added here would be added where *${value.source} is defined`);
    const want = pair.value;
    if (!hasValue(existing) && (isMap(want) || isSeq(want))) {
      if (map.flow === true) throw this.#refusal(existing.key, `${name} has no value`);
      this.#editable(map);
      yield { kind: 'value', pair: existing, value: want, paths: madePaths(path, pair).map((each) => asFound(each, path.length)) };
      return;
    }
    if (isMap(want) && isMap(value) && openMaps.has(name)) return yield* this.inMap(value, want, here);
    if (isSeq(want) && isSeq(value) && want.items.every((item) => itemKey(name, item) !== undefined)) return yield* this.#items(name, value, want, here);
    if (sameValue(value, want)) return;
    throw this.#refusal(existing.key, `${name} is there already, and is not what the pattern needs (${JSON.stringify(want)})`);
  }

  *#items(name: string, list: YAMLSeq, wanted: YAMLSeq, path: EditPath): Generator<MissingPart> {
    for (const item of wanted.items) {
      const key = itemKey(name, item) ?? '';
      const here = [...path, { key, item: true, made: false }];
      const existing = itemOf(name, list, key);
      if (existing === undefined) {
        this.#editable(list);
        yield { kind: 'item', list, item: item as Node, paths: [here] };
      } else if (name === 'containers' && key === this.#app && isMap(existing) && isMap(item)) {
        yield* this.inMap(existing, item, here);
      } else if (!this.#isThere(name, existing, item)) {
        throw this.#refusal(existing, `${one[name] ?? name} ${key} is there already, and is not what the pattern needs`, clashHints[name]);
      }
    }
  }

  /** A mount that is there as it is wanted, be it writable where it need not be. */
  #isThere(name: string, existing: unknown, wanted: unknown): boolean {
    if (name === 'volumeMounts' && isMap(existing) && isMap(wanted)) return existing.get('name') === wanted.get('name');
    return sameValue(existing, wanted);
  }

  #editable(node: unknown): void {
    if (isShared(this.#home.document, node)) throw this.#refusal(node, 'this stands elsewhere too, by its anchor: what is added here would be added there');
  }

  #refusal(node: unknown, problem: string, hint = 'Change it by hand, or write a patch with --as-patch.'): PodwrightError {
    return new PodwrightError('input', `${placeText(this.#source.place(node))}: ${problem}`, { hint });
  }
}

const one: Readonly<Record<string, string>> = {
  containers: 'container',
  initContainers: 'container',
  volumes: 'volume',
  volumeMounts: 'a mount at',
  env: 'environment variable',
};

const clashHints: Readonly<Record<string, string>> = {
  containers: 'Give it another name: --set name=NAME.',
  initContainers: 'Give it another name: --set name=NAME.',
  volumes: 'Give the volume another name: --set volume=NAME.',
  volumeMounts: 'Choose another directory: --set dir=PATH.',
};

/** What a new field makes: its items one by one, as others may be added later, or itself. */
function madePaths(path: EditPath, pair: Pair): readonly EditPath[] {
  const name = nameOf(pair);
  const here = [...path, { key: name, item: false, made: true }];
  const { value } = pair;
  if (isSeq(value) && value.flow !== true && value.items.every((item) => itemKey(name, item) !== undefined)) {
    return value.items.map((item) => [...here, { key: itemKey(name, item) ?? '', item: true, made: false }]);
  }
  if (isMap(value) && sharedMaps.has(name)) return value.items.flatMap((each) => madePaths(here, each));
  return [[...path, { key: name, item: false, made: false }]];
}

/** The step is one that was there before. */
function asFound(path: EditPath, index: number): EditPath {
  return path.map((step, at) => (at === index && step.made ? { ...step, made: false } : step));
}

function nameOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/** Whether two values hold the same, whatever the order of their fields. */
export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** As plain data with the fields in order. */
function sorted(node: unknown): unknown {
  if (isMap(node)) {
    return Object.fromEntries(node.items.map((pair): [string, unknown] => [nameOf(pair), sorted(pair.value)]).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (isSeq(node)) return node.items.map(sorted);
  return isScalar(node) ? node.value : node;
}
