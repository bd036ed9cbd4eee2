/** `podwright edit`: one object in an editor, checked before it is sent. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTargets, type Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice } from './cluster-flags.ts';
import type { Command } from './command.ts';

export interface EditCommandRequest {
  readonly cluster: ClusterChoice;
  readonly target: Target;
  readonly lint: boolean;
  /** A Pod whose immutable fields were changed is deleted and made anew. */
  readonly replace: boolean;
  readonly yes: boolean;
}

export const editCommand: Command<EditCommandRequest> = {
  name: 'edit',
  words: 'TARGET',
  summary: 'Edit a Pod or workload in your editor; what is wrong comes back on its line',
  flags: {
    'no-lint': { type: 'boolean', describe: 'Hand it to the server as it is' },
    replace: { type: 'boolean', describe: 'Delete a Pod and make it anew where it cannot be changed; keeps the old manifest in a file' },
    yes: { type: 'boolean', short: 'y', describe: 'Do not ask' },
  },
  examples: [
    ['edit deploy/web', 'in the editor of KUBE_EDITOR, VISUAL or EDITOR, else vi'],
    ['edit pod/solo --replace', 'a Pod, made anew where it has to be'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    if (cluster.allNamespaces)
      throw new PodwrightError('usage', 'a name belongs to one namespace: -A does not go with edit', { hint: 'Give the namespace with -n.' });
    const [target, ...others] = parseTargets(args.words);
    if (target === undefined) throw new PodwrightError('usage', 'edit what?', { hint: 'Name a Pod or a workload, as in deploy/web.' });
    if (others.length > 0) throw new PodwrightError('usage', 'edit takes one object at a time');
    return { cluster, target, lint: args.flags['no-lint'] !== true, replace: args.flags['replace'] === true, yes: args.flags['yes'] === true };
  },

  async run(request, io) {
    const { runEditCommand } = await import('./edit-run.ts');
    return runEditCommand(request, io);
  },
};
