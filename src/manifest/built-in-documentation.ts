/**
 * What the fields of Pods and of what makes Pods are, without a cluster: their types out of schema-data.json, their meaning out of the models of the official
 * client, which the build writes into a file of its own, and which of them take but some words out of a table here.
 */
import type { Documentation, DocumentedField, DocumentedKind, DocumentedType } from '../core/field-documentation.ts';
import facts from './field-facts-data.json' with { type: 'json' };
import { fieldHistory } from './field-history.ts';
import { type FieldSchema, knownKinds, type ScalarCode, typeOfKind, typeSchema, versionsOfKind } from './schema.ts';
import { rulesWatching } from './watched-fields.ts';

/** By type and field, the text of each; that of the type itself under ''. */
export type FieldTexts = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

const shortNames: Readonly<Record<string, readonly string[]>> = {
  ConfigMap: ['cm'],
  CronJob: ['cj'],
  DaemonSet: ['ds'],
  Deployment: ['deploy'],
  Pod: ['po'],
  ReplicaSet: ['rs'],
  ReplicationController: ['rc'],
  Service: ['svc'],
  StatefulSet: ['sts'],
};

/** What kubectl calls what a scalar holds. */
const scalars: Readonly<Record<ScalarCode, string>> = {
  s: 'string',
  y: 'string',
  i: 'integer',
  l: 'integer',
  f: 'number',
  b: 'boolean',
  d: 'string',
  p: 'IntOrString',
  q: 'Quantity',
  '*': 'Object',
};

interface FieldFacts {
  readonly values?: readonly string[];
  readonly byDefault?: string;
}

const fieldFacts: Readonly<Record<string, FieldFacts | undefined>> = facts;

/** The texts are those of build/field-texts.ts. */
export function builtInDocumentation(texts: FieldTexts): Documentation {
  return {
    kinds: knownKinds().flatMap((kind) => versionsOfKind(kind).map((apiVersion) => documentedKind(apiVersion, kind))),
    type(name): DocumentedType {
      const own = texts[name] ?? {};
      const fields = [...typeSchema(name).values()].map((field) => documentedField(typeName(name), field, own[field.name] ?? textOf(field, texts)));
      return { description: own[''] ?? '', fields: fields.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
    },
  };
}

/** Without what the client's models put before it: V1Container, CoreV1ResourceClaim. */
function typeName(model: string): string {
  return model.replace(/^(?:Core)?V\d+/, '');
}

function documentedKind(apiVersion: string, kind: string): DocumentedKind {
  const word = kind.toLowerCase();
  return { apiVersion, kind, words: [`${word}s`, word, ...(shortNames[kind] ?? [])], type: typeOfKind(apiVersion, kind) ?? '' };
}

/** The client's models say nothing of a field that is of a type of its own: what the type is for is the next best. */
function textOf({ type, container }: FieldSchema, texts: FieldTexts): string {
  return type === undefined || container !== 'one' ? '' : (texts[type]?.[''] ?? '');
}

function documentedField(owner: string, { name, scalar, type, container, required }: FieldSchema, description: string): DocumentedField {
  const item = scalar === undefined ? typeName(type ?? '') : scalars[scalar];
  const { values = [], byDefault } = fieldFacts[`${owner}.${name}`] ?? {};
  return {
    name,
    shape: { one: '', list: '[]', map: 'map[string]' }[container] + item,
    type,
    required,
    description,
    values,
    byDefault,
    since: fieldHistory(owner, name),
    rules: rulesWatching(owner, name),
  };
}
