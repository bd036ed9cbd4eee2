/** What fields the objects of Kubernetes have: schema-data.json, made by `npm run generate` from the official client's models, read type by type. */
import data from './schema-data.json' with { type: 'json' };

/** What a scalar holds: text, bytes in base64, whole numbers of 32 and 64 bits, a number, a boolean, a time, a number or text, a quantity, anything. */
export type ScalarCode = 's' | 'y' | 'i' | 'l' | 'f' | 'b' | 'd' | 'p' | 'q' | '*';

export interface FieldSchema {
  readonly name: string;
  /** Exactly one of the two. */
  readonly scalar: ScalarCode | undefined;
  readonly type: string | undefined;
  readonly container: 'one' | 'list' | 'map';
  readonly required: boolean;
}

export type TypeSchema = ReadonlyMap<string, FieldSchema>;

const kinds: Readonly<Record<string, string | undefined>> = data.kinds;
const texts: Readonly<Record<string, string | undefined>> = data.types;
const known = new Map<string, TypeSchema>();

/** The type of a kind, such as V1Pod; undefined for one that is not in the data. */
export function typeOfKind(apiVersion: string, kind: string): string | undefined {
  return kinds[`${apiVersion} ${kind}`];
}

/** The versions that a kind is known in. */
export function versionsOfKind(kind: string): readonly string[] {
  return Object.keys(kinds).flatMap((name) => (name.endsWith(` ${kind}`) ? [name.slice(0, -kind.length - 1)] : []));
}

/** The kinds that are known. */
export function knownKinds(): readonly string[] {
  return Object.keys(kinds).map((name) => name.slice(name.indexOf(' ') + 1));
}

/** The fields of a type by their names, in alphabetical order. */
export function typeSchema(type: string): TypeSchema {
  const schema = known.get(type) ?? new Map((texts[type] ?? '').split(' ').map(fieldSchema));
  known.set(type, schema);
  return schema;
}

function fieldSchema(text: string): readonly [string, FieldSchema] {
  const [, name = '', code = '', container, required] = /^([^:]*):([\w*]+)(\[\]|\{\})?(!)?$/.exec(text) ?? [];
  const scalar = code.length === 1 ? (code as ScalarCode) : undefined;
  return [
    name,
    {
      name,
      scalar,
      type: scalar === undefined ? code : undefined,
      container: container === undefined ? 'one' : container === '[]' ? 'list' : 'map',
      required: required !== undefined,
    },
  ];
}
