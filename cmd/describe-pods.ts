/** The work of `describe`: reads the Pods, gathers what there is to say of each, and prints one after the other. */
import type { LookedUp } from '../src/core/described-pod.ts';
import type { EventFacts } from '../src/core/event-facts.ts';
import { podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterDetails } from '../src/kube/cluster-details.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { describePodLines } from '../src/report/describe-pod.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { PodDescriptions } from '../src/service/pod-description.ts';
import type { PodObject } from '../src/service/pod-reader.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { DescribeRequest } from './describe.ts';
import { didYouMean } from './did-you-mean.ts';
import { objectBelongs, type PodQuery, podQueries } from './get-targets.ts';

/** Up to this many Pods each ask for their own Events; for more, those of the namespaces are read once. */
const askEach = 5;

/** Prints the descriptions; gives the exit code: 1 where a named object does not exist. */
export async function describePods(request: DescribeRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { queries, errors } = await podQueries({ ...request, fieldSelector: undefined }, cluster, io.signal);
  const read = await readPods(queries, cluster, io);
  const missing = [...errors, ...read.errors];
  for (const { message, hint } of missing) io.stderr.write(`podwright: ${plainText(message)}\n${hint === undefined ? '' : `${plainText(hint)}\n`}`);
  if (read.pods.length === 0 && missing.length === 0) io.stderr.write('No Pods found\n');
  const source = clusterDiagnosis(cluster.transport);
  const details = clusterDetails(cluster.transport);
  const descriptions = new PodDescriptions(source, (name, signal) => details.node(cluster.reader.cluster, name, signal), io.now(), io.signal);
  const events = read.pods.length > askEach ? await eventsOf(cluster, io) : undefined;
  const style = { columns: io.stdout.isTTY ? io.stdout.columns : undefined, color: io.color, unicode: io.unicode };
  for (const [at, pod] of read.pods.entries()) {
    const described = await descriptions.describe(pod, events?.(pod));
    io.stdout.write(`${at === 0 ? '' : '\n\n'}${describePodLines(described, style).join('\n')}\n`);
  }
  return missing.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** The Pods of all queries, each once. The errors are of those that were named and that neither exist nor begin the name of another. */
async function readPods(queries: readonly PodQuery[], cluster: OpenCluster, { signal }: CommandIo) {
  const pods = new Map<string, PodObject>();
  const errors: PodwrightError[] = [];
  const keep = (object: PodObject): void => void pods.set(podFacts(object).uid, object);
  for (const query of queries) {
    if (query.kind === 'named') {
      try {
        (await namedPods(query, cluster, signal)).forEach(keep);
      } catch (error) {
        if (!isPodwrightError(error) || error.code !== 'not-found') throw error;
        errors.push(error);
      }
    } else for await (const page of cluster.reader.podPages(query.scope, { signal })) page.filter((object) => objectBelongs(query, object)).forEach(keep);
  }
  return { pods: [...pods.values()], errors };
}

/** The Pod of this name, else, as with kubectl, those whose names begin with it. Throws `not-found`, with the nearest name there is. */
async function namedPods(
  { namespace, name }: { namespace: string; name: string },
  { reader }: OpenCluster,
  signal: AbortSignal,
): Promise<readonly PodObject[]> {
  try {
    return [await reader.pod({ namespace, name }, { signal })];
  } catch (error) {
    if (!isPodwrightError(error) || error.code !== 'not-found') throw error;
    const names = await namesIn(namespace, reader, signal);
    const begun = names.filter((each) => each.startsWith(name));
    if (begun.length > 0) return Promise.all(begun.map((each) => reader.pod({ namespace, name: each }, { signal })));
    const nearest = didYouMean(name, names);
    throw nearest === undefined ? error : new PodwrightError('not-found', error.message, { hint: `Did you mean ${nearest}?`, cause: error });
  }
}

/** None where they may not be listed. */
async function namesIn(namespace: string, reader: OpenCluster['reader'], signal: AbortSignal): Promise<readonly string[]> {
  try {
    return (await reader.podTable({ namespaces: [namespace] }, { signal })).rows.map((row) => row.name);
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return [];
  }
}

/** Those about each Pod, from one list of all. */
async function eventsOf({ transport, namespaces }: OpenCluster, io: CommandIo): Promise<(pod: PodObject) => LookedUp<readonly EventFacts[]>> {
  try {
    const events = await clusterDiagnosis(transport).events({ namespaces }, io.signal);
    const byPod = Map.groupBy(events, ({ regarding }) => regarding.uid);
    return (pod) => ({ state: 'known', value: byPod.get(podFacts(pod).uid) ?? [] });
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return () => ({ state: 'unknown', problem: error.code === 'forbidden' ? error.code : error.message });
  }
}
