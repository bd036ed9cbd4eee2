/**
 * Health: how much attention a Pod needs, and the cause in one sentence, from its facts alone.
 *
 * It orders the dashboard's rows and fills the line under them. It reads no Events, owners or nodes and therefore does not say why a volume
 * does not mount or which node label differs. Graces keep it from crying early: a slow image, an init step that works and a probe inside its
 * budget are `starting`. The sentences hold text from the cluster as it is; whoever draws them strips control sequences.
 */
import { humanDuration } from './age.ts';
import { exitMeaning } from './container-summaries.ts';
import { initProgress } from './init-progress.ts';
import type { ConditionFacts, ContainerFacts, PodFacts, ProbeFacts } from './pod-facts.ts';

/** Worst first. `doomed` will not come right by itself; `stuck` may, but has taken longer than it should. */
export const healths = ['doomed', 'stuck', 'starting', 'terminating', 'ready', 'done'] as const;
export type Health = (typeof healths)[number];

export interface PodHealth {
  readonly health: Health;
  /** One sentence; undefined for a Pod that is ready or done. */
  readonly cause: string | undefined;
  /** Since when (milliseconds since the epoch), as near as the status tells. */
  readonly since: number | undefined;
}

/** How long each kind of waiting counts as normal, in milliseconds. */
const grace = {
  scheduling: 10_000,
  creating: 60_000,
  imagePull: 15_000,
  config: 15_000,
  initStep: 60_000,
  /** For a container without probes, and on top of the probes' own budget. */
  ready: 30_000,
  termination: 30_000,
  /** A container that kept ending has recovered once it has run for this long. */
  recovery: 60_000,
};

/** What a person sees first: a list of rules, of which the first that applies decides. */
export function podHealth(facts: PodFacts, now: number): PodHealth {
  return (
    terminating(facts, now) ??
    finished(facts) ??
    lost(facts) ??
    unscheduled(facts, now) ??
    failingContainer(facts, now) ??
    initializing(facts, now) ??
    creating(facts, now) ??
    unready(facts, now) ?? { health: 'ready', cause: undefined, since: conditionOf(facts, 'Ready')?.since }
  );
}

/** Worst first, then the longest in trouble; Pods that are equal in both keep the order the caller gives them. */
export function compareTrouble(a: PodHealth, b: PodHealth): number {
  return healths.indexOf(a.health) - healths.indexOf(b.health) || (a.since ?? Number.MAX_SAFE_INTEGER) - (b.since ?? Number.MAX_SAFE_INTEGER);
}

function terminating(facts: PodFacts, now: number): PodHealth | undefined {
  if (facts.deletionDueAt === undefined) return undefined;
  const over = now - facts.deletionDueAt;
  const asked = humanDuration(now - (facts.deletionRequestedAt ?? facts.deletionDueAt));
  if (over <= grace.termination) return { health: 'terminating', cause: `Being deleted since ${asked}.`, since: facts.deletionRequestedAt };
  return {
    health: 'stuck',
    cause: `Being deleted since ${asked}, ${humanDuration(over)} longer than its grace period: its node does not answer or a finalizer holds it.`,
    since: facts.deletionRequestedAt,
  };
}

function finished(facts: PodFacts): PodHealth | undefined {
  if (facts.phase === 'Succeeded' || hasCompleted(facts)) return { health: 'done', cause: undefined, since: conditionOf(facts, 'Ready')?.since };
  if (facts.phase !== 'Failed') return undefined;
  const failed = facts.containers.find((container) => (container.terminated?.exitCode ?? 0) !== 0);
  const own = facts.reason === undefined ? undefined : sentence(facts.reason, facts.message);
  return {
    health: 'doomed',
    cause: own ?? (failed?.terminated ? `${subject(failed)} ${ending(failed)}.` : (facts.message ?? 'The Pod failed.')),
    since: failed?.terminated?.finishedAt ?? conditionOf(facts, 'Ready')?.since,
  };
}

/** Every app container has ended well and stays ended: the phase follows a moment later. */
function hasCompleted(facts: PodFacts): boolean {
  const apps = facts.containers.filter((container) => container.kind === 'app');
  return facts.restartPolicy !== 'Always' && apps.length > 0 && apps.every((container) => container.terminated?.exitCode === 0);
}

/** The node has gone silent: the node lifecycle controller writes NodeLost, or the kubelet's conditions become Unknown. */
function lost(facts: PodFacts): PodHealth | undefined {
  if (facts.phase !== 'Unknown' && facts.reason !== 'NodeLost') return undefined;
  return { health: 'stuck', cause: sentence(`The node ${facts.nodeName ?? ''} does not answer`, facts.message), since: conditionOf(facts, 'Ready')?.since };
}

