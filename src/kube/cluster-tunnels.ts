/**
 * Ports of Pods of a real cluster: the `PodTunnels` of one transport, as streams of SPDY in a WebSocket, or alone where the server or a right does not allow that.
 *
 * Each connection is two streams: one for its bytes, and one on which the other side says what went wrong. Source: k8s.io/client-go/tools/portforward.
 */
import type { Socket } from 'node:net';
import type { JoinEnd, PodTunnel, PodTunnels, Traffic } from '../service/port-tunnel.ts';
import { podsPath } from './pod-table.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';
import { openSpdy } from './spdy-link.ts';
import type { Transport } from './transport.ts';

const protocol = 'portforward.k8s.io';

export function clusterTunnels(transport: Transport): PodTunnels {
  return {
    async open({ namespace, name }, signal, lost) {
      const path = `${podsPath(namespace)}/${encodeURIComponent(name)}/portforward`;
      return new Tunnel(new SpdyConnection(await openSpdy(transport, { path, signal }, protocol), lost));
    },
  };
}

class Tunnel implements PodTunnel {
  readonly #connection: SpdyConnection;
  #requests = 0;
  load = 0;

  constructor(connection: SpdyConnection) {
    this.#connection = connection;
  }

  get over(): boolean {
    return this.#connection.over;
  }

  async join(local: Socket, port: number, traffic: Traffic): Promise<JoinEnd> {
    this.load++;
    try {
      return await new Join(this.#connection, local, { port: String(port), requestID: String(this.#requests++) }, traffic).ended;
    } finally {
      this.load--;
    }
  }

  close(): void {
    this.#connection.close();
  }
}

/** One connection, from both sides open to both sides ended. */
class Join {
  readonly ended: Promise<JoinEnd>;
  readonly #local: Socket;
  readonly #errors: SpdyStream;
  readonly #data: SpdyStream;
  readonly #resolve: (end: JoinEnd) => void;
  #problem = '';
  #told = false;
  #received = 0;
  #remoteDone = false;
  #localDone = false;

  constructor(connection: SpdyConnection, local: Socket, headers: Readonly<Record<string, string>>, traffic: Traffic) {
    const { promise, resolve } = Promise.withResolvers<JoinEnd>();
    this.ended = promise;
    this.#resolve = resolve;
    this.#local = local;
    this.#errors = connection.open(
      { streamType: 'error', ...headers },
      {
        data: (chunk) => {
          this.#problem += chunk.toString();
        },
        ended: () => {
          this.#told = true;
          if (this.#problem !== '') this.#break(this.#problem);
          else if (this.#remoteDone) this.#endLocal();
        },
      },
      { silent: true },
    );
    this.#data = connection.open(
      { streamType: 'data', ...headers },
      {
        data: (chunk) => {
          this.#received += chunk.length;
          traffic.received(chunk.length);
          if (!local.destroyed && !local.write(chunk)) this.#data.hold(true);
        },
        ended: (error) => {
          this.#remoteDone = true;
          if (error !== undefined) this.#break(error.message);
          // One that ends without a byte was perhaps never made: the other stream is about to say so.
          else if (this.#received > 0 || this.#told) this.#endLocal();
        },
      },
    );
    local.on('drain', () => this.#data.hold(false));
    local.on('data', (chunk: Buffer) => {
      traffic.sent(chunk.length);
      if (this.#data.write(chunk)) return;
      local.pause();
      void this.#data.drained().then(() => local.resume());
    });
    local.on('end', () => {
      this.#localDone = true;
      this.#data.end();
      this.#finish();
    });
    local.on('error', () => undefined);
    local.on('close', () => {
      if (this.#localDone && this.#remoteDone) return;
      this.#data.reset();
      this.#errors.reset();
      this.#resolve({ kind: 'done' });
    });
    local.resume();
  }

  #endLocal(): void {
    this.#local.end();
    this.#finish();
  }

  #finish(): void {
    if (this.#localDone && this.#remoteDone) this.#resolve({ kind: 'done' });
  }

  /** The local side sees that this is no orderly end. */
  #break(message: string): void {
    this.#resolve({ kind: /connection refused/i.test(message) ? 'refused' : 'failed', message });
    this.#data.reset();
    this.#errors.reset();
    this.#local.resetAndDestroy();
  }
}
