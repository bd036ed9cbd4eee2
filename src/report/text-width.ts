/** How wide text is on a terminal. Loads `string-width`, which takes as long as the rest of a `get`: see `measureFor` in table.ts. */
import stringWidth from 'string-width';
import { isAscii } from './terminal-text.ts';

/** How many cells the text takes: two for a wide character, none for a combining one. Plain ASCII, which nearly everything is, costs one test. */
export function textWidth(text: string): number {
  return isAscii(text) ? text.length : stringWidth(text);
}
