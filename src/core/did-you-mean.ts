/** "Did you mean": the nearest of some names, where one is near at all. */
import { editDistance, nearestNames } from './nearest-names.ts';

/** The name that was probably meant, or undefined where none is one slip away or has half of the word's pairs of letters. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const wanted = pairs(word);
  return nearestNames(word, names).find((name) => {
    if (name.startsWith(word) || word.startsWith(name)) return true;
    if (word.length > 2 && name.length > 2 && editDistance(word.toLowerCase(), name.toLowerCase()) === 1) return true;
    const had = pairs(name);
    const shared = [...wanted].filter((pair) => had.has(pair)).length;
    return shared * 2 >= Math.min(wanted.size, had.size);
  });
}

/**
 * The name that was meant beyond doubt, or undefined: it differs by its case, dashes and underscores alone, or by a slip or two, and every other name is at
 * least two further slips away.
 */
export function surelyMeant(word: string, names: readonly string[]): string | undefined {
  const [same, ...others] = names.filter((name) => bare(name) === bare(word));
  if (same !== undefined) return others.length === 0 ? same : undefined;
  if (word.length < 4) return undefined;
  const distances = names.map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) })).toSorted((a, b) => a.distance - b.distance);
  const [first, second] = distances;
  if (first === undefined || first.distance > (word.length < 8 ? 1 : 2)) return undefined;
  return second === undefined || second.distance >= first.distance + 2 ? first.name : undefined;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** The letters two by two, with the ends marked. */
function pairs(word: string): ReadonlySet<string> {
  const marked = ` ${word.toLowerCase()} `;
  return new Set(Array.from({ length: marked.length - 1 }, (_, index) => marked.slice(index, index + 2)));
}
