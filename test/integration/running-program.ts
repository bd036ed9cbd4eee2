/** The built program as a process without a terminal: what it writes is read while it runs, and it can be written to, held up and cut off in the middle. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { testKubeconfig } from './namespace.ts';
import { program } from './screen-session.ts';

interface RunningOptions {
  readonly kubeconfig?: string;
  /** Whether its stdout is kept. */
  readonly keep?: boolean;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly folder?: string | undefined;
}

/** Those that run: a test that fails leaves its own behind, which would go on for ever. */
const running = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class RunningProgram {
  stdout = '';
  stderr = '';
  readonly child: ChildProcessWithoutNullStreams;
  /** Its exit code once it has ended, -1 where a signal has ended it. */
  readonly ended: Promise<number>;
  readonly #written: Buffer[] = [];
  #over = false;
  #changed = Promise.withResolvers<void>();

  constructor(args: readonly string[], { kubeconfig = testKubeconfig(), keep = true, env = {}, folder }: RunningOptions = {}) {
    const all = { ...process.env, KUBECONFIG: kubeconfig, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', ...env };
    this.child = spawn(process.execPath, [program, ...args], { env: all, cwd: folder });
    running.add(this.child);
    const decoder = new StringDecoder('utf8');
    this.child.stdout.on('data', (chunk: Buffer) => {
      if (keep) {
        this.#written.push(chunk);
        this.stdout += decoder.write(chunk);
      }
      this.#wake();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    // A program that ends does not read on.
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code) => {
        this.#over = true;
        running.delete(this.child);
        this.#wake();
        resolve(code ?? -1);
      }),
    );
  }

  get over(): boolean {
    return this.#over;
  }

  /** Its stdout byte for byte. */
  get bytes(): Buffer {
    return Buffer.concat(this.#written);
  }

  /** The whole lines of its stdout. */
  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Throws, with what it wrote last, where the program ends before, or does not get there in time (milliseconds). */
  async until(wanted: () => boolean, within = 150_000, what = String(wanted)): Promise<void> {
    const late = setTimeout(() => this.#wake(), within);
    const began = performance.now();
    while (!wanted()) {
      const waited = performance.now() - began >= within;
      if (this.#over || waited) {
        const how = waited ? `did not write what was wanted within ${within / 1000} s` : 'ended before it had written what was wanted';
        throw new Error(`the program ${how}: ${what}.\nstdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-2000)}`);
      }
      await this.#changed.promise;
    }
    clearTimeout(late);
  }

  /** The same for what is looked for in its stdout or stderr. */
  async writes(wanted: RegExp): Promise<RegExpExecArray> {
    let found: RegExpExecArray | null = null;
    await this.until(() => (found = wanted.exec(this.stdout + this.stderr)) !== null, undefined, String(wanted));
    return found as unknown as RegExpExecArray;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number> {
    this.child.kill(signal);
    return this.ended;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
