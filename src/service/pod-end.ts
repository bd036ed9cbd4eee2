/** Waits until Pods have gone, telling each change on the way, through restarts of the API server. */
import type { PodFacts } from '../core/pod-facts.ts';
import type { CheckSource } from './check-source.ts';

/** Called with each state of a Pod that is seen, and with `undefined` when it has gone. */
export type EndWatcher = (uid: string, facts: PodFacts | undefined) => void;

export interface EndingPods {
  readonly namespace: string;
  /** By UID: their names. */
  readonly pods: ReadonlyMap<string, string>;
}

/** Resolves with those that are left when the signal aborts: none where all have gone. Rejects where Pods may not be watched. */
export async function podsGone(
  source: Pick<CheckSource, 'watchPods'>,
  { namespace, pods }: EndingPods,
  seen: EndWatcher,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const left = new Set(pods.keys());
  if (left.size === 0) return left;
  const present = new Set<string>();
  const done = new AbortController();
  const stop = AbortSignal.any([signal, done.signal]);
  const gone = (uid: string): void => {
    if (!left.delete(uid)) return;
    seen(uid, undefined);
    if (left.size === 0) done.abort();
  };
  const [only] = pods.values();
  const scope = { namespace, ...(pods.size === 1 && only !== undefined ? { name: only } : {}) };
  await source.watchPods(
    scope,
    {
      changed({ type, item }) {
        if (!left.has(item.uid)) return;
        if (type === 'delete') {
          gone(item.uid);
          return;
        }
        present.add(item.uid);
        seen(item.uid, item);
      },
      synced() {
        for (const uid of left) if (!present.has(uid)) gone(uid);
      },
      link: () => undefined,
    },
    stop,
  );
  return left;
}
