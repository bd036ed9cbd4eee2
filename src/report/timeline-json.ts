/** What `timeline -o json` prints. The shape is documented in docs/timeline.md and stable: fields may be added, never changed. */
import { ownerTarget } from '../core/owner.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { Stage, Timeline } from '../core/timeline/timeline.ts';
import { jsonText } from './json-text.ts';

export interface PodWithTimeline {
  readonly facts: PodFacts;
  readonly timeline: Timeline;
}

/** The Pods in the given order. */
export function timelineJson(pods: readonly PodWithTimeline[]): string {
  return `${jsonText({ pods: pods.map(podJson) }, 2)}\n`;
}

function podJson({ facts, timeline }: PodWithTimeline): object {
  const { start, end, total, outcome, stages, shortenFirst, caveats } = timeline;
  return {
    namespace: facts.namespace,
    name: facts.name,
    uid: facts.uid,
    node: facts.nodeName ?? null,
    owner: ownerTarget(facts) ?? null,
    outcome,
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
