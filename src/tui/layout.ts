/** How the lines of the screen are dealt out. A small terminal gives up what is least needed first, down to a single row. */
import type { Terminal } from './model.ts';

export interface TableLayout {
  readonly header: boolean;
  readonly titles: boolean;
  readonly rule: boolean;
  /** Lines for the selected Pod's cause: two where there is room, as a cause that is cut off explains nothing. */
  readonly cause: 0 | 1 | 2;
  readonly keys: boolean;
  /** Lines left for Pods. */
  readonly height: number;
}

type Size = Pick<Terminal, 'columns' | 'rows'>;

export function tableLayout({ columns, rows }: Size): TableLayout {
  const parts = { header: rows >= 3, titles: rows >= 7, rule: rows >= 12, keys: rows >= 4 };
  const cause = rows >= (columns < 110 ? 18 : 30) ? 2 : rows >= 5 ? 1 : 0;
  const used = cause + Object.values(parts).filter(Boolean).length;
  return { ...parts, cause, height: Math.max(1, rows - used) };
}

/** Lines for Pods in the table. */
export function tableHeight(terminal: Size): number {
  return tableLayout(terminal).height;
}

/** Cells and lines for a text over the Pod pane: beside a sign in the margin of each line, between a title and the keys. */
export function textSize(terminal: Size): { readonly width: number; readonly height: number } {
  return { width: Math.max(1, terminal.columns - 2), height: paneHeight(terminal) };
}

/** Lines for the content of the Pod pane: the screen without the Pod's own line and the keys. */
export function paneHeight({ rows }: Pick<Terminal, 'rows'>): number {
  return Math.max(1, rows >= 4 ? rows - 2 : rows);
}
