/**
 * Follows one collection of objects: the state now, then each change, for as long as it is wanted, whatever happens to the connection.
 *
 * It starts with a watch-list (`sendInitialEvents`), or with pages of 500 and a watch on servers without it; resumes from the last
 * resourceVersion after any disconnect; lists again on 410 and tells only the differences, by UID, so that nothing ever flashes empty.
 * It keeps what `read` makes of an object, which may come without its managedFields, and drops the rest at once. An event that is replayed
 * changes nothing. Where it may list and not watch, it lists every few seconds, and asks now and then whether it may watch by now.
 *
 * A half-open connection looks just like a quiet one. Each watch therefore asks the server to end it after half a minute, which the server does
 * with a bookmark; an end that does not come is a dead link. This works through any proxy, and needs no support of TCP.
 */
import { object as record } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { type Clock, systemClock } from '../service/clock.ts';
import { ApiError } from './api-failure.ts';
import type { Query, Transport } from './transport.ts';
import { rotated, type WatchEvent, WatchStream } from './watch-stream.ts';

/** What a list-watch has to know of an object to tell a change from a replay. */
export interface Tracked {
  readonly uid: string;
  readonly resourceVersion: string;
}

export type ItemChange<T> = { readonly type: 'upsert'; readonly item: T } | { readonly type: 'delete'; readonly item: T };

/**
 * How the connection is. `error` is what went wrong last. `since`: for `stale`, when the server was last heard; else when this state began.
 * `listedEvery`, in seconds, is set where there is no right to watch.
 */
export type WatchLink =
  | { readonly state: 'connecting'; readonly since: number; readonly attempt: number; readonly error?: PodwrightError }
  | { readonly state: 'live'; readonly since: number; readonly listedEvery?: number }
  | { readonly state: 'stale'; readonly since: number; readonly attempt: number; readonly error: PodwrightError };

/** Receives what happens, in order. Called synchronously; it must not throw. */
export interface WatchSink<T> {
  changed(change: ItemChange<T>): void;
  /** The initial state is complete. Called once. */
  synced(): void;
  link(link: WatchLink): void;
}

/** All in milliseconds, except where the name says otherwise. */
export interface WatchTiming {
  /** How long a watch is asked to last. */
  readonly watchSeconds: number;
  /** How long beyond that its end may take, and how long a resumed watch may take to begin. */
  readonly slackMs: number;
  /** How long the initial state may come without a byte. */
  readonly silenceMs: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** The same for a server that cannot be reached: knocking costs it nothing, and people wait for it to come back. */
  readonly maxUnreachableBackoffMs: number;
  /** How long a refusal after a lost connection is taken for a server that is still starting. */
  readonly refusalGraceMs: number;
  /** Between two lists where there is no right to watch; more where a list takes long. */
  readonly listAgainMs: number;
  /** How often it is asked then whether there is one by now. */
  readonly watchAgainMs: number;
}

const defaultTiming: WatchTiming = {
  watchSeconds: 30,
  slackMs: 10_000,
  silenceMs: 40_000,
  firstBackoffMs: 250,
  maxBackoffMs: 30_000,
  maxUnreachableBackoffMs: 5000,
  // An API server that restarts answers 403 to everyone for some seconds, until its RBAC informers are filled.
  refusalGraceMs: 20_000,
  listAgainMs: 5000,
  watchAgainMs: 60_000,
};

/** A server may take its time over the initial state of a large cluster; the watch that brought it is replaced soon after. */
const initialWatchSeconds = 600;
const pageSize = 500;
/** A list that takes long is not asked for back to back: of the time, at most one part in this many goes into listing. */
const listPauses = 5;
const maxRetryAfterMs = 120_000;

/** Transports whose server has refused a watch-list once: remembered, so that only the first list-watch pays for the question. */
const withoutWatchList = new WeakSet<Transport>();

/** Refusals that another try will not change, when they answer the very first request. */
const finalCodes: ReadonlySet<string> = new Set([
  'unauthorized',
  'forbidden',
  'not-found',
  'rejected',
  'tls',
  'usage',
  'no-kubeconfig',
  'bad-kubeconfig',
  'unknown-context',
]);

/** Refusals that a server which is still starting also gives. */
const startingCodes: ReadonlySet<string> = new Set(['unauthorized', 'forbidden', 'not-found']);

