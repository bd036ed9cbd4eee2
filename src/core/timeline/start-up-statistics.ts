/** The start-ups of several Pods together: how long each stage took in the middle and at the slow end, and which Pods were slowest. */
import { humanDuration } from '../age.ts';
import type { PodFacts } from '../pod-facts.ts';
import { adviceOf, durationText, stageText } from './shorten-first.ts';
import { type Stage, type StartUpOutcome, stageKinds, type Timeline } from './timeline.ts';

export interface PodWithTimeline {
  readonly facts: PodFacts;
  readonly timeline: Timeline;
}

/** Milliseconds. A percentile is the duration of one of the Pods: the least that at least so many of them do not exceed. */
export interface Percentiles {
  /** Over how many Pods. */
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
  /** The name of the Pod that took longest. */
  readonly slowest: string;
}

export interface StageStatistics extends Percentiles, Pick<Stage, 'kind' | 'subject' | 'precision'> {
  /** In how many Pods it was on the critical path. */
  readonly critical: number;
  /** Of some Pods it is only known that it took no longer. */
  readonly atMost: boolean;
  /** How many Pods are in it now, and how many of those failed. */
  readonly ongoing: number;
  readonly failed: number;
}

export interface StartUpStatistics {
  readonly pods: number;
  readonly outcomes: Readonly<Record<StartUpOutcome, number>>;
  /** Until Ready, or the end of Pods that complete; of Pods whose first Ready is known. */
  readonly total: Percentiles | undefined;
  /** Pods that are Ready again, whose start therefore does not count. */
  readonly readyAgain: number;
  /** In the order of a start-up; stages of which no Pod tells a time are left out. */
  readonly stages: readonly StageStatistics[];
  /** The slowest Pods, slowest first, each with the longest stage of its critical path. */
  readonly slowest: readonly { readonly name: string; readonly total: number; readonly stage: Stage | undefined }[];
  readonly shortenFirst: string | undefined;
}

const mostSlowest = 5;
const worthMs = 2000;

export function startUpStatistics(pods: readonly PodWithTimeline[]): StartUpStatistics {
  const outcomes: Record<StartUpOutcome, number> = { ready: 0, starting: 0, lost: 0, completed: 0, failed: 0 };
  for (const { timeline } of pods) outcomes[timeline.outcome]++;
  const whole = pods.filter(({ timeline: { outcome, readyAgain } }) => (outcome === 'ready' && !readyAgain) || outcome === 'completed');
  const totals = whole.flatMap(({ facts, timeline }) => (timeline.total === undefined ? [] : [{ name: facts.name, duration: timeline.total }]));
  const total = percentiles(totals);
  const stages = stagesOf(pods);
  const slowest = whole
    .flatMap(({ facts, timeline }) => (timeline.total === undefined ? [] : [{ name: facts.name, total: timeline.total, stage: longestOf(timeline) }]))
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
    .slice(0, mostSlowest);
  const readyAgain = pods.filter(({ timeline }) => timeline.readyAgain).length;
  return { pods: pods.length, outcomes, total, readyAgain, stages, slowest, shortenFirst: shortenFirst(stages, total, pods[0]?.facts) };
}

/** The Pods of a workload's newest template, and how many there are of older ones: in a rollout both would be taken for one start-up. */
export function ofNewestTemplate(pods: readonly PodWithTimeline[]): { readonly pods: readonly PodWithTimeline[]; readonly older: number } {
  const hash = ({ facts: { labels } }: PodWithTimeline): string | undefined => labels['pod-template-hash'] ?? labels['controller-revision-hash'];
  const newest = pods.toSorted((a, b) => (b.facts.createdAt ?? 0) - (a.facts.createdAt ?? 0))[0];
  const kept = newest === undefined ? [] : pods.filter((pod) => hash(pod) === hash(newest));
  return { pods: kept, older: pods.length - kept.length };
}

