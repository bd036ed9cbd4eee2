/** Secrets as a diff may show them: that a value changed, and never the value. */
import { type Json, object } from '../json.ts';

/** Both versions of an object, of a Secret with marks in place of values. What is equal in both gets the same mark in both. */
export function maskedPair(before: Json | undefined, after: Json): readonly [Json | undefined, Json] {
  if (after['kind'] !== 'Secret') return [before, after];
  const was = before && object(before['data']);
  const is = object(after['data']);
  const masked = (whole: Json, own: Json, other: Json | undefined, changed: string): Json => {
    const { stringData, ...rest } = whole;
    return {
      ...rest,
      ...(rest['data'] === undefined
        ? {}
        : { data: marked(own, (name, value) => (other === undefined || other[name] === value ? '(secret)' : `(secret, ${changed})`)) }),
      ...(stringData === undefined ? {} : { stringData: marked(object(stringData), () => '(secret)') }),
    };
  };
  return [before && masked(before, was ?? {}, is, 'before'), masked(after, is, was, 'changed')];
}

function marked(values: Json, mark: (name: string, value: unknown) => string): Json {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, mark(name, value)]));
}
