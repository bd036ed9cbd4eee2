/** A template with values in place of its `<option>`s: the Pod that a pattern is made of, as YAML nodes with their comments. */
import { Document, isCollection, isMap, isPair, isScalar, isSeq, parseDocument, Scalar, visit, type YAMLMap, YAMLSeq } from 'yaml';
import { asWritten } from '../text-edits.ts';
import { formatValue } from './option-formats.ts';
import type { Values } from './pattern-options.ts';

/** What the Pod has that the pattern is for. */
export interface App {
  /** Of its container. */
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
}

const placeholder = /<([a-z][a-z-]*)>/g;

/**
 * Fills the template in. `chosen` are values that take the place of defaults. Fields of optional options without a value are left out. Comments of a list or
 * a map are those of its first entry, so that they go where it goes.
 */
export function fillPod({ pattern, given }: Values, app: App, chosen: ReadonlyMap<string, string> = new Map()): YAMLMap {
  const values = new Map<string, string>([
    ['app', app.name],
    ['app-image', app.image],
  ]);
  for (const { name, fallback } of pattern.options) {
    const value = given.get(name) ?? chosen.get(name) ?? (fallback === undefined ? undefined : filled(fallback, values));
    if (value !== undefined) values.set(name, value);
  }
  const numbers = new Map(pattern.options.map(({ name, format }) => [name, format]));
  const document = parseDocument(pattern.pod);
  const root = document.contents as unknown as YAMLMap;
  moveCommentsDown(root);
  visit(root, {
    Node: (_, node) => {
      if (node.commentBefore) node.commentBefore = filled(node.commentBefore, values);
      if (node.comment) node.comment = filled(node.comment, values);
      if (!isScalar(node) || typeof node.value !== 'string') return undefined;
      const whole = /^<([a-z][a-z-]*)>$/.exec(node.value)?.[1];
      const format = whole === undefined ? undefined : numbers.get(whole);
      const value = whole === undefined ? undefined : values.get(whole);
      if (whole !== undefined && value === undefined && pattern.options.some(({ name }) => name === whole)) return visit.REMOVE;
      node.value = format !== undefined && value !== undefined && node.type === Scalar.PLAIN ? formatValue(format, value) : filled(node.value, values);
      return undefined;
    },
  });
  prune(root);
  setCommand(root, app.command);
  return root;
}

/** A manifest of its own, as text. */
export function newManifest(values: Values, app: App): string {
  return new Document(fillPod(values, app), asWritten).toString(asWritten);
}

/** Makes the sidecars of a Pod ordinary containers, for clusters that know no sidecars. */
export function makeClassic(root: YAMLMap): void {
  const spec = root.get('spec') as YAMLMap;
  const init = spec.get('initContainers');
  if (!isSeq(init)) return;
  const isSidecar = (item: unknown): boolean => isMap(item) && item.get('restartPolicy') === 'Always';
  const sidecars = init.items.filter(isSidecar);
  init.items = init.items.filter((item) => !isSidecar(item));
  if (init.items.length === 0) spec.delete('initContainers');
  for (const sidecar of sidecars) {
    (sidecar as YAMLMap).delete('restartPolicy');
    (spec.get('containers') as YAMLSeq).add(sidecar);
  }
}

/** The comment above the first entry of a field's list or map, which the parser takes for one of the whole, to that entry. */
function moveCommentsDown(root: YAMLMap): void {
  visit(root, {
    Collection: (place, node) => {
      const [first] = node.items;
      const entry = isPair(first) ? first.key : first;
      if (typeof place === 'number' || !node.commentBefore || node.flow || !(isScalar(entry) || isCollection(entry))) return;
      entry.commentBefore = node.commentBefore;
      delete node.commentBefore;
    },
  });
}

export function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (whole, name: string) => values.get(name) ?? whole);
}

/** Last of all: the words are the person's, and nothing is filled into them. */
function setCommand(root: YAMLMap, command: readonly string[]): void {
  visit(root, {
    Map: (_, map) => {
      if (map.get('command') !== '<app-command>') return undefined;
      if (command.length === 0) map.delete('command');
      const list = new YAMLSeq();
      list.flow = true;
      list.items = command.map((word) => new Scalar(word));
      if (command.length > 0) map.set('command', list);
      return visit.BREAK;
    },
  });
}

/** Takes out what has lost its value, and what has become empty by that. */
function prune(node: YAMLMap | YAMLSeq): void {
  if (isMap(node)) node.items = node.items.filter(({ value }) => keeps(value));
  else node.items = node.items.filter(keeps);
}

function keeps(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (!isMap(value) && !isSeq(value)) return true;
  prune(value);
  return value.items.length > 0;
}
