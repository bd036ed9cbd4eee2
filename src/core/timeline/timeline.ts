/** What a timeline is: the stages of one Pod's start-up, each with its time, how that is known, and whether it was on the critical path. */

/**
 * In the order in which a start-up goes through them. `volumes` is told apart from the sandbox only where something is known of it. `gap` is time before
 * a container for which nothing accounts. `run` is a container's work, in a Pod that ends or whose container keeps ending. `probes` lasts from a
 * container's start until its startup and readiness probes have passed.
 */
export const stageKinds = [
  'created',
  'scheduled',
  'volumes',
  'sandbox',
  'gap',
  'pull',
  'init',
  'sidecar',
  'container',
  'run',
  'probes',
  'gate',
  'ready',
] as const;
export type StageKind = (typeof stageKinds)[number];

/**
 * `waiting`: its turn has not come. `running`: it goes on. `failed`: its last attempt failed, whether or not there will be another. `unknown`: it must have
 * been, and nothing tells of it any more.
 */
export type StageState = 'done' | 'running' | 'waiting' | 'failed' | 'unknown';

/**
 * What the end of a stage, or while it goes on its beginning, is known from: a time in the Pod's status, the time of an Event, a duration in an Event's
 * message, or the order of things: it ended at the latest when what comes after it began.
 */
export type StageSource = 'status' | 'event' | 'message' | 'order';

export interface Stage {
  readonly kind: StageKind;
  /** The container, or the readiness gate; empty for the Pod as a whole. */
  readonly subject: string;
  readonly state: StageState;
  /** Milliseconds since the epoch, in whole seconds, as the API gives them. `to` is undefined while it goes on, and where it is not known. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Milliseconds; so far while it goes on. Undefined where either end is not known. */
  readonly duration: number | undefined;
  /** How fine the duration is: only pulls tell more than whole seconds. */
  readonly precision: 'second' | 'millisecond';
  /** Undefined where no time is known. */
  readonly source: StageSource | undefined;
  /** Whether a shorter stage would have made the Pod Ready (or end) sooner. */
  readonly critical: boolean;
  /** What else there is to say, as text from the cluster may say it. */
  readonly note: string | undefined;
}

/** `lost`: it was Ready and is no longer. `completed`: it ended well, as a Job's Pod does. */
export type StartUpOutcome = 'ready' | 'starting' | 'lost' | 'completed' | 'failed';

export interface Timeline {
  /** When the Pod was created; the earliest time that is known for a static Pod, which is created after it has started. */
  readonly start: number | undefined;
  /** When it became Ready, or ended; now while it starts. */
  readonly end: number | undefined;
  /** From start to end in milliseconds. */
  readonly total: number | undefined;
  readonly outcome: StartUpOutcome;
  /** It is Ready, and was so before as it seems: when it first was is not known, so that its total says nothing of its start. */
  readonly readyAgain: boolean;
  readonly stages: readonly Stage[];
  /** The stage to shorten first, by its place among the stages, and why, in a sentence or two; undefined where there is nothing to gain. */
  readonly shortenFirst: { readonly stage: number; readonly text: string } | undefined;
  /** What one has to know to read it right: what is no longer known, and what cannot be. */
  readonly caveats: readonly string[];
}
