/** Breaking and cutting text to so many cells, never inside of a character. */
import { isAscii } from './terminal-text.ts';
import { textWidth } from './text-width.ts';

export const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Lines of at most `cells`, broken between words, and inside a word only where it is longer than a line. None is narrower than any character. */
export function wrapWords(text: string, cells: number): readonly string[] {
  const width = Math.max(4, cells);
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    while (textWidth(word) > width) {
      const part = head(word, width) || String.fromCodePoint(word.codePointAt(0) ?? 0);
      lines.push(part);
      word = word.slice(part.length);
    }
    line = word;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** As much of the beginning as takes at most `width` cells. */
export function head(text: string, width: number): string {
  if (isAscii(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment);
    if (used > width) break;
    taken += segment;
  }
  return taken;
}

/** At most `width` cells, the end replaced by `mark` where the text is longer. */
export function cutEnd(text: string, width: number, mark = '…'): string {
  if (width <= 0) return '';
  if (textWidth(text) <= width) return text;
  return textWidth(mark) > width ? '' : head(text, width - textWidth(mark)) + mark;
}
