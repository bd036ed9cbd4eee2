/** A PodSource that a test plays: it hands out what it is told to, when it is told. */

import type { DiagnosisContext } from '../../src/core/diagnosis/diagnosis-context.ts';
import { nodeFacts } from '../../src/core/node-facts.ts';
import type { PodUsage } from '../../src/core/pod-usage.ts';
import { describedAlone } from '../../src/service/pod-description.ts';
import type { PodDetails } from '../../src/service/pod-details.ts';
import type { PodObject } from '../../src/service/pod-reader.ts';
import type { EventBatch, PodBatch, PodScope, PodSource } from '../../src/service/pod-source.ts';
import { cluster } from './tui-story.ts';

export interface ScriptedSource extends PodSource {
  /** The scopes that were asked for. */
  readonly scopes: PodScope[];
  /** The Pods whose Events were asked for, by name. */
  readonly eventsOf: string[];
  /** How many subscriptions are open. */
  open(): number;
  send(batch: PodBatch): void;
  sendEvents(batch: EventBatch): void;
  /** Ends the Pods' stream with an error. */
  fail(error: Error): void;
}

export function scriptedSource(): ScriptedSource {
  const pods = new Channel<PodBatch>();
  const events = new Channel<EventBatch>();
  const scopes: PodScope[] = [];
  const eventsOf: string[] = [];
  return {
    clusters: [cluster],
    scopes,
    eventsOf,
    open: () => pods.readers + events.readers,
    send: (batch) => pods.send(batch),
    sendEvents: (batch) => events.send(batch),
    fail: (error) => pods.send(error),
    watchPods(scope, { signal }) {
      scopes.push(scope);
      return pods.read(signal);
    },
    watchEvents(pod, signal) {
      eventsOf.push(pod.name);
      return events.read(signal);
    },
  };
}

class Channel<T> {
  readers = 0;
  readonly #queue: (T | Error)[] = [];
  #wake: (() => void) | undefined;

  send(item: T | Error): void {
    this.#queue.push(item);
    this.#wake?.();
  }

  async *read(signal: AbortSignal): AsyncGenerator<T> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    this.readers++;
    try {
      while (!signal.aborted) {
        const item = this.#queue.shift();
        if (item instanceof Error) throw item;
        if (item !== undefined) yield item;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.readers--;
      signal.removeEventListener('abort', wake);
    }
  }
}

async function* grown(texts: readonly string[], signal: AbortSignal): AsyncGenerator<string> {
  yield* texts;
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

/** Details that a test has prepared: the object, the log and the namespaces of every Pod. */
export function preparedDetails(
  prepared: {
    object?: PodObject;
    log?: string;
    node?: unknown;
    namespaces?: readonly string[];
    context?: DiagnosisContext;
    usage?: PodUsage;
    usages?: ReadonlyMap<string, PodUsage>;
  } = {},
): PodDetails {
  return {
    object: async () => prepared.object ?? {},
    describe: async (_pod, now) => describedAlone(prepared.object, { state: 'known', value: [] }, now, 'it is prepared'),
    logTail: async () => prepared.log ?? '',
    followLog: (_pod, _facts, _request, signal) => ({ changed: () => undefined, gone: () => undefined, batches: grown([prepared.log ?? ''], signal) }),
    diagnosisContext: async () => prepared.context ?? {},
    node: async () => nodeFacts(prepared.node),
    usage: async () => prepared.usage,
    usages: async () => prepared.usages,
    namespaces: async () => prepared.namespaces ?? [],
  };
}
