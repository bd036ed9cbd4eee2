/** The Pods of what serves, as they come and go. */
import { ownerTarget } from '../src/core/owner.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterPods } from '../src/kube/cluster-pods.ts';
import { systemClock } from '../src/service/clock.ts';
import { currentPods } from '../src/service/target-pods.ts';
import type { OpenCluster } from './cluster.ts';
import { belongs, podQueries } from './get-targets.ts';
import type { ServingTarget } from './serving-target.ts';
import { serviceScope } from './target-pods.ts';

/** How often a Pod is looked at that may be read and not watched. */
const lookEveryMs = 5000;

/**
 * First when all are known, and then at each change; it throws `not-found` when there will be no Pod any more. Throws PodwrightError, `not-found` where the target
 * does not exist.
 */
export async function servingPods(target: ServingTarget, cluster: OpenCluster, signal: AbortSignal): Promise<AsyncIterable<readonly PodFacts[]>> {
  const source = clusterPods(cluster.transport);
  if (target.kind === 'service') return currentPods(source, await serviceScope(target.name, cluster, signal), () => true, signal);
  if (target.kind === 'pod') {
    // That it is there, before it is watched.
    const pod = podFacts(await cluster.reader.pod({ namespace: cluster.namespace, name: target.name }, { signal }));
    return onePod(pod, cluster, signal);
  }
  const { queries, errors } = await podQueries({ targets: [target], labelSelector: undefined, fieldSelector: undefined }, cluster, signal);
  const [[query], [error]] = [queries, errors];
  if (query?.kind !== 'scope') throw error;
  return currentPods(source, query.scope, (pod) => belongs(query, pod), signal);
}

/** A Pod, and those that come after it under its name. */
async function* onePod(first: PodFacts, cluster: OpenCluster, signal: AbortSignal): AsyncGenerator<readonly PodFacts[]> {
  let last = first;
  for await (const pods of seenPods(first, cluster, signal)) {
    last = pods[0] ?? last;
    const name = `the Pod ${last.namespace}/${last.name}`;
    if (last.deletionRequestedAt === undefined && (last.phase === 'Succeeded' || last.phase === 'Failed')) {
      throw new PodwrightError('rejected', `${name} has ended (${last.reason ?? last.phase}): nothing runs in it any more`);
    }
    if (pods.length === 0 && last.owner?.kind !== 'StatefulSet' && !last.mirror) {
      const owner = ownerTarget(last);
      throw new PodwrightError(
        'not-found',
        `${name} was deleted`,
        owner === undefined ? {} : { hint: `With ${owner} in its place it goes on with the next Pod.` },
      );
    }
    yield pods;
  }
}

async function* seenPods({ namespace, name }: PodFacts, cluster: OpenCluster, signal: AbortSignal): AsyncGenerator<readonly PodFacts[]> {
  const scope = { namespaces: [namespace], fieldSelector: `metadata.name=${name}` };
  try {
    yield* currentPods(clusterPods(cluster.transport), scope, () => true, signal);
  } catch (error) {
    if (!isPodwrightError(error) || error.code !== 'forbidden') throw error;
    for (; !signal.aborted; await systemClock.wait(lookEveryMs, signal)) yield [podFacts(await cluster.reader.pod({ namespace, name }, { signal }))];
  }
}
