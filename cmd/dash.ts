/** `podwright dash`, and `podwright` alone: the live dashboard. */
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { checkFieldSelector, checkLabelSelector } from './selectors.ts';

export interface DashRequest {
  readonly cluster: ClusterChoice;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export const dash: Command<DashRequest> = {
  name: 'dash',
  summary: 'The live dashboard of Pods; what runs when no command is named',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Only Pods with these labels (app=web,tier!=cache)' },
    'field-selector': { type: 'string', value: 'SELECTOR', describe: 'Only Pods with these fields (spec.nodeName=worker)' },
  },
  examples: [
    ['', "Pods of the context's namespace"],
    ['dash -A', 'Pods of all namespaces'],
    ['dash -n shop -l app=web', 'Some Pods of one namespace'],
  ],

  request(args) {
    const word = args.words[0];
    if (word !== undefined)
      throw new PodwrightError('usage', `dash takes no arguments, but got "${word}"`, { hint: 'Pods are narrowed by -n, -l and the / key.' });
    const labelSelector = text(args, 'selector');
    const fieldSelector = text(args, 'field-selector');
    if (labelSelector !== undefined) checkLabelSelector(labelSelector);
    if (fieldSelector !== undefined) checkFieldSelector(fieldSelector);
    return {
      cluster: clusterChoice(args),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  },

  async run(request, io) {
    if (!io.stdout.isTTY || !io.stdin.isTTY) {
      io.stderr.write(`${io.program}: the dashboard needs a terminal; \`${io.program} get\` prints the same Pods anywhere.\n`);
      return exitCodes.usage;
    }
    const { openCluster } = await import('../src/kube/kube-config.ts');
    const access = openCluster(request.cluster);
    const { createTransport } = await import('../src/kube/transport.ts');
    const { clusterPods } = await import('../src/kube/cluster-pods.ts');
    const { clusterDetails } = await import('../src/kube/cluster-details.ts');
    const transport = createTransport(access);
    const scope: PodScope = {
      // As with kubectl, -A goes before -n.
      namespaces: request.cluster.allNamespaces ? 'all' : [request.cluster.namespace ?? access.namespace],
      ...(request.labelSelector === undefined ? {} : { labelSelector: request.labelSelector }),
      ...(request.fieldSelector === undefined ? {} : { fieldSelector: request.fieldSelector }),
    };
    const { runDashboard } = await import('../src/tui/effects.ts');
    try {
      return await runDashboard({
        source: clusterPods(transport),
        details: clusterDetails(transport),
        scope,
        stdin: io.stdin,
        stdout: io.stdout,
        colour: io.color,
        unicode: io.unicode,
        signal: io.signal,
        now: () => io.now(),
      });
    } finally {
      transport.close();
    }
  },
};
