/** What `why -o json` prints. The shape is documented in docs/findings.md and stable: fields may be added, never changed. */
import type { Evidence, Finding } from '../core/diagnosis/finding.ts';
import { type SharedCause, type TroubledPod, worstFirst } from '../core/diagnosis/shared-causes.ts';
import type { WorkloadVerdict } from '../core/diagnosis/workload-verdict.ts';
import { ownerTarget } from '../core/owner.ts';
import { podStatus } from '../core/pod-status.ts';
import { jsonText } from './json-text.ts';

/** The Pods worst first. `now` in milliseconds since the epoch. */
export function whyJson(pods: readonly TroubledPod[], workloads: readonly WorkloadVerdict[], now: number): string {
  const json = {
    pods: worstFirst(pods).map(({ facts, findings }) => ({
      namespace: facts.namespace,
      name: facts.name,
      owner: ownerTarget(facts) ?? null,
      status: podStatus(facts, now).status,
      verdict: findings[0]?.verdict ?? null,
      findings: findings.map(findingJson),
    })),
    workloads: workloads.map(workloadJson),
  };
  return `${jsonText(json, 2)}\n`;
}

function workloadJson({ target, namespace, generation, verdict, summary, progress, lead, findings, causes, past, counts }: WorkloadVerdict): object {
  return {
    target,
    namespace,
    verdict: verdict ?? null,
    code: lead?.code ?? null,
    summary,
    progress,
    generation: { revision: generation.revision ?? null, observed: generation.observed, paused: generation.paused },
    pods: { ...counts, expected: counts.expected ?? null, succeeded: counts.succeeded ?? null, failed: counts.failed ?? null },
    findings: findings.map(findingJson),
    causes: causes.map(causeJson),
    past: past.map(causeJson),
  };
}

function causeJson({ finding, pods }: SharedCause): object {
  const { code, verdict, cause, about } = finding;
  return { code, verdict, cause, about: about ?? null, pods: pods.map(({ facts }) => facts.name) };
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
