/** Which level of the Pod Security Standards a Pod reaches, and what it lacks for the next. Source: k8s.io/pod-security-admission/policy. */
import type { V1Capabilities, V1PodSpec } from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import { containersOf } from './validation-security.ts';
import { volumeKinds } from './validation-volumes.ts';

export interface PodSecurityLevel {
  readonly level: 'privileged' | 'baseline' | 'restricted';
  /** What keeps it from the next level, each as a few words. */
  readonly missing: readonly string[];
}

export function podSecurityLevel(spec: Loose<V1PodSpec>, annotations: Readonly<Record<string, string>> = {}): PodSecurityLevel {
  const toBaseline = baselineFaults(spec, annotations);
  if (toBaseline.length > 0) return { level: 'privileged', missing: toBaseline };
  const toRestricted = restrictedFaults(spec);
  return toRestricted.length > 0 ? { level: 'baseline', missing: toRestricted } : { level: 'restricted', missing: [] };
}

const baselineCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);

const seLinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);

function baselineFaults(spec: Loose<V1PodSpec>, annotations: Readonly<Record<string, string>>): readonly string[] {
  const faults = new Set<string>();
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) if (spec[field] === true) faults.add(`${field} is true`);
  if ((spec.volumes ?? []).some(({ hostPath }) => hostPath !== undefined)) faults.add('a volume is a hostPath');
  for (const { name = '' } of spec.securityContext?.sysctls ?? []) if (!safeSysctls.has(name)) faults.add(`the sysctl ${name} is set`);
  const contexts = [spec.securityContext, ...containersOf(spec).map(([, { securityContext }]) => securityContext)];
  for (const context of contexts) {
    if (context?.seccompProfile?.type === 'Unconfined') faults.add('a seccompProfile is Unconfined');
    if (context?.appArmorProfile?.type === 'Unconfined') faults.add('an appArmorProfile is Unconfined');
    if (context?.windowsOptions?.hostProcess === true) faults.add('windowsOptions.hostProcess is true');
    const { type = '', user = '', role = '' } = context?.seLinuxOptions ?? {};
    if (!seLinuxTypes.has(type) || user !== '' || role !== '') faults.add('seLinuxOptions set a user, a role or a type of their own');
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith('container.apparmor.security.beta.kubernetes.io/') && !/^(?:|runtime\/default|localhost\/.*)$/.test(value))
      faults.add('an AppArmor annotation is unconfined');
  }
  for (const [, { name = 'a container', securityContext, ports = [] }] of containersOf(spec)) {
    if (securityContext?.privileged === true) faults.add(`${name} is privileged`);
    if (securityContext?.procMount !== undefined && securityContext.procMount !== 'Default') faults.add(`${name} has a procMount of its own`);
    for (const added of securityContext?.capabilities?.add ?? []) if (!baselineCapabilities.has(added)) faults.add(`${name} adds the capability ${added}`);
    if (ports.some(({ hostPort }) => (hostPort ?? 0) !== 0)) faults.add(`${name} takes a hostPort`);
  }
  return [...faults];
}

const restrictedVolumes: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

function restrictedFaults(spec: Loose<V1PodSpec>): readonly string[] {
  const faults = new Set<string>();
  const ofPod = spec.securityContext;
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    for (const kind of volumeKinds)
      if (volume[kind] !== undefined && !restrictedVolumes.has(kind)) faults.add(`the volume ${volume.name ?? index} is a ${kind}`);
  }
  if (ofPod?.runAsUser === 0) faults.add('the Pod runs as root');
  const windows = spec.os?.name === 'windows';
  for (const [, { name = 'a container', securityContext: own }] of containersOf(spec)) {
    if (!(own?.runAsNonRoot ?? ofPod?.runAsNonRoot)) faults.add(`${name} lacks runAsNonRoot: true`);
    if (own?.runAsUser === 0) faults.add(`${name} runs as root`);
    // None of these is for Windows, where they cannot be set.
    if (windows) continue;
    if (own?.allowPrivilegeEscalation !== false) faults.add(`${name} lacks allowPrivilegeEscalation: false`);
    if (!dropsAll(own?.capabilities)) faults.add(`${name} lacks capabilities.drop: [ALL]`);
    for (const added of own?.capabilities?.add ?? []) if (added !== 'NET_BIND_SERVICE') faults.add(`${name} adds the capability ${added}`);
    const seccomp = (own?.seccompProfile ?? ofPod?.seccompProfile)?.type;
    if (seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost') faults.add(`${name} lacks seccompProfile.type: RuntimeDefault`);
  }
  return [...faults];
}

function dropsAll(capabilities: Loose<V1Capabilities> | undefined): boolean {
  return capabilities?.drop?.includes('ALL') === true;
}
