/** Runs this program once more on the terminal that the dashboard lends it: `shell`, `edit` and `debug` are the same there as at the prompt. */
import { spawn } from 'node:child_process';
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
      const code = await ended([...args.slice(0, 1), ...flags, ...args.slice(1)]);
      if (code === exitCodes.done || code === exitCodes.interrupted) return;
      io.stderr.write(`\n\`${io.program} ${args[0]}\` ended with ${code}. Enter goes back to the dashboard. `);
      await once(io.stdin.resume(), 'data');
      io.stdin.pause();
      // A pause takes effect a tick later: it would pause the dashboard that reads on by then.
      await queued();
    });
}

function ended(args: readonly string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], { stdio: 'inherit' });
  child.once('error', reject);
  child.once('exit', (code) => resolve(code ?? exitCodes.failed));
  return promise;
}
