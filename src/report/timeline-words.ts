/** The words of a timeline, the same in text and in pictures: a stage's name, what it took, how the start-up went. */
import { humanDuration } from '../core/age.ts';
import { ownerTarget } from '../core/owner.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { durationText } from '../core/timeline/shorten-first.ts';
import type { StageStatistics, StartUpStatistics } from '../core/timeline/start-up-statistics.ts';
import type { Stage, StageKind, Timeline } from '../core/timeline/timeline.ts';
import { plainText } from './terminal-text.ts';
import type { TargetStatistics } from './timeline-json.ts';

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

/** Cells of the first word. */
export const wordWidth = 9;

/** What a stage's line begins with: `init      check`. */
export function labelText({ kind, subject }: Pick<Stage, 'kind' | 'subject'>): string {
  return subject === '' ? stageWords[kind] : `${stageWords[kind].padEnd(wordWidth)} ${plainText(subject)}`;
}

interface AtMost {
  /** Stands before a duration that is only known not to have been longer. */
  readonly atMost: string;
}

/** What stands at the end of a stage's line: how long it took, and of Ready, when it was. */
export function toldText(stage: Stage, { start }: Pick<Timeline, 'start'>, marks: AtMost): string {
  const { kind, from, state } = stage;
  return kind === 'ready' && from !== undefined && start !== undefined && state === 'done' ? humanDuration(from - start) : lengthText(stage, marks);
}

/** A duration, with a sign before it where it is only known to have been no longer. */
export function lengthText(stage: Stage, { atMost }: AtMost): string {
  if (stage.state === 'waiting') return '';
  if (stage.duration === undefined) return '?';
  return stage.source === 'order' && stage.state !== 'unknown' && stage.to !== undefined && stage.duration >= 1000
    ? `${atMost}${durationText(stage)}`
    : durationText(stage);
}

/** How the start-up went, in a few words: `Ready after 23s`. */
export function outcomeText({ outcome, readyAgain, total, stages, end }: Timeline, facts: PodFacts): string {
  const after = total === undefined ? '' : ` after ${total < 1000 ? 'less than 1s' : humanDuration(total)}`;
  switch (outcome) {
    case 'ready':
      return `Ready${readyAgain ? ' again' : ''}${after}`;
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

/** When the Pod was created, where it is and whose it is. */
export function aboutTexts(facts: PodFacts): readonly string[] {
  const created = facts.createdAt === undefined ? 'at an unknown time' : new Date(facts.createdAt).toISOString().replace('.000', '');
  return [`created ${created}`, facts.nodeName ?? 'no node yet', ownerTarget(facts) ?? 'no owner'].map(plainText);
}

/** What to shorten first or what holds it up, and what one has to know to read it right. */
export function sentencesOf({ stages, shortenFirst, caveats }: Timeline): readonly string[] {
  const held = stages[shortenFirst?.stage ?? -1]?.state === 'failed';
  return [...(shortenFirst === undefined ? [] : [`${held ? '' : 'Shorten first: '}${shortenFirst.text}`]), ...caveats].map(plainText);
}

/** What the statistics are of: `shop/deploy/web`, `Pods with app=web in shop`. */
export function targetTitle({ target, selected, namespace }: TargetStatistics): string {
  const name = selected ? `Pods with ${target}` : target;
  return plainText(namespace === undefined ? name : selected ? `${name} in ${namespace}` : `${namespace}/${name}`);
}

/** How the start-ups of several Pods went: `3 Pods: 2 Ready, 1 starting`, and how long those took that did. */
export function summaryTexts(statistics: StartUpStatistics): readonly string[] {
  return [outcomesText(statistics), ...(statistics.total === undefined ? [] : [totalText(statistics.total)])];
}

/** The slowest Pods, those that do not count, and what to shorten first. */
export function statisticsSentences({ older, statistics }: TargetStatistics): readonly string[] {
  const { slowest, readyAgain, shortenFirst } = statistics;
  return [
    ...(slowest.length > 1 ? [`Slowest: ${slowest.map(slowText).join(', ')}.`] : []),
    ...(readyAgain > 0
      ? [`${countOf(readyAgain)} Ready again, after a restart or a time of not being it, and not counted: when each first was is no longer known.`]
      : []),
    ...(older > 0 ? [`${countOf(older)} of an older template, and not counted.`] : []),
    ...(shortenFirst === undefined ? [] : [`Shorten first: ${shortenFirst}`]),
  ].map(plainText);
}

function countOf(pods: number): string {
  return pods === 1 ? '1 Pod is' : `${pods} Pods are`;
}

function outcomesText({ pods, outcomes }: StartUpStatistics): string {
  const words = { ready: 'Ready', starting: 'starting', lost: 'no longer Ready', completed: 'completed', failed: 'failed' } as const;
  const parts = (Object.keys(words) as (keyof typeof words)[])
    .filter((outcome) => outcomes[outcome] > 0)
    .map((outcome) => `${outcomes[outcome]} ${words[outcome]}`);
  return `${pods} ${pods === 1 ? 'Pod' : 'Pods'}: ${parts.join(', ')}`;
}

function totalText({ p50, p90, max }: NonNullable<StartUpStatistics['total']>): string {
  return `half within ${humanDuration(p50)}, 9 of 10 within ${humanDuration(p90)}, the slowest ${humanDuration(max)}`;
}

function slowText({ name, total, stage }: StartUpStatistics['slowest'][number]): string {
  const most = stage === undefined || (stage.duration ?? 0) < 1000 ? '' : ` (${labelText(stage).replace(/ +/g, ' ')} ${durationText(stage)})`;
  return `${name} ${humanDuration(total)}${most}`;
}

export function numberText({ count, precision, atMost, kind }: StageStatistics, duration: number, { atMost: sign }: AtMost): string {
  if (count === 0) return '?';
  return `${atMost && kind !== 'gap' && duration >= 1000 ? sign : ''}${durationText({ duration, precision })}`;
}

/** `3`, or `2, 1 in it`, or `2, 1 failing`. */
export function countText({ count, ongoing, failed }: StageStatistics): string {
  const now = [...(ongoing > failed ? [`${ongoing - failed} in it`] : []), ...(failed > 0 ? [`${failed} failing`] : [])];
  return [String(count), ...now].join(', ');
}
