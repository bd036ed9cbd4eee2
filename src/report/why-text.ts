/** What `why` prints for people: a cause a paragraph, worst first, with what shows it and what to try. */
import { humanDuration } from '../core/age.ts';
import { type Evidence, type Finding, findingTitle, type Verdict } from '../core/diagnosis/finding.ts';
import type { SharedCause, TroubledPod } from '../core/diagnosis/shared-causes.ts';
import { counted } from '../core/diagnosis/wording.ts';
import type { WorkloadVerdict } from '../core/diagnosis/workload-verdict.ts';
import type { Health } from '../core/pod-health.ts';
import { healthGlyph } from './glyphs.ts';
import { type Style, styleOf } from './style.ts';
import { plainText } from './terminal-text.ts';

export interface WhyStyle {
  readonly unicode: boolean;
  readonly color: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The health that a finding of this verdict makes for, which has the sign. */
export const verdictHealth: Readonly<Record<Verdict, Health>> = { doomed: 'doomed', stuck: 'stuck', waiting: 'starting', degraded: 'ready', info: 'ready' };
/** As in the dashboard; none where nothing is wrong. */
const colors: Readonly<Record<Verdict, keyof Style | undefined>> = { doomed: 'red', stuck: 'yellow', waiting: 'blue', degraded: 'yellow', info: undefined };

/** How many pieces of evidence, and of a group how many Pods, are shown: a screenful is read, a list is not. */
const mostEvidence = 4;
const mostPods = 5;
/** A piece of evidence is cut here: runtimes write whole call stacks. */
const longest = 240;

/** One cause and the Pods that share it. */
export function causeText({ finding, pods }: SharedCause, style: WhyStyle): string {
  const [first] = pods;
  const name = pods.length === 1 && first !== undefined ? nameOf(first) : `${pods.length} Pods: ${findingTitle(finding)}`;
  const others = first === undefined || pods.length > 1 ? [] : first.findings.slice(1);
  return [
    ...findingLines(name, finding, style),
    ...others.map((other) => `  also      ${plainText(other.cause)} (${other.code}, ${other.verdict})`),
    ...(pods.length > 1 ? [`    pods      ${plainText(someNames(pods.map(nameOf), mostPods))}`] : []),
    '',
  ].join('\n');
}

/**
 * How a workload as a whole does: what to read first, how far it is, and what its Pods share where that is more than one thing. Of causes that are Pods'
 * the sentence and the evidence follow with the Pods.
 */
export function workloadText(workload: WorkloadVerdict, style: WhyStyle): string {
  const { namespace, target, lead, summary, progress, causes, past, findings } = workload;
  const own = lead !== undefined && findings.includes(lead);
  const others = findings.filter((each) => each !== lead);
  return [
    headline(`${namespace}/${target}`, workload.verdict, lead, progress, style),
    ...(own ? [`  ${plainText(lead.cause)}`] : []),
    `  ${plainText(summary)}`,
    ...labelled('causes', causes.length < 2 && !own ? [] : causes.map((cause) => sharedText(cause))),
    ...labelled(
      'also',
      others.map((each) => cut(`${each.cause} (${each.code}, ${each.verdict})`)),
    ),
    ...labelled(
      'before',
      past.map((cause) => sharedText(cause)),
    ),
    ...(own ? shown(lead, style) : []),
    '',
  ].join('\n');
}

/** `✖ shop/deploy/web   doomed for 4m   image-not-found   0/3 ready`; nothing is said of a verdict where there is none. */
function headline(name: string, verdict: Verdict | undefined, lead: Finding | undefined, progress: string, style: WhyStyle): string {
  const health = verdictHealth[verdict ?? 'info'];
  const color = verdict === undefined ? 'green' : colors[verdict];
  const told =
    verdict === undefined ? ['nothing is wrong with it'] : [lastingText(verdict, lead?.since, style.now), ...(lead === undefined ? [] : [lead.code])];
  const title = painted(`${healthGlyph(health, style.unicode)} ${plainText(name)}`, color, style);
  return [title, ...told, progress].join('   ');
}

/** `3 Pods: image not found registry/x:1.2 (web-a, web-b, web-c)`. */
function sharedText({ finding, pods }: SharedCause): string {
  const names = pods.map(({ facts }) => facts.name);
  return cut(`${counted(pods.length, 'Pod')}: ${findingTitle(finding)} (${someNames(names, mostPods)})`);
}

/** How many Pods have nothing wrong with them: `● shop/web  well` for one, else their number. */
export function healthyText(names: readonly string[], style: WhyStyle): string {
  if (names.length === 0) return '';
  const what = names.length === 1 ? `${names[0]}   nothing is wrong with it` : `nothing is wrong with ${names.length} Pods`;
  return `${painted(healthGlyph('ready', style.unicode), 'green', style)} ${plainText(what)}\n`;
}

/** One finding of what bears the name: its cause, what shows it and what to try. */
export function findingLines(name: string, finding: Finding, style: WhyStyle): readonly string[] {
  const { verdict, code, since, cause } = finding;
  const glyph = healthGlyph(verdictHealth[verdict], style.unicode);
  return [
    `${painted(`${glyph} ${plainText(name)}`, colors[verdict], style)}   ${lastingText(verdict, since, style.now)}   ${code}`,
    `  ${plainText(cause)}`,
    ...shown(finding, style),
  ];
}

/** What shows a finding, and what to try. */
function shown({ evidence, next }: Finding, { now }: WhyStyle): readonly string[] {
  return [
    ...labelled(
      'evidence',
      evidence.slice(0, mostEvidence).flatMap((each) => evidenceLines(each, now)),
    ),
    ...labelled('try', next === undefined ? [] : [plainText(next)]),
  ];
}

/** `doomed for 4m`. */
export function lastingText(verdict: Verdict, since: number | undefined, now: number): string {
  return since === undefined ? verdict : `${verdict} for ${humanDuration(now - since)}`;
}

function painted(text: string, color: keyof Style | undefined, style: WhyStyle): string {
  return color === undefined ? text : styleOf(style.color)[color](text);
}

function nameOf({ facts }: TroubledPod): string {
  return `${facts.namespace}/${facts.name}`;
}

/** The first few names, and how many there are besides. */
export function someNames(names: readonly string[], most: number): string {
  return names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
}

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `    ${(index === 0 ? label : '').padEnd(9)} ${line}`);
}

/** A piece of evidence, a line each, fit for a terminal and cut; times are those before `now`. */
export function evidenceLines(evidence: Evidence, now: number): readonly string[] {
  return evidenceTexts(evidence, now).map(cut);
}

/** The same as it is. */
export function evidenceTexts(evidence: Evidence, now: number): readonly string[] {
  switch (evidence.source) {
    case 'status':
    case 'spec':
      return [`${evidence.path}: ${evidence.text}`];
    case 'event': {
      const ago = evidence.at === undefined ? '' : ` ${humanDuration(now - evidence.at)} ago`;
      return [`event${ago}${evidence.count > 1 ? ` (x${evidence.count})` : ''}: ${evidence.reason}: ${evidence.text}`];
    }
    case 'log':
      return evidence.text.split('\n').map((line) => `log of ${evidence.container}: ${line}`);
    case 'reference':
      return [`${evidence.object} ${evidence.text}`];
  }
}

function cut(text: string): string {
  const plain = plainText(text);
  return plain.length <= longest ? plain : `${plain.slice(0, longest)} …`;
}
