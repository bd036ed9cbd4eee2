/**
 * Reads a custom resource by the schema of its definition as the API server decodes and validates it: fields that it would prune, wrong types, what is missing,
 * and what values are not allowed. Source: apiextensions-apiserver's pkg/apiserver (pruning, defaulting, list types) of 1.36. CEL rules are not evaluated.
 */
import type { V1ObjectMeta } from '@kubernetes/client-node';
import { type Json, list, object, texts } from '../core/json.ts';
import { type Ancestor, misplaced } from './field-places.ts';
import type { Loose } from './loose.ts';
import { type FieldPath, isNull, type ManifestMap, type ManifestNode, type ManifestScalar } from './manifest-tree.ts';
import { pathSegmentFormat } from './name-formats.ts';
import type { OpenapiTypes } from './openapi-types.ts';
import type { Problems } from './problem.ts';
import { checkSchema, foundText, plainJson, typeAdvice } from './schema-check.ts';
import { validateAnnotations, validateLabels } from './validation-metadata.ts';
import { checkFormat } from './value-checks.ts';
import { junctionFaults, propertyOf, valueFaults } from './value-facets.ts';

export interface StructuralKind {
  /** Of its objects, in `types`. */
  readonly type: string;
  readonly types: OpenapiTypes;
  /** Its status is written on its own, and what an object brings along is dropped. */
  readonly hasStatus: boolean;
}

/** The object as JSON, without what the server would leave out. */
export function checkStructural(root: ManifestMap, kind: StructuralKind, minor: number, problems: Problems): Json {
  return object(new StructuralCheck(kind, minor, problems).object(root, kind.types.schema(kind.type), [], { above: [], type: kind.type, isResource: true }));
}

/** Where a value stands. */
interface Place {
  readonly above: readonly Ancestor[];
  /** Its type's name in OpenapiTypes. */
  readonly type: string;
  readonly isResource?: boolean;
}

const resourceFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

class StructuralCheck {
  readonly #kind: StructuralKind;
  readonly #minor: number;
  readonly #problems: Problems;
  /** In it unknown fields are told, and values are not looked at. */
  #inDroppedStatus = false;

  constructor(kind: StructuralKind, minor: number, problems: Problems) {
    this.#kind = kind;
    this.#minor = minor;
    this.#problems = problems;
  }

  /** undefined: what is there is of a wrong type, which has been told. */
  #value(node: ManifestNode, written: Json, path: FieldPath, place: Place): unknown {
    const { schema, type } = this.#kind.types.resolved(written);
    if (isNull(node)) {
      const type = typeOf(schema);
      if (schema['nullable'] !== true && type !== undefined) this.#wrongType(node, path, typeWords[type]);
      return null;
    }
    const value = this.#typed(node, schema, path, type === undefined ? place : { ...place, type });
    if (value === undefined || this.#inDroppedStatus) return value;
    for (const fault of [...valueFaults(value, schema), ...junctionFaults(value, schema)])
      this.#problems.add('invalid-value', path, `${subject(path)} ${fault}`);
    return value;
  }

