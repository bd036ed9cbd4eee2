/** `podwright timeline`: a Pod's start-up as a waterfall, and what to shorten first; of a workload, its stages over all its Pods. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTargets, type Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { atFlag, fromRecordingFlag, type RecordedChoice, recordedChoice } from './recording-flags.ts';

export interface TimelineRequest {
  readonly cluster: ClusterChoice;
  /** Read in place of the cluster. */
  readonly recording: RecordedChoice | undefined;
  /** At least one. */
  readonly targets: readonly Target[];
  readonly output: 'text' | 'json';
}

export const timelineCommand: Command<TimelineRequest> = {
  name: 'timeline',
  words: 'TARGET…',
  summary: 'How a Pod started, stage by stage, and what to shorten first',
  flags: {
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['text', 'json'], describe: 'text or json' },
    ...fromRecordingFlag,
    ...atFlag,
  },
  examples: [
    ['timeline web-7c9f6d4b8-x2x9k', 'one Pod'],
    ['timeline web-7c9f6d4b8-x2x9k -o json', 'for a program'],
    ['timeline --from-recording shop.ndjson.gz --at 30s deploy/web', 'as it was 30 s into a recording'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const targets = parseTargets(args.words);
    if (targets.length === 0) {
      throw new PodwrightError('usage', 'timeline needs a Pod or a workload', { hint: 'Name it: a Pod by its name, or deploy/web, sts/db, job/import.' });
    }
    if (cluster.allNamespaces) {
      throw new PodwrightError('usage', 'a name belongs to one namespace: -A and names exclude each other', { hint: 'Give the namespace with -n.' });
    }
    return { cluster, recording: recordedChoice(args, cluster), targets, output: text(args, 'output') === 'json' ? 'json' : 'text' };
  },

  async run(request, io) {
    const { printTimelines } = await import('./timeline-pods.ts');
    return printTimelines(request, io);
  },
};
