/** All rules about what a Pod means. The order is that of findings at one place. */
import { endlessWait, shellForm } from './commands.ts';
import { deprecatedField } from './deprecations.ts';
import { frozenRegistry, latestTag } from './images.ts';
import type { Rule } from './pod-case.ts';
import { probePort, sharedPort } from './ports.ts';
import { graceTooShort, probeTiming, sameProbe } from './probes.ts';
import { missingKey } from './references.ts';
import { noResources, qos } from './resources.ts';
import { hostAccess, podSecurity, privileged, runsAsRoot, secretInEnv } from './security.ts';
import { mixedRoles, nakedPod, noPreStop } from './shape.ts';
import { classicSidecarInJob, sidecarOrder, sidecarStartupProbe } from './sidecars.ts';
import { unusedVolume } from './volumes.ts';

export const rules: readonly Rule[] = [
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
];
