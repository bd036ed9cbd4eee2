/**
 * The lines of a recording, and how one is read. docs/recordings.md describes them for people.
 *
 * The first line is the header. A checkpoint says all that there is, as one upsert an object between its begin and its end; a reader that has read so
 * far learns nothing from it, and one that begins there needs nothing before it. Times are milliseconds since the epoch, and never go back.
 */
import { count, type Json, list, object, text, texts } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { PodScope } from '../service/pod-source.ts';

/** Another major number is another format; a higher minor one only adds, and what is not known is passed over. */
export const formatVersion = '1.0';
const formatMajor = 1;

export interface RecordingHeader {
  /** The format's version. */
  readonly podwrightRecording: string;
  /** The version of the program that wrote it. */
  readonly program: string;
  /** The API server's version, as in v1.36.0. */
  readonly server: string;
  readonly context: string;
  /** The namespace of objects that are named without one. */
  readonly namespace: string;
  readonly scope: PodScope;
  /** When the recording began, in RFC 3339. */
  readonly startedAt: string;
}

export type RecordedKind = 'Pod' | 'Event';

/** How the connection was, for the objects of one kind; `refused` is for want of permission, and lasts. */
export interface RecordedLink {
  readonly kind: RecordedKind;
  readonly state: 'live' | 'stale' | 'refused';
  /** When the server was last heard, for `stale`. */
  readonly since?: number;
  readonly message?: string;
}

export type RecordedLine =
  | { readonly at: number; readonly type: 'checkpoint'; readonly edge: 'begin' | 'end' }
  | { readonly at: number; readonly type: 'upsert'; readonly kind: RecordedKind; readonly object: Json }
  | { readonly at: number; readonly type: 'delete'; readonly kind: RecordedKind; readonly uid: string }
  | ({ readonly at: number; readonly type: 'link' } & RecordedLink)
  /** The recording was ended, not cut off. */
  | { readonly at: number; readonly type: 'end' };

export function lineText(line: RecordedLine | RecordingHeader): string {
  return `${JSON.stringify(line)}\n`;
}

/** Reads the first line. Throws `input` where it is no header, or that of a format to come; `where` is the file, for the message. */
export function readHeader(line: string, where: string): RecordingHeader {
  const json = jsonObject(line);
  const version = text(json?.['podwrightRecording']);
  const major = /^(\d+)\.\d+/.exec(version ?? '')?.[1];
  if (json === undefined || version === undefined || major === undefined) {
    throw new PodwrightError('input', `${where} is no recording: line 1 is not the header of one`, { hint: '`podwright record -o FILE` makes recordings.' });
  }
  if (Number(major) !== formatMajor) {
    throw new PodwrightError('input', `${where} is a recording of format ${version}, and this Podwright reads format ${formatMajor}`, {
      hint: Number(major) > formatMajor ? 'A newer Podwright reads it.' : 'An older Podwright reads it.',
    });
  }
  const scope = object(json['scope']);
  return {
    podwrightRecording: version,
    program: text(json['program']) ?? '',
    server: text(json['server']) ?? '',
    context: text(json['context']) ?? 'recording',
    namespace: text(json['namespace']) ?? 'default',
    scope: {
      namespaces: scope['namespaces'] === 'all' ? 'all' : texts(list(scope['namespaces'])),
      ...(text(scope['labelSelector']) === undefined ? {} : { labelSelector: String(scope['labelSelector']) }),
    },
    startedAt: text(json['startedAt']) ?? '',
  };
}

/** Reads any line but the first; undefined for one of a later minor version. Throws `input` for what is no line of a recording. */
export function readLine(line: string, where: string, number: number): RecordedLine | undefined {
  const json = jsonObject(line);
  if (json === undefined) throw broken(where, number, 'is not JSON');
  const at = count(json['at']);
  if (at === undefined) throw broken(where, number, 'has no time');
  const kind = json['kind'];
  const known = kind === 'Pod' || kind === 'Event';
  switch (json['type']) {
    case 'checkpoint':
      return { at, type: 'checkpoint', edge: json['edge'] === 'begin' ? 'begin' : 'end' };
    case 'upsert':
      if (!known) return undefined;
      if (uidOf(json['object']) === '') throw broken(where, number, 'holds an object without a UID');
      return { at, type: 'upsert', kind, object: object(json['object']) };
    case 'delete':
      if (!known) return undefined;
      if (text(json['uid']) === undefined) throw broken(where, number, 'deletes an object without a UID');
      return { at, type: 'delete', kind, uid: String(json['uid']) };
    case 'link': {
      const { state } = json;
      if (!known || (state !== 'live' && state !== 'stale' && state !== 'refused')) return undefined;
      const [message, since] = [text(json['message']), count(json['since'])];
      return { at, type: 'link', kind, state, ...(since === undefined ? {} : { since }), ...(message === undefined ? {} : { message }) };
    }
    case 'end':
      return { at, type: 'end' };
    default:
      if (text(json['type']) === undefined) throw broken(where, number, 'has no type');
      return undefined;
  }
}

export function uidOf(whole: unknown): string {
  return text(object(object(whole)['metadata'])['uid']) ?? '';
}

function jsonObject(line: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(line);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : undefined;
  } catch {
    return undefined;
  }
}

function broken(where: string, line: number, problem: string): PodwrightError {
  return new PodwrightError('input', `${where}:${line}: the line ${problem}`, { hint: 'The file was changed after it was recorded, or is no recording.' });
}
