/** What the API server refuses in the workloads that keep Pods running. Source: apps/validation, and ValidateReplicationControllerSpec of core/validation. */
import type {
  V1DaemonSetSpec,
  V1DeploymentSpec,
  V1LabelSelector,
  V1PodTemplateSpec,
  V1ReplicaSetSpec,
  V1ReplicationControllerSpec,
  V1StatefulSetSpec,
} from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateClaimSpec } from './validation-claims.ts';
import { validateLabelSelector } from './validation-metadata.ts';
import { checkSelection, validateTemplate } from './validation-pod.ts';
import { checkFormat, checkOneOf, checkRange } from './value-checks.ts';

const path = ['spec'];
const templatePath = [...path, 'template'];

export function validateReplicaSet(spec: Loose<V1ReplicaSetSpec>, problems: Problems): void {
  checkCounts(spec, ['replicas', 'minReadySeconds'], problems);
  checkSelected(spec, problems);
  checkRunsOn(spec.template, problems);
}

export function validateDeployment(spec: Loose<V1DeploymentSpec>, problems: Problems): void {
  checkCounts(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'], problems);
  const { progressDeadlineSeconds: deadline = 600, minReadySeconds = 0, strategy } = spec;
  if (deadline <= minReadySeconds)
    problems.add('conflict', [...path, 'progressDeadlineSeconds'], `progressDeadlineSeconds, ${deadline}, has to be above minReadySeconds, ${minReadySeconds}`);
  const at = [...path, 'strategy'];
  checkOneOf(problems, [...at, 'type'], strategy?.type, ['Recreate', 'RollingUpdate']);
  const rolling = strategy?.rollingUpdate;
  if (rolling !== undefined && strategy?.type === 'Recreate')
    problems.addOnKey('conflict', [...at, 'rollingUpdate'], 'rollingUpdate cannot stand beside the type Recreate');
  else if (rolling !== undefined) checkRolling(rolling.maxUnavailable ?? '25%', rolling.maxSurge ?? '25%', [...at, 'rollingUpdate'], problems);
  checkSelected(spec, problems);
  checkRunsOn(spec.template, problems);
}

export function validateStatefulSet(spec: Loose<V1StatefulSetSpec>, problems: Problems): void {
  checkCounts(spec, ['replicas', 'minReadySeconds'], problems);
  checkRange(problems, [...path, 'ordinals', 'start'], spec.ordinals?.start, 0);
  checkOneOf(problems, [...path, 'podManagementPolicy'], spec.podManagementPolicy, ['OrderedReady', 'Parallel']);
  if (spec.serviceName) checkFormat(problems, [...path, 'serviceName'], spec.serviceName, dnsLabelFormat);
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    checkOneOf(problems, [...path, 'persistentVolumeClaimRetentionPolicy', field], retention?.[field], ['Retain', 'Delete']);
  }
  const at = [...path, 'updateStrategy'];
  const { type, rollingUpdate: rolling } = spec.updateStrategy ?? {};
  checkOneOf(problems, [...at, 'type'], type, ['RollingUpdate', 'OnDelete']);
  if (rolling !== undefined && type === 'OnDelete')
    problems.addOnKey('conflict', [...at, 'rollingUpdate'], 'rollingUpdate cannot stand beside the type OnDelete');
  checkRange(problems, [...at, 'rollingUpdate', 'partition'], rolling?.partition, 0);
  // maxUnavailable of a StatefulSet comes with a feature gate that is off (MaxUnavailableStatefulSet): the server drops it unread.
  for (const [index, claim] of (spec.volumeClaimTemplates ?? []).entries())
    validateClaimSpec(claim.spec ?? {}, [...path, 'volumeClaimTemplates', index, 'spec'], problems);
  checkSelected({ ...spec, template: withClaims(spec) }, problems);
  checkRunsOn(spec.template, problems);
}

/** The Pods of a StatefulSet have its claims as volumes, and names of its making. */
function withClaims(spec: Loose<V1StatefulSetSpec>): Loose<V1PodTemplateSpec> | undefined {
  const { template, volumeClaimTemplates = [] } = spec;
  if (template?.spec === undefined) return template;
  const { subdomain: _, hostname: __, ...own } = template.spec;
  const names = [...new Set(volumeClaimTemplates.flatMap(({ metadata }) => metadata?.name ?? []))];
  // Behind the others, whose places stay what they are in the file; those that a claim stands in for are not checked.
  const volumes = (own.volumes ?? []).map((volume) => (names.includes(volume.name ?? '') ? { name: `${volume.name}-0`, emptyDir: {} } : volume));
  const claims = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...own, ...(volumes.length + claims.length > 0 ? { volumes: [...volumes, ...claims] } : {}) } };
}

