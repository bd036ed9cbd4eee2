/**
 * Writes a recording as it happens: the header, a checkpoint once all is known, then a line a change.
 *
 * What it holds is the last picture of each object, as the text that a checkpoint is made of: it grows with the objects there are, never with time. An
 * output that cannot keep up is caught up with by a checkpoint in place of the changes that wait.
 */
import { type Json, object, text } from '../core/json.ts';
import { type Clock, systemClock } from '../service/clock.ts';
import { lineText, type RecordedKind, type RecordedLine, type RecordedLink, type RecordingHeader, uidOf } from './recording-format.ts';
import { redactedEvent, redactedPod } from './redact.ts';

/** Where the bytes go. */
export interface RecordingOutput {
  /** Resolves once the bytes can be read by others, with how many have been written in all. Rejects where they cannot be written. */
  write(bytes: readonly (string | Buffer)[]): Promise<number>;
  close(): Promise<number>;
  /** Takes back a file that this recording made; what was there before, and what is no file (a device, a pipe), is left alone. */
  discard(): Promise<void>;
}

/** An object as it is recorded: redacted, and made small at once. */
export interface RecordableObject {
  readonly uid: string;
  readonly resourceVersion: string;
  /** The Pod that it is, or is about, as namespace/name. */
  readonly about: string;
  readonly json: Buffer;
}

export interface RecordingProgress {
  readonly pods: number;
  readonly changes: number;
  /** As they are in the file. */
  readonly bytes: number;
}

/** How long changes gather before they are written: what a kill can lose. */
const gatherMs = 200;
/** A checkpoint is due when the changes since the last take this many bytes, and this many times what a checkpoint takes. */
const checkpointBytes = 256 * 1024;
const checkpointShare = 4;
/** Beyond this, changes that wait to be written give way to a checkpoint. */
const maxPendingBytes = 64 * 1024 * 1024;
/** Events that come before their Pod wait for it; of strangers' Events no more than this are held. */
const maxWaitingEvents = 2000;

export function recordable(kind: RecordedKind, whole: unknown): RecordableObject {
  const { namespace, name, resourceVersion } = object(object(whole)['metadata']);
  const regarding = object(object(whole)['involvedObject']);
  const about: Json = kind === 'Pod' ? { namespace, name } : regarding;
  return {
    uid: uidOf(whole),
    resourceVersion: text(resourceVersion) ?? '',
    about: `${text(about['namespace']) ?? ''}/${text(about['name']) ?? ''}`,
    json: Buffer.from(JSON.stringify(kind === 'Pod' ? redactedPod(whole) : redactedEvent(whole))),
  };
}

export class RecordingWriter {
  readonly #output: RecordingOutput;
  readonly #clock: Clock;
  /** With selected Pods, Events of other Pods are passed over. */
  readonly #selected: boolean;
  readonly #objects: Readonly<Record<RecordedKind, Map<string, RecordableObject>>> = { Pod: new Map(), Event: new Map() };
  readonly #links = new Map<RecordedKind, RecordedLink>();
  readonly #podNames = new Set<string>();
  readonly #waiting = new Map<string, RecordableObject>();
  readonly #stop = new AbortController();
  #pending: (string | Buffer)[] = [];
  #pendingBytes = 0;
  #sinceCheckpoint = 0;
  #checkpointSize = 0;
  #at = 0;
  #synced = false;
  #changes = 0;
  #bytes = 0;
  #wake: (() => void) | undefined;

  constructor(output: RecordingOutput, header: RecordingHeader, clock: Clock = systemClock) {
    this.#output = output;
    this.#clock = clock;
    this.#selected = header.scope.labelSelector !== undefined;
    this.#push([lineText(header)]);
  }

