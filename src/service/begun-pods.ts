/** A source that watches before anybody takes the Pods: what it takes to load the dashboard's screen, the cluster spends on answering. */
import type { PodBatch, PodScope, PodSource } from './pod-source.ts';

export interface BegunPods {
  /** The same source; whoever watches this very scope first takes over what has begun. */
  readonly source: PodSource;
  /** Settles when the first Pods have come, or what hinders them. Never rejects: that is told to who watches. */
  readonly news: Promise<unknown>;
}

/** Begins to watch a scope, with a preview, at once. */
export function begunPods(source: PodSource, scope: PodScope): BegunPods {
  const left = new AbortController();
  const begun = source.watchPods(scope, { signal: left.signal, preview: true })[Symbol.asyncIterator]();
  const first = firstNews(begun);
  const news = first.catch(() => undefined);
  let taken = false;
  const takeOver = async function* (signal: AbortSignal): AsyncGenerator<PodBatch> {
    const leave = (): void => left.abort();
    signal.addEventListener('abort', leave);
    try {
      for (let next = await first; next.done !== true; next = await begun.next()) yield next.value;
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
      await begun.return?.();
    }
  };
  return {
    news,
    source: {
      clusters: source.clusters,
      watchPods(asked, options) {
        if (taken || asked !== scope || options.signal.aborted) return source.watchPods(asked, options);
        taken = true;
        return takeOver(options.signal);
      },
      watchEvents: (pod, signal) => source.watchEvents(pod, signal),
    },
  };
}

/** That the first request is under way is no news. */
async function firstNews(batches: AsyncIterator<PodBatch>): Promise<IteratorResult<PodBatch>> {
  for (;;) {
    const next = await batches.next();
    if (next.done === true || isNews(next.value)) return next;
  }
}

function isNews({ preview, changes, synced, links }: PodBatch): boolean {
  return preview.length > 0 || changes.length > 0 || synced || [...links.values()].some((link) => link.state !== 'connecting' || link.error !== undefined);
}
