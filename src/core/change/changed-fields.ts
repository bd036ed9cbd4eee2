/** Which fields differ between two versions of an object. The items of a list are told apart as the API server does: by their name, where they have one. */
import { type Json, object } from '../json.ts';
import { quantityNanos } from '../quantity.ts';

export interface FieldChange {
  /** `spec.containers[app].image`; empty for the whole. */
  readonly path: string;
  /** undefined where it is not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** All that differs, in the order of the fields. Null and absent are the same, as they are for the API server. */
export function changedFields(before: unknown, after: unknown): readonly FieldChange[] {
  const found: FieldChange[] = [];
  compare(before, after, '', false, found);
  return found;
}

/**
 * What a manifest wants to be otherwise than it is: of `live` only the fields that `wanted` has are looked at, as the others come from the server or from
 * somebody else. Amounts that are the same in other units (`1000m`, `1`) are no difference.
 */
export function wantedChanges(live: unknown, wanted: unknown): readonly FieldChange[] {
  const found: FieldChange[] = [];
  compare(live, wanted, '', true, found);
  return found;
}

function compare(before: unknown, after: unknown, path: string, wantedOnly: boolean, found: FieldChange[]): void {
  if (same(before, after, path)) return;
  if (isMap(before) && isMap(after)) {
    const names = wantedOnly ? Object.keys(after) : [...new Set([...Object.keys(before), ...Object.keys(after)])];
    for (const name of names) compare(before[name], after[name], joined(path, name), wantedOnly, found);
    return;
  }
  const lists = Array.isArray(before) && Array.isArray(after);
  const key = lists ? listKey(before, after) : undefined;
  if (key === undefined) {
    if (lists && before.length === after.length) {
      // Scalars in a list belong together, as the words of a command do.
      if (![...before, ...after].every(isMap)) {
        if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ path, before, after });
        return;
      }
      for (const [index, item] of before.entries()) compare(item, after[index], `${path}[${index}]`, wantedOnly, found);
      return;
    }
    found.push({ path, before: before ?? undefined, after: after ?? undefined });
    return;
  }
  const [was, is] = [keyed(before, key), keyed(after, key)];
  for (const name of wantedOnly ? is.keys() : new Set([...was.keys(), ...is.keys()]))
    compare(was.get(name), is.get(name), `${path}[${name}]`, wantedOnly, found);
}

function same(before: unknown, after: unknown, path: string): boolean {
  if ((before ?? undefined) === (after ?? undefined)) return true;
  if (isMap(before) || isMap(after) || Array.isArray(before) || Array.isArray(after)) return false;
  if (!/\.(?:limits|requests|capacity)\b|\.sizeLimit$|\.divisor$/.test(path)) return false;
  const [was, is] = [quantityNanos(String(before)), quantityNanos(String(after))];
  return was !== undefined && was === is;
}

/** A path with one more name. */
export function joined(path: string, name: string): string {
  const step = /^[A-Za-z_$][\w$-]*$/.test(name) ? `.${name}` : `["${name}"]`;
  return path === '' ? step.replace(/^\./, '') : path + step;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What tells the items of lists apart, in Kubernetes' own types (x-kubernetes-list-map-keys). */
const keys = ['name', 'mountPath', 'devicePath', 'containerPort', 'port', 'ip', 'topologyKey', 'type', 'conditionType'] as const;

/** The field by which the items of both lists can be told apart; undefined where there is none, and a list is compared as a whole. */
export function listKey(...lists: readonly unknown[]): string | undefined {
  const items = lists.map((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []));
  if (items.every((list) => list.length === 0) || !items.flat().every(isMap)) return undefined;
  return keys.find((key) =>
    items.every((list) => {
      const values = list.map((item) => object(item)[key]);
      return values.every((value) => typeof value === 'string' || typeof value === 'number') && new Set(values).size === values.length;
    }),
  );
}

/** The items of a list by the value of their key. */
export function keyed(list: unknown, key: string): ReadonlyMap<string, unknown> {
  return new Map((Array.isArray(list) ? (list as readonly unknown[]) : []).map((item) => [String(object(item)[key]), item]));
}
