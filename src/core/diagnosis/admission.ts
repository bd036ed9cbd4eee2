/** A Pod that its kubelet did not admit: phase Failed with a reason of its own. It stays so; a controller makes another one. */
import { nothing, type PodCase } from './diagnosis-context.ts';
import { type Finding, finding } from './finding.ts';
import { conditionOf } from './grace.ts';
import { kubectl, sentence } from './wording.ts';

/** Sources: kubernetes/pkg/kubelet/lifecycle/predicate.go, pkg/kubelet/cm/topologymanager, pkg/kubelet/sysctl, pkg/security/apparmor. */
const refusals: ReadonlySet<string> = new Set([
  'NodeAffinity',
  'NodeName',
  'NodePorts',
  'TaintToleration',
  'UnexpectedAdmissionError',
  'PodOSSelectorNodeLabelDoesNotMatch',
  'PodOSNotSupported',
  'InitContainerRestartPolicyForbidden',
  'SupplementalGroupsPolicyNotSupported',
  'SysctlForbidden',
  'SysctlUnsupported',
  'TopologyAffinityError',
  'ResourceAllocationError',
  'AppArmor',
  'InvalidNodeInfo',
  'PodLevelResourcesNotAdmittedReason',
]);

export function admissionFindings({ facts }: PodCase): readonly Finding[] {
  const { reason, message, nodeName } = facts;
  if (reason === undefined) return nothing;
  const resource = /^OutOf(.+)$/.exec(reason)?.[1];
  if (resource === undefined && !refusals.has(reason)) return nothing;
  return [
    finding(resource === undefined ? 'node-refused' : 'node-out-of-resources', 'doomed', {
      subject: nodeName === undefined ? 'Pod' : `node ${nodeName}`,
      cause: sentence(reason, message),
      about: resource ?? reason,
      since: conditionOf(facts, 'Ready')?.since ?? facts.startedAt,
      evidence: [{ source: 'status', path: 'status.reason', text: reason }],
      next: nodeName === undefined ? undefined : kubectl('', 'describe', 'node', nodeName),
    }),
  ];
}
