/**
 * What a debug session puts into a Pod, or makes of a copy of it: the container, with what its profile allows it, and the copy without what would make it take
 * part in anything. The profiles are those of kubectl (kubectl/pkg/cmd/debug/profiles.go). Pure.
 */
import { type Json, list, object, text } from '../json.ts';
import { recreatablePod } from './clean-object.ts';

export const debugProfiles = ['general', 'baseline', 'restricted', 'netadmin', 'sysadmin'] as const;
export type DebugProfile = (typeof debugProfiles)[number];

/** What a copy may keep of its Pod. */
export const keptParts = ['labels', 'annotations', 'init-containers', 'liveness', 'readiness', 'startup'] as const;
export type KeptPart = (typeof keptParts)[number];

export const pullPolicies = ['Always', 'IfNotPresent', 'Never'] as const;

export interface DebugContainer {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy: (typeof pullPolicies)[number];
  /** Empty: the image's own. */
  readonly command: readonly string[];
  /** Whether they are arguments of the image's own command. */
  readonly onlyArguments: boolean;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly profile: DebugProfile;
  /** Fields of a container that come on top of all: mounts of the Pod's volumes, say. */
  readonly custom: Json;
}

const securityContexts: Readonly<Record<DebugProfile, Json | undefined>> = {
  general: { capabilities: { add: ['SYS_PTRACE'] } },
  baseline: undefined,
  restricted: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  netadmin: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
  sysadmin: { privileged: true },
};

/** Input from a pipe ends with it, so that a shell that reads it ends as well; a terminal may be attached to once more. */
function inputOf({ stdin, tty }: { readonly stdin: boolean; readonly tty: boolean }): Json {
  return stdin ? { stdin, ...(tty ? {} : { stdinOnce: true }) } : {};
}

/** As a container of a Pod. */
function containerOf({ name, image, pullPolicy, command, onlyArguments, env, stdin, tty, profile, custom }: DebugContainer): Json {
  const securityContext = securityContexts[profile];
  const container = {
    name,
    image,
    imagePullPolicy: pullPolicy,
    terminationMessagePolicy: 'File',
    ...(command.length === 0 ? {} : onlyArguments ? { args: command } : { command }),
    ...(env.length === 0 ? {} : { env }),
    ...inputOf({ stdin, tty }),
    ...(tty ? { tty } : {}),
    ...(securityContext === undefined ? {} : { securityContext }),
  };
  return brought(container, custom);
}

/** What tells the items of these lists apart, as a strategic merge has it. Source: the patchMergeKey tags of Container in k8s.io/api/core/v1/types.go. */
const mergeKeys: Readonly<Record<string, string>> = { env: 'name', volumeMounts: 'mountPath', ports: 'containerPort' };

/** Fields that are given by other flags, or that a debug container has none of. */
export const fixedFields = ['name', 'image', 'command', 'args', 'lifecycle', 'volumeDevices'] as const;

/** `more` on top of a container: maps field by field, lists whose items have a key item by item, all else as a whole. */
function brought(whole: Json, more: Json): Json {
  const both = Object.entries(more).map(([field, value]): [string, unknown] => {
    const [before, key] = [whole[field], mergeKeys[field]];
    if (key !== undefined && Array.isArray(value)) {
      const given = new Set(value.map((item) => object(item)[key]));
      return [field, [...list(before).filter((item) => !given.has(object(item)[key])), ...value]];
    }
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [field, isMap ? brought(object(before), object(value)) : value];
  });
  return { ...whole, ...Object.fromEntries(both) };
}

/** As an ephemeral container; `target` is the container whose processes it sees, undefined for none. */
export function ephemeralContainer(container: DebugContainer, target: string | undefined): Json {
  return { ...containerOf(container), ...(target === undefined ? {} : { targetContainerName: target }) };
}

