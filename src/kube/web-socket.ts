/**
 * The client's side of a WebSocket (RFC 6455) on a connection that the transport has upgraded: handshake, frames, ping and close. A message is handed on as it
 * comes, whatever its size, so that memory stays bounded by what the socket holds.
 *
 * A library would bring a second way to connect, with credentials, TLS, proxies and errors of its own; the framing alone is this file. Why:
 * docs/decisions/2026-11-28-streams-over-web-sockets.md.
 */
import { createHash, randomBytes } from 'node:crypto';
import { PodwrightError } from '../core/podwright-error.ts';
import { SocketLink } from './socket-link.ts';
import type { ApiRequest, Transport, Upgraded } from './transport.ts';

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** What a server puts behind the client's key to show that it speaks the protocol (RFC 6455, section 1.3). */
const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** How often the other side is asked whether it is there, and after what silence it is not. */
const pingEveryMs = 10_000;
const silenceMs = 45_000;

/** Opens a WebSocket with one of the subprotocols, the first that the server knows. Throws as `Transport.request` does. */
export async function openWebSocket(transport: Transport, request: ApiRequest, protocols: readonly string[]): Promise<WebSocketLink> {
  const key = randomBytes(16).toString('base64');
  const upgraded = await transport.upgrade({
    ...request,
    headers: {
      ...request.headers,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': key,
      'Sec-WebSocket-Protocol': protocols.join(', '),
    },
  });
  const { 'sec-websocket-accept': accept, 'sec-websocket-protocol': protocol = '' } = upgraded.headers;
  if (accept !== createHash('sha1').update(`${key}${handshakeGuid}`).digest('base64') || !protocols.includes(protocol)) {
    upgraded.socket.destroy();
    throw new PodwrightError('protocol', `the server answered ${request.path} with a handshake that does not fit (protocol "${protocol}")`);
  }
  return new WebSocketLink(upgraded, protocol);
}

export class WebSocketLink extends SocketLink {
  /** The subprotocol that the server has chosen. */
  readonly protocol: string;
  /** What is not yet a whole header, or a whole control frame. */
  #rest: Buffer = Buffer.alloc(0);
  /** How much of the frame's payload is still to come. */
  #left = 0;
  #begins = true;
  #pinging: NodeJS.Timeout;

  constructor(upgraded: Upgraded, protocol: string) {
    super(upgraded);
    this.protocol = protocol;
    this.#pinging = setInterval(() => this.#ping(upgraded), pingEveryMs);
  }

  /** Sends one binary message. */
  override send(...parts: readonly Buffer[]): boolean {
    return this.put(frame(opcodes.binary, ...parts));
  }

  override close(): void {
    // 1000: done, in an orderly way.
    this.put(frame(opcodes.close, Buffer.from([3, 232])));
    super.close();
  }

  protected override received(chunk: Buffer): void {
    let rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (!this.closed && rest.length > 0) {
      if (this.#left > 0) {
        const part = rest.subarray(0, this.#left);
        this.#left -= part.length;
        rest = rest.subarray(part.length);
        const begins = this.#begins;
        this.#begins = false;
        this.deliver(part, begins);
        continue;
      }
      const taken = this.#header(rest);
      if (taken === 0) break;
      rest = rest.subarray(taken);
    }
    this.#rest = rest;
  }

  /** Reads the header of a frame, or the whole of a control frame, and gives how many bytes that were; 0 where more must come first. */
  #header(bytes: Buffer): number {
    const [first = 0, second] = bytes;
    if (second === undefined) return 0;
    const opcode = first & 15;
    const short = second & 127;
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < size) return 0;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if ((first & 0x70) !== 0 || (second & 128) !== 0) {
      this.violated('a WebSocket frame that nobody agreed on');
      return 0;
    }
    if (opcode < 8) {
      if (opcode !== opcodes.continuation) this.#begins = true;
      this.#left = length;
      return size;
    }
    if (bytes.length < size + length) return 0;
    const payload = bytes.subarray(size, size + length);
    if (opcode === opcodes.ping) this.put(frame(opcodes.pong, payload));
    if (opcode === opcodes.close) this.#closedByServer(payload);
    return size + length;
  }

  #closedByServer(payload: Buffer): void {
    const code = payload.length < 2 ? 1000 : payload.readUInt16BE(0);
    const said = payload.subarray(2).toString();
    this.put(frame(opcodes.close, payload.subarray(0, 2)));
    this.end(
      code === 1000 || code === 1001 || code === 1005
        ? undefined
        : new PodwrightError('server', `the server closed the connection${said === '' ? ` (WebSocket code ${code})` : `: ${said}`}`),
    );
  }

  #ping({ broken }: Upgraded): void {
    // One that takes nothing, or whom we do not listen to, cannot be heard.
    if (!this.paused && !this.blocked && this.silentMs > silenceMs) {
      this.end(broken(Object.assign(new Error(`nothing heard for ${silenceMs / 1000} s`), { code: 'ETIMEDOUT' })));
    } else if (!this.blocked) {
      this.put(frame(opcodes.ping, Buffer.alloc(0)));
    }
  }

  protected override end(error: PodwrightError | undefined): void {
    clearInterval(this.#pinging);
    super.end(error);
  }
}

/** A whole frame, masked as a client's have to be. */
function frame(opcode: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size = (length < 126 ? 2 : length < 65_536 ? 4 : 10) + 4;
  const bytes = Buffer.allocUnsafe(size + length);
  bytes[0] = 128 | opcode;
  bytes[1] = 128 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (size === 8) bytes.writeUInt16BE(length, 2);
  if (size === 14) bytes.writeBigUInt64BE(BigInt(length), 2);
  const key = randomBytes(4);
  key.copy(bytes, size - 4);
  let at = size;
  for (const part of parts) at += part.copy(bytes, at);
  mask(bytes, size, key);
  return bytes;
}

/** Masks what stands from `start` on, in place: four bytes at a time, as every byte that is sent passes here. */
function mask(bytes: Buffer, start: number, key: Buffer): void {
  const one = (at: number): void => {
    bytes[at] = (bytes[at] ?? 0) ^ (key[(at - start) & 3] ?? 0);
  };
  let at = start;
  while (at < bytes.length && (bytes.byteOffset + at) % 4 !== 0) one(at++);
  if (at === bytes.length) return;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + at, (bytes.length - at) >> 2);
  const turned = new Uint32Array(Uint8Array.from({ length: 4 }, (_, index) => key[(at + index - start) & 3] ?? 0).buffer)[0] ?? 0;
  for (let index = 0; index < words.length; index++) words[index] = (words[index] ?? 0) ^ turned;
  for (at += words.length * 4; at < bytes.length; at++) one(at);
}
