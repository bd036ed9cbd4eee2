/** What the API server refuses in security contexts. Source: ValidateSecurityContext and validatePodSpecSecurityContext of core/validation. */
import type {
  V1AppArmorProfile,
  V1Container,
  V1PodSecurityContext,
  V1PodSpec,
  V1SeccompProfile,
  V1SecurityContext,
  V1WindowsSecurityContextOptions,
} from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsSubdomainFormat, relativePathFormat, sysctlFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { checkFormat, checkOneOf, checkRange, checkWord } from './value-checks.ts';

const greatestId = 2 ** 31 - 1;
const profileTypes = ['RuntimeDefault', 'Localhost', 'Unconfined'];

export function validateContainerSecurity(context: Loose<V1SecurityContext> | undefined, path: FieldPath, problems: Problems, hostUsers: boolean): void {
  if (context === undefined) return;
  checkRange(problems, [...path, 'runAsUser'], context.runAsUser, 0, greatestId);
  checkRange(problems, [...path, 'runAsGroup'], context.runAsGroup, 0, greatestId);
  const { procMount, capabilities } = context;
  if (procMount !== undefined && procMount !== 'Default' && procMount !== 'Unmasked') {
    problems.add('invalid-value', [...path, 'procMount'], `procMount is Default or Unmasked, not "${procMount}"`);
  }
  if (procMount === 'Unmasked' && hostUsers) problems.add('conflict', [...path, 'procMount'], 'procMount Unmasked needs hostUsers: false in the Pod');
  validateSeccomp(context.seccompProfile, [...path, 'seccompProfile'], problems);
  validateAppArmor(context.appArmorProfile, [...path, 'appArmorProfile'], problems);
  validateWindows(context.windowsOptions, [...path, 'windowsOptions'], problems);
  if (context.allowPrivilegeEscalation !== false) return;
  if (context.privileged === true)
    problems.add('conflict', [...path, 'allowPrivilegeEscalation'], 'allowPrivilegeEscalation cannot be false where privileged is true');
  const admin = capabilities?.add?.indexOf('CAP_SYS_ADMIN') ?? -1;
  if (admin >= 0) problems.add('conflict', [...path, 'capabilities', 'add', admin], 'CAP_SYS_ADMIN cannot be added where allowPrivilegeEscalation is false');
}

export function validatePodSecurity(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  const context = spec.securityContext;
  if (spec.hostUsers === false) validateOwnUsers(spec, path, problems);
  validateHostProcess(spec, path, problems);
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    problems.addOnKey('conflict', [...path, 'shareProcessNamespace'], 'shareProcessNamespace cannot stand beside hostPID');
  }
  if (context === undefined) return;
  const at = [...path, 'securityContext'];
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) checkRange(problems, [...at, field], context[field], 0, greatestId);
  for (const [index, group] of (context.supplementalGroups ?? []).entries()) checkRange(problems, [...at, 'supplementalGroups', index], group, 0, greatestId);
  validateSysctls(context, spec, [...at, 'sysctls'], problems);
  checkWord(problems, [...at, 'fsGroupChangePolicy'], context.fsGroupChangePolicy, ['OnRootMismatch', 'Always']);
  checkWord(problems, [...at, 'supplementalGroupsPolicy'], context.supplementalGroupsPolicy, ['Merge', 'Strict']);
  // MountOption comes with a feature gate that is off (SELinuxMount).
  checkWord(problems, [...at, 'seLinuxChangePolicy'], context.seLinuxChangePolicy, ['Recursive']);
  validateSeccomp(context.seccompProfile, [...at, 'seccompProfile'], problems);
  validateAppArmor(context.appArmorProfile, [...at, 'appArmorProfile'], problems);
  validateWindows(context.windowsOptions, [...at, 'windowsOptions'], problems);
}

function validateSysctls(context: Loose<V1PodSecurityContext>, spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  const names = new Set<string>();
  for (const [index, { name }] of (context.sysctls ?? []).entries()) {
    if (!name) continue;
    const at = [...path, index, 'name'];
    checkFormat(problems, at, name, sysctlFormat);
    if (names.has(name)) problems.add('duplicate-name', at, `The sysctl ${name} is there twice`);
    names.add(name);
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork === true && dotted.startsWith('net.')) problems.add('conflict', at, `${name} cannot be set with hostNetwork`);
    const ipc = dotted.startsWith('kernel.shm') || dotted.startsWith('kernel.msg') || dotted.startsWith('fs.mqueue.') || dotted === 'kernel.sem';
    if (spec.hostIPC === true && ipc) problems.add('conflict', at, `${name} cannot be set with hostIPC`);
  }
}