  get progress(): RecordingProgress {
    return { pods: this.#objects.Pod.size, changes: this.#changes, bytes: this.#bytes };
  }

  upsert(kind: RecordedKind, item: RecordableObject): void {
    if (item.uid === '') return;
    if (kind === 'Pod') this.#podNames.add(item.about);
    if (kind === 'Event' && this.#selected && !this.#podNames.has(item.about)) {
      this.#wait(item);
      return;
    }
    this.#objects[kind].set(item.uid, item);
    if (this.#synced) this.#change(this.#upsertLine(kind, item));
    if (kind === 'Pod' && this.#waiting.size > 0) this.#joined(item.about);
  }

  remove(kind: RecordedKind, uid: string): void {
    this.#waiting.delete(uid);
    if (this.#objects[kind].delete(uid) && this.#synced) this.#change([lineText({ at: this.#now(), type: 'delete', kind, uid })]);
  }

  /** Written where it differs from what was said last. */
  link(link: RecordedLink): void {
    const before = this.#links.get(link.kind);
    if (before?.state === link.state && before.message === link.message) return;
    this.#links.set(link.kind, link);
    if (this.#synced) this.#push([this.#linkLine(link)]);
  }

  /** The first state is complete: from now on changes are written. */
  synced(): void {
    if (this.#synced) return;
    this.#synced = true;
    this.#checkpoint();
  }

  /** Writes until `end` is called. Rejects with what the output failed with. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted || this.#pending.length > 0) {
      if (this.#pending.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const lines = this.#pending;
      this.#pending = [];
      this.#pendingBytes = 0;
      this.#bytes = await this.#output.write(lines);
      await this.#clock.wait(gatherMs, signal);
    }
    this.#bytes = await this.#output.close();
  }

  /** To be called where nothing was recorded, after `run` is over: an empty file would only stand in the way of the next try. */
  async discard(): Promise<void> {
    if (!this.#synced) await this.#output.discard();
  }

  /** Lets `run` write what is left, say that this is the end, and resolve. */
  end(): void {
    if (this.#stop.signal.aborted) return;
    this.#push([lineText({ at: this.#now(), type: 'end' })]);
    this.#stop.abort();
    this.#wake?.();
  }

  #wait(event: RecordableObject): void {
    this.#waiting.set(event.uid, event);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > maxWaitingEvents && oldest !== undefined) this.#waiting.delete(oldest);
  }

  #joined(about: string): void {
    for (const event of [...this.#waiting.values()].filter((waiting) => waiting.about === about)) {
      this.#waiting.delete(event.uid);
      this.upsert('Event', event);
    }
  }

  #change(line: readonly (string | Buffer)[]): void {
    this.#changes++;
    this.#sinceCheckpoint += this.#push(line);
    if (this.#pendingBytes > maxPendingBytes) {
      this.#pending = [];
      this.#pendingBytes = 0;
      this.#checkpoint();
    } else if (this.#sinceCheckpoint > Math.max(checkpointBytes, checkpointShare * this.#checkpointSize)) {
      this.#checkpoint();
    }
  }

  #checkpoint(): void {
    let size = this.#push([lineText({ at: this.#now(), type: 'checkpoint', edge: 'begin' })]);
    for (const kind of ['Pod', 'Event'] as const) for (const item of this.#objects[kind].values()) size += this.#push(this.#upsertLine(kind, item));
    for (const link of this.#links.values()) size += this.#push([this.#linkLine(link)]);
    this.#checkpointSize = size + this.#push([lineText({ at: this.#now(), type: 'checkpoint', edge: 'end' })]);
    this.#sinceCheckpoint = 0;
  }

  /** In parts, so that the text of an object is not copied. */
  #upsertLine(kind: RecordedKind, { json }: RecordableObject): readonly (string | Buffer)[] {
    return [`{"at":${this.#now()},"type":"upsert","kind":"${kind}","object":`, json, '}\n'];
  }

  #linkLine(link: RecordedLink): string {
    return lineText({ at: this.#now(), type: 'link', ...link } satisfies RecordedLine);
  }

  /** Gives how many bytes that is. */
  #push(parts: readonly (string | Buffer)[]): number {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.#pending.push(...parts);
    this.#pendingBytes += bytes;
    this.#wake?.();
    return bytes;
  }

  /** A clock that is set back does not turn the recording back. */
  #now(): number {
    this.#at = Math.max(this.#at, this.#clock.now());
    return this.#at;
  }
}
