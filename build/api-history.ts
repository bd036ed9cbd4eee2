/**
 * Writes src/manifest/api-history-data.json, since when there are kinds and fields, and until when: out of the Go module k8s.io/api of every minor version
 * that it knows. `npm run generate:history`, which needs Go and its module proxy; a test on the cluster compares the newest version with what is served.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Tagged releases of the module: of 1.16 the first that the proxy has as one. */
const oldest = { minor: 16, version: 'v0.16.4' };
const newest = { minor: 36, version: 'v0.36.3' };

/** Introduced, deprecated, removed, and the version that takes their place, with the kind where that is another. `0`: never, or before 1.16. */
type Lifetime = readonly [introduced: number, deprecated: number, removed: number, successor: string];

/** What the module does not tell. The first four are kinds of modules of their own: types.go in k8s.io/apiextensions-apiserver and k8s.io/kube-aggregator. */
const otherKinds: Readonly<Record<string, Lifetime>> = {
  'apiextensions.k8s.io/v1 CustomResourceDefinition': [16, 0, 0, ''],
  'apiextensions.k8s.io/v1beta1 CustomResourceDefinition': [7, 16, 22, 'apiextensions.k8s.io/v1'],
  'apiregistration.k8s.io/v1 APIService': [10, 0, 0, ''],
  'apiregistration.k8s.io/v1beta1 APIService': [7, 19, 22, 'apiregistration.k8s.io/v1'],
  // No client is made for it.
  'v1 Binding': [0, 0, 0, ''],
  // Stable versions that are deprecated all the same, which the generated code does not tell: their types' comments do.
  'v1 ComponentStatus': [0, 19, 0, ''],
  'v1 Endpoints': [0, 33, 0, 'discovery.k8s.io/v1 EndpointSlice'],
};

/** Packages of types that no API server serves as objects of its own. */
const unserved: ReadonlySet<string> = new Set(['admission', 'apidiscovery', 'imagepolicy', 'apiserverinternal']);

/** One version of the module: its kinds as `apps/v1 Deployment`, and the fields of its types by `apps/v1 DeploymentSpec`. */
interface Release {
  readonly minor: number;
  readonly kinds: ReadonlyMap<string, Partial<Lifetime>>;
  readonly types: ReadonlyMap<string, ReadonlySet<string>>;
}

function release(minor: number, folder: string): Release {
  const kinds = new Map<string, Partial<Lifetime>>();
  const types = new Map<string, ReadonlySet<string>>();
  for (const group of foldersOf(folder).filter((name) => !unserved.has(name))) {
    for (const version of foldersOf(join(folder, group)).filter((name) => existsSync(join(folder, group, name, 'register.go')))) {
      const at = join(folder, group, version);
      const register = readFileSync(join(at, 'register.go'), 'utf8');
      const name = /const GroupName = "(.*)"/.exec(register)?.[1] ?? '';
      const apiVersion = name === '' ? version : `${name}/${version}`;
      const code = readFileSync(join(at, 'types.go'), 'utf8');
      const cycle = lifetimes(join(at, 'zz_generated.prerelease-lifecycle.go'));
      for (const [, kind = ''] of register.matchAll(/^\t+&(\w+)\{\},$/gm)) if (isObject(code, kind)) kinds.set(`${apiVersion} ${kind}`, cycle(kind));
      for (const [type, fields] of fieldsOf(code)) types.set(`${apiVersion} ${type}`, fields);
    }
  }
  return { minor, kinds, types };
}

function foldersOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** Whether it is something that can be created: client-gen makes a client for it, with verbs. */
function isObject(code: string, kind: string): boolean {
  const above = new RegExp(`((?:^//.*\n|^\n)*)^type ${kind} struct`, 'm').exec(code)?.[1] ?? '';
  return /^\/\/ ?\+genclient$/m.test(above) && !above.includes('+genclient:noVerbs');
}

