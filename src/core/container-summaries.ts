/** Every container of a Pod, of all four kinds, with its state in one shape and the meaning of its exit code in words. */
import type { ContainerFacts, ContainerKind, PodFacts, TerminationFacts } from './pod-facts.ts';

export interface TerminationSummary extends TerminationFacts {
  readonly meaning: string | undefined;
}

export interface ContainerSummary {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly image: string;
  /** `unknown` while no kubelet has reported it. */
  readonly state: 'running' | 'waiting' | 'terminated' | 'unknown';
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** When the state began, where the status tells: a start for running and terminated, nothing for waiting. */
  readonly since: number | undefined;
  readonly finishedAt: number | undefined;
  readonly exitCode: number | undefined;
  readonly exitMeaning: string | undefined;
  readonly ready: boolean;
  readonly started: boolean | undefined;
  readonly restarts: number;
  readonly lastTermination: TerminationSummary | undefined;
  readonly probes: ContainerFacts['probes'];
}

/** In start order: init containers and sidecars as the spec lists them, then app, then ephemeral containers. */
export function containerSummaries(facts: PodFacts): readonly ContainerSummary[] {
  return facts.containers.map((container) => {
    const { name, kind, image, ready, started, restarts, probes, lastTermination } = container;
    return {
      name,
      kind,
      image,
      ...stateOf(container),
      ready,
      started,
      restarts,
      lastTermination: lastTermination && { ...lastTermination, meaning: exitMeaning(lastTermination.exitCode, lastTermination.signal) },
      probes,
    };
  });
}

type State = Pick<ContainerSummary, 'state' | 'reason' | 'message' | 'since' | 'finishedAt' | 'exitCode' | 'exitMeaning'>;

const noState: Omit<State, 'state'> = {
  reason: undefined,
  message: undefined,
  since: undefined,
  finishedAt: undefined,
  exitCode: undefined,
  exitMeaning: undefined,
};

function stateOf({ terminated, running, waiting }: ContainerFacts): State {
  if (terminated) {
    const { reason, message, startedAt, finishedAt, exitCode, signal } = terminated;
    return { state: 'terminated', reason, message, since: startedAt, finishedAt, exitCode, exitMeaning: exitMeaning(exitCode, signal) };
  }
  if (running) return { ...noState, state: 'running', since: running.startedAt };
  if (waiting) return { ...noState, state: 'waiting', reason: waiting.reason, message: waiting.message };
  return { ...noState, state: 'unknown' };
}

const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL, an illegal instruction',
  6: 'SIGABRT, it aborted',
  7: 'SIGBUS, a bad memory access',
  8: 'SIGFPE, an arithmetic error',
  9: 'SIGKILL',
  11: 'SIGSEGV, a bad memory access',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
};

/**
 * What an exit code says by convention: 126 and 127 from the shell and the runtime, 128 + n from a signal. Undefined for a code that only the
 * program knows. 137 is not always memory: a liveness kill and an ended grace period look the same, and the reason OOMKilled tells them apart.
 */
export function exitMeaning(exitCode: number, signal: number): string | undefined {
  const by = signal > 0 ? signal : exitCode > 128 && exitCode <= 128 + 64 ? exitCode - 128 : 0;
  if (by > 0) return `killed by ${signals[by] ?? `signal ${by}`}`;
  if (exitCode === 126) return 'the command is not executable';
  if (exitCode === 127) return 'the command was not found';
  if (exitCode === 128) return 'the container could not be started';
  return undefined;
}
