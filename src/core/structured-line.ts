/** Reads a log line that is JSON: its level, time and message under the names that the usual libraries give them, and the other fields. */
import { object } from './json.ts';

export interface StructuredLine {
  /** In upper case, as in ERROR. */
  readonly level: string | undefined;
  /** As the line writes it; a number since the epoch as RFC 3339. */
  readonly time: string | undefined;
  readonly message: string | undefined;
  /** In the line's own order; values that are no text as JSON. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

const levelNames = ['level', 'lvl', 'severity', 'loglevel', 'log.level', '@level', 'levelname'];
const timeNames = ['time', 'ts', 'timestamp', '@timestamp', 't', 'datetime', 'asctime', '@t'];
const messageNames = ['msg', 'message', '@message', 'event', '@m', 'log'];

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
  const entries = Object.entries(object(value));
  if (entries.length === 0) return undefined;
  const first = (names: readonly string[], takes: (value: unknown) => boolean): string | undefined =>
    names.find((name) => entries.some(([key, entry]) => key === name && takes(entry)));
  const whole = object(value);
  const [levelName, timeName, messageName] = [first(levelNames, isWord), first(timeNames, isWord), first(messageNames, isText)];
  return {
    level: levelName === undefined ? undefined : levelText(whole[levelName]),
    time: timeName === undefined ? undefined : timeText(whole[timeName]),
    message: messageName === undefined ? undefined : String(whole[messageName]),
    fields: entries.flatMap(([name, entry]) => (name === levelName || name === timeName || name === messageName ? [] : [[name, fieldText(entry)] as const])),
  };
}

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
