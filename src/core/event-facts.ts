/**
 * EventFacts: what is kept of a Kubernetes Event. Both generations of the API are read: `count` and `lastTimestamp` of core/v1, and
 * `series` and `eventTime` of events.k8s.io, which the scheduler writes. Times are milliseconds since the epoch.
 */
import { count, millis, object, text } from './json.ts';

export interface EventFacts {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Normal or Warning. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** How often it was seen. */
  readonly count: number;
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  /** The component that reported it: kubelet, default-scheduler, … */
  readonly source: string;
  /** The container it is about, from involvedObject.fieldPath (`spec.containers{app}`). */
  readonly container: string | undefined;
  readonly regarding: { readonly kind: string; readonly namespace: string; readonly name: string; readonly uid: string };
}

/** The facts of one Event as JSON.parse gives it. Total, like podFacts. */
export function eventFacts(event: unknown): EventFacts {
  const whole = object(event);
  const metadata = object(whole.metadata);
  const series = object(whole.series);
  const regarding = object(whole.involvedObject ?? whole.regarding);
  const eventTime = millis(whole.eventTime);
  const firstAt = millis(whole.firstTimestamp ?? whole.deprecatedFirstTimestamp) ?? eventTime ?? millis(metadata.creationTimestamp);
  return {
    uid: text(metadata.uid) ?? '',
    resourceVersion: text(metadata.resourceVersion) ?? '',
    type: text(whole.type) ?? 'Normal',
    reason: text(whole.reason) ?? '',
    message: text(whole.message) ?? text(whole.note) ?? '',
    count: count(series.count) ?? count(whole.count ?? whole.deprecatedCount) ?? 1,
    firstAt,
    lastAt: millis(series.lastObservedTime) ?? millis(whole.lastTimestamp ?? whole.deprecatedLastTimestamp) ?? eventTime ?? firstAt,
    source: text(whole.reportingComponent) ?? text(whole.reportingController) ?? text(object(whole.source).component) ?? '',
    container: /\{([^}]*)\}/.exec(text(regarding.fieldPath) ?? '')?.[1],
    regarding: {
      kind: text(regarding.kind) ?? '',
      namespace: text(regarding.namespace) ?? '',
      name: text(regarding.name) ?? '',
      uid: text(regarding.uid) ?? '',
    },
  };
}

/** Whether an Event is about this Pod. One about a static Pod has the hash of its file in place of the UID. */
export function isAboutPod({ regarding }: EventFacts, pod: { readonly uid: string; readonly namespace: string; readonly name: string }): boolean {
  if (regarding.uid === pod.uid) return true;
  return regarding.kind === 'Pod' && regarding.name === pod.name && regarding.namespace === pod.namespace && !/^[0-9a-f]{8}-/.test(regarding.uid);
}

/** The Events about each Pod, from those about many. */
export function eventsByPod(events: readonly EventFacts[]): (pod: Parameters<typeof isAboutPod>[1]) => readonly EventFacts[] {
  const byName = Map.groupBy(events, ({ regarding }) => regarding.name);
  return (pod) => (byName.get(pod.name) ?? []).filter((event) => isAboutPod(event, pod));
}

/** Oldest first, by when they were last seen; Events of the same second keep the order of their first. */
export function sortEvents(events: Iterable<EventFacts>): readonly EventFacts[] {
  return [...events].sort((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0) || (a.firstAt ?? 0) - (b.firstAt ?? 0));
}

export interface FoldedEvent {
  /** The last of them. */
  readonly event: EventFacts;
  readonly count: number;
  readonly firstAt: number | undefined;
}

/** Events that say the same of the same container are one, seen as often as all of them and as late as the last. */
export function foldEvents(events: Iterable<EventFacts>): readonly FoldedEvent[] {
  const folded = new Map<string, FoldedEvent>();
  for (const event of sortEvents(events)) {
    const key = `${event.type}\u0000${event.reason}\u0000${event.container ?? ''}\u0000${event.message}`;
    const before = folded.get(key);
    folded.delete(key);
    folded.set(key, { event, count: (before?.count ?? 0) + event.count, firstAt: earliest(before?.firstAt, event.firstAt) });
  }
  return [...folded.values()];
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
