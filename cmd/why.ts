/** `podwright why`: why Pods are not Ready, with what shows it and what to try; those with the same cause together. */
import { findingCodes } from '../src/core/diagnosis/finding.ts';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { measureFor, tableText } from '../src/report/table.ts';
import type { Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { podChoice } from './pod-choice.ts';

export interface WhyRequest {
  readonly cluster: ClusterChoice;
  /** Empty for everything that is not well. */
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  readonly json: boolean;
  /** Only list the codes that findings can have. */
  readonly codes: boolean;
}

export const whyCommand: Command<WhyRequest> = {
  name: 'why',
  words: '[TARGET…]',
  summary: 'Why Pods are not Ready, and what to try',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Label selector, as in app=web' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json' },
    codes: { type: 'boolean', describe: 'List the codes of all findings there are; asks no server' },
  },
  examples: [
    ['why web-7c9f6d4b8-x2x9k', 'one Pod'],
    ['why deploy/web', "a Deployment's Pods, and why it has none"],
    ['why -A', 'everything that is not well, by cause'],
    ['why -l app=web -o json', 'for a program'],
    ['why --codes', 'the codes there are'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const { targets, labelSelector } = podChoice(args, cluster);
    const codes = args.flags['codes'] === true;
    if (codes && (targets.length > 0 || labelSelector !== undefined)) throw new PodwrightError('usage', '--codes lists all codes, and takes no Pods');
    return { cluster, targets, labelSelector, json: text(args, 'output') === 'json', codes };
  },

  async run(request, io) {
    if (request.codes) {
      io.stdout.write(await codesText(request.json));
      return exitCodes.done;
    }
    const { chosenCluster } = await import('./cluster.ts');
    const { explainPods } = await import('./why-pods.ts');
    return explainPods(request, chosenCluster(request.cluster), io);
  },
};

async function codesText(json: boolean): Promise<string> {
  const codes = Object.entries(findingCodes).map(([code, meaning]) => ({ code, class: meaning.class, title: meaning.title }));
  if (json) return `${JSON.stringify(codes, undefined, 2)}\n`;
  const table = [['CODE', 'CLASS', 'MEANS'], ...codes.map(({ code, class: kind, title }) => [code, kind, title])];
  return tableText(table, await measureFor(table));
}
