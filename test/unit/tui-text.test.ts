/** Text in cells, keys from bytes, and the time axis: the dashboard's small parts. */
import type { Key as InkKey } from 'ink';
import { describe, expect, test } from 'vitest';
import { podTimeline } from '../../src/core/timeline/pod-timeline.ts';
import { textWidth } from '../../src/report/text-width.ts';
import { cutEnd, wrapWords } from '../../src/report/text-wrap.ts';
import { axisOf } from '../../src/report/time-axis.ts';
import { keysOf } from '../../src/tui/keyboard.ts';
import { cutMiddle, fit } from '../../src/tui/text-fit.ts';
import { cart, now, pod, search } from './tui-story.ts';

describe('fitting', () => {
  test.each([
    ['checkout-7c9f6d4b8-x2x9k', 24, 'checkout-7c9f6d4b8-x2x9k'],
    ['a-very-long-deployment-name-7c9f6d4b8-x2x9k', 24, 'a-very-long-…6d4b8-x2x9k'],
    ['a-very-long-deployment-name-7c9f6d4b8-x2x9k', 12, 'a-ver…-x2x9k'],
    ['name', 3, 'na…'],
  ])('the middle of %s goes, to %d cells', (text, width, expected) => {
    expect(cutMiddle(text, width)).toBe(expected);
    expect(textWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
  });

  test.each(['画像がありません', 'ascii only here', 'e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦'])(
    '%s never takes more cells than given, and is filled up to them',
    (text) => {
      for (let width = 0; width < 20; width++) {
        expect(textWidth(fit(text, width))).toBe(width);
        expect(textWidth(cutEnd(text, width))).toBeLessThanOrEqual(width);
        expect(textWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
      }
    },
  );

  test('lines break between words, and inside one only where it is longer than a line', () => {
    expect(wrapWords('back-off pulling image', 10)).toEqual(['back-off', 'pulling', 'image']);
    expect(wrapWords('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
    expect(wrapWords('', 10)).toEqual(['']);
    for (const line of wrapWords('画像がありません 画像がありません', 7)) expect(textWidth(line)).toBeLessThanOrEqual(7);
  });

  test('no width is too small to end', () => {
    for (const width of [-5, 0, 1]) expect(wrapWords('words that have no room 画像', width).join('').length).toBeGreaterThan(10);
  });
});

describe('keys', () => {
  const none = { ctrl: false, meta: false } as InkKey;

  test('fast typing that arrives at once is several keys', () => {
    expect(keysOf('jj\r', none)).toEqual([{ text: 'j' }, { text: 'j' }, { name: 'enter' }]);
  });

  test('named keys and controls have names; other controls are nothing', () => {
    expect(keysOf('', { ...none, pageDown: true })).toEqual([{ name: 'page-down' }]);
    expect(keysOf('c', { ...none, ctrl: true })).toEqual([{ name: 'ctrl-c' }]);
    expect(keysOf('x', { ...none, ctrl: true })).toEqual([]);
    expect(keysOf('\u0001', none)).toEqual([]);
  });
});

describe('the time axis', () => {
  test('a bar covers its share, and at least one cell', () => {
    const axis = axisOf(podTimeline(search, [], now), 40);
    const created = search.createdAt ?? 0;
    expect(axis?.bar(created, now, '#')).toBe('#'.repeat(40));
    expect(axis?.bar(created, created, '#').trimEnd()).toBe('#');
    expect(axis?.bar(now - 1, undefined, '#').trimStart()).toBe('#');
    expect(axis?.mark(created, '|').trimEnd()).toBe('|');
    for (const text of [axis?.ticks, axis?.bar(created, undefined, '#'), axis?.mark(now, '|')]) expect(text).toHaveLength(40);
  });

  test('times outside it are drawn at its ends', () => {
    const axis = axisOf(podTimeline(cart, [], now), 20);
    expect(axis?.bar(0, now + 1e9, '#')).toBe('#'.repeat(20));
  });

  test('without a creation time there is none', () => {
    expect(axisOf(podTimeline(pod({ name: 'x', metadata: { creationTimestamp: null } }), [], now), 40)).toBeUndefined();
  });
});
