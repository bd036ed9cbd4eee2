/**
 * The one status function: what the STATUS, READY and RESTARTS columns say of a Pod.
 *
 * It decides exactly what the API server prints in its Table (printPod in kubernetes/pkg/printers/internalversion, v1.36) and no more: whether
 * the Pod is healthy is for podHealth. Servers older than 1.35 differ in two places, and the newest is followed: several containers that
 * ended in part with an error say that error instead of Completed, and a Pod in a terminal phase that is being deleted keeps its status.
 */
import { ageText, humanDuration } from './age.ts';
import type { ContainerFacts, PodFacts, TerminationFacts } from './pod-facts.ts';

export interface PodStatus {
  /** The STATUS cell: a phase, a reason, or `Init:…`. */
  readonly status: string;
  /** The READY cell, as in `1/2`: app containers and sidecars. */
  readonly ready: string;
  readonly readyContainers: number;
  readonly totalContainers: number;
  readonly restarts: number;
  readonly lastRestartAt: number | undefined;
  /** The RESTARTS cell, as in `7 (12s ago)`. */
  readonly restartsText: string;
  readonly age: string;
}

/** `now` (milliseconds since the epoch) enters only into ages: the status itself is a function of the facts. */
export function podStatus(facts: PodFacts, now: number): PodStatus {
  const inits = reported(facts, (container) => container.kind === 'init' || container.kind === 'sidecar');
  const apps = reported(facts, (container) => container.kind === 'app');
  const init = walkInit(facts, inits);
  let status = init.reason ?? baseReason(facts);
  let { ready, restarts } = init.total;
  if (init.reason === undefined || isTrue(facts, 'Initialized')) {
    restarts = init.sidecars;
    const app = walkApps(apps, status);
    ready += app.ready;
    restarts = restarts.and(app.restarts);
    status = app.reason === 'Completed' ? completedReason(facts, app) : app.reason;
  }
  if (facts.deletionDueAt !== undefined) {
    if (facts.reason === 'NodeLost') status = 'Unknown';
    else if (facts.phase !== 'Succeeded' && facts.phase !== 'Failed') status = 'Terminating';
  }
  const totalContainers = facts.containers.filter(
    (container) => container.specIndex !== undefined && (container.kind === 'app' || container.kind === 'sidecar'),
  ).length;
  const { count, lastAt } = restarts;
  return {
    status,
    ready: `${ready}/${totalContainers}`,
    readyContainers: ready,
    totalContainers,
    restarts: count,
    lastRestartAt: lastAt,
    restartsText: count !== 0 && lastAt !== undefined ? `${count} (${humanDuration(now - lastAt)} ago)` : String(count),
    age: ageText(facts.createdAt, now),
  };
}

/** Restart counts added up, with the end of the last run that any of them had. */
class Restarts {
  readonly count: number;
  readonly lastAt: number | undefined;

  constructor(count = 0, lastAt?: number) {
    this.count = count;
    this.lastAt = lastAt;
  }

  of(container: ContainerFacts): Restarts {
    return this.and(new Restarts(container.restarts, container.lastTermination?.finishedAt));
  }

  and(other: Restarts): Restarts {
    const lastAt = this.lastAt === undefined || (other.lastAt !== undefined && other.lastAt > this.lastAt) ? other.lastAt : this.lastAt;
    return new Restarts(this.count + other.count, lastAt);
  }
}

/** The containers that the kubelet has reported, in the order of the status, which is the order the API server walks. */
function reported(facts: PodFacts, among: (container: ContainerFacts) => boolean): readonly ContainerFacts[] {
  return facts.containers
    .filter((container) => container.statusIndex !== undefined && among(container))
    .sort((a, b) => (a.statusIndex ?? 0) - (b.statusIndex ?? 0));
}

function baseReason(facts: PodFacts): string {
  if (facts.conditions.some((condition) => condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')) return 'SchedulingGated';
  return facts.reason ?? facts.phase;
}

interface InitWalk {
  /** `Init:…`, or undefined when every init container is done and every sidecar has started. */
  readonly reason: string | undefined;
  readonly total: { readonly ready: number; readonly restarts: Restarts };
  readonly sidecars: Restarts;
}

/**
 * Walks the init containers up to the first that is not done. Containers after that one are neither counted as ready nor summed, even where
 * a sidecar among them runs: the API server leaves its loop there.
 */
function walkInit(facts: PodFacts, inits: readonly ContainerFacts[]): InitWalk {
  let ready = 0;
  let restarts = new Restarts();
  let sidecars = new Restarts();
  for (const [index, container] of inits.entries()) {
    restarts = restarts.of(container);
    if (container.kind === 'sidecar') sidecars = sidecars.of(container);
    if (container.terminated?.exitCode === 0) continue;
    if (container.kind === 'sidecar' && container.started === true) {
      if (container.ready) ready++;
      continue;
    }
    return { reason: initReason(facts, container, index), total: { ready, restarts }, sidecars };
  }
  return { reason: undefined, total: { ready, restarts }, sidecars };
}

function initReason(facts: PodFacts, container: ContainerFacts, index: number): string {
  if (container.terminated) return `Init:${terminationReason(container.terminated)}`;
  const waiting = container.waiting?.reason;
  if (waiting !== undefined && waiting !== 'PodInitializing') return `Init:${waiting}`;
  const steps = facts.containers.filter((each) => each.specIndex !== undefined && (each.kind === 'init' || each.kind === 'sidecar'));
  return `Init:${index}/${steps.length}`;
}

function terminationReason(terminated: TerminationFacts): string {
  if (terminated.reason !== undefined) return terminated.reason;
  return terminated.signal === 0 ? `ExitCode:${terminated.exitCode}` : `Signal:${terminated.signal}`;
}

interface AppWalk {
  readonly reason: string;
  /** The reason of the first listed container that ended with an error. */
  readonly error: string | undefined;
  readonly running: boolean;
  readonly ready: number;
  readonly restarts: Restarts;
}

/** Walks the app containers last to first, so that the first listed one that has something to say has the last word. */
function walkApps(apps: readonly ContainerFacts[], base: string): AppWalk {
  let reason = base;
  let error: string | undefined;
  let ready = 0;
  let restarts = new Restarts();
  for (const container of apps.toReversed()) {
    restarts = restarts.of(container);
    if (container.waiting?.reason !== undefined) {
      reason = container.waiting.reason;
    } else if (container.terminated) {
      reason = terminationReason(container.terminated);
      if (container.terminated.exitCode !== 0) error = reason;
    } else if (container.ready && container.running) {
      ready++;
    }
  }
  return { reason, error, running: ready > 0, ready, restarts };
}

/** A container has completed: the Pod still runs where another one does, and has failed where another one ended with an error. */
function completedReason(facts: PodFacts, app: AppWalk): string {
  if (app.running && isTrue(facts, 'Ready')) return 'Running';
  if (app.error !== undefined) return app.error;
  return app.running ? 'NotReady' : 'Completed';
}

/** The first condition of the type counts for Initialized; for Ready the API server takes any, which differs only in a malformed status. */
function isTrue(facts: PodFacts, type: 'Initialized' | 'Ready'): boolean {
  const conditions = facts.conditions.filter((condition) => condition.type === type);
  return type === 'Ready' ? conditions.some((condition) => condition.status === 'True') : conditions[0]?.status === 'True';
}
