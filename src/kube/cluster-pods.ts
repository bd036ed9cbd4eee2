/**
 * Pods and Events of one real cluster: the `PodSource` that list-watches feed.
 *
 * The server's Table is asked for at the same moment as the objects, and read before them: 10,000 Pods are a full screen in a quarter of a second,
 * while the objects take three more.
 */

import { type EventFacts, eventFacts, isAboutPod } from '../core/event-facts.ts';
import { podFacts } from '../core/pod-facts.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { type Clock, systemClock } from '../service/clock.ts';
import { PodBatches } from '../service/pod-batches.ts';
import type { EventBatch, Link, PodBatch, PodIdentity, PodScope, PodSource, WatchOptions } from '../service/pod-source.ts';
import { eventsQuery } from './cluster-diagnosis.ts';
import { listWatch, type WatchTiming } from './list-watch.ts';
import { podRows, podsPath, podTable, selectors } from './pod-table.ts';
import type { Transport } from './transport.ts';

/** How long the objects wait at most for the Table to be read and taken. */
const tableFirstMs = 1000;

export interface ClusterPodsOptions {
  readonly clock?: Clock;
  /** In [0, 1), for the jitter of the backoff. */
  readonly random?: () => number;
  readonly timing?: Partial<WatchTiming>;
}

/** The Pods of the transport's cluster. */
export function clusterPods(transport: Transport, options: ClusterPodsOptions = {}): PodSource {
  const cluster = transport.context;
  return {
    clusters: [cluster],
    watchPods: (scope, watch) => watchPods(transport, scope, watch, options),
    watchEvents: (pod, signal) => watchEvents(transport, pod, signal, options),
  };
}

async function* watchPods(transport: Transport, scope: PodScope, watch: WatchOptions, options: ClusterPodsOptions): AsyncGenerator<PodBatch> {
  const cluster = transport.context;
  const clock = options.clock ?? systemClock;
  const batches = new PodBatches([cluster], watch.every === true, clock.now());
  const left = new AbortController();
  const signal = AbortSignal.any([watch.signal, left.signal]);
  const namespaces = scope.namespaces === 'all' ? [undefined] : [...new Set(scope.namespaces)];
  const links = new Map<number, Link>();
  let unsynced = namespaces.length;
  const shown = Promise.withResolvers<void>();
  let previewRead = false;
  const previewed =
    watch.preview === true
      ? podTable(transport, scope, { signal }, (part) => batches.preview(cluster, podRows(cluster, part)))
          // The list-watch meets the same trouble, and tells it.
          .catch(() => undefined)
          .then(() => {
            previewRead = true;
            if (!batches.holdsPreview) shown.resolve();
          })
      : undefined;
  const readAfter = previewed === undefined ? undefined : Promise.race([shown.promise, clock.wait(tableFirstMs, signal)]);
  const watching: Promise<void>[] = namespaces.map((namespace, index) =>
    listWatch(
      { ...options, transport, path: podsPath(namespace), query: selectors(scope), read: podFacts, signal, ...(readAfter === undefined ? {} : { readAfter }) },
      {
        changed: ({ type, item }) => batches.change({ type, cluster, pod: item }),
        synced: () => {
          unsynced--;
          if (unsynced === 0) {
            batches.synced(cluster);
          }
        },
        link: (link) => {
          links.set(index, link);
          if (links.size === namespaces.length) {
            batches.link(cluster, worstLink([...links.values()]));
          }
        },
      },
    ).catch((error: unknown) => batches.fail(error)),
  );
  if (previewed !== undefined) watching.push(previewed);
  try {
    for await (const batch of batches.taken(signal)) {
      yield batch;
      // Who asks for more has done with what was there.
      if (previewRead && !batches.holdsPreview) shown.resolve();
    }
  } finally {
    left.abort();
    await Promise.all(watching);
  }
}

/** The state of several connections to one cluster is that of the worst; the oldest of the worst. */
function worstLink(links: readonly Link[]): Link {
  return links.reduce((worst, link) => {
    const order = rank(link) - rank(worst);
    const older = link.state === 'live' ? link.since > worst.since : link.since < worst.since;
    return order < 0 || (order === 0 && older) ? link : worst;
  });
}

function rank(link: Link): number {
  if (link.state === 'live') return link.listedEvery === undefined ? 3 : 2;
  return link.state === 'stale' ? 1 : 0;
}

async function* watchEvents(transport: Transport, pod: PodIdentity, outer: AbortSignal, options: ClusterPodsOptions): AsyncGenerator<EventBatch> {
  const left = new AbortController();
  const signal = AbortSignal.any([outer, left.signal]);
  let gathered = new Map<string, EventFacts>();
  let synced = false;
  let problem: PodwrightError | undefined;
  let ended = false;
  let changed = false;
  let wake: (() => void) | undefined;
  const notify = (): void => {
    changed = true;
    wake?.();
  };
  const aborted = (): void => wake?.();
  signal.addEventListener('abort', aborted);
  const watching = listWatch(
    {
      ...options,
      transport,
      path: `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/events`,
      query: eventsQuery(pod),
      read: eventFacts,
      signal,
    },
    {
      changed: ({ type, item }) => {
        // An Event that is deleted has only grown old.
        if (type === 'upsert' && isAboutPod(item, pod)) {
          gathered.set(item.uid, item);
          notify();
        }
      },
      synced: () => {
        synced = true;
        notify();
      },
      link: (link) => {
        const error = link.state === 'live' ? undefined : link.error;
        if (error !== problem) {
          problem = error;
          notify();
        }
      },
    },
  ).catch((error: unknown) => {
    problem = error instanceof PodwrightError ? error : new PodwrightError('protocol', String(error), { cause: error });
    ended = true;
    notify();
  });
  try {
    while (!signal.aborted) {
      if (changed) {
        changed = false;
        const events = [...gathered.values()];
        gathered = new Map();
        yield { events, synced, problem };
      } else if (ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', aborted);
    left.abort();
    await watching;
  }
}
