/** `podwright add`: a pattern into a manifest that is there already, of which all else stays as it is. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { classicFlag, type EditRequest, editFlags, editRequest, setFlag } from './edit-request.ts';

export interface AddRequest {
  readonly edit: EditRequest;
  readonly pattern: string;
  readonly settings: readonly string[];
  readonly classic: boolean;
  readonly asPatch: boolean;
}

export const addCommand: Command<AddRequest> = {
  name: 'add',
  words: 'PATTERN',
  summary: 'Add a pattern to a manifest; everything else in it stays byte for byte',
  flags: {
    ...editFlags,
    ...setFlag,
    ...classicFlag,
    'as-patch': { type: 'boolean', describe: 'Print a strategic merge patch in place of the manifest, for kustomize and kubectl patch' },
  },
  examples: [
    ['add log-streamer -f web.yaml --diff', 'what it would add'],
    ['add ambassador:cache -f deploy/all.yaml --to deploy/web --set host=redis.shop.svc -i', 'into one of several workloads, in place'],
    ['add security:restricted -f web.yaml --as-patch > patch.yaml', 'as a patch'],
  ],

  request(args) {
    const edit = editRequest(args, 'add');
    const asPatch = args.flags['as-patch'] === true;
    if (asPatch && edit.output !== 'text')
      throw new PodwrightError('usage', '--as-patch prints a patch, and changes no file', { hint: 'Leave out -i and --diff.' });
    return { edit, pattern: onePattern(args, 'add'), settings: texts(args, 'set'), classic: args.flags['classic'] === true, asPatch };
  },

  async completions() {
    const runs = await import('./pattern-runs.ts');
    return runs.patternNames();
  },

  async run(request, io) {
    const { runAdd } = await import('./pattern-runs.ts');
    return runAdd(request, io);
  },

  async help([word], io) {
    if (word === undefined) return undefined;
    const { helpOf } = await import('./pattern-runs.ts');
    return helpOf(word, io);
  },
};

/** The pattern that the words name. Throws `usage` for none, and for several. */
export function onePattern({ words: [word, ...others] }: Arguments, command: string): string {
  if (word === undefined) throw new PodwrightError('usage', `${command} which pattern?`, { hint: '`podwright new --list` lists the patterns.' });
  if (others.length > 0) throw new PodwrightError('usage', `${command} takes one pattern, but got ${[word, ...others].join(' ')}`);
  return word;
}
