/** What the API server refuses about where Pods run: affinity, tolerations, spread. Source: core/validation. */
import type {
  V1Affinity,
  V1LabelSelector,
  V1NodeSelectorTerm,
  V1PodAffinity,
  V1PodAffinityTerm,
  V1Toleration,
  V1TopologySpreadConstraint,
} from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, dnsSubdomainFormat, labelValueFormat, qualifiedNameFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { validateLabelSelector, validateOperator } from './validation-metadata.ts';
import { checkFormat, checkOneOf, checkRange, checkWord } from './value-checks.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Loose<V1Affinity> | undefined, path: FieldPath, problems: Problems): void {
  const node = affinity?.nodeAffinity;
  const nodePath = [...path, 'nodeAffinity'];
  for (const [index, term] of (node?.[required]?.nodeSelectorTerms ?? []).entries()) {
    validateNodeTerm(term, [...nodePath, required, 'nodeSelectorTerms', index], problems, true);
  }
  for (const [index, { weight, preference }] of (node?.[preferred] ?? []).entries()) {
    checkRange(problems, [...nodePath, preferred, index, 'weight'], weight, 1, 100);
    // Values that no label can have are let pass where they are a wish only.
    if (preference !== undefined) validateNodeTerm(preference, [...nodePath, preferred, index, 'preference'], problems, false);
  }
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) validatePodTerms(affinity?.[kind], [...path, kind], problems);
}

function validateNodeTerm(term: Loose<V1NodeSelectorTerm>, path: FieldPath, problems: Problems, checkValues: boolean): void {
  for (const [index, { key, operator, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = [...path, 'matchExpressions', index];
    validateOperator(operator, values, ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'], at, problems);
    if (key) checkFormat(problems, [...at, 'key'], key, qualifiedNameFormat);
    if (checkValues) for (const [each, value] of values.entries()) checkFormat(problems, [...at, 'values', each], value, labelValueFormat);
  }
  for (const [index, { key, operator, values = [] }] of (term.matchFields ?? []).entries()) {
    const at = [...path, 'matchFields', index];
    if (operator && operator !== 'In' && operator !== 'NotIn')
      problems.add('invalid-value', [...at, 'operator'], `operator is In or NotIn for fields, not "${operator}"`);
    else if (values.length !== 1) problems.add('invalid-value', at, 'matchFields takes exactly one value');
    if (key && key !== 'metadata.name') problems.add('invalid-value', [...at, 'key'], `The one field that nodes are chosen by is metadata.name, not "${key}"`);
    for (const [each, value] of values.entries()) checkFormat(problems, [...at, 'values', each], value, dnsSubdomainFormat);
  }
}

function validatePodTerms(affinity: Loose<V1PodAffinity> | undefined, path: FieldPath, problems: Problems): void {
  for (const [index, term] of (affinity?.[required] ?? []).entries()) validatePodTerm(term, [...path, required, index], problems);
  for (const [index, { weight, podAffinityTerm }] of (affinity?.[preferred] ?? []).entries()) {
    checkRange(problems, [...path, preferred, index, 'weight'], weight, 1, 100);
    if (podAffinityTerm !== undefined) validatePodTerm(podAffinityTerm, [...path, preferred, index, 'podAffinityTerm'], problems);
  }
}

function validatePodTerm(term: Loose<V1PodAffinityTerm>, path: FieldPath, problems: Problems): void {
  validateLabelSelector(term.labelSelector, [...path, 'labelSelector'], problems);
  validateLabelSelector(term.namespaceSelector, [...path, 'namespaceSelector'], problems);
  for (const [index, namespace] of (term.namespaces ?? []).entries()) checkFormat(problems, [...path, 'namespaces', index], namespace, dnsLabelFormat);
  validateLabelKeys(term.matchLabelKeys ?? [], 'matchLabelKeys', term.labelSelector, path, problems);
  validateLabelKeys(term.mismatchLabelKeys ?? [], 'mismatchLabelKeys', term.labelSelector, path, problems);
  for (const [index, key] of (term.matchLabelKeys ?? []).entries()) {
    if (term.mismatchLabelKeys?.includes(key)) problems.add('conflict', [...path, 'matchLabelKeys', index], `${key} is in mismatchLabelKeys too`);
  }
  if (term.topologyKey) checkFormat(problems, [...path, 'topologyKey'], term.topologyKey, qualifiedNameFormat);
}

/** Keys whose values are taken from the Pod's own labels. The server has put them into the selector before it validates: it refuses a key that is there twice. */
function validateLabelKeys(
  keys: readonly string[],
  name: 'matchLabelKeys' | 'mismatchLabelKeys',
  selector: Loose<V1LabelSelector> | undefined,
  path: FieldPath,
  problems: Problems,
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    problems.addOnKey('conflict', [...path, name], `${name} needs a labelSelector`);
    return;
  }
  for (const [index, key] of keys.entries()) {
    checkFormat(problems, [...path, name, index], key, qualifiedNameFormat);
    if (name === 'mismatchLabelKeys') continue;
    const selected = key in (selector.matchLabels ?? {}) && (selector.matchExpressions ?? []).some((expression) => expression.key === key);
    if (selected) problems.add('conflict', [...path, name, index], `${key} is in the labelSelector too`);
  }
}

export function validateTolerations(tolerations: readonly Loose<V1Toleration>[] | undefined, path: FieldPath, problems: Problems): void {
  for (const [index, { key, operator, value = '', effect, tolerationSeconds }] of (tolerations ?? []).entries()) {
    const at = [...path, index];
    if (key) checkFormat(problems, [...at, 'key'], key, qualifiedNameFormat);
    else if (operator !== 'Exists') problems.add('conflict', at, 'A toleration without a key takes every taint, and its operator has to be Exists');
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      problems.addOnKey('conflict', [...at, 'tolerationSeconds'], 'tolerationSeconds goes with the effect NoExecute only');
    }
    checkOneOf(problems, [...at, 'operator'], operator, ['Equal', 'Exists']);
    if (!operator || operator === 'Equal') checkFormat(problems, [...at, 'value'], value, labelValueFormat);
    if (operator === 'Exists' && value !== '') problems.add('conflict', [...at, 'value'], 'The operator Exists takes no value');
    checkOneOf(problems, [...at, 'effect'], effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']);
  }
}

export function validateSpread(constraints: readonly Loose<V1TopologySpreadConstraint>[] | undefined, path: FieldPath, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, constraint] of (constraints ?? []).entries()) {
    const at = [...path, index];
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector, matchLabelKeys = [] } = constraint;
    checkRange(problems, [...at, 'maxSkew'], maxSkew, 1);
    checkOneOf(problems, [...at, 'whenUnsatisfiable'], whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway']);
    const pair = `${topologyKey} ${whenUnsatisfiable}`;
    if (seen.has(pair)) problems.add('duplicate-name', at, `There is a constraint for ${topologyKey} and ${whenUnsatisfiable} already`);
    seen.add(pair);
    checkRange(problems, [...at, 'minDomains'], minDomains, 1);
    if (minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule') {
      problems.addOnKey('conflict', [...at, 'minDomains'], 'minDomains goes with whenUnsatisfiable: DoNotSchedule only');
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) checkWord(problems, [...at, field], constraint[field], ['Honor', 'Ignore']);
    validateLabelSelector(labelSelector, [...at, 'labelSelector'], problems);
    validateLabelKeys(matchLabelKeys, 'matchLabelKeys', labelSelector, at, problems);
  }
}
