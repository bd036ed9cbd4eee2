/** `podwright describe`: everything there is to say of a Pod, with why it is as it is on top. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { podChoice } from './pod-choice.ts';
import { atFlag, fromRecordingFlag, type RecordedChoice, recordedChoice } from './recording-flags.ts';

export interface DescribeRequest {
  readonly cluster: ClusterChoice;
  /** Empty for every Pod in scope. */
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  readonly json: boolean;
  /** Read in place of the cluster. */
  readonly recording: RecordedChoice | undefined;
}

export const describeCommand: Command<DescribeRequest> = {
  name: 'describe',
  words: 'TARGET…',
  summary: 'Everything there is to say of a Pod, and why it is as it is',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Pods with these labels, as in app=web' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json' },
    ...fromRecordingFlag,
    ...atFlag,
  },
  examples: [
    ['describe web-7c9f6d4b8-x2x9k', 'one Pod'],
    ['describe web', 'every Pod whose name begins so, where none has this very name'],
    ['describe deploy/web', "a Deployment's Pods"],
    ['describe -l app=web', 'Pods with a label'],
    ['describe -l app=web -o json', 'for a program'],
    ['describe web-0 --from-recording shop.ndjson.gz --at 30s', 'a Pod as it was 30 s into a recording'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const { targets, labelSelector } = podChoice(args, cluster);
    if (args.words.length === 0 && labelSelector === undefined && !cluster.allNamespaces) {
      throw new PodwrightError('usage', 'which Pod? describe needs a target', {
        hint: 'Name a Pod or a workload, select with -l, or write `pods` for all of them.',
      });
    }
    return { cluster, targets, labelSelector, json: text(args, 'output') === 'json', recording: recordedChoice(args, cluster) };
  },

  async run(request, io) {
    if (request.recording !== undefined) {
      const { describeRecordedPods } = await import('./describe-recorded.ts');
      return describeRecordedPods(request, request.recording, io);
    }
    const { chosenCluster } = await import('./cluster.ts');
    const { describePods } = await import('./describe-pods.ts');
    return describePods(request, chosenCluster(request.cluster), io);
  },
};
