/** Fields, labels and annotations that have a successor, or that current versions no longer heed. */
import type { FieldPath } from '../manifest-tree.ts';
import type { Problems } from '../problem.ts';
import type { Rule } from './pod-case.ts';

const labels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
};

/** Kinds of volumes whose drivers have left Kubernetes, and what took their place. */
const volumes: Readonly<Record<string, string>> = {
  awsElasticBlockStore: 'the CSI driver',
  azureDisk: 'the CSI driver',
  azureFile: 'the CSI driver',
  cephfs: 'the CSI driver',
  cinder: 'the CSI driver',
  flexVolume: 'a CSI driver',
  flocker: 'a CSI driver',
  gcePersistentDisk: 'the CSI driver',
  gitRepo: 'an init container that clones into an emptyDir',
  glusterfs: 'a CSI driver',
  photonPersistentDisk: 'a CSI driver',
  portworxVolume: 'the CSI driver',
  quobyte: 'a CSI driver',
  rbd: 'the CSI driver',
  scaleIO: 'a CSI driver',
  storageos: 'a CSI driver',
  vsphereVolume: 'the CSI driver',
};

export const deprecatedField: Rule = (pod, problems) => {
  const { spec, path } = pod;
  if (spec.serviceAccount && !spec.serviceAccountName) tell(problems, [...path, 'serviceAccount'], 'serviceAccount', 'serviceAccountName');
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    for (const [kind, successor] of Object.entries(volumes)) {
      if (kind in volume) tell(problems, [...path, 'volumes', index, kind], `A ${kind} volume`, successor);
    }
  }
  for (const key of Object.keys(spec.nodeSelector ?? {})) {
    const successor = labels[key];
    if (successor !== undefined) tell(problems, [...path, 'nodeSelector', key], key, successor);
  }
  for (const [index, { topologyKey = '' }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const successor = labels[topologyKey];
    if (successor !== undefined) tell(problems, [...path, 'topologySpreadConstraints', index, 'topologyKey'], topologyKey, successor);
  }
  const metadata = [...path.slice(0, -1), 'metadata', 'annotations'];
  for (const key of Object.keys(pod.annotations)) {
    if (/^(?:container\.)?seccomp\.security\.alpha\.kubernetes\.io\//.test(key))
      tell(problems, [...metadata, key], `The annotation ${key}`, 'securityContext.seccompProfile');
    if (key.startsWith('container.apparmor.security.beta.kubernetes.io/'))
      tell(problems, [...metadata, key], `The annotation ${key}`, 'securityContext.appArmorProfile');
  }
};

function tell(problems: Problems, path: FieldPath, what: string, successor: string): void {
  problems.addOnKey('deprecated-field', path, `${what} is deprecated; ${successor} takes its place`);
}
