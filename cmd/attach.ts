/** `podwright attach`: connects this terminal, or pipes, with the process that a container runs. */
import type { Command } from './command.ts';
import { type ProcessChoice, processChoice, processFlags } from './process-flags.ts';

export const attachCommand: Command<ProcessChoice> = {
  name: 'attach',
  words: 'TARGET',
  summary: "Connect with a container's own process",
  flags: processFlags,
  examples: [
    ['attach web-7c9f6d4b8-x2x9k', 'its output from now on'],
    ['attach -it debug-1', 'with the keyboard, where the container has stdin and tty'],
  ],

  request: (args) => processChoice(args, 'attach'),

  async run(request, io) {
    const { chosenCluster } = await import('./cluster.ts');
    const { runProcess } = await import('./process-run.ts');
    return runProcess(request, [undefined], chosenCluster(request.cluster), io);
  },
};
