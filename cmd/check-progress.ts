/**
 * Tells on stderr how a check goes. On a terminal in a few lines that are drawn over and over, and are gone at the end; else in plain lines, each when
 * something has changed, with the time that has passed.
 */
import { type CheckPlan, goalText } from '../src/core/check/check-plan.ts';
import type { CheckedState, CheckLook } from '../src/core/check/check-state.ts';
import { counted } from '../src/core/diagnosis/wording.ts';
import { podStatus } from '../src/core/pod-status.ts';
import type { PodwrightError } from '../src/core/podwright-error.ts';
import { elapsedText } from '../src/report/check-text.ts';
import { withoutCommands } from '../src/report/github.ts';
import { healthGlyph } from '../src/report/glyphs.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { inGithubActions } from './check-reports.ts';
import type { CommandIo } from './command.ts';

export interface CheckProgress {
  /** `trouble` is what is wrong with the connection. */
  look(look: CheckLook, trouble: PodwrightError | undefined, eventsProblem: PodwrightError | undefined): void;
  /** Leaves the terminal as it was. May be called again. */
  end(): void;
}

/** Of a target's Pods that are not there yet, those that are shown. */
const mostPods = 4;

export function checkProgress(plan: CheckPlan, io: CommandIo): CheckProgress {
  return io.stderr.isTTY === true && io.env['TERM'] !== 'dumb' ? drawnProgress(plan, io) : writtenProgress(io);
}

function writtenProgress(io: CommandIo): CheckProgress {
  const begun = io.now();
  const told = new Map<string, string>();
  const line = (what: string): void => {
    const text = `${elapsedText(io.now() - begun).padEnd(6)} ${what}\n`;
    io.stderr.write(inGithubActions(io) ? withoutCommands(text) : text);
  };
  /** Says it where it is not what was said last of this; `over` where there is nothing more to say of it. */
  const tell = (about: string, what: string | undefined, over?: string): void => {
    const before = told.get(about);
    if (what === before) return;
    if (what === undefined) told.delete(about);
    else told.set(about, what);
    const said = what ?? over;
    if (said !== undefined) line(said);
  };
  return {
    look({ targets }, trouble, eventsProblem) {
      tell('events', eventsText(eventsProblem));
      tell('trouble', troubleText(trouble), 'connected again');
      if (targets.length > 0 && !told.has('all')) tell('all', expectedText(targets));
      for (const [index, text] of targetLines(targets, begun, io.unicode).entries()) tell(`target ${index}`, text);
    },
    end: () => undefined,
  };
}

function drawnProgress(plan: CheckPlan, io: CommandIo): CheckProgress {
  const begun = io.now();
  let drawn = 0;
  let lasting: string | undefined;
  const erase = (): string => (drawn === 0 ? '' : `\x1b[${drawn}A\r\x1b[J`);
  return {
    look({ targets, now }, trouble, eventsProblem) {
      const head = `${elapsedText(now - begun)} of ${elapsedText(plan.timeoutMs)}   ${targets.length === 0 ? 'reading the cluster' : expectedText(targets)}`;
      lasting = eventsText(eventsProblem);
      const notes = [lasting, troubleText(trouble)].filter((note) => note !== undefined);
      const lines = [head, ...notes, ...targetLines(targets, begun, io.unicode)];
      const room = Math.max(2, (io.stderr.rows ?? 24) - 1);
      const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `  and ${lines.length - room + 1} more`];
      // Without line wrapping, so that a line is a line; it is turned on again in the same breath.
      io.stderr.write(`${erase()}\x1b[?7l${shown.join('\n')}\x1b[?7h\n`);
      drawn = shown.length;
    },
    end() {
      if (drawn > 0) io.stderr.write(`${erase()}${lasting === undefined ? '' : `${lasting}\n`}`);
      drawn = 0;
    },
  };
}

function eventsText(problem: PodwrightError | undefined): string | undefined {
  return problem && `without Events: ${plainText(problem.message)}`;
}

function troubleText(trouble: PodwrightError | undefined): string | undefined {
  return trouble && `connection lost: ${plainText(trouble.message)}; reconnecting`;
}

function expectedText(targets: readonly CheckedState[]): string {
  const pods = targets.reduce((sum, { wanted }) => sum + wanted, 0);
  return `${counted(targets.length, 'target')}, ${counted(pods, 'Pod')} expected`;
}

function targetLines(states: readonly CheckedState[], begun: number, unicode: boolean): readonly string[] {
  const width = Math.max(...states.map(({ target }) => target.text.length));
  return states.map((state) => targetLine(state, begun, width, unicode));
}

/** `deploy/web   2/3 ready   web-…-b Init:0/2`. `begun` is when the check began. */
function targetLine(state: CheckedState, begun: number, width: number, unicode: boolean): string {
  const { target, wanted, reached, outcome, holdsUntil, pods, message } = state;
  const name = plainText(target.text).padEnd(width);
  if (outcome === 'failed' || outcome === 'infrastructure') return `${healthGlyph('doomed', unicode)} ${name}   ${plainText(message ?? '')}`;
  const count = `${reached}/${wanted} ${goalText(target.goal)}`;
  if (holdsUntil !== undefined) {
    const passed = outcome === 'passed';
    return `${passed ? healthGlyph('ready', unicode) : ' '} ${name}   ${count}${passed ? '' : `   holding until ${elapsedText(holdsUntil - begun)}`}`;
  }
  const waiting = pods.filter((pod) => pod.state !== 'reached').toSorted((a, b) => (a.facts.name < b.facts.name ? -1 : 1));
  const shown = waiting.slice(0, mostPods).map(({ facts }) => `${facts.name} ${podStatus(facts, 0).status}`);
  const more = waiting.length > mostPods ? [`${waiting.length - mostPods} more`] : [];
  const what = shown.length === 0 ? (message ?? '') : [...shown, ...more].join(unicode ? ' · ' : ' - ');
  return `  ${name}   ${count}   ${plainText(what)}`.trimEnd();
}
