/**
 * Reading JSON that may be anything: each function gives the value where it has the right type and an empty one where it has not, so that the
 * facts are total over Pods that a proxy, an old server or a hand has mangled.
 */
export type Json = Readonly<Record<string, unknown>>;

const nothing: Json = Object.freeze({});

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : nothing;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that is not empty: the API omits empty strings, so an empty one says the same as none. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string' && value !== '') as string[];
}

export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Milliseconds since the epoch of an RFC 3339 time. Go's zero time, which the API sends for some unset fields, is no time. */
export function millis(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) || value.startsWith('0001-01-01') ? undefined : time;
}