const endedHint = 'A proxy on the way may cut long answers short.';

export interface ListWatchOptions<T extends Tracked> {
  readonly transport: Transport;
  readonly path: string;
  /** Selectors. */
  readonly query?: Query;
  readonly read: (object: unknown) => T;
  /** The initial state is asked for at once, so that the server gets to work, but what a watch-list brings is read only when this has settled. */
  readonly readAfter?: Promise<unknown>;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** In [0, 1), for the jitter. */
  readonly random?: () => number;
  readonly timing?: Partial<WatchTiming>;
}

/**
 * Runs until the signal aborts. Rejects only when the very first request is refused for good: unauthorized, forbidden, a malformed selector.
 * Once the server has been heard, every failure is waited out and told through `link`, refusals too: credentials may be renewed meanwhile.
 */
export async function listWatch<T extends Tracked>(options: ListWatchOptions<T>, sink: WatchSink<T>): Promise<void> {
  await new ListWatch(options, sink).run();
}

class ListWatch<T extends Tracked> {
  readonly #options: ListWatchOptions<T>;
  readonly #sink: WatchSink<T>;
  readonly #timing: WatchTiming;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #items = new Map<string, T>();
  /** Where to resume; undefined while the initial state is incomplete or has expired. */
  #resourceVersion: string | undefined;
  #synced = false;
  /** When the server last said anything that was no refusal; undefined: never. */
  #heardAt: number | undefined;
  /** Failures in a row; an event ends the row, a connection that opens does not. */
  #failures = 0;
  #refusedSince: number | undefined;
  /** Set where there is no right to watch: how long to wait before the next list, and when to ask for a watch again. */
  #listing: { readonly waitMs: number; readonly watchAgainAt: number } | undefined;
  #link: WatchLink;

  constructor(options: ListWatchOptions<T>, sink: WatchSink<T>) {
    this.#options = options;
    this.#sink = sink;
    this.#timing = { ...defaultTiming, ...options.timing };
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#link = { state: 'connecting', since: this.#clock.now(), attempt: 1 };
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    this.#sink.link(this.#link);
    while (!signal.aborted) {
      const startedAt = this.#clock.now();
      try {
        if (this.#listing !== undefined && startedAt < this.#listing.watchAgainAt) {
          await this.#clock.wait(this.#listing.waitMs, signal);
          await this.#listUnwatched(this.#listing.watchAgainAt);
          continue;
        } else if (this.#resourceVersion !== undefined) {
          await this.#watch(this.#resourceVersion);
        } else if (withoutWatchList.has(this.#options.transport)) {
          await this.#listPages();
          continue;
        } else {
          await this.#watchList();
        }
        if (this.#clock.now() - startedAt < this.#timing.watchSeconds * 500) {
          // Ended much sooner than asked. A server that is going down does this, and must not be asked again at once.
          this.#failures++;
          if (this.#failures > 1) {
            this.#tellFailure(new PodwrightError('protocol', 'the server ends each watch as soon as it has begun', { hint: endedHint }));
          }
          await this.#clock.wait(this.#backoff(this.#timing.maxBackoffMs), signal);
        } else {
          this.#failures = 0;
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        if (error !== rotated) {
          await this.#failed(asPodwrightError(error));
        }
      }
    }
  }

  async #failed(error: PodwrightError): Promise<void> {
    if (error.code === 'gone' && this.#resourceVersion !== undefined) {
      // List again at once; a second 410 in a row is a failure like any other.
      this.#resourceVersion = undefined;
      return;
    }
    this.#resourceVersion = error.code === 'gone' ? undefined : this.#resourceVersion;
    if (error.code === 'forbidden' && this.#lasts() && (await this.#mayList())) {
      return;
    }
    if (this.#heardAt === undefined && finalCodes.has(error.code)) {
      throw error;
    }
    this.#failures++;
    this.#tellFailure(error);
    const retryAfterMs = error instanceof ApiError ? Math.min((error.status.retryAfterSeconds ?? 0) * 1000, maxRetryAfterMs) : 0;
    const { maxBackoffMs, maxUnreachableBackoffMs } = this.#timing;
    const backoff = this.#backoff(error.code === 'unreachable' ? Math.min(maxBackoffMs, maxUnreachableBackoffMs) : maxBackoffMs);
    await this.#clock.wait(Math.max(backoff, retryAfterMs), this.#options.signal);
  }

  #tellFailure(error: PodwrightError): void {
    const now = this.#clock.now();
    const attempt = this.#failures + 1;
    const shown = startingCodes.has(error.code) ? this.#believe(error, now) : error;
    if (this.#synced) {
      this.#tell({ state: 'stale', since: this.#heardAt ?? now, attempt, error: shown });
    } else {
      this.#tell({ state: 'connecting', since: this.#link.since, attempt, error: shown });
    }
  }

