/** Reads logs on a real cluster: the `LogSource` of one transport. */
import type { LogSource } from '../service/log-source.ts';
import { podsPath } from './pod-table.ts';
import type { ApiRequest, Query, Transport } from './transport.ts';

/** How long the answer may take to begin: a kubelet writes nothing, but at once, before the first line is there (GetKubeletContainerLogs of kubelet_pods.go). */
const answerMs = 15_000;

export function logSource(transport: Transport): LogSource {
  return {
    open: (pod, request, signal) => transport.stream({ ...logRequest(pod, { ...request, timestamps: true }), signal, timeoutMs: answerMs }),
  };
}

/** A request for a log; `query` as in PodLogOptions of the API. */
export function logRequest({ namespace, name }: { readonly namespace: string; readonly name: string }, query: Query): ApiRequest {
  return { path: `${podsPath(namespace)}/${encodeURIComponent(name)}/log`, query, headers: { Accept: '*/*' } };
}
