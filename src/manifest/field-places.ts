/** Where a field that does not exist in its place was probably meant to be: spelled a little otherwise, nested deeper, further up, or under a neighbour. */
import { didYouMean, surelyMeant } from '../core/did-you-mean.ts';
import { editDistance, nearestNames } from '../core/nearest-names.ts';
import type { RuleId } from './lint-rules.ts';
import { type FieldPath, type ManifestMap, type ManifestNode, pathText } from './manifest-tree.ts';
import type { Repair } from './problem.ts';
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

/** Gives the fields of a type. */
type Fields = (type: string) => TypeSchema;

/** `above` ends with the type in which the field was found; `fields` gives those of a type. */
export function misplaced(name: string, value: ManifestNode, above: readonly Ancestor[], fields: Fields): Misplaced {
  const here = above.at(-1);
  if (here === undefined) return unknown(name, 'this', undefined);
  const schema = fields(here.type);
  const noun = typeof here.path.at(-1) === 'number' && here.type.includes('/') ? `an item of ${typeNoun(here.type)}` : typeNoun(here.type);
  const spelled = misspelled(name, [...schema.keys()]);
  if (spelled !== undefined) return unknown(name, noun, `Did you mean ${spelled}?`);
  const amounts = [...schema.values()].filter(({ scalar, container }) => scalar === 'q' && container === 'map').map((field) => field.name);
  if (amounts.length > 0 && resources.test(name)) return wrongPlace(name, noun, `it belongs under ${eitherOf(amounts.toReversed())}`);
  const below = fitting(placesBelow(here.type, name, fields), value);
  if (below.length > 0) return wrongPlace(name, noun, `it belongs under ${eitherOf(below.map(({ path }) => path))}`);
  const ancestor = above.slice(0, -1).findLast(({ type }) => fields(type).has(name));
  if (ancestor !== undefined) {
    const child = String(here.path[ancestor.path.length] ?? '');
    return wrongPlace(name, noun, `it is one of ${typeNoun(ancestor.type)}`, `Indent it like ${child}, beside it.`);
  }
  for (const { type, path } of above.slice(0, -1).toReversed()) {
    const beside = fitting(placesBelow(type, name, fields), value).map((place) => `${pathText(path)}${path.length > 0 ? '.' : ''}${place.path}`);
    if (beside.length > 0) return wrongPlace(name, noun, `it belongs under ${eitherOf(beside)}`);
  }
  const guess = name.length > 2 ? didYouMean(name, [...schema.keys()]) : undefined;
  return unknown(name, noun, guess === undefined ? undefined : `Did you mean ${guess}?`);
}

