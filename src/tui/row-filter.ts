/**
 * What `/` keeps. Words are joined by and; a word is found in the name, namespace, node, status, owner or a label, without regard to case.
 * `key=value` asks for a label whose value begins so, and `!` before a word for the Pods that do not hold it. Where no Pod holds the words as they
 * are, they are looked for loosely: their letters in this order, within one of those fields.
 */
import type { Row } from './pod-row.ts';

export interface Filtered {
  readonly rows: readonly Row[];
  readonly loose: boolean;
}

/** The rows, in their order, that the filter keeps. An empty filter keeps the very array. */
export function filterRows(rows: readonly Row[], filter: string): Filtered {
  const words = filter.toLowerCase().split(/\s+/);
  const wanted = words.filter((word) => word !== '' && !word.startsWith('!'));
  // A lone `!` is a word that is still being typed.
  const unwanted = words.flatMap((word) => (word.startsWith('!') && word.length > 1 ? [word.slice(1)] : []));
  if (wanted.length === 0 && unwanted.length === 0) return { rows, loose: false };
  const among = unwanted.length === 0 ? rows : rows.filter((row) => !unwanted.some((word) => holds(row, word)));
  const exact = among.filter((row) => wanted.every((word) => holds(row, word)));
  if (exact.length > 0 || wanted.length === 0) return { rows: exact, loose: false };
  const loose = among.filter((row) => wanted.every((word) => holds(row, word) || holdsLoosely(row.words, word)));
  return { rows: loose, loose: loose.length > 0 };
}

/** Each field is a line of the row's words, a label as `key=value`. */
function holds(row: Row, word: string): boolean {
  return row.words.includes(word.indexOf('=') > 0 ? `\n${word}` : word);
}

/** The letters of the word in their order within one line. */
function holdsLoosely(lines: string, word: string): boolean {
  let found = 0;
  for (let at = 0; at < lines.length; at++) {
    const letter = lines[at];
    if (letter === '\n') found = 0;
    else if (letter === word[found] && ++found === word.length) return true;
  }
  return false;
}
