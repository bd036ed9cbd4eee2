/**
 * Rows of cells as aligned lines, spaced as kubectl spaces them: three spaces between columns, a column at least six wide with its spacing, and
 * nothing after the last cell. Widths are terminal cells, so that wide characters line up, which kubectl's do not.
 */

import { isAscii } from './terminal-text.ts';

/** How many cells of the terminal a text takes. */
export type TextWidth = (text: string) => number;

/**
 * The measure for these rows. Where all is plain ASCII, which nearly everything in a cluster is, it is the length, and the library that knows better,
 * which takes as long to load as the rest of the program, is not loaded.
 */
export async function measureFor(rows: Iterable<readonly string[]>): Promise<TextWidth> {
  for (const row of rows) if (!row.every(isAscii)) return (await import('./text-width.ts')).textWidth;
  return (text) => text.length;
}

const gap = 3;
const narrowest = 6;

/** The width of each column with the space after it; never narrower than `before`, so that the lines of a watch stay aligned. */
export function columnWidths(rows: Iterable<readonly string[]>, width: TextWidth, before: readonly number[] = []): readonly number[] {
  const widths = [...before];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const wanted = Math.max(narrowest, width(cell) + gap);
      if (wanted > (widths[column] ?? 0)) widths[column] = wanted;
    }
  }
  return widths;
}

/** One line with its line break. */
export function tableLine(row: readonly string[], width: TextWidth, widths: readonly number[]): string {
  const last = row.length - 1;
  return `${row.map((cell, column) => (column === last ? cell : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))).join('')}\n`;
}

/** All rows as text; empty for no rows. */
export function tableText(rows: readonly (readonly string[])[], width: TextWidth): string {
  const widths = columnWidths(rows, width);
  return rows.map((row) => tableLine(row, width, widths)).join('');
}
