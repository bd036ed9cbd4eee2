/** Whole Pods of a cluster and the Events about them, as they change: what a recorder writes down. */

import type { PodScope } from '../service/pod-source.ts';
import { type ItemChange, listWatch, type Tracked, type WatchLink } from './list-watch.ts';
import { podsPath, selectors } from './pod-table.ts';
import type { Transport } from './transport.ts';

export type ObjectKind = 'Pod' | 'Event';

/** Receives what happens, in order for each kind. Called synchronously; it must not throw. */
export interface ObjectSink<T> {
  changed(kind: ObjectKind, change: ItemChange<T>): void;
  synced(kind: ObjectKind): void;
  link(kind: ObjectKind, link: WatchLink): void;
}

/**
 * Follows one kind in one namespace or in all, until the signal aborts; what `read` makes of an object is all that is kept of it. Rejects where the
 * first request is refused for good.
 */
export function watchObjects<T extends Tracked>(
  transport: Transport,
  kind: ObjectKind,
  scope: PodScope & { readonly namespaces: 'all' | readonly [string] },
  options: { readonly read: (kind: ObjectKind, object: unknown) => T; readonly signal: AbortSignal },
  sink: ObjectSink<T>,
): Promise<void> {
  const namespace = scope.namespaces === 'all' ? undefined : scope.namespaces[0];
  const pods = podsPath(namespace);
  return listWatch(
    {
      transport,
      path: kind === 'Pod' ? pods : pods.replace(/pods$/, 'events'),
      query: kind === 'Pod' ? selectors(scope) : { fieldSelector: 'involvedObject.kind=Pod' },
      read: (object) => options.read(kind, object),
      signal: options.signal,
    },
    {
      changed: (change) => sink.changed(kind, change),
      synced: () => sink.synced(kind),
      link: (link) => sink.link(kind, link),
    },
  );
}
