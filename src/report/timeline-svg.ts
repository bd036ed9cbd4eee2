/** A start-up as a picture: an SVG that needs no font and no file beside it, and follows the reader's light or dark colours. */
import { humanDuration } from '../core/age.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import type { Stage, Timeline } from '../core/timeline/timeline.ts';
import { darkPalette, escaped, lightPalette, type Palette } from './svg.ts';
import { textWidth } from './text-width.ts';
import { cutEnd, wrapWords } from './text-wrap.ts';
import { roundTimes } from './time-axis.ts';
import type { TargetStatistics } from './timeline-json.ts';
import {
  aboutTexts,
  countText,
  labelText,
  numberText,
  outcomeText,
  sentencesOf,
  statisticsSentences,
  summaryTexts,
  targetTitle,
  toldText,
} from './timeline-words.ts';

/** Sizes in pixels; a cell of the font is `cell` wide. */
const page = { width: 960, margin: 20, row: 24, note: 16, bar: 14 };
const cell = 7.3;
const fontSize = 12;
const labelCells = 34;
/** Where the bars begin and end. */
const [left, right] = [page.margin + labelCells * cell, page.width - page.margin - 76];
const noteCells = Math.floor((page.width - page.margin - 10 * cell - page.margin) / cell);
const mostNoteLines = 2;
const marks = { atMost: '≤' };

const tones: Readonly<Record<Timeline['outcome'], string>> = { ready: 'g', completed: 'g', starting: 'd', lost: 'r', failed: 'r' };

/** What has been drawn, from the top down to `y`. */
interface Drawing {
  readonly parts: string[];
  y: number;
}

/** The waterfall of one Pod. */
export function timelineSvg(facts: PodFacts, timeline: Timeline): string {
  const name = `${facts.namespace}/${facts.name}`;
  const drawing: Drawing = { parts: [], y: page.margin };
  heading(drawing, name, outcomeText(timeline, facts), tones[timeline.outcome]);
  line(drawing, aboutTexts(facts).join(' · '), 'd');
  const { start, end } = timeline;
  const stages = timeline.stages.filter(({ kind }) => kind !== 'created');
  const span = start === undefined || end === undefined ? undefined : { start, length: Math.max(1000, end - start) };
  const place = (at: number): number => (span === undefined ? left : left + ((at - span.start) / span.length) * (right - left));
  drawing.y += page.row;
  const [top, height] = [drawing.y, stages.reduce((sum, stage) => sum + page.row + noteLines(stage).length * page.note, 0)];
  if (span !== undefined) scale(drawing, span.length, top, height);
  for (const stage of stages) stageRow(drawing, stage, timeline, place);
  drawing.y += page.row;
  legend(drawing, stages);
  for (const sentence of sentencesOf(timeline)) paragraph(drawing, sentence);
  return whole(drawing, `How ${name} started`, `A waterfall of the stages of its start-up. ${outcomeText(timeline, facts)}.`);
}

/** The stages of several Pods: for each, how long it took in half of them and in nine of ten. */
export function statisticsSvg(of: TargetStatistics): string {
  const { statistics } = of;
  const name = targetTitle(of);
  const drawing: Drawing = { parts: [], y: page.margin };
  const summary = summaryTexts(statistics);
  heading(drawing, name, summary[0] ?? '', 'g');
  line(drawing, summary.slice(1).join(' · '), 'd');
  drawing.y += page.row;
  const longest = Math.max(1000, ...statistics.stages.map(({ p90 }) => p90));
  const numbers = 3 * 9 * cell + 10 * cell;
  const end = page.width - page.margin - numbers;
  const columns = [end + 9 * cell, end + 18 * cell, end + 27 * cell];
  ['P50', 'P90', 'MAX'].forEach((word, at) => drawing.parts.push(text(columns[at] ?? 0, drawing.y, word, 'd e')));
  drawing.parts.push(text(page.width - page.margin, drawing.y, 'PODS', 'd e'));
  drawing.y += page.row;
  for (const stage of statistics.stages) {
    const length = (ms: number): number => (ms / longest) * (end - left);
    const y = drawing.y;
    drawing.parts.push(text(page.margin, y, cutEnd(labelText(stage), labelCells - 2, '…'), ''));
    if (stage.p90 > 0) drawing.parts.push(bar(left, left + length(stage.p90), y, 'beside'));
    if (stage.p50 > 0) drawing.parts.push(bar(left, left + length(stage.p50), y, 'critical'));
    [stage.p50, stage.p90, stage.max].forEach((duration, at) => drawing.parts.push(text(columns[at] ?? 0, y, numberText(stage, duration, marks), 'e')));
    drawing.parts.push(text(page.width - page.margin, y, countText(stage), stage.failed > 0 ? 'e r' : 'e'));
    drawing.y += page.row;
  }
  drawing.y += page.row;
  keys(drawing, [
    ['critical', 'half of the Pods'],
    ['beside', '9 of 10'],
  ]);
  for (const sentence of statisticsSentences(of)) paragraph(drawing, sentence);
  return whole(drawing, `How these started: ${name}`, `The stages of their start-ups, with how long each took. ${summary.join(', ')}.`);
}

function heading(drawing: Drawing, name: string, outcome: string, tone: string): void {
  const room = Math.floor((page.width - 2 * page.margin) / 9) - textWidth(outcome) - 3;
  drawing.y += 6;
  drawing.parts.push(
    `<text x="${page.margin}" y="${drawing.y}" class="t">${escaped(cutEnd(name, Math.max(20, room), '…'))} <tspan class="${tone}" dx="12">${escaped(outcome)}</tspan></text>`,
  );
  drawing.y += page.row;
}

