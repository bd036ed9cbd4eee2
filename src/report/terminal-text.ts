/**
 * The one place where text from a cluster is made fit for a terminal. A Pod's name is harmless, but messages, logs, labels and annotations are
 * written by anybody who may create a Pod: an escape sequence in them could move the cursor, rewrite what was printed, set the window's title
 * or answer back as if it were typed. Everything that draws such text goes through here.
 */

// Control characters of C0 (0-1f), DEL and C1 (80-9f: one-character forms of the escape sequences); the line and paragraph separators; the marks
// that turn the reading direction (200e, 200f, 202a-202e, 2066-2069), with which text can be made to read as something else; the byte order mark.
const suspicious = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;
const suspiciousAll = new RegExp(suspicious, 'g');

// ECMA-48: control strings (OSC, DCS, SOS, PM, APC) up to their terminator, control sequences, then the short escapes. An unfinished control string
// loses only its introducer, so that it cannot swallow the rest of the text.
const escapeSequences = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

/**
 * The text on one line and without anything a terminal would obey: escape sequences and control characters are removed, line breaks and tabs
 * become spaces. Text that needs nothing is returned as it is.
 */
export function plainText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(escapeSequences, '')
    .replace(/\r\n|[\n\r\t\v\f\x85\u2028\u2029]/g, ' ')
    .replace(suspiciousAll, '');
}

/** As `plainText`, but line breaks and tabs stay: for text of several lines that is shown as such. */
export function plainLines(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(escapeSequences, '')
    .replace(/\r\n?/g, '\n')
    .replace(suspiciousAll, (control) => (control === '\n' || control === '\t' ? control : ''));
}

/** Whether all of the text is printable ASCII, as nearly every text is: each character is one cell then. */
export function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
