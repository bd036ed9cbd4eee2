/** What `timeline -o json` prints. The shape is documented in docs/timeline.md and stable: fields may be added, never changed. */
import { ownerTarget } from '../core/owner.ts';
import type { Percentiles, PodWithTimeline, StartUpStatistics } from '../core/timeline/start-up-statistics.ts';
import type { Stage } from '../core/timeline/timeline.ts';
import { jsonText } from './json-text.ts';

/** The start-ups of the Pods of one target. */
export interface TargetStatistics {
  /** `deploy/web`, or the selector. */
  readonly target: string;
  readonly selected: boolean;
  readonly namespace: string | undefined;
  /** Pods of older templates, which do not count. */
  readonly older: number;
  readonly statistics: StartUpStatistics;
}

/** The Pods in the given order. */
export function timelineJson(pods: readonly PodWithTimeline[], workloads: readonly TargetStatistics[]): string {
  return `${jsonText({ pods: pods.map(podJson), workloads: workloads.map(workloadJson) }, 2)}\n`;
}

function workloadJson({ target, namespace, older, statistics }: TargetStatistics): object {
  const { pods, outcomes, total, readyAgain, stages, slowest, shortenFirst } = statistics;
  return {
    target,
    namespace: namespace ?? null,
    pods,
    older,
    outcomes,
    readyAgain,
    seconds: total === undefined ? null : percentilesJson(total),
    stages: stages.map(({ kind, subject, precision, atMost, critical, ongoing, failed, ...percentiles }) => ({
      kind,
      subject,
      ...(percentiles.count === 0 ? { count: 0, p50: null, p90: null, max: null, slowest: null } : percentilesJson(percentiles)),
      precision,
      atMost,
      critical,
      ongoing,
      failed,
    })),
    slowest: slowest.map(({ name, total: ms, stage }) => ({ name, seconds: seconds(ms), stage: stage === undefined ? null : stageJson(stage) })),
    shortenFirst: shortenFirst ?? null,
  };
}

function percentilesJson({ count, p50, p90, max, slowest }: Percentiles): object {
  return { count, p50: seconds(p50), p90: seconds(p90), max: seconds(max), slowest };
}

function podJson({ facts, timeline }: PodWithTimeline): object {
  const { start, end, total, outcome, readyAgain, stages, shortenFirst, caveats } = timeline;
  return {
    namespace: facts.namespace,
    name: facts.name,
    uid: facts.uid,
    node: facts.nodeName ?? null,
    owner: ownerTarget(facts) ?? null,
    outcome,
    readyAgain,
    start: time(start),
    end: time(end),
    seconds: seconds(total),
    stages: stages.map(stageJson),
    shortenFirst: shortenFirst === undefined ? null : { stage: shortenFirst.stage, text: shortenFirst.text },
    caveats,
  };
}

function stageJson({ kind, subject, state, from, to, duration, precision, source, critical, note }: Stage): object {
  return { kind, subject, state, from: time(from), to: time(to), seconds: seconds(duration), precision, source: source ?? null, critical, note: note ?? null };
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}

function time(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString().replace('.000', '');
}
