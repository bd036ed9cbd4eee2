/**
 * The places in YAML text where Pods are described: the Pods themselves, and the templates of workloads, in several documents and in Lists. For edits of the
 * text, hence with the parser's own nodes.
 */
import { type Document, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type YAMLMap } from 'yaml';
import type { ManifestPlace } from '../core/check-report.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { type WorkloadKind, workloadKindNames } from '../core/workload-facts.ts';
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

const template = ['spec', 'template'];
const homePaths: Readonly<Record<PodHome['kind'], readonly string[]>> = {
  pod: [],
  deployment: template,
  statefulset: template,
  daemonset: template,
  replicaset: template,
  job: template,
  cronjob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/**
 * Throws `input` for what is no YAML, with its place: first of all for a template of Helm, which becomes YAML later. Of a part of a file, `whole` is the file
 * and `start` where the part begins in it, for the places.
 */
export function podSource(text: string, file: string, whole?: PodSource, start = 0): PodSource {
  const lines = new LineCounter();
  if (text.includes('\0')) throw unreadable(`${file}: this is no text: it holds zero bytes`);
  const documents: readonly Document[] = parseAllDocuments(text, { lineCounter: lines, logLevel: 'error' });
  const place = (node: unknown): ManifestPlace => placeAt(startOf(node));
  const placeAt = (offset: number): ManifestPlace => {
    if (whole !== undefined) return whole.placeAt(start + offset);
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const homes: PodHome[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    const helm = helmOffset(text, document, error !== undefined);
    if (helm !== undefined) {
      throw unreadable(
        `${placeText(placeAt(helm))}: this is a template of Helm, which becomes YAML later`,
        'Render it first: `helm template CHART | podwright add PATTERN -f -`.',
      );
    }
    if (error !== undefined) {
      throw unreadable(`${placeText(placeAt(error.pos[0]))}: ${(error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}`);
    }
    collect(document, document.contents, homes);
  }
  return { text, file, documents, homes, place, placeAt };
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

function unreadable(message: string, hint = 'A manifest is YAML, as kubectl apply takes it.'): PodwrightError {
  return new PodwrightError('input', message, { hint });
}

/** Where a value is written in double braces: YAML takes them for a map whose key is a map. In a text that breaks the syntax, anywhere. */
function helmOffset(text: string, document: Document, broken: boolean): number | undefined {
  const at = text.indexOf('{{');
  if (at < 0) return undefined;
  if (broken) return at;
  let found: number | undefined;
  visit(document, {
    Map: (_, map) => {
      if (map.flow === true && map.items.some(({ key }) => isMap(key))) found ??= startOf(map);
    },
  });
  return found;
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
  const known = knownKind(apiVersion, kind);
  if (known === undefined) return;
  const path = homePaths[known];
  const root = path.reduce<unknown>((at, name) => (isMap(at) ? fieldOf(at, name)?.value : undefined), node);
  const name = textAt(node, ['metadata', 'name']) ?? textAt(node, ['metadata', 'generateName']) ?? '';
  if (isMap(root)) homes.push({ kind: known, name, apiVersion, namespace: textAt(node, ['metadata', 'namespace']), document, object: node, path, root });
}

/** Kinds of the same name that others define are left alone. */
function knownKind(apiVersion: string, kind: string | undefined): PodHome['kind'] | undefined {
  if (kind === 'Pod') return apiVersion === 'v1' ? 'pod' : undefined;
  const group = apiVersion.split('/')[0];
  const found = (Object.keys(homePaths) as PodHome['kind'][]).find((each) => each !== 'pod' && workloadKindNames[each] === kind);
  return found !== undefined && group === (found === 'job' || found === 'cronjob' ? 'batch' : 'apps') ? found : undefined;
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
