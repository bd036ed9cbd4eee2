/**
 * The places in YAML text where Pods are described: the Pods themselves, and the templates of workloads, in several documents and in Lists. For edits of the
 * text, hence with the parser's own nodes.
 */
import { type Document, isMap, isScalar, isSeq, parseAllDocuments, visit, type YAMLMap } from 'yaml';
import type { ManifestPlace } from '../core/check-report.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { WorkloadKind } from '../core/workload-facts.ts';
import { firstUnreadable, readManifestText } from './manifest-reader.ts';
import { podKindOf } from './pod-kinds.ts';
import { SourceText } from './source-text.ts';
import { fieldOf, startOf } from './text-edits.ts';

export interface PodHome {
  readonly kind: 'pod' | WorkloadKind;
  readonly name: string;
  readonly apiVersion: string;
  readonly namespace: string | undefined;
  readonly document: Document;
  /** The whole object. */
  readonly object: YAMLMap;
  /** The fields that lead from the object to the map with the Pod's metadata and spec. */
  readonly path: readonly string[];
  /** That map. */
  readonly root: YAMLMap;
}

export interface PodSource {
  readonly text: string;
  readonly file: string;
  readonly documents: readonly Document[];
  readonly homes: readonly PodHome[];
  place(node: unknown): ManifestPlace;
  placeAt(offset: number): ManifestPlace;
}

/** Throws `input` for what the manifest reader refuses, with its place: first of all what is no YAML, or too much of it. */
export function readPodSource(text: string, file: string): PodSource {
  const unreadable = firstUnreadable(readManifestText(text, file));
  if (unreadable !== undefined) throw unreadable;
  return podSource(text, file);
}

/**
 * Of text that the manifest reader has read, and of edits of it. Throws `input` for what the parser takes for an error beyond that. Of a part of a file,
 * `whole` is the file and `start` where the part begins in it, for the places.
 */
export function podSource(text: string, file: string, whole?: PodSource, start = 0): PodSource {
  const lines = new SourceText(text, file);
  const documents: readonly Document[] = parseAllDocuments(text, { prettyErrors: false, logLevel: 'error' });
  const placeAt = (offset: number): ManifestPlace => whole?.placeAt(start + offset) ?? lines.place(offset);
  const homes: PodHome[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) {
      const problem = error.code === 'DUPLICATE_KEY' ? 'this field is there twice' : error.message;
      throw new PodwrightError('input', `${placeText(placeAt(error.pos[0]))}: ${problem}`, { hint: 'A manifest is YAML, as kubectl apply takes it.' });
    }
    collect(document, document.contents, homes);
  }
  return { text, file, documents, homes, place: (node) => placeAt(startOf(node)), placeAt };
}

export interface DocumentPart {
  /** The part alone. */
  readonly source: PodSource;
  readonly home: PodHome;
  /** The whole text with this in place of the part. */
  within(part: string): string;
}

/** The document that a Pod is in, by itself: what is edited in it is read again for each edit, and the file may hold thousands. */
export function documentPart(whole: PodSource, home: PodHome): DocumentPart {
  const { text, documents, homes } = whole;
  if (documents.length === 1) return { source: whole, home, within: (part) => part };
  const index = documents.indexOf(home.document);
  const start = index <= 0 ? 0 : documentEnd(documents[index - 1]);
  const end = index === documents.length - 1 ? text.length : documentEnd(home.document);
  const source = podSource(text.slice(start, end), whole.file, whole, start);
  const same = source.homes[homes.filter(({ document }) => document === home.document).indexOf(home)];
  const endsALine = end === text.length || text[end - 1] === '\n';
  if (same === undefined || source.documents.length !== 1 || !endsALine) return { source: whole, home, within: (part) => part };
  return { source, home: same, within: (part) => text.slice(0, start) + part + text.slice(end) };
}

function documentEnd(document: Document | undefined): number {
  return document?.range?.[2] ?? 0;
}

/** `pod.yaml:3:5`. */
export function placeText({ file, line, column }: ManifestPlace): string {
  return `${file}:${line}:${column}`;
}

function collect(document: Document, node: unknown, homes: PodHome[]): void {
  if (!isMap(node)) return;
  const kind = textAt(node, ['kind']);
  const items = fieldOf(node, 'items')?.value;
  if (kind?.endsWith('List') === true && isSeq(items)) {
    for (const item of items.items) collect(document, item, homes);
    return;
  }
  const apiVersion = textAt(node, ['apiVersion']) ?? '';
  const { target, path } = podKindOf(apiVersion, kind) ?? {};
  if (target === undefined || path === undefined) return;
  const root = path.reduce<unknown>((at, name) => (isMap(at) ? fieldOf(at, name)?.value : undefined), node);
  const name = textAt(node, ['metadata', 'name']) ?? textAt(node, ['metadata', 'generateName']) ?? '';
  if (isMap(root)) homes.push({ kind: target, name, apiVersion, namespace: textAt(node, ['metadata', 'namespace']), document, object: node, path, root });
}

function textAt(node: YAMLMap, path: readonly string[]): string | undefined {
  const value = path.reduce<unknown>((at, name) => (isMap(at) ? fieldOf(at, name)?.value : undefined), node);
  return isScalar(value) && typeof value.value === 'string' ? value.value : undefined;
}

/** Whether the node stands somewhere else too, so that a change of it here is one there. */
export function isShared(document: Document, node: unknown): boolean {
  const anchor = isMap(node) || isSeq(node) ? node.anchor : undefined;
  let shared = false;
  if (anchor !== undefined) {
    visit(document, {
      Alias: (_, alias) => {
        shared ||= alias.source === anchor;
      },
    });
  }
  return shared;
}
