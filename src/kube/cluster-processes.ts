/** Commands in containers of a real cluster: the `RemoteProcesses` of one transport. */
import type { Writable } from 'node:stream';
import { list, object as record, text } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { ProcessEnd, ProcessRequest, ProcessStreams, RemoteProcesses } from '../service/remote-process.ts';
import { podsPath } from './pod-table.ts';
import { type ChannelChoice, openChannels, type ProcessChannels } from './process-channels.ts';
import type { ApiRequest, Transport } from './transport.ts';

export function clusterProcesses(transport: Transport): RemoteProcesses {
  return {
    async run(request, streams, signal) {
      const choice = { stdin: streams.stdin !== undefined, tty: request.tty };
      const channels = await openChannels(transport, { ...askedFor(request, choice), signal }, choice);
      return new ProcessRun(channels, streams, signal).ended;
    },
  };
}

function askedFor({ pod, container, command, tty }: ProcessRequest, { stdin }: ChannelChoice): ApiRequest {
  return {
    path: `${podsPath(pod.namespace)}/${encodeURIComponent(pod.name)}/${command === undefined ? 'attach' : 'exec'}`,
    query: { container, stdin, stdout: true, stderr: !tty, tty, command },
  };
}

/**
 * So many bytes of output are held for a reader that is slower than the process. Kubernetes drops what is still under way to us when a process ends, on a busy
 * machine, and calls it a success: what we have read by then is safe.
 */
const mostAhead = 32_000_000;

/** One process, from the open connection to its end. */
class ProcessRun {
  readonly ended: Promise<ProcessEnd>;
  readonly #channels: ProcessChannels;
  readonly #streams: ProcessStreams;
  readonly #undo: (() => void)[] = [];
  #status: Buffer[] = [];
  /** Where output goes that its reader has not taken yet. */
  readonly #held = new Set<Writable>();

  constructor(channels: ProcessChannels, streams: ProcessStreams, signal: AbortSignal) {
    this.#channels = channels;
    this.#streams = streams;
    const { promise, resolve, reject } = Promise.withResolvers<ProcessEnd>();
    this.ended = promise.finally(() => this.#undo.forEach((each) => each()));
    const aborted = (): void => {
      reject(signal.reason);
      channels.close();
    };
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    this.#undo.push(() => signal.removeEventListener('abort', aborted));
    channels.start({
      data: (channel, chunk) => {
        if (channel === 'status') this.#status.push(chunk);
        else this.#write(streams[channel], chunk);
      },
      closed: (error) => {
        // Once the server has told how the process ended, how the connection ends is of no interest.
        const end = this.#status.length === 0 ? undefined : processEnd(Buffer.concat(this.#status).toString());
        if (end !== undefined) resolve(end);
        else reject(error ?? new PodwrightError('unreachable', 'the server closed the connection before the process had ended'));
      },
    });
    streams.opened?.();
    this.#readInput();
    const stop = streams.sizes?.(({ columns, rows }) => channels.send('size', Buffer.from(JSON.stringify({ Width: columns, Height: rows }))));
    if (stop !== undefined) this.#undo.push(stop);
  }

  #write(to: Writable, bytes: Buffer): void {
    if (to.write(bytes) || to.writableLength < mostAhead || to.destroyed || this.#held.has(to)) return;
    this.#held.add(to);
    this.#channels.pause();
    const taken = (): void => {
      to.off('drain', taken).off('close', taken);
      this.#held.delete(to);
      if (this.#held.size === 0) this.#channels.resume();
    };
    to.on('drain', taken).on('close', taken);
  }

  #readInput(): void {
    const { stdin } = this.#streams;
    if (stdin === undefined) return;
    let over = false;
    const more = (chunk: Buffer | string): void => {
      if (this.#channels.send('stdin', typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) return;
      stdin.pause();
      void this.#channels.drained().then(() => {
        if (!over) stdin.resume();
      });
    };
    // A terminal that has gone is read with an error, and has no more to say either.
    const end = (): void => {
      this.#channels.endInput();
    };
    stdin.on('data', more).on('end', end).on('error', end);
    if (stdin.readableEnded) end();
    this.#undo.push(() => {
      stdin.off('data', more).off('end', end).off('error', end);
      stdin.pause();
      over = true;
    });
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
