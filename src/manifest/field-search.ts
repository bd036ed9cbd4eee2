/** Finds fields by words: `explain --search 'probe timeout'`. */
import type { Documentation, DocumentedKind, FoundField } from '../core/field-documentation.ts';
import { allFields } from './field-path.ts';

/** Fields with every word in their path or in what is said of them, those with the words in their names first, and of equal ones the shorter path. */
export function searchedFields(documentation: Documentation, kind: DocumentedKind, words: string): readonly FoundField[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return allFields(documentation, kind)
    .map((found) => ({ found, weight: weightOf(found, wanted) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight || a.found.path.length - b.found.path.length)
    .map(({ found }) => found);
}

/** 0 where a word is nowhere. A word in the field's own name says most, in its path less, in its description least. */
function weightOf({ path, field }: FoundField, wanted: readonly string[]): number {
  const [name, place, description] = [path.at(-1) ?? '', path.join('.'), field?.description ?? ''].map((text) => text.toLowerCase());
  const weights = wanted.map((word) => (name?.includes(word) === true ? 9 : place?.includes(word) === true ? 3 : description?.includes(word) === true ? 1 : 0));
  return weights.includes(0) ? 0 : weights.reduce((sum: number, weight) => sum + weight, 0);
}
