/** SPDY against frames written out by hand after its draft, however they are cut into pieces. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInflate, type Inflate } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PodwrightError } from '../../src/core/podwright-error.ts';
import { SocketLink } from '../../src/kube/socket-link.ts';
import { SpdyConnection, type SpdyStream } from '../../src/kube/spdy.ts';
import { type LinkPair, linkPair } from './link-pair.ts';

let pair: LinkPair;
let connection: SpdyConnection;
let closed: Promise<PodwrightError | undefined>;
/** What the client has sent, and no test has looked at. */
let sent: Buffer;

beforeEach(async () => {
  pair = await linkPair();
  sent = Buffer.alloc(0);
  pair.peer.on('data', (chunk: Buffer) => {
    sent = Buffer.concat([sent, chunk]);
  });
  const { promise, resolve } = Promise.withResolvers<PodwrightError | undefined>();
  closed = promise;
  connection = new SpdyConnection(new SocketLink(pair.upgraded), resolve);
});

afterEach(() => pair.close());

/** A stream and what has come on it. */
class Opened {
  bytes = Buffer.alloc(0);
  readonly stream: SpdyStream;
  readonly ended: Promise<PodwrightError | undefined>;

  constructor(headers: Readonly<Record<string, string>> = {}, options = {}) {
    const { promise, resolve } = Promise.withResolvers<PodwrightError | undefined>();
    this.ended = promise;
    this.stream = connection.open(
      headers,
      {
        data: (chunk) => {
          this.bytes = Buffer.concat([this.bytes, chunk]);
        },
        ended: resolve,
      },
      options,
    );
  }
}

function data(id: number, payload: Buffer, flags = 0): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(id, 0);
  header.writeUInt32BE(payload.length, 4);
  header[4] = flags;
  return Buffer.concat([header, payload]);
}

function control(type: number, numbers: readonly number[], flags = 0): Buffer {
  const bytes = Buffer.alloc(8 + 4 * numbers.length);
  bytes.writeUInt16BE(0x8003, 0);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt32BE(4 * numbers.length, 4);
  bytes[4] = flags;
  for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, 8 + 4 * index);
  return bytes;
}

interface Frame {
  readonly type: number | 'data';
  readonly flags: number;
  readonly id: number;
  readonly payload: Buffer;
}

/** The next frames that the client has sent. */
async function frames(count: number): Promise<readonly Frame[]> {
  const found: Frame[] = [];
  while (found.length < count) {
    const frame = nextFrame();
    if (frame === undefined) await once(pair.peer, 'data');
    else found.push(frame);
  }
  return found;
}

function nextFrame(): Frame | undefined {
  const length = sent.length < 8 ? 0 : sent.readUInt32BE(4) & 0xffffff;
  if (sent.length < 8 + length) return undefined;
  const [header, payload] = [sent.subarray(0, 8), sent.subarray(8, 8 + length)];
  sent = sent.subarray(8 + length);
  const isControl = (header[0] ?? 0) >= 128;
  const type = isControl ? header.readUInt16BE(2) : 'data';
  return { type, flags: header[4] ?? 0, id: isControl ? payload.readUInt32BE(0) : header.readUInt32BE(0), payload };
}

async function headersOf(inflate: Inflate, { payload }: Frame): Promise<Record<string, string>> {
  inflate.write(payload.subarray(10));
  await once(inflate, 'readable');
  const plain = inflate.read() as Buffer;
  let at = 4;
  const text = (): string => {
    const length = plain.readUInt32BE(at);
    at += 4 + length;
    return plain.subarray(at - length, at).toString();
  };
  return Object.fromEntries(Array.from({ length: plain.readUInt32BE(0) }, () => [text(), text()]));
}

