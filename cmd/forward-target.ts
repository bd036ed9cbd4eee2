/** What a forwarded port leads to: the Pods of the target as they come and go, and the number of a port in one of them. */
import { type ForwardedPort, portInPod } from '../src/core/forwarded-port.ts';
import { object } from '../src/core/json.ts';
import { ownerTarget } from '../src/core/owner.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterPods } from '../src/kube/cluster-pods.ts';
import { systemClock } from '../src/service/clock.ts';
import { labelSelectorText } from '../src/service/label-selector.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import { currentPods } from '../src/service/target-pods.ts';
import type { OpenCluster } from './cluster.ts';
import { belongs, podQueries } from './get-targets.ts';
import type { ForwardTarget } from './port-forward.ts';

/** How often a Pod is looked at that may be read and not watched. */
const lookEveryMs = 5000;

export interface ForwardPods {
  /** Throws `not-found` when there will be no Pod any more. */
  readonly pods: AsyncIterable<readonly PodFacts[]>;
  portsIn(pod: PodFacts): Promise<readonly number[]>;
}

/** Throws PodwrightError, `not-found` where the target does not exist. */
export async function forwardPods(target: ForwardTarget, ports: readonly ForwardedPort[], cluster: OpenCluster, signal: AbortSignal): Promise<ForwardPods> {
  const service = target.kind === 'service' ? await serviceObject(target.name, cluster, signal) : undefined;
  const portsIn = async (pod: PodFacts): Promise<readonly number[]> => {
    const whole = await cluster.reader.pod(pod, { signal });
    return ports.map(({ remote }) => portInPod(remote, whole, service));
  };
  const source = clusterPods(cluster.transport);
  if (target.kind === 'service') {
    const matchLabels = object(object(service)['spec'])['selector'];
    if (Object.keys(object(matchLabels)).length === 0) {
      throw new PodwrightError('rejected', `the Service ${target.name} selects no Pods, so that there is none to forward to`);
    }
    const scope: PodScope = { namespaces: [cluster.namespace], labelSelector: labelSelectorText({ matchLabels }) };
    return { pods: currentPods(source, scope, () => true, signal), portsIn };
  }
  if (target.kind === 'pod') {
    // That it is there, before it is watched.
    const pod = podFacts(await cluster.reader.pod({ namespace: cluster.namespace, name: target.name }, { signal }));
    return { pods: onePod(pod, cluster, signal), portsIn };
  }
  const { queries, errors } = await podQueries({ targets: [target], labelSelector: undefined, fieldSelector: undefined }, cluster, signal);
  const [[query], [error]] = [queries, errors];
  if (query?.kind !== 'scope') throw error;
  return { pods: currentPods(source, query.scope, (pod) => belongs(query, pod), signal), portsIn };
}

function serviceObject(name: string, { transport, namespace }: OpenCluster, signal: AbortSignal): Promise<unknown> {
  return transport.request({ path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`, signal });
}

/** A Pod, and those that come after it under its name. */
async function* onePod(first: PodFacts, cluster: OpenCluster, signal: AbortSignal): AsyncGenerator<readonly PodFacts[]> {
  let last = first;
  for await (const pods of seenPods(first, cluster, signal)) {
    last = pods[0] ?? last;
    const name = `the Pod ${last.namespace}/${last.name}`;
    if (last.deletionRequestedAt === undefined && (last.phase === 'Succeeded' || last.phase === 'Failed')) {
      throw new PodwrightError('rejected', `${name} has ended (${last.reason ?? last.phase}): nothing listens in it any more`);
    }
    if (pods.length === 0 && last.owner?.kind !== 'StatefulSet' && !last.mirror) {
      const owner = ownerTarget(last);
      throw new PodwrightError('not-found', `${name} was deleted`, owner === undefined ? {} : { hint: `A forward to ${owner} goes on with the next Pod.` });
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
