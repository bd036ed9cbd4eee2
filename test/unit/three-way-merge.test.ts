/** What a person changed and what others changed meanwhile, brought together. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergePatch, threeWayMerge } from '../../src/core/change/three-way-merge.ts';

type Tree = Readonly<Record<string, unknown>>;

describe('three-way merge', () => {
  test.each<[string, Tree, Tree, Tree, Tree, readonly string[]]>([
    ['changes in different places', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 2 }, []],
    ['the same change', { a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }, []],
    ['two changes of one field', { a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }, ['a']],
    ['what only they have stays', { a: 1 }, { a: 2 }, { a: 1, status: { x: 1 } }, { a: 2, status: { x: 1 } }, []],
    ['what I take out goes', { a: 1, b: 1 }, { a: 1 }, { a: 1, b: 1, c: 1 }, { a: 1, c: 1 }, []],
    ['what they took out goes', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1 }, { a: 2 }, []],
    ['what I took out and they changed', { m: { a: 1, b: 1 } }, { m: { b: 1 } }, { m: { a: 2, b: 1 } }, { m: { b: 1 } }, ['m.a']],
    ['a map that both add', {}, { m: { a: 1 } }, { m: { b: 1 } }, { m: { b: 1, a: 1 } }, []],
    [
      'items by name, in their order, mine behind what it follows',
      { c: [{ name: 'a', i: 1 }, { name: 'b' }] },
      { c: [{ name: 'a', i: 2 }, { name: 'mine' }, { name: 'b' }] },
      { c: [{ name: 'token' }, { name: 'a', i: 1 }, { name: 'b', x: 1 }] },
      { c: [{ name: 'token' }, { name: 'a', i: 2 }, { name: 'mine' }, { name: 'b', x: 1 }] },
      [],
    ],
    [
      'an item of mine comes first',
      { c: [{ name: 'a' }] },
      { c: [{ name: 'z' }, { name: 'a' }] },
      { c: [{ name: 'a', i: 1 }] },
      { c: [{ name: 'z' }, { name: 'a', i: 1 }] },
      [],
    ],
    [
      'another order is mine',
      { c: [{ name: 'a' }, { name: 'b' }] },
      { c: [{ name: 'b' }, { name: 'a' }] },
      { c: [{ name: 'a' }, { name: 'x' }, { name: 'b' }] },
      { c: [{ name: 'b' }, { name: 'a' }, { name: 'x' }] },
      [],
    ],
    [
      'an item that I took out',
      { c: [{ name: 'a' }, { name: 'b' }] },
      { c: [{ name: 'b' }] },
      { c: [{ name: 'a' }, { name: 'b', i: 1 }] },
      { c: [{ name: 'b', i: 1 }] },
      [],
    ],
    ['a list that both add', {}, { c: [{ name: 'a' }] }, { c: [{ name: 'b' }] }, { c: [{ name: 'a' }, { name: 'b' }] }, []],
    ['words belong together', { command: ['a'] }, { command: ['b'] }, { command: ['a', 'c'] }, { command: ['b'] }, ['command']],
    ['a list of mine that became a value', { a: [1] }, { a: 1 }, { a: [2] }, { a: 1 }, ['a']],
    ['null is absent', { a: null }, { b: 1 }, { a: null }, { b: 1 }, []],
  ])('%s', (_, base, mine, theirs, merged, conflicts) => {
    const merge = threeWayMerge(base, mine, theirs);
    expect(JSON.parse(JSON.stringify(merge.merged))).toEqual(JSON.parse(JSON.stringify(merged)));
    expect(merge.conflicts.map(({ path }) => path)).toEqual(conflicts);
  });

  const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y'), fc.boolean());
  const items = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), i: leaf }), { selector: ({ name }) => name, minLength: 1 });
  const flat = fc.dictionary(fc.constantFrom('p', 'q', 'r'), fc.oneof(leaf, fc.array(leaf, { maxLength: 2 }), items));
  const tree = fc.dictionary(fc.constantFrom('k', 'l', 'm'), fc.oneof(leaf, flat, items)) as fc.Arbitrary<Tree>;

  test('who changes nothing gets what the other has, and nobody is in the way', () => {
    fc.assert(
      fc.property(tree, tree, (base, other) => {
        expect(threeWayMerge(base, other, base)).toEqual({ merged: other, conflicts: [] });
        expect(threeWayMerge(base, base, other)).toEqual({ merged: other, conflicts: [] });
        expect(threeWayMerge(base, other, other)).toEqual({ merged: other, conflicts: [] });
      }),
    );
  });

  test('a conflict is seen from both sides', () => {
    fc.assert(
      fc.property(tree, tree, tree, (base, a, b) => {
        const paths = ({ conflicts }: ReturnType<typeof threeWayMerge>): readonly string[] => conflicts.map(({ path }) => path).toSorted();
        expect(paths(threeWayMerge(base, a, b))).toEqual(paths(threeWayMerge(base, b, a)));
      }),
    );
  });

  test('a merge patch makes the one of the other', () => {
    const patched = (target: Tree, patch: Tree): Tree => {
      const result: Record<string, unknown> = { ...target };
      for (const [name, value] of Object.entries(patch)) {
        if (value === null) delete result[name];
        else if (typeof value === 'object' && !Array.isArray(value)) {
          const old = result[name];
          result[name] = patched(typeof old === 'object' && old !== null && !Array.isArray(old) ? (old as Tree) : {}, value as Tree);
        } else result[name] = value;
      }
      return result;
    };
    fc.assert(
      fc.property(tree, tree, (before, after) => {
        expect(patched(before, mergePatch(before, after) ?? {})).toEqual(after);
      }),
    );
    expect(mergePatch({ a: 1 }, { a: 1 })).toBeUndefined();
  });
});
