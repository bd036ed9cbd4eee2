/** The order that --sort-by asks for. */
import { PodwrightError } from '../core/podwright-error.ts';
import { quantityNumber } from '../core/quantity.ts';
import { evaluateJsonPath, type JsonPath } from './json-path.ts';

/**
 * The objects by the first value that the path finds in each; those without one come first. Numbers by size, texts that are both quantities by
 * amount, other texts (RFC 3339 times among them) letter by letter; equal ones stay as they were. Throws `usage` where the path finds nothing in any
 * object, or what it finds has no order. Source: isLess in k8s.io/kubectl/pkg/cmd/get/sorter.go.
 */
export function sortedByPath<T>(items: readonly T[], path: JsonPath, object: (item: T) => unknown): readonly T[] {
  const keyed = items.map((item) => ({ item, key: evaluateJsonPath(path, object(item))[0]?.[0] }));
  if (keyed.length > 0 && keyed.every(({ key }) => key === undefined)) {
    throw new PodwrightError('usage', `--sort-by ${path.source}: no Pod in the list has such a field`);
  }
  const unsortable = keyed.find(({ key }) => typeof key === 'object' || typeof key === 'boolean')?.key;
  if (unsortable !== undefined && keyed.length > 1) {
    const what = Array.isArray(unsortable) ? 'an array' : unsortable === null ? 'null' : typeof unsortable === 'boolean' ? 'true or false' : 'an object';
    throw new PodwrightError('usage', `--sort-by ${path.source}: the field is ${what}, which has no order`, { hint: 'Sort by a number or a text.' });
  }
  return keyed.sort((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

function compareKeys(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = [quantityNumber(a), quantityNumber(b)];
    if (x !== undefined && y !== undefined) return x - y;
    return a < b ? -1 : Number(a > b);
  }
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0;
}
