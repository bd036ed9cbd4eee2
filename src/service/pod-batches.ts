/**
 * The queue between what a cluster tells and a consumer that takes its time.
 *
 * With `every: false` it holds at most one change a Pod, so it never grows beyond the number of Pods; the change kept is the last, and it takes
 * the place of the last in the order.
 */
import { setImmediate } from 'node:timers/promises';
import type { Link, PodBatch, PodChange, PodRow } from './pod-source.ts';

export class PodBatches {
  readonly #every: boolean;
  readonly #links: Map<string, Link>;
  readonly #unsynced: Set<string>;
  #changes: PodChange[] = [];
  #byPod = new Map<string, PodChange>();
  #preview: PodRow[] = [];
  #failure: { readonly error: unknown } | undefined;
  #changed = false;
  #wake: (() => void) | undefined;

  /** The clusters in the order they were asked for; `every` as in WatchOptions. */
  constructor(clusters: readonly string[], every: boolean, now: number) {
    this.#every = every;
    this.#links = new Map(clusters.map((cluster) => [cluster, { state: 'connecting', since: now, attempt: 1 }]));
    this.#unsynced = new Set(clusters);
  }

  change(change: PodChange): void {
    if (this.#every) {
      this.#changes.push(change);
    } else {
      const key = `${change.cluster}\n${change.pod.uid}`;
      this.#byPod.delete(key);
      this.#byPod.set(key, change);
    }
    this.#notify();
  }

  /** Rows of the Table; they come too late for a cluster that has synced, and are dropped then. */
  preview(cluster: string, rows: readonly PodRow[]): void {
    if (this.#unsynced.has(cluster) && rows.length > 0) {
      this.#preview.push(...rows);
      this.#notify();
    }
  }

  /** Rows of the Table wait to be taken. */
  get holdsPreview(): boolean {
    return this.#preview.length > 0;
  }

  link(cluster: string, link: Link): void {
    this.#links.set(cluster, link);
    this.#notify();
  }

  synced(cluster: string): void {
    this.#unsynced.delete(cluster);
    this.#notify();
  }

  /** Ends the batches with this error, after what is already queued. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#notify();
  }

  /** What has gathered, whenever something has, until the signal aborts. */
  async *taken(signal: AbortSignal): AsyncGenerator<PodBatch> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        if (this.#changed) {
          yield this.#take();
        } else if (this.#failure !== undefined) {
          throw this.#failure.error;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          // The server flushes each event by itself: those that have arrived together make one batch.
          await setImmediate();
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #take(): PodBatch {
    const batch: PodBatch = {
      preview: this.#preview,
      changes: this.#every ? this.#changes : [...this.#byPod.values()],
      synced: this.#unsynced.size === 0,
      links: new Map(this.#links),
    };
    this.#preview = [];
    this.#changes = [];
    this.#byPod = new Map();
    this.#changed = false;
    return batch;
  }

  #notify(): void {
    this.#changed = true;
    this.#wake?.();
  }
}
