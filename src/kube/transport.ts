/**
 * The one HTTP transport of a cluster and user: pooled keep-alive connections over node:https, fresh credentials, errors in our own words.
 *
 * The official client makes a new agent for each request and loads a whole second HTTP stack; here 50 lists share two connections. Requests carry
 * what `ClusterAccess.credentials` gives at that moment, so a rotated token or certificate is used from then on; after a 401 they are renewed once.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { PodwrightError } from '../core/podwright-error.ts';
import { type Asked, apiStatus, connectionFailure, refusal } from './api-failure.ts';
import type { ClusterAccess, Credentials, TlsMaterial } from './kube-config.ts';
import { createProxyAgent } from './proxy-agent.ts';

/** A list stands for a name that is there several times, in that order. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ApiRequest {
  readonly method?: string;
  /** Below the server's own address, with each part already escaped. */
  readonly path: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless `headers` name another Content-Type. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the answer to begin. Default 30 s. */
  readonly timeoutMs?: number;
}

/** A connection that speaks HTTP no longer. Whoever takes it closes it. */
export interface Upgraded {
  readonly socket: Socket;
  /** What the server has sent beyond its answer. */
  readonly head: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** The error for the connection breaking later on. */
  broken(cause: unknown): PodwrightError;
}

export interface Transport {
  readonly context: string;
  /** The answer's JSON. Throws PodwrightError; an aborted request throws its signal's reason. */
  request(request: ApiRequest): Promise<unknown>;
  /** The answer's bytes as they come. Leaving the loop closes the connection. Throws as `request` does. */
  stream(request: ApiRequest): Promise<AsyncIterable<Buffer>>;
  /** The connection itself, once the server has agreed to speak another protocol on it, which `headers` ask for. Throws as `request` does. */
  upgrade(request: ApiRequest): Promise<Upgraded>;
  /** Closes all connections. Requests after this make new ones. */
  close(): void;
}

export interface TransportOptions {
  /** How long a `request` may take as a whole. Default: no limit, as long as the server keeps talking. */
  readonly requestTimeoutMs?: number;
  /** How many connections there may be at a time; beyond this, requests queue. A watch holds one, and so does a log. Default 64. */
  readonly maxSockets?: number;
}

const defaultTimeoutMs = 30_000;
/** A buffered answer that stops for this long is given up. */
const silenceMs = 30_000;
const usualSockets = 64;
const userAgent = 'podwright';

