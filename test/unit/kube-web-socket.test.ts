/** The framing of WebSockets against bytes written out by hand after RFC 6455, however they are cut into pieces. */
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PodwrightError } from '../../src/core/podwright-error.ts';
import { WebSocketLink } from '../../src/kube/web-socket.ts';
import { type LinkPair, linkPair } from './link-pair.ts';

let pair: LinkPair;
let peer: Socket;
let link: WebSocketLink;
let messages: Buffer[];
let ended: Promise<PodwrightError | undefined>;

beforeEach(async () => {
  pair = await linkPair();
  ({ peer } = pair);
  link = new WebSocketLink(pair.upgraded, 'v5.channel.k8s.io');
  messages = [];
  const { promise, resolve } = Promise.withResolvers<PodwrightError | undefined>();
  ended = promise;
  link.start({
    data: (chunk, begins) => {
      const last = begins ? Buffer.alloc(0) : messages.pop();
      messages.push(Buffer.concat([last ?? Buffer.alloc(0), chunk]));
    },
    closed: resolve,
  });
});

afterEach(() => {
  link.close();
  pair.close();
});

/** A server's frame: not masked. */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = first;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

const closing = frame(0x88, Buffer.from([3, 232]));

/** The frames that a client has sent, unmasked, until it closed. */
async function sent(): Promise<readonly { readonly opcode: number; readonly payload: Buffer }[]> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of peer) bytes = Buffer.concat([bytes, chunk as Buffer]);
  const frames: { opcode: number; payload: Buffer }[] = [];
  while (bytes.length > 0) {
    expect([bytes[0] ?? 0, bytes[1] ?? 0].map((byte) => byte & 128)).toEqual([128, 128]);
    const short = (bytes[1] ?? 0) & 127;
    const size = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    const key = bytes.subarray(size, size + 4);
    const payload = Buffer.from(bytes.subarray(size + 4, size + 4 + length).map((byte, index) => byte ^ (key[index % 4] ?? 0)));
    frames.push({ opcode: (bytes[0] ?? 0) & 15, payload });
    bytes = bytes.subarray(size + 4 + length);
  }
  return frames;
}

describe('what comes', () => {
  test.each([1, 2, 3, 7, 1000, 1_000_000])('is whole in pieces of %d bytes: lengths of every size, parts of a message, pings between', async (piece) => {
    const [small, middle, large] = [randomBytes(125), randomBytes(126), randomBytes(piece < 10 ? 3000 : 70_000)];
    const stream = Buffer.concat([
      frame(0x82, small),
      frame(0x82, middle),
      frame(0x02, large.subarray(0, 500)),
      frame(0x89, Buffer.from('are you there')),
      frame(0x00, large.subarray(500, 501)),
      frame(0x80, large.subarray(501)),
      frame(0x82, Buffer.from('last')),
      closing,
    ]);
    for (let at = 0; at < stream.length; at += piece) peer.write(stream.subarray(at, at + piece));
    expect(await ended).toBeUndefined();
    expect(messages).toEqual([small, middle, large, Buffer.from('last')]);
    const answers = await sent();
    expect(answers.map(({ opcode }) => opcode)).toEqual([10, 8]);
    expect(answers[0]?.payload.toString()).toBe('are you there');
  });

  test('that ends without a word, or with a reason, or is no WebSocket, is an error', async () => {
    peer.end();
    expect(await ended).toMatchObject({ code: 'ECONNRESET' });
  });

  test('with a reason, gives the reason', async () => {
    peer.write(frame(0x88, Buffer.concat([Buffer.from([3, 243]), Buffer.from('no room left')])));
    expect(await ended).toMatchObject({ code: 'server', message: 'the server closed the connection: no room left' });
  });

  test('that is no frame of a server is refused', async () => {
    peer.write(Buffer.from([0x82, 0x84, 0, 0, 0, 0, 1, 2, 3, 4]));
    expect(await ended).toMatchObject({ code: 'protocol' });
  });
});

test('what goes is masked, with lengths of every size, and arrives as it was', async () => {
  const payloads = [0, 1, 2, 3, 4, 5, 125, 126, 65_535, 65_536, 300_001].map((size) => randomBytes(size));
  const arrived = sent();
  for (const payload of payloads) {
    // Not at the beginning of its memory, as the parts of a larger chunk are.
    const shifted = Buffer.concat([randomBytes(3), payload]).subarray(3);
    if (!link.send(shifted)) await link.drained();
  }
  link.close();
  const frames = await arrived;
  expect(frames.map(({ opcode }) => opcode)).toEqual([...payloads.map(() => 2), 8]);
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  expect(frames.slice(0, -1).map(({ payload }) => digest(payload))).toEqual(payloads.map(digest));
});
