/**
 * A small API server for what a real one will not do on demand: watches that die in the middle of a line, 410s, refusals, half-open sockets.
 *
 * It keeps one collection of objects with a change log, and answers lists (with pages), watches (with watch-list and bookmarks) and Tables of it
 * under any path that ends in the resource's name. Seconds may be fractions here, so that tests need not wait.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ClusterAccess, Credentials } from '../../src/kube/kube-config.ts';

export interface FakeObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string; readonly resourceVersion: string };
  readonly [field: string]: unknown;
}

interface LogEntry {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly object: FakeObject;
}

/** One request as it came in. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

/** Answers in place of the server, or not: then the next in the row, at last the server itself, is asked. */
export type Intercept = (received: Received, response: ServerResponse) => boolean;

/** A watch that is open now. */
export class OpenWatch {
  readonly received: Received;
  readonly #response: ServerResponse;
  /** Sends nothing any more, and does not end: what a dead link looks like. */
  hung = false;

  constructor(received: Received, response: ServerResponse) {
    this.received = received;
    this.#response = response;
  }

  send(event: unknown): void {
    this.raw(`${JSON.stringify(event)}\n`);
  }

  raw(bytes: string | Uint8Array): void {
    if (!this.hung) {
      this.#response.write(bytes);
    }
  }

  bookmark(resourceVersion: number | string, annotations?: Record<string, string>): void {
    this.send({
      type: 'BOOKMARK',
      object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: String(resourceVersion), ...(annotations ? { annotations } : {}) } },
    });
  }

  error(code: number, reason: string, message: string): void {
    this.send({ type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message } });
  }

  end(): void {
    if (!this.hung) {
      this.#response.end();
    }
  }

  /** Breaks the connection. */
  drop(): void {
    this.#response.socket?.destroy();
  }
}

export class FakeApi {
  /** Off: the server is one that does not know sendInitialEvents. */
  watchList = true;
  readonly requests: Received[] = [];
  readonly watches = new Set<OpenWatch>();
  readonly sockets = new Set<Socket>();
  /** Continue tokens handed out so far are no longer good. */
  expireContinueTokens = false;
  readonly #server: Server;
  readonly #objects = new Map<string, FakeObject>();
  readonly #log: LogEntry[] = [];
  readonly #intercepts: Intercept[] = [];
  readonly #waiting = new Set<() => void>();
  #version = 100;
  #compactedTo = 0;
  #port = 0;
  readonly #secure: boolean;

