/** What a rule looks at: the spec of a Pod or of a template, with its containers in their roles, and what else lies in the same files. */
import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { type Json, object, text } from '../../core/json.ts';
import type { Loose } from '../loose.ts';
import type { FieldPath } from '../manifest-tree.ts';
import { podKind } from '../pod-kinds.ts';
import type { Problems } from '../problem.ts';
import type { ManifestSet, SetObject } from './manifest-set.ts';

/** `init` ends before the app starts; a `sidecar` is an init container that goes on (restartPolicy: Always). */
type ContainerRole = 'init' | 'sidecar' | 'app';

export interface ContainerCase {
  /** Its own, or words that stand for it where it has none. */
  readonly name: string;
  readonly container: Loose<V1Container>;
  readonly role: ContainerRole;
  readonly path: FieldPath;
}

export interface PodCase {
  readonly kind: string;
  readonly json: Json;
  readonly spec: Loose<V1PodSpec>;
  /** Of the spec, from the object's root. */
  readonly path: FieldPath;
  /** The labels that the Pod gets. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** undefined: that of the command line, which is the same for all that name none. */
  readonly namespace: string | undefined;
  /** In the order in which they start. */
  readonly containers: readonly ContainerCase[];
  readonly set: ManifestSet;
}

export type Rule = (pod: PodCase, problems: Problems) => void;

/** undefined for an object that makes no Pods. */
export function podCase({ kind, json }: SetObject, set: ManifestSet): PodCase | undefined {
  const path = podKind(kind)?.path;
  if (path === undefined) return undefined;
  const pod = path.reduce<Json>((part, step) => object(part[step]), json);
  const spec = object(pod['spec']) as Loose<V1PodSpec>;
  const at = [...path, 'spec'];
  const metadata = object(pod['metadata']);
  return {
    kind,
    json,
    spec,
    path: at,
    labels: object(metadata['labels']) as Readonly<Record<string, string>>,
    annotations: object(metadata['annotations']) as Readonly<Record<string, string>>,
    namespace: text(object(json['metadata'])['namespace']),
    containers: [
      ...(spec.initContainers ?? []).map((container, index): ContainerCase => {
        return { name: nameOf(container), container, role: container.restartPolicy === 'Always' ? 'sidecar' : 'init', path: [...at, 'initContainers', index] };
      }),
      ...(spec.containers ?? []).map(
        (container, index): ContainerCase => ({ name: nameOf(container), container, role: 'app', path: [...at, 'containers', index] }),
      ),
    ],
    set,
  };
}

function nameOf({ name }: Loose<V1Container>): string {
  return name || 'a container';
}

/** What a container runs, as one line: its command and arguments. */
export function commandLine({ command = [], args = [] }: Loose<V1Container>): string {
  return [...command, ...args].join(' ');
}

/** What is told of a container: `the container web`. */
export function called({ container, role }: ContainerCase): string {
  return `the ${role === 'app' ? 'container' : role === 'sidecar' ? 'sidecar' : 'init container'} ${container.name ?? ''}`.trimEnd();
}
