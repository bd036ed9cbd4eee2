/**
 * A container's environment: values as the spec has them, those that a field of the Pod gives, and where the others come from. What is or may be a secret
 * is not shown: of a Secret's key only its name, and a value whose name or text looks like a secret is masked.
 */
import { type Json, list, object, text } from '../core/json.ts';
import { isSecretVariable, redacted, redactedText } from '../core/secret-text.ts';
import { scalar } from './describe-words.ts';
import { type Line, type Part, words } from './description.ts';
import { fieldValue, resourceValue } from './downward-api.ts';

/** What stands where a value looks like a secret. */
const masked = '<masked: looks like a secret>';

/** `note` says how an object that is referred to stands, where there is something to say. */
export type ReferenceNote = (kind: 'ConfigMap' | 'Secret', name: string, key: string | undefined) => string | undefined;

export function environmentParts(pod: unknown, container: Json, note: ReferenceNote): readonly Part[] {
  const sources = list(container['envFrom']).map(object);
  const variables = list(container['env']).map(object);
  return [
    ...(sources.length === 0
      ? []
      : [
          tableOf(
            'Environment Variables from',
            sources.map((source) => sourceRow(source, note)),
          ),
        ]),
    variables.length === 0
      ? { kind: 'field', label: 'Environment', lines: [['<none>']], parts: [] }
      : { kind: 'field', label: 'Environment', lines: [], parts: variables.map((variable) => variablePart(pod, container, variable, note)) },
  ];
}

function tableOf(label: string, lines: readonly Line[]): Part {
  return { kind: 'field', label, lines: [], parts: [{ kind: 'text', lines }] };
}

function sourceRow({ configMapRef, secretRef, prefix }: Json, note: ReferenceNote): Line {
  const kind = typeof secretRef === 'object' && secretRef !== null ? 'Secret' : 'ConfigMap';
  const { name, optional } = object(kind === 'Secret' ? secretRef : configMapRef);
  const named = text(name) ?? '';
  const before = text(prefix);
  return [
    `${named}  ${kind}${before === undefined ? '' : ` with prefix '${before}'`}  Optional: ${optional === true}`,
    ...problem(note(kind, named, undefined)),
  ];
}

function problem(said: string | undefined): Line {
  return said === undefined ? [] : ['  ', words(`(${said})`, 'warn')];
}

function variablePart(pod: unknown, container: Json, variable: Json, note: ReferenceNote): Part {
  const name = text(variable['name']) ?? '';
  return { kind: 'field', label: name, lines: variableLines(pod, container, name, variable, note), parts: [] };
}

function variableLines(pod: unknown, container: Json, name: string, { value, valueFrom }: Json, note: ReferenceNote): readonly Line[] {
  if (valueFrom === undefined || valueFrom === null) return literalLines(name, value);
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef, fileKeyRef } = object(valueFrom);
  if (fieldRef !== undefined) {
    const { apiVersion, fieldPath } = object(fieldRef);
    const path = text(fieldPath) ?? '';
    return [[`${shown(name, fieldValue(pod, path) ?? '')} (${text(apiVersion) ?? 'v1'}:${path})`.trimStart()]];
  }
  if (resourceFieldRef !== undefined)
    return [[`${resourceValue(pod, container, object(resourceFieldRef)) ?? ''} (${text(object(resourceFieldRef)['resource']) ?? ''})`.trimStart()]];
  if (secretKeyRef !== undefined) return [keyLine('Secret', 'in secret', object(secretKeyRef), note)];
  if (configMapKeyRef !== undefined) return [keyLine('ConfigMap', 'of config map', object(configMapKeyRef), note)];
  const { volumeName, path, key, optional } = object(fileKeyRef);
  return [[`<set to the key '${text(key) ?? ''}' in file '${text(path) ?? ''}' of volume '${text(volumeName) ?? ''}'>  Optional: ${optional === true}`]];
}

function keyLine(kind: 'ConfigMap' | 'Secret', from: string, { name, key, optional }: Json, note: ReferenceNote): Line {
  const [named, keyed] = [text(name) ?? '', text(key) ?? ''];
  return [`<set to the key '${keyed}' ${from} '${named}'>  Optional: ${optional === true}`, ...problem(note(kind, named, keyed))];
}

function literalLines(name: string, value: unknown): readonly Line[] {
  const literal = scalar(value) ?? '';
  // One that was redacted in a recording says so by itself.
  if (literal === redacted) return [[literal]];
  return literal.split('\n').length > 1 && !isSecretVariable(name) && redactedText(literal) === literal
    ? literal.split('\n').map((line) => [line])
    : [[shown(name, literal)]];
}

function shown(name: string, value: string): string {
  return value !== '' && (isSecretVariable(name) || redactedText(value) !== value) ? masked : value;
}
