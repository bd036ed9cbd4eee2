/** One watch request and the events it brings: its deadlines, its lines, and what a server should not send. */
import { object as record } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { refusal, statusObject } from './api-failure.ts';
import type { ApiRequest, Query, Transport } from './transport.ts';

const initialEventsEnd = 'k8s.io/initial-events-end';

/** The client's own end of a watch whose initial state is complete. */
export const rotated = Symbol('rotated');

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly resourceVersion: string; readonly object: unknown }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean };

/** What is watched. */
interface WatchTarget {
  readonly transport: Transport;
  readonly path: string;
  /** Selectors. */
  readonly query?: Query;
  readonly signal: AbortSignal;
}

/** One watch request, with the deadlines of its own. */
export class WatchStream {
  readonly #options: WatchTarget;
  readonly #ender = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** The server has accepted the request. */
  opened = false;

  constructor(options: WatchTarget) {
    this.#options = options;
  }

  /** The stream counts as dead when it has not ended by then. */
  failAfter(ms: number): void {
    // Made when it is needed: every chunk moves the deadline, and an error takes as long as reading an event.
    this.#endAfter(
      ms,
      () => new PodwrightError('unreachable', 'the server has not been heard for too long: the connection is dead', { hint: 'Is the network or the VPN up?' }),
    );
  }

  /** The stream ends by then, and all is well. */
  rotateAfter(ms: number): void {
    this.#endAfter(ms, () => rotated);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #endAfter(ms: number, reason: () => unknown): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ender.abort(reason()), ms);
  }

  /**
   * The events of each chunk, parsed as they are taken: those before a line that cannot be read still count. `opened` is called when the server
   * has accepted the request.
   */
  async *events(query: Query, timeoutMs: number, opened: () => void): AsyncGenerator<Iterable<WatchEvent>> {
    const { transport, path, signal } = this.#options;
    const request: ApiRequest = {
      path,
      query: { ...this.#options.query, ...query, watch: true, allowWatchBookmarks: true },
      signal: AbortSignal.any([signal, this.#ender.signal]),
      timeoutMs,
    };
    const chunks = await transport.stream(request);
    this.opened = true;
    opened();
    for await (const lines of linesOf(chunks)) {
      yield parsed(lines, request, transport.context);
    }
  }
}

/** The lines of each chunk. Bytes are joined before they are decoded, so a character that two chunks share stays whole. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      if (begun.length > 0) {
        begun.push(chunk.subarray(from, end));
        lines.push(Buffer.concat(begun).toString());
        begun = [];
      } else {
        lines.push(chunk.toString('utf8', from, end));
      }
      from = end + 1;
    }
    if (from < chunk.length) {
      begun.push(chunk.subarray(from));
    }
    yield lines;
  }
  if (begun.length > 0) {
    throw new PodwrightError('protocol', 'the watch ended in the middle of an event');
  }
}

function* parsed(lines: readonly string[], request: ApiRequest, context: string): Generator<WatchEvent> {
  for (const line of lines) {
    yield watchEvent(line, request, context);
  }
}

function watchEvent(line: string, request: ApiRequest, context: string): WatchEvent {
  let json: unknown;
  try {
    json = JSON.parse(withoutManagedFields(line));
  } catch (cause) {
    throw new PodwrightError('protocol', 'the watch sent a line that is not JSON', { cause });
  }
  const { type, object } = record(json);
  if (type === 'ERROR') {
    const status = statusObject(object);
    throw status === undefined
      ? new PodwrightError('protocol', 'the watch sent an error that is no Status')
      : refusal({ server: 'the server', method: 'GET', path: request.path, watch: true, context }, status);
  }
  const metadata = record(record(object)['metadata']);
  const resourceVersion = metadata['resourceVersion'];
  if (typeof resourceVersion !== 'string') {
    throw new PodwrightError('protocol', 'the watch sent an event without a resourceVersion');
  }
  switch (type) {
    case 'BOOKMARK':
      return { type, resourceVersion, initialEventsEnd: record(metadata['annotations'])[initialEventsEnd] === 'true' };
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, resourceVersion, object };
    default:
      throw new PodwrightError('protocol', `the watch sent an event of the unknown type ${JSON.stringify(type)}`);
  }
}

/**
 * The line without its object's managedFields, which are a third of it and which nobody reads: cutting them out first takes a third off the parsing.
 * Inside a string the quotes would be escaped, so what is found is the key. API servers write managedFields as the last of the metadata, before the
 * spec; a line that is written otherwise is left as it is.
 */
function withoutManagedFields(line: string): string {
  const from = line.indexOf(',"managedFields":[');
  const to = from === -1 ? -1 : line.indexOf(']},"spec":{', from);
  return to === -1 ? line : line.slice(0, from) + line.slice(to + 1);
}
