/** Asks a person whether something that cannot be undone is to be done. */
import { createInterface } from 'node:readline';
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { CommandIo } from './command.ts';

/** Whether there is somebody to ask. */
export function canAsk(io: CommandIo): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/** Whether the answer begins with a y; enter alone is no. Throws `interrupted`; asks on stderr, as stdout is for results. */
export async function confirmed(question: string, io: CommandIo): Promise<boolean> {
  const answer = await asked(`${question} [y/N] `, io);
  return /^\s*y/i.test(answer);
}

/** A line that a person types; empty at the end of the input. Throws `interrupted`. */
async function asked(question: string, io: CommandIo): Promise<string> {
  io.signal.throwIfAborted();
  // Not as a terminal: Ctrl-C stays the signal that it is for all else.
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    io.stderr.write(question);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const stop = (): void => reject(new PodwrightError('interrupted', 'interrupted: nothing was changed'));
    io.signal.addEventListener('abort', stop, { once: true });
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
    try {
      return await promise;
    } finally {
      io.signal.removeEventListener('abort', stop);
    }
  } finally {
    lines.close();
    io.stdin.pause();
  }
}