/** With users of its own, a Pod cannot be part of the node's other namespaces. */
function validateOwnUsers(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) {
    if (spec[field] === true) problems.add('conflict', [...path, field], `${field} cannot be true where hostUsers is false`);
  }
  for (const [at, { volumeDevices = [] }] of containersOf(spec)) {
    if (volumeDevices.length > 0) problems.addOnKey('conflict', [...path, ...at, 'volumeDevices'], 'volumeDevices cannot be used where hostUsers is false');
  }
}

function validateHostProcess(spec: Loose<V1PodSpec>, path: FieldPath, problems: Problems): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersOf(spec);
  let hostProcesses = 0;
  for (const [at, { securityContext }] of containers) {
    const own = securityContext?.windowsOptions?.hostProcess;
    if (own !== undefined && ofPod !== undefined && own !== ofPod) {
      problems.add('conflict', [...path, ...at, 'securityContext', 'windowsOptions', 'hostProcess'], `hostProcess has to be ${ofPod}, as it is for the Pod`);
    }
    if (own ?? ofPod) hostProcesses++;
  }
  if (hostProcesses === 0) return;
  if (hostProcesses < containers.length) problems.add('conflict', path, 'Where one container is a hostProcess all have to be');
  if (spec.hostNetwork !== true) problems.add('conflict', path, 'hostProcess needs hostNetwork: true');
}

/** Init containers first, as the API server visits them; each with its path in the spec. */
export function containersOf(spec: Loose<V1PodSpec>): readonly (readonly [path: FieldPath, container: Loose<V1Container>])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container: Loose<V1Container>, index) => [[list, index], container] as const),
  );
}

function validateSeccomp(profile: Loose<V1SeccompProfile> | undefined, path: FieldPath, problems: Problems): void {
  if (profile === undefined) return;
  validateProfile(profile, path, problems);
  if (profile.type === 'Localhost' && profile.localhostProfile)
    checkFormat(problems, [...path, 'localhostProfile'], profile.localhostProfile, relativePathFormat);
}

function validateAppArmor(profile: Loose<V1AppArmorProfile> | undefined, path: FieldPath, problems: Problems): void {
  if (profile === undefined) return;
  validateProfile(profile, path, problems);
  const { type, localhostProfile: name } = profile;
  if (type !== 'Localhost' || name === undefined) return;
  const at = [...path, 'localhostProfile'];
  if (name.trim() === '') problems.add('missing-field', at, 'localhostProfile is empty');
  else if (name !== name.trim()) problems.add('invalid-value', at, 'localhostProfile has blanks around it');
  if (name.length > 4095) problems.add('invalid-value', at, 'localhostProfile may have 4095 characters');
}

function validateProfile({ type, localhostProfile }: Loose<V1SeccompProfile>, path: FieldPath, problems: Problems): void {
  checkOneOf(problems, [...path, 'type'], type, profileTypes);
  if (type === 'Localhost' && localhostProfile === undefined) problems.add('missing-field', path, 'localhostProfile is missing: the type is Localhost');
  if (type !== 'Localhost' && localhostProfile !== undefined) {
    problems.addOnKey('conflict', [...path, 'localhostProfile'], 'localhostProfile goes with the type Localhost only');
  }
}

function validateWindows(options: Loose<V1WindowsSecurityContextOptions> | undefined, path: FieldPath, problems: Problems): void {
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options ?? {};
  checkFormat(problems, [...path, 'gmsaCredentialSpecName'], gmsaCredentialSpecName, dnsSubdomainFormat);
  if (gmsaCredentialSpec === '' || (gmsaCredentialSpec?.length ?? 0) > 64 * 1024) {
    problems.add('invalid-value', [...path, 'gmsaCredentialSpec'], 'gmsaCredentialSpec has to have up to 64 KiB, and not to be empty');
  }
  checkFormat(problems, [...path, 'runAsUserName'], runAsUserName, (name) => {
    const parts = name.split('\\');
    const user = parts.at(-1) ?? '';
    const domain = parts.length > 1 ? (parts[0] ?? '') : undefined;
    if (name === '' || parts.length > 2 || /[\x00-\x1f\x7f]/.test(name)) return 'has to be USER or DOMAIN\\USER';
    if (
      domain !== undefined &&
      !/^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/.test(domain) &&
      (domain.length >= 256 || dnsSubdomainFormat(domain.toLowerCase()) !== undefined)
    ) {
      return 'has no valid domain';
    }
    return user === '' || user.length > 104 || /^[. ]+$/.test(user) || /["/\\:;|=,+*?<>@[\]]/.test(user) ? 'has no valid user' : undefined;
  });
}
