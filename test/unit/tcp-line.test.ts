/** The line that tests cut: it is there again after it was shut, whoever held its port meanwhile. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { TcpLine } from '../fake-api/tcp-line.ts';

test('opens again on its port once another has let go of it', async () => {
  const far = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(far, 'listening');
  const line = new TcpLine('127.0.0.1', (far.address() as { port: number }).port);
  const port = await line.open();
  await line.shut();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const opened = line.open();
  // It has found the port taken by then: both ask for it in the same turn of the loop.
  await Promise.race([opened, new Promise((resolve) => setImmediate(resolve))]);
  other.close();
  expect(await opened).toBe(port);
  expect(await text(connect(port, '127.0.0.1'))).toBe('hello');
  await line.shut();
  far.close();
});
