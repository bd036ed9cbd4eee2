/**
 * Builds the tree of a document out of what the YAML parser composed: resolves scalars, aliases, tags and merge keys as go-yaml v2 does. What that reader
 * refuses is a problem here; how much it expands is bounded as it is there.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { isSame, type ManifestField, type ManifestNode } from './manifest-tree.ts';
import type { Problem } from './problem.ts';
import type { Span } from './source-text.ts';
import { unrendered } from './syntax-error.ts';
import { plainScalar, type ScalarValue, taggedScalar } from './yaml-scalars.ts';

/** Deeper than any object of Kubernetes by far; encoding/json itself gives up at 10,000. */
const deepest = 500;

export interface BuiltTree {
  /** undefined: it cannot be read at all. */
  readonly root: ManifestNode | undefined;
  readonly problems: readonly Problem[];
  /** What aliases stand for: a change of it is one in several places. */
  readonly aliased: readonly Span[];
}

/** `shift` is the offset of the document in its file. */
export function buildTree(contents: unknown, shift: number): BuiltTree {
  const builder = new TreeBuilder(shift);
  try {
    return { root: builder.node(contents, 0), problems: builder.problems, aliased: builder.aliased };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { root: undefined, problems: [error.problem], aliased: [] };
  }
}

/** Ends the reading of a document. */
class Unreadable extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

class TreeBuilder {
  readonly problems: Problem[] = [];
  readonly aliased: Span[] = [];
  readonly #shift: number;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #nodes = 0;
  #aliased = 0;
  #aliasDepth = 0;

  constructor(shift: number) {
    this.#shift = shift;
  }