export function validateDaemonSet(spec: Loose<V1DaemonSetSpec>, problems: Problems): void {
  checkCounts(spec, ['minReadySeconds', 'revisionHistoryLimit'], problems);
  const at = [...path, 'updateStrategy'];
  const { type, rollingUpdate: rolling } = spec.updateStrategy ?? {};
  checkOneOf(problems, [...at, 'type'], type, ['RollingUpdate', 'OnDelete']);
  if (rolling !== undefined && type !== 'OnDelete') {
    const { maxUnavailable = 1, maxSurge = 0 } = rolling;
    checkShare(maxUnavailable, [...at, 'rollingUpdate', 'maxUnavailable'], problems, true);
    checkShare(maxSurge, [...at, 'rollingUpdate', 'maxSurge'], problems, true);
    const both = amount(maxUnavailable) > 0 && amount(maxSurge) > 0;
    if (both || (amount(maxUnavailable) === 0 && amount(maxSurge) === 0)) {
      problems.add('conflict', [...at, 'rollingUpdate'], `One of maxUnavailable and maxSurge has to be 0${both ? '' : ', and the other not'}`);
    }
  }
  checkSelected(spec, problems);
  checkRunsOn(spec.template, problems);
}

export function validateReplicationController(spec: Loose<V1ReplicationControllerSpec>, problems: Problems): void {
  checkCounts(spec, ['replicas', 'minReadySeconds'], problems);
  const { template } = spec;
  if (template === undefined) {
    problems.add('missing-field', path, 'template is missing');
    return;
  }
  // Without a selector, the labels of the template are it.
  const selector = spec.selector === undefined || Object.keys(spec.selector).length === 0 ? template.metadata?.labels : spec.selector;
  if (Object.keys(selector ?? {}).length === 0) problems.add('missing-field', path, 'selector is missing, and the template has no labels to make one of');
  checkSelection({ matchLabels: selector ?? {} }, template, [...path, 'selector'], problems);
  validateTemplate(template, templatePath, problems);
  checkRunsOn(template, problems);
}

type Counted = Readonly<Record<string, unknown>>;

function checkCounts(spec: object, fields: readonly string[], problems: Problems): void {
  for (const field of fields) checkRange(problems, [...path, field], (spec as Counted)[field] as number | undefined, 0);
}

/** The selector and the template, and that one takes the Pods of the other. */
function checkSelected(
  spec: { readonly selector?: Loose<V1LabelSelector> | undefined; readonly template?: Loose<V1PodTemplateSpec> | undefined },
  problems: Problems,
): void {
  const at = [...path, 'selector'];
  const { selector, template } = spec;
  if (selector !== undefined) {
    validateLabelSelector(selector, at, problems);
    if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) {
      problems.add('missing-field', at, 'The selector is empty', 'Select by a label that the template has.');
    } else {
      checkSelection(selector, template, at, problems);
    }
  }
  validateTemplate(template, templatePath, problems);
}

/** Such Pods are started again for ever. */
function checkRunsOn(template: Loose<V1PodTemplateSpec> | undefined, problems: Problems): void {
  const at = [...templatePath, 'spec'];
  const { restartPolicy, activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy === 'Never' || restartPolicy === 'OnFailure') {
    problems.add(
      'restart-policy',
      [...at, 'restartPolicy'],
      `The Pods of this workload are kept running: restartPolicy is Always, not ${restartPolicy}`,
      'What is to end goes into a Job.',
    );
  }
  if (activeDeadlineSeconds !== undefined)
    problems.addOnKey('conflict', [...at, 'activeDeadlineSeconds'], 'The Pods of this workload are kept running: they have no activeDeadlineSeconds');
}

function checkRolling(maxUnavailable: number | string, maxSurge: number | string, at: FieldPath, problems: Problems): void {
  checkShare(maxUnavailable, [...at, 'maxUnavailable'], problems, true);
  checkShare(maxSurge, [...at, 'maxSurge'], problems, false);
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    problems.add('conflict', at, 'maxUnavailable and maxSurge cannot both be 0: nothing could be replaced');
  }
}

/** A number, or a percentage, which of some may not be above 100. */
function checkShare(value: number | string, at: FieldPath, problems: Problems, upTo100: boolean): void {
  const name = String(at.at(-1));
  if (typeof value === 'string' && !/^\d+%$/.test(value)) {
    problems.add('invalid-value', at, `${name} is a whole number or a percentage, not "${value}"`, /^\d+$/.test(value) ? 'Take the quotes away.' : undefined);
  } else if (amount(value) < 0) {
    problems.add('invalid-value', at, `${name} has to be at least 0, and is ${value}`);
  } else if (upTo100 && typeof value === 'string' && amount(value) > 100) {
    problems.add('invalid-value', at, `${name} has to be up to 100%, and is ${value}`);
  }
}

function amount(value: number | string): number {
  return typeof value === 'number' ? value : Number.parseInt(value, 10) || 0;
}
