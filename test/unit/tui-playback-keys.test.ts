/** Which keys play a recording, and which belong to what is open over it. */
import { expect, test } from 'vitest';
import type { PlaybackCommand } from '../../src/service/playback.ts';
import { frame } from '../../src/tui/frame.ts';
import { keyPlaces } from '../../src/tui/key-list.ts';
import type { Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import { after, now, pods, shop, started, typed, upserts } from './tui-story.ts';

const playback = { at: now, start: now - 60_000, end: now + 60_000, speed: 1, playing: true, index: 1, changes: 9 };

function recorded(): Model {
  const model = started();
  return after({ ...model, playback }, { type: 'resize', columns: 120, rows: 40 }, pods(model, upserts(shop)));
}

function log(): Model {
  const model = after(recorded(), ...typed('enter', 'l'));
  const { pod } = model;
  if (pod?.text === undefined) throw new Error('no log is open');
  const value = Array.from({ length: 200 }, (_, at) => `line ${at}`).join('\n');
  const { of } = pod.text;
  return after(model, { type: 'text', key: pod.key, of, text: { state: 'read', value: { text: value, hidden: [] } } }, ...typed('home'));
}

function played(model: Model, name: string): readonly PlaybackCommand[] {
  const [message] = typed(name);
  if (message === undefined) throw new Error(`no key ${name}`);
  return update(model, message)[1].flatMap((effect) => (effect.type === 'playback' ? [effect.command] : []));
}

const own = [' ', 'left', 'right'];
const free = [',', '.', '-', '+', '0'];

test.each([...own, ...free])('in the table, on a heading and in a Pod "%s" is for the recording', (key) => {
  const grouped = after(recorded(), ...typed('g', 'home'));
  expect(grouped.lines[grouped.cursor]).toHaveProperty('folded');
  for (const model of [recorded(), grouped, after(recorded(), ...typed('enter'))]) {
    const [message] = typed(key);
    if (message === undefined) throw new Error(`no key ${key}`);
    expect(played(model, key)).toHaveLength(1);
    expect(update(model, message)[0]).toBe(model);
  }
});

test('a log keeps space, left and right, and its digits', () => {
  for (const key of own) expect(played(log(), key)).toEqual([]);
  expect(after(log(), ...typed(' ')).pod?.text?.window.line).toBeGreaterThan(10);
  expect(played(log(), '1')).toEqual([]);
  for (const key of free) expect(played(log(), key)).toHaveLength(1);
});

test('YAML shifts to the side where its lines are not wrapped', () => {
  const model = after(recorded(), ...typed('enter', 'y'));
  for (const key of own) expect(played(model, key)).toEqual([]);
});

test('what is written anywhere is text', () => {
  for (const key of [' ', '.', '0']) {
    expect(played(after(recorded(), ...typed('/')), key)).toEqual([]);
    expect(played(after(log(), ...typed('/')), key)).toEqual([]);
    expect(played(after(recorded(), ...typed('n')), key)).toEqual([]);
  }
});

test('the line of the recording names the keys that work where one is, and the list of keys says the rule', () => {
  expect(frame(recorded())[0]).toContain('space ←→ ,. -+ 0');
  expect(frame(log())[0]).toContain(',. -+ 0');
  expect(frame(log())[0]).not.toContain('space');
  expect(
    keyPlaces
      .at(-1)
      ?.keys.slice(0, 2)
      .map(([key]) => key),
  ).toEqual(['space', 'left right']);
});