  #typed(node: ManifestNode, schema: Json, path: FieldPath, place: Place): unknown {
    if (schema['x-kubernetes-int-or-string'] === true) return this.#intOrString(node, path);
    const type = typeOf(schema);
    switch (type) {
      case 'object':
        return this.object(node, schema, path, place);
      case 'array':
        return this.#list(node, schema, path, place);
      case undefined:
        return this.#untyped(node, schema, path, place);
      default:
        return this.#scalar(node, type, schema, path);
    }
  }

  object(
    node: ManifestNode,
    schema: Json,
    path: FieldPath,
    { above, type, isResource = schema['x-kubernetes-embedded-resource'] === true }: Place,
  ): Json | undefined {
    if (node.kind !== 'map') {
      this.#wrongType(node, path, 'fields', typeAdvice(node, 'object'));
      return undefined;
    }
    const here = [...above, { type, path }];
    const read = new Map<string, unknown>();
    for (const { name, value } of node.fields.values()) {
      const json = this.#field(name, value, schema, path, { above: here, type, isResource });
      if (json !== undefined) read.set(name, json);
    }
    for (const [name, property] of Object.entries(object(schema['properties']))) {
      if (!read.has(name) && object(property)['default'] !== undefined) read.set(name, withDefaults(object(property)['default'], object(property)));
    }
    for (const name of this.#inDroppedStatus ? [] : texts(list(schema['required']))) {
      if (read.has(name)) continue;
      const wrong = node.fields.get(name);
      if (wrong === undefined) this.#problems.add('missing-field', path, `${name} is missing`);
      else if (isNull(wrong.value)) this.#problems.add('missing-field', [...path, name], `${name} is empty`);
    }
    return Object.fromEntries(read);
  }

  /** undefined: it is as if it were not there. */
  #field(name: string, value: ManifestNode, schema: Json, path: FieldPath, { above, type, isResource }: Required<Place>): unknown {
    const at = [...path, name];
    if (isResource && resourceFields.has(name)) return this.#resourceField(name, value, at);
    const property = propertyOf(schema, name);
    const { additionalProperties } = schema;
    const own = property ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (own === undefined) {
      if (schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties === true) return plainJson(value);
      const { rule, message, hint } = misplaced(name, value, above, (of) => this.#kind.types.fields(of));
      this.#problems.addOnKey(rule, at, message, hint);
      return undefined;
    }
    // The server takes away what is null and may not be, and puts a default there.
    if (isNull(value) && object(own)['nullable'] !== true) return undefined;
    const wasDropped = this.#inDroppedStatus;
    if (path.length === 0 && name === 'status' && this.#kind.hasStatus) this.#inDroppedStatus = true;
    const json = this.#value(value, object(own), at, { above, type: property === undefined ? type : `${type}/${name}` });
    this.#inDroppedStatus = wasDropped;
    return json;
  }

  /** apiVersion and kind are text, and metadata is that of every object. */
  #resourceField(name: string, value: ManifestNode, path: FieldPath): unknown {
    if (name === 'metadata') return isNull(value) ? undefined : this.#metadata(value, path);
    if (value.kind === 'scalar' && value.scalar.type === 'string') return value.scalar.value;
    this.#wrongType(value, path, 'text');
    return undefined;
  }

  /** That of the object itself is looked into with what it is of. */
  #metadata(node: ManifestNode, path: FieldPath): Json {
    const json = checkSchema(node, 'V1ObjectMeta', { minor: this.#minor, path }, this.#problems);
    if (path.length === 1) return json;
    const { name, labels, annotations } = json as Loose<V1ObjectMeta>;
    if (name) checkFormat(this.#problems, [...path, 'name'], name, pathSegmentFormat);
    validateLabels(labels, [...path, 'labels'], this.#problems);
    validateAnnotations(annotations, [...path, 'annotations'], this.#problems);
    return json;
  }

  #list(node: ManifestNode, schema: Json, path: FieldPath, place: Place): readonly unknown[] | undefined {
    if (node.kind !== 'list') {
      this.#wrongType(node, path, 'a list', typeAdvice(node, 'array'));
      return undefined;
    }
    const items = object(schema['items']);
    const read = node.items.map((item, index) => this.#value(item, items, [...path, index], place));
    if (!this.#inDroppedStatus) this.#checkDistinct(read, schema, path);
    return read;
  }

  #checkDistinct(read: readonly unknown[], schema: Json, path: FieldPath): void {
    const listType = schema['x-kubernetes-list-type'];
    const keys = texts(list(schema['x-kubernetes-list-map-keys']));
    if (listType !== 'set' && listType !== 'map') return;
    const keyOf = (item: unknown): string => JSON.stringify(listType === 'set' ? (item ?? null) : keys.map((key) => object(item)[key] ?? null));
    const seen = new Set<string>();
    for (const [index, item] of read.entries()) {
      const key = keyOf(item);
      if (seen.has(key)) {
        const words = listType === 'set' ? key : keys.map((name) => `${name} ${JSON.stringify(object(item)[name] ?? null)}`).join(', ');
        this.#problems.add('duplicate-name', [...path, index], `${words} is there twice in ${subject(path)}`);
      }
      seen.add(key);
    }
  }

  /** What has no type is a map, a list or anything; of a map the fields that are known are checked. */
  #untyped(node: ManifestNode, schema: Json, path: FieldPath, place: Place): unknown {
    if (node.kind === 'map' && (schema['properties'] !== undefined || schema['x-kubernetes-preserve-unknown-fields'] !== true))
      return this.object(node, schema, path, place);
    return plainJson(node);
  }

  #scalar(node: ManifestNode, type: SchemaType, schema: Json, path: FieldPath): unknown {
    if (node.kind === 'scalar' && isOf(node, type)) {
      if (type === 'integer') this.#checkBits(node, schema['format'] === 'int32' ? 32 : 64, path);
      return node.scalar.value;
    }
    // The server takes a list in the place of text that has a format, and does not look into it (kube-openapi's validate/type.go).
    if (node.kind === 'list' && type === 'string' && schema['format'] !== undefined) return plainJson(node);
    this.#wrongType(node, path, typeWords[type], typeAdvice(node, type));
    return undefined;
  }

  #intOrString(node: ManifestNode, path: FieldPath): unknown {
    if (node.kind === 'scalar' && (node.scalar.type === 'string' || isOf(node, 'integer'))) {
      this.#checkBits(node, 64, path);
      return node.scalar.value;
    }
    this.#wrongType(node, path, 'a whole number or text');
    return undefined;
  }

  #checkBits({ scalar, text }: ManifestScalar, bits: 32 | 64, path: FieldPath): void {
    if (typeof scalar.value !== 'number' || this.#inDroppedStatus) return;
    const exact = scalar.type === 'integer' && scalar.exact !== undefined ? scalar.exact : BigInt(scalar.value);
    if (BigInt.asIntN(bits, exact) !== exact) this.#problems.add('invalid-value', path, `${text} is beyond what ${bits} bits hold`);
  }

  #wrongType(node: ManifestNode, path: FieldPath, wanted: string, hint?: string): void {
    if (this.#inDroppedStatus) return;
    const name = typeof path.at(-1) === 'number' ? `An item of ${subject(path)}` : subject(path);
    this.#problems.add('wrong-type', path, `${name} takes ${wanted}, and this is ${foundText(node)}`, hint);
  }
}

