/**
 * As much of SPDY/3.1 as kubelets and container runtimes speak: many streams over one connection, each with an end of its own each way.
 *
 * Flow control is not part of it: moby/spdystream, on the other side, neither sends nor heeds windows. What one stream does not take therefore holds up all of
 * its connection, and whoever needs more than one opens more than one. Source: the SPDY/3.1 draft; github.com/moby/spdystream.
 */
import { PodwrightError } from '../core/podwright-error.ts';
import type { SocketLink } from './socket-link.ts';

const types = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7 } as const;
const fin = 1;
const statuses = { refused: 3, cancel: 5 } as const;
/** What one frame takes of what is written: small enough for streams to take turns. */
const mostBytes = 65_536;

/** What comes on a stream. Called synchronously; nothing after `ended`. */
export interface StreamSink {
  data(chunk: Buffer): void;
  /** The other side has sent its last. An error where the stream was reset or the connection broke. */
  ended(error: PodwrightError | undefined): void;
}

export class SpdyConnection {
  readonly #link: SocketLink;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #held = new Set<SpdyStream>();
  readonly #closed: (error: PodwrightError | undefined) => void;
  #nextId = 1;
  #begun = false;
  #over = false;
  /** What is not yet a whole header, or a whole control frame. */
  #rest: Buffer = Buffer.alloc(0);
  /** The data frame that is being read. */
  #frame: { readonly id: number; left: number; readonly last: boolean } | undefined;

  /** `closed` is called once, at the end of the connection, after its streams have ended. */
  constructor(link: SocketLink, closed: (error: PodwrightError | undefined) => void) {
    this.#link = link;
    this.#closed = closed;
    link.start({ data: (chunk) => this.#read(chunk), closed: (error) => this.#end(error) });
  }

  /** How many streams are open. */
  get size(): number {
    return this.#streams.size;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Opens a stream with these headers. One that we write nothing on is ended at once. */
  open(headers: Readonly<Record<string, string>>, sink: StreamSink, { silent = false } = {}): SpdyStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new SpdyStream(id, sink, this, silent);
    if (this.#over) {
      sink.ended(lost());
      return stream;
    }
    this.#streams.set(id, stream);
    const numbers = Buffer.alloc(10);
    numbers.writeUInt32BE(id, 0);
    this.#control(types.synStream, silent ? fin : 0, Buffer.concat([numbers, this.#headerBlock(headers)]));
    return stream;
  }

  /** Lets go of a stream that has ended both ways. */
  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.id);
    this.hold(stream, false);
  }

  /** Sends data; false where whoever has more should wait for `drained`. */
  data(id: number, bytes: Buffer): boolean {
    let room = true;
    for (let at = 0; at < bytes.length; at += mostBytes) room = this.#dataFrame(id, bytes.subarray(at, at + mostBytes), 0);
    return room;
  }

  /** Says that there is no more data. */
  last(id: number): void {
    this.#dataFrame(id, Buffer.alloc(0), fin);
  }

