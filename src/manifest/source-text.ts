/** The text of a manifest, in which offsets become lines and columns. Both count from 1, columns in UTF-16 units as SARIF and editors do. */
import type { ManifestPlace } from '../core/check-report.ts';
import type { SourceExcerpt } from '../core/lint-report.ts';

/** A part of the text: from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Of a line that is looked at and shown; a minified file is one line of many thousands. */
const longestLine = 1000;

export class SourceText {
  readonly text: string;
  readonly file: string;
  /** The offset at which each line starts. */
  readonly #starts: readonly number[];

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  place(offset: number): ManifestPlace {
    const at = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: at - (this.#starts[low] ?? 0) + 1 };
  }

  /** Where the line starts; that after the last is the end of the text. */
  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  /** Without its line break, and no more than what a person would look at. Empty for a line that is not there. */
  line(line: number): string {
    const start = this.lineStart(line);
    return this.text.slice(start, Math.min(this.lineStart(line + 1), start + longestLine)).replace(/\r?\n$/, '');
  }

  /** The first column after the span, as far as it is on the span's first line and holds more than blanks; at least one character. */
  endColumn({ start, end }: Span): number {
    const { line, column } = this.place(start);
    const text = this.line(line).slice(0, Math.max(0, end - this.lineStart(line)));
    return Math.max(column + 1, text.trimEnd().length + 1);
  }

  /** The line with up to two before it, which say what it belongs to. */
  excerpt(line: number): SourceExcerpt {
    const firstLine = Math.max(1, line - 2);
    return { firstLine, lines: Array.from({ length: line - firstLine + 1 }, (_, index) => this.line(firstLine + index)) };
  }
}
