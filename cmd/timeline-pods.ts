/** The work of `timeline`: reads Pods and the Events about them, from a cluster or a recording, and prints how they started. */
import { type EventFacts, eventsByPod } from '../src/core/event-facts.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes } from '../src/core/podwright-error.ts';
import { podTimeline } from '../src/core/timeline/pod-timeline.ts';
import { ofNewestTemplate, type PodWithTimeline, startUpStatistics } from '../src/core/timeline/start-up-statistics.ts';
import { styleOf } from '../src/report/style.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { type TargetStatistics, timelineJson } from '../src/report/timeline-json.ts';
import { statisticsText } from '../src/report/timeline-statistics-text.ts';
import { statisticsSvg, timelineSvg } from '../src/report/timeline-svg.ts';
import { timelineText } from '../src/report/timeline-text.ts';
import { targetText } from '../src/service/target.ts';
import type { OpenPods } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { type PodQuery, pagesOf, podQueries, settled } from './get-targets.ts';
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
  const { queries, errors } = await podQueries({ ...request, fieldSelector: undefined }, source, io.signal);
  const read = await settled(queries, async (query) => ({ query, facts: await podsOf(query, source, io.signal) }));
  for (const error of [...errors, ...read.errors]) io.stderr.write(`podwright: ${plainText(error.message)}\n`);
  const all = read.results.flatMap(({ facts }) => facts);
  const events = all.length === 0 ? [] : await source.events(all);
  const about = events && eventsByPod(events);
  const answers = read.results.map(
    ({ query, facts }): Answer => ({
      query,
      pods: facts.map((pod) => ({ facts: pod, timeline: podTimeline(pod, about?.(pod), source.now) })),
    }),
  );
  for (const { query, pods } of answers) if (pods.length === 0) io.stderr.write(`podwright: ${noPods(query, request)}\n`);
  print(answers, request, source, io);
  return errors.length + read.errors.length > 0 ? exitCodes.failed : exitCodes.done;
}

interface Answer {
  readonly query: PodQuery;
  readonly pods: readonly PodWithTimeline[];
}

function print(answers: readonly Answer[], request: TimelineRequest, source: Source, io: CommandIo): void {
  const pods = [...new Map(answers.flatMap((answer) => answer.pods).map((pod) => [pod.facts.uid, pod])).values()];
  const statistics = ({ query, pods: of }: Answer): TargetStatistics => {
    const workload = query.kind === 'scope' && query.workload !== undefined;
    const { pods: counted, older } = workload ? ofNewestTemplate(of) : { pods: of, older: 0 };
    return {
      target: targetOf(query, request),
      selected: !workload,
      namespace: source.namespaces === 'all' ? undefined : source.namespace,
      older,
      statistics: startUpStatistics(counted),
    };
  };
  if (request.output === 'json') {
    io.stdout.write(timelineJson(pods, answers.filter(({ query }) => query.kind === 'scope').map(statistics)));
    return;
  }
  if (request.output === 'svg') {
    for (const answer of answers) {
      const [only, ...others] = answer.pods;
      if (only !== undefined) io.stdout.write(others.length > 0 ? statisticsSvg(statistics(answer)) : timelineSvg(only.facts, only.timeline));
    }
    return;
  }
  const style = { width: Math.max(40, io.stdout.columns || 80), unicode: io.unicode, paint: styleOf(io.color) };
  // Of one Pod there is more to see than of numbers about it.
  const texts = answers.flatMap((answer) =>
    answer.pods.length > 1 ? [statisticsText(statistics(answer), style)] : answer.pods.map(({ facts, timeline }) => timelineText(facts, timeline, style)),
  );
  io.stdout.write(texts.join('\n'));
}

function noPods(query: PodQuery, request: TimelineRequest): string {
  const target = targetOf(query, request);
  return query.kind === 'scope' && query.workload === undefined ? `no Pods match ${target}` : `${target} has no Pods`;
}

function targetOf(query: PodQuery, { labelSelector }: TimelineRequest): string {
  if (query.kind === 'named') return query.name;
  return query.workload === undefined ? (labelSelector ?? '') : targetText(query.workload);
}

async function podsOf(query: PodQuery, { reader }: OpenPods, signal: AbortSignal): Promise<readonly PodFacts[]> {
  if (query.kind === 'named') return [podFacts(await reader.pod(query, { signal }))];
  const pods: PodFacts[] = [];
  for await (const page of pagesOf(query, reader, { signal })) pods.push(...page.map(podFacts));
  return pods;
}

async function clusterSource({ cluster }: TimelineRequest, io: CommandIo): Promise<Source> {
  const { chosenCluster } = await import('./cluster.ts');
  const { readEvents } = await import('./pod-events.ts');
  const opened = chosenCluster(cluster);
  return {
    ...opened,
    now: io.now(),
    async events([first, ...others]) {
      const only = first !== undefined && others.length === 0 ? { pod: first } : {};
      return readEvents({ namespaces: opened.namespaces, ...only }, opened, io);
    },
  };
}

async function recordedSource({ cluster }: TimelineRequest, choice: NonNullable<TimelineRequest['recording']>): Promise<Source> {
  const { recordedEvents } = await import('../src/record/recordings.ts');
  const { openRecording } = await import('./get-recorded.ts');
  const { pods, recording, index, at } = await openRecording(choice, cluster);
  return { ...pods, now: at, events: async () => recordedEvents(recording, index) };
}
