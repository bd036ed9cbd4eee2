/** How wide text is on a terminal. Loads `string-width`, which takes as long as the rest of a `get`: see `measureFor` in table.ts. */
import stringWidth from 'string-width';
import { isAscii } from './terminal-text.ts';

const styles = /\u001b\[[0-9;]*m/g;

/**
 * How many cells the text takes, without its styles: two for a wide character, none for a combining one. Each character counts by itself, as most
 * terminals do; those that draw several as one sign take fewer cells then, never more, so that no line is wider than the screen. Plain ASCII, which
 * nearly everything is, costs one test.
 */
export function textWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const character of text.replace(styles, '')) width += characterWidth(character);
  return width;
}

/** Widths of the characters met so far: a cluster writes in few scripts. */
const known = new Map<string, number>();

function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  const width = known.get(character);
  if (width !== undefined) return width;
  if (known.size > 10_000) known.clear();
  const measured = stringWidth(character);
  known.set(character, measured);
  return measured;
}
