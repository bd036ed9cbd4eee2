/** Reads what Pods use, where the cluster has something that measures it: the metrics.k8s.io of metrics-server and its like. */
import { list, object, text } from '../core/json.ts';
import { type PodUsage, podUsage } from '../core/pod-usage.ts';
import { isPodwrightError } from '../core/podwright-error.ts';
import type { PodIdentity, PodScope } from '../service/pod-source.ts';
import { selectors } from './pod-table.ts';
import type { Transport } from './transport.ts';

const api = '/apis/metrics.k8s.io/v1beta1';

function metricsPath(namespace: string | undefined): string {
  return namespace === undefined ? `${api}/pods` : `${api}/namespaces/${encodeURIComponent(namespace)}/pods`;
}

/** Undefined where nothing measures, or has not measured this Pod yet. */
export function usageOf(transport: Transport, { namespace, name }: PodIdentity, signal: AbortSignal): Promise<PodUsage | undefined> {
  return orUnmeasured(async () => podUsage(await transport.request({ path: `${metricsPath(namespace)}/${encodeURIComponent(name)}`, signal })));
}

/** By `namespace/name`; undefined where nothing measures. */
export function usagesIn(transport: Transport, scope: PodScope, signal: AbortSignal): Promise<ReadonlyMap<string, PodUsage> | undefined> {
  return orUnmeasured(async () => {
    const namespaces = scope.namespaces === 'all' ? [undefined] : scope.namespaces;
    const { labelSelector } = selectors(scope);
    const lists = await Promise.all(namespaces.map((namespace) => transport.request({ path: metricsPath(namespace), query: { labelSelector }, signal })));
    return new Map(
      lists
        // Such a list has no resourceVersion: it is measured, not stored.
        .flatMap((answer) => list(object(answer)['items']))
        .map((item) => {
          const { namespace, name } = object(object(item)['metadata']);
          return [`${text(namespace) ?? ''}/${text(name) ?? ''}`, podUsage(item)];
        }),
    );
  });
}

/** No such API is 404; one whose server is down, 503. Neither is a failure of ours to speak of. */
async function orUnmeasured<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isPodwrightError(error) && (error.code === 'not-found' || error.code === 'server')) return undefined;
    throw error;
  }
}
