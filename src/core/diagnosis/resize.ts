/** A resize in place that cannot be done, or not yet: the Pod runs on with what it had. */
import { nothing, type PodCase } from './diagnosis-context.ts';
import { type Finding, type FindingCode, finding } from './finding.ts';
import { conditionEvidence, kubectl, sentence } from './wording.ts';

export function resizeFindings({ facts }: PodCase): readonly Finding[] {
  const found = facts.conditions.flatMap(({ type, status, reason, message, since }): readonly Finding[] => {
    const resize = status === 'True' ? resizeTrouble(type, reason) : undefined;
    if (resize === undefined) return nothing;
    const [code, words] = resize;
    const evidence = conditionEvidence(facts, type);
    const next = kubectl(facts.namespace, 'get', 'pod', facts.name, '-o', 'yaml');
    return [finding(code, 'degraded', { subject: `condition ${type}`, cause: sentence(words, message), about: facts.nodeName, since, evidence, next })];
  });
  return found.length === 0 ? nothing : found;
}

function resizeTrouble(type: string, reason: string | undefined): readonly [FindingCode, string] | undefined {
  if (type === 'PodResizePending' && reason === 'Infeasible') return ['resize-infeasible', 'The resize that was asked for cannot be done on its node'];
  if (type === 'PodResizePending') return ['resize-deferred', 'The resize that was asked for waits for room on its node'];
  return type === 'PodResizeInProgress' && reason === 'Error' ? ['resize-failed', 'The resize goes on, but the kubelet fails at it'] : undefined;
}
