/** A Pod's start-up on a line of cells: from its creation to its end, to the moment it became Ready, or to now. */
import { humanDuration } from '../core/age.ts';
import type { PodFacts } from '../core/pod-facts.ts';

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

/** Undefined for a Pod whose creation time is not known. */
export function axisOf(facts: PodFacts, now: number, cells: number): TimeAxis | undefined {
  const start = facts.createdAt;
  if (start === undefined || cells < 16) return undefined;
  const span = Math.max(1000, endOf(facts, now) - start);
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

/** A Pod that is well is past its start-up; one that has ended, past everything; for any other the clock runs. */
function endOf(facts: PodFacts, now: number): number {
  const ready = facts.conditions.find((condition) => condition.type === 'Ready');
  const started = Math.max(0, ...facts.containers.map((container) => container.running?.startedAt ?? container.terminated?.startedAt ?? 0));
  if (ready?.status === 'True' && ready.since !== undefined) return Math.max(ready.since, started);
  const finished = facts.containers.map((container) => container.terminated?.finishedAt);
  if ((facts.phase === 'Succeeded' || facts.phase === 'Failed') && finished.some((at) => at !== undefined)) {
    return Math.max(...finished.map((at) => at ?? 0));
  }
  return now;
}

/** Round times, as many as have room: `0s        30s       60s`. */
function ticksOf(span: number, cells: number): string {
  const step = 1000 * (niceSeconds.find((seconds) => (seconds * 1000 * cells) / span >= 9) ?? Math.ceil(span / 1000));
  let line = '';
  for (let at = 0; at <= span; at += step) {
    const place = Math.floor((at / span) * cells);
    const label = humanDuration(at);
    if (place + label.length > cells || place < line.length) continue;
    line = line.padEnd(place) + label;
  }
  return line.padEnd(cells);
}
