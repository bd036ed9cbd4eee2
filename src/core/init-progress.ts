/** Init progress: which step of how many runs, its state and since when. Native sidecars start among the steps but are not steps. */
import type { ContainerFacts, PodFacts } from './pod-facts.ts';

export type StepState = 'done' | 'running' | 'waiting' | 'failed';

export interface InitStep {
  readonly name: string;
  readonly state: StepState;
  /** Why it waits or failed, in the API's word, as in CrashLoopBackOff. */
  readonly reason: string | undefined;
  /** Since when it is in this state, where the status tells. */
  readonly since: number | undefined;
  readonly exitCode: number | undefined;
  readonly restarts: number;
}

export interface InitProgress {
  /** In the order they run. */
  readonly steps: readonly InitStep[];
  readonly done: number;
  readonly total: number;
  /** The step that holds the Pod up, 1-based; undefined once the Pod is initialized. */
  readonly current: { readonly index: number; readonly step: InitStep } | undefined;
  readonly sidecars: readonly ContainerFacts[];
}

export function initProgress(facts: PodFacts): InitProgress {
  const steps = facts.containers.filter((container) => container.kind === 'init' && container.specIndex !== undefined).map(initStep);
  const initialized = facts.conditions.some((condition) => condition.type === 'Initialized' && condition.status === 'True');
  const at = steps.findIndex((step) => step.state !== 'done');
  const step = steps[at];
  return {
    steps,
    done: steps.filter((each) => each.state === 'done').length,
    total: steps.length,
    current: initialized || step === undefined ? undefined : { index: at + 1, step },
    sidecars: facts.containers.filter((container) => container.kind === 'sidecar'),
  };
}

function initStep(container: ContainerFacts): InitStep {
  const { name, restarts, waiting, running, terminated, lastTermination } = container;
  if (terminated) {
    const state = terminated.exitCode === 0 ? 'done' : 'failed';
    return { name, state, reason: terminated.reason, since: terminated.finishedAt, exitCode: terminated.exitCode, restarts };
  }
  if (running) return { name, state: 'running', reason: undefined, since: running.startedAt, exitCode: undefined, restarts };
  const reason = waiting?.reason;
  // PodInitializing is what every container says while an earlier one runs; ContainerCreating while the sandbox is made.
  const failed = reason !== undefined && reason !== 'PodInitializing' && reason !== 'ContainerCreating';
  return {
    name,
    state: failed ? 'failed' : 'waiting',
    reason,
    since: failed ? lastTermination?.finishedAt : undefined,
    exitCode: failed ? lastTermination?.exitCode : undefined,
    restarts,
  };
}
