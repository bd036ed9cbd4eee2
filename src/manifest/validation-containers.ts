/** What the API server refuses in containers. Source: validateContainerCommon, validateContainers and validateInitContainers of core/validation. */
import type { V1Container, V1ContainerPort, V1EnvFromSource, V1EnvVar, V1PodSpec } from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { configKeyFormat, dnsLabelFormat, dnsSubdomainFormat, envNameFormat, portNameFormat, relativePathFormat, stepsBack } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { probeNames, validateLifecycle, validateProbes } from './validation-probes.ts';
import { validateResources } from './validation-resources.ts';
import { validateContainerSecurity } from './validation-security.ts';
import { type KnownVolume, validateFieldPath, validateResourceField } from './validation-volumes.ts';
import { checkFormat, checkOneOf, checkRange, checkWord } from './value-checks.ts';

type Container = Loose<V1Container>;

/** What a container is checked against: the rest of its Pod. */
export interface ContainerSurroundings {
  readonly spec: Loose<V1PodSpec>;
  /** It is a Pod, and not the template of one. */
  readonly isPod: boolean;
  readonly volumes: ReadonlyMap<string, KnownVolume>;
  readonly claims: ReadonlySet<string>;
}

export function validateContainers(around: ContainerSurroundings, path: FieldPath, problems: Problems): void {
  const { spec } = around;
  const names = new Set<string>();
  const unique = (name: string | undefined, at: FieldPath): void => {
    if (!name) return;
    if (names.has(name)) problems.add('duplicate-name', [...at, 'name'], `There are two containers ${name}`, 'Init containers and sidecars count as well.');
    names.add(name);
  };
  for (const [index, container] of (spec.containers ?? []).entries()) {
    const at = [...path, 'containers', index];
    validateCommon(container, around, at, problems);
    unique(container.name, at);
    validateRunning(container, around, at, problems);
    validateRestart(container, at, problems);
  }
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const at = [...path, 'initContainers', index];
    validateCommon(container, around, at, problems);
    unique(container.name, at);
    validateRestart(container, at, problems);
    if (container.restartPolicy === 'Always') validateRunning(container, around, at, problems);
    else validatePlainInit(container, at, problems);
    validateHostPorts([container], [...path, 'initContainers'], index, problems);
  }
  validateHostPorts(spec.containers ?? [], [...path, 'containers'], 0, problems);
}

