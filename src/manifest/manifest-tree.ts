/**
 * The tree of a manifest's document: values as Kubernetes reads them, each with its place in the text. Aliases and merge keys are resolved, so that who
 * walks the tree sees what the API server would.
 */
import type { Span } from './source-text.ts';
import type { ScalarValue } from './yaml-scalars.ts';

export interface ManifestMap {
  readonly kind: 'map';
  readonly span: Span;
  /** In their order; of a key that is there twice the last. */
  readonly fields: ReadonlyMap<string, ManifestField>;
}

export interface ManifestField {
  readonly name: string;
  readonly key: Span;
  readonly value: ManifestNode;
}

interface ManifestList {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly ManifestNode[];
}

export interface ManifestScalar {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly scalar: ScalarValue;
  /** As it is written, without quotes. */
  readonly text: string;
}

export type ManifestNode = ManifestMap | ManifestList | ManifestScalar;

/** Names of fields and numbers of items, from the document's root. */
export type FieldPath = readonly (string | number)[];

/** The value of a field, or undefined where the node is no map or has none; null counts as none, as it does for the API server. */
export function fieldOf(node: ManifestNode | undefined, name: string): ManifestNode | undefined {
  const value = node?.kind === 'map' ? node.fields.get(name)?.value : undefined;
  return value === undefined || isNull(value) ? undefined : value;
}

/** The text of a field that holds text which is not empty. */
export function textOf(node: ManifestNode | undefined, name: string): string | undefined {
  const value = fieldOf(node, name);
  return value?.kind === 'scalar' && value.scalar.type === 'string' && value.scalar.value !== '' ? value.scalar.value : undefined;
}

export function isNull(node: ManifestNode): boolean {
  return node.kind === 'scalar' && node.scalar.type === 'null';
}

/** Whether two values are the same to Kubernetes, to which the order of fields means nothing. */
export function isSame(a: ManifestNode, b: ManifestNode): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.scalar.type === b.scalar.type && a.scalar.value === b.scalar.value && exactOf(a) === exactOf(b);
  if (a.kind === 'list') return b.kind === 'list' && a.items.length === b.items.length && a.items.every((item, index) => isSameItem(item, b.items[index]));
  return b.kind === 'map' && a.fields.size === b.fields.size && [...a.fields].every(([name, { value }]) => isSameItem(value, b.fields.get(name)?.value));
}

function isSameItem(a: ManifestNode, b: ManifestNode | undefined): boolean {
  return b !== undefined && isSame(a, b);
}

function exactOf({ scalar }: ManifestScalar): bigint | undefined {
  return scalar.type === 'integer' ? scalar.exact : undefined;
}

/** The value at a path from the root of an object. */
export function nodeAt(root: ManifestNode, path: FieldPath): ManifestNode | undefined {
  return path.reduce<ManifestNode | undefined>((node, step) => {
    if (node?.kind === 'map') return node.fields.get(String(step))?.value;
    return node?.kind === 'list' ? node.items[Number(step)] : undefined;
  }, root);
}

/** How `kubectl explain` and the API server write a path: `spec.containers[0].image`; keys with a point in brackets. */
export function pathText(path: FieldPath): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[A-Za-z_$][\w$-]*$/.test(step) ? `.${step}` : `["${step}"]`;
    })
    .join('')
    .replace(/^\./, '');
}

/**
 * Where a field is. A scalar is its value, other fields are their key, as their value may be many lines, and an item is where it starts. Of a field that is
 * not there, the nearest that holds it. `onKey` asks for the key of a scalar too.
 */
export function spanOf(root: ManifestNode, path: FieldPath, onKey = false): Span {
  let node = root;
  let span = root.span;
  for (const step of path) {
    const field = node.kind === 'map' ? node.fields.get(String(step)) : undefined;
    const next = field?.value ?? (node.kind === 'list' ? node.items[Number(step)] : undefined);
    if (next === undefined) break;
    node = next;
    span = field === undefined || (next.kind === 'scalar' && !onKey && next.span.end > next.span.start) ? next.span : field.key;
  }
  return span;
}
