/** Containers that cannot be created or started for what their configuration asks: a missing ConfigMap, Secret or key, a user, a hook. */
import { nearestNames } from '../nearest-names.ts';
import type { ContainerFacts } from '../pod-facts.ts';
import { latestEvent, nothing, type PodCase, type ReferenceFacts } from './diagnosis-context.ts';
import { type Evidence, type Finding, type FindingCode, finding } from './finding.ts';
import { conditionOf, grace, overdue } from './grace.ts';
import { isImageReason } from './image.ts';
import { startFailure } from './start-failure.ts';
import { failedHook } from './start-hook.ts';
import { containerEvidence, containerSubject, containerTitle, eventEvidence, kubectl, listed, referenceEvidence, sentence } from './wording.ts';

const usualReasons: ReadonlySet<string | undefined> = new Set([undefined, 'PodInitializing', 'ContainerCreating', 'CrashLoopBackOff']);

export function configFindings(pod: PodCase): readonly Finding[] {
  const troubled = pod.facts.containers.filter(
    ({ kind, waiting }) => kind !== 'ephemeral' && waiting !== undefined && !usualReasons.has(waiting.reason) && !isImageReason(waiting.reason),
  );
  return troubled.length === 0 ? nothing : troubled.map((container) => configFinding(pod, container));
}

function configFinding(pod: PodCase, container: ContainerFacts): Finding {
  const { facts, now } = pod;
  const { reason = '', message = '' } = container.waiting ?? {};
  const since = container.lastTermination?.finishedAt ?? conditionOf(facts, 'ContainersReady')?.since ?? facts.createdAt;
  const verdict = overdue(since, now, grace.config);
  const evidence = [
    containerEvidence(container, 'state.waiting', [reason, message]),
    ...eventEvidence(latestEvent(pod, ['Failed', 'FailedPostStartHook', 'FailedCreatePodSandBox'], container.name)),
  ];
  const subject = containerSubject(container);
  const missing = missingObject(message, facts.namespace);
  if (missing !== undefined) return missingFinding(pod, missing, { subject, waits: containerTitle(container), since, evidence });
  const describe = kubectl(facts.namespace, 'describe', 'pod', facts.name);
  if (/runAsNonRoot|non-root policy/.test(message)) {
    const cause = `${containerTitle(container)} cannot be started: it must not run as root (runAsNonRoot), but ${rootReason(container, message)}.`;
    return finding('run-as-root-refused', 'doomed', { subject, cause, about: container.image, since, evidence, next: describe });
  }
  if (reason === 'PostStartHookError') {
    const cause = sentence(`${containerTitle(container)} ${failedHook(container)}`, message);
    return finding('start-hook', verdict, { subject, cause, about: container.startHook, since, evidence, next: describe });
  }
  const failure = startFailure(message);
  if (failure !== undefined) {
    const cause = `${containerTitle(container)} could not be started: ${failure.words}.`;
    return finding(failure.code, verdict, { subject, cause, about: failure.about, since, evidence, next: describe });
  }
  const cause = sentence(`${containerTitle(container)} cannot be started: ${reason}`, message);
  return finding(otherCode(reason), verdict, { subject, cause, about: reason, since, evidence, next: describe });
}

/** Source: kubernetes/pkg/kubelet/kuberuntime/security_context_others.go. */
function rootReason({ image }: ContainerFacts, message: string): string {
  const name = /non-numeric user \(([^)]*)\)/.exec(message)?.[1];
  if (name !== undefined) return `the user of its image ${image} is a name, ${name}, which may be root's`;
  return /runAsUser breaks/.test(message) ? 'its runAsUser is 0' : `its image ${image} does`;
}

function otherCode(reason: string): FindingCode {
  if (/Hook/.test(reason)) return 'start-hook';
  if (/Sandbox/i.test(reason)) return 'sandbox-failed';
  return reason === 'CreateContainerConfigError' ? 'container-config' : 'container-create';
}

/** A ConfigMap or Secret that the kubelet asks for in vain, or a key of it. */
export interface MissingObject {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key: string | undefined;
}

/**
 * The missing object that a kubelet's message names. Of a volume it names the key but not the object, which is then asked of `volumes`.
 * Sources: kubernetes/pkg/kubelet/kubelet_pods.go, pkg/volume/configmap/configmap.go, pkg/volume/secret/secret.go.
 */
export function missingObject(message: string, namespace: string, ofVolume?: MissingObject): MissingObject | undefined {
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) (\S+)/.exec(message);
  if (key !== null) {
    const [, missing, kind, path = ''] = key;
    return { kind: kind === 'Secret' ? 'Secret' : 'ConfigMap', name: path.startsWith(`${namespace}/`) ? path.slice(namespace.length + 1) : path, key: missing };
  }
  const whole = /(configmap|secret)s? "([^"]+)" not found/i.exec(message);
  if (whole !== null) return { kind: whole[1]?.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap', name: whole[2] ?? '', key: undefined };
  const volumeKey = /references non-existent (?:config|secret) key: (\S+)/.exec(message);
  return volumeKey === null || ofVolume === undefined ? undefined : { ...ofVolume, key: volumeKey[1] };
}

interface Waiter {
  readonly subject: string;
  /** Who waits, at the start of the sentence. */
  readonly waits: string;
  readonly since: number | undefined;
  readonly evidence: readonly Evidence[];
}

/** A missing object or key, with the keys or the state that a look-up has found. It may still be created: never doomed. */
export function missingFinding({ facts, context, now }: PodCase, missing: MissingObject, { subject, waits, since, evidence }: Waiter): Finding {
  const { kind, name, key } = missing;
  const { namespace } = facts;
  const known = (context.references ?? []).find((reference) => reference.kind === kind && reference.name === name);
  const shown: readonly Evidence[] = known === undefined ? [] : [referenceEvidence(known, keysText(known))];
  const near = key === undefined ? undefined : nearestNames(key, known?.keys ?? [])[0];
  const words =
    key === undefined
      ? `the ${kind} ${name}, which does not exist`
      : `the key ${key}, which the ${kind} ${name} does not have${near === undefined ? '' : ` (the nearest is ${near})`}`;
  const code = `${kind === 'Secret' ? 'secret' : 'config-map'}${key === undefined ? '' : '-key'}-missing` as const;
  return finding(code, overdue(since, now, grace.config), {
    subject,
    cause: `${waits} waits for ${words}.`,
    about: key === undefined ? name : `${name}/${key}`,
    since,
    evidence: [...evidence, ...shown],
    // Never a command that would print the values of a Secret.
    next: kubectl(namespace, key === undefined ? 'get' : 'describe', key === undefined ? `${kind.toLowerCase()}s` : `${kind.toLowerCase()}/${name}`),
  });
}

function keysText({ keys = [] }: ReferenceFacts): string {
  return keys.length === 0 ? 'has no keys' : `has ${keys.length === 1 ? 'the key' : 'the keys'} ${listed(keys, 8)}`;
}
