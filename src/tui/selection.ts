/** Which rows the table shows, which of them is selected, and which part of them is on screen. */
import { tableHeight } from './layout.ts';
import type { Model } from './model.ts';
import { filterRows } from './row-filter.ts';

/** The rows that the filter keeps, with the selection where its Pod has gone. */
export function arranged(model: Model): Model {
  const { text, faults } = model.filter;
  const among = faults ? model.sorted.filter((row) => row.health !== 'ready' && row.health !== 'done') : model.sorted;
  return selectionKept({ ...model, shown: filterRows(among, text) });
}

/** Follows the selected Pod; where it has left the table, its neighbour that moved up is selected. */
export function selectionKept(model: Model): Model {
  if (model.selected === undefined) return withinView({ ...model, cursor: 0, top: 0 });
  const at = model.shown.findIndex((row) => row.key === model.selected);
  if (at >= 0) return withinView({ ...model, cursor: at });
  const cursor = clamp(model.cursor, model.shown.length - 1);
  return withinView({ ...model, cursor, selected: model.shown[cursor]?.key });
}

/** Moves the window by as little as shows the selected row, and never past the end. */
export function withinView(model: Model): Model {
  const height = tableHeight(model.terminal);
  const lowest = Math.max(0, model.shown.length - height);
  const top = Math.min(Math.max(model.top, model.cursor - height + 1), model.cursor, lowest);
  return top === model.top ? model : { ...model, top: Math.max(0, top) };
}

export function moved(model: Model, to: number): Model {
  const cursor = clamp(to, model.shown.length - 1);
  return withinView({ ...model, cursor, selected: model.shown[cursor]?.key });
}

export function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, last));
}
