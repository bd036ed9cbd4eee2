/**
 * Reads the log of one container, and goes on with it: over lost connections without a lost or doubled line, over restarts with the end of the run before,
 * and from the moment a container starts that had not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { missingLog } from '../core/explaining-log.ts';
import type { LogNotice } from '../core/log-notice.ts';
import { isOver } from '../core/logged-containers.ts';
import type { ContainerFacts, PodFacts } from '../core/pod-facts.ts';
import { type ErrorCode, isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import { LineReader, type LogBlock, lineCount, stampLength } from './log-block.ts';
import type { LogLane } from './log-merge.ts';
import { LogOverlap } from './log-overlap.ts';
import { type LogRequest, type LogSource, lostLog } from './log-source.ts';

/** What is asked for of each log. */
export interface LogRange {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  /** Of each log; counted as kubectl prints it, so with the times where those are shown. */
  readonly limitBytes?: number;
  readonly timestamps: boolean;
}

export interface LogTiming {
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** A log that is silent for so long is asked for anew: a connection that is half open looks the same. So is one whose answer does not begin. */
  readonly silenceMs: number;
  /** The same once its Pod has been deleted. */
  readonly goneMs: number;
}

export const usualTiming: LogTiming = { firstBackoffMs: 250, maxBackoffMs: 5000, silenceMs: 30_000, goneMs: 2000 };

/** Whose log it is. */
export interface LoggedContainer {
  readonly facts: PodFacts;
  readonly container: string;
}

export interface ContainerLogOptions {
  readonly source: LogSource;
  readonly range: LogRange;
  /** All that is there is read before what follows, so that several logs can be put in order exactly. */
  readonly historyFirst: boolean;
  readonly timing: LogTiming;
  readonly signal: AbortSignal;
  /** It cannot be read at present; undefined: it can again. */
  trouble(log: ContainerLog, error: PodwrightError | undefined): void;
}

/** Not worth another try when they answer the first. */
const finalCodes: ReadonlySet<ErrorCode> = new Set(['forbidden', 'unauthorized', 'usage', 'tls']);
/** A node that does not answer does not keep what the others have said for longer. */
const historyPatienceMs = 5000;
/** Of a log that is read once: so many failures in a row are enough. */
const mostFailures = 6;

type Outcome = 'ended' | 'refreshed' | 'another' | 'full';

export class ContainerLog {
  readonly of: LoggedContainer;
  readonly #options: ContainerLogOptions;
  readonly #lane: LogLane<LoggedContainer>;
  readonly #overlap = new LogOverlap();
  readonly #begun = performance.now();
  #facts: PodFacts;
  #gone = false;
  /** Resolves at the next change of the Pod. */
  #change = Promise.withResolvers<void>();
  /** Ends the request that is under way; what it would have brought is asked for anew. */
  #stop: AbortController | undefined;
  #limit: NodeJS.Timeout | undefined;
  /** When the request that is under way brought something last, its answer's beginning as well. */
  #heardAt = Number.NEGATIVE_INFINITY;
  /** That nothing comes may be the log's own silence. */
  #maySleep = false;
  /** What has come waits to be taken: it is not the log that is silent. */
  #passing = false;
  #read = false;
  #seenRunning = false;
  /** The last request brought the log to its end. */
  #whole = false;
  /** The next lines are of a log that goes on where the last one ended. */
  #onward = false;
  #left: number;
  #failures = 0;

