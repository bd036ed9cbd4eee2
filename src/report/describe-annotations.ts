/** Annotations as kubectl writes them, without manifests that tools keep in them, and with what looks like a secret masked. */
import { redactedPairs, redactedText } from '../core/secret-text.ts';
import { type Line, textLines } from './description.ts';

/** `key: value`, in the order of the keys; a value of several lines stands beneath its key. */
export function annotationLines(annotations: unknown): readonly Line[] {
  return Object.entries(redactedPairs(annotations))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => {
      const lines = textLines(redactedText(typeof value === 'string' ? value : ''));
      return lines.length === 1 ? [[`${key}: `, ...(lines[0] ?? [])]] : [[`${key}:`], ...lines.map((line): Line => ['  ', ...line])];
    });
}
