/**
 * The Pods and workloads that a manifest describes, each with its place: YAML of several documents, JSON, and Lists of objects. It reads names and kinds
 * and does not say whether the objects are valid; what makes no Pods is passed over.
 */
import { type Document, isCollection, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { ManifestPlace } from '../core/check-report.ts';
import { text } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { type WorkloadKind, workloadKindNames } from '../core/workload-facts.ts';

export interface ManifestObject {
  readonly kind: 'pod' | WorkloadKind;
  readonly name: string;
  /** undefined: that of the command line. */
  readonly namespace: string | undefined;
  readonly place: ManifestPlace;
}

/** `v1 Pod`, `apps/v1 Deployment`, … without the version, so that kinds of the same name that others define are left alone. */
const kinds: ReadonlyMap<string, ManifestObject['kind']> = new Map<string, ManifestObject['kind']>([
  [' Pod', 'pod'],
  ...(['deployment', 'statefulset', 'daemonset', 'replicaset'] as const).map((kind) => [`apps ${workloadKindNames[kind]}`, kind] as const),
  ...(['job', 'cronjob'] as const).map((kind) => [`batch ${workloadKindNames[kind]}`, kind] as const),
]);

/** In the order of the file. `file` is only for the places. Throws `input` for what is no YAML, with its line and column. */
export function manifestObjects(content: string, file: string): readonly ManifestObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(content, { lineCounter: lines, merge: true });
  const found: ManifestObject[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw invalid({ file, line, column: col }, (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''));
    }
    collect(document, document.contents, { file, lines }, found);
  }
  return found;
}

interface Source {
  readonly file: string;
  readonly lines: LineCounter;
}

function collect(document: Document, node: unknown, source: Source, found: ManifestObject[]): void {
  if (node === null || (isScalar(node) && node.value === null)) return;
  if (!isMap(node)) throw invalid(placeOf(node as Node, source), 'it is no object: a manifest has fields such as kind and metadata');
  const field = (...path: readonly string[]): string | undefined => text(scalarAt(document, node, path));
  const kind = field('kind');
  const items = node.get('items', true);
  if (kind?.endsWith('List') === true && isSeq(items)) {
    for (const item of items.items) collect(document, item, source, found);
    return;
  }
  const known = kinds.get(`${groupOf(field('apiVersion'))} ${kind}`);
  if (known === undefined) return;
  const place = placeOf(node, source);
  const name = field('metadata', 'name');
  if (name === undefined) {
    const generated = field('metadata', 'generateName') !== undefined;
    throw invalid(place, `this ${kind} has no name${generated ? ', only a generateName' : ''}`, 'What was made of it cannot be told; select it with -l.');
  }
  found.push({ kind: known, name, namespace: field('metadata', 'namespace'), place });
}

/** A value behind an alias is found as well. */
function scalarAt(document: Document, node: unknown, [key, ...rest]: readonly string[]): unknown {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  if (key === undefined) return isScalar(resolved) ? resolved.value : undefined;
  return isCollection(resolved) ? scalarAt(document, resolved.get(key, true), rest) : undefined;
}

function isAlias(node: unknown): node is { resolve(document: Document): unknown } {
  return typeof node === 'object' && node !== null && 'source' in node && 'resolve' in node;
}

/** Empty for the core group. */
function groupOf(apiVersion: string | undefined): string {
  return apiVersion?.includes('/') === true ? (apiVersion.split('/')[0] ?? '') : '';
}

function placeOf(node: Node, { file, lines }: Source): ManifestPlace {
  const { line, col } = lines.linePos(node.range?.[0] ?? 0);
  return { file, line, column: col };
}

function invalid({ file, line, column }: ManifestPlace, problem: string, hint = 'A manifest is YAML or JSON, as kubectl apply takes it.'): PodwrightError {
  return new PodwrightError('input', `${file}:${line}:${column}: ${problem}`, { hint });
}
