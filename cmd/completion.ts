/** `podwright completion`: the script that makes a shell complete commands and flags. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Command } from './command.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export interface CompletionRequest {
  readonly shell: Shell;
}

export const completionCommand: Command<CompletionRequest> = {
  name: 'completion',
  words: 'SHELL',
  summary: 'The script for completion in bash, zsh or fish',
  flags: {},
  examples: [
    ['completion bash >> ~/.bashrc', 'for bash'],
    ['completion zsh > "${fpath[1]}/_podwright"', 'for zsh'],
    ['completion fish > ~/.config/fish/completions/podwright.fish', 'for fish'],
  ],

  request({ words: [word, ...others] }) {
    const shell = shells.find((candidate) => candidate === word);
    if (shell !== undefined && others.length === 0) return { shell };
    throw new PodwrightError('usage', word === undefined ? 'which shell?' : `no completion for ${[word, ...others].join(' ')}`, {
      hint: `There is completion for ${shells.join(', ')}.`,
    });
  },

  async run({ shell }, io) {
    const { completionScript } = await import('./completion-script.ts');
    io.stdout.write(await completionScript(shell));
    return 0;
  },
};
