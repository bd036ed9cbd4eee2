/**
 * Annotations and fields that are deprecated in kinds that make no Pods. Source: what the API server warns of, pkg/api/service/warnings.go and
 * pkg/api/persistentvolume/util.go of 1.36, and the notes of k8s.io/api's types.
 */
import { type FieldPath, fieldOf, type ManifestNode } from './manifest-tree.ts';
import type { Problems } from './problem.ts';
import { type Deprecation, tellDeprecation, volumeDeprecations } from './rules/deprecations.ts';

const storageClass: Deprecation = { since: 8, successor: 'spec.storageClassName' };

/** By kind: annotations by their keys, fields of the spec by their names. */
const deprecations: Readonly<
  Record<string, { readonly annotations?: Readonly<Record<string, Deprecation>>; readonly spec?: Readonly<Record<string, Deprecation>> }>
> = {
  Ingress: { annotations: { 'kubernetes.io/ingress.class': { since: 18, successor: 'spec.ingressClassName' } } },
  PersistentVolume: {
    annotations: {
      'volume.beta.kubernetes.io/storage-class': storageClass,
      'volume.beta.kubernetes.io/mount-options': { since: 31, successor: 'spec.mountOptions' },
    },
    spec: volumeDeprecations,
  },
  PersistentVolumeClaim: { annotations: { 'volume.beta.kubernetes.io/storage-class': storageClass } },
  Service: {
    annotations: { 'service.kubernetes.io/topology-aware-hints': { since: 27, successor: 'service.kubernetes.io/topology-mode' } },
    spec: {
      externalIPs: { since: 36, successor: 'a Service of type LoadBalancer' },
      loadBalancerIP: { since: 24, successor: "an annotation of the load balancer's provider" },
    },
  },
};

/** Of an object of one of Kubernetes' own kinds. */
export function checkDeprecations(root: ManifestNode, kind: string, minor: number, problems: Problems): void {
  const { annotations = {}, spec = {} } = deprecations[kind] ?? {};
  const tell = (node: ManifestNode | undefined, path: FieldPath, what: (key: string) => string, table: Readonly<Record<string, Deprecation>>): void => {
    for (const [key, deprecation] of Object.entries(table))
      if (fieldOf(node, key) !== undefined) tellDeprecation(problems, minor, { path: [...path, key], what: what(key), deprecation });
  };
  tell(fieldOf(fieldOf(root, 'metadata'), 'annotations'), ['metadata', 'annotations'], (key) => `The annotation ${key}`, annotations);
  tell(fieldOf(root, 'spec'), ['spec'], (key) => key, spec);
}
