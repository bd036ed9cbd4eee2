/** Reads a log line that is JSON: its level, time and message under the names that the usual libraries give them, and the other fields. */
import { type Json, object } from './json.ts';

export interface StructuredLine {
  /** In upper case, as in ERROR. */
  readonly level: string | undefined;
  /** As the line writes it; a number since the epoch as RFC 3339. */
  readonly time: string | undefined;
  readonly message: string | undefined;
  /** In the line's own order, those of objects in it under the names of both, as in `err.stack`; values that are no text as JSON. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** In lower case: .NET's libraries write them in capitals. A dot is in the name (ECS), or between the names of an object and of what is in it. */
const levelNames = ['level', 'lvl', 'severity', 'loglevel', 'log.level', '@level', '@l', 'levelname'];
const timeNames = ['time', 'ts', 'timestamp', '@timestamp', 't', 'datetime', 'asctime', '@t', 't.$date'];
const messageNames = ['msg', 'message', '@message', 'event', '@m', 'log', 'fields.message', 'renderedmessage', '@mt', 'messagetemplate', 'textpayload', 'text'];
/** Seconds and nanoseconds of Log4j and of Google Cloud. */
const splitTimes = [
  ['instant.epochsecond', 'instant.nanoofsecond'],
  ['timestamp.seconds', 'timestamp.nanos'],
] as const;

/** The numbers of bunyan and pino. */
const numberedLevels: Readonly<Record<number, string>> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };

/** Undefined for a line that is no JSON object. Never throws. */
export function structuredLine(line: string): StructuredLine | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = parsed(line);
  } catch {
    return undefined;
  }
  const entries = flat(object(value));
  if (entries.length === 0) return undefined;
  const named = new Map<string, Entry>();
  for (const entry of entries) {
    const name = entry[0].toLowerCase();
    if (!named.has(name)) named.set(name, entry);
  }
  const first = (names: readonly string[], takes: (value: unknown) => boolean): Entry | undefined => {
    for (const name of names) {
      const found = named.get(name);
      if (found !== undefined && takes(found[1])) return found;
    }
    return undefined;
  };
  const level = first(levelNames, isWord);
  const message = first(messageNames, isText);
  const split = splitTimes.find(([seconds]) => named.has(seconds));
  const time = first(timeNames, isWord) ?? (split && first([split[0]], isWord));
  const nanos = split !== undefined && time === named.get(split[0]) ? first([split[1]], isWord) : undefined;
  const read = new Set([level, message, time, nanos]);
  return {
    level: level && levelText(level[1]),
    time: time && timeText(nanos === undefined ? time[1] : Number(time[1]) + Number(nanos[1]) / 1e9),
    message: message && String(message[1]),
    fields: entries.flatMap((entry) => (read.has(entry) ? [] : [[entry[0], fieldText(entry[1])] as const])),
  };
}

type Entry = readonly [name: string, value: unknown];

/** Objects in objects are rarely deeper; what is stays JSON. */
const deepest = 4;

/** An object's fields, and in the place of an object in it the fields of that, under both names. */
function flat(fields: Json, before = '', depth = 1, entries: Entry[] = []): readonly Entry[] {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const inner = depth < deepest ? object(value) : nothing;
    if (Object.keys(inner).length > 0) flat(inner, `${before}${name}.`, depth + 1, entries);
    else entries.push([before + name, value]);
  }
  return entries;
}

const nothing: Json = {};

/** A number too long for a number, such as a trace's, keeps its digits. */
function parsed(line: string): unknown {
  if (!/\d{16}/.test(line)) return JSON.parse(line);
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value) ? context.source : value;
  return JSON.parse(line, exact);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isWord(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}

function levelText(level: unknown): string {
  return (typeof level === 'number' ? numberedLevels[level] : undefined) ?? String(level).toUpperCase();
}

/** Seconds, milliseconds, microseconds or nanoseconds since the epoch, told by their size. Another number is left as it is. */
function timeText(time: unknown): string {
  if (typeof time !== 'number' && !/^\d{10,19}(\.\d+)?$/.test(String(time))) return String(time);
  let milliseconds = Number(time) * 1000;
  while (milliseconds > 1e14) milliseconds /= 1000;
  return milliseconds < 1e11 ? String(time) : new Date(milliseconds).toISOString();
}

function fieldText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
