/** The start-up of the open Pod: live, with the Events as they come, and back to the Pod. */
import { expect, test } from 'vitest';
import { frame } from '../../src/tui/frame.ts';
import type { Message, Model } from '../../src/tui/model.ts';
import { after, event, now, pods, search, started, typed, upserts } from './tui-story.ts';

const screen = (model: Model): string => frame(model).join('\n');

function opened(...keys: string[]): Model {
  const model = started({ columns: 100, rows: 40 });
  return after(model, pods(model, upserts([search])), ...typed('enter', ...keys));
}

function told(model: Model, ...events: ReturnType<typeof event>[]): Message {
  return { type: 'events', key: model.pod?.key ?? '', batch: { synced: true, problem: undefined, events } };
}

test('t shows it in place of the Pod, and t or esc goes back', () => {
  const model = opened('t');
  expect(screen(model)).toContain('START-UP  not Ready after 2m14s');
  expect(screen(model)).not.toContain('CONDITIONS');
  for (const key of ['t', 'escape', 'backspace']) {
    const back = after(model, ...typed(key));
    expect(screen(back)).toContain('CONDITIONS');
    expect(screen(after(back, ...typed('escape')))).not.toContain('CONDITIONS');
  }
});

test('a step that goes on grows with the clock', () => {
  const model = opened('t');
  expect(screen(model)).toMatch(/init +load-data.*118s/);
  expect(screen(after(model, { type: 'clock', now: now + 60_000 }))).toMatch(/init +load-data.*2m58s/);
});

test('Events are waited for, and tell of a pull', () => {
  const model = opened('t');
  expect(screen(model)).toContain('The Events are being read.');
  const pulled = event('Pulled', 'Successfully pulled image "tool:1" in 9.5s (9.5s including waiting).', 119, { container: 'load-data' });
  const read = after(model, told(model, pulled));
  expect(screen(read)).not.toContain('The Events are being read.');
  expect(screen(read)).toMatch(/pull +load-data.*9\.5s/);
});

test('what it says fits any terminal', () => {
  for (const columns of [20, 40, 80])
    for (const line of frame(after(opened('t'), { type: 'resize', columns, rows: 60 }))) expect(line.length).toBeLessThanOrEqual(columns);
});
