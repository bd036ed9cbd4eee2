/**
 * The decision of a check: from the objects seen so far and the time to how far each target is and whether it is over. It holds what must be remembered
 * between two looks, and neither waits nor asks: whoever drives it tells it when something has changed, and looks again at `lookAgainAt`.
 */
import type { CheckOutcome } from '../check-report.ts';
import type { CheckPlan } from './check-plan.ts';
import { isInfrastructure } from './judge-pod.ts';
import { heldKey, type JudgedTarget, judgeTarget, stableFor, type TargetMemory } from './judge-target.ts';
import type { SeenObjects } from './seen-objects.ts';

export interface CheckLook {
  readonly now: number;
  /** In the order of the plan. Those of a target that has failed are as they were when it did. */
  readonly targets: readonly CheckedState[];
  /** undefined: it goes on. */
  readonly outcome: Exclude<CheckOutcome, 'unfinished'> | undefined;
  /** When time alone may change something. */
  readonly lookAgainAt: number;
}

export interface CheckedState extends JudgedTarget {
  /** undefined while it is undecided. */
  readonly outcome: CheckOutcome | undefined;
  /** It is as it was waited for, and has to be so until then. */
  readonly holdsUntil: number | undefined;
  readonly endedAt: number | undefined;
}

/** How often what depends on the time is looked at while nothing happens: verdicts turn on graces of whole seconds. */
const tickMs = 1000;

interface Remembered {
  memory: TargetMemory;
  held: { readonly key: string; readonly since: number } | undefined;
  /** Failed once is failed. */
  failed: CheckedState | undefined;
}

export class CheckState {
  readonly #plan: CheckPlan;
  readonly #objects: SeenObjects;
  readonly #deadline: number;
  readonly #targets: readonly Remembered[];

  constructor(plan: CheckPlan, objects: SeenObjects, startedAt: number) {
    this.#plan = plan;
    this.#objects = objects;
    this.#deadline = startedAt + plan.timeoutMs;
    this.#targets = plan.targets.map(() => ({ memory: {}, held: undefined, failed: undefined }));
  }

  /** `known`: all that there was at the start has been told. Before that only the deadline decides. */
  look(now: number, known: boolean): CheckLook {
    const targets = known ? this.#targets.map((remembered, index) => this.#target(remembered, index, now)) : [];
    const decided = known ? this.#outcome(targets) : undefined;
    const late = decided === undefined && now >= this.#deadline;
    const ended = late ? targets.map((target) => overdue(target, now)) : targets;
    const outcome = decided ?? (late ? this.#late(ended) : undefined);
    return { now, targets: ended, outcome, lookAgainAt: Math.min(this.#deadline, this.#nextMoment(targets, now)) };
  }

  #target(remembered: Remembered, index: number, now: number): CheckedState {
    const target = this.#plan.targets[index];
    if (remembered.failed !== undefined || target === undefined) return remembered.failed as CheckedState;
    const [judged, memory] = judgeTarget(target, remembered.memory, this.#objects, this.#plan, now);
    remembered.memory = memory;
    const key = heldKey(judged);
    if (key === undefined) remembered.held = undefined;
    else if (remembered.held?.key !== key) remembered.held = { key, since: now };
    const since = remembered.held?.since;
    const holdsUntil = since === undefined ? undefined : since + stableFor(judged, this.#plan.stableMs, now);
    const passed = holdsUntil !== undefined && now >= holdsUntil;
    const failed = judged.state === 'failed' || judged.state === 'infrastructure' ? judged.state : undefined;
    const outcome = failed ?? (passed ? 'passed' : undefined);
    const state: CheckedState = { ...judged, outcome, holdsUntil, endedAt: outcome === undefined ? undefined : passed ? since : now };
    if (failed !== undefined) remembered.failed = state;
    return state;
  }

  /** A target that has passed and is no longer so, while others are waited for, is undecided again. */
  #outcome(targets: readonly CheckedState[]): CheckLook['outcome'] {
    const outcomes = targets.map(({ outcome }) => outcome);
    if (this.#plan.any && outcomes.includes('passed')) return 'passed';
    const failed = outcomes.some((outcome) => outcome === 'failed' || outcome === 'infrastructure');
    if (outcomes.includes(undefined) && !(failed && this.#plan.failFast && !this.#plan.any)) return undefined;
    return worst(outcomes);
  }

  #late(targets: readonly CheckedState[]): CheckLook['outcome'] {
    return this.#plan.any ? 'timed-out' : worst(targets.map(({ outcome }) => outcome));
  }

  #nextMoment(targets: readonly CheckedState[], now: number): number {
    const moments = targets.flatMap(({ holdsUntil, pods }) => [
      ...(holdsUntil === undefined ? [] : [holdsUntil]),
      ...pods.flatMap(({ readyAt }) => readyAt ?? []),
    ]);
    return Math.min(now + tickMs, ...moments.filter((moment) => moment > now));
  }
}

/** Out of time: the infrastructure's doing where all that is missing was lost to it. */
function overdue(target: CheckedState, now: number): CheckedState {
  if (target.outcome !== undefined) return target;
  const missing = target.pods.filter(({ state }) => state !== 'reached');
  const outside = missing.length > 0 && missing.every(({ findings }) => findings.some(isInfrastructure));
  return { ...target, outcome: outside ? 'infrastructure' : 'timed-out', endedAt: now };
}

const order: readonly CheckOutcome[] = ['failed', 'infrastructure', 'timed-out'];

function worst(outcomes: readonly (CheckOutcome | undefined)[]): Exclude<CheckOutcome, 'unfinished'> {
  for (const outcome of order) if (outcomes.includes(outcome) && outcome !== 'unfinished') return outcome;
  return outcomes.length === 0 ? 'timed-out' : 'passed';
}
