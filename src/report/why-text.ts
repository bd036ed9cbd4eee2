/** What `why` prints for people: a cause a paragraph, worst first, with what shows it and what to try. */
import { humanDuration } from '../core/age.ts';
import { type Evidence, type Finding, findingTitle, type Verdict } from '../core/diagnosis/finding.ts';
import type { SharedCause, TroubledPod } from '../core/diagnosis/shared-causes.ts';
import type { Health } from '../core/pod-health.ts';
import { healthGlyph } from './glyphs.ts';
import { plainText } from './terminal-text.ts';

export interface WhyStyle {
  readonly unicode: boolean;
  readonly color: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const healthOf: Readonly<Record<Verdict, Health>> = { doomed: 'doomed', stuck: 'stuck', waiting: 'starting', degraded: 'ready', info: 'ready' };
/** SGR colours, as in the dashboard: red, yellow, blue; nothing where nothing is wrong. */
const colors: Readonly<Record<Verdict, number | undefined>> = { doomed: 31, stuck: 33, waiting: 34, degraded: 33, info: undefined };

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
    ...(pods.length > 1 ? [`    pods      ${podNames(pods)}`] : []),
    '',
  ].join('\n');
}

/** Findings of a workload that cannot make its Pods. */
export function workloadText(namespace: string, findings: readonly Finding[], style: WhyStyle): string {
  return findings.map((finding) => [...findingLines(`${namespace}/${finding.subject}`, finding, style), ''].join('\n')).join('\n');
}

/** How many Pods have nothing wrong with them: `● shop/web  well` for one, else their number. */
export function healthyText(names: readonly string[], style: WhyStyle): string {
  if (names.length === 0) return '';
  const what = names.length === 1 ? `${names[0]}   nothing is wrong with it` : `nothing is wrong with ${names.length} Pods`;
  return `${painted(healthGlyph('ready', style.unicode), style.color ? 32 : undefined)} ${plainText(what)}\n`;
}

/** One finding of what bears the name: its cause, what shows it and what to try. */
export function findingLines(name: string, finding: Finding, style: WhyStyle): readonly string[] {
  const { verdict, code, since, cause, evidence, next } = finding;
  const glyph = healthGlyph(healthOf[verdict], style.unicode);
  const lasting = since === undefined ? verdict : `${verdict} for ${humanDuration(style.now - since)}`;
  const color = style.color ? colors[verdict] : undefined;
  return [
    `${painted(`${glyph} ${plainText(name)}`, color)}   ${lasting}   ${code}`,
    `  ${plainText(cause)}`,
    ...labelled(
      'evidence',
      evidence.slice(0, mostEvidence).flatMap((each) => evidenceLines(each, style.now)),
    ),
    ...labelled('try', next === undefined ? [] : [plainText(next)]),
  ];
}

function painted(text: string, color: number | undefined): string {
  return color === undefined ? text : `\x1b[${color}m${text}\x1b[39m`;
}

function nameOf({ facts }: TroubledPod): string {
  return `${facts.namespace}/${facts.name}`;
}

function podNames(pods: readonly TroubledPod[]): string {
  const names = pods.slice(0, mostPods).map((pod) => plainText(nameOf(pod)));
  return names.join(', ') + (pods.length > mostPods ? ` and ${pods.length - mostPods} more` : '');
}

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `    ${(index === 0 ? label : '').padEnd(9)} ${line}`);
}

/** A piece of evidence, a line each; times are those before `now`. */
export function evidenceLines(evidence: Evidence, now: number): readonly string[] {
  switch (evidence.source) {
    case 'status':
    case 'spec':
      return [cut(`${evidence.path}: ${evidence.text}`)];
    case 'event': {
      const ago = evidence.at === undefined ? '' : ` ${humanDuration(now - evidence.at)} ago`;
      return [cut(`event${ago}${evidence.count > 1 ? ` (x${evidence.count})` : ''}: ${evidence.reason}: ${evidence.text}`)];
    }
    case 'log':
      return evidence.text.split('\n').map((line) => cut(`log of ${evidence.container}: ${line}`));
    case 'reference':
      return [cut(`${evidence.object} ${evidence.text}`)];
  }
}

function cut(text: string): string {
  const plain = plainText(text);
  return plain.length <= longest ? plain : `${plain.slice(0, longest)} …`;
}
