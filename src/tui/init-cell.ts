/** A Pod's init progress in one cell of the table: how it is written, and how much room that takes. */
import { type InitStep, initProgress } from '../core/init-progress.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { type Signs, signsOf } from './signs.ts';
import { cutMiddle } from './text-fit.ts';

/** Cells that the column takes at most. */
export const ampleInit = 16;

/** Cells that the text for this Pod takes where there is room for it; every sign takes one. */
export function initWidth(facts: PodFacts): number {
  return textWidth(initCell(facts, ampleInit, signsOf(true)));
}

/** A segment a step, then the name of the step at work, or `2/2` when all are done. Many steps are counted instead. */
export function initCell(facts: PodFacts, width: number, signs: Signs): string {
  const { steps, done, total, current } = initProgress(facts);
  if (total === 0) return '';
  const bar = total <= 8 ? steps.map((step) => stepSign(step, signs)).join('') : `${done}/${total}`;
  if (current === undefined) return total === done && bar.length === total ? `${bar} ${done}/${total}` : bar;
  const name = current.step.state === 'waiting' && done === 0 ? '' : plainText(current.step.name);
  return name === '' ? bar : `${bar} ${cutMiddle(name, width - bar.length - 1, signs.cut)}`;
}

function stepSign({ state }: InitStep, signs: Signs): string {
  switch (state) {
    case 'done':
      return signs.stepDone;
    case 'running':
      return signs.stepRunning;
    case 'failed':
      return signs.stepFailed;
    case 'waiting':
      return signs.stepToCome;
  }
}
