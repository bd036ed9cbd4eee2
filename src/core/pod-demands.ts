/**
 * What a Pod asks of its node: resources, tolerations and node selectors. They are read from the whole object when somebody looks at one Pod, and
 * not kept in PodFacts, of which a dashboard holds ten thousand.
 */
import { count, list, object, text } from './json.ts';

/** One resource of a container or of the whole Pod; quantities as the API writes them (`100m`, `64Mi`). */
export interface ResourceDemand {
  readonly name: string;
  readonly request: string | undefined;
  readonly limit: string | undefined;
  /** What is in effect on the node, where that differs from what is asked for: a resize has not been made yet. */
  readonly actual: { readonly request: string | undefined; readonly limit: string | undefined } | undefined;
}

export interface PodDemands {
  /** Resources of the Pod as a whole (1.34), which its containers share. */
  readonly pod: readonly ResourceDemand[];
  /** Those that ask for something, in start order. */
  readonly containers: readonly { readonly name: string; readonly resources: readonly ResourceDemand[] }[];
  /** Without the two that every Pod is given, as kubectl writes them: `key=value:Effect for 60s`. */
  readonly tolerations: readonly string[];
  /** `key=value` pairs. */
  readonly nodeSelector: readonly string[];
}

/** The demands of a Pod as JSON.parse gives it. Total, like podFacts. */
export function podDemands(pod: unknown): PodDemands {
  const spec = object(object(pod).spec);
  const status = object(object(pod).status);
  const reported = [...list(status.initContainerStatuses), ...list(status.containerStatuses)].map(object);
  const containers = [...list(spec.initContainers), ...list(spec.containers)].map(object).map((container) => {
    const own = reported.find(({ name }) => name === container.name);
    return { name: text(container.name) ?? '', resources: resourceDemands(container.resources, own?.resources) };
  });
  return {
    pod: resourceDemands(spec.resources, status.resources),
    containers: containers.filter(({ resources }) => resources.length > 0),
    tolerations: list(spec.tolerations).flatMap(tolerationText),
    nodeSelector: Object.entries(object(spec.nodeSelector)).map(([key, value]) => `${key}=${String(value)}`),
  };
}

function resourceDemands(asked: unknown, actual: unknown): readonly ResourceDemand[] {
  const { requests, limits } = object(asked);
  const names = [...new Set([...Object.keys(object(requests)), ...Object.keys(object(limits))])].sort();
  return names.map((name) => {
    const demand = amounts(asked, name);
    const real = amounts(actual, name);
    // Kubelets before 1.33 report nothing; a container that has not started has nothing in effect.
    const resized = (real.request ?? real.limit) !== undefined && (real.request !== demand.request || real.limit !== demand.limit);
    return { name, ...demand, actual: resized ? real : undefined };
  });
}

function amounts(resources: unknown, name: string): { readonly request: string | undefined; readonly limit: string | undefined } {
  const { requests, limits } = object(resources);
  return { request: quantity(object(requests)[name]), limit: quantity(object(limits)[name]) };
}

function quantity(value: unknown): string | undefined {
  const number = count(value);
  return number === undefined ? text(value) : String(number);
}

/** Added to every Pod by the DefaultTolerationSeconds admission plugin. */
const givenKeys: ReadonlySet<unknown> = new Set(['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']);

function tolerationText(value: unknown): readonly string[] {
  const { key, operator, value: wanted, effect, tolerationSeconds } = object(value);
  const seconds = count(tolerationSeconds);
  if (givenKeys.has(key) && operator === 'Exists' && effect === 'NoExecute' && seconds === 300) return [];
  const which = text(key) === undefined ? 'any taint' : `${text(key)}${text(wanted) === undefined ? '' : `=${text(wanted)}`}`;
  return [`${which}${text(effect) === undefined ? '' : `:${text(effect)}`}${seconds === undefined ? '' : ` for ${seconds}s`}`];
}
