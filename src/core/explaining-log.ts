/** Which container's log explains the state of a Pod, and of which of its runs. */
import { initProgress } from './init-progress.ts';
import type { ContainerFacts, PodFacts } from './pod-facts.ts';

export interface LogChoice {
  readonly container: string;
  /** The run before the present one: where a container waits to be started again, or has just been, its words are there. */
  readonly previous: boolean;
}

/** Undefined for a Pod without containers. */
export function explainingLog(facts: PodFacts): LogChoice | undefined {
  const { containers } = facts;
  const lasting = containers.filter(({ kind }) => kind !== 'ephemeral');
  const step = initProgress(facts).current?.step.name;
  const chosen =
    lasting.find(failing) ??
    lasting.find(failedBefore) ??
    lasting.find(({ kind, name, running }) => kind === 'init' && name === step && running !== undefined) ??
    lasting.find(({ kind, running, ready }) => kind !== 'init' && running !== undefined && !ready) ??
    lasting.find(({ name }) => name === facts.defaultContainer) ??
    lasting.find(({ kind }) => kind === 'app') ??
    containers[0];
  return chosen && { container: chosen.name, previous: saidBefore(chosen) };
}

function failing({ waiting, terminated }: ContainerFacts): boolean {
  if (terminated) return terminated.exitCode !== 0;
  return waiting?.reason !== undefined && waiting.reason !== 'PodInitializing' && waiting.reason !== 'ContainerCreating';
}

function failedBefore({ running, ready, lastTermination }: ContainerFacts): boolean {
  return running !== undefined && !ready && (lastTermination?.exitCode ?? 0) !== 0;
}

/** Whether a container's words are those of the run before: it has none of its own, or it is not well and the one before failed. */
function saidBefore(container: ContainerFacts): boolean {
  if (container.lastTermination === undefined || container.terminated !== undefined) return false;
  return container.running === undefined || failedBefore(container);
}

/** Why there is no log of a container, in words that end a sentence about it; undefined where there should be one. */
export function missingLog(facts: PodFacts, { container, previous }: LogChoice): string | undefined {
  const found = facts.containers.find(({ name }) => name === container);
  if (found === undefined) return 'is not in this Pod';
  const { waiting, running, terminated, lastTermination } = found;
  if (previous) return lastTermination === undefined ? 'has had no previous run' : undefined;
  if (running !== undefined || terminated !== undefined || lastTermination !== undefined) return undefined;
  if (waiting === undefined)
    return facts.nodeName === undefined ? 'has not started: the Pod has no node yet' : 'has not started: its node has not reported it yet';
  const reason = [waiting.reason, waiting.message].filter((word) => word !== undefined).join(': ');
  return `has not started: ${reason === '' ? 'waiting' : `waiting: ${reason}`}`;
}
