/** A Pod's start-up as a waterfall of lines: a stage a line with its bar on a common axis, the critical path in full bars, and what to shorten first. */
import type { PodFacts } from '../core/pod-facts.ts';
import type { Stage, StageState, Timeline } from '../core/timeline/timeline.ts';
import type { Paint, Style } from './style.ts';
import { plainText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';
import { cutEnd, wrapWords } from './text-wrap.ts';
import { axisOf, type TimeAxis } from './time-axis.ts';
import { aboutTexts, labelText, lengthText, outcomeText, sentencesOf, toldText, wordWidth } from './timeline-words.ts';

export interface TimelineStyle {
  /** Cells of a line. */
  readonly width: number;
  readonly unicode: boolean;
  readonly paint: Style;
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

function headLines(facts: PodFacts, timeline: Timeline, { width, unicode, paint }: TimelineStyle): readonly string[] {
  const { dot, cut } = marksOf(unicode);
  const name = plainText(`${facts.namespace}/${facts.name}`);
  const outcome = plainText(outcomeText(timeline, facts));
  const tone = { ready: paint.green, completed: paint.green, failed: paint.red, lost: paint.red, starting: paint.blue }[timeline.outcome];
  const about = aboutTexts(facts);
  const beside = textWidth(name) + 3 + textWidth(outcome) <= width;
  return [
    ...(beside ? [`${paint.bold(name)}   ${tone(outcome)}`] : [...wrapWords(name, width).map(paint.bold), ...wrapWords(outcome, width).map(tone)]),
    paint.dim(cutEnd(about.join(` ${dot} `), width, cut)),
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
  for (const sentence of sentencesOf(timeline)) lines.push(...wrapWords(plainText(sentence), Math.min(width, widestNote)));
  return lines.map((line) => line.trimEnd());
}

function stageLines(stage: Stage, timeline: Timeline, axis: TimeAxis | undefined, label: number, marks: Marks, style: TimelineStyle): readonly string[] {
  const { paint, width } = style;
  const { state, note, critical, from } = stage;
  const name = cutEnd(labelText(stage), label, marks.cut);
  const tone = toneOf(stage, style);
  const told = toldText(stage, timeline, marks);
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
  if (wrapped.length >= mostNoteLines) lines.push(`${' '.repeat(at)}${paintNote(cutEnd(wrapped.slice(mostNoteLines - 1).join(' '), room, marks.cut))}`);
  return lines;
}

function toneOf({ state, critical, kind }: Stage, { paint }: TimelineStyle): Paint {
  if (state === 'failed') return paint.red;
  if (state === 'waiting' || state === 'unknown') return paint.dim;
  if (kind === 'ready') return paint.green;
  return state === 'running' || critical ? paint.blue : (text) => text;
}

function barOf({ from, to, state, critical, duration }: Stage, axis: TimeAxis, marks: Marks, tone: Paint): string {
  if (from === undefined) return to === undefined ? axis.mark(undefined, '') : tone(axis.mark(to, marks.instant));
  if (to === from) return tone(axis.mark(from, marks.instant));
  if (to === undefined && duration === undefined) return tone(axis.mark(from, marks.instant));
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