function lifetimes(file: string): (kind: string) => Partial<Lifetime> {
  const code = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const minorOf = (kind: string, what: string): number =>
    Number(new RegExp(`\\(in \\*${kind}\\) APILifecycle${what}\\(\\).*\n\treturn 1, (\\d+)`).exec(code)?.[1] ?? 0);
  return (kind) => {
    const successor = new RegExp(`\\(in \\*${kind}\\) APILifecycleReplacement\\(\\).*\n.*Group: "(.*?)", Version: "(.*?)", Kind: "(.*?)"`).exec(code);
    const [, group = '', version = ''] = successor ?? [];
    return [minorOf(kind, 'Introduced'), minorOf(kind, 'Deprecated'), minorOf(kind, 'Removed'), group === '' ? version : `${group}/${version}`];
  };
}

/** The fields of each struct, those of structs that are inlined among them. */
function fieldsOf(code: string): ReadonlyMap<string, ReadonlySet<string>> {
  const structs = new Map([...code.matchAll(/^type (\w+) struct \{\n([^]*?)^\}/gm)].map(([, name = '', body = '']) => [name, body]));
  const flat = (name: string): readonly string[] => {
    const body = structs.get(name) ?? '';
    const inlined = [...body.matchAll(/^\t(\w+)\s+`json:",inline/gm)].flatMap(([, type = '']) => flat(type));
    return [...inlined, ...[...body.matchAll(/`json:"(\w+)[",]/g)].map(([, field = '']) => field)];
  };
  return new Map([...structs.keys()].map((name) => [name, new Set(flat(name))]));
}

function folderOf(version: string, scratch: string): string {
  const told = execFileSync('go', ['mod', 'download', '-json', `k8s.io/api@${version}`], { cwd: scratch, encoding: 'utf8' });
  return (JSON.parse(told) as { Dir: string }).Dir;
}

function releases(): readonly Release[] {
  const scratch = mkdtempSync(join(tmpdir(), 'api-history-'));
  try {
    writeFileSync(join(scratch, 'go.mod'), 'module apihistory\n');
    const between = Array.from({ length: newest.minor - oldest.minor - 1 }, (_, index) => oldest.minor + 1 + index);
    const all = [oldest, ...between.map((minor) => ({ minor, version: `v0.${minor}.0` })), newest];
    return all.map(({ minor, version }) => release(minor, folderOf(version, scratch)));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** What the generated code says counts, of the last release that has the kind; else in which release it was seen first and last. */
function kindHistory(all: readonly Release[]): Readonly<Record<string, Lifetime>> {
  const names = new Set(all.flatMap(({ kinds }) => [...kinds.keys()]));
  return Object.fromEntries(
    [...names].map((name): readonly [string, Lifetime] => {
      const having = all.filter(({ kinds }) => kinds.has(name));
      const [introduced = 0, deprecated = 0, removed = 0, successor = ''] = having.at(-1)?.kinds.get(name) ?? [];
      const first = having[0]?.minor ?? 0;
      const gone = (having.at(-1)?.minor ?? 0) + 1;
      const after = removed > 0 && removed < gone ? removed : gone > newest.minor ? removed : gone;
      return [name, [introduced > 0 ? introduced : first > oldest.minor ? first : 0, after > 0 && deprecated >= after ? 0 : deprecated, after, successor]];
    }),
  );
}

/** Of types that were there before their field, by the type's name alone; of versions that are stable. */
function fieldHistory(all: readonly Release[]): Readonly<Record<string, number>> {
  const since: Record<string, number> = {};
  for (const [index, { minor, types }] of all.entries()) {
    const before = all[index - 1]?.types;
    for (const [type, fields] of types) {
      const had = before?.get(type);
      if (had === undefined || !/(?:^|\/)v\d+ /.test(type)) continue;
      for (const field of fields) if (!had.has(field)) since[`${type.slice(type.indexOf(' ') + 1)}.${field}`] ??= minor;
    }
  }
  return since;
}

function sorted<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(entries).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const all = releases();
const kinds = Object.entries({ ...kindHistory(all), ...otherKinds }).map(([name, lifetime]) => [name, lifetime.join(' ').trim()] as const);
writeFileSync(
  join(dirname(fileURLToPath(import.meta.url)), '../src/manifest/api-history-data.json'),
  `${JSON.stringify({ newest: newest.minor, kinds: sorted(Object.fromEntries(kinds)), fields: sorted(fieldHistory(all)) }, undefined, 2)}\n`,
);
