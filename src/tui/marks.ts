/** Which Pods are marked, to be acted on together. A Pod that is gone is no longer marked; what the filter or a fold hides still is. */
import type { Model } from './model.ts';
import type { Row } from './pod-row.ts';
import { isGroup } from './row-groups.ts';
import { moved } from './selection.ts';

/** Marks the selected Pod, or takes its mark away, and goes on to the next line; on a heading all of its Pods. Rows of the preview cannot be marked yet. */
export function markToggled(model: Model): Model {
  const line = model.lines[model.cursor];
  const rows = (line === undefined ? [] : isGroup(line) ? line.rows : [line]).filter(({ facts }) => facts !== undefined);
  if (rows.length === 0) return model;
  const marked = new Set(model.marked);
  const all = rows.every(({ key }) => marked.has(key));
  for (const { key } of rows) {
    if (all) marked.delete(key);
    else marked.add(key);
  }
  return moved({ ...model, marked }, model.cursor + 1);
}

/** After a change of Pods, by key: undefined for those that are gone. */
export function marksKept(marked: Model['marked'], changed: ReadonlyMap<string, Row | undefined>): Model['marked'] {
  const gone = [...marked].filter((key) => changed.has(key) && changed.get(key) === undefined);
  return gone.length === 0 ? marked : new Set([...marked].filter((key) => !gone.includes(key)));
}

/** In the order of the table. */
export function markedRows({ marked, sorted }: Model): readonly Row[] {
  return marked.size === 0 ? [] : sorted.filter(({ key }) => marked.has(key));
}
