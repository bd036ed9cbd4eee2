/** What a cluster tells of its kinds, custom resources too: their names out of its discovery, their fields out of its OpenAPI. */

import type { NamedKind } from '../core/field-documentation.ts';
import { list, object, text } from '../core/json.ts';
import type { Transport } from './transport.ts';

/** All kinds a cluster has, the preferred version of each first. Source: aggregated discovery, k8s.io/api/apidiscovery/v2. */
export async function clusterKinds(transport: Transport, signal: AbortSignal): Promise<readonly NamedKind[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const answers = await Promise.all(['/api', '/apis'].map((path) => transport.request({ path, headers: { Accept: accept }, signal })));
  return answers.flatMap((answer) => list(object(answer)['items'])).flatMap((group) => kindsOfGroup(object(group)));
}

function kindsOfGroup(group: Readonly<Record<string, unknown>>): readonly NamedKind[] {
  const name = text(object(group['metadata'])['name']);
  return list(group['versions']).flatMap((each) => {
    const version = object(each);
    const apiVersion = [name, text(version['version'])].filter((part) => part !== undefined).join('/');
    return list(version['resources']).flatMap((of): readonly NamedKind[] => {
      const resource = object(of);
      const kind = text(object(resource['responseKind'])['kind']);
      if (kind === undefined) return [];
      const words = [resource['resource'], resource['singularResource'], ...list(resource['shortNames'])];
      return [{ apiVersion, kind, words: words.flatMap((word) => text(word) ?? []) }];
    });
  });
}

/** The OpenAPI of the group and version, as the server gives it. */
export function clusterOpenapi(transport: Transport, apiVersion: string, signal: AbortSignal): Promise<unknown> {
  return transport.request({ path: `/openapi/v3/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`, signal });
}
