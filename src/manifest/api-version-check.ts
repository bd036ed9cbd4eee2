/** Whether a version of Kubernetes serves an object's kind under its apiVersion, will go on to, and what to write where it does not. */
import { didYouMean, surelyMeant } from '../core/did-you-mean.ts';
import { type ApiLifetime, apiLifetime, apiSuccessor, isBuiltInGroup, kindsOfApi, servedVersions } from './api-history.ts';
import { newestMinor, versionText } from './kubernetes-version.ts';
import type { Problem, Repair } from './problem.ts';
import { typeOfKind } from './schema.ts';

/** Kinds that are not known at all are those of somebody else, and nothing is said of them. */
export function checkApiVersion(apiVersion: string, kind: string, minor: number): Problem | undefined {
  const lifetime = apiLifetime(apiVersion, kind);
  return lifetime === undefined ? unknownKind(apiVersion, kind, minor) : outOfTime(apiVersion, kind, lifetime, minor);
}

const apiVersionPath = ['apiVersion'];

function outOfTime(apiVersion: string, kind: string, { introduced, deprecated, removed, off }: ApiLifetime, minor: number): Problem | undefined {
  const subject = `${kind} of ${apiVersion}`;
  const successor = apiSuccessor(apiVersion, kind, minor);
  const hint = successorHint(apiVersion, kind, successor);
  const same = successor !== undefined && sameShape.has(`${apiVersion} ${kind}`);
  const repair: Repair | undefined = same ? { kind: 'rewrite', to: successor } : undefined;
  if (removed > 0 && removed <= minor) {
    return { rule: 'removed-api', path: apiVersionPath, message: `${subject} is gone since ${versionText(removed)}`, hint, repair };
  }
  if (introduced > minor) {
    const message = `${subject} is there since ${versionText(introduced)}, and the target is ${versionText(minor)}`;
    return { rule: 'newer-api', path: apiVersionPath, message, hint };
  }
  if (deprecated > 0 && deprecated <= minor && (!off || successor !== undefined)) {
    const end = removed === 0 ? '' : removed > newestMinor ? `, and to go in ${versionText(removed)}` : `, and gone in ${versionText(removed)}`;
    return { rule: 'deprecated-api', path: apiVersionPath, message: `${subject} is deprecated since ${versionText(deprecated)}${end}`, hint, repair };
  }
  if (!off) return undefined;
  const what = apiVersion.includes('alpha') ? 'an alpha' : 'a beta';
  const message = `${apiVersion} is ${what} that is served only where the cluster is set up for it`;
  return { rule: 'feature-off', path: apiVersionPath, message, hint: hint ?? `kube-apiserver takes --runtime-config=${apiVersion}=true.` };
}

/** Old versions with the fields and defaults of their successors: Kubernetes' deprecated API migration guide knows of no notable changes. */
const sameShape: ReadonlySet<string> = new Set([
  'apiregistration.k8s.io/v1beta1 APIService',
  'apps/v1beta2 DaemonSet',
  'apps/v1beta2 Deployment',
  'apps/v1beta2 ReplicaSet',
  'apps/v1beta2 StatefulSet',
  'batch/v1beta1 CronJob',
  'coordination.k8s.io/v1beta1 Lease',
  'extensions/v1beta1 NetworkPolicy',
  'networking.k8s.io/v1beta1 IngressClass',
  'node.k8s.io/v1beta1 RuntimeClass',
  'rbac.authorization.k8s.io/v1beta1 ClusterRole',
  'rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1beta1 Role',
  'rbac.authorization.k8s.io/v1beta1 RoleBinding',
  'scheduling.k8s.io/v1beta1 PriorityClass',
  'storage.k8s.io/v1beta1 CSIDriver',
  'storage.k8s.io/v1beta1 CSIStorageCapacity',
  'storage.k8s.io/v1beta1 StorageClass',
]);

/** What else changes with the version, so that writing another is not all. */
const changes: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/v1beta1 CustomResourceDefinition': 'There each version has a structural schema of its own.',
  'apps/v1beta1 Deployment': 'There spec.selector is required.',
  'apps/v1beta1 StatefulSet': 'There spec.selector is required.',
  'apps/v1beta2 DaemonSet': 'There spec.selector is required.',
  'autoscaling/v2beta1 HorizontalPodAutoscaler': 'There metrics have their targets under target.',
  'extensions/v1beta1 DaemonSet': 'There spec.selector is required.',
  'extensions/v1beta1 Deployment': 'There spec.selector is required.',
  'extensions/v1beta1 Ingress': 'There a backend is service.name and service.port, and pathType is required.',
  'extensions/v1beta1 ReplicaSet': 'There spec.selector is required.',
  'networking.k8s.io/v1beta1 Ingress': 'There a backend is service.name and service.port, and pathType is required.',
};

/** Kinds that nothing of the same name replaces. */
const replacements: Readonly<Record<string, string>> = {
  PodSecurityPolicy: 'Pod Security admission takes its place: the label pod-security.kubernetes.io/enforce of the namespace.',
  PodPreset: 'Nothing takes its place; an admission webhook can do the same.',
};

function successorHint(apiVersion: string, kind: string, successor: string | undefined): string | undefined {
  if (successor === undefined) return replacements[kind];
  const [version, other] = successor.split(' ');
  if (other !== undefined) return `${other} of ${version} takes its place.`;
  const change = version?.includes('beta') === true ? undefined : changes[`${apiVersion} ${kind}`];
  return `Write apiVersion: ${version}${change === undefined ? '' : `. ${change}`}`;
}

function unknownKind(apiVersion: string, kind: string, minor: number): Problem | undefined {
  // Lists whose items are no list are passed over with the others.
  if (kind.endsWith('List')) return undefined;
  const message = `There is no ${kind} in ${apiVersion}`;
  const [served, ...others] = servedVersions(kind, minor, apiVersion);
  if (served !== undefined && (isBuiltInGroup(apiVersion) || looksBuiltIn(apiVersion, kind, served))) {
    // Of a version that is there, which never had the kind.
    const certain = others.length === 0 && kindsOfApi(apiVersion).some((each) => servedVersions(each, minor).includes(apiVersion));
    const repair: Repair | undefined = certain ? { kind: 'rewrite', to: served } : undefined;
    return { rule: 'api-version', path: apiVersionPath, message, hint: `Write apiVersion: ${served}`, repair };
  }
  if (!isBuiltInGroup(apiVersion)) return undefined;
  const kinds = kindsOfApi(apiVersion);
  if (kinds.length === 0) return { rule: 'api-version', path: apiVersionPath, message: `There is no ${apiVersion} in Kubernetes` };
  const meant = didYouMean(kind, kinds);
  const sure = surelyMeant(kind, kinds);
  const repair: Repair | undefined = sure === undefined ? undefined : { kind: 'rewrite', to: sure };
  return { rule: 'api-version', path: ['kind'], message, hint: meant === undefined ? undefined : `Did you mean ${meant}?`, repair };
}

/** A group without a domain belongs to nobody else, nor does one of Kubernetes with a kind of Pods. */
function looksBuiltIn(apiVersion: string, kind: string, served: string): boolean {
  const [group = '', version] = apiVersion.split('/');
  return version === undefined || !group.includes('.') || (group.endsWith('.k8s.io') && typeOfKind(served, kind) !== undefined);
}