  #dataFrame(id: number, bytes: Buffer, flags: number): boolean {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(id, 0);
    header.writeUInt32BE(bytes.length, 4);
    header[4] = flags;
    return this.#over || this.#link.send(header, bytes);
  }

  reset(id: number, status: number = statuses.cancel): void {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(id, 0);
    payload.writeUInt32BE(status, 4);
    this.#control(types.rstStream, 0, payload);
  }

  drained(): Promise<void> {
    return this.#link.drained();
  }

  /** Reads nothing more while any stream is held. */
  hold(stream: SpdyStream, held: boolean): void {
    const before = this.#held.size;
    if (held) this.#held.add(stream);
    else this.#held.delete(stream);
    if (this.#over) return;
    if (before === 0 && this.#held.size === 1) this.#link.pause();
    if (before === 1 && this.#held.size === 0) this.#link.resume();
  }

  close(): void {
    this.#link.close();
  }

  #control(type: number, flags: number, payload: Buffer): void {
    const header = Buffer.alloc(8);
    header.writeUInt16BE(0x8003, 0);
    header.writeUInt16BE(type, 2);
    header.writeUInt32BE(payload.length, 4);
    header[4] = flags;
    if (!this.#over) this.#link.send(Buffer.concat([header, payload]));
  }

  /**
   * Names and values, as one part of the zlib stream that all headers of a connection are: stored and not compressed, which is zlib as well, needs no dictionary
   * and none of its state. The empty block at the end makes the reader hand out what it has.
   */
  #headerBlock(headers: Readonly<Record<string, string>>): Buffer {
    const entries = Object.entries(headers);
    const plain = Buffer.concat([
      uint32(entries.length),
      ...entries.flatMap(([name, value]) => [name.toLowerCase(), value].flatMap((text) => [uint32(Buffer.byteLength(text)), Buffer.from(text)])),
    ]);
    const zlibHeader = this.#begun ? [] : [0x78, 0x01];
    this.#begun = true;
    const sizes = Buffer.alloc(4);
    sizes.writeUInt16LE(plain.length, 0);
    sizes.writeUInt16LE(~plain.length & 0xffff, 2);
    return Buffer.concat([Buffer.from([...zlibHeader, 0]), sizes, plain, Buffer.from([0, 0, 0, 0xff, 0xff])]);
  }

  #read(chunk: Buffer): void {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    while (!this.#over) {
      const frame = this.#frame;
      if (frame !== undefined) {
        const part = rest.subarray(0, frame.left);
        rest = rest.subarray(part.length);
        frame.left -= part.length;
        if (part.length > 0) this.#streams.get(frame.id)?.take(part);
        if (frame.left > 0) return;
        this.#frame = undefined;
        if (frame.last) this.#streams.get(frame.id)?.took(undefined);
        continue;
      }
      if (rest.length < 8) break;
      const length = rest.readUInt32BE(4) & 0xffffff;
      const flags = rest[4] ?? 0;
      if ((rest[0] ?? 0) < 128) {
        this.#frame = { id: rest.readUInt32BE(0), left: length, last: (flags & fin) !== 0 };
        rest = rest.subarray(8);
        continue;
      }
      if (rest.length < 8 + length) break;
      this.#controlled(rest.readUInt16BE(2), flags, rest.subarray(8, 8 + length));
      rest = rest.subarray(8 + length);
    }
    this.#rest = rest;
  }

  #controlled(type: number, flags: number, payload: Buffer): void {
    if (payload.length < 4) return;
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    switch (type) {
      case types.synReply:
        if ((flags & fin) !== 0) this.#streams.get(id)?.took(undefined);
        break;
      case types.rstStream:
        this.#streams.get(id)?.took(new PodwrightError('unreachable', 'the other side has broken the connection off'));
        break;
      case types.synStream:
        // Nobody there has a reason to open one.
        this.reset(id, statuses.refused);
        break;
      case types.ping:
        // The ids of a server's pings are even; ours, of which there are none, would be odd.
        if (id % 2 === 0) this.#control(types.ping, 0, payload.subarray(0, 4));
        break;
      case types.goAway:
        this.#end(lost());
        this.#link.close();
        break;
      default:
      // SETTINGS, HEADERS and WINDOW_UPDATE say nothing that matters here.
    }
  }

  #end(error: PodwrightError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    for (const stream of this.#streams.values()) stream.took(error ?? lost());
    this.#streams.clear();
    this.#held.clear();
    this.#closed(error);
  }
}

export class SpdyStream {
  readonly id: number;
  readonly #sink: StreamSink;
  readonly #connection: SpdyConnection;
  #wrote: boolean;
  #read = false;

  constructor(id: number, sink: StreamSink, connection: SpdyConnection, wrote: boolean) {
    this.id = id;
    this.#sink = sink;
    this.#connection = connection;
    this.#wrote = wrote;
  }

  /** Sends bytes; false where whoever has more should wait for `drained`. */
  write(bytes: Buffer): boolean {
    return this.#wrote || this.#connection.data(this.id, bytes);
  }

  drained(): Promise<void> {
    return this.#connection.drained();
  }

  /** Says that nothing more will be written. */
  end(): void {
    if (this.#wrote) return;
    this.#wrote = true;
    this.#connection.last(this.id);
    if (this.#read) this.#connection.forget(this);
  }

  /** Breaks the stream off both ways. Its sink hears nothing more. */
  reset(): void {
    if (this.#wrote && this.#read) return;
    this.#wrote = true;
    this.#read = true;
    this.#connection.reset(this.id);
    this.#connection.forget(this);
  }

  /** Holds back what comes, or lets it come again. */
  hold(held: boolean): void {
    if (!this.#read) this.#connection.hold(this, held);
  }

  /** For the connection: some bytes have come. */
  take(bytes: Buffer): void {
    if (!this.#read) this.#sink.data(bytes);
  }

  /** For the connection: the last has come. */
  took(error: PodwrightError | undefined): void {
    if (this.#read) return;
    this.#read = true;
    if (error !== undefined) this.#wrote = true;
    if (this.#wrote) this.#connection.forget(this);
    this.#sink.ended(error);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function lost(): PodwrightError {
  return new PodwrightError('unreachable', 'the connection to the Pod was lost');
}
