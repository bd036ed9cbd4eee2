/**
 * Bytes both ways over a connection that the API server has handed over after an upgrade, with back-pressure both ways: the plain link under SPDY, and what
 * a WebSocket's framing stands on.
 */
import type { Socket } from 'node:net';
import { PodwrightError } from '../core/podwright-error.ts';
import type { Upgraded } from './transport.ts';

/** What comes over a link. Called synchronously, and never after `closed`. */
export interface LinkSink {
  /** Some bytes; `begins` where they are the first of a message, which plain links do not know. */
  data(chunk: Buffer, begins: boolean): void;
  /** The end: an error where the connection broke, undefined where the other side or we have closed it. */
  closed(error: PodwrightError | undefined): void;
}

export class SocketLink {
  readonly #socket: Socket;
  readonly #broken: Upgraded['broken'];
  #sink: LinkSink | undefined;
  #draining: PromiseWithResolvers<void> | undefined;
  /** Set once it has ended, with the reason where that is an error. */
  #ended: { readonly error: PodwrightError | undefined } | undefined;
  /** When the other side was last heard, in milliseconds of `performance.now()`. */
  #heardAt = performance.now();

  constructor({ socket, head, broken }: Upgraded) {
    this.#socket = socket;
    this.#broken = broken;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.setKeepAlive(true, 15_000);
    if (head.length > 0) socket.unshift(head);
    socket.on('drain', () => this.#drained());
    socket.on('error', (error) => this.end(this.#broken(error)));
    socket.on('close', () => this.end(this.#cut()));
  }

  /** Begins to hand over what comes. */
  start(sink: LinkSink): void {
    this.#sink = sink;
    this.#socket.on('data', (chunk: Buffer) => {
      this.#heardAt = performance.now();
      if (!this.closed) this.received(chunk);
    });
    this.#socket.on('end', () => this.end(this.#cut()));
    if (this.#ended !== undefined) sink.closed(this.#ended.error);
  }

  /** Sends bytes, which may lie in parts; false where whoever has more should wait for `drained`. */
  send(...parts: readonly Buffer[]): boolean {
    return this.put(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
  }

  /** Resolves when more can be sent, or nothing any more. */
  drained(): Promise<void> {
    if (this.closed || !this.#socket.writableNeedDrain) return Promise.resolve();
    this.#draining ??= Promise.withResolvers<void>();
    return this.#draining.promise;
  }

  /** Whether what was sent still waits for the other side to take it. */
  get blocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  get paused(): boolean {
    return this.#socket.isPaused();
  }

  get silentMs(): number {
    return performance.now() - this.#heardAt;
  }

  /** Holds back what comes, so that at last the other side waits. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    // What was not heard while nobody listened says nothing.
    this.#heardAt = performance.now();
    this.#socket.resume();
  }

  /** Sends what is under way, and closes. */
  close(): void {
    this.end(undefined);
  }

  protected put(bytes: Buffer): boolean {
    return this.closed || this.#socket.write(bytes);
  }

  protected received(chunk: Buffer): void {
    this.deliver(chunk, true);
  }

  protected deliver(chunk: Buffer, begins: boolean): void {
    if (!this.closed) this.#sink?.data(chunk, begins);
  }

  /** Ends the link once; the first reason counts. */
  protected end(error: PodwrightError | undefined): void {
    if (this.closed) return;
    this.#ended = { error };
    if (error === undefined) this.#socket.destroySoon();
    else this.#socket.destroy();
    this.#drained();
    this.#sink?.closed(error);
  }

  #drained(): void {
    this.#draining?.resolve();
    this.#draining = undefined;
  }

  protected get closed(): boolean {
    return this.#ended !== undefined;
  }

  /** A server that has nothing more to say says so before it closes. */
  #cut(): PodwrightError {
    return this.#broken(Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' }));
  }

  protected violated(what: string): void {
    this.end(new PodwrightError('protocol', `the server sent ${what}`, { hint: 'Does a proxy stand between, which changes what passes?' }));
  }
}
