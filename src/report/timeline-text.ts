/** A Pod's start-up as a waterfall of lines: a stage a line with its bar on a common axis, the critical path in full bars, and what to shorten first. */
import { humanDuration } from '../core/age.ts';
import { ownerTarget } from '../core/owner.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { durationText } from '../core/timeline/shorten-first.ts';
import type { Stage, StageKind, StageState, Timeline } from '../core/timeline/timeline.ts';
import { plainText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';
import { head, wrapWords } from './text-wrap.ts';
import { axisOf, type TimeAxis } from './time-axis.ts';

type Paint = (text: string) => string;

export interface TimelineStyle {
  /** Cells of a line. */
  readonly width: number;
  readonly unicode: boolean;
  readonly paint: { readonly red: Paint; readonly green: Paint; readonly blue: Paint; readonly yellow: Paint; readonly bold: Paint; readonly dim: Paint };
}

export interface Marks {
  readonly critical: string;
  readonly beside: string;
  readonly unknown: string;
  readonly instant: string;
  readonly atMost: string;
  readonly dot: string;
  readonly cut: string;
  readonly states: Readonly<Record<StageState, string>>;
}

const unicodeMarks: Marks = {
  critical: '▇',
  beside: '░',
  unknown: '┄',
  instant: '▏',
  atMost: '≤',
  dot: '·',
  cut: '…',
  states: { done: ' ', running: '╸', waiting: '·', failed: '✖', unknown: '?' },
};

const asciiMarks: Marks = {
  critical: '#',
  beside: '-',
  unknown: ':',
  instant: '|',
  atMost: '<=',
  dot: '|',
  cut: '~',
  states: { done: ' ', running: '>', waiting: '.', failed: 'x', unknown: '?' },
};

/** The first word of a stage's line. */
const stageWords: Readonly<Record<StageKind, string>> = {
  created: 'created',
  scheduled: 'scheduled',
  volumes: 'volumes',
  sandbox: 'sandbox',
  gap: 'before',
  pull: 'pull',
  init: 'init',
  sidecar: 'sidecar',
  container: 'start',
  run: 'run',
  probes: 'probes',
  gate: 'gate',
  ready: 'Ready',
};

const wordWidth = 9;
const widestLabel = 34;
const durationWidth = 8;
const indent = 2;
/** A line of a note is no wider: long lines are hard to read. */
const widestNote = 110;
/** Runtimes write whole call stacks; `why` and -o json have all of it. */
const mostNoteLines = 3;

export function marksOf(unicode: boolean): Marks {
  return unicode ? unicodeMarks : asciiMarks;
}

/** The whole report about one Pod, with its name. */
export function timelineText(facts: PodFacts, timeline: Timeline, style: TimelineStyle): string {
  return `${[...headLines(facts, timeline, style), '', ...timelineLines(timeline, style)].join('\n')}\n`;
}

/** How the start-up went, in a few words: `Ready after 23s`. */
export function outcomeText({ outcome, total, stages, end }: Timeline, facts: PodFacts): string {
  const after = total === undefined ? '' : ` after ${total < 1000 ? 'less than 1s' : humanDuration(total)}`;
  switch (outcome) {
    case 'ready':
      return `Ready${after}`;
    case 'completed':
      return `completed${after}`;
    case 'failed':
      return `failed${after}${facts.reason === undefined ? '' : `: ${facts.reason}`}`;
    case 'lost': {
      const since = stages.find(({ kind }) => kind === 'ready')?.from;
      return since === undefined || end === undefined ? 'no longer Ready' : `no longer Ready, for ${humanDuration(end - since)}`;
    }
    case 'starting':
      return total === undefined ? 'not Ready' : `not Ready after ${humanDuration(total)}`;
  }
}

function headLines(facts: PodFacts, timeline: Timeline, { width, unicode, paint }: TimelineStyle): readonly string[] {
  const { dot, cut } = marksOf(unicode);
  const name = plainText(`${facts.namespace}/${facts.name}`);
  const outcome = plainText(outcomeText(timeline, facts));
  const tone = { ready: paint.green, completed: paint.green, failed: paint.red, lost: paint.red, starting: paint.blue }[timeline.outcome];
  const about = [
    facts.createdAt === undefined ? 'created at an unknown time' : `created ${new Date(facts.createdAt).toISOString().replace('.000', '')}`,
    facts.nodeName ?? 'no node yet',
    ownerTarget(facts) ?? 'no owner',
  ];
  const beside = textWidth(name) + 3 + textWidth(outcome) <= width;
  return [
    ...(beside ? [`${paint.bold(name)}   ${tone(outcome)}`] : [...wrapWords(name, width).map(paint.bold), ...wrapWords(outcome, width).map(tone)]),
    paint.dim(fitted(about.map(plainText).join(` ${dot} `), width, cut)),
  ];
}

/** The waterfall, without the Pod's name. Every line is fit for a terminal and at most `width` cells wide. */
export function timelineLines(timeline: Timeline, style: TimelineStyle): readonly string[] {
  const { width, unicode, paint } = style;
  const marks = marksOf(unicode);
  const stages = timeline.stages.filter(({ kind }) => kind !== 'created');
  const label = Math.min(widestLabel, Math.max(20, Math.floor(width / 3)), Math.max(wordWidth + 4, ...stages.map((stage) => textWidth(labelText(stage)))));
  const axis = axisOf(timeline, width - indent - label - 2 - durationWidth - 2);
  const lines = axis === undefined ? [] : [`${' '.repeat(indent + label + 2)}${paint.dim(axis.ticks.trimEnd())}`];
  for (const stage of stages) lines.push(...stageLines(stage, timeline, axis, label, marks, style));
  lines.push('', ...legend(stages, marks, style));
  const held = timeline.stages[timeline.shortenFirst?.stage ?? -1]?.state === 'failed';
  const said = [...(timeline.shortenFirst === undefined ? [] : [`${held ? '' : 'Shorten first: '}${timeline.shortenFirst.text}`]), ...timeline.caveats];
  for (const sentence of said) lines.push(...wrapWords(plainText(sentence), Math.min(width, widestNote)));
  return lines.map((line) => line.trimEnd());
}

/** What a stage's line begins with: `init      check`. */
export function labelText({ kind, subject }: Pick<Stage, 'kind' | 'subject'>): string {
  return subject === '' ? stageWords[kind] : `${stageWords[kind].padEnd(wordWidth)} ${plainText(subject)}`;
}

function stageLines(stage: Stage, timeline: Timeline, axis: TimeAxis | undefined, label: number, marks: Marks, style: TimelineStyle): readonly string[] {
  const { paint, width } = style;
  const { state, note, critical, kind, from } = stage;
  const name = fitted(labelText(stage), label, marks.cut);
  const tone = toneOf(stage, style);
  const told =
    kind === 'ready' && from !== undefined && timeline.start !== undefined && state === 'done'
      ? humanDuration(from - timeline.start)
      : lengthText(stage, marks);
  const sign = marks.states[state];
  const beginning = `${' '.repeat(indent)}${critical ? paint.bold(name) : name}${' '.repeat(label - textWidth(name))}  `;
  const said = note === undefined ? '' : plainText(note);
  // What has no bar has room for words.
  const inside = from === undefined && axis !== undefined && textWidth(said) <= axis.cells;
  const drawn = axis === undefined ? '' : inside ? `${paint.dim(said)}${' '.repeat(axis.cells - textWidth(said))} ` : `${barOf(stage, axis, marks, tone)} `;
  const lines = [`${beginning}${drawn}${tone(`${sign} ${told.padStart(durationWidth - 1)}`)}`];
  if (said === '' || inside) return lines;
  const at = indent + Math.min(label, wordWidth + 1) + 2;
  const paintNote = state === 'failed' ? paint.red : paint.dim;
  const room = Math.max(20, Math.min(widestNote, width - at));
  const wrapped = wrapWords(said, room);
  for (const line of wrapped.slice(0, mostNoteLines - 1)) lines.push(`${' '.repeat(at)}${paintNote(line)}`);
  if (wrapped.length >= mostNoteLines) lines.push(`${' '.repeat(at)}${paintNote(fitted(wrapped.slice(mostNoteLines - 1).join(' '), room, marks.cut))}`);
  return lines;
}

/** A duration, with a sign before it where it is only known to have been no longer. */
function lengthText(stage: Stage, { atMost }: Marks): string {
  if (stage.state === 'waiting') return '';
  if (stage.duration === undefined) return '?';
  return stage.source === 'order' && stage.state !== 'unknown' && stage.to !== undefined && stage.duration >= 1000
    ? `${atMost}${durationText(stage)}`
    : durationText(stage);
}

function toneOf({ state, critical, kind }: Stage, { paint }: TimelineStyle): Paint {
  if (state === 'failed') return paint.red;
  if (state === 'waiting' || state === 'unknown') return paint.dim;
  if (kind === 'ready') return paint.green;
  return state === 'running' || critical ? paint.blue : (text) => text;
}

function barOf({ from, to, state, critical }: Stage, axis: TimeAxis, marks: Marks, tone: Paint): string {
  if (from === undefined) return to === undefined ? axis.mark(undefined, '') : tone(axis.mark(to, marks.instant));
  if (to === from) return tone(axis.mark(from, marks.instant));
  if (to === undefined && state !== 'running' && state !== 'failed') return tone(axis.mark(from, marks.instant));
  return tone(axis.bar(from, to, state === 'unknown' ? marks.unknown : critical ? marks.critical : marks.beside));
}

/** What the signs that are there mean. */
function legend(stages: readonly Stage[], marks: Marks, { paint, width }: TimelineStyle): readonly string[] {
  const drawn = stages.filter(({ from, to }) => from !== undefined && from !== to);
  const parts = [
    ...(drawn.some(({ critical, state }) => critical && state !== 'unknown') ? [`${marks.critical} the critical path`] : []),
    ...(drawn.some(({ critical, state }) => !critical && state !== 'unknown') ? [`${marks.beside} beside it`] : []),
    ...(drawn.some(({ state }) => state === 'unknown') ? [`${marks.unknown} nothing tells what for`] : []),
    ...(stages.some(({ state }) => state === 'running') ? [`${marks.states.running} goes on`] : []),
    ...(stages.some(({ state }) => state === 'failed') ? [`${marks.states.failed} failed`] : []),
    ...(stages.some(({ state }) => state === 'waiting') ? [`${marks.states.waiting} to come`] : []),
    ...(stages.some((stage) => lengthText(stage, marks).startsWith(marks.atMost)) ? [`${marks.atMost} at most`] : []),
  ];
  return flowed(parts, width).map(paint.dim);
}

/** At most so many cells, with a mark where it was cut. */
export function fitted(text: string, cells: number, cut: string): string {
  return textWidth(text) <= cells ? text : `${head(text, cells - textWidth(cut))}${cut}`;
}

/** Parts in lines, three spaces between them, none of them broken. */
export function flowed(parts: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line !== undefined && textWidth(line) + 3 + textWidth(part) <= width) lines[lines.length - 1] = `${line}   ${part}`;
    else lines.push(part);
  }
  return lines;
}
