/**
 * The types of a cluster's OpenAPI (v3), in the form in which schema-data.json has those of the client: by the names of its models, as V1Container, and by the
 * way to them where a type has no name of its own, as in custom resources: V1Widget/spec.
 */
import { type Json, list, object, text } from '../core/json.ts';
import type { FieldSchema, ScalarCode, TypeSchema } from './schema.ts';

/**
 * Fields of kinds of Kubernetes that its validation requires, though its OpenAPI does not: those that need no look at others. Found by comparing with the
 * server's dry run, test/integration/lint-live.test.ts; what the OpenAPI requires and the server does not is in schema-check.ts.
 */
const requiredByValidation: ReadonlySet<string> = new Set([
  'V1AggregationRule.clusterRoleSelectors',
  'V1CustomResourceDefinitionVersion.schema',
  'V1CustomResourceValidation.openAPIV3Schema',
  'V1DeviceSelector.cel',
  'V1IngressClass.spec',
  'V1IngressClassSpec.controller',
  'V1IngressServiceBackend.port',
  'V1PersistentVolumeClaimSpec.accessModes',
  'V1PersistentVolumeClaimSpec.resources',
  'V1PersistentVolumeSpec.accessModes',
  'V1PersistentVolumeSpec.capacity',
  'V1RuleWithOperations.apiGroups',
  'V1RuleWithOperations.apiVersions',
  'V1RuleWithOperations.operations',
  'V1RuleWithOperations.resources',
  'V1ValidatingAdmissionPolicy.spec',
  'V1VolumeNodeAffinity.required',
]);

export class OpenapiTypes {
  readonly #components: Json;
  /** The schema of each type by the model's name. */
  readonly #schemas = new Map<string, Json>();
  readonly #types = new Map<string, TypeSchema>();
  /** By apiVersion and kind. */
  readonly #kinds = new Map<string, string>();

  /** `openapi` is the answer to /openapi/v3/apis/GROUP/VERSION, whatever it is. */
  constructor(openapi: unknown) {
    this.#components = object(object(object(openapi)['components'])['schemas']);
    for (const [name, schema] of Object.entries(this.#components)) {
      const model = modelName(name);
      this.#schemas.set(model, object(schema));
      for (const each of list(object(schema)['x-kubernetes-group-version-kind'])) {
        const { group, version, kind } = object(each);
        this.#kinds.set(`${[group, version].filter((part) => part !== '').join('/')} ${String(kind)}`, model);
      }
    }
  }

  typeOfKind(apiVersion: string, kind: string): string | undefined {
    return this.#kinds.get(`${apiVersion} ${kind}`);
  }

  /** Whether the kind has rules in CEL, which nobody but the server evaluates. */
  hasRules(apiVersion: string, kind: string): boolean {
    const type = this.typeOfKind(apiVersion, kind);
    return type !== undefined && JSON.stringify(this.schema(type)).includes('"x-kubernetes-validations"');
  }

  /** The OpenAPI of a type. */
  schema(type: string): Json {
    return this.#schemas.get(type) ?? {};
  }

  /** What a schema stands for, where it is a reference, with the type's name. */
  resolved(schema: Json): { readonly schema: Json; readonly type: string | undefined } {
    const [only, ...others] = list(schema['allOf']);
    const reference = text(schema['$ref']) ?? (others.length === 0 ? text(object(only)['$ref']) : undefined);
    if (reference === undefined) return { schema, type: undefined };
    const name = reference.slice(reference.lastIndexOf('/') + 1);
    return { schema: object(this.#components[name]), type: modelName(name) };
  }

  /** The fields of a type by their names. */
  fields(type: string): TypeSchema {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    // One without a name is found on the way to it.
    if (!this.#schemas.has(type) && type.includes('/')) this.fields(type.slice(0, type.lastIndexOf('/')));
    const schema = this.schema(type);
    const required = new Set(list(schema['required']));
    const properties = Object.entries(object(schema['properties']));
    const fields = new Map(properties.map(([name, value]) => [name, this.#field(type, name, object(value), required.has(name))]));
    this.#types.set(type, fields);
    return fields;
  }

  #field(owner: string, name: string, schema: Json, required: boolean): FieldSchema {
    const { items, additionalProperties } = schema;
    const [container, held] =
      schema['type'] === 'array'
        ? (['list', object(items)] as const)
        : hasFields(additionalProperties)
          ? (['map', object(additionalProperties)] as const)
          : (['one', schema] as const);
    return { name, required: required || requiredByValidation.has(`${owner}.${name}`), container, ...this.#held(`${owner}/${name}`, held) };
  }

  #held(inPlace: string, held: Json): Pick<FieldSchema, 'scalar' | 'type'> {
    const { schema, type } = this.resolved(held);
    const scalar = scalarOf(schema, type);
    if (scalar !== undefined) return { scalar, type: undefined };
    // Lists of lists and maps of lists have no form here; what is in them is not looked at.
    if (Object.keys(object(schema['properties'])).length === 0) return { scalar: '*', type: undefined };
    if (type === undefined) this.#schemas.set(inPlace, schema);
    return { scalar: undefined, type: type ?? inPlace };
  }
}

function hasFields(value: unknown): boolean {
  return Object.keys(object(value)).length > 0;
}

/** `V1Container` of io.k8s.api.core.v1.Container. */
function modelName(component: string): string {
  const [kind = '', version = ''] = component.split('.').toReversed();
  return `${/^v\d/.test(version) ? version.replace('v', 'V') : ''}${kind}`;
}

function scalarOf(schema: Json, type: string | undefined): ScalarCode | undefined {
  if (type === 'Quantity') return 'q';
  if (type === 'IntOrString' || schema['x-kubernetes-int-or-string'] === true) return 'p';
  switch (schema['type']) {
    case 'string':
      return schema['format'] === 'byte' ? 'y' : schema['format'] === 'date-time' ? 'd' : 's';
    case 'integer':
      return schema['format'] === 'int64' ? 'l' : 'i';
    case 'number':
      return 'f';
    case 'boolean':
      return 'b';
    default:
      return undefined;
  }
}
