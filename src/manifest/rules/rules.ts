/** All rules about what a Pod means, asked together. The order is that of findings at one place. */

import { type Problem, Problems } from '../problem.ts';
import { endlessWait, shellForm } from './commands.ts';
import { containerRestart } from './container-restart.ts';
import { deprecatedField } from './deprecations.ts';
import { frozenRegistry, latestTag } from './images.ts';
import type { ManifestSet, SetObject } from './manifest-set.ts';
import { podCase, type Rule } from './pod-case.ts';
import { probePort, sharedPort } from './ports.ts';
import { graceTooShort, probeTiming, sameProbe } from './probes.ts';
import { missingKey } from './references.ts';
import { noResources, qos } from './resources.ts';
import { hostAccess, podSecurity, privileged, runsAsRoot, secretInEnv } from './security.ts';
import { mixedRoles, nakedPod, noPreStop } from './shape.ts';
import { classicSidecarInJob, sidecarOrder, sidecarStartupProbe } from './sidecars.ts';
import { unusedVolume } from './volumes.ts';

const rules: readonly Rule[] = [
  unusedVolume,
  sharedPort,
  probePort,
  probeTiming,
  sameProbe,
  graceTooShort,
  sidecarOrder,
  sidecarStartupProbe,
  classicSidecarInJob,
  missingKey,
  noResources,
  qos,
  latestTag,
  frozenRegistry,
  runsAsRoot,
  privileged,
  hostAccess,
  secretInEnv,
  podSecurity,
  nakedPod,
  mixedRoles,
  noPreStop,
  endlessWait,
  shellForm,
  deprecatedField,
  containerRestart,
];

/** What the object's Pod means, where it makes any. */
export function askRules(known: SetObject, set: ManifestSet): readonly Problem[] {
  const pod = podCase(known, set);
  if (pod === undefined) return [];
  const problems = new Problems();
  for (const rule of rules) rule(pod, problems);
  return problems.found;
}
