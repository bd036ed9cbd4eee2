/** The text of a whole manifest as it may be shown, line by line: as `shownLines`, each document by what is in it. */
import { readManifestText } from './manifest-reader.ts';
import { shownLines } from './shown-lines.ts';

/** As many lines, with the line breaks that there are. */
export function shownText(text: string): string {
  const { documents } = readManifestText(text, '');
  const shown: string[] = [];
  let at = 0;
  for (const { span, holdsSecret } of documents) {
    shown.push(linesOf(text.slice(at, span.start), false), linesOf(text.slice(span.start, span.end), holdsSecret));
    at = span.end;
  }
  return shown.join('') + linesOf(text.slice(at), false);
}

function linesOf(part: string, ofSecret: boolean): string {
  const lines = part.split('\n');
  const ends = lines.map((line) => (line.endsWith('\r') ? '\r' : ''));
  return shownLines(
    lines.map((line, index) => line.slice(0, line.length - (ends[index] ?? '').length)),
    ofSecret,
  )
    .map((line, index) => line + (ends[index] ?? ''))
    .join('\n');
}
