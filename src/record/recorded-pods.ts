/** Pods, Events and single Pods of a recording that is played: what the dashboard sees in place of a cluster. */
import type { DescribedPod } from '../core/described-pod.ts';
import { type EventFacts, eventFacts, isAboutPod } from '../core/event-facts.ts';
import { type PodFacts, podFacts } from '../core/pod-facts.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { describedAlone } from '../service/pod-description.ts';
import type { PodDetails } from '../service/pod-details.ts';
import type { PodObject } from '../service/pod-reader.ts';
import type { EventBatch, Link, PodBatch, PodChange, PodIdentity, PodScope, PodSource } from '../service/pod-source.ts';
import { scopeFilter } from '../service/selector-match.ts';
import type { Playback } from './playback.ts';
import type { RecordedObject, RecordedState } from './recording.ts';

/** After a jump everything is told again, so that what is computed with the time is computed anew. */
export function recordedPods(playback: Playback): PodSource {
  const cluster = playback.recording.header.context;
  return {
    clusters: [cluster],
    watchPods: (scope, { signal }) => watchPods(playback, cluster, scope, signal),
    watchEvents: (pod, signal) => watchEvents(playback, pod, signal),
  };
}

/** What a recording knows of single Pods: their objects and Events at the moment that is shown, and no logs and nodes. */
export function recordedDetails(playback: Playback): PodDetails {
  const { recording } = playback;
  return {
    async object({ uid, name }) {
      const found = recording.stateAt(playback.state().index).pods.get(uid);
      if (found === undefined) throw new PodwrightError('not-found', `pods "${name}" not found`);
      return objectOf(found);
    },
    async describe(pod, now) {
      const state = recording.stateAt(playback.state().index);
      const found = state.pods.get(pod.uid);
      if (found === undefined) throw new PodwrightError('not-found', `pods "${pod.name}" not found`);
      return recordedDescription(state, objectOf(found), now);
    },
    followLog() {
      throw new PodwrightError('not-found', 'logs are not recorded');
    },
    async logTail() {
      throw new PodwrightError('not-found', 'logs are not recorded');
    },
    async diagnosisContext(pod) {
      const { events, links } = recording.stateAt(playback.state().index);
      const about = [...events.values()].map((event) => eventFacts(objectOf(event))).filter((event) => isAboutPod(event, pod));
      // What else a look on the cluster would have shown is not recorded.
      return links.get('Event')?.state === 'refused' ? {} : { events: about };
    },
    async node() {
      throw new PodwrightError('not-found', 'nodes are not recorded');
    },
    usage: async () => undefined,
    usages: async () => undefined,
    async namespaces() {
      const names = new Set(
        recording.changes.flatMap((change) => (change.type === 'upsert' && change.kind === 'Pod' ? [factsOf(change.object).namespace] : [])),
      );
      return [...names].sort();
    },
  };
}

async function* watchPods(playback: Playback, cluster: string, scope: PodScope, signal: AbortSignal): AsyncGenerator<PodBatch> {
  const inScope = scopeFilter(scope);
  let shown = new Map<string, { readonly of: RecordedObject; readonly pod: PodFacts }>();
  for await (const [state, jumped] of states(playback, signal)) {
    const changes: PodChange[] = [];
    const next = new Map<string, { readonly of: RecordedObject; readonly pod: PodFacts }>();
    for (const [uid, of] of state.pods) {
      const before = shown.get(uid);
      const pod = before?.of === of ? before.pod : factsOf(of);
      if (!inScope(pod)) continue;
      next.set(uid, { of, pod });
      if (jumped || before?.of !== of) changes.push({ type: 'upsert', cluster, pod });
    }
    for (const [uid, { pod }] of shown) if (!next.has(uid)) changes.push({ type: 'delete', cluster, pod });
    shown = next;
    yield { preview: [], changes, synced: true, links: new Map([[cluster, recordedLink(playback, state)]]) };
  }
}

async function* watchEvents(playback: Playback, pod: PodIdentity, signal: AbortSignal): AsyncGenerator<EventBatch> {
  let shown = new Map<string, RecordedObject>();
  for await (const [state, jumped] of states(playback, signal)) {
    const next = new Map<string, RecordedObject>();
    const events: EventFacts[] = [];
    for (const [uid, of] of state.events) {
      const known = shown.get(uid) === of;
      if (known) next.set(uid, of);
      if (known && !jumped) continue;
      const facts = eventFacts(objectOf(of));
      if (!isAboutPod(facts, pod)) continue;
      next.set(uid, of);
      events.push(facts);
    }
    shown = next;
    const refused = eventsRefused(state);
    const problem = refused === undefined ? undefined : new PodwrightError('forbidden', refused);
    yield { events, synced: true, problem, ...(jumped ? { anew: true } : {}) };
  }
}

/** Why there are no Events in the recording; undefined where there are. */
function eventsRefused({ links }: RecordedState): string | undefined {
  const link = links.get('Event');
  return link?.state === 'refused' ? (link.message ?? 'Events were not recorded') : undefined;
}

/** All that a recording has to say of a Pod at one moment: no logs, no nodes, and none of what the Pod refers to. */
export function recordedDescription(state: RecordedState, pod: PodObject, now: number): DescribedPod {
  const refused = eventsRefused(state);
  const identity = podFacts(pod);
  const events = [...state.events.values()].map((event) => eventFacts(objectOf(event))).filter((event) => isAboutPod(event, identity));
  return describedAlone(pod, refused === undefined ? { state: 'known', value: events } : { state: 'unknown', problem: refused }, now, 'it is not recorded');
}

/** What there is, now and whenever it changes; true after a jump. */
async function* states(playback: Playback, signal: AbortSignal): AsyncGenerator<readonly [RecordedState, boolean]> {
  let jumps: number | undefined;
  while (!signal.aborted) {
    const { index } = playback.state();
    const jumped = jumps !== playback.jumps;
    jumps = playback.jumps;
    yield [playback.recording.stateAt(index), jumped];
    while (!signal.aborted && jumps === playback.jumps && playback.state().index <= index) await playback.changed(playback.untilAfter(index), signal);
  }
}

function recordedLink({ recording }: Playback, { links }: RecordedState): Link {
  const link = links.get('Pod');
  if (link?.state !== 'stale') return { state: 'live', since: link?.at ?? recording.start };
  return { state: 'stale', since: link.since ?? link.at, attempt: 1, error: new PodwrightError('unreachable', link.message ?? 'the connection was lost') };
}

function objectOf({ json }: RecordedObject): PodObject {
  return JSON.parse(json.toString()) as PodObject;
}

function factsOf(recorded: RecordedObject): PodFacts {
  return podFacts(objectOf(recorded));
}