/** Nearest rank. Undefined for none. */
function percentiles(durations: readonly { readonly name: string; readonly duration: number }[]): Percentiles | undefined {
  const sorted = durations.toSorted((a, b) => a.duration - b.duration || (a.name < b.name ? -1 : 1));
  const [last, rank] = [sorted.at(-1), (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.duration ?? 0];
  return last && { count: sorted.length, p50: rank(0.5), p90: rank(0.9), max: last.duration, slowest: last.name };
}

function stagesOf(pods: readonly PodWithTimeline[]): readonly StageStatistics[] {
  const byStage = new Map<string, { readonly stage: Stage; readonly of: { readonly name: string; readonly stage: Stage }[] }>();
  for (const { facts, timeline } of pods) {
    for (const stage of timeline.stages) {
      // Instants tell nothing over several Pods, and what a Pod that is Ready again was probed for was not its start.
      if (stage.kind === 'created' || stage.kind === 'ready' || (stage.kind === 'probes' && timeline.readyAgain)) continue;
      const key = `${stage.kind} ${stage.subject}`;
      const known = byStage.get(key) ?? { stage, of: [] };
      known.of.push({ name: facts.name, stage });
      byStage.set(key, known);
    }
  }
  return inOrder(
    [...byStage.values()].flatMap(({ stage: { kind, subject }, of }) => {
      const told = of.flatMap(({ name, stage }) =>
        stage.duration === undefined || (stage.state !== 'done' && stage.state !== 'unknown') ? [] : [{ name, duration: stage.duration, stage }],
      );
      const now = of.filter(({ stage: { state } }) => state === 'running' || state === 'failed');
      const all = percentiles(told) ?? (now.length > 0 ? { count: 0, p50: 0, p90: 0, max: 0, slowest: now[0]?.name ?? '' } : undefined);
      if (all === undefined) return [];
      return [
        {
          kind,
          subject,
          ...all,
          precision: told.length > 0 && told.every(({ stage }) => stage.precision === 'millisecond') ? ('millisecond' as const) : ('second' as const),
          critical: told.filter(({ stage }) => stage.critical).length,
          atMost: told.some(({ stage }) => stage.source === 'order' && stage.state === 'done'),
          ongoing: now.length,
          failed: now.filter(({ stage }) => stage.state === 'failed').length,
        },
      ];
    }),
    pods,
  );
}

/** Pods of one workload have the same stages but for gaps and pulls that only some had: each stays where most of the start-up's order puts it. */
function inOrder(stages: readonly StageStatistics[], pods: readonly PodWithTimeline[]): readonly StageStatistics[] {
  const fullest = pods.toSorted((a, b) => b.timeline.stages.length - a.timeline.stages.length)[0]?.timeline.stages ?? [];
  const lastInTurn = (subject: string): number =>
    fullest.findLastIndex((stage) => stage.subject === subject && stage.kind !== 'run' && stage.kind !== 'probes');
  const place = ({ kind, subject }: StageStatistics): number => {
    const at = fullest.findIndex((stage) => stage.kind === kind && stage.subject === subject);
    return at >= 0 ? at : Math.max(0, lastInTurn(subject) - (kind === 'gap' || kind === 'pull' ? 0.5 : 0));
  };
  return stages.toSorted((a, b) => place(a) - place(b) || stageKinds.indexOf(a.kind) - stageKinds.indexOf(b.kind));
}

function longestOf({ stages }: Timeline): Stage | undefined {
  return stages.filter(({ critical }) => critical).toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0))[0];
}

/** The stage that takes longest in the middle Pod, of those that were on the critical path of at least half of the Pods. */
function shortenFirst(stages: readonly StageStatistics[], total: Percentiles | undefined, facts: PodFacts | undefined): string | undefined {
  const longest = stages.filter(({ critical, count }) => count > 0 && critical * 2 >= count).toSorted((a, b) => b.p50 - a.p50)[0];
  if (longest === undefined || total === undefined || facts === undefined || longest.p50 < worthMs) return undefined;
  const { precision, p50 } = longest;
  const share = Math.min(100, Math.round((100 * p50) / Math.max(total.p50, p50)));
  const text = `${stageText(longest)} takes ${durationText({ duration: p50, precision })} of the ${humanDuration(total.p50)} of a Pod in the middle (${share}%).`;
  const advice = adviceOf(longest, facts);
  return advice === undefined ? text : `${text} ${advice}`;
}
