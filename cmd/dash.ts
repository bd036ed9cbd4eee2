/** `podwright dash`, and `podwright` alone: the live dashboard. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import type { Transport } from '../src/kube/transport.ts';
import { begunPods } from '../src/service/begun-pods.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { advise } from './pod-advice.ts';
import { fromRecordingFlag, recordingFile } from './recording-flags.ts';
import { checkFieldSelector, checkLabelSelector } from './selectors.ts';
import { terminalProgram } from './terminal-program.ts';

/** How long it takes at most to connect to a cluster nearby and to hear its first answers. */
const firstAnswersMs = 150;

export interface DashRequest {
  readonly cluster: ClusterChoice;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Shown in place of a cluster. */
  readonly recording?: string;
}

/** Asks for no Pods in particular: where there is no cluster, the demo is as good as any. */
function isBare({ cluster, labelSelector, fieldSelector }: DashRequest): boolean {
  return cluster.namespace === undefined && !cluster.allNamespaces && labelSelector === undefined && fieldSelector === undefined;
}

export const dash: Command<DashRequest> = {
  name: 'dash',
  summary: 'The live dashboard of Pods; what runs when no command is named',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Only Pods with these labels (app=web,tier!=cache)' },
    'field-selector': { type: 'string', value: 'SELECTOR', describe: 'Only Pods with these fields (spec.nodeName=worker)' },
    ...fromRecordingFlag,
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
    const cluster = clusterChoice(args);
    const recording = recordingFile(args, cluster);
    return {
      cluster,
      ...(recording === undefined ? {} : { recording }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  },

  async run(request, io) {
    if (request.recording !== undefined) {
      const { replay } = await import('./replay.ts');
      return replay({ ...request, file: request.recording, speed: 1 }, io);
    }
    if (!io.stdout.isTTY || !io.stdin.isTTY) {
      io.stderr.write(`${io.program}: the dashboard needs a terminal; \`${io.program} get\` prints the same Pods anywhere.\n`);
      return exitCodes.usage;
    }
    const { clusterIsConfigured, listContexts, openCluster } = await import('../src/kube/kube-config.ts');
    if (isBare(request) && !clusterIsConfigured(request.cluster)) {
      const { replayDemo } = await import('./demo.ts');
      return replayDemo(io);
    }
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
    // Ink takes long to load and does so in one go, while no answer is read: not before all requests are on their way.
    const { source, news } = begunPods(clusterPods(transport), scope);
    await Promise.race([news, setTimeout(firstAnswersMs)]);
    const { runDashboard } = await import('../src/tui/screens.ts');
    const { podActions } = await import('../src/kube/pod-actions.ts');
    const { dashForward } = await import('./dash-forward.ts');
    /** What looks into Pods and acts on them by this line; `context` is named where another was chosen. */
    const ports = (line: Transport, context?: string) => ({
      details: clusterDetails(line),
      actions: podActions(line),
      runs: terminalProgram(request.cluster, context, io),
      forward: dashForward(line),
    });
    // Nearly all that is read of a Pod is garbage at once: V8 would let the space for it grow to 96 MB while thousands of Pods arrive.
    setFlagsFromString('--semi-space-growth-factor=1');
    try {
      return await runDashboard({
        source,
        ...ports(transport),
        close: () => transport.close(),
        contexts: {
          names: () => listContexts(request.cluster).map(({ name }) => name),
          open(name) {
            // Which cluster and which user go with it is the other context's to say.
            const { kubeconfig } = request.cluster;
            const other = openCluster({ context: name, ...(kubeconfig === undefined ? {} : { kubeconfig }) });
            const line = createTransport(other);
            return {
              source: clusterPods(line),
              ...ports(line, name),
              namespace: other.namespace,
              close: () => line.close(),
            };
          },
        },
        scope,
        stdin: io.stdin,
        stdout: io.stdout,
        colour: io.color,
        unicode: io.unicode,
        advise,
        signal: io.signal,
        now: () => io.now(),
      });
    } finally {
      transport.close();
    }
  },
};
