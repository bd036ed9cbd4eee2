/** Asks the API server what the user may do, before it is done. */
import { object, text } from '../core/json.ts';
import type { Right } from '../service/pod-actions.ts';
import type { Transport } from './transport.ts';

/**
 * What is missing, as a sentence; undefined where it is allowed. An authorizer that says neither yes nor no has not allowed it.
 * Source: SelfSubjectAccessReview in k8s.io/api/authorization/v1.
 */
export async function missingRight(
  transport: Transport,
  { verb, group, resource }: Right,
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [name, subresource] = resource.split('/');
  const review = await transport.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { namespace, verb, group, resource: name, ...(subresource === undefined ? {} : { subresource }) } },
    },
    signal,
  });
  const { allowed, reason } = object(object(review)['status']);
  if (allowed === true) return undefined;
  const why = text(reason);
  return `it takes the right to ${verb} ${resource} in ${namespace}, which you do not have${why === undefined ? '' : ` (${why})`}`;
}
