/** `podwright remove`: takes out what `add` has put into a manifest, by the record that it left there. */

import { onePattern } from './add.ts';
import { texts } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { type EditRequest, editFlags, editRequest, setFlag } from './edit-request.ts';

export interface RemoveRequest {
  readonly edit: EditRequest;
  readonly pattern: string;
  readonly settings: readonly string[];
}

export const removeCommand: Command<RemoveRequest> = {
  name: 'remove',
  words: 'PATTERN',
  summary: 'Take out of a manifest what `add` has put in',
  flags: { ...editFlags, ...setFlag },
  examples: [
    ['remove log-streamer -f web.yaml --diff', 'what it would take out'],
    ['remove wait-for -f web.yaml --set name=wait-for-db -i', 'one of two, in place'],
  ],

  request(args) {
    return { edit: editRequest(args, 'remove'), pattern: onePattern(args, 'remove'), settings: texts(args, 'set') };
  },

  async completions() {
    const runs = await import('./pattern-runs.ts');
    return runs.patternNames();
  },

  async run(request, io) {
    const { runRemove } = await import('./pattern-runs.ts');
    return runRemove(request, io);
  },
};
