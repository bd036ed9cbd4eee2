/** "Did you mean": the nearest of some names, where one is near at all. */
import { nearestNames } from './nearest-names.ts';

/** The name that was probably meant, or undefined where none has half of the word's pairs of letters. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const wanted = pairs(word);
  return nearestNames(word, names).find((name) => {
    if (name.startsWith(word) || word.startsWith(name)) return true;
    const had = pairs(name);
    const shared = [...wanted].filter((pair) => had.has(pair)).length;
    return shared * 2 >= Math.min(wanted.size, had.size);
  });
}

/** The letters two by two, with the ends marked. */
function pairs(word: string): ReadonlySet<string> {
  const marked = ` ${word.toLowerCase()} `;
  return new Set(Array.from({ length: marked.length - 1 }, (_, index) => marked.slice(index, index + 2)));
}
