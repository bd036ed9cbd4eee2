/**
 * The conditions of a Pod as a chain: scheduled, sandbox, initialized, containers ready, ready. Each becomes True after the one before,
 * so the first that is not True is where to look.
 */
import type { ConditionFacts, PodFacts } from './pod-facts.ts';

/** `true` holds; `pending` not yet, or no longer and for a good reason; `trouble` False or Unknown for a reason that will not pass by itself. */
export type ChainMark = 'true' | 'pending' | 'trouble';

export interface ChainLink {
  readonly type: string;
  /** S, B, I, C, R: scheduled, sandbox, initialized, containers ready, ready. */
  readonly letter: string;
  readonly mark: ChainMark;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly since: number | undefined;
  /** The condition was written for an older generation of the Pod than the present one. */
  readonly outdated: boolean;
}

const chain = [
  ['PodScheduled', 'S'],
  ['PodReadyToStartContainers', 'B'],
  ['Initialized', 'I'],
  ['ContainersReady', 'C'],
  ['Ready', 'R'],
] as const;

const chainTypes: ReadonlySet<string> = new Set(chain.map(([type]) => type));

/** Reasons of a False condition that mean trouble. ContainersNotReady and the like say only that something else is not done. */
const troubleReasons: ReadonlySet<string> = new Set(['Unschedulable', 'SchedulerError', 'PodFailed']);

/** Always the five, in their order. A condition that nobody has written is pending. */
export function conditionChain(facts: PodFacts): readonly ChainLink[] {
  return chain.map(([type, letter]) => {
    const condition = facts.conditions.find((each) => each.type === type);
    return {
      type,
      letter,
      mark: markOf(facts, type, condition),
      reason: condition?.reason,
      message: condition?.message,
      since: condition?.since,
      outdated: condition?.observedGeneration !== undefined && facts.generation !== undefined && condition.observedGeneration < facts.generation,
    };
  });
}

function markOf(facts: PodFacts, type: string, condition: ConditionFacts | undefined): ChainMark {
  if (condition === undefined) return type === 'PodReadyToStartContainers' && sandboxImplied(facts) ? 'true' : 'pending';
  if (condition.status === 'True') return 'true';
  if (condition.status === 'Unknown') return 'trouble';
  return troubleReasons.has(condition.reason ?? '') ? 'trouble' : 'pending';
}

/** Kubelets before 1.29 do not write PodReadyToStartContainers; a Pod that has run a container had its sandbox. */
function sandboxImplied(facts: PodFacts): boolean {
  return facts.containers.some((container) => container.running !== undefined || container.terminated !== undefined);
}

/** What is not in the chain: readiness gates, DisruptionTarget, PodResizePending, PodResizeInProgress, AllContainersRestarting and any other. */
export function otherConditions(facts: PodFacts): readonly ConditionFacts[] {
  return facts.conditions.filter((condition) => !chainTypes.has(condition.type));
}

/** The first condition of the chain that is not True, or undefined for a Pod that is Ready. */
export function firstUnmetCondition(facts: PodFacts): ChainLink | undefined {
  return conditionChain(facts).find((link) => link.mark !== 'true');
}
