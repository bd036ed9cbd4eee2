/** NodeFacts: what a node says of itself, as far as it tells why a Pod on it is as it is. Times are milliseconds since the epoch. */
import { list, millis, object, text } from './json.ts';
import { type ConditionFacts, conditionFacts, labelFacts } from './pod-facts.ts';

export interface TaintFacts {
  readonly key: string;
  readonly value: string | undefined;
  readonly effect: string;
  readonly since: number | undefined;
}

export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined while no kubelet has reported it. */
  readonly ready: ConditionFacts | undefined;
  /** All but Ready. */
  readonly conditions: readonly ConditionFacts[];
  /** Cordoned: the scheduler gives it no new Pods. */
  readonly unschedulable: boolean;
  readonly taints: readonly TaintFacts[];
  readonly kubeletVersion: string | undefined;
  readonly runtime: string | undefined;
}

/** The facts of one Node as JSON.parse gives it. Total, like podFacts. */
export function nodeFacts(node: unknown): NodeFacts {
  const { metadata, spec, status } = object(node);
  const { kubeletVersion, containerRuntimeVersion } = object(object(status).nodeInfo);
  const conditions = list(object(status).conditions).map(conditionFacts);
  return {
    name: text(object(metadata).name) ?? '',
    labels: labelFacts(object(metadata).labels),
    ready: conditions.find(({ type }) => type === 'Ready'),
    conditions: conditions.filter(({ type }) => type !== 'Ready'),
    unschedulable: object(spec).unschedulable === true,
    taints: list(object(spec).taints).map(taintFacts),
    kubeletVersion: text(kubeletVersion),
    runtime: text(containerRuntimeVersion),
  };
}

function taintFacts(value: unknown): TaintFacts {
  const taint = object(value);
  return { key: text(taint.key) ?? '', value: text(taint.value), effect: text(taint.effect) ?? '', since: millis(taint.timeAdded) };
}

/** Conditions of a node that are a trouble when they are True, unlike Ready. */
const pressures: ReadonlySet<string> = new Set(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']);

/**
 * The conditions that are not as they should be: Ready that is not True, and pressures that are True. A kubelet that has fallen silent leaves all
 * its conditions Unknown, which Ready alone says for all of them.
 */
export function nodeTroubles({ ready, conditions }: NodeFacts): readonly ConditionFacts[] {
  return [
    ...(ready === undefined || ready.status === 'True' ? [] : [ready]),
    ...conditions.filter(({ type, status }) => pressures.has(type) && status === 'True'),
  ];
}
