/** Pods that are marked in the table, to be acted on together. */
import { expect, test } from 'vitest';
import { frame } from '../../src/tui/frame.ts';
import { markedRows } from '../../src/tui/marks.ts';
import type { Model } from '../../src/tui/model.ts';
import { after, checkout, deletes, ledger, pods, shop, started, tableRow, typed, upserts, webs } from './tui-story.ts';

const open = (facts: Parameters<typeof upserts>[0] = shop): Model => {
  const model = started({ columns: 120, rows: 40 });
  return after(model, pods(model, upserts(facts)));
};
const names = (model: Model): readonly string[] => markedRows(model).map(({ name }) => name);
const line = (model: Model, name: string): string => frame(model).find((text) => text.includes(name)) ?? '';

test('space marks a Pod and goes on to the next; on a marked one it takes the mark away', () => {
  const [first, second] = open().shown;
  const both = after(open(), ...typed(' ', ' '));
  expect(names(both)).toEqual([first?.name, second?.name]);
  expect(both.cursor).toBe(2);
  expect(line(both, second?.name ?? '')).toMatch(/^ .\+/u);
  expect(line(both, both.shown[2]?.name ?? '')).not.toContain('+');
  expect(frame(both).at(-1)).toContain('2 marked  esc unmark');
  expect(names(after(both, ...typed('up', ' ')))).toEqual([first?.name]);
});

test('on a heading it marks all of its Pods, folded or not, and then none', () => {
  const grouped = after(open(webs(5)), ...typed('g', 'home'));
  expect(names(after(grouped, ...typed(' ')))).toHaveLength(5);
  expect(names(after(grouped, ...typed('enter', ' ')))).toHaveLength(5);
  expect(names(after(grouped, ...typed(' ', 'home', ' ')))).toEqual([]);
});

test('marks outlive the filter and the order, and end with their Pod, with esc and with the scope', () => {
  const marked = after(open([checkout, ledger]), ...typed(' ', ' '));
  expect(names(after(marked, ...typed('/', 'l', 'e', 'd', 'enter', 's')))).toHaveLength(2);
  expect(names(after(marked, pods(marked, deletes([ledger]))))).toEqual([checkout.name]);
  const unmarked = after(marked, ...typed('f', 'escape'));
  expect(names(unmarked)).toEqual([]);
  expect(unmarked.filter.faults).toBe(true);
  expect(after(unmarked, ...typed('escape')).filter.faults).toBe(false);
  const scoped = after({ ...marked, home: { namespaces: ['shop'] } }, ...typed('a'));
  expect(scoped.marked.size).toBe(0);
});

test('a row of the preview is not marked, as nobody knows yet which Pod it is', () => {
  const model = started({ columns: 120, rows: 40 });
  const previewed = after(model, pods(model, { ...upserts([]), preview: [tableRow('early')], synced: false }));
  expect(after(previewed, ...typed(' ')).marked.size).toBe(0);
});
