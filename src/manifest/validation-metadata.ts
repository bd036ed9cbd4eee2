/** What the API server refuses in metadata: names, labels, annotations, owners. Source: apimachinery's api/validation/objectmeta.go. */
import type { V1LabelSelector, V1ObjectMeta } from '@kubernetes/client-node';
import type { Loose } from './loose.ts';
import type { FieldPath } from './manifest-tree.ts';
import { dnsLabelFormat, type Format, labelValueFormat, qualifiedNameFormat } from './name-formats.ts';
import type { Problems } from './problem.ts';
import { checkFormat } from './value-checks.ts';

const annotationBytes = 256 * 1024;

/** `nameFormat` is that of the kind. */
export function validateMetadata(metadata: Loose<V1ObjectMeta> | undefined, problems: Problems, nameFormat: Format): void {
  const path = ['metadata'];
  const { name, generateName, namespace } = metadata ?? {};
  if (!name && !generateName) problems.add('missing-field', path, 'metadata.name is missing', 'Give the object a name, or a generateName to create it by.');
  if (name) checkFormat(problems, [...path, 'name'], name, nameFormat);
  // The server puts characters behind it, so that it may end with a dash.
  if (generateName) checkFormat(problems, [...path, 'generateName'], generateName.replace(/-$/, 'a'), nameFormat);
  if (namespace) checkFormat(problems, [...path, 'namespace'], namespace, dnsLabelFormat);
  validateLabels(metadata?.labels, [...path, 'labels'], problems);
  validateAnnotations(metadata?.annotations, [...path, 'annotations'], problems);
  for (const [index, finalizer] of (metadata?.finalizers ?? []).entries()) {
    checkFormat(problems, [...path, 'finalizers', index], finalizer, finalizerFormat);
  }
  validateOwners(metadata, [...path, 'ownerReferences'], problems);
}

/** Names without a domain are those of Kubernetes itself. */
const finalizerFormat: Format = (text) =>
  qualifiedNameFormat(text) ??
  (text.includes('/') || ['kubernetes', 'orphan', 'foregroundDeletion'].includes(text) ? undefined : 'has to have a domain before a slash');

function validateOwners(metadata: Loose<V1ObjectMeta> | undefined, path: FieldPath, problems: Problems): void {
  // The server leaves out those that are there twice.
  const owners = [...new Map((metadata?.ownerReferences ?? []).map((owner) => [JSON.stringify(owner), owner])).values()];
  const controllers = owners.flatMap(({ controller }, index) => (controller === true ? [index] : []));
  for (const index of controllers.slice(1)) problems.add('conflict', [...path, index, 'controller'], 'Only one owner can be the controller');
  for (const [index, { apiVersion, kind }] of owners.entries()) {
    if (apiVersion !== undefined && apiVersion.split('/').length > 2)
      problems.add('invalid-value', [...path, index, 'apiVersion'], `"${apiVersion}" is no apiVersion`);
    if (apiVersion === 'v1' && kind === 'Event') problems.add('invalid-value', [...path, index], 'An Event cannot own anything');
  }
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: FieldPath, problems: Problems): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const wrong = qualifiedNameFormat(key);
    if (wrong !== undefined) problems.addOnKey('invalid-value', [...path, key], `The label's key "${key}" is not valid: it ${wrong}`);
    checkFormat(problems, [...path, key], value, labelValueFormat);
  }
}

export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: FieldPath, problems: Problems): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    // Case does not matter in them.
    const wrong = qualifiedNameFormat(key.toLowerCase());
    if (wrong !== undefined) problems.addOnKey('invalid-value', [...path, key], `The annotation's key "${key}" is not valid: it ${wrong}`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > annotationBytes) problems.add('invalid-value', path, `The annotations have ${bytes} bytes, and may have ${annotationBytes} in all`);
}

export function validateLabelSelector(selector: Loose<V1LabelSelector> | undefined, path: FieldPath, problems: Problems): void {
  validateLabels(selector?.matchLabels, [...path, 'matchLabels'], problems);
  for (const [index, { key, operator, values = [] }] of (selector?.matchExpressions ?? []).entries()) {
    const at = [...path, 'matchExpressions', index];
    validateOperator(operator, values, ['In', 'NotIn', 'Exists', 'DoesNotExist'], at, problems);
    if (key) checkFormat(problems, [...at, 'key'], key, qualifiedNameFormat);
    for (const [each, value] of values.entries()) checkFormat(problems, [...at, 'values', each], value, labelValueFormat);
  }
}

/** Whether the values are as many as the operator needs. */
export function validateOperator(
  operator: string | undefined,
  values: readonly string[],
  operators: readonly string[],
  path: FieldPath,
  problems: Problems,
): void {
  if (!operator) return;
  if (!operators.includes(operator)) {
    problems.add('invalid-value', [...path, 'operator'], `operator is one of ${operators.join(', ')}, not "${operator}"`);
  } else if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    problems.add('missing-field', path, `values is missing: the operator ${operator} needs them`);
  } else if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    problems.add('conflict', [...path, 'values'], `The operator ${operator} takes no values`);
  } else if ((operator === 'Gt' || operator === 'Lt') && values.length !== 1) {
    problems.add('invalid-value', [...path, 'values'], `The operator ${operator} takes exactly one value`);
  }
}

/** Whether a selector takes these labels; undefined for one that is not valid. A selector that is not there takes nothing. */
export function selectorTakes(selector: Loose<V1LabelSelector> | undefined, labels: Readonly<Record<string, string>>): boolean | undefined {
  if (selector === undefined) return false;
  const wanted = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const results = (selector.matchExpressions ?? []).map(({ key = '', operator, values = [] }) => {
    const label = labels[key];
    switch (operator) {
      case 'In':
        return label !== undefined && values.includes(label);
      case 'NotIn':
        return label === undefined || !values.includes(label);
      case 'Exists':
        return label !== undefined;
      case 'DoesNotExist':
        return label === undefined;
      default:
        return undefined;
    }
  });
  if (results.includes(undefined)) return undefined;
  return wanted && results.every((result) => result === true);
}
