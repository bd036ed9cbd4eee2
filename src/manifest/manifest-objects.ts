/**
 * The Pods and workloads that a manifest describes, each with its place: YAML of several documents, JSON, and Lists of objects. It reads names and kinds
 * and does not say whether the objects are valid; what makes no Pods is passed over.
 */
import type { ManifestPlace } from '../core/check-report.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { type WorkloadKind, workloadKindNames } from '../core/workload-facts.ts';
import { readManifestBytes } from './manifest-reader.ts';
import { fieldOf, isNull, type ManifestNode, textOf } from './manifest-tree.ts';
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

/** `v1 Pod`, `apps/v1 Deployment`, … without the version, so that kinds of the same name that others define are left alone. */
const kinds: ReadonlyMap<string, ManifestObject['kind']> = new Map<string, ManifestObject['kind']>([
  [' Pod', 'pod'],
  ...(['deployment', 'statefulset', 'daemonset', 'replicaset'] as const).map((kind) => [`apps ${workloadKindNames[kind]}`, kind] as const),
  ...(['job', 'cronjob'] as const).map((kind) => [`batch ${workloadKindNames[kind]}`, kind] as const),
]);

/** In the order of the file. `file` is only for the places. Throws `input` for what is no YAML, with its line and column. */
export function manifestObjects(bytes: Uint8Array, file: string): readonly ManifestObject[] {
  const { source, documents } = readManifestBytes(bytes, file);
  return documents.flatMap(({ root, problems }) => {
    const [problem] = problems;
    if (root === undefined && problem !== undefined) throw invalid(source.place(problem.span?.start ?? 0), problem.message, problem.hint);
    return root === undefined ? [] : objectsIn(root, source);
  });
}

function objectsIn(node: ManifestNode, source: SourceText): readonly ManifestObject[] {
  if (isNull(node)) return [];
  const place = source.place(node.span.start);
  if (node.kind !== 'map') throw invalid(place, 'it is no object: a manifest has fields such as kind and metadata');
  const kind = textOf(node, 'kind');
  const items = fieldOf(node, 'items');
  if (kind?.endsWith('List') === true && items?.kind === 'list') return items.items.flatMap((item) => objectsIn(item, source));
  const known = kinds.get(`${groupOf(textOf(node, 'apiVersion'))} ${kind}`);
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

/** Empty for the core group. */
function groupOf(apiVersion: string | undefined): string {
  return apiVersion?.includes('/') === true ? (apiVersion.split('/')[0] ?? '') : '';
}

function invalid({ file, line, column }: ManifestPlace, problem: string, hint = 'A manifest is YAML or JSON, as kubectl apply takes it.'): PodwrightError {
  return new PodwrightError('input', `${file}:${line}:${column}: ${problem}`, { hint });
}
