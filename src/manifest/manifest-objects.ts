/**
 * The Pods and workloads that a manifest describes, each with its place: YAML of several documents, JSON, and Lists of objects. It reads names and kinds
 * and does not say whether the objects are valid; what makes no Pods is passed over.
 */
import type { ManifestPlace } from '../core/check-report.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { WorkloadKind } from '../core/workload-facts.ts';
import { firstUnreadable, readManifestBytes } from './manifest-reader.ts';
import { fieldOf, isNull, type ManifestNode, textOf } from './manifest-tree.ts';
import { podKindOf } from './pod-kinds.ts';
import type { SourceText } from './source-text.ts';

export interface ManifestObject {
  readonly kind: 'pod' | WorkloadKind;
  readonly name: string;
  /** undefined: that of the command line. */
  readonly namespace: string | undefined;
  /** Its own, not those of its Pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly place: ManifestPlace;
}

/** In the order of the file. `file` is only for the places. Throws `input` for what is no YAML, with its line and column. */
export function manifestObjects(bytes: Uint8Array, file: string): readonly ManifestObject[] {
  const manifest = readManifestBytes(bytes, file);
  const unreadable = firstUnreadable(manifest);
  if (unreadable !== undefined) throw unreadable;
  return manifest.documents.flatMap(({ root }) => (root === undefined ? [] : objectsIn(root, manifest.source)));
}

function objectsIn(node: ManifestNode, source: SourceText): readonly ManifestObject[] {
  if (isNull(node)) return [];
  const place = source.place(node.span.start);
  if (node.kind !== 'map') throw invalid(place, 'it is no object: a manifest has fields such as kind and metadata');
  const kind = textOf(node, 'kind');
  const items = fieldOf(node, 'items');
  if (kind?.endsWith('List') === true && items?.kind === 'list') return items.items.flatMap((item) => objectsIn(item, source));
  const known = podKindOf(textOf(node, 'apiVersion'), kind)?.target;
  if (known === undefined) return [];
  const metadata = fieldOf(node, 'metadata');
  const name = textOf(metadata, 'name');
  if (name === undefined) {
    const generated = textOf(metadata, 'generateName') !== undefined;
    throw invalid(place, `this ${kind} has no name${generated ? ', only a generateName' : ''}`, 'What was made of it cannot be told; select it with -l.');
  }
  return [{ kind: known, name, namespace: textOf(metadata, 'namespace'), labels: labelsOf(metadata), place }];
}

function labelsOf(metadata: ManifestNode | undefined): Readonly<Record<string, string>> {
  const labels = fieldOf(metadata, 'labels');
  const fields = labels?.kind === 'map' ? [...labels.fields] : [];
  return Object.fromEntries(
    fields.flatMap(([name, { value }]) => (value.kind === 'scalar' && value.scalar.type === 'string' ? [[name, value.scalar.value] as const] : [])),
  );
}

function invalid({ file, line, column }: ManifestPlace, problem: string, hint = 'A manifest is YAML or JSON, as kubectl apply takes it.'): PodwrightError {
  return new PodwrightError('input', `${file}:${line}:${column}: ${problem}`, { hint });
}