  node(node: unknown, depth: number): ManifestNode {
    const span = this.#span(node);
    this.#count(span);
    if (depth > deepest) throw unreadable('yaml-too-deep', span, `It nests deeper than ${deepest} levels`, 'No object of Kubernetes does.');
    if (isAlias(node)) return this.#alias(node, span, depth);
    this.#anchor(node);
    if (!isMap(node) && !isSeq(node)) return { kind: 'scalar', span, scalar: this.#scalar(node, span), text: isScalar(node) ? (node.source ?? '') : '' };
    this.#open.add(node);
    const built: ManifestNode = isMap(node)
      ? { kind: 'map', span, fields: this.#fields(node, depth) }
      : { kind: 'list', span, items: node.items.map((item) => this.node(item, depth + 1)) };
    this.#open.delete(node);
    return built;
  }

  /** go-yaml counts each value it decodes, and refuses a document that consists of aliases for the most part (decode.go, allowedAliasRatio). */
  #count(span: Span): void {
    this.#nodes++;
    if (this.#aliasDepth > 0) this.#aliased++;
    if (this.#aliased <= 100 || this.#nodes <= 1000) return;
    const beyond = Math.min(Math.max((this.#nodes - 400_000) / 3_600_000, 0), 1);
    if (this.#aliased / this.#nodes <= 0.99 - 0.89 * beyond) return;
    throw unreadable('yaml-alias', span, 'Aliases make this document grow beyond what Kubernetes reads', 'Write out what they stand for.');
  }

  #anchor(node: unknown): void {
    const anchor = (node as Node | null)?.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, node as Node);
  }

  #alias(alias: Alias, span: Span, depth: number): ManifestNode {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) {
      const hint = 'A value that begins with * is an alias; quote it where it is meant as text.';
      throw unreadable('yaml-alias', span, `There is no anchor &${alias.source} before this alias`, hint);
    }
    if (this.#open.has(target)) throw unreadable('yaml-alias', span, `The alias *${alias.source} stands for a value that contains it`);
    // Of what stands for many others, once is enough.
    if (this.#aliasDepth === 0) this.aliased.push(this.#span(target));
    this.#aliasDepth++;
    const node = this.node(target, depth + 1);
    this.#aliasDepth--;
    return node;
  }

  #fields(map: YAMLMap, depth: number): ReadonlyMap<string, ManifestField> {
    const fields = new Map<string, ManifestField>();
    const own = new Map<string, ManifestField>();
    for (const pair of map.items) {
      if (isMergeKey(pair)) {
        for (const [name, field] of this.#merged(pair.value, depth)) fields.set(name, field);
        continue;
      }
      const key = this.#span(pair.key);
      const name = this.#keyName(pair.key, key, depth);
      const value = this.node(pair.value ?? null, depth + 1);
      // A value that is missing is where it would follow.
      const placed = pair.value === null || pair.value === undefined ? { ...value, span: { start: key.end, end: key.end } } : value;
      const field = { name, key, value: placed };
      const first = own.get(name);
      if (first !== undefined) this.#duplicate(field, first, map.flow === true);
      own.set(name, field);
      fields.set(name, field);
    }
    return fields;
  }

  #duplicate({ name, key, value }: ManifestField, first: ManifestField, flow: boolean): void {
    this.problems.push({
      rule: 'duplicate-key',
      path: [],
      span: key,
      message: `The field ${name} is there twice`,
      other: first.key,
      hint: 'Of the two only this one counts. Take one of them out.',
      repair: isSame(value, first.value) ? { kind: 'drop-field', key, value, flow } : undefined,
    });
  }

  /** What `<<` brings in: the fields of one map, or of several of which the first wins. */
  #merged(value: unknown, depth: number): ReadonlyMap<string, ManifestField> {
    const merged = new Map<string, ManifestField>();
    const sources = isSeq(value) ? value.items.toReversed() : [value];
    for (const source of sources) {
      const node = this.node(source ?? null, depth + 1);
      if (node.kind !== 'map') throw unreadable('yaml-syntax', this.#span(source), 'What << merges in has to be a map, or a list of maps');
      for (const [name, field] of node.fields) merged.set(name, field);
    }
    return merged;
  }

  /** As sigs.k8s.io/yaml makes JSON's keys out of YAML's. */
  #keyName(key: unknown, span: Span, depth: number): string {
    const node = this.node(key ?? null, depth + 1);
    if (node.kind === 'scalar') {
      const { scalar } = node;
      if (scalar.type === 'integer') return String(scalar.exact ?? scalar.value);
      if (scalar.type !== 'null') return String(scalar.value);
      throw unreadable('yaml-syntax', span, 'A field needs a name before its colon');
    }
    // YAML takes double braces for a map whose key is a map.
    if (isMap(key) && key.flow === true) throw unreadable('yaml-syntax', span, unrendered.message, unrendered.hint);
    throw unreadable('yaml-syntax', span, `The name of a field is text, not a ${node.kind}`);
  }

  #scalar(node: unknown, span: Span): ScalarValue {
    if (!isScalar(node)) return { type: 'null', value: null };
    const text = node.source ?? '';
    const plain = node.type === 'PLAIN' || node.type === undefined;
    if (node.tag === undefined) return plain ? plainScalar(text) : { type: 'string', value: text };
    const tag = node.tag.startsWith(ownTags) ? node.tag.slice(ownTags.length) : node.tag === '!' ? 'str' : node.tag;
    const value = taggedScalar(text, tag, plain);
    if (value !== undefined) return value;
    throw unreadable('yaml-syntax', span, `This is no !!${tag}`, 'Take the tag away, or write a value of its type.');
  }

  #span(node: unknown): Span {
    const range = (node as Node | null)?.range;
    return { start: this.#shift + (range?.[0] ?? 0), end: this.#shift + (range?.[1] ?? range?.[0] ?? 0) };
  }
}

const ownTags = 'tag:yaml.org,2002:';

function isMergeKey({ key }: Pair): boolean {
  return isScalar(key) && key.source === '<<' && (key.type === 'PLAIN' || key.tag === `${ownTags}merge`);
}

function unreadable(rule: Problem['rule'], span: Span, message: string, hint?: string): Unreadable {
  return new Unreadable({ rule, path: [], span, message, ...(hint === undefined ? {} : { hint }) });
}
