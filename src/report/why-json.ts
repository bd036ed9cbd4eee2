/** What `why -o json` prints. The shape is documented in docs/findings.md and stable: fields may be added, never changed. */
import type { Evidence, Finding } from '../core/diagnosis/finding.ts';
import type { TroubledPod } from '../core/diagnosis/shared-causes.ts';
import { ownerTarget } from '../core/owner.ts';
import { podStatus } from '../core/pod-status.ts';
import { jsonText } from './json-text.ts';

export interface DiagnosedWorkload {
  readonly target: string;
  readonly namespace: string;
  readonly findings: readonly Finding[];
}

/** The Pods in the given order. `now` in milliseconds since the epoch. */
export function whyJson(pods: readonly TroubledPod[], workloads: readonly DiagnosedWorkload[], now: number): string {
  const json = {
    pods: pods.map(({ facts, findings }) => ({
      namespace: facts.namespace,
      name: facts.name,
      owner: ownerTarget(facts) ?? null,
      status: podStatus(facts, now).status,
      verdict: findings[0]?.verdict ?? null,
      findings: findings.map(findingJson),
    })),
    workloads: workloads.map(({ target, namespace, findings }) => ({ target, namespace, findings: findings.map(findingJson) })),
  };
  return `${jsonText(json, 2)}\n`;
}

/** A finding as every JSON of ours holds it. */
export function findingJson({ code, class: kind, severity, verdict, subject, cause, about, since, evidence, next }: Finding): object {
  return {
    code,
    class: kind,
    severity,
    verdict,
    subject,
    cause,
    about: about ?? null,
    since: timeJson(since),
    next: next ?? null,
    evidence: evidence.map(evidenceJson),
  };
}

function evidenceJson(evidence: Evidence): object {
  return evidence.source === 'event' ? { ...evidence, at: timeJson(evidence.at) } : evidence;
}

/** A time as every JSON of ours holds it. */
export function timeJson(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
