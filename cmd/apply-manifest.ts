/** Hands a manifest that `new` has made to the cluster, as `kubectl apply --server-side` does. */
import { exitCodes } from '../src/core/podwright-error.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { chosenCluster } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';

/** Where objects of a kind are, for the kinds that `new` makes but the static Pod, which is none of the API server's. */
const collections = {
  pod: ['api/v1', 'pods'],
  deployment: ['apis/apps/v1', 'deployments'],
  statefulset: ['apis/apps/v1', 'statefulsets'],
  daemonset: ['apis/apps/v1', 'daemonsets'],
  job: ['apis/batch/v1', 'jobs'],
  cronjob: ['apis/batch/v1', 'cronjobs'],
} as const;

export type AppliedKind = keyof typeof collections;

export const appliedKinds = Object.keys(collections) as readonly AppliedKind[];

/** Throws as every request does: `rejected` for what the server does not take, with its words. */
export async function applyManifest(manifest: string, kind: AppliedKind, name: string, choice: ClusterChoice, io: CommandIo): Promise<number> {
  const { transport, namespace } = chosenCluster(choice);
  const [root, plural] = collections[kind];
  try {
    await transport.request({
      method: 'PATCH',
      path: `/${root}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`,
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
