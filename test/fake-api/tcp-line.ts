/** A TCP line to a real server that can be cut, frozen and shut: what a network does to a client, without touching the server. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How long a port may be held by others before that is an error. */
const heldMs = 30_000;

export class TcpLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #held = false;

  constructor(host: string, port: number) {
    this.#server = createServer((near) => {
      this.#keep(near);
      if (this.#held) return;
      const far = connect(port, host);
      this.#keep(far);
      near.pipe(far);
      far.pipe(near);
      near.once('close', () => far.destroy());
      far.once('close', () => near.destroy());
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // The other end is what tells the test; here an error is only an end.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /**
   * Listens on a free port of the loopback interface, and returns it; on the same port as before after a `shut`. That port may be held for a moment: what node-pty
   * starts has our sockets between fork and exec, and a busy machine takes its time there.
   */
  async open(): Promise<number> {
    for (const began = performance.now(); ; await pause(20)) {
      try {
        const listening = once(this.#server, 'listening');
        this.#server.listen(this.#port, '127.0.0.1');
        await listening;
        this.#port = (this.#server.address() as AddressInfo).port;
        return this.#port;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || performance.now() - began > heldMs) throw error;
      }
    }
  }

  get connections(): number {
    return this.#sockets.size / 2;
  }

  /** Breaks every connection there is; new ones are made as before. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Nothing passes on the connections there are, in neither direction, and nobody is told. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** As `freeze`, and connections that are made from now on are taken and carry nothing either, until `release`. */
  hold(): void {
    this.#held = true;
    this.freeze();
  }

  /** Ends a `hold`: what it held is broken, new connections are made as before. */
  release(): void {
    this.#held = false;
    this.cut();
  }

  /** Breaks every connection and refuses new ones, until the next `open`. */
  async shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.cut();
    await closed;
  }
}