const typeWords = {
  object: 'fields',
  array: 'a list',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

type SchemaType = keyof typeof typeWords;

/** undefined: it may be of any. */
function typeOf({ type }: Json): SchemaType | undefined {
  return Object.hasOwn(typeWords, String(type)) ? (String(type) as SchemaType) : undefined;
}

function isOf({ scalar }: ManifestScalar, type: SchemaType): boolean {
  switch (type) {
    case 'integer':
      return scalar.type === 'integer' || (scalar.type === 'float' && Number.isInteger(scalar.value));
    case 'number':
      return scalar.type === 'integer' || (scalar.type === 'float' && Number.isFinite(scalar.value));
    default:
      return scalar.type === type;
  }
}

/** What the server puts where something is missing, with what it puts into that. */
function withDefaults(value: unknown, schema: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, object(schema['items'])));
  if (typeof value !== 'object' || value === null) return value;
  const missing = Object.entries(object(schema['properties'])).filter(([name, of]) => !Object.hasOwn(value, name) && object(of)['default'] !== undefined);
  const all = [...Object.entries(value), ...missing.map(([name, of]) => [name, object(of)['default']] as const)];
  return Object.fromEntries(all.map(([name, of]) => [name, withDefaults(of, object(propertyOf(schema, name) ?? schema['additionalProperties']))]));
}

/** The name that a path ends with, for a sentence. */
function subject(path: FieldPath): string {
  return path.findLast((step) => typeof step === 'string') ?? 'An object';
}
