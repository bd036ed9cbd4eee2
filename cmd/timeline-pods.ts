/** The work of `timeline`: reads Pods and the Events about them, from a cluster or a recording, and prints how they started. */
import { type EventFacts, isAboutPod } from '../src/core/event-facts.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError } from '../src/core/podwright-error.ts';
import { podTimeline } from '../src/core/timeline/pod-timeline.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { type PodWithTimeline, timelineJson } from '../src/report/timeline-json.ts';
import { timelineText } from '../src/report/timeline-text.ts';
import { styleOf } from '../src/tui/style.ts';
import type { OpenPods } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { belongs, type PodQuery, podQueries, settled } from './get-targets.ts';
import { momentOf } from './recording-flags.ts';
import type { TimelineRequest } from './timeline.ts';

/** Where Pods and Events come from, and the moment they are looked at. */
interface Source extends OpenPods {
  readonly now: number;
  /** Those of the namespace, or of one Pod where it is known that no other is asked for; undefined where they may not be read. */
  events(pods: readonly PodFacts[]): Promise<readonly EventFacts[] | undefined>;
}

/** Prints the timelines; gives the exit code: 1 where something that was named does not exist. */
export async function printTimelines(request: TimelineRequest, io: CommandIo): Promise<number> {
  const source = request.recording === undefined ? await clusterSource(request, io) : await recordedSource(request, request.recording);
  const asked = { targets: request.targets, labelSelector: undefined, fieldSelector: undefined };
  const { queries, errors } = await podQueries(asked, source, io.signal);
  const read = await settled(queries, (query) => podsOf(query, source, io.signal));
  for (const error of [...errors, ...read.errors]) io.stderr.write(`podwright: ${plainText(error.message)}\n`);
  const facts = [...new Map(read.results.flat().map((pod) => [pod.uid, pod])).values()];
  const events = facts.length === 0 ? [] : await source.events(facts);
  const pods = facts.map((pod): PodWithTimeline => {
    const about = events?.filter((event) => isAboutPod(event, pod));
    return { facts: pod, timeline: podTimeline(pod, about, source.now) };
  });
  if (request.output === 'json') {
    io.stdout.write(timelineJson(pods));
  } else {
    const style = { width: Math.max(40, io.stdout.columns || 80), unicode: io.unicode, paint: styleOf(io.color) };
    io.stdout.write(pods.map((pod) => timelineText(pod.facts, pod.timeline, style)).join('\n'));
  }
  return errors.length + read.errors.length > 0 ? exitCodes.failed : exitCodes.done;
}

async function podsOf(query: PodQuery, { reader }: OpenPods, signal: AbortSignal): Promise<readonly PodFacts[]> {
  if (query.kind === 'named') return [podFacts(await reader.pod(query, { signal }))];
  const pods: PodFacts[] = [];
  for await (const page of reader.podPages(query.scope, { signal })) pods.push(...page.map(podFacts).filter((facts) => belongs(query, facts)));
  return pods;
}

async function clusterSource({ cluster }: TimelineRequest, io: CommandIo): Promise<Source> {
  const { chosenCluster } = await import('./cluster.ts');
  const { clusterDiagnosis } = await import('../src/kube/cluster-diagnosis.ts');
  const opened = chosenCluster(cluster);
  return {
    ...opened,
    now: io.now(),
    async events([first, ...others]) {
      // Events about a static Pod do not bear its UID.
      const only = first !== undefined && others.length === 0 && !first.mirror ? { uid: first.uid } : {};
      try {
        return await clusterDiagnosis(opened.transport).events({ namespaces: opened.namespaces, ...only }, io.signal);
      } catch (error) {
        if (!isPodwrightError(error) || error.code !== 'forbidden') throw error;
        io.stderr.write(`podwright: without Events: ${plainText(error.message)}\n`);
        return undefined;
      }
    },
  };
}

async function recordedSource({ cluster }: TimelineRequest, { file, moment }: NonNullable<TimelineRequest['recording']>): Promise<Source> {
  const { readRecording, recordedEvents, recordedNamespaces, recordedReader } = await import('../src/record/recordings.ts');
  const recording = await readRecording(file);
  const now = momentOf(recording, moment);
  const index = recording.indexAt(now);
  const namespaces = recordedNamespaces(recording, { all: false, ...(cluster.namespace === undefined ? {} : { namespace: cluster.namespace }) });
  return {
    reader: recordedReader(recording, index),
    namespace: namespaces === 'all' ? recording.header.namespace : (namespaces[0] ?? recording.header.namespace),
    namespaces,
    now,
    events: async () => recordedEvents(recording, index),
  };
}
