/** What the blocks of the Pod pane share: what they are drawn from, the label in the margin, and words set in lines. */
import type { PodFacts } from '../core/pod-facts.ts';
import { podTimeline } from '../core/timeline/pod-timeline.ts';
import type { Timeline } from '../core/timeline/timeline.ts';
import { type Style, styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { wrapWords } from '../report/text-wrap.ts';
import type { Model, PodView, Reading } from './model.ts';
import { type Signs, signsOf } from './signs.ts';
import { fit } from './text-fit.ts';

export interface Pane {
  readonly facts: PodFacts;
  readonly view: PodView;
  /** How it started, as far as its status and the Events that were read tell. */
  readonly timeline: Timeline;
  readonly now: number;
  readonly width: number;
  /** Cells of a line beside its label. */
  readonly room: number;
  readonly style: Style;
  readonly signs: Signs;
  readonly unicode: boolean;
}

export function paneOf({ terminal, now }: Model, view: PodView, facts: PodFacts): Pane {
  const { columns, colour, unicode } = terminal;
  return {
    facts,
    view,
    timeline: timelineOf(view, facts, now),
    now,
    width: columns,
    room: Math.max(8, columns - 14),
    style: styleOf(colour),
    signs: signsOf(unicode),
    unicode,
  };
}

function timelineOf({ events, eventsSynced, eventsProblem }: PodView, facts: PodFacts, now: number): Timeline {
  if (eventsSynced || eventsProblem !== undefined) return podTimeline(facts, eventsSynced ? [...events.values()] : undefined, now);
  return { ...podTimeline(facts, [], now), caveats: ['The Events are being read.'] };
}

/** A block with its label in the margin: `LABEL      first line`, the rest under it. */
export function labelled({ style }: Pane, label: string, lines: readonly string[], tone: (text: string) => string = (text) => text): readonly string[] {
  return lines.map((line, at) => ` ${at === 0 ? style.bold(fit(label, 10, '')) : ' '.repeat(10)}  ${line === '' ? '' : tone(line)}`);
}

/** Words set in lines, never broken inside one unless it is longer than a line. */
export function flow(parts: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const joined = line === '' ? part : line + separator + part;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const broken = wrapWords(part, width);
    lines.push(...broken.slice(0, -1));
    line = broken.at(-1) ?? '';
  }
  return line === '' ? lines : [...lines, line];
}

/** What stands in the place of something that is not there: that it is being read, or why it cannot be. */
export function readingText(reading: Exclude<Reading<unknown>, { readonly state: 'read' }>): string {
  return reading.state === 'reading' ? 'reading it' : `cannot be read: ${plainText(reading.error.message)}`;
}
