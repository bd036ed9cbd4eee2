/** One watch of the Pods of a namespace for all who follow one of them: hundreds that end together are not hundreds of watches. */
import type { PodFacts } from '../core/pod-facts.ts';
import type { ChangeSink, CheckSource } from './check-source.ts';
import type { Link } from './pod-source.ts';

type PodWatch = Pick<CheckSource, 'watchPods'>;

/** Gives whole namespaces, whatever part of them is asked for; each is watched until the signal aborts. */
export function sharedPods(source: PodWatch, signal: AbortSignal): PodWatch {
  const namespaces = new Map<string, SharedNamespace>();
  return {
    async watchPods({ namespace = '' }, sink, until) {
      let shared = namespaces.get(namespace);
      if (shared === undefined) namespaces.set(namespace, (shared = new SharedNamespace(source, namespace, signal)));
      await shared.follow(sink, until);
    },
  };
}

class SharedNamespace {
  readonly #pods = new Map<string, PodFacts>();
  readonly #sinks = new Set<ChangeSink<PodFacts>>();
  readonly #ended: Promise<void>;
  #synced = false;
  #link: Link | undefined;

  constructor(source: PodWatch, namespace: string, signal: AbortSignal) {
    const tell = (each: (sink: ChangeSink<PodFacts>) => void): void => {
      for (const sink of this.#sinks) each(sink);
    };
    this.#ended = source.watchPods(
      { namespace },
      {
        changed: (change) => {
          if (change.type === 'delete') this.#pods.delete(change.item.uid);
          else this.#pods.set(change.item.uid, change.item);
          tell((sink) => sink.changed(change));
        },
        synced: () => {
          this.#synced = true;
          tell((sink) => sink.synced());
        },
        link: (link) => {
          this.#link = link;
          tell((sink) => sink.link(link));
        },
      },
      signal,
    );
  }

  async follow(sink: ChangeSink<PodFacts>, until: AbortSignal): Promise<void> {
    if (until.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    until.addEventListener('abort', () => resolve(), { once: true });
    if (this.#link !== undefined) sink.link(this.#link);
    for (const item of this.#pods.values()) sink.changed({ type: 'upsert', item });
    if (this.#synced) sink.synced();
    this.#sinks.add(sink);
    try {
      await Promise.race([promise, this.#ended]);
    } finally {
      this.#sinks.delete(sink);
    }
  }
}
