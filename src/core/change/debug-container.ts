/**
 * What a debug session puts into a Pod, or makes of a copy of it: the container, with what its profile allows it, and the copy without what would make it take
 * part in anything. The profiles are those of kubectl (kubectl/pkg/cmd/debug/profiles.go). Pure.
 */
import { type Json, list, object, text } from '../json.ts';
import { recreatablePod } from './clean-object.ts';

export const debugProfiles = ['general', 'baseline', 'restricted', 'netadmin', 'sysadmin'] as const;
export type DebugProfile = (typeof debugProfiles)[number];

export interface DebugContainer {
  readonly name: string;
  readonly image: string;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly profile: DebugProfile;
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

/** As a container of a Pod. */
function containerOf({ name, image, command, env, stdin, tty, profile }: DebugContainer): Json {
  const securityContext = securityContexts[profile];
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    terminationMessagePolicy: 'File',
    ...(command.length === 0 ? {} : { command }),
    ...(env.length === 0 ? {} : { env }),
    ...(stdin ? { stdin } : {}),
    ...(tty ? { tty } : {}),
    ...(securityContext === undefined ? {} : { securityContext }),
  };
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
  readonly keepLabels: boolean;
}

/**
 * A copy of the Pod under another name that stands for itself: no owner takes it for its own, no Service and no budget counts it, as its labels are gone, and no
 * probe ends what is looked at.
 */
export function debugCopy(pod: Json, changes: CopyChanges): Json {
  const { metadata, spec: cleanSpec, ...rest } = recreatablePod(pod);
  const { namespace, labels } = object(metadata);
  const { nodeName: _placed, ...spec } = object(cleanSpec);
  const { container } = changes;
  const { nodeName } = object(pod['spec']);
  const containers = list(spec['containers']).map((each) => changed(object(each), changes));
  return {
    ...rest,
    metadata: { name: changes.name, namespace, ...(changes.keepLabels && labels !== undefined ? { labels } : {}) },
    spec: {
      ...spec,
      ...(spec['initContainers'] === undefined ? {} : { initContainers: list(spec['initContainers']).map((each) => changed(object(each), changes)) }),
      containers: container === undefined ? containers : [...containers, containerOf(container)],
      ...(changes.shareProcesses ? { shareProcessNamespace: true } : {}),
      ...(changes.sameNode && nodeName !== undefined ? { nodeName } : {}),
    },
  };
}

function changed(container: Json, { command, images }: CopyChanges): Json {
  const { livenessProbe: _live, readinessProbe: _ready, startupProbe: _start, ...kept } = container;
  const name = text(container['name']) ?? '';
  const image = images.get(name) ?? images.get('*');
  const { args: _args, ...withoutArgs } = kept;
  const own = command?.container === name ? { ...withoutArgs, command: command.words, stdin: command.stdin, tty: command.tty } : kept;
  return image === undefined ? own : { ...own, image };
}

/** The names of all containers of a Pod, of every kind. */
export function containerNames(pod: Json): readonly string[] {
  const spec = object(pod['spec']);
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((kind) => list(spec[kind]).map((each) => text(object(each)['name']) ?? ''));
}
