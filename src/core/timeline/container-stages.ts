/** The stages of containers: each image's pull, the init steps one after the other, the sidecars among them, the app containers, and the work of those that end. */
import { exitMeaning } from '../container-summaries.ts';
import type { ContainerFacts, PodFacts, TerminationFacts } from '../pod-facts.ts';
import { durationText } from './shorten-first.ts';
import type { KnownTime, StartEvidence } from './start-evidence.ts';
import { noteOf, type StageDraft, type StartUpWalk, shortestGapMs, timesText } from './start-up-walk.ts';
import type { StageState } from './timeline.ts';

type Evidence = ReadonlyMap<string, StartEvidence>;

const nothing: StartEvidence = {
  first: undefined,
  latest: undefined,
  hasStarted: false,
  byEventAlone: false,
  pull: undefined,
  present: false,
  begun: undefined,
};

/** Containers that belong to the start-up, in their order. */
export function startingContainers({ containers }: PodFacts): readonly ContainerFacts[] {
  return containers.filter(({ kind, specIndex }) => kind !== 'ephemeral' && specIndex !== undefined);
}

export function containerStages(walk: StartUpWalk, evidence: Evidence): void {
  const containers = startingContainers(walk.facts);
  const steps = containers.filter(({ kind }) => kind === 'init' || kind === 'sidecar');
  const apps = containers.filter(({ kind }) => kind === 'app');
  steps.forEach((container, at) => {
    const told = evidence.get(container.name) ?? nothing;
    const after = at + 1 < steps.length ? steps.slice(at + 1, at + 2) : apps;
    if (container.kind === 'init') initStage(walk, container, told);
    else sidecarStage(walk, container, told, firstBegun(after, evidence));
  });
  const lastStarted = apps.findLastIndex(({ name }) => evidence.get(name)?.hasStarted === true);
  apps.forEach((container, at) => appStages(walk, container, evidence.get(container.name) ?? nothing, at > lastStarted));
  for (const container of apps) runStage(walk, container, evidence.get(container.name) ?? nothing);
}

function firstBegun(containers: readonly ContainerFacts[], evidence: Evidence): KnownTime | undefined {
  const begun = containers.map(({ name }) => evidence.get(name)?.begun).filter((time) => time !== undefined);
  return begun.toSorted((a, b) => a.at - b.at)[0];
}

function initStage(walk: StartUpWalk, container: ContainerFacts, told: StartEvidence): void {
  const { name, terminated, running, restarts } = container;
  const base = { kind: 'init', subject: name } as const;
  if (!told.hasStarted) {
    notStarted(walk, container, told, base);
    return walk.heldBy === undefined ? walk.hold(name) : undefined;
  }
  pullStage(walk, container, told);
  const begin = told.first?.at ?? told.latest;
  gapStage(walk, name, begin, told);
  const from = walk.inTurn(begin);
  const source = told.first?.source ?? 'status';
  const again = restarts === 0 ? undefined : `restarted ${timesText(restarts)}${told.first === undefined ? '; this is its last run' : ''}`;
  if (terminated?.exitCode === 0) {
    const to = walk.inTurn(terminated.finishedAt, from);
    walk.add({ ...base, from, to, state: 'done', source: 'status', note: again });
    walk.passTo(to);
  } else if (running !== undefined || told.byEventAlone) {
    walk.add({ ...base, from, state: 'running', source, note: again });
    walk.hold(name);
  } else {
    const over = walk.facts.phase === 'Failed' ? walk.inTurn(terminated?.finishedAt, from) : undefined;
    walk.add({ ...base, from, to: over, state: 'failed', source, note: noteOf(endingText(container), again) });
    walk.hold(name);
  }
}

/** A container whose turn has not come, is being made, or cannot be made: gives the state of what it waits for. */
function notStarted(walk: StartUpWalk, container: ContainerFacts, told: StartEvidence, base: Pick<StageDraft, 'kind' | 'subject'>): StageState {
  const over = walk.facts.phase === 'Failed' || walk.facts.phase === 'Succeeded';
  if (over || walk.heldBy !== undefined) {
    walk.add({ ...base, state: 'waiting', note: over ? 'it did not come to it' : `after ${walk.heldBy}` });
    return 'waiting';
  }
  const pull = pullStage(walk, container, told);
  if (pull !== 'done') {
    walk.add({ ...base, state: 'waiting', note: 'after its pull' });
    return pull;
  }
  const trouble = troubleText(container.waiting);
  const state = trouble === undefined ? 'running' : 'failed';
  walk.add({ ...base, from: walk.cursor, state, source: 'order', note: trouble ?? 'it is being made' });
  return state;
}

