/** The start-ups of a workload's Pods as a table of their stages: the middle, the slow end, and the Pods that were slowest. */
import type { StartUpStatistics } from '../core/timeline/start-up-statistics.ts';
import { textWidth } from './text-width.ts';
import { cutEnd, wrapWords } from './text-wrap.ts';
import type { TargetStatistics } from './timeline-json.ts';
import { flowed, type Marks, marksOf, type TimelineStyle } from './timeline-text.ts';
import { countText, labelText, numberText, statisticsSentences, summaryTexts, targetTitle } from './timeline-words.ts';

const numberWidth = 8;
const widestLabel = 34;
const widestBar = 60;

/** With line breaks; no line is wider than the style's width. */
export function statisticsText(of: TargetStatistics, style: TimelineStyle): string {
  const { statistics } = of;
  const { paint, width, unicode } = style;
  const marks = marksOf(unicode);
  const lines = [paint.bold(cutEnd(targetTitle(of), width, marks.cut)), ...flowed(summaryTexts(statistics), width), ''];
  if (statistics.stages.length > 0) lines.push(...table(statistics, marks, style), '', ...legend(statistics, marks, style));
  for (const sentence of statisticsSentences(of)) lines.push(...wrapWords(sentence, Math.min(width, 110)));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function table({ stages }: StartUpStatistics, marks: Marks, { paint, width }: TimelineStyle): readonly string[] {
  const label = Math.min(widestLabel, Math.floor(width / 3), Math.max(14, ...stages.map((stage) => textWidth(labelText(stage)))));
  const counted = Math.max(...stages.map((stage) => countText(stage).length), 4);
  const bar = Math.min(widestBar, width - 2 - label - 2 - 3 * numberWidth - counted - 2);
  const longest = Math.max(1, ...stages.map(({ p90 }) => p90));
  const head = `  ${'STAGE'.padEnd(label)}  ${' '.repeat(Math.max(0, bar))}${['P50', 'P90', 'MAX'].map((word) => word.padStart(numberWidth)).join('')}  PODS`;
  return [
    paint.dim(head),
    ...stages.map((stage) => {
      const name = cutEnd(labelText(stage), label, marks.cut);
      const cells = (ms: number): number => Math.round((ms / longest) * Math.max(0, bar));
      const [middle, slow] = [cells(stage.p50), cells(stage.p90)];
      const drawn =
        bar < 8 ? ' '.repeat(Math.max(0, bar)) : `${paint.blue(marks.critical.repeat(middle))}${marks.beside.repeat(slow - middle)}${' '.repeat(bar - slow)}`;
      const numbers = [stage.p50, stage.p90, stage.max].map((duration) => numberText(stage, duration, marks).padStart(numberWidth)).join('');
      const count = countText(stage);
      return `  ${name}${' '.repeat(label - textWidth(name))}  ${drawn}${numbers}  ${stage.failed > 0 ? paint.red(count) : count}`;
    }),
  ];
}

function legend({ stages }: StartUpStatistics, marks: Marks, { paint, width }: TimelineStyle): readonly string[] {
  const parts = [
    `${marks.critical} half of the Pods`,
    `${marks.beside} 9 of 10`,
    ...(stages.some(({ atMost, kind }) => atMost && kind !== 'gap') ? [`${marks.atMost} at most`] : []),
  ];
  return flowed(parts, width).map(paint.dim);
}
