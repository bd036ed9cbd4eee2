/**
 * Since when there are the fields that came after Kubernetes 1.20, by the type they are of. Source: the feature gates that k8s.io/api's types name, with their
 * versions in pkg/features/kube_features.go of 1.36, which forgets a gate some releases after its feature is stable.
 */
import type { FieldHistory } from '../core/field-documentation.ts';

/** Alpha, on by default, stable; `-` where it is not yet, or never was. */
const versions: Readonly<Record<string, string>> = {
  'Container.resizePolicy': '1.27 1.33 1.35',
  'Container.restartPolicy': '1.28 1.29 1.33',
  'Container.restartPolicyRules': '1.34 1.35 -',
  'ContainerStatus.allocatedResourcesStatus': '1.31 1.36 -',
  'ContainerStatus.resources': '1.27 1.33 1.35',
  'ContainerStatus.stopSignal': '1.33 - -',
  'ContainerStatus.user': '1.31 1.33 1.35',
  'DeploymentStatus.terminatingReplicas': '1.33 1.35 -',
  'EnvVarSource.fileKeyRef': '1.34 1.35 -',
  'JobSpec.backoffLimitPerIndex': '1.28 1.29 1.33',
  'JobSpec.managedBy': '1.30 1.32 1.35',
  'JobSpec.maxFailedIndexes': '1.28 1.29 1.33',
  'JobSpec.podReplacementPolicy': '1.28 1.29 1.34',
  'JobSpec.successPolicy': '1.30 1.31 1.33',
  'Lifecycle.stopSignal': '1.33 - -',
  'LifecycleHandler.sleep': '1.29 1.30 1.34',
  'PodAffinityTerm.matchLabelKeys': '1.29 1.31 1.33',
  'PodAffinityTerm.mismatchLabelKeys': '1.29 1.31 1.33',
  'PodSecurityContext.seLinuxChangePolicy': '1.32 1.33 1.36',
  'PodSecurityContext.supplementalGroupsPolicy': '1.31 1.33 1.35',
  'PodSpec.hostUsers': '1.25 1.33 1.36',
  'PodSpec.hostnameOverride': '1.34 1.35 -',
  'PodSpec.resources': '1.32 1.34 -',
  'PodSpec.schedulingGates': '1.26 1.27 1.30',
  'PodSpec.schedulingGroup': '1.35 - -',
  'PodStatus.allocatedResources': '1.35 1.36 -',
  'PodStatus.extendedResourceClaimStatus': '1.34 1.36 -',
  'PodStatus.nodeAllocatableResourceClaimStatuses': '1.36 - -',
  'PodStatus.observedGeneration': '1.33 1.34 1.35',
  'PodStatus.resize': '1.27 1.33 1.35',
  'PodStatus.resources': '1.35 1.36 -',
  'PodCondition.observedGeneration': '1.33 1.34 1.35',
  'ResourceHealth.message': '- 1.36 -',
  'RollingUpdateStatefulSetStrategy.maxUnavailable': '1.24 - -',
  'TopologySpreadConstraint.matchLabelKeys': '1.25 1.27 -',
  'TopologySpreadConstraint.nodeAffinityPolicy': '1.25 1.26 1.33',
  'TopologySpreadConstraint.nodeTaintsPolicy': '1.25 1.26 1.33',
  'Volume.image': '1.31 1.35 1.36',
  'VolumeMount.recursiveReadOnly': '1.30 1.31 1.33',
  'VolumeProjection.clusterTrustBundle': '1.29 - -',
};

/** The type's name without its version, as in `Container`. Undefined for fields that are older, or of which nothing is known. */
export function fieldHistory(type: string, field: string): FieldHistory | undefined {
  const [alpha, on, stable] = (versions[`${type}.${field}`] ?? '').split(' ').map((version) => (version === '-' || version === '' ? undefined : version));
  return alpha === undefined && on === undefined ? undefined : { alpha, on, stable };
}
