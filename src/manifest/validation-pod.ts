/** What the API server refuses in Pods and their templates. Source: ValidatePodSpec, ValidatePodCreate and ValidatePodTemplateSpec of core/validation. */
import type { V1LabelSelector, V1ObjectMeta, V1PodDNSConfig, V1PodSpec, V1PodTemplateSpec, V1SeccompProfile } from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, dnsSubdomainFormat, ipFormat, qualifiedNameFormat, searchDomainFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateContainers } from './validation-containers.ts';
import { selectorTakes, validateAnnotations, validateLabels } from './validation-metadata.ts';
import { validatePodResources, validateResources } from './validation-resources.ts';
import { validateAffinity, validateSpread, validateTolerations } from './validation-scheduling.ts';
import { containersOf, validatePodSecurity } from './validation-security.ts';
import { validateVolumes } from './validation-volumes.ts';
import { checkFormat, checkOneOf, checkRange, checkWord } from './value-checks.ts';

const greatestSeconds = 2 ** 31 - 1;

/** A Pod that is created; its metadata is checked elsewhere. */
export function validatePod(spec: Loose<V1PodSpec>, metadata: Loose<V1ObjectMeta> | undefined, problems: Problems): void {
  const path = ['spec'];
  validatePodSpec(spec, path, problems, { isPod: true, name: metadata?.name });
  validatePodAnnotations(metadata?.annotations ?? {}, spec, ['metadata', 'annotations'], problems);
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0)
    problems.add('conflict', [...path, 'nodeName'], 'nodeName cannot be set while there are schedulingGates');
}

/** The template of a workload. */
export function validateTemplate(template: Loose<V1PodTemplateSpec> | undefined, path: FieldPath, problems: Problems): void {
  // That it is missing has been told by the schema.
  if (template === undefined) return;
  const { metadata, spec } = template;
  validateLabels(metadata?.labels, [...path, 'metadata', 'labels'], problems);
  validateAnnotations(metadata?.annotations, [...path, 'metadata', 'annotations'], problems);
  if (spec === undefined) {
    problems.add('missing-field', path, "The Pod's spec is missing in the template");
    return;
  }
  validatePodSpec(spec, [...path, 'spec'], problems, { isPod: false, name: undefined });
  validatePodAnnotations(metadata?.annotations ?? {}, spec, [...path, 'metadata', 'annotations'], problems);
}

/** Whether a workload's selector takes the Pods of its own template; `at` is where the selector is. */
export function checkSelection(selector: Loose<V1LabelSelector>, template: Loose<V1PodTemplateSpec> | undefined, at: FieldPath, problems: Problems): void {
  const labels = template?.metadata?.labels ?? {};
  if (selectorTakes(selector, labels) !== false) return;
  const [key, value] = Object.entries(selector.matchLabels ?? {}).find(([name, wanted]) => labels[name] !== wanted) ?? [];
  const had = key === undefined ? undefined : labels[key];
  const which = key === undefined ? '' : `: ${key} is ${value} here and ${had === undefined ? 'missing' : had} there`;
  problems.add(
    'selector-mismatch',
    at,
    `The selector does not take the Pods of its own template${which}`,
    "Give the template's metadata the labels that are selected.",
  );
}

function validatePodSpec(
  spec: Loose<V1PodSpec>,
  path: FieldPath,
  problems: Problems,
  about: { readonly isPod: boolean; readonly name: string | undefined },
): void {
  const volumes = validateVolumes(spec.volumes, [...path, 'volumes'], problems, about);
  const claims = validateClaims(spec, [...path, 'resourceClaims'], problems);
  validateContainers({ spec, isPod: about.isPod, volumes, claims }, path, problems);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    problems.addOnKey('conflict', [...path, 'ephemeralContainers'], 'Ephemeral containers are added to a Pod that runs', 'kubectl debug does that.');
  }
  validatePodResources(spec, path, problems, claims, about.isPod);
  validatePodSecurity(spec, path, problems);
  validateAffinity(spec.affinity, [...path, 'affinity'], problems);
  validateTolerations(spec.tolerations, [...path, 'tolerations'], problems);
  validateSpread(spec.topologySpreadConstraints, [...path, 'topologySpreadConstraints'], problems);
  validateLabels(spec.nodeSelector, [...path, 'nodeSelector'], problems);
  validateNetwork(spec, path, problems);
  validateGates(spec, path, problems);
  checkOneOf(problems, [...path, 'restartPolicy'], spec.restartPolicy, ['Always', 'OnFailure', 'Never']);
  checkWord(problems, [...path, 'preemptionPolicy'], spec.preemptionPolicy, ['PreemptLowerPriority', 'Never']);
  checkRange(problems, [...path, 'activeDeadlineSeconds'], spec.activeDeadlineSeconds, 1, greatestSeconds);
  for (const field of ['serviceAccountName', 'serviceAccount', 'nodeName', 'priorityClassName'] as const) {
    if (spec[field]) checkFormat(problems, [...path, field], spec[field], dnsSubdomainFormat);
  }
  checkFormat(problems, [...path, 'runtimeClassName'], spec.runtimeClassName, dnsSubdomainFormat);
  validateResources({ limits: spec.overhead ?? {} }, [...path, 'overhead'], problems, new Set());
  validateSystem(spec, path, problems);
}

