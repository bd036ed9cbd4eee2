/**
 * The one place where text from a cluster is made fit for a terminal. A Pod's name is harmless, but messages, logs, labels and annotations are
 * written by anybody who may create a Pod: an escape sequence in them could move the cursor, rewrite what was printed, set the window's title
 * or answer back as if it were typed. Everything that draws such text goes through here.
 */

// Control characters of C0 (0-1f), DEL and C1 (80-9f: one-character forms of the escape sequences); the line and paragraph separators; everything that
// is drawn as nothing: the marks that turn the reading direction, with which text can be made to read as something else, zero-width joiners and spaces,
// variation selectors, tags, the byte order mark (terminals disagree on how wide they make what they join); halves of a surrogate pair.
const suspicious = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\p{Default_Ignorable_Code_Point}\p{Surrogate}]/u;
const suspiciousAll = new RegExp(suspicious, 'gu');

// No script puts more marks on one letter; a heap of them takes no width and would never be cut.
const heapedMarks = /(\p{Mark}{8})\p{Mark}+/gu;

// ECMA-48: control strings (OSC, DCS, SOS, PM, APC) up to their terminator, control sequences, then the short escapes. An unfinished control string
// loses only its introducer, so that it cannot swallow the rest of the text.
const escapeSequences = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/g;

/**
 * The text on one line and without anything a terminal would obey: escape sequences and control characters are removed, line breaks and tabs
 * become spaces. Text that needs nothing is returned as it is.
 */
export function plainText(text: string): string {
  if (isAscii(text)) return text;
  if (!suspicious.test(text)) return text.replace(heapedMarks, '$1');
  return text
    .replace(escapeSequences, '')
    .replace(/\r\n|[\n\r\t\v\f\x85\u2028\u2029]/g, ' ')
    .replace(suspiciousAll, harmless)
    .replace(heapedMarks, '$1');
}

/** As `plainText`, but line breaks and tabs stay: for text of several lines that is shown as such. */
export function plainLines(text: string): string {
  if (!suspicious.test(text)) return text.replace(heapedMarks, '$1');
  return text
    .replace(escapeSequences, '')
    .replace(/\r\n?/g, '\n')
    .replace(suspiciousAll, (control) => (control === '\n' || control === '\t' ? control : harmless(control)))
    .replace(heapedMarks, '$1');
}

/** Half a surrogate pair leaves a program as the replacement character, so that is what is counted on. */
function harmless(character: string): string {
  return character >= '\ud800' && character <= '\udfff' ? '\ufffd' : '';
}

/** Whether all of the text is printable ASCII, as nearly every text is: each character is one cell then. */
export function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}
