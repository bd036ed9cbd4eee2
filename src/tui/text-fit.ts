/** Fitting text into columns of a terminal: widths by the cells a character takes; cuts that never split a character. */
import { isAscii } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { cutEnd, graphemes, head } from '../report/text-wrap.ts';

/** Exactly `width` cells: padded with spaces, or cut at the end with `mark`. */
export function fit(text: string, width: number, mark = '…'): string {
  const cut = cutEnd(text, width, mark);
  return cut + ' '.repeat(Math.max(0, width - textWidth(cut)));
}

/** At most `width` cells of a line that holds styles. All of these stay, so that what was begun is ended. */
export function cutStyled(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  let room = Math.max(0, width);
  let cut = '';
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    const kept = part.startsWith('\u001b') ? part : head(part, room);
    if (!part.startsWith('\u001b')) room = kept === part ? room - textWidth(kept) : 0;
    cut += kept;
  }
  return cut;
}

/** At most `width` cells, the middle replaced by `mark`: a Pod's name keeps its hash, which is what tells it from its siblings. */
export function cutMiddle(text: string, width: number, mark = '…'): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(mark);
  if (room < 4) return cutEnd(text, width, mark);
  const end = Math.max(Math.floor(room / 2), Math.min(6, room - 2));
  return head(text, room - end) + mark + tail(text, end);
}

function tail(text: string, width: number): string {
  if (width <= 0) return '';
  if (isAscii(text)) return text.slice(-width);
  let taken = '';
  let used = 0;
  for (const { segment } of [...graphemes.segment(text)].reverse()) {
    used += textWidth(segment);
    if (used > width) break;
    taken = segment + taken;
  }
  return taken;
}
