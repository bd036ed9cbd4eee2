/** A restartPolicy of a container that is no sidecar, which came some versions after that of sidecars (feature gate ContainerRestartRules). */
import { versionText } from '../kubernetes-version.ts';
import type { Rule } from './pod-case.ts';

const sidecars = 28;
const first = 34;
const usable = 35;

export const containerRestart: Rule = ({ containers, set: { minor } }, problems) => {
  // Before the first of the two, the field as such is too new.
  if (minor < sidecars || minor >= usable) return;
  for (const { container, role, path, name } of containers) {
    if (container.restartPolicy === undefined || role === 'sidecar') continue;
    const since = `there since ${versionText(first)}, and usable by default since ${versionText(usable)}; the target is ${versionText(minor)}`;
    problems.addOnKey(
      minor < first ? 'newer-field' : 'feature-off',
      [...path, 'restartPolicy'],
      `restartPolicy of ${name}, which is no sidecar, is ${since}`,
      'Leave it out: the restartPolicy of the Pod counts.',
    );
  }
};
