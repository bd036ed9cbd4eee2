/** `podwright timeline`: a Pod's start-up as a waterfall, and what to shorten first; of a workload, its stages over all its Pods. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { podChoice } from './pod-choice.ts';
import { atFlag, fromRecordingFlag, type RecordedChoice, recordedChoice } from './recording-flags.ts';

const outputs = ['text', 'json', 'svg'] as const;
type TimelineOutput = (typeof outputs)[number];

export interface TimelineRequest {
  readonly cluster: ClusterChoice;
  /** Read in place of the cluster. */
  readonly recording: RecordedChoice | undefined;
  /** Empty where a selector chooses the Pods. */
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  readonly output: TimelineOutput;
}

export const timelineCommand: Command<TimelineRequest> = {
  name: 'timeline',
  words: 'TARGET…',
  summary: 'How a Pod started, stage by stage, and what to shorten first',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'The Pods with these labels, as in app=web, together' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: outputs, describe: outputs.join(', ') },
    ...fromRecordingFlag,
    ...atFlag,
  },
  examples: [
    ['timeline web-7c9f6d4b8-x2x9k', 'one Pod'],
    ['timeline deploy/web', "each stage over a Deployment's Pods: p50, p90, and the slowest"],
    ['timeline web-7c9f6d4b8-x2x9k -o json', 'for a program'],
    ['timeline deploy/web -o svg > web.svg', 'as a picture'],
    ['timeline --from-recording shop.ndjson.gz --at 30s deploy/web', 'as it was 30 s into a recording'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const { targets, labelSelector } = podChoice(args, cluster);
    if (targets.length === 0 && labelSelector === undefined) {
      throw new PodwrightError('usage', 'timeline needs a Pod or a workload', {
        hint: 'Name it: a Pod by its name, or deploy/web, sts/db, job/import. -l selects Pods by their labels.',
      });
    }
    if (targets.length > 1 && text(args, 'output') === 'svg') {
      throw new PodwrightError('usage', 'a picture is of one Pod or one workload', { hint: 'Name one of them, and the others in further pictures.' });
    }
    const output = outputs.find((each) => each === text(args, 'output')) ?? 'text';
    return { cluster, recording: recordedChoice(args, cluster), targets, labelSelector, output };
  },

  async run(request, io) {
    const { printTimelines } = await import('./timeline-pods.ts');
    return printTimelines(request, io);
  },
};
