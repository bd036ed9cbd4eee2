/** Which rules of lint watch a field, for `explain`: by the type a field is of. Rules that watch every field, such as `wrong-type`, are not named. */
import type { RuleId } from './lint-rules.ts';

const watched: Partial<Readonly<Record<RuleId, readonly string[]>>> = {
  'duplicate-name': ['Container.name', 'ContainerPort.name', 'Volume.name'],
  'duplicate-port': ['ContainerPort.hostPort'],
  'duplicate-mount-path': ['VolumeMount.mountPath'],
  'unknown-volume': ['VolumeMount.name'],
  'init-container-field': ['Container.lifecycle', 'Container.livenessProbe', 'Container.readinessProbe', 'Container.startupProbe'],
  'restart-policy': ['PodSpec.restartPolicy'],
  'selector-mismatch': ['DaemonSetSpec.selector', 'DeploymentSpec.selector', 'ReplicaSetSpec.selector', 'StatefulSetSpec.selector'],
  'request-above-limit': ['ResourceRequirements.limits', 'ResourceRequirements.requests'],
  'unused-volume': ['PodSpec.volumes', 'Volume.name'],
  'shared-port': ['ContainerPort.containerPort'],
  'probe-port': ['GRPCAction.port', 'HTTPGetAction.port', 'TCPSocketAction.port'],
  'probe-timing': ['Probe.failureThreshold', 'Probe.initialDelaySeconds', 'Probe.periodSeconds', 'Probe.timeoutSeconds'],
  'same-probe': ['Container.livenessProbe', 'Container.readinessProbe'],
  'grace-too-short': ['Lifecycle.preStop', 'PodSpec.terminationGracePeriodSeconds'],
  'sidecar-order': ['PodSpec.initContainers'],
  'sidecar-startup-probe': ['Container.startupProbe'],
  'classic-sidecar-in-job': ['Container.name', 'JobSpec.template'],
  'missing-key': ['ConfigMapKeySelector.key', 'KeyToPath.key', 'SecretKeySelector.key'],
  'no-resources': ['Container.resources', 'ResourceRequirements.requests'],
  qos: ['Container.resources', 'ResourceRequirements.limits', 'ResourceRequirements.requests'],
  'latest-tag': ['Container.image'],
  'frozen-registry': ['Container.image'],
  'runs-as-root': ['PodSecurityContext.runAsNonRoot', 'PodSecurityContext.runAsUser', 'SecurityContext.runAsNonRoot', 'SecurityContext.runAsUser'],
  privileged: ['SecurityContext.privileged'],
  'host-access': ['PodSpec.hostIPC', 'PodSpec.hostNetwork', 'PodSpec.hostPID', 'Volume.hostPath'],
  'secret-in-env': ['EnvVar.value'],
  'pod-security': ['Container.securityContext', 'PodSpec.securityContext'],
  'mixed-roles': ['PodSpec.containers'],
  'no-pre-stop': ['Container.lifecycle', 'Lifecycle.preStop'],
  'endless-wait': ['Container.args', 'Container.command'],
  'shell-form': ['Container.args', 'Container.command'],
  'deprecated-field': ['PodSpec.serviceAccount'],
};

const byField = Map.groupBy(
  Object.entries(watched).flatMap(([rule, fields]) => fields.map((field) => ({ rule: rule as RuleId, field }))),
  ({ field }) => field,
);

/** `type` without its version, as in `Container`. */
export function rulesWatching(type: string, field: string): readonly RuleId[] {
  return byField.get(`${type}.${field}`)?.map(({ rule }) => rule) ?? [];
}
