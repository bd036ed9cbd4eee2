/** Hands a manifest that `new` has made to the cluster, as `kubectl apply --server-side` does. */
import { exitCodes } from '../src/core/podwright-error.ts';
import { workloadPaths } from '../src/kube/cluster-reader.ts';
import { podsPath } from '../src/kube/pod-table.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { chosenCluster } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';

/** The kinds that `new` makes but the static Pod, which is none of the API server's. */
export const appliedKinds = ['pod', 'deployment', 'statefulset', 'daemonset', 'job', 'cronjob'] as const;
export type AppliedKind = (typeof appliedKinds)[number];

function collectionPath(kind: AppliedKind, namespace: string): string {
  if (kind === 'pod') return podsPath(namespace);
  const { api, resource } = workloadPaths[kind];
  return `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}

/** Throws as every request does: `rejected` for what the server does not take, with its words. */
export async function applyManifest(manifest: string, kind: AppliedKind, name: string, choice: ClusterChoice, io: CommandIo): Promise<number> {
  const { transport, namespace } = chosenCluster(choice);
  try {
    await transport.request({
      method: 'PATCH',
      path: `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`,
      query: { fieldManager: 'podwright', fieldValidation: 'Strict' },
      headers: { 'Content-Type': 'application/apply-patch+yaml' },
      body: manifest,
      signal: io.signal,
    });
  } finally {
    transport.close();
  }
  io.stdout.write(`${kind}/${plainText(name)} applied in namespace ${plainText(namespace)}\n`);
  return exitCodes.done;
}
