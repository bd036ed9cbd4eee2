/** Opens the cluster that the flags choose. This is where the cluster client is loaded: commands import this file only when they run. */
import { readPods } from '../src/kube/cluster-reader.ts';
import { openCluster } from '../src/kube/kube-config.ts';
import { createTransport, type Transport, type TransportOptions } from '../src/kube/transport.ts';
import type { PodObjectReader, PodReader } from '../src/service/pod-reader.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import type { ClusterChoice } from './cluster-flags.ts';

/** Where Pods are read from, a cluster or a recording. */
export interface OpenPods {
  readonly reader: PodObjectReader;
  /** The namespace for objects that are named: from -n, else the context's. */
  readonly namespace: string;
  /** Which namespaces to list; as with kubectl, -A goes before -n. */
  readonly namespaces: PodScope['namespaces'];
}

export interface OpenCluster extends OpenPods {
  readonly transport: Transport;
  readonly reader: PodReader;
}

/** Opens no connection yet. Throws PodwrightError for a kubeconfig that cannot be read and for an unknown context. */
export function chosenCluster(choice: ClusterChoice, options: Pick<TransportOptions, 'maxSockets'> = {}): OpenCluster {
  const access = openCluster(choice);
  const transport = createTransport(access, { ...options, ...(choice.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: choice.requestTimeoutMs }) });
  const namespace = choice.namespace ?? access.namespace;
  return { transport, reader: readPods(transport, namespace), namespace, namespaces: choice.allNamespaces ? 'all' : [namespace] };
}