test('streams have odd ids, and headers in one zlib stream of the connection', async () => {
  const [errors, bytes] = [new Opened({ streamType: 'error', port: '80' }, { silent: true }), new Opened({ streamType: 'data', requestID: '1' })];
  const [first, second] = await frames(2);
  expect([first, second]).toMatchObject([
    { type: 1, flags: 1, id: 1 },
    { type: 1, flags: 0, id: 3 },
  ]);
  const inflate = createInflate();
  expect(await headersOf(inflate, first as Frame)).toEqual({ streamtype: 'error', port: '80' });
  expect(await headersOf(inflate, second as Frame)).toEqual({ streamtype: 'data', requestid: '1' });
  expect(connection.size).toBe(2);
  pair.peer.write(Buffer.concat([data(1, Buffer.alloc(0), 1), data(3, Buffer.from('bye'), 1)]));
  expect([await errors.ended, await bytes.ended, bytes.bytes.toString()]).toEqual([undefined, undefined, 'bye']);
  // One that we may still write on is there until we have ended it too.
  expect(connection.size).toBe(1);
  bytes.stream.end();
  expect(connection.size).toBe(0);
  expect(await frames(1)).toMatchObject([{ type: 'data', flags: 1, id: 3 }]);
});

test.each([1, 3, 8, 11, 5000])('what comes in pieces of %d bytes is told apart by stream', async (piece) => {
  const [one, two] = [new Opened(), new Opened()];
  const [a, b, c] = [randomBytes(3000), randomBytes(10), randomBytes(900)];
  const stream = Buffer.concat([
    control(2, [1]),
    control(2, [3]),
    data(1, a),
    control(4, [0]),
    data(3, b),
    control(6, [2]),
    data(1, Buffer.alloc(0)),
    control(9, [1, 65_536]),
    data(1, c, 1),
    data(3, Buffer.alloc(0), 1),
  ]);
  for (let at = 0; at < stream.length; at += piece) pair.peer.write(stream.subarray(at, at + piece));
  await Promise.all([one.ended, two.ended]);
  expect([one.bytes, two.bytes]).toEqual([Buffer.concat([a, c]), b]);
  expect((await frames(3)).at(-1)).toMatchObject({ type: 6, id: 2 });
});

test('what is written goes in frames of 64 kB, in turns, and ends where it is ended', async () => {
  const { stream } = new Opened();
  const payload = randomBytes(135_000);
  stream.write(payload);
  stream.end();
  stream.write(Buffer.from('too late'));
  stream.end();
  const [, ...written] = await frames(5);
  expect(written.map(({ flags, payload }) => [flags, payload.length])).toEqual([
    [0, 65_536],
    [0, 65_536],
    [0, 3928],
    [1, 0],
  ]);
  expect(Buffer.concat(written.map(({ payload }) => payload))).toEqual(payload);
});

test('a stream that is reset, on either side, ends alone; the other side may open none', async () => {
  const [theirs, ours, other] = [new Opened(), new Opened(), new Opened()];
  pair.peer.write(Buffer.concat([control(3, [1, 5]), control(1, [2, 0, 0]), data(5, Buffer.from('on'))]));
  expect(await theirs.ended).toMatchObject({ code: 'unreachable' });
  ours.stream.reset();
  ours.stream.reset();
  const resets = (await frames(5)).slice(3);
  expect(resets.map(({ type }) => type)).toEqual([3, 3]);
  expect(new Set(resets.map(({ id }) => id))).toEqual(new Set([2, 3]));
  pair.peer.write(data(5, Buffer.from(' it goes'), 1));
  await other.ended;
  expect(other.bytes.toString()).toBe('on it goes');
});

test('a connection that ends ends its streams with an error, and opens no more', async () => {
  const [one, two] = [new Opened(), new Opened()];
  pair.peer.write(control(7, [0, 0]));
  expect([await one.ended, await two.ended, await closed]).toMatchObject([{ code: 'unreachable' }, { code: 'unreachable' }, { code: 'unreachable' }]);
  expect(connection.over).toBe(true);
  expect(await new Opened().ended).toMatchObject({ code: 'unreachable' });
});

test('a stream that is held holds the connection, until it is let go or ends', async () => {
  const [one, two] = [new Opened(), new Opened()];
  await frames(2);
  one.stream.hold(true);
  pair.peer.write(data(3, Buffer.from('later'), 1));
  two.stream.write(Buffer.from('still goes'));
  expect(await frames(1)).toMatchObject([{ id: 3, payload: Buffer.from('still goes') }]);
  expect(two.bytes.length).toBe(0);
  one.stream.reset();
  await two.ended;
  expect(two.bytes.toString()).toBe('later');
});
