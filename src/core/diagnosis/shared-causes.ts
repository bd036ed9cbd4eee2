/** Pods that are held up by the same thing: 23 Pods without an image are one problem, not 23. */
import { ownerTarget } from '../owner.ts';
import type { PodFacts } from '../pod-facts.ts';
import { compareFindings, type Finding } from './finding.ts';

export interface TroubledPod {
  readonly facts: PodFacts;
  /** Worst first; none for a Pod that is well. */
  readonly findings: readonly Finding[];
}

export interface SharedCause {
  /** The worst finding of the first of the Pods. */
  readonly finding: Finding;
  readonly pods: readonly TroubledPod[];
}

/**
 * The Pods by what holds them up, worst first, then the most Pods. Two Pods share a cause where their worst finding has the same code and is about the
 * same thing; where it names none, or tells how a program of its own ended, they must also have the same owner.
 */
export function sharedCauses(pods: readonly TroubledPod[]): readonly SharedCause[] {
  const groups = new Map<string, TroubledPod[]>();
  for (const pod of pods) {
    const [worst] = pod.findings;
    if (worst === undefined) continue;
    const key = causeKey(worst, pod.facts.namespace, ownerTarget(pod.facts) ?? pod.facts.name);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pod]);
    else group.push(pod);
  }
  return [...groups.values()]
    .flatMap((group): readonly SharedCause[] => {
      const finding = group[0]?.findings[0];
      return finding === undefined ? [] : [{ finding, pods: group }];
    })
    .toSorted((a, b) => compareFindings(a.finding, b.finding) || b.pods.length - a.pods.length);
}

/** The Pods by their worst finding; those without one last. Equal ones by namespace and name, so that one cluster is told in one order. */
export function worstFirst(pods: readonly TroubledPod[]): readonly TroubledPod[] {
  return pods.toSorted((a, b) => {
    const [left, right] = [a.findings[0], b.findings[0]];
    if (left !== undefined && right !== undefined) return compareFindings(left, right) || compareNames(a.facts, b.facts);
    return Number(left === undefined) - Number(right === undefined) || compareNames(a.facts, b.facts);
  });
}

function compareNames(a: PodFacts, b: PodFacts): number {
  const [left, right] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  return left < right ? -1 : Number(left > right);
}

/**
 * Equal for findings that are one problem. `owner` is who made the Pod. Objects of one name in two namespaces are two objects; an image, a node and a
 * taint are the same everywhere.
 */
export function causeKey({ code, class: kind, about, verdict }: Finding, namespace: string, owner: string): string {
  const everywhere = kind === 'image' || kind === 'scheduling' || code === 'node-lost';
  const own = about === undefined || kind === 'exit' || kind === 'probe' || kind === 'init' || kind === 'sidecar';
  return [code, verdict, about ?? '', everywhere && !own ? '' : namespace, own ? owner : ''].join('\n');
}
