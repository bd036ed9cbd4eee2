/**
 * Which of the wanted changes of a Pod the API server refuses for good, and why each cannot be made: a Pod is made once, and what its node has read is not
 * read again. Source: ValidatePodUpdate in kubernetes/pkg/apis/core/validation/validation.go.
 */
import { object } from '../json.ts';
import type { FieldChange } from './changed-fields.ts';

export interface ImmutableField {
  readonly path: string;
  /** Why it cannot be changed, as the end of a sentence. */
  readonly why: string;
}

/** What may be changed in a Pod that is there. */
const changeable: readonly RegExp[] = [
  /^metadata\b/,
  /^apiVersion$|^kind$|^status\b/,
  /^spec\.(?:containers|initContainers)\[[^\]]*\]\.image$/,
  /^spec\.activeDeadlineSeconds$/,
  /^spec\.tolerations\b/,
  /^spec\.schedulingGates\b/,
];

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /\.resources\b/,
    'amounts of a running container are changed through the subresource "resize" (`kubectl patch pod NAME --subresource resize`), or in a new Pod',
  ],
  [/\.env(?:From)?\b/, 'a container gets its environment when it starts, and only a new Pod starts it anew with another'],
  [/\.(?:command|args|workingDir)\b/, 'what a container runs is read when the Pod is made'],
  [/Probe\b/, 'probes are read when the Pod is made'],
  [/\.lifecycle\b/, 'hooks are read when the Pod is made'],
  [/\.volumeMounts\b|\.volumeDevices\b/, 'mounts are made when a container is created'],
  [/\.ports\b/, 'ports are read when the Pod is made'],
  [/securityContext\b|hostNetwork|hostPID|hostIPC|hostUsers|shareProcessNamespace/, 'it belongs to the sandbox, which is set up once'],
  [/^spec\.(?:init)?[cC]ontainers(?:\[[^\]]*\])?$/, 'the set of containers is fixed when the Pod is made'],
  [/^spec\.volumes\b/, 'volumes are set up once, before the containers start'],
  [/^spec\.nodeName$/, 'a Pod stays on the node where it was placed'],
  [/^spec\.(?:nodeSelector|affinity|topologySpreadConstraints|schedulerName)\b/, 'it was read when the Pod was placed on its node'],
  [/^spec\.serviceAccount(?:Name)?$/, 'the token of the account is already mounted'],
  [/^spec\.(?:hostname|subdomain|dns\w*|hostAliases)\b/, 'names are written into the sandbox when it is set up'],
  [/^spec\.priority\w*$/, 'the priority was read when the Pod was placed'],
];

/** Of the changes those that the server does not take, each with its reason; `changes` as `wantedChanges` gives them. */
export function immutableFields(changes: readonly FieldChange[]): readonly ImmutableField[] {
  return changes.flatMap((change) => {
    const { path } = change;
    if (changeable.some((pattern) => pattern.test(path)) || isResourceless(change)) return [];
    const why = reasons.find(([pattern]) => pattern.test(path))?.[1] ?? 'it is read when the Pod is made';
    return [{ path, why }];
  });
}

/** An empty map or list asks for nothing where there is none. */
function isResourceless({ before, after }: FieldChange): boolean {
  const empty =
    (Array.isArray(after) && after.length === 0) ||
    (typeof after === 'object' && after !== null && !Array.isArray(after) && Object.keys(object(after)).length === 0);
  return empty && before === undefined;
}
