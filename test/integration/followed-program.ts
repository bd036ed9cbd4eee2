/** The built program as a process without a terminal, whose output is read while it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { testKubeconfig } from './namespace.ts';
import { program } from './screen-session.ts';

/** Those that run: a test that fails leaves its own behind, which would go on for ever. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class FollowedProgram {
  stdout = '';
  stderr = '';
  readonly #child;
  readonly #ended: Promise<number | null>;
  #over = false;
  #changed = Promise.withResolvers<void>();

  constructor(args: readonly string[], kubeconfig = testKubeconfig()) {
    this.#child = spawn(process.execPath, [program, ...args], { env: { ...process.env, KUBECONFIG: kubeconfig, LC_ALL: 'C.UTF-8' } });
    running.add(this.#child);
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream].setEncoding('utf8').on('data', (text: string) => {
        this[stream] += text;
        this.#notify();
      });
    }
    this.#ended = new Promise((resolve) =>
      this.#child.once('close', (code, signal) => {
        this.#over = true;
        running.delete(this.#child);
        this.#notify();
        resolve(code ?? (signal === null ? null : -1));
      }),
    );
  }

  /** It has ended. */
  get over(): boolean {
    return this.#over;
  }

  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Throws, with what it wrote last, where the program ends before, or does not get there in time (milliseconds). */
  async until(wanted: () => boolean, within = 150_000): Promise<void> {
    const late = setTimeout(() => this.#notify(), within);
    const began = performance.now();
    while (!wanted()) {
      const waited = performance.now() - began >= within;
      if (this.#over || waited) {
        const how = waited ? `did not write what was wanted within ${within / 1000} s` : 'ended before it had written what was wanted';
        throw new Error(`the program ${how}.\nstdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-2000)}`);
      }
      await this.#changed.promise;
    }
    clearTimeout(late);
  }

  /** Its output is not read, as by a terminal that is slower than it. */
  pause(): void {
    this.#child.stdout.pause();
  }

  resume(): void {
    this.#child.stdout.resume();
  }

  /** Closes its stdout, as `head` does. */
  closeStdout(): void {
    this.#child.stdout.destroy();
  }

  /** The exit code, once it ends by itself. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
