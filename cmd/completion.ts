/** `podwright completion`: the script that makes a shell complete commands, flags, and the names of Pods, containers, contexts and namespaces. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Command } from './command.ts';
import { completionScripts } from './completion-script.ts';

const shells = ['bash', 'zsh', 'fish', 'kubectl'] as const;
type Shell = (typeof shells)[number];

export interface CompletionRequest {
  readonly shell: Shell;
}

export const completionCommand: Command<CompletionRequest> = {
  name: 'completion',
  words: 'SHELL',
  summary: 'The script for completion in bash, zsh or fish, with live names',
  flags: {},
  examples: [
    ['completion bash >> ~/.bashrc', 'for bash'],
    ['completion zsh > "${fpath[1]}/_podwright"', 'for zsh'],
    ['completion fish > ~/.config/fish/completions/podwright.fish', 'for fish'],
    [
      'completion kubectl > ~/bin/kubectl_complete-podwright && chmod +x ~/bin/kubectl_complete-podwright',
      'for `kubectl podwright`, with a folder that is on the PATH',
    ],
  ],

  request({ words: [word, ...others] }) {
    const shell = shells.find((candidate) => candidate === word);
    if (shell !== undefined && others.length === 0) return { shell };
    throw new PodwrightError('usage', word === undefined ? 'which shell?' : `no completion for ${[word, ...others].join(' ')}`, {
      hint: `There is completion for ${shells.join(', ')}.`,
    });
  },

  completions: async () => shells,

  async run({ shell }, io) {
    io.stdout.write(completionScripts[shell]);
    return 0;
  },
};
