/** How the objects stand that a Pod refers to: in a table of all of them, and in a few words where each is used. */

import { humanDuration } from '../core/age.ts';
import type { DescribedPod } from '../core/described-pod.ts';
import type { ReferenceFacts } from '../core/diagnosis/diagnosis-context.ts';
import type { ReferenceUse } from '../core/diagnosis/pod-references.ts';
import { listed } from '../core/diagnosis/wording.ts';
import { nearestNames } from '../core/nearest-names.ts';
import { type NodeFacts, nodeTroubles } from '../core/node-facts.ts';
import { unknownText } from './describe-words.ts';
import { type Line, type Part, type Tone, words } from './description.ts';

/** Nothing where the Pod refers to nothing. */
export function referenceParts(pod: DescribedPod): readonly Part[] {
  const rows = [...nodeRow(pod), ...[...grouped(pod.references).values()].map((uses) => referenceRow(uses))];
  if (rows.length === 0) return [];
  return [{ kind: 'field', label: 'References', lines: [], parts: [{ kind: 'table', header: ['Kind', 'Name', 'Used by', 'State'], rows }] }];
}

/** All uses of the same object. */
function grouped(references: readonly ReferenceFacts[]): ReadonlyMap<string, readonly ReferenceFacts[]> {
  return Map.groupBy(references, ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
}

function referenceRow(uses: readonly ReferenceFacts[]): readonly Line[] {
  const [first] = uses;
  if (first === undefined) return [];
  const missingKeys = uses.flatMap((use) => (missingKey(use) && use.key !== undefined ? [use.key] : []));
  const optional = uses.every((use) => use.optional);
  const [state, tone] = stateText(first, [...new Set(missingKeys)], optional);
  return [[first.kind], [first.name], [[...new Set(uses.map(useText))].join(', ')], [words(state, tone)]];
}

const useNames: Readonly<Record<ReferenceUse, (user: string) => string>> = {
  env: (user) => `env of ${user}`,
  volume: (user) => `volume ${user}`,
  'pull-secret': () => 'image pulls',
  'service-account': () => 'the Pod',
  polled: (user) => `${user}, which waits for it`,
  node: () => 'where it runs',
  heartbeat: () => 'the heartbeat of its node',
};

function useText({ use, user }: ReferenceFacts): string {
  return useNames[use](user);
}

function missingKey({ state, keys, key }: ReferenceFacts): boolean {
  return state === 'found' && key !== undefined && keys !== undefined && !keys.includes(key);
}

function stateText(reference: ReferenceFacts, missingKeys: readonly string[], optional: boolean): readonly [text: string, tone: Tone | undefined] {
  const { state, problem, kind, keys, phase, readyEndpoints, type } = reference;
  const harm: Tone = optional ? 'dim' : 'bad';
  const without = optional ? ', which is optional' : '';
  if (state === 'missing') return [`does not exist${without}`, harm];
  if (state === 'unknown') return [unknownText(problem ?? 'unknown'), 'warn'];
  if (missingKeys.length > 0) return [`has no key ${listed(missingKeys)}${without}; it has ${keys?.length === 0 ? 'none' : listed(keys ?? [], 8)}`, harm];
  switch (kind) {
    case 'PersistentVolumeClaim':
      return [phase ?? 'found', phase === 'Bound' ? undefined : 'warn'];
    case 'Service':
      return readyEndpoints === 0
        ? ['found, without a ready endpoint', 'warn']
        : [readyEndpoints === undefined ? 'found' : `found, ${readyEndpoints} ready endpoints`, undefined];
    default:
      return [`found${type === undefined ? '' : `, ${type}`}${keys === undefined ? '' : `, keys: ${keys.length === 0 ? 'none' : listed(keys, 8)}`}`, undefined];
  }
}

/** In a few words, where a reference is used; undefined where all is well. */
export function referenceProblem(pod: DescribedPod, kind: ReferenceFacts['kind'], name: string, key: string | undefined): string | undefined {
  const uses = pod.references.filter((each) => each.kind === kind && each.name === name);
  const reference = uses.find((each) => each.key === key) ?? uses[0];
  if (reference === undefined) return undefined;
  if (reference.state === 'missing') return `the ${kind} does not exist`;
  if (reference.state === 'found' && key !== undefined && reference.keys !== undefined && !reference.keys.includes(key)) {
    const [nearest] = nearestNames(key, reference.keys);
    return `the ${kind} has no such key${nearest === undefined ? '' : ` (the nearest is ${nearest})`}`;
  }
  return undefined;
}

/** The same for a volume, which also says the phase of a claim. */
export function volumeNote(pod: DescribedPod, kind: ReferenceFacts['kind'], name: string): string | undefined {
  const reference = pod.references.find((each) => each.kind === kind && each.name === name);
  if (reference?.state === 'found' && kind === 'PersistentVolumeClaim') return reference.phase;
  if (reference?.state === 'unknown') return unknownText(reference.problem ?? 'unknown');
  return referenceProblem(pod, kind, name, undefined);
}

function nodeRow({ node, facts, now }: DescribedPod): readonly (readonly Line[])[] {
  if (node === undefined || facts.nodeName === undefined) return [];
  const [text, tone] =
    node.state === 'known' ? nodeState(node.value, now) : [node.state === 'missing' ? 'does not exist' : unknownText(node.problem), 'warn' as const];
  return [[['Node'], [facts.nodeName], ['the Pod'], [words(text, tone)]]];
}

function nodeState(node: NodeFacts, now: number): readonly [string, Tone | undefined] {
  const { ready, unschedulable, kubeletVersion } = node;
  const troubles = nodeTroubles(node).map(({ type, status, reason, message }) => {
    const said = [reason, message].filter((part) => part !== undefined).join(': ');
    return `${status === 'True' ? type : `${type} is ${status}`}${said === '' ? '' : ` (${said})`}`;
  });
  const well =
    ready?.status === 'True'
      ? [`Ready${ready.since === undefined ? '' : ` for ${humanDuration(now - ready.since)}`}`]
      : ready === undefined
        ? ['has not reported yet']
        : [];
  const rest = [...(unschedulable ? ['cordoned'] : []), ...(kubeletVersion === undefined ? [] : [`kubelet ${kubeletVersion}`])];
  return [[...well, ...troubles, ...rest].join(', '), troubles.length > 0 ? 'bad' : ready === undefined || unschedulable ? 'warn' : undefined];
}
