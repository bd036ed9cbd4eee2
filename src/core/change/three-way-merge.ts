/**
 * Brings together what a person changed in an object and what others changed in it meanwhile. The items of a list are told apart by their name, where they have
 * one; a list without is one value. Pure.
 */
import { type Json, object } from '../json.ts';
import { joined, keyed, listKey } from './changed-fields.ts';

export interface MergeConflict {
  /** `spec.replicas`. */
  readonly path: string;
  /** undefined: taken out. */
  readonly mine: unknown;
  readonly theirs: unknown;
}

export interface Merge {
  /** With my value where both changed the same. */
  readonly merged: Json;
  readonly conflicts: readonly MergeConflict[];
}

/** `base` is what both began with. What is only in `theirs`, such as a status, stays. */
export function threeWayMerge(base: Json, mine: Json, theirs: Json): Merge {
  const conflicts: MergeConflict[] = [];
  return { merged: object(merged(base, mine, theirs, '', conflicts)), conflicts };
}

function merged(base: unknown, mine: unknown, theirs: unknown, path: string, conflicts: MergeConflict[]): unknown {
  if (equal(mine, base) || equal(mine, theirs)) return theirs;
  if (equal(theirs, base)) return mine;
  if (isMap(mine) && isMap(theirs)) {
    const was = object(base);
    const names = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
    const fields = [...names].map((name) => [name, merged(was[name], mine[name], theirs[name], joined(path, name), conflicts)] as const);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  const key = Array.isArray(mine) && Array.isArray(theirs) ? listKey(base ?? [], mine, theirs) : undefined;
  if (key !== undefined) return mergedList(keyed(base, key), keyed(mine, key), keyed(theirs, key), path, conflicts);
  conflicts.push({ path, mine, theirs });
  return mine;
}

type Items = ReadonlyMap<string, unknown>;

function mergedList(base: Items, mine: Items, theirs: Items, path: string, conflicts: MergeConflict[]): readonly unknown[] {
  return order(base, mine, theirs).flatMap((name) => {
    const item = merged(base.get(name), mine.get(name), theirs.get(name), `${path}[${name}]`, conflicts);
    return item === undefined ? [] : [item];
  });
}

/** In their order, with what is mine alone behind what it follows; in mine, where I have put the items into another order. */
function order(base: Items, mine: Items, theirs: Items): readonly string[] {
  const before = [...base.keys()].filter((name) => mine.has(name));
  const after = [...mine.keys()].filter((name) => base.has(name));
  const names = equal(before, after) ? [...theirs.keys()] : [...mine.keys()];
  const others = equal(before, after) ? mine : theirs;
  let previous: string | undefined;
  for (const name of others.keys()) {
    if (!names.includes(name)) names.splice(previous === undefined ? 0 : names.indexOf(previous) + 1, 0, name);
    previous = name;
  }
  return names;
}

/** As JSON, whatever the order of the fields; null is absent. */
function equal(a: unknown, b: unknown): boolean {
  if ((a ?? undefined) === (b ?? undefined)) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => equal(a[name], b[name]));
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What makes `after` of `before`, as an RFC 7386 merge patch; undefined where they are the same. */
export function mergePatch(before: Json, after: Json): Json | undefined {
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]];
    if (equal(was, is)) continue;
    patch[name] = isMap(was) && isMap(is) ? mergePatch(was, is) : (is ?? null);
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}
