/**
 * Many logs as one stream in the order of time, with a bound on what is held of each.
 *
 * What was there is merged exactly: each log is waited for. What follows has no end to wait for, so a line waits a moment for earlier ones of other logs that
 * are on their way, and no longer. A log whose lines are not taken is not read on: its writer's pace never becomes our memory.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { LogNotice } from '../core/log-notice.ts';
import { type LogBlock, lineCount, lineTime } from './log-block.ts';

/** Lines of one log, one after the other. */
export interface LogRun<Of> {
  readonly of: Of;
  readonly block: LogBlock;
  readonly from: number;
  readonly to: number;
}

export type LogItem<Of> = LogRun<Of> | LogNotice;

/** How long a line that has come waits for earlier ones of other logs. */
const windowMs = 150;
/** How much of a log is held before it is not read on. */
const laneBytes = 262_144;
/** About how much goes on together. */
const batchBytes = 262_144;

/** The place of one log in the merge. */
export class LogLane<Of> {
  readonly of: Of;
  readonly #changed: () => void;
  readonly #queue: (LogBlock | LogNotice)[] = [];
  #bytes = 0;
  #room: PromiseWithResolvers<void> | undefined;
  #left = false;
  /** The first line of the first block that has not been taken. */
  #at = 0;
  #headTime = Number.NaN;
  #arrivedAt = 0;
  /** How long the lines of others wait for those of this log, from its last on. */
  #patienceMs = windowMs;
  /** While nothing is queued, what the others have waits until then. */
  waitUntil = 0;
  ended = false;

  constructor(of: Of, changed: () => void) {
    this.of = of;
    this.#changed = changed;
  }

  /** Takes lines. Resolves when there is room for more. */
  async push(block: LogBlock): Promise<void> {
    this.#queue.push(block);
    this.#bytes += block.bytes.length;
    this.#arrivedAt = performance.now();
    this.waitUntil = this.#arrivedAt + this.#patienceMs;
    this.#changed();
    if (this.#left || this.#bytes < laneBytes) return;
    this.#room ??= Promise.withResolvers();
    await this.#room.promise;
  }

  /** Nobody takes anything any more: whoever waits for room would wait for ever. */
  leave(): void {
    this.#left = true;
    this.#room?.resolve();
  }

  /** Something to be told between the lines before and after. */
  tell(notice: LogNotice): void {
    this.#queue.push(notice);
    this.#changed();
  }

  /** All of a log that is there comes now: the others wait for it, for so long without a line of it. */
  reads(patienceMs: number): void {
    this.#patienceMs = patienceMs;
    this.waitUntil = performance.now() + patienceMs;
  }

  /** All that is there is awaited, however long the lines of others have waited. */
  get awaited(): boolean {
    return this.#patienceMs > windowMs;
  }

  /** Nobody knows whether something comes. */
  rests(): void {
    this.#patienceMs = windowMs;
    this.waitUntil = 0;
    this.#changed();
  }

  end(): void {
    this.ended = true;
    this.rests();
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** The notice that comes first. */
  takeNotice(): LogNotice | undefined {
    const head = this.#queue[0];
    if (head === undefined || 'bytes' in head) return undefined;
    this.#queue.shift();
    return head;
  }

  /** When the first line was written; NaN where there is none. A line whose time cannot be read comes at once. */
  get time(): number {
    const head = this.#queue[0];
    if (head === undefined || !('bytes' in head)) return Number.NaN;
    if (Number.isNaN(this.#headTime)) this.#headTime = timeAt(head, this.#at);
    return this.#headTime;
  }

  /** Whether the lines that are queued have waited long enough. */
  waited(now: number): boolean {
    return now - this.#arrivedAt >= windowMs;
  }

  /** The lines of the first block up to a time, at least one. */
  take(until: number): LogRun<Of> & { readonly bytes: number } {
    const block = this.#queue[0] as LogBlock;
    const from = this.#at;
    const count = lineCount(block);
    let to = from + 1;
    if (until === Number.POSITIVE_INFINITY) to = count;
    else while (to < count && (this.#headTime = timeAt(block, to)) <= until) to++;
    const bytes = (block.starts[to] ?? 0) - (block.starts[from] ?? 0);
    this.#at = to;
    if (to === count) {
      this.#queue.shift();
      this.#at = 0;
      this.#headTime = Number.NaN;
      this.#bytes -= block.bytes.length;
      if (this.#bytes < laneBytes) {
        this.#room?.resolve();
        this.#room = undefined;
      }
    }
    return { of: this.of, block, from, to, bytes };
  }
}

function timeAt({ bytes, starts }: LogBlock, index: number): number {
  const time = lineTime(bytes, starts[index] ?? 0);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

export class LogMerge<Of> {
  readonly #lanes = new Set<LogLane<Of>>();
  readonly #notices: LogNotice[] = [];
  #closed = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #left = false;

  /** Of lines with the same time those of the log that was added first come first. */
  add(of: Of): LogLane<Of> {
    const lane = new LogLane(of, () => this.#wake?.());
    this.#lanes.add(lane);
    if (this.#left) lane.leave();
    return lane;
  }

  /** Told at once. */
  tell(notice: LogNotice): void {
    this.#notices.push(notice);
    this.#wake?.();
  }

  /** There is nothing more to come than what is queued. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Ends the batches with this error, after what is queued. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.close();
  }

  /** What can go on, in its order, whenever something can, until it is closed or the signal aborts. */
  async *batches(signal: AbortSignal): AsyncGenerator<readonly LogItem<Of>[]> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const batch = this.#take();
        if (batch.length > 0) {
          yield batch;
          continue;
        }
        if (this.#closed && [...this.#lanes].every(({ empty }) => empty)) {
          if (this.#failure !== undefined) throw this.#failure.error;
          return;
        }
        await this.#changed(signal);
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#left = true;
      for (const lane of this.#lanes) lane.leave();
    }
  }

  /** Waits until something has come, or a line has waited long enough. */
  async #changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (signal.aborted) return;
    if ([...this.#lanes].every(({ empty }) => empty)) return promise;
    const over = new AbortController();
    await Promise.race([promise, pause(windowMs / 10, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
  }

  #take(): readonly LogItem<Of>[] {
    const items: LogItem<Of>[] = this.#notices.splice(0);
    const now = performance.now();
    for (let bytes = 0; bytes < batchBytes; ) {
      const next = this.#next(now, items);
      if (next === undefined) break;
      const run = next.lane.take(next.until);
      bytes += run.bytes;
      items.push(run);
    }
    for (const lane of this.#lanes) if (lane.ended && lane.empty) this.#lanes.delete(lane);
    return items;
  }

  /** The log whose line is next, and the time up to which its lines go before those of the others. */
  #next(now: number, items: LogItem<Of>[]): { readonly lane: LogLane<Of>; readonly until: number } | undefined {
    let best: LogLane<Of> | undefined;
    let until = Number.POSITIVE_INFINITY;
    let waitUntil = 0;
    let awaited = false;
    for (const lane of this.#lanes) {
      for (let notice = lane.takeNotice(); notice !== undefined; notice = lane.takeNotice()) items.push(notice);
      const { time } = lane;
      if (Number.isNaN(time)) {
        waitUntil = Math.max(waitUntil, lane.waitUntil);
        awaited ||= lane.awaited && lane.waitUntil > now;
      } else if (best === undefined || time < best.time) {
        until = best?.time ?? until;
        best = lane;
      } else {
        until = Math.min(until, time);
      }
    }
    if (best === undefined) return undefined;
    if (awaited || (waitUntil > now && !best.waited(now))) return undefined;
    return { lane: best, until };
  }
}
