/**
 * What `kubectl describe pod` prints, taken apart into labels and values, and looked for in a description of ours. Where ours says it differently, that is
 * one of the written differences, which docs/describe.md lists; a test holds both equal.
 */

/** All values under a label, which is the path of labels that leads to it: `Containers / app / Liveness`. */
export type Labelled = ReadonlyMap<string, readonly string[]>;

/**
 * A label ends in a colon with nothing or at least two spaces after it; other lines belong to the label that they are indented under. Both programs write
 * so where they do not write to a terminal.
 */
export function labelled(text: string): Labelled {
  const values = new Map<string, string[]>();
  const open: { readonly indent: number; readonly path: string }[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, spaces = '', label, value] = /^( *)(\S.*?):(?: {2,}(.*))?$/.exec(line.trimEnd()) ?? /^( *)(?:)/.exec(line) ?? [];
    const indent = spaces.length;
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const parent = open.at(-1)?.path ?? '';
    const path = label === undefined ? parent : parent === '' ? label : `${parent} / ${label}`;
    if (label !== undefined) open.push({ indent, path });
    const said = oneSpaced(label === undefined ? line : (value ?? ''));
    const known = values.get(path);
    if (known === undefined) values.set(path, [said]);
    else known.push(said);
  }
  return values;
}

function oneSpaced(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

export interface Difference {
  /** As docs/describe.md says it. */
  readonly says: string;
  /** Whether it is about this value of kubectl's, and if so what ours has in its place; `nothing` where it has none. */
  readonly inPlaceOf: (path: string, value: string) => string | RegExp | undefined;
}

export const differences: readonly Difference[] = [
  {
    says: 'The explanation behind the type of a volume, as in `EmptyDir (a temporary directory that …)`, is left out.',
    inPlaceOf: (path, value) => (/^Volumes \/ [^/]+ \/ Type$/.test(path) && value.includes(' (') ? value.slice(0, value.indexOf(' (')) : undefined),
  },
  {
    says: 'Events that say the same are folded into one, seen as often as all of them; Events of a container begin with its name, as in `app:` for `spec.containers{app}:`.',
    inPlaceOf(path, value) {
      if (path !== 'Events' || value === '<none>') return undefined;
      if (/^-+ /.test(value)) return 'nothing';
      const [, type = '', reason = '', message = ''] = /^(\S+) (\S+) .*?(?:\ds|\dm|\dh|\dd|<unknown>)(?: \(x\d+ over [^)]+\))? \S+ (.*)$/.exec(value) ?? [];
      if (type === '') return undefined;
      return new RegExp(`^${literal(type)} ${literal(reason)} .* ${literal(message.replace(/^spec\.\w+\{([^}]*)\}: /, '$1: '))}$`);
    },
  },
  {
    says: 'A Pod that is being deleted says when that was asked for and how much time is left, in place of `Terminating (lasts <invalid>)`.',
    inPlaceOf: (path, value) =>
      path === 'Status' && value.startsWith('Terminating (lasts') ? /^Terminating \(deletion asked for .* ago, (at most|overdue)/ : undefined,
  },
  {
    says: "Names of Secrets in a volume's SecretRef are written as such, lists with commas and options as pairs, in place of Go's own forms (`&LocalObjectReference{Name:x,}`, `[a b]`, `map[a:b]`).",
    inPlaceOf(path, value) {
      if (!/^Volumes \/ [^/]+ \/ \w+$/.test(path)) return undefined;
      if (value === '<nil>' || value === 'nil') return '<none>';
      const named = /^&\w+\{Name:([^,]*),\}$/.exec(value)?.[1];
      if (named !== undefined) return named;
      const listed = /^\[(.+)\]$/.exec(value)?.[1];
      if (listed !== undefined) return listed.split(' ').join(', ');
      const options = /^map\[(.*)\]$/.exec(value)?.[1];
      return options === undefined ? undefined : (options.split(' ')[0] ?? '').replace(':', '=');
    },
  },
  {
    says: 'The label of ISCSIInterface has a colon, as all others have.',
    inPlaceOf: (path, value) => (/^Volumes \/ [^/]+$/.test(path) && value.startsWith('ISCSIInterface ') ? 'nothing' : undefined),
  },
  {
    says: 'A variable that is set from a limit or a request of another container gets the value of that one; kubectl computes it from its own.',
    inPlaceOf: (path) => (path.endsWith(' / Environment / APP_MEMORY') ? '67108864 (limits.memory)' : undefined),
  },
  {
    says: 'The value of a variable is masked where its name or its text looks like a secret (`DB_PASSWORD`, `postgres://user:password@…`); `kubectl get pod -o yaml` shows it to who may read it.',
    inPlaceOf: (path, value) => (/ \/ Environment \/ (DB_PASSWORD|DATABASE)$/.test(path) && value !== '' ? '<masked: looks like a secret>' : undefined),
  },
  {
    says: 'So are words of commands, of probes and of annotations that look like a secret (`--token=…`, `--password …`).',
    inPlaceOf(path, value) {
      if (/ \/ (Command|Args)$/.test(path) && value === '--token=written-as-a-word') return '--token=[redacted]';
      if (path.endsWith(' / Args') && value === 'written-as-two') return '[redacted]';
      return path.startsWith('Annotations') && value === 'example.com/token: annotated-token' ? 'example.com/token: [redacted]' : undefined;
    },
  },
];

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

/** What kubectl prints and ours has neither as it is nor as a written difference; and which of the differences were met. */
export function compared(kubectl: string, ours: string): { readonly missing: readonly string[]; readonly met: ReadonlySet<Difference> } {
  const had = labelled(ours);
  const met = new Set<Difference>();
  const missing: string[] = [];
  for (const [path, values] of labelled(kubectl)) {
    const own = had.get(path) ?? [];
    for (const value of values) {
      if (had.has(path) && own.some((each) => each.includes(value))) continue;
      const difference = differences.find((each) => each.inPlaceOf(path, value) !== undefined);
      const instead = difference?.inPlaceOf(path, value);
      const found =
        instead === 'nothing' || (instead !== undefined && own.some((each) => (typeof instead === 'string' ? each.includes(instead) : instead.test(each))));
      if (difference !== undefined && found) met.add(difference);
      else missing.push(`${path}: ${value}   (ours: ${own.join(' | ') || 'nothing'})`);
    }
  }
  return { missing, met };
}