  constructor(tls?: { readonly key: string; readonly cert: string }) {
    this.#secure = tls !== undefined;
    const handler = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#server = tls === undefined ? createServer(handler) : createTlsServer(tls, handler);
    this.#server.on(this.#secure ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        this.#stir();
      });
    });
  }

  /** Listens, on the same port as before after a `stop`. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection and refuses new ones. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await closed;
  }

  get url(): URL {
    return new URL(`${this.#secure ? 'https' : 'http'}://127.0.0.1:${this.#port}`);
  }

  /** What a transport needs to talk to this server. */
  access(changes: Partial<Omit<ClusterAccess, 'credentials'>> & { readonly credentials?: (renew: boolean) => Partial<Credentials> } = {}): ClusterAccess {
    const { credentials = () => ({}), ...rest } = changes;
    const tls = { ca: undefined, cert: undefined, key: undefined, servername: undefined, rejectUnauthorized: undefined };
    return {
      context: 'fake',
      cluster: 'fake',
      user: 'tester',
      server: this.url,
      namespace: 'default',
      compression: true,
      proxyUrl: undefined,
      ...rest,
      async credentials({ renew = false } = {}) {
        return { headers: {}, auth: undefined, tls, ...credentials(renew) };
      },
    };
  }

  /** Adds or changes an object; every change has a resourceVersion of its own. */
  apply(name: string, fields: Record<string, unknown> = {}, uid = `uid-${name}`, namespace = 'default'): FakeObject {
    this.#version++;
    const object: FakeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      ...fields,
      metadata: { name, namespace, uid, resourceVersion: String(this.#version) },
    };
    const type = this.#objects.has(uid) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(uid, object);
    this.#record({ type, version: this.#version, object });
    return object;
  }

  remove(uid: string): void {
    const object = this.#objects.get(uid);
    if (object !== undefined) {
      this.#version++;
      this.#objects.delete(uid);
      this.#record({
        type: 'DELETED',
        version: this.#version,
        object: { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } },
      });
    }
  }

  get objects(): readonly FakeObject[] {
    return [...this.#objects.values()];
  }

  get resourceVersion(): string {
    return String(this.#version);
  }

  /** Forgets the log: a watch from an earlier resourceVersion is answered with 410. */
  compact(): void {
    this.#compactedTo = this.#version;
    this.#log.length = 0;
  }

  /** Puts a handler in front of the server, for as many requests as it answers. Returns how to take it away. */
  intercept(intercept: Intercept): () => void {
    this.#intercepts.push(intercept);
    return () => {
      this.#intercepts.splice(this.#intercepts.indexOf(intercept), 1);
    };
  }

  /** Intercepts the next `times` requests that match. */
  interceptNext(times: number, matches: (received: Received) => boolean, answer: (response: ServerResponse, received: Received) => void): void {
    let left = times;
    const remove = this.intercept((received, response) => {
      if (left === 0 || !matches(received)) {
        return false;
      }
      left--;
      if (left === 0) {
        remove();
      }
      answer(response, received);
      return true;
    });
  }

  /** Resolves once the condition holds; it is looked at after each request, each watch and each closed socket. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #stir(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) {
      resolve();
    }
  }

  #record(entry: LogEntry): void {
    this.#log.push(entry);
    for (const watch of this.watches) {
      watch.send({ type: entry.type, object: entry.object });
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake');
    const received: Received = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: request.headers };
    this.requests.push(received);
    try {
      if (this.#intercepts.some((intercept) => intercept(received, response))) {
        return;
      }
      if (received.query.get('watch') === 'true') {
        this.#watch(received, response);
      } else {
        this.#list(received, response);
      }
    } finally {
      this.#stir();
    }
  }

  #list({ query }: Received, response: ServerResponse): void {
    const token = query.get('continue');
    const limit = Number(query.get('limit') ?? 0);
    if (token !== null && this.expireContinueTokens) {
      refuse(response, 410, 'Expired', 'The provided continue parameter is too old');
      return;
    }
    const all = this.objects;
    const from = Number(token ?? 0);
    const to = limit === 0 ? all.length : from + limit;
    const metadata = { resourceVersion: this.resourceVersion, ...(to < all.length ? { continue: String(to) } : {}) };
    reply(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata, items: all.slice(from, to) });
  }

  #watch(received: Received, response: ServerResponse): void {
    const { query } = received;
    const initial = query.get('sendInitialEvents') === 'true';
    if (initial && !this.watchList) {
      refuse(response, 422, 'Invalid', 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch');
      return;
    }
    const from = Number(query.get('resourceVersion') ?? 0);
    if (!initial && from < this.#compactedTo) {
      refuse(response, 410, 'Expired', `too old resource version: ${from} (${this.#compactedTo})`);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' });
    response.flushHeaders();
    const watch = new OpenWatch(received, response);
    if (initial) {
      for (const object of this.objects) {
        watch.send({ type: 'ADDED', object });
      }
      watch.bookmark(this.#version, { 'k8s.io/initial-events-end': 'true' });
    } else {
      for (const { type, version, object } of this.#log) {
        if (version > from) {
          watch.send({ type, object });
        }
      }
    }
    this.watches.add(watch);
    const timer = setTimeout(
      () => {
        watch.bookmark(this.#version);
        watch.end();
      },
      Number(query.get('timeoutSeconds') ?? 3600) * 1000,
    );
    response.once('close', () => {
      clearTimeout(timer);
      this.watches.delete(watch);
      this.#stir();
    });
  }
}

/** Answers with JSON. */
export function reply(response: ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Answers with a Status. */
export function refuse(response: ServerResponse, code: number, reason: string, message: string, headers: Record<string, string> = {}): void {
  reply(response, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message }, headers);
}
