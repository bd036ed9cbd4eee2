/** Mutants of valid manifests: fields dropped, renamed, moved and retyped, values out of their range. The same seed makes the same mutants. */

import { randomNumbers } from './random-numbers.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Path = readonly (string | number)[];

export interface Mutant {
  /** What was done, for a person: `drop spec.containers[0].name`. */
  readonly what: string;
  readonly object: Record<string, unknown>;
}

/** What depends on the cluster, or says where the object goes. */
const left = new Set([
  'kind',
  'apiVersion',
  'namespace',
  'serviceAccountName',
  'serviceAccount',
  'priorityClassName',
  'priority',
  'runtimeClassName',
  'nodeName',
  'overhead',
]);

/** As many mutants of the object, each changed in one place. */
export function* mutants(object: Record<string, unknown>, count: number, seed: number): Generator<Mutant> {
  const random = randomNumbers(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const paths = [...places(object as Json, [])].filter(
    (path) => path.length > 0 && !(path.length === 1 && left.has(String(path[0]))) && !left.has(String(path.at(-1))),
  );
  for (let made = 0; made < count; ) {
    const path = pick(paths);
    const copy = structuredClone(object);
    const operation = pick(operations);
    const what = operation(copy, path, pick);
    if (what === undefined) continue;
    made++;
    yield { what: `${what} ${path.join('.')}`, object: copy };
  }
}

type Pick = <T>(items: readonly T[]) => T;
type Container = Record<string | number, unknown>;
/** Changes the object; undefined where it does not apply. */
type Operation = (object: Container, path: Path, pick: Pick) => string | undefined;

const operations: readonly Operation[] = [drop, rename, move, retype, retype, range, range, range, repeat];

function drop(object: Container, path: Path): string | undefined {
  const { holder, key } = holderOf(object, path);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return 'drop';
}

function rename(object: Container, path: Path, pick: Pick): string | undefined {
  const { holder, key } = holderOf(object, path);
  if (Array.isArray(holder) || typeof key !== 'string') return undefined;
  const name = pick([`${key}s`, key.slice(0, -1), key.toUpperCase(), `${key[0]?.toUpperCase()}${key.slice(1)}`, key.replace(/^(.)(.)/, '$2$1'), `${key}x`]);
  if (name === key || name in holder) return undefined;
  holder[name] = holder[key];
  delete holder[key];
  return `rename to ${name}`;
}

function move(object: Container, path: Path, pick: Pick): string | undefined {
  const { holder, key } = holderOf(object, path);
  if (Array.isArray(holder) || typeof key !== 'string') return undefined;
  const targets = [...places(object as Json, [])]
    .map((at) => valueAt(object, at))
    .filter((value): value is Container => typeof value === 'object' && value !== null && !Array.isArray(value));
  const target = pick(targets);
  if (target === holder || key in target || inside(holder[key], target)) return undefined;
  target[key] = holder[key];
  delete holder[key];
  return 'move';
}

function retype(object: Container, path: Path, pick: Pick): string | undefined {
  const { holder, key } = holderOf(object, path);
  const value = holder[key];
  const others: readonly unknown[] = [null, true, 7, -1, 1.5, 'text', '7', [], ['a'], {}, { a: 'b' }, [{}], String(value), [value]];
  const other = pick(others);
  if (JSON.stringify(other) === JSON.stringify(value)) return undefined;
  holder[key] = other;
  return `retype to ${JSON.stringify(other)?.slice(0, 40)}`;
}

const numbers = [-1, 0, 1, 2, 99, 100, 101, 255, 600, 1000, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 0.5, 1e30];
const texts = [
  '',
  'a',
  'UPPER',
  'with blank',
  'under_score',
  '-dash',
  'dash-',
  'a.b',
  'a..b',
  '../up',
  '/root',
  'a/b',
  'a/b/c',
  'é',
  'x'.repeat(16),
  'x'.repeat(64),
  'x'.repeat(254),
  '1',
  '-5',
  '1Gi',
  '100%',
  '101%',
  '5m',
  'Always',
  'Never',
  'In',
  'Exists',
  'TCP',
  'web',
  'Localhost',
];

function range(object: Container, path: Path, pick: Pick): string | undefined {
  const { holder, key } = holderOf(object, path);
  const value = holder[key];
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const other = typeof value === 'number' ? pick<unknown>(numbers) : pick<unknown>(texts);
  if (other === value) return undefined;
  holder[key] = other;
  return `set to ${JSON.stringify(other).slice(0, 40)}`;
}

function repeat(object: Container, path: Path): string | undefined {
  const value = valueAt(object, path);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  value.push(structuredClone(value[0]));
  return 'repeat';
}

function* places(value: Json, path: Path): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Array.isArray(value) ? value.entries() : Object.entries(value)) yield* places(child as Json, [...path, key]);
}

function valueAt(object: Container, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Container)[step], object);
}

function holderOf(object: Container, path: Path): { readonly holder: Container; readonly key: string | number } {
  return { holder: valueAt(object, path.slice(0, -1)) as Container, key: path.at(-1) ?? '' };
}

function inside(value: unknown, target: object): boolean {
  if (value === target) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((child) => inside(child, target));
}
