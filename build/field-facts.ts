/**
 * Writes src/manifest/field-facts-data.json: which fields take but some words, and what the API server puts where they are missing. Both are in the OpenAPI of
 * a cluster and not in the client's models: `node build/field-facts.ts KUBECONFIG`, then `npm run format`. A test on the cluster compares the file with what this makes.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import schema from '../src/manifest/schema-data.json' with { type: 'json' };

interface FieldSchema {
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly items?: FieldSchema;
}

interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, FieldSchema>> }>> };
}

export type FieldFacts = Readonly<Record<string, { readonly values?: readonly string[]; readonly byDefault?: string }>>;

/** Where those types are described that a manifest may hold. */
export const openApiPaths = ['/openapi/v3/api/v1', '/openapi/v3/apis/apps/v1', '/openapi/v3/apis/batch/v1'];

/** Out of the answers to those paths, by the type's name without its version and the field's. */
export function fieldFacts(answers: readonly unknown[]): FieldFacts {
  const types = new Set(Object.keys(schema.types).map((type) => type.replace(/^(?:Core)?V\d+/, '')));
  const facts = (answers as readonly OpenApi[]).flatMap(({ components }) =>
    Object.entries(components.schemas).flatMap(([name, { properties = {} }]) => {
      const type = name.slice(name.lastIndexOf('.') + 1);
      return types.has(type) ? Object.entries(properties).flatMap(([field, of]) => factsOf(`${type}.${field}`, of)) : [];
    }),
  );
  return Object.fromEntries(facts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function factsOf(name: string, field: FieldSchema): readonly (readonly [string, FieldFacts[string]])[] {
  const values = field.enum ?? field.items?.enum;
  // Objects and empty texts stand there as Go's zero values; nothing is put in for them that says more.
  const told = field.default !== undefined && field.default !== '' && typeof field.default !== 'object' && field.default !== 0 && field.default !== false;
  if (values === undefined && !told) return [];
  return [[name, { ...(values !== undefined && { values }), ...(told && { byDefault: JSON.stringify(field.default) }) }]];
}

if (import.meta.main) {
  const { ApiServer } = await import('../test/integration/api-server.ts');
  const server = await ApiServer.connect(process.argv[2] ?? '');
  const answers = await Promise.all(openApiPaths.map((path) => server.request(path)));
  writeFileSync(
    join(dirname(fileURLToPath(import.meta.url)), '../src/manifest/field-facts-data.json'),
    `${JSON.stringify(fieldFacts(answers), undefined, 2)}\n`,
  );
}
