/** A stretch of time on a line of cells, from a Pod's creation to the end of its start-up. */
import { humanDuration } from '../core/age.ts';

export interface TimeAxis {
  readonly cells: number;
  /** The scale, as wide as the axis. */
  readonly ticks: string;
  /** The axis with one sign at a time, or empty. */
  mark(at: number | undefined, sign: string): string;
  /** The axis with a bar from one time to another, or to its end. At least one cell, so that a short step is seen. */
  bar(from: number, to: number | undefined, sign: string): string;
}

const niceSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 31_536_000];

/** Undefined where there are no times, or too few cells to show anything. */
export function axisOf(times: { readonly start: number | undefined; readonly end: number | undefined } | undefined, cells: number): TimeAxis | undefined {
  const { start, end } = times ?? {};
  if (start === undefined || end === undefined || cells < 16) return undefined;
  const span = Math.max(1000, end - start);
  const cell = (at: number): number => Math.max(0, Math.min(cells - 1, Math.floor(((at - start) / span) * cells)));
  return {
    cells,
    ticks: ticksOf(span, cells),
    mark: (at, sign) => (at === undefined || sign === '' ? ' '.repeat(cells) : ' '.repeat(cell(at)) + sign + ' '.repeat(cells - cell(at) - 1)),
    bar: (from, to, sign) => {
      const first = cell(from);
      const last = to === undefined ? cells - 1 : Math.max(first, cell(to - 1));
      return ' '.repeat(first) + sign.repeat(last - first + 1) + ' '.repeat(cells - last - 1);
    },
  };
}

/** The round times of a scale for so many milliseconds, no two of them nearer than `widest` of `cells`. */
export function roundTimes(span: number, cells: number, widest = 9): readonly number[] {
  const step = 1000 * (niceSeconds.find((seconds) => (seconds * 1000 * cells) / span >= widest) ?? Math.ceil(span / 1000));
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

/** Round times, as many as have room: `0s        30s       60s`. */
function ticksOf(span: number, cells: number): string {
  let line = '';
  for (const at of roundTimes(span, cells)) {
    const place = Math.floor((at / span) * cells);
    const label = humanDuration(at);
    if (place + label.length > cells || place < line.length) continue;
    line = line.padEnd(place) + label;
  }
  return line.padEnd(cells);
}
