/** The walk through a start-up, in which each stage begins where the one before has ended: what the parts of a timeline are put together with. */
import type { EventFacts } from '../event-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { wholeSecond } from './start-evidence.ts';
import type { Stage } from './timeline.ts';

/** A stage before the critical path is known. Absent times are not known. */
export interface StageDraft extends Pick<Stage, 'kind' | 'subject' | 'state'> {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly source?: Stage['source'];
  readonly note?: string | undefined;
  /** Where it is known finer than from both ends, in milliseconds. */
  readonly took?: number | undefined;
}

/** Those that come one after the other: the kubelet prepares and starts the containers of a Pod in turn. */
export const inTurn: ReadonlySet<Stage['kind']> = new Set(['created', 'scheduled', 'volumes', 'sandbox', 'gap', 'pull', 'init', 'sidecar', 'container']);

/** Clocks of two machines, and times cut to seconds, differ by this much without a word. */
const slackMs = 2000;
/** Times are whole seconds, so that a stage of half a second may lie between times that differ by one. */
export const shortestGapMs = 2000;

export interface Span {
  readonly start: number | undefined;
  readonly end: number;
}

export class StartUpWalk {
  readonly facts: PodFacts;
  readonly events: readonly EventFacts[];
  readonly span: Span;
  readonly drafts: StageDraft[] = [];
  readonly caveats = new Set<string>();
  #passedAt: number | undefined;
  #lastKnown: number | undefined;
  /** What has not been passed, in words that follow "after"; what comes later waits for it. */
  heldBy: string | undefined;

  constructor(facts: PodFacts, events: readonly EventFacts[], span: Span) {
    this.facts = facts;
    this.events = events;
    this.span = span;
    this.passTo(span.start);
  }

  /** When what came before had ended; undefined where that is not known. */
  get cursor(): number | undefined {
    return this.#passedAt === undefined ? undefined : Math.max(this.#passedAt, this.#lastKnown ?? this.#passedAt);
  }

  passTo(at: number | undefined): void {
    this.#passedAt = at;
    this.#reached(at);
  }

  /** Nothing after this comes before it is passed: what did all the same was of an earlier start. */
  hold(by: string): void {
    this.heldBy = by;
    this.#passedAt = undefined;
  }

  #reached(at: number | undefined): void {
    if (at !== undefined) this.#lastKnown = Math.max(at, this.#lastKnown ?? at);
  }

  /** The time of something that comes after all before it. */
  inTurn(at: number | undefined, from?: number): number | undefined {
    return this.placed(at, from ?? this.#lastKnown);
  }

  add(draft: StageDraft): void {
    this.drafts.push(draft);
    if (inTurn.has(draft.kind)) this.#reached(draft.to ?? draft.from);
  }

  /**
   * A time as it may stand in the timeline: not before what it follows, and not after the end. One that is off by more than clocks are is not believed.
   */
  placed(at: number | undefined, notBefore: number | undefined = this.span.start): number | undefined {
    const second = wholeSecond(at);
    const lowest = notBefore ?? Number.NEGATIVE_INFINITY;
    const highest = Math.max(lowest, this.span.end);
    if (second === undefined) return undefined;
    if (second < lowest - slackMs || second > highest + slackMs) {
      this.caveats.add('Some times contradict each other (clocks that differ, or a start that was made anew), and are left out.');
      return undefined;
    }
    return Math.min(Math.max(second, lowest), highest);
  }
}

/** `3 times`, `once`. */
export function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Parts of a note that there are. */
export function noteOf(...parts: readonly (string | undefined)[]): string | undefined {
  const said = parts.filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? undefined : said.join('; ');
}