/** Names of the claims that containers can refer to. */
function validateClaims(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [index, { name, resourceClaimName, resourceClaimTemplateName }] of (spec.resourceClaims ?? []).entries()) {
    const at = [...path, index];
    if (name) checkFormat(problems, [...at, 'name'], name, dnsLabelFormat);
    if (name && names.has(name)) problems.add('duplicate-name', [...at, 'name'], `There are two claims ${name}`);
    if (name) names.add(name);
    if ((resourceClaimName === undefined) === (resourceClaimTemplateName === undefined)) {
      problems.add('conflict', at, 'A claim has either a resourceClaimName or a resourceClaimTemplateName');
    }
    checkFormat(problems, [...at, 'resourceClaimName'], resourceClaimName, dnsSubdomainFormat);
    checkFormat(problems, [...at, 'resourceClaimTemplateName'], resourceClaimTemplateName, dnsSubdomainFormat);
  }
  return names;
}

function validateNetwork(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  checkOneOf(problems, [...path, 'dnsPolicy'], spec.dnsPolicy, ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']);
  validateDns(spec.dnsConfig, spec.dnsPolicy, path, problems);
  for (const field of ['hostname', 'subdomain'] as const) if (spec[field]) checkFormat(problems, [...path, field], spec[field], dnsLabelFormat);
  for (const [index, { ip, hostnames = [] }] of (spec.hostAliases ?? []).entries()) {
    if (ip) checkFormat(problems, [...path, 'hostAliases', index, 'ip'], ip, ipFormat);
    for (const [each, name] of hostnames.entries()) checkFormat(problems, [...path, 'hostAliases', index, 'hostnames', each], name, dnsSubdomainFormat);
  }
  if (spec.hostnameOverride !== undefined) {
    checkFormat(problems, [...path, 'hostnameOverride'], spec.hostnameOverride, (text) =>
      text.length > 64 ? 'may have no more than 64 characters' : dnsSubdomainFormat(text),
    );
    if (spec.hostNetwork === true || spec.setHostnameAsFQDN === true) {
      problems.addOnKey(
        'conflict',
        [...path, 'hostnameOverride'],
        `hostnameOverride cannot stand beside ${spec.hostNetwork === true ? 'hostNetwork' : 'setHostnameAsFQDN'}`,
      );
    }
  }
  if (spec.hostNetwork !== true) return;
  for (const [index, { ports = [] }] of (spec.containers ?? []).entries()) {
    for (const [each, { containerPort, hostPort }] of ports.entries()) {
      if (!hostPort || !containerPort || hostPort === containerPort) continue;
      problems.add(
        'conflict',
        [...path, 'containers', index, 'ports', each, 'hostPort'],
        `With hostNetwork the hostPort has to be the containerPort, ${containerPort}`,
      );
    }
  }
}

function validateDns(config: Loose<V1PodDNSConfig> | undefined, policy: string | undefined, path: FieldPath, problems: Problems): void {
  const at = [...path, 'dnsConfig'];
  const { nameservers = [], searches = [], options = [] } = config ?? {};
  if (policy === 'None' && nameservers.length === 0)
    problems.add('missing-field', config === undefined ? path : at, 'dnsConfig.nameservers is missing: dnsPolicy None needs it');
  if (nameservers.length > 3) problems.add('invalid-value', [...at, 'nameservers'], 'There may be 3 nameservers');
  for (const [index, server] of nameservers.entries()) checkFormat(problems, [...at, 'nameservers', index], server, ipFormat);
  if (searches.length > 32 || searches.join(' ').length > 2048)
    problems.add('invalid-value', [...at, 'searches'], 'There may be 32 searches with 2048 characters in all');
  for (const [index, domain] of searches.entries()) checkFormat(problems, [...at, 'searches', index], domain, searchDomainFormat);
  for (const [index, { name }] of options.entries()) if (!name) problems.add('missing-field', [...at, 'options', index], 'name is missing');
}

function validateGates(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    if (conditionType) checkFormat(problems, [...path, 'readinessGates', index, 'conditionType'], conditionType, qualifiedNameFormat);
  }
  const names = new Set<string>();
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries()) {
    if (!name) continue;
    const at = [...path, 'schedulingGates', index, 'name'];
    checkFormat(problems, at, name, qualifiedNameFormat);
    if (names.has(name)) problems.add('duplicate-name', at, `There are two gates ${name}`);
    names.add(name);
  }
}

