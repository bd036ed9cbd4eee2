/** Why a controller cannot make its Pods at all: a quota, Pod Security, a webhook, a policy, a missing ServiceAccount or PriorityClass, read from its Events. */
import type { EventFacts } from '../event-facts.ts';
import { type Evidence, type Finding, type FindingCode, finding } from './finding.ts';
import { eventEvidence, kubectl, sentence } from './wording.ts';
import { type WorkloadCase, workloadCondition, workloadEvidence } from './workload-case.ts';

/** What the API server says when it refuses a Pod, the first that applies. */
const refusals: readonly (readonly [code: FindingCode, message: RegExp])[] = [
  ['quota-exceeded', /exceeded quota: (?<about>[^,\s]+)|failed quota: (?<about2>[^:\s]+)/],
  ['pod-security', /violates PodSecurity "(?<about>[^"]+)"/],
  ['webhook-refused', /admission webhook "(?<about>[^"]+)"|failed calling webhook "(?<about2>[^"]+)"/],
  ['policy-refused', /ValidatingAdmissionPolicy '(?<about>[^']+)'.* denied request/],
  ['service-account-missing', /serviceaccount "(?<about>[^"]+)" not found/],
  ['priority-class-missing', /no PriorityClass with name (?<about>\S+) was found/],
];

/**
 * The findings of a workload that lacks Pods. `events` are those about it and about the ReplicaSets or Jobs between it and its Pods; the latest of
 * each cause counts. Refusals are `stuck`: controllers go on trying.
 */
export function diagnoseController(workload: Refused, events: readonly EventFacts[]): readonly Finding[] {
  const latest = new Map<string, EventFacts>();
  for (const event of events) {
    if (event.reason !== 'FailedCreate' && event.reason !== 'ReplicaSetCreateError') continue;
    const key = refusalOf(event.message).join(' ');
    if ((latest.get(key)?.lastAt ?? Number.NEGATIVE_INFINITY) <= (event.lastAt ?? 0)) latest.set(key, event);
  }
  return [...latest.values()]
    .toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0))
    .map((event) => refused(workload, event.message, event.firstAt, eventEvidence(event)));
}

/**
 * The same of a workload with its Pods: what has been refused since the last Pod was made. Where Events say nothing (they live for an hour), its
 * conditions do.
 */
export function refusedPods(workload: WorkloadCase): readonly Finding[] {
  const { given, target, generation } = workload;
  const lastMade = Math.max(0, ...given.pods.map(({ facts }) => facts.createdAt ?? 0));
  const named = { target, namespace: generation.namespace };
  const told = diagnoseController(
    named,
    given.events.filter((event) => (event.lastAt ?? 0) > lastMade),
  );
  if (told.length > 0) return told;
  const creating = workloadCondition(workload, 'Progressing', 'False');
  const condition = workloadCondition(workload, 'ReplicaFailure') ?? (creating?.reason === 'ReplicaSetCreateError' ? creating : undefined);
  return condition?.message === undefined ? [] : [refused(named, condition.message, condition.since, workloadEvidence(workload, condition))];
}

interface Refused {
  readonly target: string;
  readonly namespace: string;
}

function refused(workload: Refused, message: string, since: number | undefined, evidence: readonly Evidence[]): Finding {
  const [code, about] = refusalOf(message);
  return finding(code, 'stuck', {
    subject: workload.target,
    cause: sentence(`Pods of ${workload.target} cannot be created`, message.replace(/^Error creating: /, '')),
    about,
    since,
    evidence,
    next: nextStep(code, workload, about),
  });
}

function refusalOf(message: string): readonly [FindingCode, string | undefined] {
  for (const [code, pattern] of refusals) {
    const match = pattern.exec(message);
    if (match !== null) return [code, match.groups?.['about'] ?? match.groups?.['about2']];
  }
  return ['pod-not-created', undefined];
}

function nextStep(code: FindingCode, { namespace, target }: Refused, about: string | undefined): string {
  if (code === 'quota-exceeded') return kubectl(namespace, 'describe', 'quota', ...(about === undefined ? [] : [about]));
  if (code === 'service-account-missing') return kubectl(namespace, 'get', 'serviceaccounts');
  if (code === 'priority-class-missing') return kubectl('', 'get', 'priorityclasses');
  if (code === 'pod-security') return kubectl('', 'get', 'namespace', namespace, '-o', 'yaml');
  if (code === 'policy-refused' && about !== undefined) return kubectl('', 'get', 'validatingadmissionpolicy', about, '-o', 'yaml');
  return kubectl(namespace, 'describe', target);
}
