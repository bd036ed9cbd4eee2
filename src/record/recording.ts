/**
 * A recording in memory: the changes in order, and what there was after any number of them.
 *
 * An object stays the text that it is in the file, off the heap, until somebody looks at it; a checkpoint adds nothing but a place from which to look.
 */
import { object, text } from '../core/json.ts';
import type { RecordedKind, RecordedLine, RecordedLink, RecordingHeader } from './recording-format.ts';

export interface RecordedObject {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly json: Buffer;
}

export type RecordedChange =
  | { readonly at: number; readonly type: 'upsert'; readonly kind: RecordedKind; readonly object: RecordedObject }
  | { readonly at: number; readonly type: 'delete'; readonly kind: RecordedKind; readonly uid: string }
  | { readonly at: number; readonly type: 'link'; readonly link: RecordedLink };

/** What there is at one moment. */
export interface RecordedState {
  readonly pods: ReadonlyMap<string, RecordedObject>;
  readonly events: ReadonlyMap<string, RecordedObject>;
  readonly links: ReadonlyMap<RecordedKind, RecordedLink & { readonly at: number }>;
}

interface MutableState {
  readonly pods: Map<string, RecordedObject>;
  readonly events: Map<string, RecordedObject>;
  readonly links: Map<RecordedKind, RecordedLink & { readonly at: number }>;
}

export class Recording {
  readonly header: RecordingHeader;
  readonly changes: readonly RecordedChange[];
  /** How many changes make up the first state: the recording is never before them. */
  readonly base: number;
  /** When the first state was complete, and when the recording ended; milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** It ends in the middle: whoever wrote it was stopped. */
  readonly cut: boolean;
  readonly #marks: readonly Mark[];

  constructor(header: RecordingHeader, gathered: Gathered) {
    this.header = header;
    this.changes = gathered.changes;
    this.base = gathered.base ?? gathered.changes.length;
    this.start = gathered.start ?? gathered.last ?? (Date.parse(header.startedAt) || 0);
    this.end = Math.max(this.start, gathered.last ?? this.start);
    this.cut = !gathered.ended;
    this.#marks = gathered.marks;
  }

  /** How many changes have happened by then, the first state among them. */
  indexAt(at: number): number {
    let [low, high] = [this.base, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What there is after that many changes. */
  stateAt(index: number): RecordedState {
    const mark = this.#marks.findLast((one) => one.index <= index);
    const state: MutableState = { pods: new Map(mark?.state.pods), events: new Map(mark?.state.events), links: new Map(mark?.state.links) };
    for (let at = mark?.index ?? 0; at < index; at++) apply(state, this.changes[at]);
    return state;
  }
}

interface Mark {
  readonly index: number;
  readonly state: RecordedState;
}

interface Gathered {
  readonly changes: readonly RecordedChange[];
  readonly marks: readonly Mark[];
  readonly base: number | undefined;
  readonly start: number | undefined;
  readonly last: number | undefined;
  readonly ended: boolean;
}

/** Takes the lines one after the other. A line that says what is known already adds nothing. */
export class RecordingGatherer implements Gathered {
  readonly changes: RecordedChange[] = [];
  readonly marks: Mark[] = [];
  base: number | undefined;
  start: number | undefined;
  last: number | undefined;
  ended = false;
  readonly #state: MutableState = { pods: new Map(), events: new Map(), links: new Map() };
  /** What the open checkpoint has named so far. */
  #named: Set<string> | undefined;

  take(line: RecordedLine): void {
    const at = Math.max(line.at, this.last ?? line.at);
    this.last = at;
    switch (line.type) {
      case 'checkpoint':
        if (line.edge === 'begin') this.#named = new Set();
        else this.#complete(at);
        return;
      case 'upsert': {
        const { kind, object: whole } = line;
        const metadata = object(whole['metadata']);
        const [uid, resourceVersion] = [text(metadata['uid']) ?? '', text(metadata['resourceVersion']) ?? ''];
        this.#named?.add(uid);
        if (this.#of(kind).get(uid)?.resourceVersion === resourceVersion) return;
        this.#add({ at, type: 'upsert', kind, object: { uid, resourceVersion, json: Buffer.from(JSON.stringify(whole)) } });
        return;
      }
      case 'delete':
        this.#named?.delete(line.uid);
        if (this.#of(line.kind).has(line.uid)) this.#add({ at, type: 'delete', kind: line.kind, uid: line.uid });
        return;
      case 'link': {
        const { at: _at, type: _type, ...link } = line;
        const before = this.#state.links.get(link.kind);
        if (before?.state !== link.state || before.message !== link.message) this.#add({ at, type: 'link', link });
        return;
      }
      case 'end':
        this.ended = true;
        return;
    }
  }

  #of(kind: RecordedKind): ReadonlyMap<string, RecordedObject> {
    return kind === 'Pod' ? this.#state.pods : this.#state.events;
  }

  /** What the checkpoint did not name is gone: its change was never written. */
  #complete(at: number): void {
    const named = this.#named;
    this.#named = undefined;
    if (named === undefined) return;
    for (const kind of ['Pod', 'Event'] as const) for (const uid of this.#of(kind).keys()) if (!named.has(uid)) this.#add({ at, type: 'delete', kind, uid });
    this.base ??= this.changes.length;
    this.start ??= at;
    this.marks.push({
      index: this.changes.length,
      state: { pods: new Map(this.#state.pods), events: new Map(this.#state.events), links: new Map(this.#state.links) },
    });
  }

  #add(change: RecordedChange): void {
    this.changes.push(change);
    apply(this.#state, change);
  }
}

function apply(state: MutableState, change: RecordedChange | undefined): void {
  if (change === undefined) return;
  if (change.type === 'link') {
    state.links.set(change.link.kind, { ...change.link, at: change.at });
    return;
  }
  const objects = change.kind === 'Pod' ? state.pods : state.events;
  if (change.type === 'delete') objects.delete(change.uid);
  else objects.set(change.object.uid, change.object);
}
