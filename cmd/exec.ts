/** `podwright exec`: runs a command in a container, connected with this terminal or with pipes, and ends with its exit code. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Command } from './command.ts';
import { type ProcessChoice, processChoice, processFlags } from './process-flags.ts';

export interface ExecRequest extends ProcessChoice {
  readonly command: readonly string[];
}

export const execCommand: Command<ExecRequest> = {
  name: 'exec',
  words: 'TARGET -- CMD…',
  summary: 'Run a command in a container',
  flags: processFlags,
  examples: [
    ['exec web-7c9f6d4b8-x2x9k -- date', 'one command'],
    ['exec -it deploy/web -- sh', 'a shell, in a ready Pod of the Deployment'],
    ['exec -i db-0 -- psql -f - < schema.sql', 'input from a file'],
    ['exec db-0 -- tar c /data > data.tar', 'output into one'],
  ],

  request(args) {
    const before = args.wordsBeforeDashes ?? args.words.length;
    const command = args.words.slice(before);
    const [first, ...typed] = args.words;
    if (args.wordsBeforeDashes === undefined && typed.length > 0 && first?.toLowerCase() !== 'pod') {
      throw new PodwrightError('usage', 'the command stands behind `--`', { hint: `exec ${first} -- ${typed.join(' ')}` });
    }
    const choice = processChoice(args, 'exec');
    if (command.length === 0)
      throw new PodwrightError('usage', 'which command? It stands behind `--`', { hint: `exec ${first} -- date; \`shell ${first}\` opens a shell.` });
    return { ...choice, command };
  },

  async run(request, io) {
    const { chosenCluster } = await import('./cluster.ts');
    const { runProcess } = await import('./process-run.ts');
    return runProcess(request, [request.command], chosenCluster(request.cluster), io);
  },
};
