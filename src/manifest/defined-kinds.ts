/** The kinds that CustomResourceDefinitions in the manifests themselves define: what is applied together is linted together. */
import type { ServedKind } from '../core/field-documentation.ts';
import { type Json, list, object, text } from '../core/json.ts';
import { ClusterKinds } from './cluster-kinds.ts';

/** What a cluster would serve, and say of it, once it has the definitions; each is a CustomResourceDefinition of apiextensions.k8s.io/v1. */
export function definedKinds(definitions: readonly unknown[]): ClusterKinds {
  const kinds: ServedKind[] = [];
  const openapi = new Map<string, { components: { schemas: Record<string, Json> } }>();
  for (const definition of definitions) {
    const spec = object(object(definition)['spec']);
    const { group, scope } = spec;
    const kind = text(object(spec['names'])['kind']);
    for (const each of list(spec['versions']).map(object)) {
      const version = text(each['name']);
      const schema = object(object(each['schema'])['openAPIV3Schema']);
      if (kind === undefined || version === undefined || each['served'] === false) continue;
      const apiVersion = `${String(group)}/${version}`;
      kinds.push({ apiVersion, kind, words: [], namespaced: scope === 'Namespaced', hasStatus: object(each['subresources'])['status'] !== undefined });
      const document = openapi.get(apiVersion) ?? { components: { schemas: {} } };
      document.components.schemas[`${version}.${kind}`] = { ...schema, 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
      openapi.set(apiVersion, document);
    }
  }
  return new ClusterKinds(kinds, openapi);
}
