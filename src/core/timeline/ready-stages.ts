/** The last stages: probes that have to pass, readiness gates, and Ready. */
import { conditionOf } from '../diagnosis/grace.ts';
import type { ContainerFacts, PodFacts, ProbeFacts } from '../pod-facts.ts';
import { startingContainers } from './container-stages.ts';
import { type StartEvidence, wholeSecond } from './start-evidence.ts';
import { noteOf, type StartUpWalk, timesText } from './start-up-walk.ts';

/** When the condition became True, in whole seconds; undefined where it is not. */
function trueSince(facts: PodFacts, type: string): number | undefined {
  const found = conditionOf(facts, type);
  return found?.status === 'True' ? wholeSecond(found.since) : undefined;
}

export function readyStages(walk: StartUpWalk, evidence: ReadonlyMap<string, StartEvidence>): void {
  const probed = startingContainers(walk.facts).filter(isProbed);
  for (const container of probed) probeStage(walk, container, evidence.get(container.name), probed.length === 1);
  for (const gate of walk.facts.readinessGates) gateStage(walk, gate);
  readyStage(walk);
}

/** A sidecar's startup probe belongs to its start; an init step has none. */
function isProbed({ kind, probes }: ContainerFacts): boolean {
  if (kind === 'sidecar') return probes.readiness !== undefined;
  return kind === 'app' && (probes.readiness !== undefined || probes.startup !== undefined);
}

/**
 * The status tells when all containers were ready, not when each was. A container that was started anew is probed anew, so that the present run counts.
 */
function probeStage(walk: StartUpWalk, container: ContainerFacts, told: StartEvidence | undefined, only: boolean): void {
  const { facts, events } = walk;
  const { name, kind, probes, ready, running } = container;
  const failed = events.filter(({ reason, container: about }) => reason === 'Unhealthy' && about === name).reduce((sum, { count }) => sum + count, 0);
  const startup = kind === 'app' && probes.startup !== undefined ? probeText('startup', probes.startup) : undefined;
  const handlers = [startup, probes.readiness && probeText('readiness', probes.readiness)].filter((text) => text !== undefined).join(', ');
  const base = { kind: 'probes', subject: name } as const;
  const from = walk.placed(running?.startedAt ?? told?.latest);
  if (running === undefined && told?.byEventAlone !== true) return walk.add({ ...base, state: 'waiting', note: handlers });
  const since = trueSince(facts, 'ContainersReady');
  const note = noteOf(handlers, failed === 0 ? undefined : `failed ${timesText(failed)}`);
  if (since !== undefined) {
    const to = since < (from ?? 0) - 2000 ? undefined : walk.placed(since, from);
    return walk.add({ ...base, from, to, state: 'done', source: only ? 'status' : 'order', note });
  }
  if (ready) return walk.add({ ...base, from, state: 'done', note: noteOf(note, 'when they passed is not told') });
  walk.add({ ...base, from, state: 'running', source: 'status', note });
}

/** `readiness http :8080/ready every 5s from 3s on`. */
function probeText(kind: string, { handler, periodSeconds, initialDelaySeconds }: ProbeFacts): string {
  return `${kind} ${handler} every ${periodSeconds}s${initialDelaySeconds > 0 ? ` from ${initialDelaySeconds}s on` : ''}`;
}

function gateStage(walk: StartUpWalk, gate: string): void {
  const { facts } = walk;
  const found = conditionOf(facts, gate);
  const from = walk.placed(trueSince(facts, 'ContainersReady'));
  const base = { kind: 'gate', subject: gate } as const;
  if (found?.status === 'True') {
    const since = walk.placed(found.since);
    // A gate may be opened while the containers still start; then it holds up nothing.
    const begin = since === undefined || from === undefined ? undefined : Math.min(from, since);
    return walk.add({ ...base, from: begin, to: since, state: 'done', source: 'status' });
  }
  const said = noteOf(found?.reason, found?.message) ?? 'nobody has written this condition';
  walk.add({ ...base, from, state: from === undefined ? 'waiting' : 'running', source: 'status', note: said });
}

function readyStage(walk: StartUpWalk): void {
  const { facts } = walk;
  if (facts.phase === 'Succeeded' || facts.phase === 'Failed') return;
  const found = conditionOf(facts, 'Ready');
  const base = { kind: 'ready', subject: '' } as const;
  if (found?.status === 'True') {
    const at = walk.placed(found.since);
    return walk.add({ ...base, from: at, to: at, state: 'done', source: 'status' });
  }
  const since = wasReady(facts) ? walk.placed(found?.since) : undefined;
  const unready = startingContainers(facts).filter(({ kind, ready }) => kind !== 'init' && !ready);
  const for_ = unready.length === 0 ? found?.message : `waits for ${unready.map(({ name }) => name).join(', ')}`;
  if (since !== undefined) return walk.add({ ...base, from: since, state: 'failed', source: 'status', note: noteOf('it was Ready before', for_) });
  walk.add({ ...base, state: 'waiting', note: for_ });
}

/**
 * Whether a Pod that is not Ready was so before. The kubelet writes False when it first sees the Pod, and a condition's time changes only with its
 * status: a later time is that of a change from True.
 */
export function wasReady(facts: PodFacts): boolean {
  const found = conditionOf(facts, 'Ready');
  if (found === undefined || found.status === 'True' || found.since === undefined || facts.startedAt === undefined) return false;
  const started = startingContainers(facts).every((each) => each.running ?? each.terminated ?? each.lastTermination);
  return started && found.since > facts.startedAt + 2000;
}
