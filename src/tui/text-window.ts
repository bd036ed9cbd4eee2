/**
 * A long text seen through a window of the terminal: where one is in it and what a search finds. Only the lines that are passed or shown are laid out, so
 * that neither many lines nor long ones make a step slow.
 */
import { isAscii, plainLines } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { head } from '../report/text-wrap.ts';

export interface TextWindow {
  /** The line at the top, and which of its rows, where lines are wrapped. */
  readonly line: number;
  readonly row: number;
  readonly wrap: boolean;
  /** Cells scrolled to the right, where lines are not wrapped. */
  readonly left: number;
  /** What was searched last; empty for nothing. */
  readonly search: string;
  /** What is being typed to search for. */
  readonly typing: string | undefined;
  /** The line that the search is at. */
  readonly match: number | undefined;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface WindowRow {
  readonly line: number;
  readonly text: string;
}

export const newWindow: TextWindow = { line: 0, row: 0, wrap: true, left: 0, search: '', typing: undefined, match: undefined };

/** Characters of a line that are shown: nobody reads beyond, and a line may have a million. */
const maxLineLength = 10_000;
const tabWidth = 8;

/** Text from a cluster as lines fit to be drawn. */
export function textLines(text: string): readonly string[] {
  const lines = plainLines(text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => {
    const shown = line.length <= maxLineLength ? line : line.slice(0, maxLineLength).replace(/[\ud800-\udbff]$/, '');
    const wide = shown.includes('\t') ? withoutTabs(shown) : shown;
    return shown === line ? wide : `${wide} … ${line.length - shown.length} more characters`;
  });
}

function withoutTabs(line: string): string {
  return line.split('\t').reduce((before, part) => before + ' '.repeat(tabWidth - (textWidth(before) % tabWidth)) + part);
}

/** A line as the rows it takes; one where it is empty. */
function rowsOf(line: string, { width }: Size): readonly string[] {
  const cells = Math.max(2, width);
  if (isAscii(line))
    return line.length <= cells ? [line] : Array.from({ length: Math.ceil(line.length / cells) }, (_, at) => line.slice(at * cells, (at + 1) * cells));
  const rows: string[] = [];
  let rest = line;
  while (rest !== '') {
    const row = head(rest, cells) || String.fromCodePoint(rest.codePointAt(0) ?? 0);
    rows.push(row);
    rest = rest.slice(row.length);
  }
  return rows.length === 0 ? [''] : rows;
}

function rowCount(lines: readonly string[], line: number, window: TextWindow, size: Size): number {
  return window.wrap ? rowsOf(lines[line] ?? '', size).length : 1;
}

/** The rows that are seen, at most as many as the window is high. */
export function visibleRows(lines: readonly string[], window: TextWindow, size: Size): readonly WindowRow[] {
  const rows: WindowRow[] = [];
  for (let line = window.line; line < lines.length && rows.length < size.height; line++) {
    const text = lines[line] ?? '';
    if (window.wrap) {
      for (const row of rowsOf(text, size).slice(line === window.line ? window.row : 0)) rows.push({ line, text: row });
    } else {
      rows.push({ line, text: head(text.slice(head(text, window.left).length), size.width) });
    }
  }
  return rows.slice(0, size.height);
}

/** The window moved by rows, or to an end (infinite), and never beyond either. */
export function moved(lines: readonly string[], window: TextWindow, by: number, size: Size): TextWindow {
  if (by === Number.NEGATIVE_INFINITY) return { ...window, line: 0, row: 0 };
  const last = lastPlace(lines, window, size);
  if (by === Number.POSITIVE_INFINITY) return { ...window, ...last };
  let line = Math.min(window.line, Math.max(0, lines.length - 1));
  let row = Math.min(window.row, rowCount(lines, line, window, size) - 1);
  for (let left = Math.abs(by); left > 0; left--) {
    if (by > 0) {
      if (line > last.line || (line === last.line && row >= last.row)) break;
      row++;
      if (row >= rowCount(lines, line, window, size)) {
        line++;
        row = 0;
      }
    } else if (row > 0) {
      row--;
    } else if (line > 0) {
      line--;
      row = rowCount(lines, line, window, size) - 1;
    } else break;
  }
  return line > last.line || (line === last.line && row > last.row) ? { ...window, ...last } : { ...window, line, row };
}

/** Where the window stands when the last row is at its foot. */
function lastPlace(lines: readonly string[], window: TextWindow, size: Size): { readonly line: number; readonly row: number } {
  let missing = size.height;
  for (let line = lines.length - 1; line >= 0; line--) {
    const rows = rowCount(lines, line, window, size);
    if (rows >= missing) return { line, row: rows - missing };
    missing -= rows;
  }
  return { line: 0, row: 0 };
}

/** Lines wrapped or not: the same line stays at the top. */
export function wrapChanged(lines: readonly string[], window: TextWindow, size: Size): TextWindow {
  return moved(lines, { ...window, wrap: !window.wrap, row: 0, left: 0 }, 0, size);
}

/** The window moved to the side, where lines are not wrapped. */
export function shifted(window: TextWindow, by: number): TextWindow {
  return { ...window, left: Math.max(0, Math.min(window.left + by, maxLineLength)) };
}

/** Case counts only where a capital is searched for. */
function finder(search: string): (line: string) => number {
  if (search !== search.toLowerCase()) return (line) => line.indexOf(search);
  return (line) => line.toLowerCase().indexOf(search);
}

/** Where in a text what is searched for stands. */
export function foundIn(text: string, search: string): readonly [from: number, to: number] | undefined {
  const from = search === '' ? -1 : finder(search)(text);
  return from < 0 ? undefined : [from, from + search.length];
}

/** The lines that hold a text. */
export function keptLines(lines: readonly string[], filter: string): readonly string[] {
  if (filter === '') return lines;
  const find = finder(filter);
  return lines.filter((line) => find(line) >= 0);
}

/** Whether the last row is seen. */
export function atEnd(lines: readonly string[], window: TextWindow, size: Size): boolean {
  const last = lastPlace(lines, window, size);
  return window.line > last.line || (window.line === last.line && window.row >= last.row);
}

/** The lines that have what is searched for, in order. */
export function matchingLines(lines: readonly string[], search: string): readonly number[] {
  if (search === '') return [];
  const find = finder(search);
  return lines.flatMap((line, at) => (find(line) < 0 ? [] : [at]));
}

/**
 * Goes to the next line that has what is searched for, or the one before, around the ends; the first time, from the top of the window on. The match is
 * undefined where there is none.
 */
export function searched(lines: readonly string[], window: TextWindow, search: string, back: boolean, size: Size): TextWindow {
  const matches = matchingLines(lines, search);
  const from = search === window.search ? window.match : undefined;
  const ahead = from === undefined ? matches.find((at) => at >= window.line) : matches.find((at) => at > from);
  const behind = matches.findLast((at) => at < (from ?? window.line));
  const match = back ? (behind ?? matches.at(-1)) : (ahead ?? matches[0]);
  const next = { ...window, search, typing: undefined, match };
  return match === undefined ? next : shownMatch(lines, next, match, size);
}

/** Moves the window where the match is out of it. */
function shownMatch(lines: readonly string[], window: TextWindow, match: number, size: Size): TextWindow {
  const line = lines[match] ?? '';
  const before = line.slice(0, Math.max(0, finder(window.search)(line)));
  const found = textWidth(before);
  const aside =
    window.wrap || (found >= window.left && found + window.search.length <= window.left + size.width)
      ? window.left
      : Math.max(0, found - Math.floor(size.width / 2));
  const row = window.wrap ? rowHolding(rowsOf(line, size), before.length) : 0;
  const seen = visibleRows(lines, window, size);
  const firstRow = match === window.line ? window.row : 0;
  const at = seen.findIndex((each) => each.line === match);
  const visible = at >= 0 && row >= firstRow && at + row - firstRow < seen.length;
  return moved(lines, visible ? { ...window, left: aside } : { ...window, left: aside, line: match, row }, 0, size);
}

function rowHolding(rows: readonly string[], offset: number): number {
  let passed = 0;
  const at = rows.findIndex((row) => {
    passed += row.length;
    return passed > offset;
  });
  return Math.max(0, at);
}
