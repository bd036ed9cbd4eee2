/** The marks of the dashboard, with an ASCII form of each for locales that are not UTF-8. */
import type { Health } from '../core/pod-health.ts';
import type { Style } from '../report/style.ts';

export interface Signs {
  readonly cursor: string;
  readonly marked: string;
  readonly cut: string;
  readonly rule: string;
  /** Between facts on one line. */
  readonly dot: string;
  readonly arrow: string;
  readonly enter: string;
  readonly live: string;
  readonly stale: string;
  readonly sidecar: string;
  readonly ephemeral: string;
  readonly good: string;
  readonly bad: string;
  readonly pending: string;
  readonly running: string;
  readonly caret: string;
  readonly times: string;
  readonly stepDone: string;
  readonly stepRunning: string;
  readonly stepToCome: string;
  readonly stepFailed: string;
  readonly bar: string;
  readonly more: string;
  /** What the table is sorted by, and the other way round. */
  readonly down: string;
  readonly up: string;
  readonly folded: string;
  readonly unfolded: string;
}

const unicodeSigns: Signs = {
  cursor: '▸',
  marked: '+',
  cut: '…',
  rule: '─',
  dot: '·',
  arrow: '→',
  enter: '⏎',
  live: '●',
  stale: '◌',
  sidecar: '↻',
  ephemeral: '+',
  good: '✔',
  bad: '✖',
  pending: '·',
  running: '╸',
  caret: '▏',
  times: '×',
  stepDone: '━',
  stepRunning: '╸',
  stepToCome: '─',
  stepFailed: '×',
  bar: '▇',
  more: '↓',
  down: '↓',
  up: '↑',
  folded: '▹',
  unfolded: '▾',
};

const asciiSigns: Signs = {
  cursor: '>',
  marked: '+',
  cut: '~',
  rule: '-',
  dot: '|',
  arrow: '->',
  enter: 'enter',
  live: 'o',
  stale: '?',
  sidecar: '@',
  ephemeral: '+',
  good: '+',
  bad: 'x',
  pending: '.',
  running: '>',
  caret: '_',
  times: 'x',
  stepDone: '=',
  stepRunning: '>',
  stepToCome: '-',
  stepFailed: 'x',
  bar: '#',
  more: 'v',
  down: 'v',
  up: '^',
  folded: '+',
  unfolded: '-',
};

export function signsOf(unicode: boolean): Signs {
  return unicode ? unicodeSigns : asciiSigns;
}

/** The tone of a health: colour only where attention belongs. */
export function healthTone(style: Style, health: Health): (text: string) => string {
  switch (health) {
    case 'doomed':
      return style.red;
    case 'stuck':
      return style.yellow;
    case 'starting':
      return style.blue;
    case 'ready':
      return style.green;
    case 'terminating':
    case 'done':
      return style.dim;
  }
}
