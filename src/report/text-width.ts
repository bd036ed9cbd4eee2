/** How wide text is on a terminal. Loads `string-width`, which takes as long as the rest of a `get`: see `measureFor` in table.ts. */
import stringWidth from 'string-width';

const ascii = /^[ -~]*$/;

/** How many cells the text takes: two for a wide character, none for a combining one. Plain ASCII, which nearly everything is, costs one test. */
export function textWidth(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}
