/** From a target to the one Pod that serves it: the Pod itself, or the best of a workload's. */
import { bestPod } from '../src/core/best-pod.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { podHealth } from '../src/core/pod-health.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { clusterDetails } from '../src/kube/cluster-details.ts';
import { orNothing } from '../src/service/look-up.ts';
import { type Target, targetText } from '../src/service/target.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { pagesOf, podQueries } from './get-targets.ts';

/** Every Pod that a target stands for now. Throws `not-found` where a named Pod or the workload does not exist. */
export async function targetPods(target: Target, cluster: OpenCluster, signal: AbortSignal): Promise<readonly PodFacts[]> {
  const { queries, errors } = await podQueries({ targets: [target], labelSelector: undefined, fieldSelector: undefined }, cluster, signal);
  const [error] = errors;
  if (error !== undefined) throw error;
  const pods: PodFacts[] = [];
  for (const query of queries) {
    if (query.kind === 'named') pods.push(podFacts(await cluster.reader.pod(query, { signal })));
    else for await (const page of pagesOf(query, cluster.reader, { signal })) pods.push(...page.map(podFacts));
  }
  return pods;
}

/** The best of them. Throws `not-found` where there is none. */
export async function targetPod(target: Target, cluster: OpenCluster, signal: AbortSignal): Promise<PodFacts> {
  const pod = bestPod(await targetPods(target, cluster, signal));
  if (pod !== undefined) return pod;
  const text = targetText(target);
  throw new PodwrightError('not-found', `${text} in namespace ${cluster.namespace} has no Pod`, {
    hint: `\`podwright why ${text} -n ${cluster.namespace}\` says why.`,
  });
}

/** Why a Pod is not as it should be, in the words of `why`; undefined where it is well, or cannot be looked at. */
export async function causeOf(facts: PodFacts, { transport }: OpenCluster, { signal, now }: CommandIo): Promise<string | undefined> {
  const pod = { cluster: transport.context, namespace: facts.namespace, name: facts.name, uid: facts.uid };
  const context = await orNothing(clusterDetails(transport).diagnosisContext(pod, facts, now(), signal), signal);
  return podHealth(facts, now(), context).cause;
}