export interface CopyChanges {
  readonly name: string;
  /** A container beside the others, or the one of that name otherwise. */
  readonly container: DebugContainer | undefined;
  /** Another command for a container that is there. */
  readonly command: { readonly container: string; readonly words: readonly string[]; readonly stdin: boolean; readonly tty: boolean } | undefined;
  /** By container; `*` is every one. */
  readonly images: ReadonlyMap<string, string>;
  readonly shareProcesses: boolean;
  readonly sameNode: boolean;
  readonly keep: ReadonlySet<KeptPart>;
}

/**
 * A copy of the Pod under another name that stands for itself: no owner takes it for its own, and unless they are kept no Service and no budget counts it, as
 * its labels are gone, no controller acts on its annotations, and no probe ends what is looked at.
 */
export function debugCopy(pod: Json, changes: CopyChanges): Json {
  const { metadata, spec: cleanSpec, ...rest } = recreatablePod(pod);
  const { namespace, labels, annotations } = object(metadata);
  const { nodeName: _placed, initContainers, ...spec } = object(cleanSpec);
  const { container, keep } = changes;
  const { nodeName } = object(pod['spec']);
  const containers = list(spec['containers']).map((each) => changed(object(each), changes));
  return {
    ...rest,
    metadata: {
      name: changes.name,
      namespace,
      ...(keep.has('labels') && labels !== undefined ? { labels } : {}),
      ...(keep.has('annotations') && annotations !== undefined ? { annotations } : {}),
    },
    spec: {
      ...spec,
      ...(initContainers === undefined || !keep.has('init-containers')
        ? {}
        : { initContainers: list(initContainers).map((each) => changed(object(each), changes)) }),
      containers: container === undefined ? containers : [...containers, containerOf(container)],
      ...(changes.shareProcesses ? { shareProcessNamespace: true } : {}),
      ...(changes.sameNode && nodeName !== undefined ? { nodeName } : {}),
    },
  };
}

function changed(container: Json, { command, images, keep }: CopyChanges): Json {
  const { livenessProbe, readinessProbe, startupProbe, ...others } = container;
  const kept = {
    ...others,
    ...(keep.has('liveness') && livenessProbe !== undefined ? { livenessProbe } : {}),
    ...(keep.has('readiness') && readinessProbe !== undefined ? { readinessProbe } : {}),
    ...(keep.has('startup') && startupProbe !== undefined ? { startupProbe } : {}),
  };
  const name = text(container['name']) ?? '';
  const image = images.get(name) ?? images.get('*');
  const { args: _args, ...withoutArgs }: Json = kept;
  const own =
    command?.container === name ? { ...withoutArgs, command: command.words, stdin: false, stdinOnce: false, ...inputOf(command), tty: command.tty } : kept;
  return image === undefined ? own : { ...own, image };
}

const hostProfiles: ReadonlySet<DebugProfile> = new Set(['general', 'netadmin', 'sysadmin']);
/** The profiles with which a Pod on a node has the node's files in /host. */
export const hostFiles: ReadonlySet<DebugProfile> = new Set(['general', 'sysadmin']);

/** A Pod on a node: in the node's own namespaces and with its files in /host, as far as the profile allows it; no taint keeps it away. */
export function nodePod(
  container: DebugContainer,
  { name, namespace, node }: { readonly name: string; readonly namespace: string | undefined; readonly node: string },
): Json {
  const { profile } = container;
  // As root on the node it may trace without more: kubectl asks for nothing here either.
  const made = containerOf(profile === 'general' ? { ...container, profile: 'baseline' } : container);
  const files = hostFiles.has(profile);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
      ...(hostProfiles.has(profile) ? { hostNetwork: true, hostPID: true, hostIPC: true } : {}),
      ...(files ? { volumes: [{ name: 'host-root', hostPath: { path: '/' } }] } : {}),
      containers: [files ? { ...made, volumeMounts: [...list(made['volumeMounts']), { name: 'host-root', mountPath: '/host' }] } : made],
    },
  };
}

/** The containers of a Pod, of every kind. */
export function containersOf(pod: Json): readonly Json[] {
  const spec = object(pod['spec']);
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) => list(spec[kind]).map(object));
}

export function containerNames(pod: Json): readonly string[] {
  return containersOf(pod).map(({ name }) => text(name) ?? '');
}
