/** Where a field that does not exist in its place was probably meant to be: spelled a little otherwise, nested deeper, further up, or under a neighbour. */
import { didYouMean } from '../core/did-you-mean.ts';
import { editDistance, nearestNames } from '../core/nearest-names.ts';
import type { RuleId } from './lint-rules.ts';
import { type FieldPath, type ManifestNode, pathText } from './manifest-tree.ts';
import type { FieldSchema, TypeSchema } from './schema.ts';

/** A type on the way from the object's root to the field. */
export interface Ancestor {
  readonly type: string;
  readonly path: FieldPath;
}

interface Misplaced {
  readonly rule: RuleId;
  readonly message: string;
  readonly hint: string | undefined;
}

type Fields = (type: string) => TypeSchema;

/** `above` ends with the type in which the field was found; `fields` gives those of a type. */
export function misplaced(name: string, value: ManifestNode, above: readonly Ancestor[], fields: Fields): Misplaced {
  const here = above.at(-1);
  if (here === undefined) return unknown(name, 'this', undefined);
  const schema = fields(here.type);
  const noun = typeNoun(here.type);
  const spelled = misspelled(name, [...schema.keys()]);
  if (spelled !== undefined) return unknown(name, noun, `Did you mean ${spelled}?`);
  const amounts = [...schema.values()].filter(({ scalar, container }) => scalar === 'q' && container === 'map').map((field) => field.name);
  if (amounts.length > 0 && resources.test(name)) return wrongPlace(name, noun, `it belongs under ${alternatives(amounts.toReversed())}`);
  const below = fitting(placesBelow(here.type, name, fields), value);
  if (below.length > 0) return wrongPlace(name, noun, `it belongs under ${alternatives(below.map(({ path }) => path))}`);
  const ancestor = above.slice(0, -1).findLast(({ type }) => fields(type).has(name));
  if (ancestor !== undefined) {
    const child = String(here.path[ancestor.path.length] ?? '');
    return wrongPlace(name, noun, `it is one of ${typeNoun(ancestor.type)}`, `Indent it like ${child}, beside it.`);
  }
  for (const { type, path } of above.slice(0, -1).toReversed()) {
    const beside = fitting(placesBelow(type, name, fields), value).map((place) => `${pathText(path)}${path.length > 0 ? '.' : ''}${place.path}`);
    if (beside.length > 0) return wrongPlace(name, noun, `it belongs under ${alternatives(beside)}`);
  }
  const guess = name.length > 2 ? didYouMean(name, [...schema.keys()]) : undefined;
  return unknown(name, noun, guess === undefined ? undefined : `Did you mean ${guess}?`);
}

function unknown(name: string, noun: string, hint: string | undefined): Misplaced {
  return { rule: 'unknown-field', message: `${name} is not a field of ${noun}`, hint };
}

function wrongPlace(name: string, noun: string, where: string, hint?: string): Misplaced {
  return { rule: 'misplaced-field', message: `${name} is not a field of ${noun}; ${where}`, hint };
}

/** The one field that differs by no more than a slip of the fingers. */
function misspelled(name: string, names: readonly string[]): string | undefined {
  const same = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase().replace(/[-_]/g, ''));
  if (same !== undefined) return same;
  const [nearest] = nearestNames(name, names);
  if (nearest === undefined || name.length < 4) return undefined;
  return editDistance(name.toLowerCase(), nearest.toLowerCase()) <= (name.length < 7 ? 1 : 2) ? nearest : undefined;
}

interface Place {
  readonly path: string;
  readonly field: FieldSchema;
}

/** The fields of a type, and then theirs, that have a field of this name. */
function placesBelow(type: string, name: string, fields: Fields): readonly Place[] {
  const steps = [...fields(type).values()].filter((field) => field.type !== undefined && field.name !== 'status');
  const direct = steps.flatMap((field): readonly Place[] => {
    const found = fields(field.type ?? '').get(name);
    return found === undefined ? [] : [{ path: stepText(field), field: found }];
  });
  if (direct.length > 0) return direct.toSorted((a, b) => commonness(a) - commonness(b));
  return steps
    .flatMap((field) => {
      const inner = [...fields(field.type ?? '').values()].filter(({ type: inside }) => inside !== undefined);
      return inner.flatMap((step): readonly Place[] => {
        const found = fields(step.type ?? '').get(name);
        return found === undefined ? [] : [{ path: `${stepText(field)}.${stepText(step)}`, field: found }];
      });
    })
    .toSorted((a, b) => commonness(a) - commonness(b));
}

/** Those whose field could hold the value at all. */
function fitting(places: readonly Place[], value: ManifestNode): readonly Place[] {
  return places.filter(({ field: { container, type } }) => {
    if (value.kind === 'list') return container === 'list';
    if (value.kind === 'map') return container === 'map' || (container === 'one' && type !== undefined);
    return value.scalar.type === 'null' || (container === 'one' && type === undefined);
  });
}

/** Names of resources, which are no fields but names in a map of amounts. */
const resources = /^(?:cpu|memory|ephemeral-storage|storage|hugepages-.*)$/;

/** What people write comes first: of a Pod's containers the app's, of templates the Pod's. */
const common = [
  'readinessProbe',
  'livenessProbe',
  'startupProbe',
  'containers',
  'template',
  'metadata',
  'spec',
  'jobTemplate',
  'volumes',
  'securityContext',
  'resources',
];

function commonness({ path }: Place): number {
  const index = common.findIndex((name) => path.split('.').at(-1)?.startsWith(name) === true);
  return index < 0 ? common.length : index;
}

function stepText({ name, container }: FieldSchema): string {
  return container === 'list' ? `${name}[]` : name;
}

const mostPlaces = 3;

function alternatives(paths: readonly string[]): string {
  const shown = paths.slice(0, mostPlaces);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

const nouns: Readonly<Record<string, string>> = {
  V1Container: 'a container',
  V1EnvVar: 'an environment variable',
  V1EnvVarSource: 'valueFrom',
  V1EnvFromSource: 'envFrom',
  V1ObjectMeta: 'metadata',
  V1PodTemplateSpec: 'a Pod template',
  V1PodSpec: 'a Pod spec',
  V1ContainerPort: 'a port',
  V1Volume: 'a volume',
  V1VolumeMount: 'a volume mount',
  V1Probe: 'a probe',
  V1JobTemplateSpec: 'a Job template',
  V1HTTPGetAction: 'httpGet',
  V1TCPSocketAction: 'tcpSocket',
  V1GRPCAction: 'grpc',
  V1ExecAction: 'exec',
  V1ResourceRequirements: 'resources',
  V1PodSecurityContext: "a Pod's securityContext",
  V1SecurityContext: "a container's securityContext",
};

/** `a Deployment spec` of V1DeploymentSpec, and `spec` of V1Widget/spec, which has no name of its own. */
function typeNoun(type: string): string {
  const noun = nouns[type];
  if (noun !== undefined) return noun;
  if (type.includes('/')) return type.slice(type.lastIndexOf('/') + 1);
  const name = type.replace(/^(?:Core)?V\d+(?:(?:alpha|beta)\d+)?/, '');
  const spec = /^(.+)Spec$/.exec(name)?.[1];
  const words = spec === undefined ? name : `${spec} spec`;
  return `${/^[AEIOU]/.test(words) ? 'an' : 'a'} ${words}`;
}
