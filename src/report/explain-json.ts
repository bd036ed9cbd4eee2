/** What `explain -o json` prints. The shape is documented in docs/explain.md and stable: fields may be added, never changed. */
import type { DocumentedField, FoundField } from '../core/field-documentation.ts';
import { jsonText } from './json-text.ts';

/** One object for one field. */
export function explainJson(found: FoundField): string {
  const { kind, path, field, type } = found;
  const json = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    path: path.join('.'),
    ...(field === undefined ? { description: type?.description ?? '' } : fieldJson(field)),
    fields: (type?.fields ?? []).map((each) => ({ name: each.name, ...fieldJson(each) })),
  };
  return `${jsonText(json, 2)}\n`;
}

/** A list of what a search has found, best first. */
export function searchJson(found: readonly FoundField[]): string {
  const json = found.map(({ kind, path, field }) => ({
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    path: path.join('.'),
    ...(field === undefined ? {} : fieldJson(field)),
  }));
  return `${jsonText(json, 2)}\n`;
}

function fieldJson({ shape, required, values, byDefault, since, rules, description }: DocumentedField): object {
  return {
    type: shape,
    required,
    enum: values,
    default: byDefault === undefined ? null : JSON.parse(byDefault),
    since: since === undefined ? null : { alpha: since.alpha ?? null, on: since.on ?? null, stable: since.stable ?? null },
    lint: rules,
    description,
  };
}
