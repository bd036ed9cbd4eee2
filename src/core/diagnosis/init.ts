/** The init step that runs or has not started, and the Service that it waits for. Steps that fail are findings of the class exit. */
import { humanDuration } from '../age.ts';
import { initProgress } from '../init-progress.ts';
import { nothing, type PodCase, type ReferenceFacts } from './diagnosis-context.ts';
import { type Evidence, type Finding, finding } from './finding.ts';
import { conditionOf, grace, overdue } from './grace.ts';
import { explains } from './volume.ts';
import { kubectl, logEvidence } from './wording.ts';

export function initFindings(pod: PodCase, found: readonly Finding[]): readonly Finding[] {
  const { facts, context, now } = pod;
  if (!facts.containers.some(({ kind }) => kind === 'init') || explains(found)) return nothing;
  const progress = initProgress(facts);
  if (progress.current === undefined) return nothing;
  const { index, step } = progress.current;
  const title = `Init step ${index} of ${progress.total}, ${step.name},`;
  const subject = `init step ${step.name}`;
  if (step.state !== 'running') {
    const since = conditionOf(facts, 'PodScheduled')?.since ?? facts.createdAt;
    const next = kubectl(facts.namespace, 'describe', 'pod', facts.name);
    return [finding('init-step-waiting', overdue(since, now, grace.creating), { subject, cause: `${title} has not started.`, since, next })];
  }
  const { since } = step;
  const ran = `${title} has run for ${humanDuration(now - (since ?? now))}`;
  const next = kubectl(facts.namespace, 'logs', facts.name, '-c', step.name, '--tail=20');
  const log = logEvidence(step.name, context.logs?.get(step.name));
  const service = context.references?.find((reference) => reference.use === 'polled' && reference.user === step.name && isUnanswered(reference));
  if (service !== undefined) {
    const name = service.namespace === facts.namespace ? service.name : `${service.namespace}/${service.name}`;
    const missing = service.state === 'missing';
    const reference: Evidence = {
      source: 'reference',
      object: `Service ${service.namespace}/${service.name}`,
      text: missing ? 'does not exist' : 'has no ready endpoint',
    };
    return [
      finding('init-waits-for-service', overdue(since, now, grace.config), {
        subject,
        cause: `${ran}: it waits for the Service ${name}, which ${missing ? 'does not exist' : 'has no ready endpoint'}.`,
        about: name,
        since,
        evidence: [reference, ...log],
        next: kubectl(service.namespace, 'get', ...(missing ? ['services'] : ['endpointslices', '-l', `kubernetes.io/service-name=${service.name}`])),
      }),
    ];
  }
  return [finding('init-step-running', overdue(since, now, grace.initStep), { subject, cause: `${ran}.`, since, evidence: log, next })];
}

function isUnanswered({ state, readyEndpoints }: ReferenceFacts): boolean {
  return state === 'missing' || (state === 'found' && readyEndpoints === 0);
}
