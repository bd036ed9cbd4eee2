/** The work of `describe`: reads the Pods, gathers what there is to say of each, and prints one after the other. */
import type { DescribedPod, LookedUp } from '../src/core/described-pod.ts';
import { type EventFacts, eventsByPod } from '../src/core/event-facts.ts';
import { ownerTarget } from '../src/core/owner.ts';
import { podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterDetails } from '../src/kube/cluster-details.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { describeJson } from '../src/report/describe-json.ts';
import { describePodLines } from '../src/report/describe-pod.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { type NodeReader, PodDescriptions } from '../src/service/pod-description.ts';
import type { PodObject, PodObjectReader } from '../src/service/pod-reader.ts';
import type { OpenCluster, OpenPods } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { DescribeRequest } from './describe.ts';
import { type PodQuery, pagesOf, podQueries } from './get-targets.ts';
import { advise } from './pod-advice.ts';
import { likelyNames } from './why-missing.ts';

/** Up to this many Pods each ask for their own Events; for more, those of the namespaces are read once. */
const askEach = 5;

type Describe = (pod: PodObject) => Promise<DescribedPod> | DescribedPod;

/** Describes Pods of a cluster; gives the exit code. */
export async function describePods(request: DescribeRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const details = clusterDetails(cluster.transport);
  const readNode: NodeReader = (name, signal) => details.node(cluster.reader.cluster, name, signal);
  const descriptions = new PodDescriptions(clusterDiagnosis(cluster.transport), readNode, io.now(), io.signal);
  return printDescriptions(request, cluster, io, async (pods) => {
    const events = pods.length > askEach ? await eventsOf(cluster, io) : undefined;
    return (pod) => descriptions.describe(pod, events?.(pod));
  });
}

/** Prints the descriptions; gives the exit code: 1 where a named object does not exist. What describes them is made once the Pods are known. */
export async function printDescriptions(
  request: DescribeRequest,
  pods: OpenPods,
  io: CommandIo,
  describer: (pods: readonly PodObject[]) => Promise<Describe> | Describe,
): Promise<number> {
  const { queries, errors } = await podQueries({ ...request, fieldSelector: undefined }, pods, io.signal);
  const read = await readPods(queries, pods, io);
  const missing = [...errors, ...read.errors];
  for (const { message, hint } of missing) io.stderr.write(`podwright: ${plainText(message)}\n${hint === undefined ? '' : `${plainText(hint)}\n`}`);
  if (read.pods.length === 0 && missing.length === 0) io.stderr.write('No Pods found\n');
  const style = { columns: io.stdout.isTTY ? io.stdout.columns : undefined, color: io.color, unicode: io.unicode };
  const describeAlone = await describer(read.pods);
  const describe = async (pod: PodObject): Promise<DescribedPod> => ({ ...(await describeAlone(pod)), advice: await advise(pod) });
  if (request.json) {
    const described: DescribedPod[] = [];
    for (const pod of read.pods) described.push(await describe(pod));
    io.stdout.write(describeJson(described));
  } else
    for (const [at, pod] of read.pods.entries()) {
      io.stdout.write(`${at === 0 ? '' : '\n\n'}${describePodLines(await describe(pod), style).join('\n')}\n`);
    }
  return missing.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** The Pods of all queries, each once. The errors are of those that were named and that neither exist nor begin the name of another. */
async function readPods(queries: readonly PodQuery[], { reader }: OpenPods, { signal }: CommandIo) {
  const pods = new Map<string, PodObject>();
  const errors: PodwrightError[] = [];
  const keep = (object: PodObject): void => void pods.set(podFacts(object).uid, object);
  for (const query of queries) {
    if (query.kind === 'named') {
      try {
        (await namedPods(query, reader, signal)).forEach(keep);
      } catch (error) {
        if (!isPodwrightError(error) || error.code !== 'not-found') throw error;
        errors.push(error);
      }
    } else for await (const page of pagesOf(query, reader, { signal })) page.forEach(keep);
  }
  return { pods: [...pods.values()], errors };
}

/** The Pod of this name, else, as with kubectl, those whose names begin with it. Throws `not-found`, with the nearest name there is. */
async function namedPods(
  { namespace, name }: { namespace: string; name: string },
  reader: PodObjectReader,
  signal: AbortSignal,
): Promise<readonly PodObject[]> {
  try {
    return [await reader.pod({ namespace, name }, { signal })];
  } catch (error) {
    if (!isPodwrightError(error) || error.code !== 'not-found') throw error;
    const names = await namesIn(namespace, reader, signal);
    const begun = names.filter((each) => !each.includes('/')).filter((each) => each.startsWith(name));
    if (begun.length > 0) return Promise.all(begun.map((each) => reader.pod({ namespace, name: each }, { signal })));
    const meant = likelyNames(name, names);
    throw meant.length === 0 ? error : new PodwrightError('not-found', error.message, { hint: `Did you mean ${meant.join(' or ')}?`, cause: error });
  }
}

/** Names of Pods, and their owners as targets; none where they may not be listed. */
async function namesIn(namespace: string, reader: PodObjectReader, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const names: string[] = [];
    for await (const page of reader.podPages({ namespaces: [namespace] }, { signal }))
      names.push(...page.map(podFacts).flatMap((facts) => [ownerTarget(facts) ?? facts.name, facts.name]));
    return [...new Set(names)];
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return [];
  }
}

/** Those about each Pod, from one list of all. */
async function eventsOf({ transport, namespaces }: OpenCluster, io: CommandIo): Promise<(pod: PodObject) => LookedUp<readonly EventFacts[]>> {
  try {
    const events = await clusterDiagnosis(transport).events({ namespaces }, io.signal);
    const about = eventsByPod(events);
    return (pod) => ({ state: 'known', value: about(podFacts(pod)) });
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    return () => ({ state: 'unknown', problem: error.code === 'forbidden' ? error.code : error.message });
  }
}
