/** `podwright describe`: everything there is to say of a Pod, with why it is as it is on top. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTargets, type Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { atFlag, fromRecordingFlag, type RecordedChoice, recordedChoice } from './recording-flags.ts';
import { checkLabelSelector } from './selectors.ts';

export interface DescribeRequest {
  readonly cluster: ClusterChoice;
  /** Empty for every Pod in scope. */
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  /** Read in place of the cluster. */
  readonly recording: RecordedChoice | undefined;
}

export const describeCommand: Command<DescribeRequest> = {
  name: 'describe',
  words: 'TARGET…',
  summary: 'Everything there is to say of a Pod, and why it is as it is',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Pods with these labels, as in app=web' },
    ...fromRecordingFlag,
    ...atFlag,
  },
  examples: [
    ['describe web-7c9f6d4b8-x2x9k', 'one Pod'],
    ['describe web', 'every Pod whose name begins so, where none has this very name'],
    ['describe deploy/web', "a Deployment's Pods"],
    ['describe -l app=web', 'Pods with a label'],
    ['describe web-0 --from-recording shop.ndjson.gz --at 30s', 'a Pod as it was 30 s into a recording'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const targets = parseTargets(args.words);
    const labelSelector = text(args, 'selector') || undefined;
    if (labelSelector !== undefined) checkLabelSelector(labelSelector);
    if (targets.length > 0 && labelSelector !== undefined) {
      throw new PodwrightError('usage', 'name the Pods or select them, not both', { hint: 'Leave out -l or the names.' });
    }
    if (targets.length > 0 && cluster.allNamespaces) {
      throw new PodwrightError('usage', 'a name belongs to one namespace: -A and names exclude each other', { hint: 'Give the namespace with -n.' });
    }
    if (args.words.length === 0 && labelSelector === undefined && !cluster.allNamespaces) {
      throw new PodwrightError('usage', 'which Pod? describe needs a target', {
        hint: 'Name a Pod or a workload, select with -l, or write `pods` for all of them.',
      });
    }
    return { cluster, targets, labelSelector, recording: recordedChoice(args, cluster) };
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
