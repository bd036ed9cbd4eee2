/** Tells on stderr how a check goes: plain lines, each when something has changed, with the time that has passed. */
import type { CheckPlan } from '../src/core/check/check-plan.ts';
import { goalText } from '../src/core/check/check-plan.ts';
import type { CheckedState, CheckLook } from '../src/core/check/check-state.ts';
import { podStatus } from '../src/core/pod-status.ts';
import type { PodwrightError } from '../src/core/podwright-error.ts';
import { counted, elapsedText } from '../src/report/check-text.ts';
import { withoutCommands } from '../src/report/github.ts';
import { healthGlyph } from '../src/report/glyphs.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { inGithubActions } from './check-reports.ts';
import type { CommandIo } from './command.ts';

export interface CheckProgress {
  look(look: CheckLook, trouble: PodwrightError | undefined, eventsProblem: PodwrightError | undefined): void;
  end(): void;
}

/** Of a target's Pods that are not there yet, those that are shown. */
const mostPods = 4;

export function checkProgress(plan: CheckPlan, io: CommandIo): CheckProgress {
  const begun = io.now();
  const told = new Map<string, string>();
  const line = (what: string): void => {
    const text = `${elapsedText(io.now() - begun).padEnd(6)} ${what}\n`;
    io.stderr.write(inGithubActions(io) ? withoutCommands(text) : text);
  };
  /** Says it where it is not what was said last of this. */
  const tell = (about: string, what: string | undefined, otherwise?: string): void => {
    const before = told.get(about);
    if (what === undefined) told.delete(about);
    else told.set(about, what);
    if (what === before) return;
    if (what !== undefined) line(what);
    else if (otherwise !== undefined) line(otherwise);
  };
  return {
    look({ targets }, trouble, eventsProblem) {
      tell('events', eventsProblem && `without Events: ${plainText(eventsProblem.message)}`);
      tell('trouble', trouble && `connection lost: ${plainText(trouble.message)}; reconnecting`, 'connected again');
      if (targets.length === 0) return;
      const pods = targets.reduce((sum, { wanted }) => sum + wanted, 0);
      if (!told.has('targets')) tell('targets', `${counted(targets.length, 'target')}, ${counted(pods, 'Pod')} expected`);
      const width = Math.max(...plan.targets.map(({ text }) => text.length));
      for (const [index, target] of targets.entries()) tell(`target ${index}`, targetLine(target, begun, width, io.unicode));
    },
    end: () => undefined,
  };
}

/** `deploy/web   2/3 ready   web-…-b Init:0/2`. */
function targetLine(state: CheckedState, begun: number, width: number, unicode: boolean): string {
  const { target, wanted, reached, outcome, holdsUntil, pods, message } = state;
  const name = plainText(target.text).padEnd(width);
  if (outcome === 'failed' || outcome === 'infrastructure') return `${healthGlyph('doomed', unicode)} ${name}   ${plainText(message ?? '')}`;
  const count = `${reached}/${wanted} ${goalText(target.goal)}`;
  if (holdsUntil !== undefined) {
    return `${outcome === 'passed' ? healthGlyph('ready', unicode) : ' '} ${name}   ${count}${outcome === undefined ? `   holding until ${elapsedText(holdsUntil - begun)}` : ''}`;
  }
  const waiting = pods.filter((pod) => pod.state !== 'reached').toSorted((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
  const dot = unicode ? ' · ' : ' - ';
  const shown = waiting.slice(0, mostPods).map(({ facts }) => `${facts.name} ${podStatus(facts, 0).status}`);
  const more = waiting.length > mostPods ? [`${waiting.length - mostPods} more`] : [];
  const what = shown.length === 0 ? (message ?? '') : [...shown, ...more].join(dot);
  return `  ${name}   ${count}   ${plainText(what)}`.trimEnd();
}
