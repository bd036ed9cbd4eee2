/** Who made a Pod: its controller, and the Deployment behind a ReplicaSet as far as the Pod itself tells. */
import type { PodFacts } from './pod-facts.ts';

export interface OwnerLink {
  readonly kind: string;
  readonly name: string;
}

/**
 * The owner chain, outermost first, as in Deployment web -> ReplicaSet web-7c9f6d4b8. Empty for a naked Pod. The Deployment is read off the
 * ReplicaSet's name, which is the Deployment's with the pod-template-hash label at its end, so that no further request is needed.
 * Source: getNewReplicaSet in kubernetes/pkg/controller/deployment/sync.go.
 */
export function ownerChain(facts: PodFacts): readonly OwnerLink[] {
  if (facts.owner === undefined) return [];
  const { kind, name } = facts.owner;
  const suffix = `-${facts.labels['pod-template-hash']}`;
  if (kind === 'ReplicaSet' && name.endsWith(suffix))
    return [
      { kind: 'Deployment', name: name.slice(0, -suffix.length) },
      { kind, name },
    ];
  return [{ kind, name }];
}

const shortKinds: Readonly<Record<string, string>> = {
  Deployment: 'deploy',
  ReplicaSet: 'rs',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  Job: 'job',
  CronJob: 'cronjob',
  Node: 'node',
};

/** The outermost owner as a target that can be typed, as in `deploy/web`; undefined for a naked Pod. */
export function ownerTarget(facts: PodFacts): string | undefined {
  const outermost = ownerChain(facts)[0];
  return outermost && ownerText(outermost);
}

/** One owner as a target that can be typed, as in `rs/web-7c9f6d4b8`. */
export function ownerText({ kind, name }: OwnerLink): string {
  return `${shortKinds[kind] ?? kind.toLowerCase()}/${name}`;
}
