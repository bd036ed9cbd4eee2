/** Keys that move, the same wherever there is something to move in. */
import type { Key } from './keyboard.ts';

/** By how many lines a key moves, or to which end (infinite); undefined for a key that does not move. */
export function motion(key: Key, page: number): number | undefined {
  switch ('name' in key ? key.name : key.text) {
    case 'up':
    case 'k':
      return -1;
    case 'down':
    case 'j':
      return 1;
    case 'page-up':
      return -page;
    case 'page-down':
    case ' ':
      return page;
    case 'home':
    case 'g':
      return Number.NEGATIVE_INFINITY;
    case 'end':
    case 'G':
      return Number.POSITIVE_INFINITY;
    default:
      return undefined;
  }
}
