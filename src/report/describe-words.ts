/** The words that all parts of a description share: times, flags, settings of any shape, and how what was looked up stands. */
import { humanDuration } from '../core/age.ts';
import { count, type Json, list, object, text } from '../core/json.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time of day as kubectl writes it, in the time zone of this machine (RFC 1123), and how long ago that was. */
export function timeText(at: number | undefined, now: number): string | undefined {
  if (at === undefined) return undefined;
  const date = new Date(at);
  const two = (number: number): string => String(number).padStart(2, '0');
  const zone = -date.getTimezoneOffset();
  const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`;
  const day = `${days[date.getDay()]}, ${two(date.getDate())} ${months[date.getMonth()]} ${date.getFullYear()}`;
  const age = now - at;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${offset}${age < -1000 ? '' : ` (${humanDuration(age)} ago)`}`;
}

/** Seconds in words: `45s`, `5m`, `1h10m`. */
export function secondsText(seconds: number): string {
  return humanDuration(Math.max(0, seconds) * 1000);
}

/** A scalar as it stands in YAML; undefined for what is absent or holds parts. */
export function scalar(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  const number = count(value);
  return number === undefined ? text(value) : String(number);
}

/** Any settings as `name=value` pairs, those of parts as `part.name=value`: `runAsUser=1000`, `capabilities.drop=[ALL]`. */
export function settings(value: unknown, prefix = '', depth = 0): readonly string[] {
  if (Array.isArray(value)) {
    const scalars = value.map(scalar);
    if (scalars.every((each) => each !== undefined)) return [`${prefix}=[${scalars.join(' ')}]`];
    return depth > 8 ? [] : value.flatMap((part, at) => settings(part, `${prefix}[${at}]`, depth + 1));
  }
  const one = scalar(value);
  if (one !== undefined) return [prefix === '' ? one : `${prefix}=${one}`];
  const pairs = Object.entries(object(value));
  if (pairs.length === 0 || depth > 8) return prefix === '' || value === undefined || value === null ? [] : [`${prefix}={}`];
  return pairs.flatMap(([name, part]) => settings(part, prefix === '' ? name : `${prefix}.${name}`, depth + 1));
}

/** `key=value` pairs in the order of their keys. */
export function sortedPairs(pairs: unknown): readonly string[] {
  return Object.entries(object(pairs))
    .map(([key, value]) => `${key}=${scalar(value) ?? ''}`)
    .sort();
}

/** A label selector as kubectl writes it: `app=web,tier in (a,b),!legacy`; `<none>` for one that selects nothing. */
export function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = object(selector);
  const expressions = list(matchExpressions)
    .map(object)
    .map((expression) => requirementText(expression, ','));
  const all = [...sortedPairs(matchLabels), ...expressions];
  return all.length === 0 ? '<none>' : all.join(',');
}

/** One requirement of a selector: `zone in (a,b)`, `gpu`, `!legacy`, `cores > 4`. */
export function requirementText({ key, operator, values }: Json, separator: string): string {
  const name = text(key) ?? '';
  const options = list(values).map((value) => scalar(value) ?? '');
  switch (operator) {
    case 'In':
      return `${name} in (${options.join(separator)})`;
    case 'NotIn':
      return `${name} notin (${options.join(separator)})`;
    case 'Exists':
      return name;
    case 'DoesNotExist':
      return `!${name}`;
    case 'Gt':
      return `${name} > ${options.join(separator)}`;
    case 'Lt':
      return `${name} < ${options.join(separator)}`;
    default:
      return `${name} ${scalar(operator) ?? ''} ${options.join(separator)}`.trimEnd();
  }
}

/** What stands where something could not be looked up. */
export function unknownText(problem: string): string {
  return problem === 'forbidden' ? 'could not check: no right to read it' : `could not check: ${problem}`;
}
