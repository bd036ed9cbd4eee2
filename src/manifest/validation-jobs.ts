/** What the API server refuses in Jobs and CronJobs. Source: batch/validation. */
import type { V1CronJobSpec, V1JobSpec, V1ObjectMeta, V1PodFailurePolicyRule, V1SuccessPolicyRule } from '@kubernetes/client-node';
import { scheduleFault, timeZoneFault } from './cron-schedule.ts';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, labelValueFormat, qualifiedNameFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateLabelSelector } from './validation-metadata.ts';
import { checkSelection, validateTemplate } from './validation-pod.ts';
import { containersOf } from './validation-security.ts';
import { checkFormat, checkOneOf, checkRange, checkWord } from './value-checks.ts';

export function validateJob(spec: Loose<V1JobSpec>, metadata: Loose<V1ObjectMeta> | undefined, problems: Problems): void {
  const path = ['spec'];
  const name = metadata?.name;
  // The server selects the Pods of a Job by its own labels, unless it is asked not to.
  if (spec.manualSelector !== true && spec.selector !== undefined) {
    problems.addOnKey('conflict', [...path, 'selector'], 'The selector of a Job is made by the server', 'Leave it out.');
  }
  if (spec.manualSelector === true && spec.selector === undefined) problems.add('missing-field', path, 'selector is missing: manualSelector needs it');
  validateLabelSelector(spec.selector, [...path, 'selector'], problems);
  if (spec.manualSelector === true && spec.selector !== undefined) checkSelection(spec.selector, spec.template, [...path, 'selector'], problems);
  // It becomes a label of the Pods.
  if (name && spec.manualSelector !== true && labelValueFormat(name) !== undefined) checkFormat(problems, ['metadata', 'name'], name, labelValueFormat);
  const { completions } = spec;
  if (name && spec.completionMode === 'Indexed' && completions !== undefined && completions > 0) {
    checkFormat(problems, ['metadata', 'name'], name, (text) =>
      dnsLabelFormat(`${text}-${completions - 1}`) === undefined ? undefined : 'has no room for the indexes behind it, with which it is the hostname of a Pod',
    );
  }
  validateJobSpec(spec, path, problems);
}

export function validateCronJob(spec: Loose<V1CronJobSpec>, metadata: Loose<V1ObjectMeta> | undefined, problems: Problems): void {
  const path = ['spec'];
  if ((metadata?.name ?? '').length > 52)
    problems.add('invalid-value', ['metadata', 'name'], 'The name of a CronJob may have 52 characters: its Jobs get a suffix');
  const fault = spec.schedule ? scheduleFault(spec.schedule) : undefined;
  if (fault !== undefined) problems.add('invalid-value', [...path, 'schedule'], `schedule "${spec.schedule}" is not valid: ${fault}`);
  const zone = spec.timeZone === undefined ? undefined : timeZoneFault(spec.timeZone);
  if (zone !== undefined) problems.add('invalid-value', [...path, 'timeZone'], zone);
  checkOneOf(problems, [...path, 'concurrencyPolicy'], spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']);
  for (const field of ['startingDeadlineSeconds', 'successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const)
    checkRange(problems, [...path, field], spec[field], 0);
  const at = [...path, 'jobTemplate', 'spec'];
  const job = spec.jobTemplate?.spec;
  if (job === undefined) {
    problems.add('missing-field', [...path, 'jobTemplate'], 'spec is missing in the jobTemplate');
    return;
  }
  if (job.selector !== undefined) problems.addOnKey('conflict', [...at, 'selector'], 'The selector of a Job is made by the server', 'Leave it out.');
  if (job.manualSelector === true) problems.add('conflict', [...at, 'manualSelector'], 'A CronJob cannot select the Pods of its Jobs');
  validateJobSpec(job, at, problems);
}

const mostIndexes = 100_000;

function validateJobSpec(spec: Loose<V1JobSpec>, path: FieldPath, problems: Problems): void {
  const counts = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const;
  for (const field of counts) checkRange(problems, [...path, field], spec[field], 0);
  if (spec.managedBy !== undefined) checkFormat(problems, [...path, 'managedBy'], spec.managedBy, managerFormat);
  checkWord(problems, [...path, 'completionMode'], spec.completionMode, ['NonIndexed', 'Indexed']);
  if (spec.completionMode === 'Indexed') validateIndexed(spec, path, problems);
  else {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'] as const) {
      if (spec[field] !== undefined) problems.addOnKey('conflict', [...path, field], `${field} goes with completionMode: Indexed only`);
    }
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    problems.add('missing-field', [...path, 'maxFailedIndexes'], 'backoffLimitPerIndex is missing: maxFailedIndexes needs it');
  }
  validateFailurePolicy(spec, [...path, 'podFailurePolicy', 'rules'], problems);
  const policies = spec.podFailurePolicy === undefined ? ['TerminatingOrFailed', 'Failed'] : ['Failed'];
  checkWord(problems, [...path, 'podReplacementPolicy'], spec.podReplacementPolicy, policies);
  validateTemplate(spec.template, [...path, 'template'], problems);
  validateRestartPolicy(spec, [...path, 'template', 'spec'], problems);
}

function validateRestartPolicy(spec: Loose<V1JobSpec>, path: FieldPath, problems: Problems): void {
  if (spec.template?.spec === undefined) return;
  const { restartPolicy } = spec.template.spec;
  const hint = 'Never: a Pod that fails stays for a look at it; OnFailure: its container is started again.';
  if (!restartPolicy) problems.add('restart-policy', path, 'restartPolicy is missing: in a Job it is Never or OnFailure, and the default is Always', hint);
  else if (restartPolicy === 'Always')
    problems.add('restart-policy', [...path, 'restartPolicy'], 'The Pods of a Job end: restartPolicy is Never or OnFailure, not Always', hint);
  else if (spec.podFailurePolicy !== undefined && restartPolicy === 'OnFailure') {
    problems.add('restart-policy', [...path, 'restartPolicy'], 'With a podFailurePolicy restartPolicy has to be Never');
  }
}

function validateIndexed(spec: Loose<V1JobSpec>, path: FieldPath, problems: Problems): void {
  const { completions, parallelism, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions === undefined) problems.add('missing-field', path, 'completions is missing: completionMode Indexed needs it');
  const many = completions !== undefined && completions > mostIndexes && backoffLimitPerIndex !== undefined;
  if (parallelism !== undefined && parallelism >= 0) checkRange(problems, [...path, 'parallelism'], parallelism, 0, many ? 10_000 : mostIndexes);
  if (maxFailedIndexes !== undefined && maxFailedIndexes >= 0) {
    checkRange(problems, [...path, 'maxFailedIndexes'], maxFailedIndexes, 0, Math.min(completions ?? mostIndexes, many ? 10_000 : mostIndexes));
  }
  if (many && maxFailedIndexes === undefined) problems.add('missing-field', path, `maxFailedIndexes is missing: more than ${mostIndexes} completions need it`);
  const policy = spec.successPolicy;
  if (policy === undefined) return;
  const at = [...path, 'successPolicy', 'rules'];
  if ((policy.rules ?? []).length > 20) problems.add('invalid-value', at, 'There may be 20 rules');
  for (const [index, rule] of (policy.rules ?? []).entries()) validateSuccessRule(rule, completions ?? 0, [...at, index], problems);
}

function validateSuccessRule(rule: Loose<V1SuccessPolicyRule>, completions: number, path: FieldPath, problems: Problems): void {
  const { succeededCount, succeededIndexes } = rule;
  if (succeededCount === undefined && succeededIndexes === undefined)
    problems.add('missing-field', path, 'One of succeededCount and succeededIndexes is missing');
  const indexes = succeededIndexes === undefined ? undefined : countIndexes(succeededIndexes, completions);
  if (succeededIndexes !== undefined && indexes === undefined) {
    problems.add(
      'invalid-value',
      [...path, 'succeededIndexes'],
      `succeededIndexes is a list such as 0,2-4 of rising indexes below ${completions}, not "${succeededIndexes}"`,
    );
  }
  checkRange(problems, [...path, 'succeededCount'], succeededCount, 0, Math.min(completions, indexes ?? completions));
}

/** How many indexes a list such as `0,2-4` has; undefined for one that is not valid. Source: validateIndexesFormat. */
function countIndexes(text: string, completions: number): number | undefined {
  if (text === '') return 0;
  let last = -1;
  let count = 0;
  for (const part of text.split(',')) {
    const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const end = Number(match[2] ?? match[1]);
    if (first <= last || end >= completions || (match[2] !== undefined && end <= first)) return undefined;
    count += end - first + 1;
    last = end;
  }
  return count;
}

function validateFailurePolicy(spec: Loose<V1JobSpec>, path: FieldPath, problems: Problems): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > 20) problems.add('invalid-value', path, 'There may be 20 rules');
  const containers = new Set(containersOf(spec.template?.spec ?? {}).map(([, { name }]) => name));
  for (const [index, rule] of rules.entries()) validateFailureRule(rule, spec, containers, [...path, index], problems);
}

