/**
 * What `/` keeps. Words are joined by and; a word is found in the name, namespace, node, status or a label, without regard to case. `key=value`
 * asks for a label whose value begins so. Where no Pod holds the words as they are, they are looked for loosely: the letters in their order.
 */
import type { Row } from './pod-row.ts';

/** The rows, in their order, that the filter keeps. An empty filter keeps the very array. */
export function filterRows(rows: readonly Row[], filter: string): readonly Row[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  const exact = rows.filter((row) => words.every((word) => holds(row, word)));
  return exact.length > 0 ? exact : rows.filter((row) => words.every((word) => holds(row, word) || isSubsequence(word, row.name)));
}

/** Each field is a line of the row's words, a label as `key=value`. */
function holds(row: Row, word: string): boolean {
  return row.words.includes(word.indexOf('=') > 0 ? `\n${word}` : word);
}

function isSubsequence(letters: string, name: string): boolean {
  const text = name.toLowerCase();
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