/** What one operating system does not have cannot be set for it. */
function validateSystem(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  const system = spec.os?.name;
  if (system === undefined) return;
  checkOneOf(problems, [...path, 'os', 'name'], system, ['linux', 'windows']);
  const forbid = (at: FieldPath): void => problems.addOnKey('conflict', [...path, ...at], `${at.at(-1)} cannot be set for a Pod of ${system}`);
  const contexts = [
    [['securityContext'], spec.securityContext] as const,
    ...containersOf(spec).map(([at, { securityContext }]) => [[...at, 'securityContext'], securityContext] as const),
  ];
  for (const [at, context] of contexts) {
    const present = Object.keys(context ?? {});
    const foreign = present.filter((field) => (system === 'linux' ? field === 'windowsOptions' : system === 'windows' && linuxOnly.has(field)));
    for (const field of foreign) forbid([...at, field]);
  }
  if (system !== 'windows') return;
  for (const field of ['hostPID', 'hostIPC', 'shareProcessNamespace'] as const) if (spec[field] === true) forbid([field]);
  if (spec.hostUsers !== undefined) forbid(['hostUsers']);
}

const linuxOnly: ReadonlySet<string> = new Set([
  'allowPrivilegeEscalation',
  'appArmorProfile',
  'capabilities',
  'fsGroup',
  'fsGroupChangePolicy',
  'privileged',
  'procMount',
  'readOnlyRootFilesystem',
  'runAsGroup',
  'runAsUser',
  'seLinuxChangePolicy',
  'seLinuxOptions',
  'seccompProfile',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'sysctls',
]);

/** Source: ValidateSeccompPodAnnotations, ValidateAppArmorPodAnnotations, and that fields may not say otherwise. */
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

function validatePodAnnotations(annotations: Readonly<Record<string, string>>, spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  const cost = annotations['controller.kubernetes.io/pod-deletion-cost'];
  if (cost !== undefined && !(/^(?:0|-?[1-9]\d*)$/.test(cost) && Math.abs(Number(cost)) < 2 ** 31)) {
    problems.add('invalid-value', [...path, 'controller.kubernetes.io/pod-deletion-cost'], 'The deletion cost has to be a whole number of 32 bits');
  }
  const names = new Set(containersOf(spec).map(([, { name }]) => name));
  for (const [key, value] of Object.entries(annotations)) {
    if (key === seccompPod || key.startsWith(seccompContainer)) {
      if (!/^(?:runtime\/default|docker\/default|unconfined|localhost\/(?!\/)(?!.*\.\.).*)$/.test(value))
        problems.add('invalid-value', [...path, key], `"${value}" is no seccomp profile`);
    } else if (key.startsWith(appArmor)) {
      if (!names.has(key.slice(appArmor.length)))
        problems.addOnKey('unknown-reference', [...path, key], `The Pod has no container ${key.slice(appArmor.length)}`);
      if (!/^(?:|runtime\/default|unconfined|localhost\/.*)$/.test(value)) problems.add('invalid-value', [...path, key], `"${value}" is no AppArmor profile`);
    } else if (key === 'kubernetes.io/config.mirror' && !spec.nodeName) {
      problems.addOnKey('conflict', [...path, key], 'The annotation of a mirror Pod needs spec.nodeName');
    }
  }
  const ofPod = spec.securityContext;
  if (ofPod?.seccompProfile !== undefined) checkSame(annotations[seccompPod], ofPod.seccompProfile, [...path, seccompPod], problems);
  for (const [, { name = '', securityContext }] of containersOf(spec)) {
    if (securityContext?.seccompProfile !== undefined)
      checkSame(annotations[`${seccompContainer}${name}`], securityContext.seccompProfile, [...path, `${seccompContainer}${name}`], problems);
    const profile = securityContext?.appArmorProfile ?? ofPod?.appArmorProfile;
    if (profile !== undefined && spec.os?.name !== 'windows') checkSame(annotations[`${appArmor}${name}`], profile, [...path, `${appArmor}${name}`], problems);
  }
}

/** The annotation that a profile had before it was a field cannot stand beside a field that says otherwise. */
function checkSame(annotation: string | undefined, { type, localhostProfile }: Loose<V1SeccompProfile>, path: FieldPath, problems: Problems): void {
  const wanted = { RuntimeDefault: 'runtime/default', Unconfined: 'unconfined', Localhost: `localhost/${localhostProfile}` }[type ?? ''];
  const same = annotation === wanted || (type === 'RuntimeDefault' && annotation === 'docker/default');
  if (annotation !== undefined && wanted !== undefined && !same)
    problems.add('conflict', path, `The annotation says ${annotation}, and the field of the securityContext ${wanted}`, 'Leave the annotation out.');
}