function unscheduled(facts: PodFacts, now: number): PodHealth | undefined {
  const condition = conditionOf(facts, 'PodScheduled');
  if (facts.nodeName !== undefined || condition?.status === 'True') return undefined;
  const since = condition?.since ?? facts.createdAt;
  if (condition?.reason === 'SchedulingGated') {
    return { health: 'starting', cause: `Held back by the scheduling gate ${facts.schedulingGates.join(', ')}.`, since };
  }
  if (facts.nominatedNodeName !== undefined) return { health: 'starting', cause: `Waits for room on ${facts.nominatedNodeName}, which was nominated.`, since };
  const cause = condition?.message === undefined ? 'No scheduler has placed it yet.' : sentence('No node takes it', condition.message);
  return { health: overdue(since, now, grace.scheduling), cause, since };
}

const imageReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** The first container, in start order, that cannot run or keeps ending. */
function failingContainer(facts: PodFacts, now: number): PodHealth | undefined {
  for (const container of facts.containers) {
    if (container.kind === 'ephemeral') continue;
    const health = looping(container, now) ?? waitingInTrouble(facts, container, now) ?? endedInTrouble(facts, container);
    if (health !== undefined) return health;
  }
  return undefined;
}

/**
 * A container that keeps ending runs for a moment now and then, is even ready in it, and is as doomed as while it waits: its row is not to jump up and
 * down with each round. When the first round was, the status does not tell.
 */
function looping(container: ContainerFacts, now: number): PodHealth | undefined {
  const { restarts, running, terminated, waiting, lastTermination } = container;
  if (restarts < 2) return undefined;
  const recovering = running !== undefined && now - (running.startedAt ?? now) < grace.recovery && (lastTermination?.exitCode ?? 0) !== 0;
  const ended = terminated !== undefined && terminated.exitCode !== 0;
  if (!recovering && !ended && waiting?.reason !== 'CrashLoopBackOff') return undefined;
  return { health: 'doomed', cause: `${subject(container)} ${ending(container)}; it was restarted ${times(restarts)}.`, since: undefined };
}

function waitingInTrouble(facts: PodFacts, container: ContainerFacts, now: number): PodHealth | undefined {
  const reason = container.waiting?.reason;
  if (reason === undefined || reason === 'PodInitializing' || reason === 'ContainerCreating') return undefined;
  const since = container.lastTermination?.finishedAt ?? conditionOf(facts, 'ContainersReady')?.since ?? facts.createdAt;
  const message = container.waiting?.message;
  if (reason === 'CrashLoopBackOff') {
    return { health: 'doomed', cause: `${subject(container)} ${ending(container)}; it was restarted ${times(container.restarts)}.`, since };
  }
  if (reason === 'InvalidImageName') return { health: 'doomed', cause: `${container.image}, for ${container.name}, cannot be the name of an image.`, since };
  if (reason === 'ErrImageNeverPull') {
    const cause = `The image ${container.image} of ${container.name} is not on the node, and its pull policy is Never.`;
    return { health: 'doomed', cause, since };
  }
  if (imageReasons.has(reason)) {
    const missing = /not found|no such host|manifest unknown|repository does not exist/i.test(message ?? '');
    const settled = reason === 'ImagePullBackOff' && missing;
    const cause = `The image ${container.image} of ${container.name} ${imageTrouble(message)}.`;
    return { health: settled ? 'doomed' : overdue(since, now, grace.imagePull), cause, since };
  }
  const cause = sentence(`${subject(container)} cannot be started: ${reason}`, message);
  return { health: overdue(since, now, grace.config), cause, since };
}

function imageTrouble(message: string | undefined): string {
  if (/not found|manifest unknown|repository does not exist/i.test(message ?? '')) return 'was not found';
  if (/no such host|dial tcp|i\/o timeout|connection refused|unreachable/i.test(message ?? '')) return 'cannot be pulled: its registry cannot be reached';
  if (/unauthorized|denied|forbidden|no basic auth/i.test(message ?? '')) return 'cannot be pulled: the registry refuses the credentials';
  if (/too ?many ?requests|rate limit/i.test(message ?? '')) return 'cannot be pulled: the registry limits the rate';
  return 'cannot be pulled';
}

/** An ending matters where the container is not started again, and, until it is, where it ended with an error. */
function endedInTrouble(facts: PodFacts, container: ContainerFacts): PodHealth | undefined {
  if (container.terminated === undefined || container.terminated.exitCode === 0) return undefined;
  const final = facts.restartPolicy === 'Never' && container.kind !== 'sidecar' && container.restartPolicy === undefined;
  return { health: final ? 'doomed' : 'stuck', cause: `${subject(container)} ${ending(container)}.`, since: container.terminated.finishedAt };
}