function line(drawing: Drawing, words: string, style: string): void {
  drawing.parts.push(text(page.margin, drawing.y, words, style));
  drawing.y += page.note;
}

function paragraph(drawing: Drawing, sentence: string): void {
  for (const words of wrapWords(sentence, Math.floor((page.width - 2 * page.margin) / cell))) line(drawing, words, '');
}

function scale({ parts }: Drawing, length: number, top: number, height: number): void {
  for (const at of roundTimes(length, right - left, 60)) {
    const x = pixels(left + (at / length) * (right - left));
    parts.push(`<path d="M${x} ${top - 10}V${top + height - 10}" class="grid"/>`, text(Number(x), top - 14, humanDuration(at), 'd m'));
  }
}

function stageRow(drawing: Drawing, stage: Stage, timeline: Timeline, place: (at: number) => number): void {
  const { state, critical, from, to } = stage;
  const style = state === 'failed' ? 'failed' : state === 'unknown' ? 'unknown' : critical ? 'critical' : 'beside';
  const y = drawing.y;
  const tone = state === 'failed' ? 'r' : state === 'waiting' ? 'd' : '';
  drawing.parts.push(text(page.margin, y, cutEnd(labelText(stage), labelCells - 2, '…'), critical ? 'b' : tone));
  const goesOn = to === undefined && stage.duration !== undefined;
  if (from !== undefined && (to ?? from) > from) drawing.parts.push(bar(place(from), place(to ?? from), y, style));
  else if (from !== undefined && goesOn) drawing.parts.push(bar(place(from), right, y, style));
  else if (from !== undefined || to !== undefined) drawing.parts.push(bar(place(from ?? to ?? 0), place(from ?? to ?? 0), y, style));
  const told = state === 'waiting' ? 'to come' : `${toldText(stage, timeline, marks)}${state === 'running' ? '…' : ''}`;
  drawing.parts.push(text(page.width - page.margin, y, told, `e ${tone}`.trimEnd()));
  drawing.y += page.row;
  for (const words of noteLines(stage)) {
    drawing.parts.push(text(page.margin + 10 * cell, drawing.y - 6, words, state === 'failed' ? 'r' : 'd'));
    drawing.y += page.note;
  }
}

function noteLines({ note }: Stage): readonly string[] {
  if (note === undefined) return [];
  const lines = wrapWords(note.replace(/\s+/g, ' '), noteCells);
  return lines.length <= mostNoteLines ? lines : [...lines.slice(0, mostNoteLines - 1), cutEnd(lines.slice(mostNoteLines - 1).join(' '), noteCells, '…')];
}

function legend(drawing: Drawing, stages: readonly Stage[]): void {
  const drawn = stages.filter(({ from, to }) => from !== undefined && from !== to);
  keys(drawing, [
    ...(drawn.some(({ critical, state }) => critical && state !== 'unknown' && state !== 'failed') ? ([['critical', 'the critical path']] as const) : []),
    ...(drawn.some(({ critical, state }) => !critical && state !== 'unknown' && state !== 'failed') ? ([['beside', 'beside it']] as const) : []),
    ...(drawn.some(({ state }) => state === 'unknown') ? ([['unknown', 'nothing tells what for']] as const) : []),
    ...(drawn.some(({ state }) => state === 'failed') ? ([['failed', 'failed']] as const) : []),
  ]);
}

function keys(drawing: Drawing, entries: readonly (readonly [style: string, words: string])[]): void {
  let x = page.margin;
  for (const [style, words] of entries) {
    drawing.parts.push(bar(x, x + 24, drawing.y, style), text(x + 30, drawing.y, words, 'd'));
    x += 30 + textWidth(words) * cell + 24;
  }
  if (entries.length > 0) drawing.y += page.row;
}

/** At least as wide as is seen. */
function bar(from: number, to: number, y: number, style: string): string {
  return `<rect x="${pixels(from)}" y="${y - page.bar + 3}" width="${pixels(Math.max(3, to - from))}" height="${page.bar}" rx="2" class="${style}"/>`;
}

function text(x: number, y: number, words: string, style: string): string {
  return `<text x="${pixels(x)}" y="${y}"${style === '' ? '' : ` class="${style}"`}>${escaped(words)}</text>`;
}

function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function whole({ parts, y }: Drawing, title: string, description: string): string {
  const [width, height] = [page.width, y + page.margin];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}.t{font-size:15px;font-weight:700}.b{font-weight:700}.e{text-anchor:end}.m{text-anchor:middle}`,
    `${colours(lightPalette)}@media (prefers-color-scheme:dark){${colours(darkPalette)}}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" class="page"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function colours({ text: ink, dim, red, green, blue, background, border }: Palette): string {
  const fills = { text: ink, '.d': dim, '.r': red, '.g': green, '.critical': blue, '.failed': red };
  return [
    ...Object.entries(fills).map(([selector, colour]) => `${selector}{fill:${colour}}`),
    `.beside{fill:${dim};fill-opacity:.45}`,
    `.unknown{fill:none;stroke:${dim};stroke-dasharray:3 3}`,
    `.grid{stroke:${border};fill:none}`,
    `.page{fill:${background};stroke:${border}}`,
  ].join('');
}
