/** The port through which commands run in containers and terminals attach to them. */
import type { Readable, Writable } from 'node:stream';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ProcessRequest {
  readonly pod: { readonly namespace: string; readonly name: string };
  readonly container: string;
  /** What to run; undefined attaches to the container's own process. */
  readonly command: readonly string[] | undefined;
  /** A terminal at the other end: stderr then comes with stdout. */
  readonly tty: boolean;
}

/** What the process reads and writes. Its output waits for whoever takes it, and so does what it reads. */
export interface ProcessStreams {
  /** Left where it is when the process ends, and not destroyed. */
  readonly stdin?: Readable | undefined;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Called once, when the connection stands and before anything passes over it. */
  readonly opened?: (() => void) | undefined;
  /** Calls `tell` with the terminal's size now and at every change; gives what ends that. */
  readonly sizes?: ((tell: (size: TerminalSize) => void) => () => void) | undefined;
}

export interface ProcessEnd {
  readonly exitCode: number;
  /** Why it could not be run, in the server's words; undefined for a process that ran to an exit code. */
  readonly problem: string | undefined;
}

export interface RemoteProcesses {
  /**
   * Runs to the end of the process. Throws PodwrightError where it cannot be begun and where the connection breaks; the signal's reason when that aborts, with
   * the connection closed, which does not end every process.
   */
  run(request: ProcessRequest, streams: ProcessStreams, signal: AbortSignal): Promise<ProcessEnd>;
}
