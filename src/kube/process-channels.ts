/**
 * The channels of a process in a container: what it reads and writes, its status at the end, the size of its terminal. As messages of a WebSocket, of which the first
 * byte is the channel, or as streams of SPDY where the server or a right does not allow that.
 *
 * v5.channel.k8s.io, since Kubernetes 1.30, can end stdin; v4 in a WebSocket cannot. Source: k8s.io/client-go/tools/remotecommand and
 * k8s.io/apimachinery/pkg/util/remotecommand.
 */
import type { PodwrightError } from '../core/podwright-error.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';
import { insteadOfWebSocket, upgradeToSpdy } from './spdy-link.ts';
import type { ApiRequest, Transport } from './transport.ts';
import { openWebSocket, type WebSocketLink } from './web-socket.ts';

/** What comes over the channels. Called synchronously, and never after `closed`. */
interface ChannelSink {
  data(channel: 'stdout' | 'stderr' | 'status', chunk: Buffer): void;
  /** The end: an error where the connection broke. */
  closed(error: PodwrightError | undefined): void;
}

export interface ProcessChannels {
  /** Begins to hand over what comes. */
  start(sink: ChannelSink): void;
  /** False where whoever has more should wait for `drained`. */
  send(channel: 'stdin' | 'size', bytes: Buffer): boolean;
  drained(): Promise<void>;
  endInput(): void;
  pause(): void;
  resume(): void;
  close(): void;
}

/** Which channels a process has besides stdout and its status. */
export interface ChannelChoice {
  readonly stdin: boolean;
  readonly tty: boolean;
}

const halfClosing = 'v5.channel.k8s.io';
const older = 'v4.channel.k8s.io';

/** Throws as `Transport.request` does. */
export function openChannels(transport: Transport, request: ApiRequest, choice: ChannelChoice): Promise<ProcessChannels> {
  const overSpdy = async (): Promise<ProcessChannels> => new SpdyChannels(transport, request, choice).opened();
  return insteadOfWebSocket(async () => {
    const link = await openWebSocket(transport, request, [halfClosing, older]);
    if (link.protocol === halfClosing || !choice.stdin || choice.tty) return new WebSocketChannels(link);
    link.close();
    return overSpdy();
  }, overSpdy);
}

/** What one message takes of stdin. A kubelet reads them whole. */
const mostBytes = 32_768;
const numbers = { stdin: 0, stdout: 1, stderr: 2, status: 3, size: 4, close: 255 } as const;
const incoming: Readonly<Record<number, 'stdout' | 'stderr' | 'status'>> = { 1: 'stdout', 2: 'stderr', 3: 'status' };

class WebSocketChannels implements ProcessChannels {
  readonly #link: WebSocketLink;

  constructor(link: WebSocketLink) {
    this.#link = link;
  }

  start(sink: ChannelSink): void {
    let channel: 'stdout' | 'stderr' | 'status' | undefined;
    this.#link.start({
      data: (chunk, begins) => {
        if (begins) channel = incoming[chunk[0] ?? numbers.close];
        const bytes = begins ? chunk.subarray(1) : chunk;
        if (channel !== undefined && bytes.length > 0) sink.data(channel, bytes);
      },
      closed: (error) => sink.closed(error),
    });
  }

  send(channel: 'stdin' | 'size', bytes: Buffer): boolean {
    let room = true;
    for (let at = 0; at < bytes.length; at += mostBytes) {
      room = this.#link.send(Buffer.from([numbers[channel]]), bytes.subarray(at, at + mostBytes));
    }
    return room;
  }

  drained(): Promise<void> {
    return this.#link.drained();
  }

  endInput(): void {
    this.#link.send(Buffer.from([numbers.close, numbers.stdin]));
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  close(): void {
    this.#link.close();
  }
}

class SpdyChannels implements ProcessChannels {
  readonly #open: () => Promise<SpdyConnection>;
  readonly #choice: ChannelChoice;
  readonly #streams = new Map<string, SpdyStream>();
  #connection: SpdyConnection | undefined;
  #sink: ChannelSink | undefined;
  #over: { readonly error: PodwrightError | undefined } | undefined;

  constructor(transport: Transport, request: ApiRequest, choice: ChannelChoice) {
    this.#choice = choice;
    this.#open = async () => new SpdyConnection(await upgradeToSpdy(transport, request, older), (error) => this.#closed(error));
  }

  async opened(): Promise<this> {
    this.#connection = await this.#open();
    return this;
  }

  start(sink: ChannelSink): void {
    this.#sink = sink;
    const { stdin, tty } = this.#choice;
    const reading = new Set<string>();
    const open = (streamType: string, channel: 'stdout' | 'stderr' | 'status' | undefined): void => {
      if (channel !== undefined) reading.add(streamType);
      const stream = this.#connection?.open(
        { streamType },
        {
          data: (chunk) => {
            if (channel !== undefined) sink.data(channel, chunk);
          },
          ended: (error) => {
            reading.delete(streamType);
            // All has been said.
            if (error === undefined && channel !== undefined && reading.size === 0) this.close();
          },
        },
        { silent: channel !== undefined },
      );
      if (stream !== undefined) this.#streams.set(streamType, stream);
    };
    // The other side waits until all are there that the request speaks of.
    open('error', 'status');
    if (stdin) open('stdin', undefined);
    open('stdout', 'stdout');
    if (tty) open('resize', undefined);
    else open('stderr', 'stderr');
    if (this.#over !== undefined) sink.closed(this.#over.error);
  }

  #closed(error: PodwrightError | undefined): void {
    this.#over = { error };
    this.#sink?.closed(error);
  }

  send(channel: 'stdin' | 'size', bytes: Buffer): boolean {
    return this.#streams.get(channel === 'size' ? 'resize' : channel)?.write(bytes) ?? true;
  }

  async drained(): Promise<void> {
    await this.#connection?.drained();
  }

  endInput(): void {
    this.#streams.get('stdin')?.end();
  }

  pause(): void {
    this.#streams.get('stdout')?.hold(true);
  }

  resume(): void {
    this.#streams.get('stdout')?.hold(false);
  }

  close(): void {
    this.#connection?.close();
  }
}
