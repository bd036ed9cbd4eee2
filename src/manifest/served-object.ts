/** Checks an object by what a cluster serves: whether it has the kind at all, and whether the object is one of it by the cluster's own OpenAPI. */
import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Json } from '../core/json.ts';
import { isBuiltInGroup } from './api-history.ts';
import type { ClusterKinds } from './cluster-kinds.ts';
import type { Loose } from './loose.ts';
import type { ManifestMap } from './manifest-tree.ts';
import { dnsLabelFormat, dnsSubdomainFormat, type Format, pathSegmentFormat } from './name-formats.ts';
import type { Problem, Problems } from './problem.ts';
import { typeOfKind } from './schema.ts';
import { checkSchema } from './schema-check.ts';
import { checkStructural } from './structural-check.ts';
import { validateObject } from './validation.ts';
import { validateMetadata } from './validation-metadata.ts';

/** What is told of a kind that the cluster does not serve. */
export function unservedKind(apiVersion: string, kind: string, cluster: ClusterKinds): Problem | undefined {
  if (kind.endsWith('List')) return undefined;
  return { rule: 'unserved-kind', path: ['apiVersion'], message: `The cluster serves no ${kind} of ${apiVersion}`, hint: cluster.meant(apiVersion, kind) };
}

/** The object as JSON; undefined where the cluster serves its kind and does not say what it looks like. */
export function checkServedObject(
  root: ManifestMap,
  apiVersion: string,
  kind: string,
  cluster: ClusterKinds,
  minor: number,
  problems: Problems,
): Json | undefined {
  const served = cluster.served(apiVersion, kind);
  const types = cluster.types(apiVersion);
  const type = types?.typeOfKind(apiVersion, kind);
  if (served === undefined || types === undefined || type === undefined) return undefined;
  const builtIn = isBuiltInGroup(apiVersion);
  const json = builtIn
    ? checkSchema(root, type, { minor, fields: (name) => types.fields(name) }, problems)
    : checkStructural(root, { type, types, hasStatus: served.hasStatus }, minor, problems);
  if (typeOfKind(apiVersion, kind) !== undefined) validateObject(kind, json, problems);
  // Reviews are questions: they are answered, and have no name.
  else if (!kind.endsWith('Review') || !builtIn)
    validateMetadata(json['metadata'] as Loose<V1ObjectMeta> | undefined, problems, nameFormats[kind] ?? dnsSubdomainFormat);
  const { namespace } = (json['metadata'] ?? {}) as Loose<V1ObjectMeta>;
  if (!served.namespaced && namespace)
    problems.addOnKey('invalid-value', ['metadata', 'namespace'], `${kind} is not a kind of things in namespaces`, 'Leave it out.');
  return json;
}

/** Those that are not subdomains. Of requests, limits and budgets the server looks no closer than an address needs. */
const nameFormats: Readonly<Record<string, Format>> = {
  CertificateSigningRequest: pathSegmentFormat,
  ClusterRole: pathSegmentFormat,
  ClusterRoleBinding: pathSegmentFormat,
  LimitRange: pathSegmentFormat,
  Namespace: dnsLabelFormat,
  PodDisruptionBudget: pathSegmentFormat,
  Role: pathSegmentFormat,
  RoleBinding: pathSegmentFormat,
};
