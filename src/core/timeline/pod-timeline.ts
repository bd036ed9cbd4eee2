/**
 * A Pod's start-up as a timeline, from its status and the Events about it. It never makes a time up: what neither tells is said to be unknown.
 *
 * Status and Events have whole seconds, the cut ones of two machines' clocks; Events are gone after an hour, and the same ones are folded into one.
 */
import type { EventFacts } from '../event-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { containerStages, startingContainers, withoutEvents } from './container-stages.ts';
import { criticalPath } from './critical-path.ts';
import { nodeStages } from './node-stages.ts';
import { condition, readyStages, wasReady } from './ready-stages.ts';
import { shortenFirst } from './shorten-first.ts';
import { startEvidence, wholeSecond } from './start-evidence.ts';
import { type StageDraft, StartUpWalk } from './start-up-walk.ts';
import type { Stage, StartUpOutcome, Timeline } from './timeline.ts';

/** A start that took so long, although nothing went on, was rather a second one. */
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
  const timeline = { start, end: start === undefined ? undefined : end, total, outcome, stages };
  return { ...timeline, shortenFirst: shortenFirst(timeline, facts), caveats: caveatsOf(walk, timeline, events === undefined) };
}

/** The start-up as far as the status alone tells, for those who draw only when it began and ended. */
export function startUpSpan(facts: PodFacts, now: number): { readonly start: number; readonly end: number } | undefined {
  const start = startOf(facts);
  return start === undefined ? undefined : { start, end: Math.max(start, endOf(facts, outcomeOf(facts), now)) };
}

function outcomeOf(facts: PodFacts): StartUpOutcome {
  if (facts.phase === 'Succeeded') return 'completed';
  if (facts.phase === 'Failed') return 'failed';
  if (condition(facts, 'Ready')?.status === 'True') return 'ready';
  return wasReady(facts) ? 'lost' : 'starting';
}

function startOf(facts: PodFacts): number | undefined {
  const [created, seen] = [wholeSecond(facts.createdAt), wholeSecond(facts.startedAt)];
  return facts.mirror && created !== undefined && seen !== undefined ? Math.min(created, seen) : created;
}

function endOf(facts: PodFacts, outcome: StartUpOutcome, now: number): number {
  if (outcome === 'ready') return wholeSecond(condition(facts, 'Ready')?.since) ?? now;
  if (outcome === 'starting' || outcome === 'lost') return now;
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

function caveatsOf(walk: StartUpWalk, { outcome, stages, end }: Pick<Timeline, 'outcome' | 'stages' | 'end'>, forbidden: boolean): readonly string[] {
  const { facts, caveats } = walk;
  const list = [...caveats].map((caveat) =>
    caveat === withoutEvents && forbidden ? 'Without Events: whether images were pulled, and how long that took, is not known.' : caveat,
  );
  if (outcome === 'ready' && end !== undefined) {
    const again = startingContainers(facts).filter(({ kind, restarts }) => kind !== 'init' && restarts > 0);
    const started = Math.max(...stages.filter(({ kind }) => kind === 'container').map(({ to }) => to ?? Number.POSITIVE_INFINITY));
    const opened = Math.max(0, ...stages.filter(({ kind }) => kind === 'gate').map(({ to }) => to ?? 0));
    if (again.length > 0)
      list.push(`It is Ready since ${again.map(({ name }) => name).join(', ')} last started anew; when it was Ready first is no longer known.`);
    else if (end - Math.max(started, opened) > longReadyMs)
      list.push('Ready tells the last time it became so: the Pod may have been Ready before, and not for a while.');
  }
  return list;
}
