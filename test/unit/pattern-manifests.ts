/** Manifests with patterns in them, as `new` writes them. */
import { pattern, type WorkloadName, workload } from '../../cmd/pattern-catalogue.ts';
import { addPattern } from '../../src/manifest/patterns/pattern-edits.ts';
import { chooseValues, readSetting, shortName, type Values } from '../../src/manifest/patterns/pattern-options.ts';
import { newManifest } from '../../src/manifest/patterns/pattern-pod.ts';
import { isNeeded } from '../../src/manifest/patterns/pattern-template.ts';

/** For the options that have no default: a server, and what the app knows of it. */
const needed: Readonly<Record<string, string>> = {
  host: 'server',
  port: '8000',
  url: 'http://server:8000/content.tar.gz',
  command: 'echo migrated',
  'ready-command': 'test -e /tmp/ready',
  'live-command': 'true',
  'config-map': 'settings',
  secret: 'keys',
};

/** The values of a pattern; of options that are not given, those above and the defaults. */
export function patternValues(name: string, given: Readonly<Record<string, string>> = {}): Values {
  const known = pattern(name);
  const settings = known.options.flatMap((each) => {
    const option = each.name;
    const value = given[option] ?? (isNeeded(each) ? needed[option] : undefined);
    return value === undefined ? [] : [readSetting(`${option}=${value}`)];
  });
  const [values] = chooseValues([known], settings);
  if (values === undefined) throw new Error('no values');
  return values;
}

export interface Made {
  readonly patterns?: readonly string[];
  /** By pattern, as in `wait-for.host`. */
  readonly given?: Readonly<Record<string, string>>;
  /** Options of the workload itself. */
  readonly workload?: Readonly<Record<string, string>>;
  /** Of the app and, unless they have one of their own, of every helper. */
  readonly image?: string;
  readonly helperImage?: string;
  readonly command?: readonly string[];
  readonly classic?: boolean;
}

/** The text of a workload with patterns. */
export function newWith(kind: WorkloadName, name: string, made: Made = {}): string {
  const { patterns = [], given = {}, image, command = [], classic = false } = made;
  const settings = Object.entries(made.workload ?? {}).map(([option, value]) => readSetting(`${option}=${value}`));
  const [base] = chooseValues([workload(kind)], settings);
  if (base === undefined) throw new Error('no workload');
  let text = newManifest(base, { name, image: image ?? 'registry.example/web:1.2', command });
  for (const id of patterns) {
    const known = pattern(id);
    const own = known.options.flatMap(({ name: option }) => {
      const value = given[`${shortName(known)}.${option}`] ?? (option === 'image' ? (made.helperImage ?? image) : undefined);
      return value === undefined ? [] : [[option, value] as const];
    });
    text = addPattern(text, { to: undefined, file: name }, patternValues(id, Object.fromEntries(own)), classic).text;
  }
  return text;
}
