/**
 * Fields, labels, annotations and kinds of volumes that the target version has a successor for, or that it no longer heeds. Source: what the API server warns
 * of, pkg/api/pod/warnings.go and pkg/api/node/util.go of 1.36, and for volumes that were moved to CSI drivers Kubernetes' page on volumes.
 */
import { versionText } from '../kubernetes-version.ts';
import type { FieldPath } from '../manifest-tree.ts';
import type { Problems, Repair } from '../problem.ts';
import type { PodCase, Rule } from './pod-case.ts';

/** Minor versions. */
export interface Deprecation {
  /** 0: since before anything that is linted. */
  readonly since: number;
  /** From here on it is taken, and nothing comes of it. */
  readonly dead?: number;
  readonly successor: string;
}

/** Keys may be called like anything, also like what every object of JavaScript has. */
const labels: ReadonlyMap<string, Deprecation> = new Map(
  Object.entries({
    'beta.kubernetes.io/arch': { since: 14, successor: 'kubernetes.io/arch' },
    'beta.kubernetes.io/os': { since: 14, successor: 'kubernetes.io/os' },
    'beta.kubernetes.io/instance-type': { since: 17, successor: 'node.kubernetes.io/instance-type' },
    'failure-domain.beta.kubernetes.io/zone': { since: 17, successor: 'topology.kubernetes.io/zone' },
    'failure-domain.beta.kubernetes.io/region': { since: 17, successor: 'topology.kubernetes.io/region' },
  }),
);

/** The kubelet itself gives every node these labels, so that one name is as good as the other; who gives the others may have given the old name alone. */
const kubeletLabels: ReadonlySet<string> = new Set(['beta.kubernetes.io/arch', 'beta.kubernetes.io/os']);

/** Kinds of volumes whose drivers have left Kubernetes, and what took their place; where that is a driver of the same storage, it still answers to them. */
export const volumeDeprecations: Readonly<Record<string, Deprecation>> = {
  awsElasticBlockStore: { since: 19, successor: 'the CSI driver' },
  azureDisk: { since: 19, successor: 'the CSI driver' },
  azureFile: { since: 21, successor: 'the CSI driver' },
  cephfs: { since: 28, dead: 31, successor: 'a CSI driver' },
  cinder: { since: 11, successor: 'the CSI driver' },
  flexVolume: { since: 23, successor: 'a CSI driver' },
  flocker: { since: 22, dead: 25, successor: 'a CSI driver' },
  gcePersistentDisk: { since: 17, successor: 'the CSI driver' },
  gitRepo: { since: 11, dead: 33, successor: 'an init container that clones into an emptyDir' },
  glusterfs: { since: 25, dead: 26, successor: 'a CSI driver' },
  photonPersistentDisk: { since: 11, dead: 16, successor: 'a CSI driver' },
  portworxVolume: { since: 25, successor: 'the CSI driver' },
  quobyte: { since: 22, dead: 25, successor: 'a CSI driver' },
  rbd: { since: 28, dead: 31, successor: 'a CSI driver' },
  scaleIO: { since: 16, dead: 22, successor: 'a CSI driver' },
  storageos: { since: 22, dead: 25, successor: 'a CSI driver' },
  vsphereVolume: { since: 19, successor: 'the CSI driver' },
};

const seccomp: Deprecation = { since: 19, dead: 27, successor: 'securityContext.seccompProfile' };
const sysctls: Deprecation = { since: 11, dead: 11, successor: 'securityContext.sysctls' };

/** By the beginning of their keys. */
const annotations: Readonly<Record<string, Deprecation>> = {
  'container.apparmor.security.beta.kubernetes.io/': { since: 30, successor: 'securityContext.appArmorProfile' },
  'container.seccomp.security.alpha.kubernetes.io/': seccomp,
  'scheduler.alpha.kubernetes.io/critical-pod': { since: 13, dead: 16, successor: 'priorityClassName' },
  'seccomp.security.alpha.kubernetes.io/': seccomp,
  'security.alpha.kubernetes.io/sysctls': sysctls,
  'security.alpha.kubernetes.io/unsafe-sysctls': sysctls,
};

