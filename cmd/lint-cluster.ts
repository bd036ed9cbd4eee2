/** Asks the cluster of `lint --live` what it serves: its version, its kinds, and of the versions of their API that occur what their objects look like. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { clusterKinds, clusterOpenapis, clusterVersion } from '../src/kube/cluster-openapi.ts';
import { minorOf, newestMinor, versionText } from '../src/manifest/kubernetes-version.ts';
import type { LintTarget } from '../src/manifest/lint.ts';
import { chosenCluster } from './cluster.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';

/** Throws what a cluster that cannot be asked throws. */
export async function clusterTarget(choice: ClusterChoice, apiVersions: readonly string[], io: CommandIo): Promise<LintTarget> {
  const { ClusterKinds } = await import('../src/manifest/manifests.ts');
  const { transport } = chosenCluster(choice);
  const [version, kinds, openapi] = await Promise.all([
    clusterVersion(transport, io.signal),
    clusterKinds(transport, io.signal),
    clusterOpenapis(transport, apiVersions, io.signal),
  ]);
  const minor = minorOf(version);
  if (minor === undefined) throw new PodwrightError('protocol', `the cluster says that its version is "${version}", which is none of Kubernetes`);
  if (minor > newestMinor) {
    io.stderr.write(`podwright: the cluster is ${versionText(minor)}; what is deprecated is known up to ${versionText(newestMinor)}\n`);
  }
  return { minor, cluster: new ClusterKinds(kinds, openapi) };
}
