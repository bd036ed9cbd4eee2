/** Hands a manifest that `new` has made to the cluster, as `apply` does. */
import { clusterActions } from '../src/kube/cluster-actions.ts';
import { openCluster } from '../src/kube/kube-config.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { targetKind } from '../src/service/target.ts';
import { chosenCluster } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';
import { serverPatience } from './server-patience.ts';
import { targetName } from './target-name.ts';

/** Where it would be applied, for people. Throws for a kubeconfig that cannot be read. */
export function applyPlace(choice: ClusterChoice): string {
  const { namespace, context } = openCluster(choice);
  return plainText(`namespace ${choice.namespace ?? namespace} of ${context}`);
}

/**
 * `what` is what `new` was asked to make: a workload, or a pattern, which is made in a Pod. Returns what was done, as a line. Throws as every request does:
 * `rejected` for what the server does not take, with its words.
 */
export async function applyManifest(manifest: string, what: string, name: string, choice: ClusterChoice, io: CommandIo): Promise<string> {
  const { transport, namespace } = chosenCluster(choice);
  const kind = targetKind(what) ?? 'pod';
  try {
    const object = targetName({ kind, name }, namespace);
    await clusterActions(transport, serverPatience(io)).apply(object, manifest, { force: false, signal: io.signal });
  } finally {
    transport.close();
  }
  return `${kind}/${plainText(name)} applied in namespace ${plainText(namespace)}\n`;
}