function initializing(facts: PodFacts, now: number): PodHealth | undefined {
  const progress = initProgress(facts);
  if (progress.current === undefined) return undefined;
  const { index, step } = progress.current;
  if (step.state === 'running') {
    const cause = `Init step ${index} of ${progress.total}, ${step.name}, has run for ${humanDuration(now - (step.since ?? now))}.`;
    return { health: overdue(step.since, now, grace.initStep), cause, since: step.since };
  }
  const since = conditionOf(facts, 'PodScheduled')?.since ?? facts.createdAt;
  return { health: overdue(since, now, grace.creating), cause: `Init step ${index} of ${progress.total}, ${step.name}, has not started.`, since };
}

function creating(facts: PodFacts, now: number): PodHealth | undefined {
  const waiting = facts.containers.find((container) => container.kind === 'app' && (container.waiting || container.statusIndex === undefined));
  if (waiting === undefined || conditionOf(facts, 'Ready')?.status === 'True') return undefined;
  const since = conditionOf(facts, 'Initialized')?.since ?? conditionOf(facts, 'PodScheduled')?.since ?? facts.createdAt;
  const sandbox = conditionOf(facts, 'PodReadyToStartContainers')?.status === 'False' ? ': its sandbox or its volumes are not ready' : '';
  return { health: overdue(since, now, grace.creating), cause: `${subject(waiting)} has not been created${sandbox}.`, since };
}

function unready(facts: PodFacts, now: number): PodHealth | undefined {
  const ready = conditionOf(facts, 'Ready');
  if (ready?.status === 'True') return undefined;
  const container = facts.containers.find((each) => (each.kind === 'app' || each.kind === 'sidecar') && !each.ready && each.running);
  const since = container?.running?.startedAt ?? ready?.since ?? facts.createdAt;
  if (container !== undefined) {
    const [kind, probe] = awaitedProbe(container);
    const cause = probe
      ? `${subject(container)} runs, but its ${kind} probe (${probe.handler}) has not passed.`
      : `${subject(container)} runs but is not ready.`;
    return { health: overdue(since, now, grace.ready + budget(probe)), cause, since };
  }
  if (ready?.status === 'Unknown')
    return { health: 'stuck', cause: sentence(`Its node ${facts.nodeName ?? ''} does not report`, ready.message), since: ready.since };
  const completed = facts.containers.find((each) => each.kind === 'app' && each.terminated);
  if (completed) return { health: overdue(since, now, grace.ready), cause: `${subject(completed)} has completed while others still run.`, since };
  const gate = facts.readinessGates.find((type) => conditionOf(facts, type)?.status !== 'True');
  const cause = gate ? `The readiness gate ${gate} is not True.` : sentence('Not ready', ready?.message ?? ready?.reason);
  return { health: overdue(ready?.since ?? since, now, grace.ready), cause, since: ready?.since ?? since };
}

function awaitedProbe(container: ContainerFacts): readonly [kind: string, probe: ProbeFacts | undefined] {
  const { startup, readiness } = container.probes;
  return startup && container.started !== true ? ['startup', startup] : ['readiness', readiness];
}

/** How long a probe may fail before that means something. */
function budget(probe: ProbeFacts | undefined): number {
  return probe ? 1000 * (probe.initialDelaySeconds + probe.failureThreshold * probe.periodSeconds) : 0;
}

function overdue(since: number | undefined, now: number, allowed: number): Health {
  return since !== undefined && now - since > allowed ? 'stuck' : 'starting';
}

function conditionOf(facts: PodFacts, type: string): ConditionFacts | undefined {
  return facts.conditions.find((condition) => condition.type === type);
}

const kindNames = { init: 'Init step', sidecar: 'Sidecar', app: 'Container', ephemeral: 'Debug container' } as const;

function subject(container: ContainerFacts): string {
  return `${kindNames[container.kind]} ${container.name}`;
}

/** How a container last ended, as a predicate: `was killed for using more memory than its limit`, `exited with 3: no schema`. */
function ending(container: ContainerFacts): string {
  const last = container.terminated ?? container.lastTermination;
  if (last === undefined) return 'ended';
  if (last.reason === 'OOMKilled') return 'was killed for using more memory than its limit (OOMKilled)';
  const meaning = exitMeaning(last.exitCode, last.signal);
  const code = `exited with ${last.exitCode}${meaning === undefined ? '' : ` (${meaning})`}`;
  const reason = last.reason !== undefined && last.reason !== 'Error' && last.reason !== 'Completed' ? `${last.reason}, ` : '';
  const said = last.message?.trim().replace(/\.$/, '');
  if (last.reason === 'StartError' || last.reason === 'ContainerCannotRun') {
    // The runtimes put their own call stack before what the kernel said.
    return `could not be started${said ? `: ${said.replace(/^.*unable to start container process: /s, '')}` : ''}`;
  }
  if (last.exitCode === 0) return 'ends without an error, but is meant to keep running';
  return `${reason}${code}${said ? `: ${said}` : ''}`;
}

function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

/** `what: detail.` with one full stop at the end. */
function sentence(what: string, detail: string | undefined): string {
  return `${what}${detail ? `: ${detail.trim()}` : ''}`.replace(/\.?$/, '.');
}
