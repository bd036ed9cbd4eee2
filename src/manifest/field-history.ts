/**
 * Since when there are the fields that came after Kubernetes 1.16, by the type they are of. That they are there at all is in api-history-data.json; when they
 * could be used, in the table here. Source: the feature gates that k8s.io/api's types name, with their versions in pkg/features/kube_features.go of 1.20, 1.23,
 * 1.26, 1.28, 1.31 and 1.36, each of which forgets a gate some releases after its feature is stable.
 */
import type { FieldHistory } from '../core/field-documentation.ts';
import data from './api-history-data.json' with { type: 'json' };
import { versionText } from './kubernetes-version.ts';

/** Alpha, on by default, stable; `-` where it is not yet, or never was. */
const versions: Readonly<Record<string, string>> = {
  'ConfigMap.immutable': '1.18 1.19 1.21',
  'Container.resizePolicy': '1.27 1.33 1.35',
  'Container.restartPolicy': '1.28 1.29 1.33',
  'Container.restartPolicyRules': '1.34 1.35 -',
  'Container.startupProbe': '1.16 1.18 1.20',
  'ContainerStatus.allocatedResourcesStatus': '1.31 1.36 -',
  'ContainerStatus.resources': '1.27 1.33 1.35',
  'ContainerStatus.stopSignal': '1.33 - -',
  'ContainerStatus.user': '1.31 1.33 1.35',
  'CronJobSpec.timeZone': '1.24 1.25 1.27',
  'DeploymentStatus.terminatingReplicas': '1.33 1.35 -',
  'EnvVarSource.fileKeyRef': '1.34 1.35 -',
  'JobSpec.backoffLimitPerIndex': '1.28 1.29 1.33',
  'JobSpec.completionMode': '1.21 1.22 1.24',
  'JobSpec.managedBy': '1.30 1.32 1.35',
  'JobSpec.maxFailedIndexes': '1.28 1.29 1.33',
  'JobSpec.podFailurePolicy': '1.25 1.26 1.31',
  'JobSpec.podReplacementPolicy': '1.28 1.29 1.34',
  'JobSpec.successPolicy': '1.30 1.31 1.33',
  'JobSpec.suspend': '1.21 1.22 1.24',
  'Lifecycle.stopSignal': '1.33 - -',
  'LifecycleHandler.sleep': '1.29 1.30 1.34',
  'PersistentVolumeClaimSpec.dataSourceRef': '1.22 1.24 1.33',
  'PersistentVolumeClaimSpec.volumeAttributesClassName': '1.29 1.34 1.34',
  'PodAffinityTerm.matchLabelKeys': '1.29 1.31 1.33',
  'PodAffinityTerm.mismatchLabelKeys': '1.29 1.31 1.33',
  'PodAffinityTerm.namespaceSelector': '1.21 1.22 1.24',
  'PodCondition.observedGeneration': '1.33 1.34 1.35',
  'PodSecurityContext.appArmorProfile': '- 1.30 1.31',
  'PodSecurityContext.fsGroupChangePolicy': '1.18 1.20 1.23',
  'PodSecurityContext.seLinuxChangePolicy': '1.32 1.33 1.36',
  'PodSecurityContext.seccompProfile': '- 1.19 1.19',
  'PodSecurityContext.supplementalGroupsPolicy': '1.31 1.33 1.35',
  'PodSpec.hostUsers': '1.25 1.33 1.36',
  'PodSpec.hostnameOverride': '1.34 1.35 -',
  'PodSpec.os': '1.23 1.24 1.25',
  'PodSpec.overhead': '1.16 1.18 1.24',
  'PodSpec.preemptionPolicy': '1.15 1.19 1.24',
  'PodSpec.resourceClaims': '1.26 1.34 1.34',
  'PodSpec.resources': '1.32 1.34 -',
  'PodSpec.schedulingGates': '1.26 1.27 1.30',
  'PodSpec.schedulingGroup': '1.36 - -',
  'PodSpec.setHostnameAsFQDN': '1.19 1.20 1.22',
  'PodSpec.topologySpreadConstraints': '1.16 1.18 1.19',
  'PodStatus.allocatedResources': '1.35 1.36 -',
  'PodStatus.extendedResourceClaimStatus': '1.34 1.36 -',
  'PodStatus.nodeAllocatableResourceClaimStatuses': '1.36 - -',
  'PodStatus.observedGeneration': '1.33 1.34 1.35',
  'PodStatus.resize': '1.27 1.33 1.35',
  'PodStatus.resources': '1.35 1.36 -',
  'Probe.grpc': '1.23 1.24 1.27',
  'Probe.terminationGracePeriodSeconds': '1.21 1.25 1.28',
  'ResourceHealth.message': '- 1.36 -',
  'ResourceRequirements.claims': '1.26 1.34 1.34',
  'RollingUpdateDaemonSet.maxSurge': '1.21 1.22 1.25',
  'RollingUpdateStatefulSetStrategy.maxUnavailable': '1.24 - -',
  'Secret.immutable': '1.18 1.19 1.21',
  'SecurityContext.appArmorProfile': '- 1.30 1.31',
  'SecurityContext.seccompProfile': '- 1.19 1.19',
  'ServicePort.appProtocol': '1.18 1.19 1.20',
  'ServiceSpec.allocateLoadBalancerNodePorts': '1.20 1.22 1.24',
  'ServiceSpec.clusterIPs': '- 1.20 1.23',
  'ServiceSpec.internalTrafficPolicy': '1.21 1.22 1.26',
  'ServiceSpec.ipFamilies': '1.20 1.21 1.23',
  'ServiceSpec.ipFamilyPolicy': '1.20 1.21 1.23',
  'ServiceSpec.loadBalancerClass': '1.21 1.22 1.24',
  'ServiceSpec.trafficDistribution': '1.30 1.31 1.33',
  'StatefulSetSpec.minReadySeconds': '1.22 1.23 1.25',
  'StatefulSetSpec.ordinals': '1.26 1.27 1.31',
  'StatefulSetSpec.persistentVolumeClaimRetentionPolicy': '1.23 1.27 1.32',
  'TopologySpreadConstraint.matchLabelKeys': '1.25 1.27 -',
  'TopologySpreadConstraint.minDomains': '1.24 1.27 1.30',
  'TopologySpreadConstraint.nodeAffinityPolicy': '1.25 1.26 1.33',
  'TopologySpreadConstraint.nodeTaintsPolicy': '1.25 1.26 1.33',
  'Volume.ephemeral': '1.19 1.21 1.23',
  'Volume.image': '1.31 1.35 1.36',
  'VolumeMount.recursiveReadOnly': '1.30 1.31 1.33',
  'VolumeProjection.clusterTrustBundle': '1.29 - -',
  'VolumeProjection.podCertificate': '1.34 - -',
  'WindowsSecurityContextOptions.hostProcess': '1.22 1.23 1.26',
};

const appeared: Readonly<Record<string, number | undefined>> = data.fields;

/**
 * The type's name without its version, as in `Container`. Undefined for fields that are older, or of which nothing is known. Of fields without a row in the
 * table, when they appeared is all that is known.
 */
export function fieldHistory(type: string, field: string): FieldHistory | undefined {
  const name = `${type}.${field}`;
  const [alpha, on, stable] = (versions[name] ?? '').split(' ').map((version) => (version === '-' || version === '' ? undefined : version));
  if (alpha !== undefined || on !== undefined) return { alpha, on, stable };
  const first = appeared[name];
  return first === undefined ? undefined : { alpha: undefined, on: versionText(first), stable: undefined };
}
