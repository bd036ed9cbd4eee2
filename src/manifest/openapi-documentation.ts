/** What the fields of objects are by the OpenAPI (v3) of a cluster: those of its custom resources too. */

import type { Documentation, DocumentedField, DocumentedKind, DocumentedType, NamedKind } from '../core/field-documentation.ts';
import { list, object, text } from '../core/json.ts';
import { fieldHistory } from './field-history.ts';
import { rulesWatching } from './watched-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Of one group and version: `openapi` is the answer to /openapi/v3/apis/GROUP/VERSION, the kinds are those of it that are asked for. */
export function openapiDocumentation(openapi: unknown, kinds: readonly NamedKind[]): Documentation {
  const schemas = object(object(object(openapi)['components'])['schemas']);
  /** Types by name: those of the document, and by the path to them those that stand where they are used, as in custom resources. */
  const types = new Map<string, Schema>(Object.entries(schemas).map(([name, schema]) => [name, object(schema)]));
  const resolved = new Map<string, DocumentedType>();

  const documentedType = (name: string): DocumentedType | undefined => {
    const schema = types.get(name);
    if (schema === undefined) return undefined;
    const known = resolved.get(name);
    if (known !== undefined) return known;
    const required = new Set(list(schema['required']));
    const fields = Object.entries(object(schema['properties'])).map(([field, value]) => documentedField(name, field, object(value), required.has(field)));
    const type = { description: text(schema['description']) ?? '', fields: fields.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
    resolved.set(name, type);
    return type;
  };

  const documentedField = (owner: string, name: string, schema: Schema, required: boolean): DocumentedField => {
    const { shape, held, named } = shapeOf(schema, schemas);
    const inPlace = named === undefined && Object.keys(object(held['properties'])).length > 0;
    const type = inPlace ? `${owner}/${name}` : named;
    if (inPlace) types.set(`${owner}/${name}`, held);
    const hasFields = type !== undefined && Object.keys(object(types.get(type)?.['properties'])).length > 0;
    const { default: byDefault } = schema;
    return {
      name,
      shape,
      type: hasFields ? type : undefined,
      required,
      description: text(schema['description']) ?? '',
      values: list(schema['enum']).map(String),
      byDefault: byDefault === undefined || JSON.stringify(byDefault) === '{}' ? undefined : JSON.stringify(byDefault),
      since: fieldHistory(lastName(owner), name),
      rules: rulesWatching(lastName(owner), name),
    };
  };

  return {
    kinds: kinds.flatMap((kind): readonly DocumentedKind[] => {
      const type = [...types.keys()].find((name) => isOfKind(types.get(name), kind));
      return type === undefined ? [] : [{ ...kind, type }];
    }),
    type: documentedType,
  };
}

function isOfKind(schema: Schema | undefined, { apiVersion, kind }: Pick<DocumentedKind, 'apiVersion' | 'kind'>): boolean {
  return list(schema?.['x-kubernetes-group-version-kind']).some((each) => {
    const { group, version, kind: name } = object(each);
    return name === kind && [group, version].filter((part) => part !== '').join('/') === apiVersion;
  });
}

/** What kubectl calls it (its explain/v2/templates/plaintext.tmpl), what it holds in the end, and the name of that where it has one. */
function shapeOf(schema: Schema, schemas: Schema): { readonly shape: string; readonly held: Schema; readonly named: string | undefined } {
  const { items, additionalProperties } = schema;
  for (const [prefix, inner] of [
    ['[]', items],
    ['map[string]', additionalProperties],
  ] as const) {
    if (typeof inner !== 'object' || inner === null) continue;
    const of = shapeOf(object(inner), schemas);
    return { ...of, shape: prefix + of.shape };
  }
  const [only, ...others] = list(schema['allOf']);
  const reference = text(schema['$ref']) ?? (others.length === 0 ? text(object(only)['$ref']) : undefined);
  if (reference !== undefined) {
    const named = reference.slice(reference.lastIndexOf('/') + 1);
    const primitive = text(object(schemas[named])['type']);
    return { shape: primitive === undefined || primitive === 'object' ? lastName(named) : primitive, held: {}, named };
  }
  const type = text(schema['type']);
  return { shape: type === 'object' ? 'Object' : (type ?? 'Object'), held: schema, named: undefined };
}

function lastName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
}
