/** What Events and the status tell of the start of one container: its image's pull, and its first start where it was started several times. */
import type { EventFacts } from '../event-facts.ts';
import type { ContainerFacts } from '../pod-facts.ts';
import type { StageSource } from './timeline.ts';

export interface KnownTime {
  readonly at: number;
  readonly source: StageSource;
}

interface PullEvidence {
  /** When it was first tried. */
  readonly from: number | undefined;
  /** When it succeeded. */
  readonly to: number | undefined;
  /** How long the attempt that succeeded took, and how long with the time other pulls were waited for; in milliseconds, from the Event's message. */
  readonly took: number | undefined;
  readonly tookWithWaiting: number | undefined;
  readonly image: string | undefined;
  readonly attempts: number;
}

export interface StartEvidence {
  /** The first start of all. Undefined where it has not started, and where that is no longer known. */
  readonly first: KnownTime | undefined;
  /** When the container of the present or last run started. */
  readonly latest: number | undefined;
  readonly hasStarted: boolean;
  /** Only an Event tells that it has: the kubelet writes no status while it pulls the image of the next container. */
  readonly byEventAlone: boolean;
  /** Undefined where no Event tells of one: the image was there, or the Events are gone. */
  readonly pull: PullEvidence | undefined;
  /** Whether the Events tell that the image was on the node already. */
  readonly present: boolean;
  /** The earliest sign that the kubelet has got to this container. */
  readonly begun: KnownTime | undefined;
}

/** The API writes whole seconds nearly everywhere, cut, not rounded: finer times are cut as well, so that they stay in order with the others. */
export function wholeSecond(at: number | undefined): number | undefined {
  // Where a container could not be started, the kubelet writes 1970.
  return at === undefined || !(at > 0) ? undefined : Math.floor(at / 1000) * 1000;
}

export function startEvidence(container: ContainerFacts, events: readonly EventFacts[]): StartEvidence {
  const own = events.filter((event) => event.container === container.name);
  // The oldest Event of a Pod, and never renewed: while it is there, no other has grown too old.
  const whole = events.some(({ reason }) => reason === 'Scheduled');
  const first = firstStart(container, own, whole);
  const inStatus = container.running !== undefined || container.terminated !== undefined || container.lastTermination !== undefined;
  const byEventAlone = !inStatus && first !== undefined;
  const hasStarted = inStatus || byEventAlone;
  const pull = pullEvidence(own, first?.at, hasStarted);
  const pulled = own.filter(({ reason }) => reason === 'Pulled');
  // Of a container whose first start is not known, what its Events tell may be of any of its runs.
  const told = hasStarted && first === undefined ? undefined : earliest(own.filter(({ reason }) => workReasons.has(reason)));
  const begun = [first, told === undefined ? undefined : ({ at: told, source: 'event' } as const)].filter((time) => time !== undefined);
  return {
    first,
    latest:
      wholeSecond(container.running?.startedAt ?? container.terminated?.startedAt ?? container.lastTermination?.startedAt) ??
      (byEventAlone ? first.at : undefined),
    hasStarted,
    byEventAlone,
    pull,
    present: pulled.some(({ message }) => message.includes('already present')),
    begun: begun.toSorted((a, b) => a.at - b.at)[0],
  };
}

const workReasons: ReadonlySet<string> = new Set(['Pulling', 'Pulled', 'Created', 'Started']);

/**
 * The present run is the first where there was no restart, the run before it where there was one. Beyond that only the Events tell, which are folded
 * into one that keeps its first time. It is that of the first start where no Event of the Pod is gone, or where they add up to all starts; a kubelet that
 * has much to tell of a Pod leaves out later ones, so that they need not.
 */
function firstStart(container: ContainerFacts, own: readonly EventFacts[], whole: boolean): KnownTime | undefined {
  const { running, terminated, lastTermination, restarts } = container;
  const present = running?.startedAt ?? terminated?.startedAt;
  const told = restarts === 0 ? (present ?? lastTermination?.startedAt) : restarts === 1 && present !== undefined ? lastTermination?.startedAt : undefined;
  const inStatus = wholeSecond(told);
  if (inStatus !== undefined) return { at: inStatus, source: 'status' };
  const starts = own.filter(({ reason }) => reason === 'Started');
  const at = earliest(starts);
  const all = starts.reduce((sum, { count }) => sum + count, 0) > restarts;
  return at === undefined || !(all || whole) ? undefined : { at, source: 'event' };
}

function earliest(events: readonly EventFacts[]): number | undefined {
  const times = events.map(({ firstAt }) => wholeSecond(firstAt)).filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** A pull after the first start belongs to a restart; of a container whose first start is not known, it cannot be told to which. */
function pullEvidence(own: readonly EventFacts[], first: number | undefined, hasStarted: boolean): PullEvidence | undefined {
  if (hasStarted && first === undefined) return undefined;
  const inTime = (event: EventFacts): boolean => first === undefined || (wholeSecond(event.firstAt) ?? 0) <= first;
  const pulling = own.filter((event) => event.reason === 'Pulling' && inTime(event));
  const pulled = own.find((event) => event.reason === 'Pulled' && event.message.includes('Successfully pulled') && inTime(event));
  if (pulling.length === 0 && pulled === undefined) return undefined;
  const { message = '', firstAt } = pulled ?? {};
  const [, took, withWaiting] = / in (\S+)(?: \((\S+) including waiting\))?/.exec(message) ?? [];
  return {
    from: earliest(pulling),
    to: wholeSecond(firstAt),
    took: goDuration(took),
    tookWithWaiting: goDuration(withWaiting ?? took),
    image: /image "([^"]*)"/.exec(pulling[0]?.message ?? message)?.[1],
    attempts: pulling.reduce((sum, { count }) => sum + count, 0),
  };
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, µs: 0.001, us: 0.001, ns: 0.000_001 };

/** Milliseconds of a duration as Go prints it: `2.345s`, `1m2.5s`, `873ms`. Undefined for anything else. */
export function goDuration(text: string | undefined): number | undefined {
  const written = text?.replace(/\.$/, '');
  if (written === undefined || !/^(\d+(\.\d+)?(h|ms|m|s|µs|us|ns))+$/.test(written)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|µs|us|ns)/g)) sum += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return Math.round(sum);
}
