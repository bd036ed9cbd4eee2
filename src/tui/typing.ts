/** Editing a line of text: what backspace and its like leave of it. */

/** Without its last character. */
export function withoutLast(text: string): string {
  return Array.from(text).slice(0, -1).join('');
}

/** Without its last word and the spaces after it, as a shell's ctrl-w. */
export function withoutLastWord(text: string): string {
  return text.replace(/\S*\s*$/, '');
}
