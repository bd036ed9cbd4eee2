/**
 * Stands in for `string-width` in the dashboard's bundle: text of nothing but signs that are known to be one cell wide is measured by its length.
 * Nearly every line of a screen is that, and what the package needs for all others, regular expressions over the properties of Unicode, takes longer to
 * make than a screen to draw.
 */
import stringWidth from '../node_modules/string-width/index.js';

/** Printable ASCII and Latin, dashes and dots, arrows, lines, blocks and shapes, and the marks of the dashboard; no emoji, no combining sign. */
const narrow = /^[ -~\u00A1-\u00AC\u00AE-\u02FF\u2010-\u2027\u2190-\u21FF\u2500-\u25FC\u2714\u2716\u23CE]*$/;
const styles = /\u001b\[[0-9;]*m/g;

export default function width(text: string, options?: { readonly ambiguousIsNarrow?: boolean; readonly countAnsiEscapeCodes?: boolean }): number {
  if (options === undefined) {
    const plain = text.includes('\u001b') ? text.replace(styles, '') : text;
    if (narrow.test(plain)) return plain.length;
  }
  return stringWidth(text, options);
}
