/** Objects of which some places hold values of another kind, or nothing: what a proxy, an old server or a hand has mangled. */
import fc from 'fast-check';

type Branch = Record<string, unknown>;

/** Each place in the object: the object or list that holds it, as a path from the top, and its key there. */
function places(branch: Branch, path: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(branch).flatMap(([key, child]) => {
    const here = [...path, key];
    return [here, ...(typeof child === 'object' && child !== null ? places(child as Branch, here) : [])];
  });
}

/** The object with some places replaced by values of another kind, or gone. */
function mangle(whole: unknown, replacements: readonly (readonly [place: readonly string[], value: unknown])[]): unknown {
  const mangled = structuredClone(whole) as Branch;
  for (const [path, value] of replacements) {
    let branch: unknown = mangled;
    for (const key of path.slice(0, -1)) branch = typeof branch === 'object' && branch !== null ? (branch as Branch)[key] : undefined;
    if (typeof branch === 'object' && branch !== null) (branch as Branch)[path.at(-1) ?? ''] = structuredClone(value);
  }
  // What arrives has always been JSON: it has no holes in lists and no undefined.
  return JSON.parse(JSON.stringify(mangled));
}

const words = [
  'Always',
  'Never',
  'True',
  'Unknown',
  'Failed',
  'Pending',
  'Succeeded',
  'Completed',
  'Terminating',
  'ImagePullBackOff',
  '2026-03-01T11:59:00Z',
  '',
];
const value = fc.oneof(fc.constantFrom<unknown>(...words, undefined, null, true, false, 0, 1, -1, Number.NaN, [], {}), fc.jsonValue({ maxDepth: 1 }));

export function mangledFrom(whole: object): fc.Arbitrary<unknown> {
  const all = places(whole as Branch);
  return fc.array(fc.tuple(fc.constantFrom(...all), value), { maxLength: 12 }).map((replacements) => mangle(whole, replacements));
}