  constructor(of: LoggedContainer, lane: LogLane<LoggedContainer>, options: ContainerLogOptions) {
    this.of = of;
    this.#facts = of.facts;
    this.#lane = lane;
    this.#options = options;
    this.#left = options.range.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Whether anything of the log has been read. */
  get wasRead(): boolean {
    return this.#read;
  }

  changed(facts: PodFacts): void {
    this.#facts = facts;
    this.#notify();
  }

  /** The Pod was deleted: what is still on its way comes, and no more is asked for. */
  gone(): void {
    this.#gone = true;
    if (this.#stop !== undefined && !this.#passing) this.#expectWithin(this.#options.timing.goneMs);
    this.#notify();
  }

  /** A connection on which nothing has come since then (milliseconds of `performance.now`) may be dead. */
  refresh(since: number): void {
    if (this.#heardAt <= since) this.#stop?.abort();
  }

  /** Until the log has ended for good. Throws PodwrightError where it cannot be read. */
  async run(): Promise<void> {
    const { range, historyFirst } = this.#options;
    try {
      if (!range.follow || range.previous) {
        await this.#readOnce(range.previous);
        return;
      }
      await this.#follow(historyFirst);
    } finally {
      clearTimeout(this.#limit);
      this.#lane.end();
    }
  }

  /** What there is. A connection that breaks on the way is made anew. */
  async #readOnce(previous: boolean): Promise<void> {
    if (this.#options.range.tailLines === 0) return;
    this.#lane.reads(Number.POSITIVE_INFINITY);
    for (;;) {
      try {
        const outcome = await this.#all(previous);
        if (outcome !== 'another') return;
        if (previous) {
          this.#tell({ kind: 'gap', ...this.#named(), runs: 0 });
          return;
        }
        await this.#bridge(1);
      } catch (error) {
        const known = this.#retried(error);
        if (!this.#read || this.#failures > mostFailures) throw known;
        this.#options.trouble(this, known);
        await this.#wait();
      }
    }
  }

  async #follow(historyFirst: boolean): Promise<void> {
    const unwanted = this.#options.range.tailLines === 0;
    let history = historyFirst || unwanted;
    let run: number | undefined;
    /** The run whose end is known. */
    let ended: number | undefined;
    while (!this.#options.signal.aborted) {
      const container = this.#container();
      if (this.#gone || (ended !== undefined && container !== undefined && isOver(this.#facts, container))) return;
      if (container === undefined || this.#missing() || (ended === container.restarts && container.running === undefined)) {
        this.#lane.rests();
        await this.#change.promise;
        continue;
      }
      try {
        if (run !== undefined && container.restarts > run) {
          await this.#bridge(container.restarts - run);
          this.#tell({ kind: 'restarted', ...this.#named(), restarts: container.restarts, exit: container.lastTermination });
        }
        run = container.restarts;
        // A run that had ended when it was asked for is read to its end by a request that does not follow.
        const over = container.running === undefined;
        this.#seenRunning ||= !over;
        if (history) this.#lane.reads(historyPatienceMs);
        this.#whole = false;
        const outcome = await this.#request(!over && !history, false, { drop: history && unwanted });
        this.#whole = outcome === 'ended';
        this.#lane.rests();
        if (outcome === 'full') return;
        if (outcome === 'another') await this.#bridge(1);
        if (outcome !== 'ended') continue;
        if (over) this.#ended((ended = run));
        else if (!history) {
          this.#failures++;
          await this.#wait();
        }
        history = false;
      } catch (error) {
        this.#lane.rests();
        const known = this.#retried(error);
        if (!this.#read && finalCodes.has(known.code)) throw known;
        // The Pod is gone, or its container not as far as was thought: the next change of the Pod tells.
        if (known.code !== 'not-found' && known.code !== 'rejected') this.#options.trouble(this, known);
        await this.#wait();
      }
    }
  }

  #ended(run: number): void {
    const container = this.#container();
    if (container?.terminated === undefined || container.restarts !== run) return;
    // That an init container did its part before anybody looked is no news.
    const news = this.#seenRunning || container.terminated.exitCode !== 0;
    if (news && isOver(this.#facts, container)) this.#tell({ kind: 'ended', ...this.#named(), exit: container.terminated });
  }

  /** What the run before has left, from the last line on, where so many runs have begun meanwhile. Of a run before that one, nothing is to be had. */
  async #bridge(begun: number): Promise<void> {
    const lost = begun - 2;
    if (lost > 0 || (begun > 1 && this.#read && !this.#whole)) this.#tell({ kind: 'gap', ...this.#named(), runs: Math.max(0, lost) });
    const unknown = begun === 1 && this.#read;
    try {
      if ((await this.#all(true)) === 'another') {
        if (unknown) this.#tell({ kind: 'gap', ...this.#named(), runs: 0 });
        this.#onward = true;
        await this.#all(true);
      }
    } catch (error) {
      const known = this.#retried(error);
      if (known.code !== 'not-found' && known.code !== 'rejected') throw known;
      if (unknown && !this.#whole) this.#tell({ kind: 'gap', ...this.#named(), runs: 0 });
    }
    this.#onward = true;
  }

  /** What there is, to its end. */
  async #all(previous: boolean): Promise<Outcome> {
    for (;;) {
      const outcome = await this.#request(false, previous);
      if (outcome !== 'refreshed' || this.#gone) return outcome;
    }
  }

  /** One request, to its end. Throws PodwrightError, and what the signal was aborted with. */
  async #request(follow: boolean, previous: boolean, { drop = false } = {}): Promise<Outcome> {
    const { source, signal } = this.#options;
    if (this.#onward) this.#overlap.onward();
    else this.#overlap.again();
    const stop = new AbortController();
    this.#stop = stop;
    this.#heardAt = Number.NEGATIVE_INFINITY;
    this.#maySleep = false;
    const reader = new LineReader();
    try {
      this.#expect();
      const stream = await source.open(this.of.facts, this.#asked(follow, previous), AbortSignal.any([signal, stop.signal]));
      this.#heardAt = performance.now();
      this.#maySleep = follow;
      this.#options.trouble(this, undefined);
      this.#expect();
      for await (const chunk of stream) {
        clearTimeout(this.#limit);
        this.#heardAt = performance.now();
        this.#passing = true;
        const outcome = await this.#pass(reader.add(chunk), drop);
        this.#passing = false;
        this.#said(reader.said());
        if (outcome !== undefined) return outcome;
        this.#expect();
      }
      const outcome = await this.#pass(reader.end(), drop);
      this.#said(reader.said());
      return outcome ?? 'ended';
    } catch (error) {
      if (signal.aborted || !stop.signal.aborted) throw error;
      if (isPodwrightError(stop.signal.reason)) throw stop.signal.reason;
      return 'refreshed';
    } finally {
      clearTimeout(this.#limit);
      this.#passing = false;
      if (this.#stop === stop) this.#stop = undefined;
    }
  }

  #asked(follow: boolean, previous: boolean): LogRequest {
    const { tailLines, sinceSeconds, sinceTime } = this.#options.range;
    const request = { container: this.of.container, previous, follow };
    const again = this.#overlap.sinceTime;
    if (again !== undefined) return { ...request, sinceTime: again };
    const passed = Math.floor((performance.now() - this.#begun) / 1000);
    return {
      ...request,
      // Of a log whose lines are not wanted, the last is asked for all the same, to know from where on. Where there was none, all that comes is new.
      ...(tailLines === undefined || (tailLines === 0 && follow) ? {} : { tailLines: Math.max(1, tailLines) }),
      ...(sinceSeconds === undefined ? {} : { sinceSeconds: sinceSeconds + passed }),
      ...(sinceTime === undefined ? {} : { sinceTime }),
    };
  }

  async #pass(block: LogBlock | undefined, drop: boolean): Promise<Outcome | undefined> {
    const fresh = block && this.#overlap.fresh(block);
    if (this.#overlap.missing) return 'another';
    if (fresh === undefined) return undefined;
    this.#onward = false;
    this.#read = true;
    this.#failures = 0;
    if (drop) return undefined;
    const within = this.#withinLimit(fresh);
    if (within !== undefined) await this.#lane.push(within);
    return this.#left <= 0 ? 'full' : undefined;
  }

  /** What may still be shown of the limit of bytes. */
  #withinLimit(block: LogBlock): LogBlock | undefined {
    if (this.#left === Number.POSITIVE_INFINITY) return block;
    for (let index = 0; index < lineCount(block); index++) {
      const start = block.starts[index] ?? 0;
      const end = block.starts[index + 1] ?? 0;
      const stamp = this.#options.range.timestamps ? 0 : stampLength(block.bytes, start);
      const length = end - start - stamp;
      if (length < this.#left) {
        this.#left -= length;
        continue;
      }
      const kept = start + stamp + this.#left;
      this.#left = 0;
      const whole = kept >= end - 1;
      const bytes = whole ? block.bytes.subarray(0, end) : Buffer.concat([block.bytes.subarray(0, kept), Buffer.from('\n')]);
      return { bytes, starts: [...block.starts.slice(0, index + 1), bytes.length] };
    }
    return block;
  }

  /** What the kubelet says in the place of the lines that it cannot read. */
  #said(texts: readonly string[]): void {
    for (const text of texts) {
      if (lostLog.test(text)) throw new PodwrightError('not-found', `the log of ${this.of.container} is no longer there`);
      this.#tell({ kind: 'said', ...this.#named(), text });
    }
  }

  #expect(): void {
    const { silenceMs, goneMs } = this.#options.timing;
    this.#expectWithin(this.#gone ? goneMs : silenceMs);
  }

  #expectWithin(ms: number): void {
    clearTimeout(this.#limit);
    this.#limit = setTimeout(() => this.#silent(ms), ms);
  }

  #silent(ms: number): void {
    const stopped = new PodwrightError('unreachable', `nothing has come of the log of ${this.of.container} for ${ms / 1000} s`);
    this.#stop?.abort(this.#maySleep || this.#gone ? undefined : stopped);
  }

  #container(): ContainerFacts | undefined {
    return this.#facts.containers.find(({ name }) => name === this.of.container);
  }

  #missing(): boolean {
    return missingLog(this.#facts, { container: this.of.container, previous: false }) !== undefined;
  }

  #named(): { readonly namespace: string; readonly pod: string; readonly container: string } {
    return { namespace: this.#facts.namespace, pod: this.#facts.name, container: this.of.container };
  }

  #tell(notice: LogNotice): void {
    this.#lane.tell(notice);
  }

  #notify(): void {
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers();
    resolve();
  }

  /** Counts a failure that may be tried again. Throws what the signal was aborted with, and what is no failure of ours. */
  #retried(error: unknown): PodwrightError {
    this.#options.signal.throwIfAborted();
    if (!isPodwrightError(error)) throw error;
    this.#failures++;
    return error;
  }

  /** Until the Pod changes, or the next try is due. */
  async #wait(): Promise<void> {
    const { firstBackoffMs, maxBackoffMs } = this.#options.timing;
    const full = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(Math.max(0, this.#failures - 1), 20));
    const { promise } = this.#change;
    const over = new AbortController();
    const until = AbortSignal.any([this.#options.signal, over.signal]);
    await Promise.race([promise, pause(full * (0.5 + Math.random() / 2), undefined, { signal: until }).catch(() => undefined)]);
    over.abort();
  }
}
