/** What gives a Pod more power than it needs, secrets in the open, and which level of the Pod Security Standards it reaches. */
import { isSecretVariable } from '../../core/secret-text.ts';
import { podSecurityLevel } from '../pod-security.ts';
import type { Rule } from './pod-case.ts';

export const runsAsRoot: Rule = ({ spec, path: at, containers }, problems) => {
  const ofPod = spec.securityContext;
  for (const { container, name, path } of containers) {
    const own = container.securityContext;
    const user = own?.runAsUser ?? ofPod?.runAsUser;
    if (user !== 0) continue;
    const place = own?.runAsUser === undefined ? [...at, 'securityContext', 'runAsUser'] : [...path, 'securityContext', 'runAsUser'];
    if (own?.runAsNonRoot ?? ofPod?.runAsNonRoot) {
      problems.add('runs-as-root', place, `${name} never starts: runAsNonRoot is true, and runAsUser is root`, 'Take another user, such as 65532.');
    } else {
      problems.add('runs-as-root', place, `${name} runs as root`, 'Take a user such as 65532, and runAsNonRoot: true.');
    }
  }
};

export const privileged: Rule = ({ containers }, problems) => {
  for (const { container, name, path } of containers) {
    if (container.securityContext?.privileged !== true) continue;
    problems.add(
      'privileged',
      [...path, 'securityContext', 'privileged'],
      `${name} is privileged: it can do on the node what root can`,
      'Add the capabilities that it needs instead.',
    );
  }
};

export const hostAccess: Rule = ({ spec, path }, problems) => {
  const shared = { hostNetwork: 'the network', hostPID: 'the processes', hostIPC: 'the shared memory' } as const;
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) {
    if (spec[field] === true)
      problems.add(
        'host-access',
        [...path, field],
        `${field} shares ${shared[field]} of the node with the Pod`,
        'Take it out, where the Pod is no part of the node.',
      );
  }
  for (const [index, { name, hostPath }] of (spec.volumes ?? []).entries()) {
    if (hostPath === undefined) continue;
    problems.addOnKey(
      'host-access',
      [...path, 'volumes', index, 'hostPath'],
      `The volume ${name} is ${hostPath.path || 'a folder'} of the node, another one wherever the Pod runs`,
      'Use emptyDir for scratch space, and a claim for what is to stay.',
    );
  }
};

/** What is named like a secret but is only where one is, or how it is used. */
const aboutSecrets = /_(?:FILE|PATH|DIR|NAME|URL|URI|HOST|ID|TTL|EXPIRY|EXPIRATION|LENGTH|ENABLED|TYPE|ISSUER|AUDIENCE)$/i;

export const secretInEnv: Rule = ({ containers }, problems) => {
  for (const { container, path } of containers) {
    for (const [index, { name = '', value = '' }] of (container.env ?? []).entries()) {
      if (value === '' || value.startsWith('$(') || aboutSecrets.test(name) || !isSecretVariable(name) || /^(?:true|false|\d+)$/.test(value)) continue;
      problems.add(
        'secret-in-env',
        [...path, 'env', index, 'name'],
        `${name} stands in the manifest, for all who can read it`,
        'Put it into a Secret, and refer to it with valueFrom.secretKeyRef.',
      );
    }
  }
};

export const podSecurity: Rule = ({ spec, path, annotations }, problems) => {
  const { level, missing } = podSecurityLevel(spec, annotations);
  if (level === 'restricted') return;
  const reasons = missing.slice(0, 4).join('; ');
  const more = missing.length > 4 ? `; and ${missing.length - 4} more` : '';
  problems.addOnKey(
    'pod-security',
    path,
    `Reaches the Pod Security level ${level}, not ${level === 'baseline' ? 'restricted' : 'baseline'}: ${reasons}${more}`,
  );
};
