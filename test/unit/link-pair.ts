/** Two ends of a connection on this machine: one is the link under test, the other the server that a test plays. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { PodwrightError } from '../../src/core/podwright-error.ts';
import type { Upgraded } from '../../src/kube/transport.ts';

export interface LinkPair {
  readonly upgraded: Upgraded;
  readonly peer: Socket;
  close(): void;
}

export async function linkPair(): Promise<LinkPair> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [peer] = await connection;
  return {
    upgraded: { socket, head: Buffer.alloc(0), headers: {}, broken: (cause) => cause as PodwrightError },
    peer,
    close: () => {
      socket.destroy();
      peer.destroy();
      server.close();
    },
  };
}