function validateFailureRule(
  rule: Loose<V1PodFailurePolicyRule>,
  spec: Loose<V1JobSpec>,
  containers: ReadonlySet<string | undefined>,
  path: FieldPath,
  problems: Problems,
): void {
  const { action, onExitCodes: codes, onPodConditions: conditions = [] } = rule;
  checkOneOf(problems, [...path, 'action'], action, ['Count', 'FailIndex', 'FailJob', 'Ignore']);
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) problems.add('conflict', [...path, 'action'], 'FailIndex needs backoffLimitPerIndex');
  if ((codes === undefined) === (conditions.length === 0)) problems.add('conflict', path, 'A rule has either onExitCodes or onPodConditions');
  if (conditions.length > 20) problems.add('invalid-value', [...path, 'onPodConditions'], 'There may be 20 conditions');
  for (const [index, { type, status }] of conditions.entries()) {
    if (type) checkFormat(problems, [...path, 'onPodConditions', index, 'type'], type, qualifiedNameFormat);
    checkOneOf(problems, [...path, 'onPodConditions', index, 'status'], status, ['True', 'False', 'Unknown']);
  }
  if (codes === undefined) return;
  const at = [...path, 'onExitCodes'];
  const { operator, containerName, values = [] } = codes;
  checkOneOf(problems, [...at, 'operator'], operator, ['In', 'NotIn']);
  if (containerName !== undefined && !containers.has(containerName))
    problems.add('unknown-reference', [...at, 'containerName'], `The template has no container ${containerName}`);
  if (values.length > 255) problems.add('invalid-value', [...at, 'values'], 'There may be 255 values');
  for (const [index, value] of values.entries()) {
    if (operator === 'In' && value === 0) problems.add('invalid-value', [...at, 'values', index], '0 is no failure');
    const before = values[index - 1];
    if (before !== undefined && before >= value) problems.add('invalid-value', [...at, 'values', index], 'The values have to rise');
  }
}

/** Source: IsDomainPrefixedPath. */
const managerFormat = (text: string): string | undefined => {
  const slash = text.indexOf('/');
  const domain = text.slice(0, Math.max(0, slash));
  if (text.length > 63 || !/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(domain))
    return 'has to be DOMAIN/PATH, in 63 characters';
  return /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(text.slice(slash + 1)) ? undefined : 'has to be DOMAIN/PATH, in 63 characters';
};
