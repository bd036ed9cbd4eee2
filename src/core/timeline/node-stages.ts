/** The stages before the first container: the way to a node, the volumes, the sandbox. */
import { conditionOf } from '../diagnosis/grace.ts';
import { type EventFacts, sortEvents } from '../event-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { type KnownTime, type StartEvidence, wholeSecond } from './start-evidence.ts';
import { noteOf, type StartUpWalk, timesText } from './start-up-walk.ts';

export function nodeStages(walk: StartUpWalk, evidence: ReadonlyMap<string, StartEvidence>): void {
  scheduled(walk);
  volumes(walk, firstWork(evidence));
  sandbox(walk, firstWork(evidence));
}

/** A static Pod is on its node before it is created, and nobody schedules it. */
function scheduled(walk: StartUpWalk): void {
  const { facts, events, span } = walk;
  if (facts.mirror) return;
  const found = conditionOf(facts, 'PodScheduled');
  const failures = events.filter(({ reason }) => reason === 'FailedScheduling');
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const gates = facts.schedulingGates.length > 0 ? `held by the scheduling gate ${facts.schedulingGates.join(', ')}` : undefined;
  const base = { kind: 'scheduled', subject: '', from: span.start } as const;
  if (found?.status === 'True' || facts.nodeName !== undefined) {
    const event = events.find(({ reason }) => reason === 'Scheduled')?.firstAt;
    const told = found?.status === 'True' ? found.since : undefined;
    const to = walk.inTurn(told ?? event);
    const source = told === undefined ? 'event' : 'status';
    walk.add({ ...base, to, source, state: 'done', note: noteOf(failed > 0 ? `no node had fitted ${timesText(failed)}` : undefined) });
    walk.passTo(to);
    return;
  }
  const message = found?.message ?? sortEvents(failures).at(-1)?.message;
  const tried = found?.reason === 'Unschedulable' || failed > 0;
  const source = 'status';
  walk.add({ ...base, source, state: gates === undefined && tried ? 'failed' : 'running', note: gates ?? (tried ? message : undefined) });
  walk.hold('scheduling');
}

/** Sources that are a directory on the node, filled from what the API holds: they take no time of their own worth a line unless they fail. */
const atHand: ReadonlySet<string> = new Set(['configMap', 'downwardAPI', 'emptyDir', 'hostPath', 'projected', 'secret']);
const mountFailures: ReadonlySet<string> = new Set(['FailedMount', 'FailedAttachVolume', 'FailedMapVolume']);

/** The kubelet says when it failed to mount, the attach controller when it attached, and nobody when all was mounted: that is before the sandbox. */
function volumes(walk: StartUpWalk, work: KnownTime | undefined): void {
  const { facts, events } = walk;
  const failures = sortEvents(events.filter(({ reason }) => mountFailures.has(reason)));
  const attached = events.filter(({ reason }) => reason === 'SuccessfulAttachVolume');
  const remote = facts.volumes.filter(({ source }) => !atHand.has(source) && source !== 'image');
  if (failures.length === 0 && attached.length === 0 && remote.length === 0) return;
  if (walk.heldBy !== undefined) return walk.add({ kind: 'volumes', subject: '', state: 'waiting', note: `after ${walk.heldBy}` });
  const done = work !== undefined || sandboxReady(facts);
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const failure = failures.at(-1);
  const said = failure === undefined ? undefined : `failed ${timesText(failed)}: ${failure.message}`;
  const from = walk.cursor;
  if (done) {
    const to = walk.inTurn(latest([...failures, ...attached]));
    const note = to === undefined ? 'before the sandbox; when is not told' : noteOf(said, failure === undefined ? undefined : 'it lasted at least until then');
    walk.add({ kind: 'volumes', subject: '', from, to, state: 'done', source: 'event', note });
    walk.passTo(to ?? walk.cursor);
  } else if (failure !== undefined) {
    walk.add({ kind: 'volumes', subject: '', from, state: 'failed', source: 'event', note: said });
    walk.hold('the volumes');
  } else {
    walk.add({ kind: 'volumes', subject: '', from, state: 'running', source: 'status' });
    walk.hold('the volumes');
  }
}

function latest(events: readonly EventFacts[]): number | undefined {
  const times = events.map(({ lastAt }) => lastAt).filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

function sandboxReady(facts: PodFacts): boolean {
  return conditionOf(facts, 'PodReadyToStartContainers')?.status === 'True' || facts.containers.some((each) => each.running ?? each.terminated);
}

/** The earliest sign of work on a container, which is after the sandbox. */
function firstWork(evidence: ReadonlyMap<string, StartEvidence>): KnownTime | undefined {
  const begun = [...evidence.values()].map((each) => each.begun).filter((time) => time !== undefined);
  return begun.toSorted((a, b) => a.at - b.at)[0];
}

/**
 * The kubelet writes the condition when it next looks, up to a second after the first container was begun; and it takes it back when the Pod has ended.
 * So the first work on a container says it better wherever that was earlier, or there is no condition.
 */
function sandbox(walk: StartUpWalk, work: KnownTime | undefined): void {
  const { facts, events } = walk;
  if (walk.heldBy !== undefined) return walk.add({ kind: 'sandbox', subject: '', state: 'waiting', note: `after ${walk.heldBy}` });
  const found = conditionOf(facts, 'PodReadyToStartContainers');
  const failures = sortEvents(events.filter(({ reason }) => reason === 'FailedCreatePodSandBox'));
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const said = failed === 0 ? undefined : `failed ${timesText(failed)}: ${failures.at(-1)?.message}`;
  const base = { kind: 'sandbox', subject: '', from: walk.cursor } as const;
  if (!sandboxReady(facts) && work === undefined) {
    const source = 'status';
    walk.add({ ...base, source, state: failed > 0 ? 'failed' : 'running', note: said });
    walk.hold('the sandbox');
    return;
  }
  const since = found?.status === 'True' ? wholeSecond(found.since) : undefined;
  const started = facts.containers.map(({ running }) => running?.startedAt ?? Number.POSITIVE_INFINITY);
  const anew = events.some(({ reason }) => reason === 'SandboxChanged') || (since !== undefined && since > Math.min(...started) + 2000);
  const known: KnownTime | undefined =
    since !== undefined && !anew && (work === undefined || since <= work.at) ? { at: since, source: 'status' } : work && { at: work.at, source: 'order' };
  const to = walk.inTurn(known?.at);
  walk.add({
    ...base,
    to,
    source: known?.source,
    state: 'done',
    note: noteOf(said, anew ? 'it was made anew later' : undefined, to === undefined ? 'when is no longer told' : undefined),
  });
  walk.passTo(to);
}
