/** From what serves to its Pods, and how one of them is. */
import { object } from '../src/core/json.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { type PodHealth, podHealth } from '../src/core/pod-health.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { clusterDetails } from '../src/kube/cluster-details.ts';
import { labelSelectorText } from '../src/service/label-selector.ts';
import { orNothing } from '../src/service/look-up.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { type PodQuery, pagesOf, podQueries } from './get-targets.ts';
import type { ServingTarget } from './serving-target.ts';

/** Every Pod that a target stands for now. Throws `not-found` where a named Pod, the workload or the Service does not exist. */
export async function targetPods(target: ServingTarget, cluster: OpenCluster, signal: AbortSignal): Promise<readonly PodFacts[]> {
  const pods: PodFacts[] = [];
  for (const query of await queriesOf(target, cluster, signal)) {
    if (query.kind === 'named') pods.push(podFacts(await cluster.reader.pod(query, { signal })));
    else for await (const page of pagesOf(query, cluster.reader, { signal })) pods.push(...page.map(podFacts));
  }
  return pods;
}

async function queriesOf(target: ServingTarget, cluster: OpenCluster, signal: AbortSignal): Promise<readonly PodQuery[]> {
  if (target.kind === 'service') return [{ kind: 'scope', scope: await serviceScope(target.name, cluster, signal), workload: undefined, ownerUids: undefined }];
  const { queries, errors } = await podQueries({ targets: [target], labelSelector: undefined, fieldSelector: undefined }, cluster, signal);
  const [error] = errors;
  if (error !== undefined) throw error;
  return queries;
}

export function serviceObject(name: string, { transport, namespace }: OpenCluster, signal: AbortSignal): Promise<unknown> {
  return transport.request({ path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`, signal });
}

/** The Pods that a Service selects. Throws `rejected` where it selects none. */
export async function serviceScope(name: string, cluster: OpenCluster, signal: AbortSignal): Promise<PodScope> {
  const matchLabels = object(object(await serviceObject(name, cluster, signal))['spec'])['selector'];
  if (Object.keys(object(matchLabels)).length === 0)
    throw new PodwrightError('rejected', `the Service ${name} selects no Pods: it leads to what is named elsewhere`);
  return { namespaces: [cluster.namespace], labelSelector: labelSelectorText({ matchLabels }) };
}

/** Why a Pod is not as it should be, in the words of `why`; its cause is undefined where it is well, or cannot be looked at. */
export async function healthOf(facts: PodFacts, { transport }: OpenCluster, { signal, now }: CommandIo): Promise<PodHealth> {
  const pod = { cluster: transport.context, namespace: facts.namespace, name: facts.name, uid: facts.uid };
  const context = await orNothing(clusterDetails(transport).diagnosisContext(pod, facts, now(), signal), signal);
  return podHealth(facts, now(), context);
}
