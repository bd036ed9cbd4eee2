/** Reads Pods once from a recording, as they were at one moment: what `get --from-recording` prints. */
import { type EventFacts, eventFacts } from '../core/event-facts.ts';
import { ownerChain } from '../core/owner.ts';
import { type PodFacts, podFacts } from '../core/pod-facts.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { PodObject, PodObjectReader, ResolvedTarget } from '../service/pod-reader.ts';
import type { PodScope } from '../service/pod-source.ts';
import { scopeFilter } from '../service/selector-match.ts';
import type { Target } from '../service/target.ts';
import type { RecordedObject, Recording } from './recording.ts';

interface RecordedPod {
  readonly facts: PodFacts;
  readonly object: PodObject;
}

/** The Pods after `index` changes, in the server's order: by namespace, then by name. */
export function recordedReader(recording: Recording, index: number): PodObjectReader {
  const pods = [...recording.stateAt(index).pods.values()].map(parsedPod).sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1));
  return {
    async pod({ namespace, name }) {
      const found = pods.find(({ facts }) => facts.namespace === namespace && facts.name === name);
      if (found === undefined) throw new PodwrightError('not-found', `pods "${name}" not found`);
      return found.object;
    },
    async *podPages(scope) {
      const inScope = scopeFilter(scope);
      yield pods.filter(({ facts }) => inScope(facts)).map(({ object }) => object);
    },
    async resolve(target, namespace) {
      return resolve(target, namespace, pods);
    },
  };
}

/** The Events after `index` changes; undefined where they were not recorded. */
export function recordedEvents(recording: Recording, index: number): readonly EventFacts[] | undefined {
  const { events, links } = recording.stateAt(index);
  if (links.get('Event')?.state === 'refused') return undefined;
  return [...events.values()].map(({ json }) => eventFacts(JSON.parse(json.toString())));
}

/** The namespaces to show: those asked for, else the recording's own. Throws `usage` for one that was not recorded. */
export function recordedNamespaces(recording: Recording, asked: { readonly all: boolean; readonly namespace?: string }): PodScope['namespaces'] {
  const { namespaces } = recording.header.scope;
  if (asked.all || asked.namespace === undefined) return namespaces;
  if (namespaces !== 'all' && !namespaces.includes(asked.namespace)) {
    throw new PodwrightError('usage', `the namespace "${asked.namespace}" was not recorded`, { hint: `The recording holds: ${namespaces.join(', ')}.` });
  }
  return [asked.namespace];
}

function parsedPod({ json }: RecordedObject): RecordedPod {
  const object = JSON.parse(json.toString()) as PodObject;
  return { facts: podFacts(object), object };
}

function orderKey({ facts }: RecordedPod): string {
  return `${facts.namespace}/${facts.name}`;
}

/** Workloads are not recorded: a workload is known by the Pods that name it as their owner. */
function resolve(target: Target, namespace: string, pods: readonly RecordedPod[]): ResolvedTarget {
  if (target.kind === 'pod') return { scope: { namespaces: [namespace], fieldSelector: `metadata.name=${target.name}` }, ownerUids: undefined };
  const owned = pods.flatMap(({ facts }) => (facts.namespace === namespace && belongsTo(facts, target) && facts.owner !== undefined ? [facts.owner.uid] : []));
  if (owned.length === 0) {
    throw new PodwrightError('not-found', `no Pod of ${target.kind} "${target.name}" in the recording`);
  }
  return { scope: { namespaces: [namespace] }, ownerUids: new Set(owned) };
}

function belongsTo(facts: PodFacts, { kind, name }: Target): boolean {
  // The Jobs of a CronJob bear its name and the minute they were due.
  if (kind === 'cronjob') {
    return facts.owner?.kind === 'Job' && facts.owner.name.startsWith(`${name}-`) && /^\d+$/.test(facts.owner.name.slice(name.length + 1));
  }
  return ownerChain(facts).some((owner) => owner.kind.toLowerCase() === kind && owner.name === name);
}
