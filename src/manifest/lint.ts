/**
 * Lints manifests: reads them, checks every object that makes Pods as the API server would, then asks the rules about what it means. Findings come with
 * their place. Pure, and total over any text.
 */
import type { Json } from '../core/json.ts';
import type { LintFinding, LintReport } from '../core/lint-report.ts';
import { isBuiltInGroup, servedVersions } from './api-history.ts';
import { checkApiVersion } from './api-version-check.ts';
import type { ClusterKinds } from './cluster-kinds.ts';
import { definedKinds } from './defined-kinds.ts';
import { ignoredRules } from './ignore-comments.ts';
import { newestMinor } from './kubernetes-version.ts';
import { lintRules, type RuleId } from './lint-rules.ts';
import { type ManifestDocument, type ManifestFile, readManifestBytes } from './manifest-reader.ts';
import { fieldOf, type ManifestMap, type ManifestNode, pathText, spanOf, textOf } from './manifest-tree.ts';
import { checkDeprecations } from './object-deprecations.ts';
import { type Problem, Problems } from './problem.ts';
import { repairFix } from './repair-edits.ts';
import { ManifestSet, type SetObject } from './rules/manifest-set.ts';
import { askRules } from './rules/rules.ts';
import { typeOfKind } from './schema.ts';
import { checkSchema, plainJson } from './schema-check.ts';
import { checkServedObject, unservedKind } from './served-object.ts';
import { shownLines } from './shown-lines.ts';
import type { SourceText, Span } from './source-text.ts';
import { validateObject } from './validation.ts';

export interface LintInput {
  /** As it is shown. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** It was named itself, and not found in a directory, where other YAML may lie as well. */
  readonly named: boolean;
}

export interface LintTarget {
  /** The minor version of Kubernetes that the manifests are for. */
  readonly minor: number;
  /** Where they go to: what its OpenAPI says counts then. */
  readonly cluster?: ClusterKinds;
}

/** A file that has been read, before its objects are looked at. */
export interface ReadFile extends ManifestFile {
  readonly named: boolean;
}

export function readForLint({ file, bytes, named }: LintInput): ReadFile {
  return { ...readManifestBytes(bytes, file), named };
}

/** The apiVersions that occur in files. */
export function apiVersionsIn(files: readonly ReadFile[]): readonly string[] {
  return [...new Set(nodesIn(files).flatMap((node) => textOf(node, 'apiVersion') ?? []))];
}

/** The nodes that may be objects, with those of Lists. */
function nodesIn(files: readonly ReadFile[]): readonly ManifestNode[] {
  const of = (node: ManifestNode): readonly ManifestNode[] => itemsOf(node)?.flatMap(of) ?? [node];
  return files.flatMap(({ documents }) => documents.flatMap(({ root }) => (root === undefined ? [] : of(root))));
}

/** Lints files together: what one refers to may be in another. Without a target they are for the newest version that is known. */
export function lintManifests(inputs: readonly LintInput[], target?: LintTarget): LintReport {
  return lintFiles(inputs.map(readForLint), target);
}

export function lintFiles(read: readonly ReadFile[], { minor, cluster }: LintTarget = { minor: newestMinor }): LintReport {
  const nodes = nodesIn(read);
  const target: Target = { minor, cluster, defined: definedIn(nodes) };
  const files = read.map(({ source, documents, named }): LintedFile => {
    return {
      source,
      documents: documents.map((document) => ({ ...document, objects: document.root === undefined ? [] : objectsOf(document.root, named, target) })),
    };
  });
  const objects = files.flatMap(({ documents }) => documents.flatMap((document) => document.objects));
  const set = new ManifestSet(
    objects.flatMap(({ known = [] }) => known),
    minor,
  );
  const found = files.map((file) => findingsOf(file, set));
  return {
    findings: found.flatMap(({ findings }) => findings),
    ignored: found.reduce((sum, { ignored }) => sum + ignored, 0),
    files: read.length,
    empty: files.flatMap(({ source, documents }, index) => (documents.length === 0 && read[index]?.named === true ? source.file : [])),
    unevaluated: [...new Set(nodes.flatMap((node) => (hasRules(node, target) ? (textOf(node, 'kind') ?? []) : [])))],
    objects: objects.filter(({ checked }) => checked).length,
  };
}

