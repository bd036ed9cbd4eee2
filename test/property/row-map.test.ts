/** What holds of the rows of the table whatever changes: they are what a plain map would hold, and an earlier state of them stays as it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { previewRow, type Row } from '../../src/tui/pod-row.ts';
import { RowMap } from '../../src/tui/row-map.ts';
import { compareFor, replacedRows } from '../../src/tui/row-order.ts';
import { tableRow } from '../unit/tui-story.ts';

const statuses = ['Running', 'CrashLoopBackOff', 'Pending', 'Completed'];

/** Rows of up to 300 names: more than are kept beside the others at once. */
const row: fc.Arbitrary<Row> = fc
  .record({ at: fc.nat(300), status: fc.constantFrom(...statuses) })
  .map(({ at, status }) => previewRow(tableRow(`web-${at}`, { status })));
const changes = fc
  .array(fc.tuple(row, fc.boolean()), { maxLength: 120 })
  .map((pairs) => new Map(pairs.map(([each, gone]) => [each.key, gone ? undefined : each])));

test('the rows are those of a plain map, and each state stays as it was', () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 12 }), (steps) => {
      const plain = new Map<string, Row>();
      const states: [RowMap, readonly Row[]][] = [];
      let rows = RowMap.empty;
      for (const step of steps) {
        rows = rows.with(step);
        for (const [key, each] of step) {
          if (each === undefined) plain.delete(key);
          else plain.set(key, each);
          expect(rows.get(key)).toBe(each);
          expect(rows.has(key)).toBe(each !== undefined);
        }
        states.push([rows, [...plain.values()]]);
      }
      for (const [state, wanted] of states) {
        expect(state.size).toBe(wanted.length);
        expect(new Set(state.values())).toEqual(new Set(wanted));
      }
    }),
    { numRuns: 100 },
  );
});

test('a change keeps the order that sorting all of them gives', () => {
  const compare = compareFor({ by: 'trouble', reverse: false });
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const before = RowMap.empty.with(first);
      const sorted = [...before.values()].toSorted(compare);
      const after = before.with(second);
      expect(replacedRows(sorted, second, (key) => before.get(key), compare)).toEqual([...after.values()].toSorted(compare));
      expect(sorted).toEqual([...before.values()].toSorted(compare));
    }),
    { numRuns: 200 },
  );
});

test('where no row moves, none is looked at but the changed ones', () => {
  const compare = compareFor({ by: 'name', reverse: false });
  const all = RowMap.of(Array.from({ length: 1000 }, (_, at) => previewRow(tableRow(`web-${String(at).padStart(4, '0')}`))));
  const sorted = [...all.values()].toSorted(compare);
  const again = previewRow(tableRow('web-0500', { status: 'Error' }));
  let compared = 0;
  const counting = (a: Row, b: Row): number => {
    compared++;
    return compare(a, b);
  };
  const rows = replacedRows(sorted, new Map([[again.key, again]]), (key) => all.get(key), counting);
  expect(rows[500]).toBe(again);
  expect(compared).toBeLessThan(20);
});
