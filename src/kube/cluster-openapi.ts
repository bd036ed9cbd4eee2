/** What a cluster tells of its kinds, custom resources too: their names out of its discovery, their fields out of its OpenAPI. */

import type { ServedKind } from '../core/field-documentation.ts';
import { list, object, text } from '../core/json.ts';
import type { Transport } from './transport.ts';

/** All kinds a cluster has, the preferred version of each first. Source: aggregated discovery, k8s.io/api/apidiscovery/v2. */
export async function clusterKinds(transport: Transport, signal: AbortSignal): Promise<readonly ServedKind[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const answers = await Promise.all(['/api', '/apis'].map((path) => transport.request({ path, headers: { Accept: accept }, signal })));
  return answers.flatMap((answer) => list(object(answer)['items'])).flatMap((group) => kindsOfGroup(object(group)));
}

function kindsOfGroup(group: Readonly<Record<string, unknown>>): readonly ServedKind[] {
  const name = text(object(group['metadata'])['name']);
  return list(group['versions']).flatMap((each) => {
    const version = object(each);
    const apiVersion = [name, text(version['version'])].filter((part) => part !== undefined).join('/');
    return list(version['resources']).flatMap((of): readonly ServedKind[] => {
      const resource = object(of);
      const kind = text(object(resource['responseKind'])['kind']);
      if (kind === undefined) return [];
      const words = [resource['resource'], resource['singularResource'], ...list(resource['shortNames'])];
      const hasStatus = list(resource['subresources']).some((each) => object(each)['subresource'] === 'status');
      return [{ apiVersion, kind, words: words.flatMap((word) => text(word) ?? []), namespaced: resource['scope'] === 'Namespaced', hasStatus }];
    });
  });
}

/** The OpenAPI of the group and version, as the server gives it. */
export function clusterOpenapi(transport: Transport, apiVersion: string, signal: AbortSignal): Promise<unknown> {
  return transport.request({ path: `/openapi/v3/${documentName(apiVersion)}`, signal });
}

/**
 * The OpenAPI of each apiVersion that the server describes, asked for once under the address that its index names, which holds a hash of the document, so that
 * what lies between may keep it.
 */
export async function clusterOpenapis(transport: Transport, apiVersions: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, unknown>> {
  if (apiVersions.length === 0) return new Map();
  const paths = object(object(await transport.request({ path: '/openapi/v3', signal }))['paths']);
  const described = apiVersions.flatMap((apiVersion) => {
    const path = text(object(paths[documentName(apiVersion)])['serverRelativeURL']);
    return path === undefined ? [] : [{ apiVersion, path }];
  });
  return new Map(await Promise.all(described.map(async ({ apiVersion, path }) => [apiVersion, await transport.request({ path, signal })] as const)));
}

function documentName(apiVersion: string): string {
  return `${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
}

/** What the server says that it is, such as v1.36.3; empty where it says nothing. */
export async function clusterVersion(transport: Transport, signal: AbortSignal): Promise<string> {
  return text(object(await transport.request({ path: '/version', signal }))['gitVersion']) ?? '';
}