/**
 * How the documents of a text stand, and after each the objects in it: of a document how many errors there are in its YAML, infinitely many where it cannot be
 * read; of an object 1 where the API server refuses it, else 0. What lies beside the file makes no difference to that.
 */
export function verdicts(bytes: Uint8Array, { minor, cluster }: LintTarget = { minor: newestMinor }): readonly number[] {
  const isError = ({ rule }: Problem): boolean => lintRules[rule].severity === 'error';
  const file = readForLint({ file: '', bytes, named: true });
  const target: Target = { minor, cluster, defined: definedIn(nodesIn([file])) };
  return file.documents.flatMap(({ root, problems }) => {
    if (root === undefined) return [Number.POSITIVE_INFINITY];
    return [problems.filter(isError).length, ...objectsOf(root, true, target).map(({ problems: own }) => (own.some(isError) ? 1 : 0))];
  });
}

interface LintedFile {
  readonly source: SourceText;
  readonly documents: readonly (ManifestDocument & { readonly objects: readonly LintedObject[] })[];
}

/** Of one file; nobody reads more, and a hostile one could have millions. */
const mostFindings = 5000;

function findingsOf({ source, documents }: LintedFile, set: ManifestSet): { readonly findings: readonly LintFinding[]; readonly ignored: number } {
  const findings: LintFinding[] = [];
  let ignored = 0;
  const tell = (problem: Problem, document: ManifestDocument, root = document.root, name?: string): void => {
    const told = finding(problem, source, document, root, name);
    if (ignoredRules(source, told.place.line).has(told.rule)) ignored++;
    else findings.push(told);
  };
  for (const document of documents) {
    for (const problem of document.problems) tell(problem, document);
    for (const { node, name, problems: own, known } of document.objects) {
      for (const problem of own) tell(problem, document, node, name);
      for (const problem of known === undefined ? [] : askRules(known, set)) tell(problem, document, node, name);
      if (findings.length > mostFindings) break;
    }
    if (findings.length <= mostFindings) continue;
    tell({ rule: 'too-many', path: [], message: `There is more than these ${findings.length} findings in this file` }, document);
    break;
  }
  return { findings: findings.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column), ignored };
}

interface LintedObject {
  readonly node: ManifestNode;
  /** `Deployment shop/web`. */
  readonly name: string | undefined;
  readonly problems: readonly Problem[];
  /** Its fields were looked at. */
  readonly checked: boolean;
  /** Where it is of a kind that rules know. */
  readonly known?: SetObject;
}

/** The object of a document, or those of its List. */
function objectsOf(root: ManifestNode, named: boolean, target: Target): readonly LintedObject[] {
  const items = itemsOf(root);
  if (items !== undefined) return items.flatMap((item) => objectsOf(item, true, target));
  const kind = textOf(root, 'kind');
  const apiVersion = textOf(root, 'apiVersion');
  if (root.kind !== 'map' || apiVersion === undefined || kind === undefined) {
    // YAML of other tools lies in the same folders.
    const foreign = !named && apiVersion === undefined && kind === undefined;
    return foreign ? [] : [{ node: root, name: undefined, problems: [notAnObject(root, apiVersion, kind, target)], checked: false }];
  }
  const name = objectName(kind, root);
  const problems = new Problems();
  const json = checkedObject(root, apiVersion, kind, target, problems);
  // Others have kinds of the same names.
  const isKnown = json !== undefined && typeOfKind(apiVersion, kind) !== undefined;
  return [{ node: root, name, problems: problems.found, checked: json !== undefined, ...(isKnown && { known: { kind, json } }) }];
}

interface Target {
  readonly minor: number;
  readonly cluster: ClusterKinds | undefined;
  /** By definitions in the same files. */
  readonly defined: ClusterKinds;
}

/** Whether the server evaluates rules in CEL on objects like this one. */
function hasRules(node: ManifestNode, { cluster, defined }: Target): boolean {
  const [apiVersion = '', kind = ''] = [textOf(node, 'apiVersion'), textOf(node, 'kind')];
  const kinds = defined.served(apiVersion, kind) === undefined ? cluster : defined;
  return kinds?.types(apiVersion)?.hasRules(apiVersion, kind) === true;
}

