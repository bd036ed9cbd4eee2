/**
 * Several Pod sources behind one stream: `podwright --context a --context b`.
 *
 * One cluster that fails never hides the others: its link carries the error. Only when all have failed does the stream end with the first error.
 */
import { PodwrightError } from '../core/podwright-error.ts';
import { type Clock, systemClock } from './clock.ts';
import { PodBatches } from './pod-batches.ts';
import type { EventBatch, PodBatch, PodScope, PodSource, WatchOptions } from './pod-source.ts';

/** The sources as one. Their cluster names must differ. */
export function mergeSources(sources: readonly PodSource[], clock: Clock = systemClock): PodSource {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) {
    return only;
  }
  const clusters = sources.flatMap((source) => source.clusters);
  const twice = clusters.find((cluster, index) => clusters.indexOf(cluster) !== index);
  if (twice !== undefined) {
    throw new PodwrightError('usage', `the context "${twice}" is asked for twice`);
  }
  return {
    clusters,
    watchPods: (scope, options) => watchAll(sources, clusters, scope, options, clock),
    async *watchEvents(pod, signal): AsyncGenerator<EventBatch> {
      const source = sources.find((one) => one.clusters.includes(pod.cluster));
      if (source === undefined) {
        throw new PodwrightError('usage', `no cluster "${pod.cluster}" is being watched`);
      }
      yield* source.watchEvents(pod, signal);
    },
  };
}

async function* watchAll(
  sources: readonly PodSource[],
  clusters: readonly string[],
  scope: PodScope,
  options: WatchOptions,
  clock: Clock,
): AsyncGenerator<PodBatch> {
  const batches = new PodBatches(clusters, options.every === true, clock.now());
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const failures: unknown[] = [];
  const watching = sources.map(async (source) => {
    try {
      for await (const batch of source.watchPods(scope, { ...options, signal })) {
        pass(batch, batches, source);
      }
    } catch (error) {
      failures.push(error);
      if (failures.length === sources.length) {
        batches.fail(failures[0]);
        return;
      }
      for (const cluster of source.clusters) {
        batches.link(cluster, { state: 'connecting', since: clock.now(), attempt: 1, error: asPodwrightError(error) });
        // There is nothing more to wait for here.
        batches.synced(cluster);
      }
    }
  });
  try {
    yield* batches.taken(signal);
  } finally {
    left.abort();
    await Promise.all(watching);
  }
}

function pass(batch: PodBatch, batches: PodBatches, source: PodSource): void {
  for (const cluster of source.clusters) {
    batches.preview(
      cluster,
      batch.preview.filter((row) => row.cluster === cluster),
    );
  }
  for (const change of batch.changes) {
    batches.change(change);
  }
  for (const [cluster, link] of batch.links) {
    batches.link(cluster, link);
  }
  if (batch.synced) {
    for (const cluster of source.clusters) {
      batches.synced(cluster);
    }
  }
}

function asPodwrightError(error: unknown): PodwrightError {
  return error instanceof PodwrightError ? error : new PodwrightError('protocol', String(error), { cause: error });
}
