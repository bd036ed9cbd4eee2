/** Hands a manifest that `new` has made to the cluster, as `kubectl apply --server-side` does. */
import { workloadPaths } from '../src/kube/cluster-reader.ts';
import { openCluster } from '../src/kube/kube-config.ts';
import { podsPath } from '../src/kube/pod-table.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { chosenCluster } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';

/** The kinds that `new` makes but the static Pod, which is none of the API server's. */
const appliedKinds = ['pod', 'deployment', 'statefulset', 'daemonset', 'job', 'cronjob'] as const;
type AppliedKind = (typeof appliedKinds)[number];

/** Of what `new` was asked to make; a pattern is made in a Pod. */
export function appliedKind(what: string): AppliedKind {
  return appliedKinds.find((kind) => kind === what) ?? 'pod';
}

function collectionPath(kind: AppliedKind, namespace: string): string {
  if (kind === 'pod') return podsPath(namespace);
  const { api, resource } = workloadPaths[kind];
  return `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

/** Where it would be applied, for people. Throws for a kubeconfig that cannot be read. */
export function applyPlace(choice: ClusterChoice): string {
  const { namespace, context } = openCluster(choice);
  return plainText(`namespace ${choice.namespace ?? namespace} of ${context}`);
}

/** Returns what was done, as a line. Throws as every request does: `rejected` for what the server does not take, with its words. */
export async function applyManifest(manifest: string, kind: AppliedKind, name: string, choice: ClusterChoice, signal: AbortSignal): Promise<string> {
  const { transport, namespace } = chosenCluster(choice);
  try {
    await transport.request({
      method: 'PATCH',
      path: `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`,
      query: { fieldManager: 'podwright', fieldValidation: 'Strict' },
      headers: { 'Content-Type': 'application/apply-patch+yaml' },
      body: manifest,
      signal,
    });
  } finally {
    transport.close();
  }
  return `${kind}/${plainText(name)} applied in namespace ${plainText(namespace)}\n`;
}