function definedIn(nodes: readonly ManifestNode[]): ClusterKinds {
  return definedKinds(nodes.filter(isDefinition).map(plainJson));
}

function isDefinition(node: ManifestNode): boolean {
  return textOf(node, 'kind') === 'CustomResourceDefinition' && textOf(node, 'apiVersion') === 'apiextensions.k8s.io/v1';
}

/** As JSON, where its kind is one that can be looked into. */
function checkedObject(root: ManifestMap, apiVersion: string, kind: string, { minor, cluster, defined }: Target, problems: Problems): Json | undefined {
  if (defined.served(apiVersion, kind) !== undefined) return checkServedObject(root, apiVersion, kind, defined, minor, problems);
  if (isBuiltInGroup(apiVersion)) checkDeprecations(root, kind, minor, problems);
  const version = checkApiVersion(apiVersion, kind, minor);
  if (cluster === undefined) {
    if (version !== undefined) problems.tell(version);
  } else if (cluster.served(apiVersion, kind) === undefined) {
    // What is known of Kubernetes itself says more, above all where it says what was meant.
    const known = version?.rule === 'removed-api' || version?.rule === 'newer-api' || version?.repair !== undefined;
    const reason = known ? version : unservedKind(apiVersion, kind, cluster);
    if (reason !== undefined) problems.tell(reason);
  } else {
    // What the cluster serves is neither gone nor off in it.
    if (version?.rule === 'deprecated-api') problems.tell(version);
    const json = checkServedObject(root, apiVersion, kind, cluster, minor, problems);
    if (json !== undefined) return json;
  }
  const type = typeOfKind(apiVersion, kind);
  if (type === undefined) return undefined;
  const json = checkSchema(root, type, { minor }, problems);
  validateObject(kind, json, problems);
  return json;
}

/** Those of a List. */
function itemsOf(root: ManifestNode): readonly ManifestNode[] | undefined {
  const items = fieldOf(root, 'items');
  return items?.kind === 'list' && textOf(root, 'kind')?.endsWith('List') === true ? items.items : undefined;
}

function notAnObject(root: ManifestNode, apiVersion: string | undefined, kind: string | undefined, { minor }: Target): Problem {
  const base = { rule: 'no-kind', path: [] } as const;
  if (root.kind !== 'map')
    return { ...base, message: `An object has fields such as kind and metadata, and this is a ${root.kind === 'list' ? 'list' : 'single value'}` };
  if (kind !== undefined) {
    const [version] = servedVersions(kind, minor);
    return { ...base, message: `apiVersion is missing in this ${kind}`, hint: version === undefined ? undefined : `Write apiVersion: ${version}` };
  }
  return { ...base, message: apiVersion === undefined ? 'kind and apiVersion are missing' : 'kind is missing' };
}

function objectName(kind: string, root: ManifestNode): string {
  const metadata = fieldOf(root, 'metadata');
  const name = textOf(metadata, 'name') ?? `${textOf(metadata, 'generateName') ?? ''}…`;
  const namespace = textOf(metadata, 'namespace');
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** What is there twice by mistake may be the same altogether. */
const twinRules: ReadonlySet<string> = new Set(['duplicate-name', 'duplicate-port', 'duplicate-mount-path'] satisfies RuleId[]);

function finding(
  problem: Problem,
  source: SourceText,
  { aliased, holdsSecret }: ManifestDocument,
  root: ManifestNode | undefined,
  object: string | undefined,
): LintFinding {
  const { rule, path, message, hint, other, repair = twinRules.has(rule) ? ({ kind: 'drop-twin' } as const) : undefined } = problem;
  const span: Span = problem.span ?? (root === undefined ? { start: 0, end: 0 } : spanOf(root, path, problem.onKey));
  const place = source.place(span.start);
  return {
    rule,
    severity: lintRules[rule].severity,
    message: other === undefined ? message : `${message}; the first is on line ${source.place(other.start).line}`,
    hint,
    object,
    path: pathText(path),
    place,
    endColumn: source.endColumn(span),
    // Only text for people shows it.
    get excerpt() {
      const { firstLine, lines } = source.excerpt(place.line);
      return { firstLine, lines: shownLines(lines, holdsSecret) };
    },
    fix: repair && root && repairFix(repair, path, { source, root, aliased, holdsSecret }),
  };
}
