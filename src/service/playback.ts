/** The port through which the dashboard plays a recording: where it stands, and what it can be told. */

export interface PlaybackState {
  /** Milliseconds since the epoch, as everything here: the recorded time that is shown. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  /** How many changes are behind, and how many there are. */
  readonly index: number;
  readonly changes: number;
  /** Recorded seconds a second. */
  readonly speed: number;
  readonly playing: boolean;
}

export type PlaybackCommand =
  | { readonly type: 'pause-or-play' }
  /** By so many milliseconds of the recording; infinite is an end of it. */
  | { readonly type: 'seek'; readonly by: number }
  /** By one change. */
  | { readonly type: 'step'; readonly by: 1 | -1 }
  | { readonly type: 'speed'; readonly by: 1 | -1 };

export interface PlaybackControl {
  state(): PlaybackState;
  command(command: PlaybackCommand): void;
  /** The state whenever it was commanded, and some times a second while it plays, until the signal aborts. */
  states(signal: AbortSignal): AsyncIterable<PlaybackState>;
}