  /** Whether a refusal that comes now is more than a server's that is still starting. */
  #lasts(): boolean {
    const refusedFor = this.#refusedSince === undefined ? 0 : this.#clock.now() - this.#refusedSince;
    return this.#heardAt === undefined || this.#listing !== undefined || refusedFor >= this.#timing.refusalGraceMs;
  }

  /** After a watch was refused: lists instead, where that is allowed. */
  async #mayList(): Promise<boolean> {
    try {
      await this.#listUnwatched(this.#clock.now() + this.#timing.watchAgainMs);
      return true;
    } catch {
      // The refusal of the watch is what is told: it was asked for first.
      this.#listing = undefined;
      return false;
    }
  }

  async #listUnwatched(watchAgainAt: number): Promise<void> {
    const { listAgainMs } = this.#timing;
    this.#listing ??= { waitMs: listAgainMs, watchAgainAt };
    const from = this.#clock.now();
    await this.#listPages();
    this.#listing = { waitMs: Math.max(listAgainMs, (listPauses - 1) * (this.#clock.now() - from)), watchAgainAt };
    this.#live();
  }

  /** A refusal soon after the connection was lost may come from a server that is not ready: what was wrong before is shown until it lasts. */
  #believe(error: PodwrightError, now: number): PodwrightError {
    this.#refusedSince ??= now;
    const before = this.#link.state === 'live' ? undefined : this.#link.error;
    return now - this.#refusedSince < this.#timing.refusalGraceMs && before !== undefined ? before : error;
  }

  #backoff(maxMs: number): number {
    const full = Math.min(maxMs, this.#timing.firstBackoffMs * 2 ** Math.min(Math.max(this.#failures - 1, 0), 30));
    return full * (0.5 + this.#random() / 2);
  }

  /** The server has answered as it should. */
  #heard(): void {
    this.#heardAt = this.#clock.now();
    this.#refusedSince = undefined;
  }

  /** The server has accepted a watch. */
  #watchable(): void {
    this.#heard();
    this.#listing = undefined;
  }

  #heardEvent(): void {
    this.#heard();
    this.#failures = 0;
  }

  #tell(link: WatchLink): void {
    this.#link = link;
    this.#sink.link(link);
  }

  #live(): void {
    const listedEvery = this.#listing === undefined ? undefined : Math.ceil(this.#listing.waitMs / 1000);
    if (this.#link.state !== 'live' || this.#link.listedEvery !== listedEvery) {
      this.#tell({ state: 'live', since: this.#clock.now(), ...(listedEvery === undefined ? {} : { listedEvery }) });
    }
  }

  /** The state is complete at this resourceVersion: what was not in it is gone. */
  #complete(resourceVersion: string, seen: ReadonlySet<string>): void {
    for (const [uid, item] of this.#items) {
      if (!seen.has(uid)) {
        this.#items.delete(uid);
        this.#sink.changed({ type: 'delete', item });
      }
    }
    this.#resourceVersion = resourceVersion;
    if (!this.#synced) {
      this.#synced = true;
      this.#sink.synced();
    }
    this.#live();
  }

  #upsert(object: unknown): T {
    const item = this.#options.read(object);
    if (this.#items.get(item.uid)?.resourceVersion !== item.resourceVersion) {
      this.#items.set(item.uid, item);
      this.#sink.changed({ type: 'upsert', item });
    }
    return item;
  }

  #remove(object: unknown): T {
    const item = this.#options.read(object);
    if (this.#items.delete(item.uid)) {
      this.#sink.changed({ type: 'delete', item });
    }
    return item;
  }

  /** The initial state and the changes after it, in one stream. */
  async #watchList(): Promise<void> {
    const seen = new Set<string>();
    const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', timeoutSeconds: initialWatchSeconds };
    const { watchSeconds, silenceMs } = this.#timing;
    const stream = new WatchStream(this.#options);
    try {
      for await (const events of stream.events(query, silenceMs, () => this.#watchable())) {
        await this.#options.readAfter;
        for (const event of events) {
          this.#initialEvent(event, seen);
          if (event.type === 'BOOKMARK' && event.initialEventsEnd) {
            stream.rotateAfter(watchSeconds * 1000);
          }
        }
        this.#heardEvent();
        if (this.#resourceVersion === undefined) {
          stream.failAfter(silenceMs);
        }
      }
    } catch (error) {
      // Servers without the feature answer 422 (the parameters are forbidden), very old ones 400 (ValidateListOptions of apimachinery).
      if (error instanceof ApiError && !stream.opened && [400, 405, 406, 415, 422].includes(error.status.code)) {
        await this.#listPages();
        // Only now is it known that it was not the selector that the server refused.
        withoutWatchList.add(this.#options.transport);
        return;
      }
      throw error;
    } finally {
      stream.close();
    }
    if (this.#resourceVersion === undefined) {
      throw new PodwrightError('protocol', 'the server ended the watch before the initial state was complete');
    }
  }

  #initialEvent(event: WatchEvent, seen: Set<string>): void {
    if (event.type === 'BOOKMARK') {
      if (event.initialEventsEnd) {
        this.#complete(event.resourceVersion, seen);
      }
    } else if (event.type === 'DELETED') {
      seen.delete(this.#remove(event.object).uid);
    } else {
      seen.add(this.#upsert(event.object).uid);
    }
    // During the initial state there is nothing to resume from: it comes in no order of resourceVersion.
    if (this.#resourceVersion !== undefined) {
      this.#resourceVersion = event.resourceVersion;
    }
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { watchSeconds, slackMs } = this.#timing;
    const stream = new WatchStream(this.#options);
    stream.failAfter(slackMs + watchSeconds * 1000);
    const opened = (): void => {
      this.#watchable();
      this.#live();
    };
    try {
      for await (const events of stream.events({ resourceVersion, timeoutSeconds: watchSeconds }, slackMs, opened)) {
        for (const event of events) {
          if (event.type === 'DELETED') {
            this.#remove(event.object);
          } else if (event.type !== 'BOOKMARK') {
            this.#upsert(event.object);
          }
          this.#resourceVersion = event.resourceVersion;
        }
        this.#heardEvent();
      }
      this.#heard();
    } finally {
      stream.close();
    }
  }

  /** The state in pages. A continue token that has expired on the way (5 minutes) is answered by one list without pages, as client-go's pager does. */
  async #listPages(): Promise<void> {
    let seen = new Set<string>();
    let limit: number | undefined = pageSize;
    let continueToken: string | undefined;
    for (;;) {
      let page: ListPage;
      try {
        page = listPage(await this.#page(limit, continueToken));
      } catch (error) {
        if (continueToken !== undefined && error instanceof PodwrightError && error.code === 'gone') {
          seen = new Set();
          limit = undefined;
          continueToken = undefined;
          continue;
        }
        throw error;
      }
      this.#heardEvent();
      for (const object of page.items) {
        seen.add(this.#upsert(object).uid);
      }
      if (page.continueToken === undefined) {
        this.#complete(page.resourceVersion, seen);
        return;
      }
      continueToken = page.continueToken;
    }
  }

  #page(limit: number | undefined, continueToken: string | undefined): Promise<unknown> {
    const { transport, path, query, signal } = this.#options;
    return transport.request({ path, query: { ...query, limit, continue: continueToken }, signal });
  }
}

interface ListPage {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  readonly continueToken: string | undefined;
}

/** Reads one page of a List. Throws `protocol` for anything else. */
export function listPage(value: unknown): ListPage {
  const list = record(value);
  const metadata = record(list['metadata']);
  const { resourceVersion, continue: continueToken } = metadata;
  if (!Array.isArray(list['items']) || typeof resourceVersion !== 'string') {
    throw new PodwrightError('protocol', 'the server answered a list with something else');
  }
  return { items: list['items'], resourceVersion, continueToken: typeof continueToken === 'string' && continueToken !== '' ? continueToken : undefined };
}

function asPodwrightError(error: unknown): PodwrightError {
  return error instanceof PodwrightError ? error : new PodwrightError('protocol', error instanceof Error ? error.message : String(error), { cause: error });
}
