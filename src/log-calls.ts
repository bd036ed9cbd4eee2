/** What a program asks of a cluster in one call: the logs of Pods as one stream. Opens its connections and closes them. */
import type { ClusterCall } from './cluster-calls.ts';
import { diagnosePod } from './core/diagnosis/diagnose-pod.ts';
import type { LogNotice } from './core/log-notice.ts';
import { clusterDetails } from './kube/cluster-details.ts';
import { clusterPods } from './kube/cluster-pods.ts';
import { openCluster } from './kube/kube-config.ts';
import { logSource } from './kube/log-stream.ts';
import { createTransport } from './kube/transport.ts';
import { systemClock } from './service/clock.ts';
import type { LoggedContainer } from './service/container-log.ts';
import { decodedLine } from './service/log-block.ts';
import { LogFollower } from './service/log-follower.ts';
import type { LogRun } from './service/log-merge.ts';
import type { PodScope, PodSource } from './service/pod-source.ts';

export interface LogsCall extends Omit<ClusterCall, 'namespace'> {
  /** Goes on with new lines, restarted containers and new Pods, until the signal aborts. Default false: what there is. */
  readonly follow?: boolean;
  /** Of the run before the present one. */
  readonly previous?: boolean;
  /** Only these containers; by default all, or the one that a Pod's annotation names. */
  readonly containers?: readonly string[];
  /** Only so many of the last lines of each log. */
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** How many logs may be read at the same time; default 50. */
  readonly most?: number;
  /** Told of what happens beside the lines, and of a log that cannot be read. */
  readonly notice?: (notice: LogNotice) => void;
}

/** One line of a log, as it is: not fit for a terminal yet. */
export interface LogLine {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** When it was written, RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly text: string;
}

/**
 * The logs of Pods as one stream in the order of time, as `podwright logs` reads them: over restarts and lost connections without a lost or doubled line. Read as fast
 * as the lines are taken. Throws PodwrightError where the cluster refuses at the start, or nothing can be read.
 */
export async function* podLogs(scope: PodScope, call: LogsCall = {}): AsyncGenerator<LogLine> {
  const { follow = false, previous = false, containers = [], tailLines, sinceSeconds, most = 50, notice, signal: outer, ...choice } = call;
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ...(outer === undefined ? [] : [outer])]);
  // Each log holds a connection, and so does the watch of the Pods.
  const transport = createTransport(openCluster(choice), { maxSockets: most + 8 });
  const follower = new LogFollower({
    source: logSource(transport),
    range: { follow, previous, timestamps: false, ...(tailLines === undefined ? {} : { tailLines }), ...(sinceSeconds === undefined ? {} : { sinceSeconds }) },
    selection: { names: containers, all: false, states: [] },
    most,
    async diagnose(facts, until) {
      const now = systemClock.now();
      const context = await clusterDetails(transport).diagnosisContext({ cluster: transport.context, ...facts }, facts, now, until);
      return diagnosePod(facts, context, now);
    },
    signal,
  });
  const feeding = feedPods(clusterPods(transport), scope, { follower, follow, signal });
  try {
    for await (const items of follower.batches()) {
      for (const item of items) {
        if ('kind' in item) notice?.(item);
        else yield* linesOf(item);
      }
    }
  } finally {
    left.abort();
    await feeding;
    transport.close();
  }
}

async function feedPods(
  source: PodSource,
  scope: PodScope,
  { follower, follow, signal }: { readonly follower: LogFollower; readonly follow: boolean; readonly signal: AbortSignal },
): Promise<void> {
  try {
    for await (const { changes, synced, links } of source.watchPods(scope, { signal })) {
      for (const { type, pod } of changes) {
        if (type === 'upsert') follower.upsert(pod);
        else follower.remove(pod);
      }
      for (const link of links.values()) follower.link(link);
      if (!synced) continue;
      follower.known();
      if (!follow) return;
    }
  } catch (error) {
    if (!signal.aborted) follower.fail(error);
  }
}

function* linesOf({ of, block, from, to }: LogRun<LoggedContainer>): Generator<LogLine> {
  const { namespace, name } = of.facts;
  for (let index = from; index < to; index++) yield { namespace, pod: name, container: of.container, ...decodedLine(block, index) };
}
