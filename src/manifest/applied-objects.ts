/**
 * All objects of manifests as they are sent to the API server, whatever their kind, each with its place: YAML of several documents, JSON, and Lists. Values are
 * as Kubernetes reads them (`yes` is a boolean, `0777` is 511), and integers keep all their digits.
 */

import type { ObjectName } from '../core/change/object-name.ts';
import type { ManifestPlace } from '../core/check-report.ts';
import { type Json, object } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { readManifestBytes } from './manifest-reader.ts';
import { fieldOf, isNull, type ManifestNode, textOf } from './manifest-tree.ts';
import type { SourceText } from './source-text.ts';
import { jsonNumber } from './yaml-scalars.ts';

export interface ManifestedObject {
  /** Its namespace as far as the manifest says one. */
  readonly object: ObjectName;
  /** The whole object as JSON text. */
  readonly json: string;
  readonly place: ManifestPlace;
}

/**
 * In the order of the file. `file` is only for the places. Throws `input` for what is no YAML and for what cannot be applied, with its line and column. In a
 * file that was found in a directory, and not `named` itself, YAML of other tools is passed over, as lint does.
 */
export function appliedObjects(bytes: Uint8Array, file: string, named = true): readonly ManifestedObject[] {
  const { source, documents } = readManifestBytes(bytes, file);
  return documents.flatMap(({ root, problems }) => {
    const [problem] = problems;
    if (root === undefined && problem !== undefined) throw invalid(source.place(problem.span?.start ?? 0), problem.message, problem.hint);
    return root === undefined || (!named && isForeign(root)) ? [] : objectsIn(root, source);
  });
}

/** One map of fields, of any kind: a part of an object. Throws `input` for what is none, with its line and column. */
export function partOfObject(bytes: Uint8Array, file: string): Json {
  const { source, documents } = readManifestBytes(bytes, file);
  const [document] = documents;
  const [problem] = document?.problems ?? [];
  if (problem !== undefined) throw invalid(source.place(problem.span?.start ?? 0), problem.message, problem.hint);
  if (document?.root?.kind !== 'map' || documents.length > 1) throw new PodwrightError('input', `${file} is not one map of fields`);
  return object(JSON.parse(jsonText(document.root)));
}

function isForeign(root: ManifestNode): boolean {
  return fieldOf(root, 'apiVersion') === undefined && fieldOf(root, 'kind') === undefined;
}

function objectsIn(node: ManifestNode, source: SourceText): readonly ManifestedObject[] {
  if (isNull(node)) return [];
  const place = source.place(node.span.start);
  if (node.kind !== 'map') throw invalid(place, 'this is no object: a manifest has fields such as kind and metadata');
  const [apiVersion, kind, items, metadata] = [textOf(node, 'apiVersion'), textOf(node, 'kind'), fieldOf(node, 'items'), fieldOf(node, 'metadata')];
  if (kind?.endsWith('List') === true && items?.kind === 'list') return items.items.flatMap((item) => objectsIn(item, source));
  if (apiVersion === undefined || kind === undefined) throw invalid(place, `this object has no ${kind === undefined ? 'kind' : 'apiVersion'}`);
  const name = textOf(metadata, 'name');
  if (name === undefined) {
    const generated = textOf(metadata, 'generateName') !== undefined;
    const hint = generated ? 'Each apply would make another one; `kubectl create -f` makes one.' : 'Give it metadata.name.';
    throw invalid(place, `this ${kind} has no name${generated ? ', only a generateName' : ''}`, hint);
  }
  return [{ object: { apiVersion, kind, namespace: textOf(metadata, 'namespace'), name }, json: jsonText(node), place }];
}

/** A node as JSON text. */
function jsonText(node: ManifestNode): string {
  switch (node.kind) {
    case 'scalar':
      return node.scalar.type === 'integer' || node.scalar.type === 'float' ? jsonNumber(node.scalar) : JSON.stringify(node.scalar.value);
    case 'list':
      return `[${node.items.map(jsonText).join(',')}]`;
    case 'map':
      return `{${[...node.fields.values()].map(({ name, value }) => `${JSON.stringify(name)}:${jsonText(value)}`).join(',')}}`;
  }
}

function invalid({ file, line, column }: ManifestPlace, problem: string, hint = 'A manifest is YAML or JSON, as kubectl apply takes it.'): PodwrightError {
  return new PodwrightError('input', `${file}:${line}:${column}: ${problem}`, { hint });
}
