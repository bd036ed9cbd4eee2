/** Runs this program once more on the terminal that the dashboard lends it: `shell`, `edit` and `debug` are the same there as at the prompt. */
import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as queued } from 'node:timers/promises';
import { exitCodes } from '../src/core/podwright-error.ts';
import type { ClusterChoice } from './cluster-flags.ts';
import type { CommandIo } from './command.ts';
import { lendTerminal } from './lent-terminal.ts';

/** With the dashboard's cluster and user, in the context of this name where another was chosen. */
export function terminalProgram(choice: ClusterChoice, context: string | undefined, io: CommandIo): (args: readonly string[]) => Promise<void> {
  const { kubeconfig, cluster, user } = choice;
  const place = context === undefined ? { kubeconfig, context: choice.context, cluster, user } : { kubeconfig, context };
  const flags = Object.entries(place).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  return (args) =>
    lendTerminal(async () => {
      const { code, failed } = await ended([...args.slice(0, 1), ...flags, ...args.slice(1)]);
      if (code === exitCodes.done || code === exitCodes.interrupted) return;
      // A shell ends with the code of its last command, and nothing stands there that is still to be read.
      if (args[0] === 'shell' && !failed && code < killed) return;
      io.stderr.write(`\n\`${io.program} ${args[0]}\` ended with ${code}. Enter goes back to the dashboard. `);
      await once(io.stdin.resume(), 'data');
      io.stdin.pause();
      // A pause takes effect a tick later: it would pause the dashboard that reads on by then.
      await queued();
    });
}

/** From here on exit codes are those of signals: what the shell was in has gone, and it is said why. */
const killed = 128;

/** The exit code, and whether the program itself has failed: what it runs has an exit code too. */
function ended(args: readonly string[]): Promise<{ readonly code: number; readonly failed: boolean }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly code: number; readonly failed: boolean }>();
  // An editor could pass the channel on to what goes on when it has ended, and keep it open.
  const stdio: StdioOptions = args[0] === 'shell' ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], { stdio });
  let failed = false;
  child.once('message', () => {
    failed = true;
  });
  child.once('error', reject);
  child.once('close', (code) => resolve({ code: code ?? exitCodes.failed, failed }));
  return promise;
}
