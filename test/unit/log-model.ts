/** A kubelet's logs without a kubelet: runs of a container with their lines, requests answered as cri-client's ReadLogs does, connections cut where a test wants. */

import type { PodFacts } from '../../src/core/pod-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import type { LoggedContainer } from '../../src/service/container-log.ts';
import { decodedLine } from '../../src/service/log-block.ts';
import { type FollowerOptions, LogFollower } from '../../src/service/log-follower.ts';
import type { LogItem } from '../../src/service/log-merge.ts';
import type { LogRequest, LogSource } from '../../src/service/log-source.ts';

const origin = Date.parse('2026-11-28T12:00:00Z');

/** A line as the kubelet sends it, so many nanoseconds after noon. */
export function line(ns: number, text: string): string {
  const seconds = Math.floor(ns / 1e9);
  return `${new Date(origin + seconds * 1000).toISOString().slice(0, 19)}.${String(ns % 1e9).padStart(9, '0')}Z ${text}\n`;
}

export class LogModel implements LogSource {
  /** The lines of each run; the last is the present one. */
  runs: string[][] = [[]];
  /** After how many bytes each request to come is cut. */
  cuts: number[] = [];
  /** After how many bytes each request to come stands still without a word; below 0, before its answer begins. */
  stands: number[] = [];
  /** How the bytes come. */
  chunkBytes = 64;
  readonly requests: LogRequest[] = [];
  /** In place of the next answers. */
  readonly refusals: PodwrightError[] = [];
  /** What is sent instead of lines. */
  said: string | undefined;
  over = false;
  #changed = Promise.withResolvers<void>();

  changed(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  async open(_pod: unknown, request: LogRequest, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    signal.throwIfAborted();
    this.requests.push(request);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw refusal;
    const stand = this.stands.shift() ?? Number.POSITIVE_INFINITY;
    if (stand < 0) return aborted(signal);
    const run = this.runs[this.runs.length - (request.previous ? 2 : 1)];
    if (run === undefined) throw new PodwrightError('rejected', 'previous terminated container not found');
    return this.#answer(run, request, stand, signal);
  }

  async *#answer(run: string[], { follow, sinceTime, tailLines, previous }: LogRequest, stand: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const cut = this.cuts.shift() ?? Number.POSITIVE_INFINITY;
    let sent = 0;
    let next = tailLines === undefined ? 0 : Math.max(0, run.length - tailLines);
    if (this.said !== undefined) yield Buffer.from(`${this.said}\n`);
    for (;;) {
      const lines = run.slice(next).filter((each) => sinceTime === undefined || Date.parse(`${each.slice(0, 23)}Z`) >= Date.parse(sinceTime));
      next = run.length;
      const bytes = Buffer.from(lines.join(''));
      for (let from = 0; from < bytes.length; from += this.chunkBytes) {
        const to = Math.min(from + this.chunkBytes, bytes.length, from + cut - sent, from + stand - sent);
        if (to > from) yield bytes.subarray(from, to);
        sent += to - from;
        if (sent >= stand) await aborted(signal);
        if (sent >= cut) throw new PodwrightError('unreachable', 'the connection broke');
        signal.throwIfAborted();
      }
      if (!follow || previous || this.over || run !== this.runs.at(-1)) return;
      const changed = this.#changed.promise;
      if (next === run.length) await Promise.race([changed, aborted(signal)]);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason as Error);
  signal.addEventListener('abort', () => reject(signal.reason as Error));
  return promise;
}

export function loggedPod(
  status: object = { state: { running: {} } },
  { name = 'web', uid = name, ...more }: { name?: string; uid?: string; phase?: string; spec?: object } = {},
): PodFacts {
  return podFacts({
    metadata: { name, uid, namespace: 'shop' },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app' }], ...more.spec },
    status: { phase: more.phase ?? 'Running', containerStatuses: [{ name: 'app', restartCount: 0, ...status }] },
  });
}

export interface Read {
  readonly follower: LogFollower;
  readonly lines: string[];
  /** Kinds of what happened beside the lines. */
  readonly notices: string[];
  readonly ended: Promise<void>;
  /** Resolves after the next batch that fulfils it. */
  until(wanted: () => boolean): Promise<void>;
}

/** Follows in the background and gathers what comes. */
export function reads(source: LogSource, signal: AbortSignal, options: Partial<FollowerOptions> = {}): Read {
  const follower = new LogFollower({
    source,
    range: { follow: true, previous: false, timestamps: false },
    selection: { names: [], all: false, states: [] },
    most: 50,
    diagnose: async () => [],
    signal,
    timing: { firstBackoffMs: 1, maxBackoffMs: 1, silenceMs: 60_000, goneMs: 5 },
    ...options,
  });
  const lines: string[] = [];
  const notices: string[] = [];
  let changed = Promise.withResolvers<void>();
  const gather = async (): Promise<void> => {
    for await (const items of follower.batches()) {
      for (const item of items) take(item, lines, notices);
      changed.resolve();
      changed = Promise.withResolvers();
    }
  };
  const ended = gather();
  ended.catch(() => undefined);
  return {
    follower,
    lines,
    notices,
    ended,
    async until(wanted) {
      while (!wanted())
        await Promise.race([changed.promise, ended.then(() => Promise.reject(new Error(`ended with ${lines.length} lines and ${notices.join()}`)))]);
    },
  };
}

function take(item: LogItem<LoggedContainer>, lines: string[], notices: string[]): void {
  if ('kind' in item) {
    notices.push(item.kind);
    return;
  }
  for (let index = item.from; index < item.to; index++) {
    const { time, text } = decodedLine(item.block, index);
    lines.push(`${time} ${text}\n`);
  }
}
