/** Which Pods a target has, as they come and go. */
import type { PodFacts } from '../core/pod-facts.ts';
import type { PodScope, PodSource } from './pod-source.ts';

/** The Pods of a scope that belong, first when all are known and then at each change, until the signal aborts. Throws as `watchPods` does. */
export async function* currentPods(
  source: PodSource,
  scope: PodScope,
  belongs: (pod: PodFacts) => boolean,
  signal: AbortSignal,
): AsyncGenerator<readonly PodFacts[]> {
  const pods = new Map<string, PodFacts>();
  for await (const { changes, synced } of source.watchPods(scope, { signal })) {
    for (const { type, pod } of changes) {
      if (type === 'upsert' && belongs(pod)) pods.set(pod.uid, pod);
      else pods.delete(pod.uid);
    }
    if (synced) yield [...pods.values()];
  }
}
