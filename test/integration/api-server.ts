/**
 * A plain line to the API server of the test cluster, for what the tests ask of it directly: Tables, status writes, dry runs.
 * It shares nothing with the transport under test.
 */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

export interface ApiRequest {
  readonly method?: string;
  readonly accept?: string;
  readonly contentType?: string;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export const tableType = 'application/json;as=Table;v=v1;g=meta.k8s.io';

export class ApiServer {
  readonly #options: https.RequestOptions;
  readonly #server: string;

  private constructor(server: string, options: https.RequestOptions) {
    this.#server = server;
    this.#options = { ...options, agent: new https.Agent({ keepAlive: true, maxSockets: 16, ...connection(options) }) };
  }

  /** `server` is the address to reach it at, where that is not the kubeconfig's. */
  static async connect(kubeconfig: string, server?: URL): Promise<ApiServer> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return new ApiServer(server?.href ?? config.getCurrentCluster()?.server ?? '', options);
  }

  /** The answer as JSON. An answer of 400 and above is thrown with the server's message. */
  async request<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
    for (let again = 0; ; again++) {
      const chunks: Buffer[] = [];
      const response = await this.#send(path, request);
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString('utf8');
      if ((response.statusCode ?? 0) < 400) return JSON.parse(body) as Answer;
      // The store of a busy machine may not answer in time. What does the same when it is done twice is asked for again.
      if (again < 3 && request.method !== 'POST' && messageOf(body) === 'etcdserver: request timed out') continue;
      throw new Error(`${request.method ?? 'GET'} ${path}: ${response.statusCode} ${messageOf(body)}`);
    }
  }

  /** The lines of a watch, each parsed, until the signal aborts or the server ends it. */
  async *watch<Event>(path: string, request: ApiRequest): AsyncGenerator<Event> {
    let rest = '';
    try {
      const response = await this.#send(path, request);
      response.setEncoding('utf8');
      if ((response.statusCode ?? 0) >= 400) throw new Error(`watch ${path}: ${response.statusCode} ${(await response.toArray()).join('')}`);
      for await (const chunk of response) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line) as Event;
      }
    } catch (error) {
      if (!request.signal?.aborted) throw error;
    }
  }

  async #send(path: string, { method = 'GET', accept = 'application/json', contentType = 'application/json', body, signal }: ApiRequest) {
    const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const headers: OutgoingHttpHeaders = { ...(this.#options.headers as OutgoingHttpHeaders), Accept: accept };
    // Node sends no length of its own with a DELETE, and the server would take the body for the next request.
    if (payload !== undefined) Object.assign(headers, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(payload) });
    const options = { ...this.#options, method, headers, ...(signal && { signal }) };
    for (;;) {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const request = https.request(new URL(path, this.#server), options, resolve).on('error', reject);
      request.end(payload);
      try {
        return await promise;
      } catch (error) {
        // The server ended a connection that was kept just as it was used again: it has not read the request, which goes out once more.
        if (!request.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
      }
    }
  }
}

function connection({ ca, cert, key }: https.RequestOptions): https.AgentOptions {
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
