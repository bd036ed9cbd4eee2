/**
 * Commands in containers of a real cluster: the `RemoteProcesses` of one transport, as channels of a WebSocket.
 *
 * The first byte of a message is its channel. v5.channel.k8s.io, since Kubernetes 1.30, can end stdin; its predecessor cannot, and is used where nothing is to be
 * ended. Source: k8s.io/client-go/tools/remotecommand/websocket.go and k8s.io/apimachinery/pkg/util/remotecommand.
 */
import type { Writable } from 'node:stream';
import { list, object as record, text } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { ProcessEnd, ProcessRequest, ProcessStreams, RemoteProcesses } from '../service/remote-process.ts';
import { podsPath } from './pod-table.ts';
import type { ApiRequest, Transport } from './transport.ts';
import { openWebSocket, type WebSocketLink } from './web-socket.ts';

const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, size: 4, close: 255 } as const;
const halfClosing = 'v5.channel.k8s.io';
const protocols = [halfClosing, 'v4.channel.k8s.io'];
/** What one message takes of stdin. A kubelet reads them whole. */
const mostBytes = 32_768;

export function clusterProcesses(transport: Transport): RemoteProcesses {
  return {
    async run(request, streams, signal) {
      const link = await openWebSocket(transport, { ...askedFor(request, streams), signal }, protocols);
      if (link.protocol !== halfClosing && streams.stdin !== undefined && !request.tty) {
        link.close();
        throw new PodwrightError('protocol', 'this server cannot be told where stdin ends: it is older than Kubernetes 1.30', {
          hint: 'Use `kubectl exec -i`, or leave stdin out (without -i).',
        });
      }
      return new ProcessRun(link, streams, signal).ended;
    },
  };
}

function askedFor({ pod, container, command, tty }: ProcessRequest, { stdin }: ProcessStreams): ApiRequest {
  return {
    path: `${podsPath(pod.namespace)}/${encodeURIComponent(pod.name)}/${command === undefined ? 'attach' : 'exec'}`,
    query: { container, stdin: stdin !== undefined, stdout: true, stderr: !tty, tty, command },
  };
}

/** One process, from the open connection to its end. */
class ProcessRun {
  readonly ended: Promise<ProcessEnd>;
  readonly #link: WebSocketLink;
  readonly #streams: ProcessStreams;
  readonly #undo: (() => void)[] = [];
  #channel: number | undefined;
  #status: Buffer[] = [];
  /** Output that its reader has not taken yet. */
  #held = 0;

  constructor(link: WebSocketLink, streams: ProcessStreams, signal: AbortSignal) {
    this.#link = link;
    this.#streams = streams;
    const { promise, resolve, reject } = Promise.withResolvers<ProcessEnd>();
    this.ended = promise.finally(() => this.#undo.forEach((each) => each()));
    const aborted = (): void => {
      reject(signal.reason);
      link.close();
    };
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    this.#undo.push(() => signal.removeEventListener('abort', aborted));
    link.start({
      data: (chunk, begins) => this.#take(chunk, begins),
      closed: (error) => {
        // Once the server has told how the process ended, how the connection ends is of no interest.
        const end = this.#status.length === 0 ? undefined : processEnd(Buffer.concat(this.#status).toString());
        if (end !== undefined) resolve(end);
        else reject(error ?? new PodwrightError('unreachable', 'the server closed the connection before the process had ended'));
      },
    });
    streams.opened?.();
    this.#readInput();
    const stop = streams.sizes?.(({ columns, rows }) => this.#send(channels.size, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))));
    if (stop !== undefined) this.#undo.push(stop);
  }

  #take(chunk: Buffer, begins: boolean): void {
    if (begins) this.#channel = chunk[0];
    const bytes = begins ? chunk.subarray(1) : chunk;
    if (bytes.length === 0) return;
    if (this.#channel === channels.stdout) this.#write(this.#streams.stdout, bytes);
    else if (this.#channel === channels.stderr) this.#write(this.#streams.stderr, bytes);
    else if (this.#channel === channels.status) this.#status.push(bytes);
  }

  #write(to: Writable, bytes: Buffer): void {
    if (to.write(bytes) || to.destroyed) return;
    this.#held++;
    this.#link.pause();
    const taken = (): void => {
      to.off('drain', taken).off('close', taken);
      this.#held--;
      if (this.#held === 0) this.#link.resume();
    };
    to.on('drain', taken).on('close', taken);
  }

  #readInput(): void {
    const { stdin } = this.#streams;
    if (stdin === undefined) return;
    let over = false;
    const more = (chunk: Buffer | string): void => {
      const bytes = Buffer.from(chunk);
      let room = true;
      for (let at = 0; at < bytes.length; at += mostBytes) room = this.#send(channels.stdin, bytes.subarray(at, at + mostBytes));
      if (room) return;
      stdin.pause();
      void this.#link.drained().then(() => {
        if (!over) stdin.resume();
      });
    };
    // A terminal that has gone is read with an error, and has no more to say either.
    const end = (): void => {
      this.#link.send(Buffer.from([channels.close, channels.stdin]));
    };
    stdin.on('data', more).on('end', end).on('error', end);
    if (stdin.readableEnded) end();
    this.#undo.push(() => {
      stdin.off('data', more).off('end', end).off('error', end);
      stdin.pause();
      over = true;
    });
  }

  #send(channel: number, bytes: Buffer): boolean {
    return this.#link.send(Buffer.concat([Buffer.from([channel]), bytes]));
  }
}

/** Reads the Status that ends a process. Source: remotecommand.NonZeroExitCodeReason and ExitCodeCauseType. */
function processEnd(status: string): ProcessEnd {
  let told: unknown;
  try {
    told = JSON.parse(status);
  } catch {
    return { exitCode: 1, problem: status };
  }
  const { status: outcome, reason, message, details } = record(told);
  if (outcome === 'Success') return { exitCode: 0, problem: undefined };
  const cause = list(record(details)['causes'])
    .map(record)
    .find((each) => each['reason'] === 'ExitCode');
  const exitCode = Number(cause?.['message']);
  if (reason === 'NonZeroExitCode' && Number.isInteger(exitCode)) return { exitCode, problem: undefined };
  return { exitCode: 1, problem: text(message) ?? 'the server does not say how the process ended' };
}
