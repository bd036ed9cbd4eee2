/**
 * Reads targets as kubectl does: `web-7c9f`, `pod/web-7c9f`, `deploy/web`, `pods web-1 web-2`. Pure: whether they exist is asked elsewhere.
 */

import { didYouMean } from '../core/did-you-mean.ts';
import { ownerText } from '../core/owner.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { kindName, type WorkloadKind } from '../core/workload-facts.ts';

type TargetKind = 'pod' | WorkloadKind;

export interface Target {
  readonly kind: TargetKind;
  readonly name: string;
}

/** kubectl's names and short names of each kind. */
const kindNames: Readonly<Record<TargetKind, readonly string[]>> = {
  pod: ['pod', 'pods', 'po'],
  deployment: ['deployment', 'deployments', 'deploy', 'deployments.apps', 'deployment.apps'],
  statefulset: ['statefulset', 'statefulsets', 'sts', 'statefulsets.apps', 'statefulset.apps'],
  daemonset: ['daemonset', 'daemonsets', 'ds', 'daemonsets.apps', 'daemonset.apps'],
  replicaset: ['replicaset', 'replicasets', 'rs', 'replicasets.apps', 'replicaset.apps'],
  job: ['job', 'jobs', 'jobs.batch', 'job.batch'],
  cronjob: ['cronjob', 'cronjobs', 'cj', 'cronjobs.batch', 'cronjob.batch'],
};

const kindOf: ReadonlyMap<string, TargetKind> = new Map(
  Object.entries(kindNames).flatMap(([kind, names]) => names.map((name): [string, TargetKind] => [name, kind as TargetKind])),
);

/** The kind that a word names as kubectl's commands do: `pods`, `deploy`, `jobs.batch`. */
export function targetKind(word: string): TargetKind | undefined {
  return kindOf.get(word.toLowerCase());
}

/**
 * Reads the words of a command line. A first word that names a kind and is followed by names applies to them all (`pods a b`); alone (`pods`), it
 * stands for every Pod, which is the empty list. Throws `usage`.
 */
export function parseTargets(words: readonly string[]): readonly Target[] {
  const [first, ...rest] = words;
  const kind = first === undefined ? undefined : targetKind(first);
  if (kind === undefined) {
    return words.map(parseTarget);
  }
  if (rest.length === 0 && kind !== 'pod') {
    throw new PodwrightError('usage', `which ${kind}? "${first}" needs a name`, { hint: `Write ${first}/NAME.` });
  }
  return rest.map((name) => {
    if (name.includes('/')) {
      throw new PodwrightError('usage', `"${first} ${name}" mixes both ways to name a target`, { hint: 'Write TYPE NAME NAME, or TYPE/NAME TYPE/NAME.' });
    }
    return { kind, name: checkedName(name, name) };
  });
}

/** As it can be typed: `deploy/web`. */
export function targetText({ kind, name }: Target): string {
  return ownerText({ kind: kindName(kind), name });
}

/** Reads `NAME` (a Pod) or `TYPE/NAME`. Throws `usage`. */
export function parseTarget(word: string): Target {
  const slash = word.indexOf('/');
  if (slash === -1) {
    return { kind: 'pod', name: checkedName(word, word) };
  }
  const type = word.slice(0, slash).toLowerCase();
  const kind = targetKind(type);
  if (kind === undefined) {
    const nearest = didYouMean(type, [...kindOf.keys()]);
    const guess = nearest === undefined ? '' : `Did you mean ${nearest}/${word.slice(slash + 1)}? `;
    throw new PodwrightError('usage', `"${word}": Podwright knows no kind "${type}"`, {
      hint: `${guess}Kinds: pod, deploy, sts, ds, rs, job, cronjob.`,
    });
  }
  return { kind, name: checkedName(word.slice(slash + 1), word) };
}

/** What no object's name can hold would change the path of the request. */
export function checkedName(name: string, word: string): string {
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) {
    throw new PodwrightError('usage', `"${word}" names no object: a name has only lower case letters, digits, "-" and "."`);
  }
  return name;
}