function sidecarStage(walk: StartUpWalk, container: ContainerFacts, told: StartEvidence, next: KnownTime | undefined): void {
  const { name, started, running, restarts, probes } = container;
  const base = { kind: 'sidecar', subject: name } as const;
  if (!told.hasStarted) {
    notStarted(walk, container, told, base);
    return walk.heldBy === undefined ? walk.hold(name) : undefined;
  }
  pullStage(walk, container, told);
  gapStage(walk, name, told.first?.at, told);
  const from = walk.inTurn(told.first?.at);
  const again = restarts === 0 ? undefined : `restarted ${timesText(restarts)}`;
  const trouble = running === undefined && !told.byEventAlone ? endingText(container) : undefined;
  const passed = next !== undefined || started === true;
  if (!passed) {
    walk.add({ ...base, from, state: trouble === undefined ? 'running' : 'failed', source: told.first?.source, note: noteOf(trouble, again) });
    walk.hold(name);
    return;
  }
  // Without a startup probe it counts as started when it runs; with one, nobody writes when that passed, but the next container is begun then.
  const at: KnownTime | undefined = probes.startup === undefined && told.first !== undefined ? told.first : next && { at: next.at, source: 'order' };
  const to = walk.inTurn(at?.at, from);
  const unsaid = to === undefined ? 'when it had started is not told' : undefined;
  walk.add({ ...base, from, to, state: 'done', source: at?.source, note: noteOf(trouble, again, unsaid) });
  walk.passTo(to);
}

/**
 * The kubelet pulls for, makes and starts one app container after the other. One that fails does not hold up the next; `inTurn` is whether those after it
 * still wait for theirs.
 */
function appStages(walk: StartUpWalk, container: ContainerFacts, told: StartEvidence, inTurn: boolean): void {
  const { name, restarts } = container;
  const base = { kind: 'container', subject: name } as const;
  if (!told.hasStarted) {
    const failed = notStarted(walk, container, told, base) === 'failed';
    if (inTurn && !failed && walk.heldBy === undefined) walk.hold(name);
    return;
  }
  pullStage(walk, container, told);
  const from = walk.cursor;
  const to = walk.inTurn(told.first?.at, from);
  // Of one that does not run, its work tells.
  const again = restarts === 0 || container.running === undefined ? undefined : `restarted ${timesText(restarts)} since`;
  const unsaid = to === undefined && restarts > 0 ? 'its first start is no longer known' : undefined;
  walk.add({
    ...base,
    from: to === undefined ? undefined : from,
    to,
    state: 'done',
    source: told.first?.source,
    note: noteOf(unsaid, again),
  });
  walk.passTo(to ?? walk.cursor);
}

/** What a container did that has ended, or keeps ending. */
function runStage(walk: StartUpWalk, container: ContainerFacts, told: StartEvidence): void {
  const { name, terminated, waiting, lastTermination } = container;
  const { facts } = walk;
  const ending = terminated ?? (waiting === undefined ? undefined : lastTermination);
  if (ending === undefined) return;
  if (told.first === undefined) gapStage(walk, name, told.latest, told);
  const from = walk.placed(told.first?.at ?? told.latest);
  const over = facts.phase === 'Failed' || facts.phase === 'Succeeded' || (terminated?.exitCode === 0 && facts.restartPolicy !== 'Always');
  const to = over ? walk.placed(ending.finishedAt, from) : undefined;
  const well = ending.exitCode === 0 && over;
  walk.add({
    kind: 'run',
    subject: name,
    from,
    to,
    state: well ? 'done' : 'failed',
    source: over ? 'status' : (told.first?.source ?? 'status'),
    note: noteOf(well ? undefined : endingText(container), container.restarts === 0 ? undefined : `restarted ${timesText(container.restarts)}`),
  });
}

