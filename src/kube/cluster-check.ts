/** What a check watches on a real cluster: the `CheckSource` of one transport. */
import { eventFacts } from '../core/event-facts.ts';
import { podFacts } from '../core/pod-facts.ts';
import { workloadFacts } from '../core/workload-facts.ts';
import type { ChangeSink, CheckSource, WatchScope } from '../service/check-source.ts';
import { workloadPaths } from './cluster-reader.ts';
import { type ItemChange, listWatch, type Tracked } from './list-watch.ts';
import type { Transport } from './transport.ts';

/** Takes along what somebody else wants of the whole Pods and Events, such as a recorder. */
export interface WholeObjects<W> {
  /** undefined: of this one nothing. */
  read(kind: 'Pod' | 'Event', object: unknown): W | undefined;
  /** Called as a `ChangeSink` is, before it. */
  changed(kind: 'Pod' | 'Event', change: ItemChange<W>): void;
}

/** An object made small, and what is kept of it for others. */
interface Followed<T, W> extends Tracked {
  readonly facts: T;
  readonly whole: W | undefined;
}

export function clusterCheck<W>(transport: Transport, wholes?: WholeObjects<W>): CheckSource {
  const follow = <T extends Tracked>(api: string, resource: string, scope: WatchScope, watching: Watching<T>): Promise<void> => {
    const { kind, sink } = watching;
    return listWatch<Followed<T, W>>(
      {
        transport,
        path: `${api}${scope.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(scope.namespace)}`}/${resource}`,
        query: { labelSelector: scope.labelSelector, fieldSelector: scope.name === undefined ? undefined : `metadata.name=${scope.name}` },
        read(object) {
          const facts = watching.read(object);
          return { uid: facts.uid, resourceVersion: facts.resourceVersion, facts, whole: kind && wholes?.read(kind, object) };
        },
        signal: watching.signal,
      },
      {
        changed({ type, item: { whole, facts } }) {
          if (kind !== undefined && whole !== undefined) wholes?.changed(kind, { type, item: whole });
          sink.changed({ type, item: facts });
        },
        synced: () => sink.synced(),
        link: (link) => sink.link(link),
      },
    );
  };
  return {
    cluster: transport.context,
    watchPods: (scope, sink, signal) => follow('/api/v1', 'pods', scope, { read: podFacts, sink, signal, kind: 'Pod' }),
    watchEvents: (scope, sink, signal) => follow('/api/v1', 'events', scope, { read: eventFacts, sink, signal, kind: 'Event' }),
    watchWorkloads(kind, scope, sink, signal) {
      const { api, resource } = workloadPaths[kind];
      return follow(api, resource, scope, { read: (object) => workloadFacts(kind, object), sink, signal, kind: undefined });
    },
  };
}

interface Watching<T> {
  readonly read: (object: unknown) => T;
  readonly sink: ChangeSink<T>;
  readonly signal: AbortSignal;
  readonly kind: 'Pod' | 'Event' | undefined;
}
