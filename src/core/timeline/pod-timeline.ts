/**
 * A Pod's start-up as a timeline, from its status and the Events about it. It never makes a time up: what neither tells is said to be unknown.
 *
 * Status and Events have whole seconds, the cut ones of two machines' clocks; Events are gone after an hour, and the same ones are folded into one.
 */
import { conditionOf } from '../diagnosis/grace.ts';
import type { EventFacts } from '../event-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { containerStages, startingContainers, withoutEvents } from './container-stages.ts';
import { criticalPath } from './critical-path.ts';
import { nodeStages } from './node-stages.ts';
import { readyStages, wasReady } from './ready-stages.ts';
import { shortenFirst } from './shorten-first.ts';
import { startEvidence, wholeSecond } from './start-evidence.ts';
import { type StageDraft, StartUpWalk } from './start-up-walk.ts';
import type { Stage, StartUpOutcome, Timeline } from './timeline.ts';

/** Probes that seem to have taken so long were rather passed a second time. */
const longReadyMs = 600_000;

/**
 * `events` are those about this Pod, in any order; undefined where they could not be read. `now` in milliseconds since the epoch. Total: any Pod and any
 * Events give a timeline.
 */
export function podTimeline(facts: PodFacts, events: readonly EventFacts[] | undefined, now: number): Timeline {
  const evidence = new Map(startingContainers(facts).map((container) => [container.name, startEvidence(container, events ?? [])]));
  const outcome = outcomeOf(facts);
  const start = startOf(facts);
  const end = Math.max(start ?? Number.NEGATIVE_INFINITY, endOf(facts, outcome, now));
  const walk = new StartUpWalk(facts, events ?? [], { start, end });
  if (start !== undefined && !facts.mirror) walk.add({ kind: 'created', subject: '', from: start, to: start, state: 'done', source: 'status' });
  nodeStages(walk, evidence);
  containerStages(walk, evidence);
  readyStages(walk, evidence);
  const critical = criticalPath(walk.drafts, outcome);
  const over = outcome === 'completed' || outcome === 'failed';
  const stages = walk.drafts.map((draft, at) => stageOf(draft, critical[at] === true, over ? undefined : end));
  const total = start === undefined || outcome === 'lost' ? undefined : end - start;
  const again = outcome === 'ready' ? readyAgain(facts, stages, end) : undefined;
  const timeline = { start, end: start === undefined ? undefined : end, total, outcome, readyAgain: again !== undefined, stages };
  return {
    ...timeline,
    shortenFirst: again === undefined ? shortenFirst(timeline, facts) : undefined,
    caveats: caveatsOf(walk, outcome, again, events === undefined),
  };
}

function outcomeOf(facts: PodFacts): StartUpOutcome {
  if (facts.phase === 'Succeeded') return 'completed';
  if (facts.phase === 'Failed') return 'failed';
  if (conditionOf(facts, 'Ready')?.status === 'True') return 'ready';
  return wasReady(facts) ? 'lost' : 'starting';
}

/** A static Pod runs before the API server knows of it: it begins with the earliest that is told of it. */
function startOf(facts: PodFacts): number | undefined {
  const created = wholeSecond(facts.createdAt);
  if (!facts.mirror || created === undefined) return created;
  const told = [facts.startedAt, ...facts.conditions.map(({ since }) => since), ...facts.containers.map(({ running }) => running?.startedAt)];
  return Math.min(created, ...told.map(wholeSecond).filter((at) => at !== undefined));
}

function endOf(facts: PodFacts, outcome: StartUpOutcome, now: number): number {
  if (outcome === 'ready') return wholeSecond(conditionOf(facts, 'Ready')?.since) ?? now;
  // What was deleted starts no longer.
  if (outcome === 'starting' || outcome === 'lost') return Math.min(now, wholeSecond(facts.deletionRequestedAt) ?? now);
  const ended = facts.containers.map(({ terminated }) => wholeSecond(terminated?.finishedAt)).filter((at) => at !== undefined);
  const told = ended.length > 0 ? ended : facts.conditions.map(({ since }) => wholeSecond(since)).filter((at) => at !== undefined);
  return told.length === 0 ? now : Math.max(...told);
}

function stageOf(draft: StageDraft, critical: boolean, until: number | undefined): Stage {
  const { kind, subject, state, from, to, source, note, took } = draft;
  const goesOn = to === undefined && (state === 'running' || state === 'failed');
  const last = goesOn ? until : to;
  const duration = took ?? (from === undefined || last === undefined ? undefined : Math.max(0, last - from));
  const told = took === undefined && (goesOn ? from : to) === undefined ? undefined : source;
  return {
    kind,
    subject,
    state,
    from,
    to,
    duration,
    precision: took === undefined ? 'second' : 'millisecond',
    source: told,
    critical,
    note: note || undefined,
  };
}

function caveatsOf({ facts, caveats }: StartUpWalk, outcome: StartUpOutcome, again: string | undefined, forbidden: boolean): readonly string[] {
  const told = [...caveats].map((caveat) =>
    caveat === withoutEvents && forbidden ? 'Without Events: whether images were pulled, and how long that took, is not known.' : caveat,
  );
  const deleted = outcome === 'starting' && facts.deletionRequestedAt !== undefined ? 'It was deleted before it was Ready.' : undefined;
  return [...told, deleted, again].filter((caveat) => caveat !== undefined);
}

/** Why the Pod's Ready does not seem to be its first, in a sentence; undefined where it does. */
function readyAgain(facts: PodFacts, stages: readonly Stage[], end: number): string | undefined {
  const again = startingContainers(facts).filter(({ kind, restarts }) => kind !== 'init' && restarts > 0);
  if (again.length > 0) return `It is Ready since ${again.map(({ name }) => name).join(', ')} last started anew; when it was Ready first is no longer known.`;
  const started = Math.max(...stages.filter(({ kind }) => kind === 'container').map(({ to }) => to ?? Number.POSITIVE_INFINITY));
  const opened = Math.max(0, ...stages.filter(({ kind }) => kind === 'gate').map(({ to }) => to ?? 0));
  return end - Math.max(started, opened) > longReadyMs
    ? 'Ready tells the last time it became so: the Pod may have been Ready before, and not for a while.'
    : undefined;
}