/** A transport on the cluster. Opens no connection before the first request. */
export function createTransport(access: ClusterAccess, { requestTimeoutMs, maxSockets = usualSockets }: TransportOptions = {}): Transport {
  const secure = access.server.protocol === 'https:';
  const send = secure ? httpsRequest : httpRequest;
  const basePath = access.server.pathname.replace(/\/$/, '');
  const server = access.server.origin + basePath + (access.proxyUrl === undefined ? '' : ` (through the proxy ${hostOf(access.proxyUrl)})`);
  // Measured over loopback, a list of 500 Pods takes twice as long gzipped as plain; over a real network gzip wins by far.
  const gzip = access.compression && !isLoopback(access.server.hostname);
  let pool: { readonly tls: TlsMaterial; readonly agent: HttpAgent } | undefined;

  async function agentFor({ tls }: Credentials): Promise<HttpAgent> {
    if (pool !== undefined && sameTls(pool.tls, tls)) {
      return pool.agent;
    }
    const options = { keepAlive: true, keepAliveMsecs: 30_000, maxSockets, maxFreeSockets: 8, scheduling: 'lifo' } as const;
    const material = withoutUndefined(tls);
    const agent =
      access.proxyUrl !== undefined
        ? await createProxyAgent(access.proxyUrl, access.server, material, options)
        : secure
          ? new HttpsAgent({ ...options, ...material, ...proxyFromEnvironment() })
          : new HttpAgent({ ...options, ...proxyFromEnvironment() });
    // Connections made with the old certificate serve no new request; those in use are left to end by themselves.
    retire(pool?.agent);
    pool = { tls, agent };
    return agent;
  }

  async function open(request: ApiRequest, asked: Asked): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      request.signal?.throwIfAborted();
      const credentials = await access.credentials({ renew: attempt > 0 });
      request.signal?.throwIfAborted();
      const answer = await sendOnce(request, asked, credentials, await agentFor(credentials));
      const { response } = answer;
      const code = response.statusCode ?? 0;
      if (answer.switched !== undefined) return answer;
      if (code >= 200 && code < 300) {
        // No API server answers with a web page; a login portal on the way does, to any request.
        if (response.headers['content-type']?.startsWith('text/html') === true) {
          response.destroy();
          throw new PodwrightError('protocol', `${server} answered ${asked.path} with a web page`, {
            hint: 'Is this the address of a Kubernetes API server, or does the network want you to log in first?',
          });
        }
        return answer;
      }
      const body = (await collect(response, asked, request.signal)).toString();
      if (code === 401 && attempt === 0) {
        continue;
      }
      throw refusal(asked, apiStatus(code, body, response.headers['retry-after']));
    }
  }

  function sendOnce(request: ApiRequest, asked: Asked, credentials: Credentials, agent: HttpAgent, again = false): Promise<Answer> {
    const body = request.body === undefined ? undefined : typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
    const options: RequestOptions = {
      method: asked.method,
      hostname: access.server.hostname.replace(/^\[|\]$/g, ''),
      port: access.server.port === '' ? (secure ? 443 : 80) : Number(access.server.port),
      path: basePath + request.path + queryString(request.query),
      agent,
      headers: {
        Accept: 'application/json',
        'User-Agent': userAgent,
        'Accept-Encoding': gzip ? 'gzip' : 'identity',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
        ...request.headers,
        ...(credentials.headers as OutgoingHttpHeaders),
      },
      ...(credentials.auth === undefined ? {} : { auth: credentials.auth }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
    return new Promise((resolve, reject) => {
      const outgoing = send(options);
      const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
      const timer = setTimeout(() => {
        outgoing.destroy(
          new PodwrightError('unreachable', `${server} did not answer within ${timeoutMs / 1000} s`, {
            hint: 'Is the network or the VPN up? A server that is starting or overloaded answers late: try again.',
          }),
        );
      }, timeoutMs);
      outgoing.once('socket', guard);
      outgoing.once('response', (response) => {
        clearTimeout(timer);
        // An error before someone reads the body must not end the process; whoever reads it is told all the same.
        response.on('error', () => undefined);
        resolve({ response, switched: undefined });
      });
      outgoing.once('upgrade', (response, socket, head) => {
        clearTimeout(timer);
        resolve({ response, switched: { socket, head } });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        if (request.signal?.aborted === true) {
          reject(request.signal.reason);
        } else if (outgoing.reusedSocket && !again && asked.method === 'GET' && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) {
          // The server closed an idle connection at the moment we used it; that says nothing about the server.
          resolve(sendOnce(request, asked, credentials, agent, true));
        } else {
          reject(connectionFailure(asked, error));
        }
      });
      outgoing.end(body);
    });
  }

  async function withinTime(request: ApiRequest, asked: Asked): Promise<Buffer> {
    const timeout = requestTimeoutMs === undefined ? undefined : AbortSignal.timeout(requestTimeoutMs);
    const signals = [request.signal, timeout].filter((signal) => signal !== undefined);
    const signal = signals.length === 0 ? undefined : AbortSignal.any(signals);
    try {
      const { response } = await open({ ...request, signal }, asked);
      return await collect(response, asked, signal);
    } catch (error) {
      if (timeout?.aborted === true && error === timeout.reason) {
        throw new PodwrightError('timeout', `${server} did not answer ${asked.path} within ${(requestTimeoutMs ?? 0) / 1000} s`, { cause: error });
      }
      throw error;
    }
  }

  const askedOf = (request: ApiRequest): Asked => ({
    server,
    method: request.method ?? 'GET',
    path: request.path,
    watch: request.query?.['watch'] === true,
    selectors: [request.query?.['labelSelector'], request.query?.['fieldSelector']].filter((selector) => selector !== undefined).join('", "') || undefined,
    context: access.context,
  });

  return {
    context: access.context,
    async request(request) {
      const asked = askedOf(request);
      const bytes = await withinTime(request, asked);
      try {
        return JSON.parse(bytes.toString());
      } catch (cause) {
        throw new PodwrightError('protocol', `${server} answered ${asked.path} with something that is not JSON`, {
          cause,
          hint: 'Is this the address of a Kubernetes API server?',
        });
      }
    },
    async stream(request) {
      const asked = askedOf(request);
      const { response } = await open(request, asked);
      return chunks(response, asked, request.signal);
    },
    async upgrade(request) {
      const asked = askedOf(request);
      // The server produces no JSON there.
      const { response, switched } = await open({ ...request, headers: { Accept: '*/*', ...request.headers } }, asked);
      if (switched === undefined) {
        response.destroy();
        throw new PodwrightError('protocol', `${server} does not switch protocols for ${asked.path}`, {
          hint: 'Does a proxy on the way let neither WebSockets nor SPDY through?',
        });
      }
      return { ...switched, headers: response.headers, broken: (cause) => connectionFailure(asked, cause) };
    },
    close() {
      pool?.agent.destroy();
      pool = undefined;
    },
  };
}

interface Answer {
  readonly response: IncomingMessage;
  /** Set where the server has switched to the protocol that was asked for. */
  readonly switched: Pick<Upgraded, 'socket' | 'head'> | undefined;
}

const guarded = new WeakSet<Duplex>();

/**
 * A request that is given up when its answer has come whole and has not been read breaks its connection at a moment when Node has taken its own listener off
 * (responseKeepAlive in _http_client.js): nobody would hear of the error, and the process would end. Whoever waits for the answer is told by the request.
 */
function guard(socket: Duplex): void {
  if (guarded.has(socket)) return;
  guarded.add(socket);
  socket.on('error', () => undefined);
}

/** The whole body, unpacked. */
async function collect(response: IncomingMessage, asked: Asked, signal: AbortSignal | undefined): Promise<Buffer> {
  const parts: Buffer[] = [];
  response.setTimeout(silenceMs, () => {
    response.destroy(new PodwrightError('unreachable', `${asked.server} stopped in the middle of its answer`, { hint: 'Is the network or the VPN up?' }));
  });
  for await (const chunk of chunks(response, asked, signal)) {
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

async function* chunks(response: IncomingMessage, asked: Asked, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const body: Readable = response.headers['content-encoding'] === 'gzip' ? await unpacked(response) : response;
  try {
    for await (const chunk of body) {
      yield chunk as Buffer;
    }
  } catch (error) {
    if (signal?.aborted === true) {
      throw signal.reason;
    }
    throw connectionFailure(asked, error);
  } finally {
    // Reached early when the reader leaves: an answer that is not read to its end must not keep its socket.
    if (!response.complete) {
      response.destroy();
    }
  }
}

async function unpacked(response: IncomingMessage): Promise<Readable> {
  // Loaded only here: over loopback nothing is packed, and a command that ends at once feels each module.
  const { createGunzip } = await import('node:zlib');
  const plain = response.pipe(createGunzip());
  // A pipe does not pass on how its source ended.
  response.once('aborted', () => plain.destroy());
  return plain;
}

/** `?a=b&c=d`, leaving out what is undefined. */
export function queryString(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : value === undefined ? [] : [value]).map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Closes what is idle now; `destroy` would also break the requests under way. */
function retire(agent: HttpAgent | undefined): void {
  for (const socket of Object.values(agent?.freeSockets ?? {}).flat()) {
    socket?.destroy();
  }
}

/** Without the user and password that a proxy's address may hold. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'in the kubeconfig';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || hostname.startsWith('127.');
}

function sameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return (
    a === b ||
    (sameBytes(a.ca, b.ca) &&
      sameBytes(a.cert, b.cert) &&
      sameBytes(a.key, b.key) &&
      a.servername === b.servername &&
      a.rejectUnauthorized === b.rejectUnauthorized)
  );
}

function sameBytes(a: Buffer | string | undefined, b: Buffer | string | undefined): boolean {
  return a === b || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b));
}

/** HTTPS_PROXY and its kin count as for kubectl; Node's agent reads them from 22.21 and 24.5 on, older ones ignore the option. */
function proxyFromEnvironment(): { proxyEnv?: NodeJS.ProcessEnv } {
  const { env } = process;
  const named = env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['HTTP_PROXY'] ?? env['http_proxy'];
  return named === undefined || named === '' ? {} : { proxyEnv: env };
}

function withoutUndefined(tls: TlsMaterial): { [K in keyof TlsMaterial]?: NonNullable<TlsMaterial[K]> } {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
}