/** The pull of a container's image, where there was one; gives its state. */
function pullStage(walk: StartUpWalk, container: ContainerFacts, { pull, hasStarted, present }: StartEvidence): StageState {
  const { name, waiting } = container;
  const refused = !hasStarted && waiting?.reason !== undefined && pullTrouble.has(waiting.reason) ? troubleText(waiting) : undefined;
  if (pull === undefined && refused === undefined) {
    if (!present && hasStarted && walk.events.length === 0 && walk.cursor !== undefined) walk.caveats.add(withoutEvents);
    return 'done';
  }
  const from =
    walk.inTurn(pull?.from ?? (pull?.to !== undefined && pull.tookWithWaiting !== undefined ? pull.to - pull.tookWithWaiting : undefined)) ?? walk.cursor;
  const base = { kind: 'pull', subject: name, from } as const;
  const image = pull?.image ?? container.image;
  const attempts = pull !== undefined && pull.attempts > 1 ? `tried ${timesText(pull.attempts)}` : undefined;
  if (pull?.to === undefined) {
    const state = refused === undefined ? 'running' : 'failed';
    walk.add({ ...base, state, source: pull?.from === undefined ? 'order' : 'event', note: noteOf(refused ?? image, attempts) });
    return state;
  }
  const to = walk.inTurn(pull.to, from);
  const { took, tookWithWaiting } = pull;
  const waited = took !== undefined && tookWithWaiting !== undefined && tookWithWaiting - took >= 100 ? tookWithWaiting - took : 0;
  // The message tells of the attempt that succeeded: where others came before it, the times of the Events say how long it was in all.
  const exact = attempts === undefined && tookWithWaiting !== undefined;
  const queued = waited > 0 ? `of it ${durationText({ duration: waited, precision: 'millisecond' })} behind other pulls` : undefined;
  walk.add({
    ...base,
    to,
    state: 'done',
    source: exact ? 'message' : 'event',
    ...(exact ? { took: tookWithWaiting } : {}),
    note: noteOf(image, queued, attempts),
  });
  walk.passTo(to ?? walk.cursor);
  return 'done';
}

export const withoutEvents = 'No Events tell of this Pod (they are kept for an hour): whether images were pulled, and how long that took, is not known.';

/** Time before a container starts that no pull accounts for. */
function gapStage(walk: StartUpWalk, name: string, begin: number | undefined, told: StartEvidence): void {
  const from = walk.cursor;
  const to = walk.inTurn(begin, from);
  if (from === undefined || to === undefined || to - from < shortestGapMs) return;
  const made = told.first !== undefined && (told.present || told.pull !== undefined);
  const untold = told.first === undefined ? 'earlier runs of it, of which nothing is told any more' : 'its pull, or making it: no Event tells';
  const note = made ? 'the kubelet saw that it was its turn, and made the container' : untold;
  walk.add({ kind: 'gap', subject: name, from, to, state: made ? 'done' : 'unknown', source: 'order', note });
  walk.passTo(to);
}

/** What a container says while nothing is wrong. */
const calm: ReadonlySet<string> = new Set(['PodInitializing', 'ContainerCreating']);

const pullTrouble: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

function troubleText(waiting: ContainerFacts['waiting']): string | undefined {
  if (waiting?.reason === undefined || calm.has(waiting.reason)) return undefined;
  return waiting.message === undefined ? waiting.reason : `${waiting.reason}: ${waiting.message}`;
}

/** `exit 3 after 2s, CrashLoopBackOff`. */
function endingText({ terminated, waiting, lastTermination }: ContainerFacts): string {
  const ending = terminated ?? lastTermination;
  return [...(ending === undefined ? [] : [exitText(ending)]), ...(waiting?.reason === undefined ? [] : [waiting.reason])].join(', ');
}

function exitText({ exitCode, signal, reason, startedAt, finishedAt }: TerminationFacts): string {
  const meaning = exitMeaning(exitCode, signal);
  const ran =
    startedAt !== undefined && startedAt > 0 && finishedAt !== undefined && finishedAt > startedAt
      ? ` after ${Math.floor((finishedAt - startedAt) / 1000)}s`
      : '';
  const said = reason === undefined || reason === 'Error' || reason === 'Completed' ? '' : `, ${reason}`;
  return `exit ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}${ran}${said}`;
}
