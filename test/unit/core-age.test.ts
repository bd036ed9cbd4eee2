/** Durations as kubectl prints them, at each place where the units change. */
import { expect, test } from 'vitest';
import { ageText, humanDuration } from '../../src/core/age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-2 * second, '<invalid>'],
  [-1 * second, '0s'],
  [999, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + 14 * second, '2m14s'],
  [9 * minute + 59 * second, '9m59s'],
  [10 * minute + 59 * second, '10m'],
  [179 * minute, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 5 * minute, '3h5m'],
  [8 * hour + 59 * minute, '8h'],
  [47 * hour, '47h'],
  [48 * hour, '2d'],
  [5 * day + 2 * hour, '5d2h'],
  [8 * day + 23 * hour, '8d'],
  [729 * day, '729d'],
  [730 * day, '2y'],
  [760 * day, '2y30d'],
  [8 * 365 * day + 30 * day, '8y'],
])('%d ms reads %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test('an unknown time has no age', () => {
  expect(ageText(undefined, 0)).toBe('<unknown>');
  expect(ageText(1000, 61_000)).toBe('60s');
});
