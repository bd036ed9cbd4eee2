/** When the dashboard looks into a Pod, and what it then says of it. */
import { describe, expect, test } from 'vitest';
import { eventFacts } from '../../src/core/event-facts.ts';
import { frame } from '../../src/tui/frame.ts';
import type { Effect, Model } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';
import { ago, allHeld, now, pod, started, pods as told, upserts, waiting } from './tui-story.ts';

const slow = pod({
  name: 'slow',
  age: 120,
  phase: 'Pending',
  containers: [[{ name: 'app' }, waiting('ContainerCreating')]],
  held: { PodScheduled: 120 },
  unmet: [{ type: 'PodReadyToStartContainers', lastTransitionTime: ago(120) }],
});
const other = pod({ name: 'other', age: 110, phase: 'Pending', containers: [[{ name: 'app' }, waiting('ErrImageNeverPull')]], held: { PodScheduled: 110 } });
const well = pod({ name: 'well', held: allHeld(100) });
const mount = eventFacts({
  reason: 'FailedMount',
  message: 'MountVolume.SetUp failed for volume "keys" : secret "no-such-secret" not found',
  firstTimestamp: ago(100),
  lastTimestamp: ago(5),
  involvedObject: { kind: 'Pod', name: 'slow', uid: slow.uid },
});
const cause = 'The volume keys waits for the Secret no-such-secret, which does not exist.';

type Look = Extract<Effect, { type: 'look-into' }>;
const looksOf = (effects: readonly Effect[]): readonly string[] =>
  effects.filter((effect): effect is Look => effect.type === 'look-into').map(({ facts }) => facts.name);

/** The names of the Pods that are asked about, and the model after it all. */
function after(model: Model, ...messages: readonly Parameters<typeof update>[1][]): readonly [Model, readonly string[]] {
  const asked: string[] = [];
  let next = model;
  for (const message of messages) {
    const [changed, effects] = update(next, message);
    next = changed;
    asked.push(...looksOf(effects));
  }
  return [next, asked];
}

const batch = upserts([slow, other, well]);
const shown = (model: Model) => frame(model).join('\n');
const down = { type: 'key', key: { name: 'down' } } as const;
const up = { type: 'key', key: { name: 'up' } } as const;
const clock = (seconds: number) => ({ type: 'clock', now: now + seconds * 1000 }) as const;
const looked = (key: string, seconds = 0) => ({ type: 'looked', key, looked: { at: now + seconds * 1000, context: { events: [mount] } } }) as const;
const keyOf = (model: Model, name: string): string => [...model.rows.values()].find((row) => row.name === name)?.key ?? '';
const empty = started();
const begin = (): Model => after(empty, told(empty, batch))[0];
const at = (model: Model, name: string): Model => ({
  ...model,
  selected: keyOf(model, name),
  cursor: model.lines.findIndex(({ key }) => key === keyOf(model, name)),
});

describe('a look', () => {
  test('is asked for once, again in time, sooner when the Pod has changed', () => {
    const [model, asked] = after(at({ ...begin(), look: undefined }, 'slow'), clock(0), clock(1), clock(14));
    expect(asked).toEqual(['slow']);
    expect(after(model, clock(15))[1]).toEqual(['slow']);
    const changed = { ...slow, resourceVersion: '2' };
    expect(after(model, told(model, upserts([changed]), now + 14_000))[1]).toEqual(['slow']);
    const [early] = after(at({ ...begin(), look: undefined }, 'slow'), clock(0));
    expect(after(early, told(early, upserts([changed]), now + 1000))[1]).toEqual([]);
  });

  test('follows the selection, and not to Pods that are well', () => {
    const model = at({ ...begin(), look: undefined }, 'slow');
    const [moved, asked] = after(model, clock(0), looked(keyOf(model, 'slow')), down, up, down, up);
    // The order of trouble: the other one is doomed, and first.
    expect(asked.filter((name) => name === 'slow')).toHaveLength(1);
    expect(asked).not.toContain('well');
    expect(after(at({ ...moved, look: undefined }, 'well'), clock(1))[1]).toEqual([]);
    expect(after(at({ ...moved, look: undefined }, 'slow'), clock(16))[1]).toEqual(['slow']);
  });

  test('is asked for at every moment of a recording', () => {
    const playback = { at: now, index: 1, start: now - 9000, end: now + 9000, speed: 1, paused: false } as unknown as NonNullable<Model['playback']>;
    const model = { ...at({ ...begin(), look: undefined }, 'slow'), playback };
    const move = (seconds: number) => ({ type: 'playback', playback: { ...playback, at: now + seconds * 1000 } }) as const;
    expect(after(model, move(1), move(2), move(2), move(1))[1]).toEqual(['slow', 'slow', 'slow']);
  });

  test('keeps what it has shown of some Pods', () => {
    const [model] = after(begin(), ...Array.from({ length: 40 }, (_, index) => looked(`pod-${index}`)));
    expect(model.looks.size).toBe(32);
    expect(model.looks.has('pod-39')).toBe(true);
    expect(model.looks.has('pod-0')).toBe(false);
  });
});

describe('what is said', () => {
  test('under the table and in the pane: the cause with all that is known', () => {
    const model = at(begin(), 'slow');
    expect(shown(model)).not.toContain(cause);
    const [seen] = after(model, looked(keyOf(model, 'slow')));
    expect(shown(seen)).toContain(cause);
    const [open] = after(seen, { type: 'key', key: { name: 'enter' } });
    expect(shown(open)).toMatch(/WHY +The volume keys waits for the Secret no-such-secret/);
    // Its Events are followed from then on, and newer.
    const [followed] = after(open, { type: 'events', key: keyOf(model, 'slow'), batch: { events: [], synced: true, problem: undefined } });
    expect(shown(followed)).not.toContain('no-such-secret');
  });

  test('not what a recording that went back does not know yet', () => {
    const model = at(begin(), 'slow');
    const [seen] = after(model, looked(keyOf(model, 'slow'), 10));
    expect(shown(seen)).not.toContain(cause);
    expect(shown(after(seen, clock(10))[0])).toContain(cause);
  });
});
