/** The built program as a process with pipes, for what is written to it and cut off in the middle. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { testKubeconfig } from './namespace.ts';
import { program } from './screen-session.ts';

export class RunningProgram {
  stdout = Buffer.alloc(0);
  stderr = '';
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #changed = Promise.withResolvers<void>();

  constructor(args: readonly string[], { kubeconfig = testKubeconfig(), keep = true } = {}) {
    this.child = spawn(process.execPath, [program, ...args], { env: { ...process.env, KUBECONFIG: kubeconfig, LC_ALL: 'C.UTF-8' } });
    this.#closed = once(this.child, 'close');
    this.child.stdout?.on('data', (chunk: Buffer) => {
      if (keep) this.stdout = Buffer.concat([this.stdout, chunk]);
      this.#wake();
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#wake();
    });
    // A program that ends does not read on.
    this.child.stdin?.on('error', () => undefined);
    void this.#closed.then(() => this.#wake());
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Waits until it has written what is looked for, to stdout or stderr; the test's own timeout is the deadline. */
  async writes(wanted: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = wanted.exec(this.stdout.toString() + this.stderr);
      if (found !== null) return found;
      if (this.child.exitCode !== null) throw new Error(`ended with ${this.child.exitCode} without ${wanted}:\n${this.stdout.toString()}${this.stderr}`);
      await this.#changed.promise;
    }
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }
}
