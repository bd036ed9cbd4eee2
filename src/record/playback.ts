/**
 * The clock of a recording: it plays at a speed, pauses, seeks and steps. Where it stands is a time and a number of changes, as several changes may
 * have the same time.
 */
import { type Clock, systemClock } from '../service/clock.ts';
import type { PlaybackCommand, PlaybackControl, PlaybackState } from '../service/playback.ts';
import type { Recording } from './recording.ts';

const speeds = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] as const;
/** How often the position is told while it plays. */
const toldEveryMs = 200;

export class Playback implements PlaybackControl {
  readonly recording: Recording;
  readonly #clock: Clock;
  #speed: number;
  #playing: boolean;
  /** Where it stood, at which time of the outer clock. */
  #at: number;
  #index: number;
  #since: number;
  /** Goes up with each jump, so that who follows knows that what came before does not lead here. */
  #jumps = 0;
  readonly #wakes = new Set<() => void>();

  constructor(recording: Recording, options: { readonly speed?: number; readonly clock?: Clock } = {}) {
    this.recording = recording;
    this.#clock = options.clock ?? systemClock;
    this.#speed = options.speed ?? 1;
    this.#at = recording.start;
    this.#index = recording.indexAt(recording.start);
    this.#since = this.#clock.now();
    this.#playing = recording.end > recording.start;
  }

  get jumps(): number {
    return this.#jumps;
  }

  state(): PlaybackState {
    this.#advance();
    const { start, end, changes } = this.recording;
    return { at: this.#at, start, end, index: this.#index, changes: changes.length, speed: this.#speed, playing: this.#playing };
  }

  command(command: PlaybackCommand): void {
    this.#advance();
    const { start, end, base, changes } = this.recording;
    switch (command.type) {
      case 'pause-or-play':
        if (!this.#playing && this.#at >= end) this.#jump(start, this.recording.indexAt(start));
        this.#playing = !this.#playing && end > start;
        break;
      case 'seek': {
        const at = Math.min(end, Math.max(start, this.#at + command.by));
        this.#jump(at, this.recording.indexAt(at));
        if (at === end) this.#playing = false;
        break;
      }
      case 'step': {
        const index = Math.min(changes.length, Math.max(base, this.#index + command.by));
        this.#playing = false;
        if (index !== this.#index) this.#jump(Math.max(start, changes[index - 1]?.at ?? start), index);
        break;
      }
      case 'speed': {
        const faster = speeds.find((speed) => speed > this.#speed);
        const slower = speeds.findLast((speed) => speed < this.#speed);
        this.#speed = (command.by > 0 ? faster : slower) ?? this.#speed;
        break;
      }
    }
    for (const wake of this.#wakes) wake();
  }

  async *states(signal: AbortSignal): AsyncGenerator<PlaybackState> {
    while (!signal.aborted) {
      const state = this.state();
      yield state;
      await this.changed(state.playing ? toldEveryMs : Number.POSITIVE_INFINITY, signal);
    }
  }

  /** Resolves at the next command, after so long, or when the signal aborts. */
  async changed(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#wakes.add(wake);
    signal.addEventListener('abort', wake);
    try {
      if (ms === Number.POSITIVE_INFINITY) await new Promise<void>((resolve) => woken.signal.addEventListener('abort', () => resolve()));
      else await this.#clock.wait(ms, woken.signal);
    } finally {
      this.#wakes.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }

  /** How long until there are more than `index` changes; infinite while it does not play or nothing is to come. */
  untilAfter(index: number): number {
    const { playing, at, index: now } = this.state();
    if (now > index) return 0;
    const next = this.recording.changes[index];
    return !playing || next === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil((next.at - at) / this.#speed));
  }

  #jump(at: number, index: number): void {
    this.#at = at;
    this.#index = index;
    this.#jumps++;
  }

  #advance(): void {
    const now = this.#clock.now();
    if (this.#playing) {
      this.#at = Math.min(this.recording.end, this.#at + (now - this.#since) * this.#speed);
      this.#index = Math.max(this.#index, this.recording.indexAt(this.#at));
      if (this.#at >= this.recording.end) this.#playing = false;
    }
    this.#since = now;
  }
}