/** What mends a field that does not exist in its place, for certain; the arguments are those of `misplaced`, with the map that the field is in. */
export function fieldRepair(name: string, map: ManifestMap, above: readonly Ancestor[], fields: Fields): Repair | undefined {
  const here = above.at(-1);
  if (here === undefined) return undefined;
  if (misspelled(name, [...fields(here.type).keys()]) !== undefined) return spelling(name, map, above, fields);
  const to = resources.test(name) ? undefined : onlyPlace(name, map, above, fields);
  return to && { kind: 'move', to };
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

/** A slip of the fingers that can be nothing else: no field nearby has the name, and no other field of the map was meant for the same one. */
function spelling(name: string, map: ManifestMap, above: readonly Ancestor[], fields: Fields): Repair | undefined {
  const here = above.at(-1);
  const names = here === undefined ? [] : [...fields(here.type).keys()];
  const to = surelyMeant(name, names);
  if (here === undefined || to === undefined || map.fields.has(to)) return undefined;
  const value = map.fields.get(name)?.value;
  const field = fields(here.type).get(to);
  if (value === undefined || field === undefined || fitting([{ path: to, field }], value).length === 0) return undefined;
  if ([...map.fields.keys()].some((other) => other !== name && surelyMeant(other, names) === to)) return undefined;
  const elsewhere = placesBelow(here.type, name, fields).length > 0 || above.some(({ type }) => fields(type).has(name));
  return elsewhere ? undefined : { kind: 'rename', to };
}

/**
 * The path of the one map that the field can have been meant for: straight under the map that it is in, around it, or the only one in all of the object. Of
 * maps that several levels have, as securityContext, the innermost is meant. What is in a list is never certain, as the list may have several items.
 */
function onlyPlace(name: string, map: ManifestMap, above: readonly Ancestor[], fields: Fields): FieldPath | undefined {
  const [root] = above;
  const here = above.at(-1);
  const value = map.fields.get(name)?.value;
  if (root === undefined || here === undefined || value === undefined) return undefined;
  const outer = above.slice(0, -1);
  const steps = (places: readonly Place[], from: FieldPath): readonly FieldPath[] => fitting(places, value).map(({ path }) => [...from, ...path.split('.')]);
  const under = steps(directPlaces(here.type, name, fields), here.path);
  const deeper = steps(deeperPlaces(here.type, name, fields), here.path);
  const holders = outer.filter(({ type }) => steps(ownPlace(type, name, fields), []).length > 0);
  if (holders.length > 0 || under.length > 1 || (under.length === 1 && deeper.length > 0)) {
    const [holder] = holders;
    const sure = holder !== undefined && holders.length + under.length + deeper.length === 1 && !alternatives.has(holder.type) && !ofContainers(holder, name);
    return sure ? holder.path : undefined;
  }
  const [nearest] = under;
  if (nearest === undefined) return alone(steps(allPlaces(root.type, fields).get(name) ?? [], []));
  const beside = outer.flatMap(({ type, path }) => steps(placesBelow(type, name, fields), path)).filter((path) => !path.some(isListStep));
  if (isListStep(nearest.at(-1)) || beside.some((path) => path.at(-1) !== nearest.at(-1))) return undefined;
  // Beside what was chosen of several there is no second choice.
  const chosen = alternatives.has(here.type) && [...map.fields.keys()].some((other) => fields(here.type).get(other)?.type !== undefined);
  return chosen && !map.fields.has(String(nearest.at(-1))) ? undefined : nearest;
}

/** What a Pod can have for all of its containers is mostly meant for one of them. */
function ofContainers({ type }: Ancestor, name: string): boolean {
  return type === 'V1PodSpec' && (name === 'resources' || name === 'securityContext');
}

function alone(paths: readonly FieldPath[]): FieldPath | undefined {
  const [only, ...others] = paths;
  return others.length > 0 || only?.some(isListStep) === true ? undefined : only;
}

function isListStep(step: string | number | undefined): boolean {
  return String(step).endsWith('[]');
}

/** Of whose fields one is set. */
const alternatives: ReadonlySet<string> = new Set(['V1Volume', 'V1VolumeProjection', 'V1EnvVarSource', 'V1Probe', 'V1LifecycleHandler']);

interface Place {
  readonly path: string;
  readonly field: FieldSchema;
}

/** The fields of a type that have a field of this name; where there are none, theirs. */
function placesBelow(type: string, name: string, fields: Fields): readonly Place[] {
  const direct = directPlaces(type, name, fields);
  return (direct.length > 0 ? direct : deeperPlaces(type, name, fields)).toSorted((a, b) => commonness(a) - commonness(b));
}

/** The type itself, where it has a field of this name. */
function ownPlace(type: string, name: string, fields: Fields): readonly Place[] {
  const field = fields(type).get(name);
  return field === undefined ? [] : [{ path: '', field }];
}

/** Of the objects of a type, as somebody's fields are. */
const everywhere = new WeakMap<Fields, Map<string, ReadonlyMap<string, readonly Place[]>>>();

/** The places of all fields in an object of a type, by their names. */
function allPlaces(root: string, fields: Fields): ReadonlyMap<string, readonly Place[]> {
  const ofFields = everywhere.get(fields) ?? new Map<string, ReadonlyMap<string, readonly Place[]>>();
  everywhere.set(fields, ofFields);
  const known = ofFields.get(root);
  if (known !== undefined) return known;
  const places = new Map<string, Place[]>();
  const visit = (type: string, path: readonly string[], within: readonly string[]): void => {
    for (const field of fields(type).values()) {
      if (field.name === 'status' && path.length === 0) continue;
      const found = places.get(field.name) ?? [];
      found.push({ path: path.join('.'), field });
      places.set(field.name, found);
      if (field.type !== undefined && !within.includes(field.type)) visit(field.type, [...path, stepText(field)], [...within, field.type]);
    }
  };
  visit(root, [], [root]);
  ofFields.set(root, places);
  return places;
}

function directPlaces(type: string, name: string, fields: Fields): readonly Place[] {
  return innerFields(type, fields).flatMap((step): readonly Place[] => {
    const field = fields(step.type ?? '').get(name);
    return field === undefined ? [] : [{ path: stepText(step), field }];
  });
}

function deeperPlaces(type: string, name: string, fields: Fields): readonly Place[] {
  return innerFields(type, fields).flatMap((step) =>
    directPlaces(step.type ?? '', name, fields).map(({ path, field }) => ({ path: `${stepText(step)}.${path}`, field })),
  );
}

/** Those that have fields themselves, as somebody writes them. */
function innerFields(type: string, fields: Fields): readonly FieldSchema[] {
  return [...fields(type).values()].filter((field) => field.type !== undefined && field.name !== 'status');
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

function eitherOf(paths: readonly string[]): string {
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
