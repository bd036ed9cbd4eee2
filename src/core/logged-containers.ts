/** Whose logs are read of a Pod: which of its containers, in which order, and under which short name each line of theirs is shown. */
import { ownerChain } from './owner.ts';
import type { ContainerFacts, PodFacts } from './pod-facts.ts';

/** How a container stands: what `--container-state` chooses by. */
export const containerStates = ['running', 'waiting', 'terminated'] as const;
export type ContainerState = (typeof containerStates)[number];

export interface ContainerSelection {
  /** Empty: the Pod's own choice. */
  readonly names: readonly string[];
  /** Whatever the Pod's own choice is. */
  readonly all: boolean;
  /** Empty: in any state. */
  readonly states: readonly ContainerState[];
}

/**
 * The containers that the selection takes in whatever their state, init containers first. Without names those are all, or the one that the annotation
 * kubectl.kubernetes.io/default-container names; a Pod without such an annotation has no container that is meant, and the first is as often a proxy as not.
 */
export function loggedContainers(facts: PodFacts, { names, all }: Omit<ContainerSelection, 'states'>): readonly ContainerFacts[] {
  const { containers, defaultContainer } = facts;
  if (names.length > 0) return containers.filter(({ name }) => names.includes(name));
  const meant = all || defaultContainer === undefined ? undefined : containers.find(({ name }) => name === defaultContainer);
  return meant === undefined ? containers : [meant];
}

/** A container of which nothing is reported yet waits. */
export function containerState({ running, terminated }: ContainerFacts): ContainerState {
  if (running !== undefined) return 'running';
  return terminated === undefined ? 'waiting' : 'terminated';
}

/** Whether the container's runs are over: it has ended and nothing starts it again. */
export function isOver(facts: PodFacts, { kind, terminated, restartPolicy }: ContainerFacts): boolean {
  if (facts.phase === 'Succeeded' || facts.phase === 'Failed') return true;
  if (terminated === undefined) return false;
  if (kind === 'ephemeral') return true;
  const policy = restartPolicy ?? facts.restartPolicy ?? 'Always';
  // An init container that has succeeded has done its part, whatever the Pod's policy.
  if (kind === 'init' && terminated.exitCode === 0) return true;
  return policy === 'Never' || (policy === 'OnFailure' && terminated.exitCode === 0);
}

/** Names a container of a Pod as shortly as it stays clear which is meant, and always in the same way. */
export type LogNames = (facts: PodFacts, container: string) => string;

/**
 * With `onePod` a container's name is enough. Else the Pod's name comes first, without the template's hash of a Deployment (`web-x2x9k`), and the container's
 * after it where the Pod has several. A Pod whose short name is taken by another goes by its whole name.
 */
export function logNames({ onePod, namespaces }: { readonly onePod: boolean; readonly namespaces: boolean }): LogNames {
  const taken = new Map<string, string>();
  const names = new Map<string, string>();
  const podName = (facts: PodFacts): string => {
    const whole = `${facts.namespace}/${facts.name}`;
    const known = names.get(whole);
    if (known !== undefined) return known;
    const place = namespaces ? `${facts.namespace}/` : '';
    const candidates = [`${place}${shortPodName(facts)}`, `${place}${facts.name}`, whole];
    const name = candidates.find((candidate) => !taken.has(candidate)) ?? whole;
    taken.set(name, whole);
    names.set(whole, name);
    return name;
  };
  return (facts, container) => {
    if (onePod) return container;
    const several = facts.containers.length > 1;
    return several ? `${podName(facts)}/${container}` : podName(facts);
  };
}

function shortPodName(facts: PodFacts): string {
  const [outermost, replicaSet] = ownerChain(facts);
  if (outermost?.kind !== 'Deployment' || replicaSet === undefined || !facts.name.startsWith(`${replicaSet.name}-`)) return facts.name;
  return `${outermost.name}${facts.name.slice(replicaSet.name.length)}`;
}
