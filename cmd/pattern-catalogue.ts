/** The patterns there are, by the names that people give them: `sidecar:log-streamer`, or `log-streamer` alone. */
import { didYouMean } from '../src/core/did-you-mean.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { type Pattern, readPattern } from '../src/manifest/patterns/pattern-template.ts';
import { templateFiles } from './template-files.ts';

const workloadFamily = 'workload';

/** What `new` makes a manifest of. */
export const workloadNames = ['pod', 'deployment', 'statefulset', 'daemonset', 'job', 'cronjob', 'static-pod'] as const;
export type WorkloadName = (typeof workloadNames)[number];

let texts: ReadonlyMap<string, string> | undefined;

/** Templates by id. One of the folder `pod` is a family of its own. */
function templates(): ReadonlyMap<string, string> {
  texts ??= new Map(Object.entries(templateFiles()).map(([file, text]) => [file.replace(/^pod\//, '').replace('/', ':'), text]));
  return texts;
}

/** The ids of all patterns, in order; without the workloads. */
export function patternIds(): readonly string[] {
  return [...templates().keys()].filter((id) => !id.startsWith(`${workloadFamily}:`));
}

export function workload(name: WorkloadName): Pattern {
  return readTemplate(`${workloadFamily}:${name}`);
}

/** Throws `usage` for a name that none has, or that is a family's. */
export function pattern(name: string): Pattern {
  const ids = patternIds();
  const found = ids.filter((id) => id === name || id.split(':')[1] === name);
  if (found.length === 1) return readTemplate(found[0] ?? '');
  const family = ids.filter((id) => id.startsWith(`${name}:`));
  if (family.length > 0) throw new PodwrightError('usage', `which ${name}?`, { hint: `There is ${family.join(', ')}.` });
  const nearest = didYouMean(name, [...ids, ...ids.flatMap((id) => id.split(':')[1] ?? [])]);
  const hint = nearest === undefined ? '' : `Did you mean ${ids.find((id) => id === nearest || id.endsWith(`:${nearest}`))}? `;
  throw new PodwrightError('usage', `there is no pattern "${name}"`, { hint: `${hint}\`podwright new --list\` lists the patterns.` });
}

/** Those that have been read: a form asks for them at each key. */
const known = new Map<string, Pattern>();

function readTemplate(id: string): Pattern {
  const read = known.get(id) ?? readPattern(id, templates().get(id) ?? '');
  known.set(id, read);
  return read;
}
