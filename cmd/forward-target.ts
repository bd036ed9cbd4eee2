/** What a forwarded port leads to: the Pods of the target as they come and go, and the number of a port in one of them. */
import { type ForwardedPort, portInPod } from '../src/core/forwarded-port.ts';
import type { PodFacts } from '../src/core/pod-facts.ts';
import type { OpenCluster } from './cluster.ts';
import { servingPods } from './serving-pods.ts';
import type { ServingTarget } from './serving-target.ts';
import { serviceObject } from './target-pods.ts';

interface ForwardPods {
  /** Throws `not-found` when there will be no Pod any more. */
  readonly pods: AsyncIterable<readonly PodFacts[]>;
  portsIn(pod: PodFacts): Promise<readonly number[]>;
}

/** Throws PodwrightError, `not-found` where the target does not exist. */
export async function forwardPods(target: ServingTarget, ports: readonly ForwardedPort[], cluster: OpenCluster, signal: AbortSignal): Promise<ForwardPods> {
  const service = target.kind === 'service' ? await serviceObject(target.name, cluster, signal) : undefined;
  return {
    pods: await servingPods(target, cluster, signal),
    async portsIn(pod) {
      const whole = await cluster.reader.pod(pod, { signal });
      return ports.map(({ remote }) => portInPod(remote, whole, service));
    },
  };
}
