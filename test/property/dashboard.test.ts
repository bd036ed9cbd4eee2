/** What holds of the dashboard whatever is pressed and whatever comes: a whole screen, nothing wider than it, and counts that add up. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Message, Model } from '../../src/tui/model.ts';
import { isGroup } from '../../src/tui/row-groups.ts';
import { compareFor } from '../../src/tui/row-order.ts';
import { update } from '../../src/tui/update.ts';
import { cluster, deletes, now, pod, pods, shop, started, tableRow, typed, upserts } from '../unit/tui-story.ts';

/** A few of each kind, so that what is pressed has something to meet. */
const few = [...shop.slice(0, 4), ...shop.slice(60), pod({ namespace: '名前', name: '画像-ほげ', node: 'ノード', labels: { app: 'ウェブ' } })];

const letters = Array.from('jkgGsSfznac/q?!= weby1l');
const keys = letters.concat('up', 'down', 'left', 'right', 'page-up', 'page-down', 'home', 'end', 'enter', 'escape', 'backspace', 'tab', 'ctrl-u', 'ctrl-w');

type Event = (model: Model) => Message;

const failure = new PodwrightError('forbidden', 'it is forbidden: 名前 "dev" may not');

const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(...keys).map(
      (key): Event =>
        () =>
          typed(key)[0] as Message,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.subarray(few).map(
      (some): Event =>
        (model) =>
          pods(model, upserts(some)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.subarray(few).map(
      (some): Event =>
        (model) =>
          pods(model, deletes(some)),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Event>((model) => pods(model, upserts([], { preview: [tableRow('web-a'), tableRow('b')], synced: false }))) },
  {
    weight: 1,
    arbitrary: fc.nat(400_000).map(
      (later): Event =>
        () => ({ type: 'clock', now: now + later }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 100 })).map(
      ([columns, rows]): Event =>
        () => ({ type: 'resize', columns, rows }),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Event>((model) => ({ type: 'refused', scope: model.scope, error: failure })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('web', 'a\nb\u001b[2J', '').map(
      (text): Event =>
        () => ({ type: 'paste', text }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('namespace' as const, 'context' as const).map(
      (kind): Event =>
        (model) => ({ type: 'choices', kind, clusters: model.clusters, names: { state: 'read', value: ['shop', '名前'] } }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Event>((model) => ({ type: 'choices', kind: 'namespace', clusters: model.clusters, names: { state: 'failed', error: failure } })),
  },
  { weight: 1, arbitrary: fc.constant<Event>(() => ({ type: 'context-opened', clusters: [cluster], namespace: 'team' })) },
);

function holds(model: Model): void {
  const { rows, columns } = model.terminal;
  const lines = frame(model);
  expect(lines).toHaveLength(rows);
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
  expect(model.sorted.length).toBe(model.rows.size);
  expect(model.sorted).toEqual([...model.rows.values()].toSorted(compareFor(model.order)));
  const pods = model.lines.filter((line) => !isGroup(line));
  const folded = model.lines.filter(isGroup).flatMap((group) => (group.folded ? group.rows : []));
  expect(new Set([...pods, ...folded])).toEqual(new Set(model.shown));
  expect(pods.length + folded.length).toBe(model.shown.length);
  expect(model.cursor).toBe(Math.max(0, Math.min(model.cursor, model.lines.length - 1)));
  if (model.selected !== undefined && model.lines.length > 0) expect(model.lines[model.cursor]?.key).toBe(model.selected);
}

test('any keys and changes, in any order, at any size', () => {
  const sizes = fc.constantFrom([80, 24], [20, 5], [40, 10], [300, 100], [120, 40], [1, 1]);
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.array(events, { maxLength: 40 }), ([columns, rows], unicode, happening) => {
      let model: Model = { ...started({ columns: columns ?? 80, rows: rows ?? 24, unicode }), contexts: true };
      for (const event of happening) {
        [model] = update(model, event(model));
        holds(model);
      }
    }),
    { numRuns: 150 },
  );
});