export const deprecatedField: Rule = (pod, problems) => {
  const { spec, path } = pod;
  const tell = (at: FieldPath, what: string, deprecation: Deprecation | undefined, repair?: Repair): void => {
    if (deprecation !== undefined) tellDeprecation(problems, pod.set.minor, { path: at, what, deprecation, repair });
  };
  if (spec.serviceAccount && !spec.serviceAccountName) {
    const successor = 'serviceAccountName';
    tell([...path, 'serviceAccount'], 'serviceAccount', { since: 0, successor }, { kind: 'rename', to: successor });
  }
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    for (const [kind, deprecation] of Object.entries(volumeDeprecations)) {
      if (kind in volume) tell([...path, 'volumes', index, kind], `A ${kind} volume`, deprecation);
    }
  }
  for (const [key, at] of labelsAsked(pod)) {
    const label = labels.get(key);
    const to = label !== undefined && kubeletLabels.has(key) ? label.successor : undefined;
    tell(at, key, label, to === undefined ? undefined : { kind: at.at(-1) === key ? 'rename' : 'rewrite', to });
  }
  const metadata = [...path.slice(0, -1), 'metadata', 'annotations'];
  for (const [key, value] of Object.entries(pod.annotations)) {
    const found = Object.entries(annotations).find(([beginning]) => key.startsWith(beginning));
    tell([...metadata, key], `The annotation ${key}`, found?.[1], profileRepair(pod, key, value));
  }
};

const profileAnnotation = /^(container\.)?(seccomp\.security\.alpha|(?<=^container\.)apparmor\.security\.beta)\.kubernetes\.io\/(.*)$/;

/** The field that says what the annotation does, of the Pod or of the container that it names. */
function profileRepair({ path, containers }: PodCase, key: string, value: unknown): Repair | undefined {
  const [, ofContainer, family = '', name = ''] = profileAnnotation.exec(key) ?? [];
  const holder = ofContainer !== undefined ? containers.find(({ container }) => container.name === name)?.path : name === 'pod' ? path : undefined;
  const fields = profileFields(String(value));
  const field = family.startsWith('apparmor') ? 'appArmorProfile' : 'seccompProfile';
  return holder && fields && { kind: 'replace', holder: [...holder, 'securityContext'], name: field, fields };
}

/** Source: seccompFieldForAnnotation and getAppArmorProfileFromAnnotation of Kubernetes, before they were taken out. */
function profileFields(value: string): readonly (readonly [string, string])[] | undefined {
  if (value === 'runtime/default' || value === 'docker/default') return [['type', 'RuntimeDefault']];
  if (value === 'unconfined') return [['type', 'Unconfined']];
  const local = /^localhost\/([\w.-][\w./-]*)$/.exec(value)?.[1];
  return local === undefined
    ? undefined
    : [
        ['type', 'Localhost'],
        ['localhostProfile', local],
      ];
}

/** Labels of nodes by which the Pod is placed, each with where it is asked for. */
function labelsAsked({ spec: { nodeSelector, affinity, topologySpreadConstraints }, path }: PodCase): readonly (readonly [string, FieldPath])[] {
  const { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } = affinity?.nodeAffinity ?? {};
  const node = [...path, 'affinity', 'nodeAffinity'];
  const terms = [
    ...(required?.nodeSelectorTerms ?? []).map((term, index) => {
      return { term, at: [...node, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms', index] };
    }),
    ...(preferred ?? []).map(({ preference }, index) => {
      return { term: preference, at: [...node, 'preferredDuringSchedulingIgnoredDuringExecution', index, 'preference'] };
    }),
  ];
  return [
    ...Object.keys(nodeSelector ?? {}).map((key) => [key, [...path, 'nodeSelector', key]] as const),
    ...(topologySpreadConstraints ?? []).map(
      ({ topologyKey = '' }, index) => [topologyKey, [...path, 'topologySpreadConstraints', index, 'topologyKey']] as const,
    ),
    ...terms.flatMap(({ term, at }) => (term?.matchExpressions ?? []).map(({ key = '' }, index) => [key, [...at, 'matchExpressions', index, 'key']] as const)),
  ];
}

interface Deprecated {
  readonly path: FieldPath;
  /** As in `The annotation example.com/a`. */
  readonly what: string;
  readonly deprecation: Deprecation;
  readonly repair?: Repair | undefined;
}

/** Nothing where the version is older. */
export function tellDeprecation(problems: Problems, minor: number, { path, what, deprecation: { since, dead, successor }, repair }: Deprecated): void {
  if (since > minor) return;
  const when = since === 0 ? '' : ` since ${versionText(since)}`;
  const end = dead === undefined ? '' : dead <= minor ? ` and does not work since ${versionText(dead)}` : ` and stops to work in ${versionText(dead)}`;
  problems.addOnKey('deprecated-field', path, `${what} is deprecated${when}${end}; ${successor} takes its place`, undefined, repair);
}
