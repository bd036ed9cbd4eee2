/** Why a controller cannot make its Pods at all: a quota, Pod Security, a webhook, a missing ServiceAccount or PriorityClass, read from its Events. */
import type { EventFacts } from '../event-facts.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import { eventEvidence, kubectl, sentence } from './wording.ts';

/** What the API server says when it refuses a Pod, the first that applies. */
const refusals: readonly (readonly [code: FindingCode, message: RegExp])[] = [
  ['quota-exceeded', /exceeded quota: (?<about>[^,\s]+)|failed quota: (?<about2>[^:\s]+)/],
  ['pod-security', /violates PodSecurity "(?<about>[^"]+)"/],
  ['webhook-refused', /admission webhook "(?<about>[^"]+)"|failed calling webhook "(?<about2>[^"]+)"/],
  ['service-account-missing', /serviceaccount "(?<about>[^"]+)" not found/],
  ['priority-class-missing', /no PriorityClass with name (?<about>\S+) was found/],
];

/**
 * The findings of a workload that lacks Pods. `events` are those about it and about the ReplicaSets or Jobs between it and its Pods; the latest of
 * each cause counts. Refusals are `stuck`: controllers go on trying.
 */
export function diagnoseController(workload: { readonly target: string; readonly namespace: string }, events: readonly EventFacts[]): readonly Finding[] {
  const latest = new Map<string, { readonly code: FindingCode; readonly about: string | undefined; readonly event: EventFacts }>();
  for (const event of events) {
    if (event.reason !== 'FailedCreate' && event.reason !== 'ReplicaSetCreateError') continue;
    const [code, about] = refusalOf(event.message);
    const key = `${code} ${about ?? ''}`;
    if ((latest.get(key)?.event.lastAt ?? Number.NEGATIVE_INFINITY) <= (event.lastAt ?? 0)) latest.set(key, { code, about, event });
  }
  return [...latest.values()]
    .toSorted((a, b) => (b.event.lastAt ?? 0) - (a.event.lastAt ?? 0))
    .map(({ code, about, event }) =>
      finding(code, 'stuck', {
        subject: workload.target,
        cause: sentence(`Pods of ${workload.target} cannot be created`, event.message.replace(/^Error creating: /, '')),
        about,
        since: event.firstAt,
        evidence: eventEvidence(event),
        next: nextStep(code, workload, about),
      }),
    );
}

function refusalOf(message: string): readonly [FindingCode, string | undefined] {
  for (const [code, pattern] of refusals) {
    const match = pattern.exec(message);
    if (match !== null) return [code, match.groups?.['about'] ?? match.groups?.['about2']];
  }
  return ['pod-not-created', undefined];
}

function nextStep(code: FindingCode, { namespace, target }: { readonly target: string; readonly namespace: string }, about: string | undefined): string {
  if (code === 'quota-exceeded') return kubectl(namespace, 'describe', 'quota', ...(about === undefined ? [] : [about]));
  if (code === 'service-account-missing') return kubectl(namespace, 'get', 'serviceaccounts');
  if (code === 'priority-class-missing') return kubectl('', 'get', 'priorityclasses');
  if (code === 'pod-security') return kubectl('', 'get', 'namespace', namespace, '-o', 'yaml');
  return kubectl(namespace, 'describe', target);
}
