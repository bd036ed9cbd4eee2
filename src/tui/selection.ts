/** Which lines the table shows, which of them is selected, and which part of them is on screen. */
import { tableHeight } from './layout.ts';
import type { Model } from './model.ts';
import { filterRows } from './row-filter.ts';
import { groupKey, tableLinesOf } from './row-groups.ts';

/** The lines of the rows that the filter keeps, with the selection where its Pod has gone. */
export function arranged(model: Model): Model {
  const { text, faults } = model.filter;
  const among = faults ? model.sorted.filter((row) => row.health !== 'ready' && row.health !== 'done') : model.sorted;
  const { rows, loose } = filterRows(among, text);
  return selectionKept({ ...model, shown: rows, loose, lines: tableLinesOf(rows, model.grouping, model.folds) });
}

/** Follows the selected line. A Pod that is folded away leaves its heading selected; where one has left the table, the neighbour that moved up. */
export function selectionKept(model: Model): Model {
  if (model.selected === undefined) return withinView({ ...model, cursor: 0, top: 0 });
  const at = model.lines.findIndex((line) => line.key === model.selected);
  if (at >= 0) return withinView({ ...model, cursor: at });
  const heading = headingOf(model, model.selected);
  return heading >= 0 ? moved(model, heading) : moved(model, model.cursor);
}

/** Where the heading of a row is among the lines; below 0 where there is none. */
export function headingOf({ grouping, rows, lines }: Model, key: string): number {
  const row = rows.get(key);
  if (grouping === 'none' || row === undefined) return -1;
  const heading = groupKey(row, grouping);
  return lines.findIndex((line) => line.key === heading);
}

/** Moves the window by as little as shows the selected line, and never past the end. */
export function withinView(model: Model): Model {
  const height = tableHeight(model.terminal);
  const lowest = Math.max(0, model.lines.length - height);
  const top = Math.min(Math.max(model.top, model.cursor - height + 1), model.cursor, lowest);
  return top === model.top ? model : { ...model, top: Math.max(0, top) };
}

export function moved(model: Model, to: number): Model {
  const cursor = clamp(to, model.lines.length - 1);
  return withinView({ ...model, cursor, selected: model.lines[cursor]?.key });
}

export function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, last));
}
