/** Which container of a Pod a command is about, as kubectl chooses. */
import { nearestNames } from './nearest-names.ts';
import type { ContainerFacts, PodFacts } from './pod-facts.ts';
import { PodwrightError } from './podwright-error.ts';

export interface ContainerChoice {
  readonly container: ContainerFacts;
  /** It was not named, and there are others: the names of all. */
  readonly outOf: readonly string[] | undefined;
}

/**
 * The container that was named; else the one that the annotation kubectl.kubernetes.io/default-container names, else the first of spec.containers. Throws
 * `not-found` with the containers there are. Source: DefaultContainer in k8s.io/kubectl/pkg/cmd/util/podcmd.
 */
export function chooseContainer(facts: PodFacts, wanted: string | undefined): ContainerChoice {
  const { containers, namespace, name, defaultContainer } = facts;
  if (wanted !== undefined) {
    const container = containers.find((each) => each.name === wanted);
    if (container !== undefined) return { container, outOf: undefined };
    throw new PodwrightError('not-found', `the Pod ${namespace}/${name} has no container "${wanted}"`, { hint: `Containers: ${namesOf(facts, wanted)}.` });
  }
  const container = containers.find((each) => each.name === defaultContainer) ?? containers.find(({ kind }) => kind === 'app');
  if (container === undefined) throw new PodwrightError('not-found', `the Pod ${namespace}/${name} has no container`);
  return { container, outOf: containers.length === 1 ? undefined : containers.map(shown) };
}

function namesOf({ containers }: PodFacts, wanted: string): string {
  const byName = new Map(containers.map((container) => [container.name, shown(container)]));
  return nearestNames(wanted, [...byName.keys()])
    .map((name) => byName.get(name) ?? name)
    .join(', ');
}

function shown({ name, kind }: ContainerFacts): string {
  return kind === 'app' ? name : `${name} (${kind})`;
}
