/** The flags that read a recording in place of a cluster. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Recording } from '../src/record/recordings.ts';
import { type ClusterChoice, text } from './cluster-flags.ts';
import type { Arguments, FlagTable } from './command.ts';
import { durationMs } from './duration.ts';

export const fromRecordingFlag: FlagTable = {
  'from-recording': { type: 'string', value: 'FILE', describe: 'Read a recording in place of a cluster' },
};

export const atFlag: FlagTable = {
  at: {
    type: 'string',
    value: 'TIME',
    describe: 'Of a recording: its state at a time of day (RFC 3339), or so long after the start (30s); default is the end',
  },
};

/** A moment of a recording: a time of day, or milliseconds from its start. */
export type RecordedMoment = { readonly kind: 'time'; readonly at: number } | { readonly kind: 'offset'; readonly ms: number };

/** Which recording, and when; `moment` undefined is its end. */
export interface RecordedChoice {
  readonly file: string;
  readonly moment: RecordedMoment | undefined;
}

/** What --from-recording and --at choose; undefined for a cluster. Throws `usage`. */
export function recordedChoice(args: Arguments, cluster: ClusterChoice): RecordedChoice | undefined {
  const file = recordingFile(args, cluster);
  const at = text(args, 'at');
  if (file !== undefined) return { file, moment: at === undefined ? undefined : recordedMoment(at) };
  if (at !== undefined) throw new PodwrightError('usage', '--at is a moment of a recording', { hint: 'Name the recording with --from-recording FILE.' });
  return undefined;
}

/** The file of --from-recording. Throws `usage` where a cluster is chosen as well. */
export function recordingFile(args: Arguments, { kubeconfig, context, cluster, user }: ClusterChoice): string | undefined {
  const file = text(args, 'from-recording');
  if (file === '') throw new PodwrightError('usage', '--from-recording needs a file');
  const chosen = Object.entries({ kubeconfig, context, cluster, user }).find(([, value]) => value !== undefined);
  if (file !== undefined && chosen !== undefined) {
    throw new PodwrightError('usage', `--${chosen[0]} chooses a cluster, and --from-recording none`, { hint: 'Leave one of them out.' });
  }
  return file;
}

/** Reads --at: an RFC 3339 time, or how long after the start. Throws `usage`. */
function recordedMoment(value: string): RecordedMoment {
  if (/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(value)) {
    const at = Date.parse(value);
    if (!Number.isNaN(at)) return { kind: 'time', at };
  }
  try {
    return { kind: 'offset', ms: durationMs(value, '--at') };
  } catch (cause) {
    throw new PodwrightError('usage', `--at ${value} is no moment`, {
      hint: 'Write a time like 2026-11-24T16:30:00Z, or how long after the start: 30s.',
      cause,
    });
  }
}

/** Milliseconds since the epoch; the end where no moment is asked for. Throws `usage` for a moment outside of the recording. */
export function momentOf({ start, end }: Pick<Recording, 'start' | 'end'>, moment: RecordedMoment | undefined): number {
  if (moment === undefined) return end;
  const at = moment.kind === 'time' ? moment.at : start + moment.ms;
  // RFC 3339 times are often written without the milliseconds.
  if (at + 999 < start || Math.floor(at / 1000) > Math.floor(end / 1000)) {
    throw new PodwrightError('usage', `--at is outside of the recording, which is ${((end - start) / 1000).toFixed(1)} s long`, {
      hint: `It goes from ${new Date(start).toISOString()} to ${new Date(end).toISOString()}.`,
    });
  }
  return Math.min(Math.max(at, start), end);
}
