/** How a check ended, for people: what did not get there, each cause once with what shows it and the last log lines, then the outcome in one line. */
import { type CheckCause, checkCauses, hasFailed, targetMessage } from '../core/check-causes.ts';
import type { CheckedTarget, CheckOutcome, CheckReport, LogTail } from '../core/check-report.ts';
import { findingTitle } from '../core/diagnosis/finding.ts';
import { counted } from '../core/diagnosis/wording.ts';
import { healthGlyph } from './glyphs.ts';
import { styleOf } from './style.ts';
import { plainText } from './terminal-text.ts';
import { findingLines, someNames, type WhyStyle } from './why-text.ts';

/** Of a log, from its end. */
const mostLogLines = 10;
/** Of the Pods or targets that share a cause, those that are named. */
const mostNames = 5;

const words: Readonly<Record<CheckOutcome, string>> = {
  passed: 'PASSED',
  failed: 'FAILED',
  infrastructure: 'LOST TO THE INFRASTRUCTURE',
  'timed-out': 'TIMED OUT',
  unfinished: 'INTERRUPTED',
};

export function checkText(report: CheckReport, style: WhyStyle): string {
  if (report.outcome === 'passed') return `${outcomeLine(report, style)}\n`;
  const causes = checkCauses(report).filter(({ finding }) => finding !== undefined);
  const shown = causes.map((cause) => causeLines(cause, report.targets.length > 1, style));
  const told = shown.flat().map((line) => line.trim());
  const heads = report.targets.filter(({ outcome }) => outcome !== 'passed').map((target) => targetLines(target, told, style));
  return [...heads.flat(), '', ...shown.flatMap((lines) => [...lines, '']), outcomeLine(report, style), ''].join('\n');
}

/** `FAILED in 6.9s: 1 of 3 targets (job/migrate)`. */
function outcomeLine({ outcome, targets, startedAt, endedAt, recording }: CheckReport, { color }: WhyStyle): string {
  const passed = outcome === 'passed';
  const text = styleOf(color)[passed ? 'green' : outcome === 'unfinished' ? 'yellow' : 'red'](words[outcome]);
  const missed = targets.filter((target) => target.outcome === outcome);
  const pods = new Set(targets.flatMap((target) => target.pods.map(({ uid }) => uid))).size;
  const what = passed
    ? `${missed.length < targets.length ? `${missed.length} of ` : ''}${counted(targets.length, 'target')}, ${counted(pods, 'Pod')}`
    : `${missed.length} of ${counted(targets.length, 'target')} (${listed(missed.map(({ target }) => target))})`;
  const kept = recording === undefined ? '' : `. Recording: ${plainText(recording)}`;
  return `${text} ${outcome === 'timed-out' || outcome === 'unfinished' ? 'after' : 'in'} ${elapsedText(endedAt - startedAt)}: ${what}${kept}`;
}

/** `6.9s`, `1m05s`. */
export function elapsedText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  return `${Math.floor(seconds / 60)}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
}

function listed(names: readonly string[]): string {
  return someNames(names.map(plainText), mostNames);
}

/** How far a target got, and why no further where no cause below says the same. */
function targetLines(target: CheckedTarget, told: readonly string[], { unicode }: WhyStyle): readonly string[] {
  const { outcome, reached, wanted, waitedFor, place } = target;
  const mark = healthGlyph(outcome === 'unfinished' ? 'starting' : outcome === 'timed-out' ? 'stuck' : 'doomed', unicode);
  const where = place === undefined ? '' : `   ${plainText(place.file)}:${place.line}`;
  const message = plainText(hasFailed(outcome) ? targetMessage(target) : (target.message ?? ''));
  const silent = message === '' || told.some((line) => line !== '' && message.endsWith(line));
  return [
    `${mark} ${plainText(target.target)}   ${reached}/${wanted} ${waitedFor}${outcome === 'unfinished' ? '   not decided' : ''}${where}`,
    ...(silent ? [] : [`  ${message}`]),
  ];
}

/** Of several Pods, the logs of one are enough. */
function causeLines({ finding, pods, targets }: CheckCause, several: boolean, style: WhyStyle): readonly string[] {
  if (finding === undefined) return [];
  const [first] = pods;
  const name = first === undefined ? `${targets[0]?.namespace}/${targets[0]?.target}` : `${first.namespace}/${first.name}`;
  return [
    ...findingLines(pods.length > 1 ? `${pods.length} Pods: ${findingTitle(finding)}` : name, finding, style),
    ...(pods.length > 1 ? [`    pods      ${listed(pods.map((pod) => pod.name))}`] : []),
    ...(several && first !== undefined ? [`    of        ${listed(targets.map(({ target }) => target))}`] : []),
    ...(pods.find(({ logs }) => logs.length > 0)?.logs ?? []).flatMap(logLines),
  ];
}

function logLines({ container, previous, lines }: LogTail): readonly string[] {
  const title = `    log of ${plainText(container)}${previous ? ', before its last restart' : ''}:`;
  return [title, ...lines.slice(-mostLogLines).map((line) => `      ${plainText(line)}`)];
}
