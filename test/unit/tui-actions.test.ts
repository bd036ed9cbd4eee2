/** Acting on Pods from the dashboard: on what, whether one may, the question, and what the answer does. */
import { describe, expect, test } from 'vitest';
import { frame } from '../../src/tui/frame.ts';
import type { Effect, Message, Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import { after, checkout, cluster, ledger, now, pod, pods, started, tableRow, typed, upserts } from './tui-story.ts';

const naked = pod({ name: 'naked' });
const table = (facts = [checkout, ledger, naked]): Model => {
  const model = started({ columns: 120, rows: 40 });
  return after(model, pods(model, upserts(facts)));
};
const press = (model: Model, key: string): readonly [Model, readonly Effect[]] => update(model, typed(key)[0] as Message);
const may = (missing?: string, namespace = 'shop'): Message => ({ type: 'right', action: 'delete', namespace, missing });
const on = (model: Model, name: string): Model =>
  after(model, ...typed('home', ...Array.from({ length: model.shown.findIndex((row) => row.name === name) }, () => 'down')));
const identity = ({ name, uid }: { name: string; uid: string }) => ({ cluster, namespace: 'shop', name, uid });
const last = (model: Model): string => frame(model).slice(-3).join('\n');

test('x asks whether the person may, then the person, then deletes that Pod', () => {
  const [asked, effects] = press(on(table(), ledger.name), 'x');
  expect(effects).toEqual([{ type: 'ask-right', action: 'delete', namespace: 'shop' }]);
  const allowed = after(asked, may());
  expect(last(allowed)).toContain('Delete shop/ledger-0? sts/ledger will make another in its place.');
  expect(last(allowed)).toContain('y delete  esc keep');
  const [done, acts] = press(allowed, 'y');
  expect(acts).toEqual([{ type: 'act', action: 'delete', pods: [identity(ledger)] }]);
  expect(last(done)).toContain('Deleting ledger-0');
  expect(last(after(done, { type: 'notice', text: 'One Pod is being deleted.' }))).toContain('One Pod is being deleted.');
});

test.each(['n', 'escape', 'enter', 'x', 'down', 'q'])('%s is no yes: nothing is deleted, and nothing else happens', (key) => {
  const asked = after(press(on(table(), ledger.name), 'x')[0], may());
  const [model, effects] = press(asked, key);
  expect(effects).toEqual([]);
  expect(model.question).toBeUndefined();
  expect(last(model)).toContain('Nothing was deleted.');
  expect(model.cursor).toBe(asked.cursor);
});

test('Ctrl-C quits even where something is asked', () => {
  const asked = after(press(table(), 'x')[0], may());
  expect(press(asked, 'ctrl-c')[1]).toEqual([{ type: 'quit', exitCode: 130 }]);
});

test('the marked Pods are deleted together, wherever the selection is, and are no longer marked', () => {
  const marked = after(table(), ...typed(' ', ' ', ' '));
  const asked = after(press(marked, 'x')[0], may());
  expect(asked.question).toMatch(/^Delete shop\/\S+ and 2 more\? .+ will make others in their place\. Nothing will make naked anew\.$/);
  const [model, effects] = press(asked, 'y');
  expect(effects[0]).toMatchObject({ type: 'act', pods: expect.arrayContaining([identity(checkout), identity(ledger), identity(naked)]) });
  expect(model.marked.size).toBe(0);
});

test('the open Pod is what is acted on, and the question stands over its pane', () => {
  const opened = after(on(table(), naked.name), ...typed('enter'));
  const asked = after(press(opened, 'x')[0], may());
  expect(last(asked)).toContain('Delete shop/naked? Nothing will make it anew.');
  expect(press(asked, 'y')[1]).toEqual([{ type: 'act', action: 'delete', pods: [identity(naked)] }]);
});

describe('what may not be done', () => {
  const refused = 'it takes the right to delete pods in shop, which you do not have';

  test('is said with the right that is missing, and no question is asked', () => {
    const model = after(press(table(), 'x')[0], may(refused));
    expect(model.question).toBeUndefined();
    expect(last(model)).toContain(`This cannot be done: ${refused}.`);
    const opened = after(on(table(), naked.name), ...typed('enter', 'x'), may(refused));
    expect(last(opened)).toContain(`This cannot be done: ${refused}.`);
  });

  test('is known for a minute, and then asked again', () => {
    const model = after(press(table(), 'x')[0], may(refused));
    expect(press(model, 'x')[1]).toEqual([]);
    const later = after(model, { type: 'clock', now: now + 61_000 });
    expect(press(later, 'x')[1]).toEqual([{ type: 'ask-right', action: 'delete', namespace: 'shop' }]);
  });

  test('an answer that comes after the person went on asks nothing', () => {
    const model = after(press(table(), 'x')[0], ...typed('down'), may());
    expect(model.question).toBeUndefined();
  });

  test('nothing is done to a recording, to a row that has not been read, or to no row', () => {
    const recorded = { ...table(), playback: { index: 0 } } as unknown as Model;
    expect(press(recorded, 'x')[0].notice).toContain('recording');
    const model = started({ columns: 120, rows: 40 });
    const previewed = after(model, pods(model, { ...upserts([]), preview: [tableRow('early')], synced: false }));
    expect(press(previewed, 'x')[0].notice).toBe('early has not been read yet.');
    expect(press(started(), 'x')[0].notice).toContain('Select a Pod first');
  });
});