function validateCommon(container: Container, around: ContainerSurroundings, path: FieldPath, problems: Problems): void {
  if (container.name) checkFormat(problems, [...path, 'name'], container.name, dnsLabelFormat);
  if (!container.image) problems.add('missing-field', path, `image is missing${container.name ? ` in the container ${container.name}` : ''}`);
  else if (around.isPod && container.image !== container.image.trim()) problems.add('invalid-value', [...path, 'image'], 'image has blanks around it');
  checkOneOf(problems, [...path, 'terminationMessagePolicy'], container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError']);
  checkOneOf(problems, [...path, 'imagePullPolicy'], container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']);
  validatePorts(container.ports, [...path, 'ports'], problems);
  validateEnv(container.env, around.volumes, [...path, 'env'], problems);
  validateEnvFrom(container.envFrom, [...path, 'envFrom'], problems);
  validateMounts(container, around.volumes, path, problems);
  validateDevices(container, around.volumes, path, problems);
  validateResources(container.resources, [...path, 'resources'], problems, around.claims);
  validateResize(container, around.spec, [...path, 'resizePolicy'], problems);
  validateContainerSecurity(container.securityContext, [...path, 'securityContext'], problems, around.spec.hostUsers !== false);
}

/** Probes and hooks, of containers that run as long as the Pod does. */
function validateRunning(container: Container, around: ContainerSurroundings, path: FieldPath, problems: Problems): void {
  validateProbes(container, path, problems);
  validateLifecycle(container.lifecycle, [...path, 'lifecycle'], problems, around.spec.terminationGracePeriodSeconds ?? 30);
}

function validatePlainInit(container: Container, path: FieldPath, problems: Problems): void {
  for (const field of ['lifecycle', ...probeNames] as const) {
    if (container[field] === undefined) continue;
    problems.addOnKey(
      'init-container-field',
      [...path, field],
      `An init container that ends has no ${field}`,
      'With restartPolicy: Always it is a sidecar, which may have one.',
    );
  }
  for (const [index, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
    if (restartPolicy === 'RestartContainer')
      problems.add('conflict', [...path, 'resizePolicy', index, 'restartPolicy'], 'An init container that ends is not restarted to resize it');
  }
}

/** restartPolicy of the container itself, and its rules (1.35). */
function validateRestart({ restartPolicy, restartPolicyRules = [] }: Container, path: FieldPath, problems: Problems): void {
  if (restartPolicy === undefined && restartPolicyRules.length > 0) problems.add('missing-field', path, 'restartPolicy is missing: restartPolicyRules need it');
  checkWord(problems, [...path, 'restartPolicy'], restartPolicy, ['Always', 'Never', 'OnFailure']);
  if (restartPolicyRules.length > 20) problems.add('invalid-value', [...path, 'restartPolicyRules'], 'There may be 20 restartPolicyRules');
  for (const [index, { action, exitCodes }] of restartPolicyRules.entries()) {
    const at = [...path, 'restartPolicyRules', index];
    checkOneOf(problems, [...at, 'action'], action, ['Restart', 'RestartAllContainers']);
    if (exitCodes === undefined) problems.add('missing-field', at, 'exitCodes is missing');
    checkOneOf(problems, [...at, 'exitCodes', 'operator'], exitCodes?.operator, ['In', 'NotIn']);
    if ((exitCodes?.values ?? []).length > 255) problems.add('invalid-value', [...at, 'exitCodes', 'values'], 'There may be 255 values');
  }
}

const greatestPort = 65_535;

function validatePorts(ports: readonly Loose<V1ContainerPort>[] | undefined, path: FieldPath, problems: Problems): void {
  const names = new Set<string>();
  for (const [index, { name, containerPort, hostPort, protocol }] of (ports ?? []).entries()) {
    const at = [...path, index];
    if (name) checkFormat(problems, [...at, 'name'], name, portNameFormat);
    if (name && names.has(name)) problems.add('duplicate-name', [...at, 'name'], `There are two ports ${name} in this container`);
    if (name) names.add(name);
    checkRange(problems, [...at, 'containerPort'], containerPort, 1, greatestPort);
    if (hostPort !== 0) checkRange(problems, [...at, 'hostPort'], hostPort, 1, greatestPort);
    checkOneOf(problems, [...at, 'protocol'], protocol, ['TCP', 'UDP', 'SCTP']);
  }
}

/** One address of the node cannot be taken twice. `first` is the number of the first container in its list. */
function validateHostPorts(containers: readonly Container[], path: FieldPath, first: number, problems: Problems): void {
  const taken = new Set<string>();
  for (const [index, { ports = [] }] of containers.entries()) {
    for (const [each, { hostPort, hostIP = '', protocol }] of ports.entries()) {
      if (!hostPort) continue;
      const key = `${protocol || 'TCP'} ${hostIP} ${hostPort}`;
      if (taken.has(key)) problems.add('duplicate-port', [...path, first + index, 'ports', each, 'hostPort'], `The hostPort ${hostPort} is taken twice`);
      taken.add(key);
    }
  }
}

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

function validateEnv(variables: readonly Loose<V1EnvVar>[] | undefined, volumes: ReadonlyMap<string, KnownVolume>, path: FieldPath, problems: Problems): void {
  for (const [index, { name, value, valueFrom }] of (variables ?? []).entries()) {
    const at = [...path, index];
    if (name) checkFormat(problems, [...at, 'name'], name, envNameFormat);
    if (valueFrom === undefined) continue;
    const from = [...at, 'valueFrom'];
    const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
    const sources = Object.keys(valueFrom);
    if (sources.length === 0)
      problems.add('missing-field', from, 'valueFrom says not where from', 'Give it configMapKeyRef, secretKeyRef, fieldRef or resourceFieldRef.');
    if (value) problems.addOnKey('conflict', from, 'A variable has a value or a valueFrom, not both');
    else if (sources.length > 1) problems.addOnKey('conflict', [...from, sources[1] ?? ''], `${sources[1]} cannot stand beside ${sources[0]}`);
    if (fieldRef !== undefined) validateFieldPath(fieldRef, envFields, [...from, 'fieldRef'], problems);
    if (resourceFieldRef !== undefined) validateResourceField(resourceFieldRef, false, [...from, 'resourceFieldRef'], problems);
    for (const [field, selector] of [
      ['configMapKeyRef', configMapKeyRef],
      ['secretKeyRef', secretKeyRef],
    ] as const) {
      if (selector === undefined) continue;
      if (!selector.name) problems.add('missing-field', [...from, field], 'name is missing');
      else checkFormat(problems, [...from, field, 'name'], selector.name, dnsSubdomainFormat);
      if (selector.key) checkFormat(problems, [...from, field, 'key'], selector.key, configKeyFormat);
    }
    if (fileKeyRef === undefined) continue;
    const { key, path: file, volumeName } = fileKeyRef;
    if (key) checkFormat(problems, [...from, 'fileKeyRef', 'key'], key, envNameFormat);
    if (file && stepsBack(file)) problems.add('invalid-value', [...from, 'fileKeyRef', 'path'], 'path may not have ".." in it');
    if (volumeName && volumes.get(volumeName)?.isEmptyDir !== true) {
      const what = volumes.has(volumeName) ? `The volume ${volumeName} has to be an emptyDir` : `The Pod has no volume ${volumeName}`;
      problems.add('unknown-volume', [...from, 'fileKeyRef', 'volumeName'], what);
    }
  }
}

function validateEnvFrom(sources: readonly Loose<V1EnvFromSource>[] | undefined, path: FieldPath, problems: Problems): void {
  for (const [index, { prefix, configMapRef, secretRef }] of (sources ?? []).entries()) {
    const at = [...path, index];
    if (prefix) checkFormat(problems, [...at, 'prefix'], prefix, envNameFormat);
    if (configMapRef === undefined && secretRef === undefined) problems.add('missing-field', at, 'One of configMapRef and secretRef is missing');
    if (configMapRef !== undefined && secretRef !== undefined)
      problems.addOnKey('conflict', [...at, 'secretRef'], 'secretRef cannot stand beside configMapRef: make it an item of its own');
    for (const [field, reference] of [
      ['configMapRef', configMapRef],
      ['secretRef', secretRef],
    ] as const) {
      if (reference === undefined) continue;
      if (!reference.name) problems.add('missing-field', [...at, field], 'name is missing');
      else checkFormat(problems, [...at, field, 'name'], reference.name, dnsSubdomainFormat);
    }
  }
}

function validateMounts(container: Container, volumes: ReadonlyMap<string, KnownVolume>, path: FieldPath, problems: Problems): void {
  const paths = new Set<string>();
  const devices = new Set(container.volumeDevices?.map(({ name }) => name));
  const devicePaths = new Set(container.volumeDevices?.map(({ devicePath }) => devicePath));
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const at = [...path, 'volumeMounts', index];
    const { name, mountPath, subPath, subPathExpr, mountPropagation, recursiveReadOnly } = mount;
    if (name && !volumes.has(name)) problems.add('unknown-volume', [...at, 'name'], `The Pod has no volume ${name}`, volumeHint(name, volumes));
    if (mountPath && paths.has(mountPath)) problems.add('duplicate-mount-path', [...at, 'mountPath'], `Two volumes are mounted at ${mountPath}`);
    if (mountPath) paths.add(mountPath);
    if (devices.has(name)) problems.add('conflict', [...at, 'name'], `The volume ${name} is used as a device too`);
    if (devicePaths.has(mountPath)) problems.add('conflict', [...at, 'mountPath'], `A device is at ${mountPath} too`);
    if (subPath) checkFormat(problems, [...at, 'subPath'], subPath, relativePathFormat);
    if (subPathExpr) checkFormat(problems, [...at, 'subPathExpr'], subPathExpr, relativePathFormat);
    if (subPath && subPathExpr) problems.addOnKey('conflict', [...at, 'subPathExpr'], 'subPathExpr cannot stand beside subPath');
    checkWord(problems, [...at, 'mountPropagation'], mountPropagation, ['None', 'HostToContainer', 'Bidirectional']);
    if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
      problems.add('conflict', [...at, 'mountPropagation'], 'Bidirectional is for privileged containers only');
    }
    checkWord(problems, [...at, 'recursiveReadOnly'], recursiveReadOnly, ['Disabled', 'IfPossible', 'Enabled']);
    if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') continue;
    if (mount.readOnly !== true) problems.add('conflict', [...at, 'recursiveReadOnly'], 'recursiveReadOnly needs readOnly: true');
    if (mountPropagation && mountPropagation !== 'None')
      problems.add('conflict', [...at, 'recursiveReadOnly'], 'recursiveReadOnly goes with mountPropagation None only');
  }
}

function volumeHint(name: string, volumes: ReadonlyMap<string, KnownVolume>): string {
  const names = [...volumes.keys()];
  if (names.length === 0) return `Add it under volumes of the Pod: - name: ${name}`;
  return `Its volumes are ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`;
}

function validateDevices(container: Container, volumes: ReadonlyMap<string, KnownVolume>, path: FieldPath, problems: Problems): void {
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, { name, devicePath }] of (container.volumeDevices ?? []).entries()) {
    const at = [...path, 'volumeDevices', index];
    const volume = volumes.get(name ?? '');
    if (name && volume === undefined) problems.add('unknown-volume', [...at, 'name'], `The Pod has no volume ${name}`, volumeHint(name, volumes));
    if (volume?.isClaim === false) problems.add('conflict', [...at, 'name'], `The volume ${name} is no claim: only those can be devices`);
    if (name && names.has(name)) problems.add('duplicate-name', [...at, 'name'], `The volume ${name} is a device twice`);
    if (devicePath && paths.has(devicePath)) problems.add('duplicate-mount-path', [...at, 'devicePath'], `Two devices are at ${devicePath}`);
    if (devicePath && stepsBack(devicePath)) problems.add('invalid-value', [...at, 'devicePath'], 'devicePath may not have ".." in it');
    if (name) names.add(name);
    if (devicePath) paths.add(devicePath);
  }
}

function validateResize({ resizePolicy = [] }: Container, spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    const at = [...path, index];
    if (resourceName && seen.has(resourceName)) problems.add('duplicate-name', at, `There are two policies for ${resourceName}`);
    seen.add(resourceName ?? '');
    checkOneOf(problems, [...at, 'resourceName'], resourceName, ['cpu', 'memory']);
    checkOneOf(problems, [...at, 'restartPolicy'], restartPolicy, ['NotRequired', 'RestartContainer']);
    if (spec.restartPolicy === 'Never' && restartPolicy === 'RestartContainer') {
      problems.add('conflict', [...at, 'restartPolicy'], "RestartContainer cannot be where the Pod's restartPolicy is Never");
    }
  }
}
