/**
 * Writes src/manifest/schema-data.json, what manifests are checked by, out of the models of the official client: for each type its fields, their types and
 * which are required. `npm run generate`; a test compares the file with what this makes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const models = join(root, 'node_modules/@kubernetes/client-node/dist/gen/models');

/** What can be checked, by the apiVersion; the model's name is that of the kind behind V1. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  v1: ['Pod', 'PodTemplate', 'ReplicationController', 'ConfigMap', 'Secret', 'Service'],
  'apps/v1': ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  'batch/v1': ['Job', 'CronJob'],
};

/** Fields that are quantities, which the client's model has as plain text. Source: the types of k8s.io/api/core/v1. */
const quantities: ReadonlySet<string> = new Set([
  'V1ContainerStatus.allocatedResources',
  'V1EmptyDirVolumeSource.sizeLimit',
  'V1NodeAllocatableResourceClaimStatus.resources',
  'V1PersistentVolumeClaimStatus.allocatedResources',
  'V1PersistentVolumeClaimStatus.capacity',
  'V1PodSpec.overhead',
  'V1PodStatus.allocatedResources',
  'V1ResourceFieldSelector.divisor',
  'V1ResourceRequirements.limits',
  'V1ResourceRequirements.requests',
  'V1VolumeResourceRequirements.limits',
  'V1VolumeResourceRequirements.requests',
]);

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

/** The file's text. Types are one line each: `name:code` of every field, with `[]` for lists, `{}` for maps and `!` for what is required. */
export function schemaText(): string {
  const types = new Map<string, string>();
  const missing = Object.values(kinds)
    .flat()
    .map((kind) => `V1${kind}`);
  for (let name = missing.pop(); name !== undefined; name = missing.pop()) {
    if (types.has(name)) continue;
    const { fields, used } = typeOf(name);
    types.set(name, fields);
    missing.push(...used);
  }
  const ofKinds = Object.entries(kinds).flatMap(([version, names]) => names.map((name) => [`${version} ${name}`, `V1${name}`]));
  const sorted = [...types].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ kinds: Object.fromEntries(ofKinds), types: Object.fromEntries(sorted) }, undefined, 2)}\n`;
}

function typeOf(model: string): { readonly fields: string; readonly used: readonly string[] } {
  const code = readFileSync(join(models, `${model}.js`), 'utf8');
  const list = new RegExp(`^${model}\\.attributeTypeMap = (\\[[^]*?\\n\\]);`, 'm').exec(code)?.[1];
  if (list === undefined) throw new Error(`the client's model ${model} does not look as it did`);
  const declared = readFileSync(join(models, `${model}.d.ts`), 'utf8');
  const used: string[] = [];
  const fields = (JSON.parse(list) as readonly Attribute[]).map(({ name, baseName, type, format }) => {
    const [, array, map, item = ''] = /^(?:(Array)<|(\{ \[key: string\]: ))?([\w\s]+)(?:>|; \})?$/.exec(type) ?? [];
    const scalar = quantities.has(`${model}.${baseName}`) ? 'q' : scalarCode(item, format);
    if (scalar === undefined) used.push(item);
    const required = new RegExp(`^ +'${name}': `, 'm').test(declared) ? '!' : '';
    return `${baseName}:${scalar ?? item}${array === undefined ? '' : '[]'}${map === undefined ? '' : '{}'}${required}`;
  });
  return { fields: fields.join(' '), used };
}

function scalarCode(type: string, format: string): string | undefined {
  switch (type) {
    case 'string':
      return format === 'byte' ? 'y' : 's';
    case 'number':
      return { int32: 'i', int64: 'l' }[format] ?? 'f';
    case 'boolean':
      return 'b';
    case 'Date':
    case 'V1MicroTime':
      return 'd';
    case 'IntOrString':
      return 'p';
    case 'any':
      return '*';
    default:
      return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(join(root, 'src/manifest/schema-data.json'), schemaText());
