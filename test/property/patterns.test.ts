/** What holds of adding a pattern to any manifest: it can be undone exactly, doing it twice is doing it once, and nothing else changes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { patternIds } from '../../cmd/pattern-catalogue.ts';
import { isPodwrightError } from '../../src/core/podwright-error.ts';
import { addPattern, type EditTarget, removePattern } from '../../src/manifest/patterns/pattern-edits.ts';
import type { Values } from '../../src/manifest/patterns/pattern-options.ts';
import { patternValues } from '../unit/pattern-manifests.ts';
import { styledManifest } from './styled-manifest.ts';

const all = new Map(patternIds().map((id) => [id, patternValues(id)]));
const anyPattern = fc.constantFrom(...all.keys());
const settings = { seed: 20_261_128, numRuns: 120 };

/** undefined where something stands in the way, which is said with its place. */
function added(text: string, target: EditTarget, values: Values, classic: boolean): string | undefined {
  try {
    return addPattern(text, target, values, classic).text;
  } catch (error) {
    if (!isPodwrightError(error)) throw error;
    expect(error.message).toMatch(/^pod\.yaml:\d+:\d+: /);
    return undefined;
  }
}

test('adding and taking out is the identity, adding twice is adding once, nothing else changes, with every pattern', () => {
  const done = new Map<string, number>();
  let tried = 0;
  fc.assert(
    fc.property(styledManifest, anyPattern, anyPattern, fc.nat(1), fc.boolean(), ({ text, targets }, first, next, index, classic) => {
      const [values, second] = [all.get(first)!, all.get(next)!];
      const target = { to: targets[index % targets.length], file: 'pod.yaml' };
      tried++;
      const once = added(text, target, values, classic);
      if (once === undefined) return;
      done.set(values.pattern.id, (done.get(values.pattern.id) ?? 0) + 1);
      expect(added(once, target, values, classic)).toBe(once);
      expect(removePattern(once, target, values.pattern, undefined).text).toBe(text);
      expect(others(once, target)).toEqual(others(text, target));
      const both = values.pattern === second.pattern ? undefined : added(once, target, second, classic);
      if (both !== undefined && both !== once) expect(removePattern(both, target, second.pattern, undefined).text).toBe(once);
    }),
    settings,
  );
  expect([...done.keys()].toSorted()).toEqual(patternIds().toSorted());
  const total = [...done.values()].reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThan(tried * 0.6);
});

const pieces = ['', '\n', ' ', ':', '-', '{', '[', '}', '#', '"', "'", '|', '&a ', '*a', '\t', '<<: *a\n', '? ', '%', '\r', '---\n', '!!x ', '{{ .a }}', '\0'];
const damage = fc.array(fc.tuple(fc.nat(10_000), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 });

test('a damaged text is refused with a reason, or edited as exactly as any other', () => {
  const outcomes = { edited: 0, refused: 0 };
  fc.assert(
    fc.property(styledManifest, anyPattern, damage, ({ text, targets: [to] }, id, cuts) => {
      const damaged = cuts.reduce((whole, [at, piece]) => {
        const place = at % (whole.length + 1);
        return whole.slice(0, place) + piece + whole.slice(piece === '' ? place + 1 : place);
      }, text);
      const [target, values] = [{ to, file: 'pod.yaml' }, all.get(id)!];
      let once: string;
      try {
        once = addPattern(damaged, target, values, false).text;
      } catch (error) {
        if (!isPodwrightError(error)) throw error;
        outcomes.refused++;
        return;
      }
      outcomes.edited++;
      expect(addPattern(once, target, values, false).text).toBe(once);
      if (once !== damaged) expect(removePattern(once, target, values.pattern, undefined).text).toBe(damaged);
    }),
    { ...settings, numRuns: 200 },
  );
  expect(Math.min(outcomes.edited, outcomes.refused)).toBeGreaterThan(10);
});

/** All but the Pod that was edited, as data. */
function others(text: string, { to }: EditTarget): unknown {
  const documents = parseAllDocuments(text).map((document): unknown => document.toJS());
  const objects = documents.flatMap((each) => (each as { items?: readonly unknown[] } | null)?.items ?? [each]);
  return objects.filter((each) => (each as { metadata?: { name?: string } } | null)?.metadata?.name !== to?.name);
}
