/** docs/lint.md explains every rule, and its examples are what they say: the bad one has the finding, the good one has not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minorOf, newestMinor } from '../../src/manifest/kubernetes-version.ts';
import { lintManifests } from '../../src/manifest/lint.ts';
import { lintRules } from '../../src/manifest/lint-rules.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/lint.md'), 'utf8');

interface Section {
  readonly rule: string;
  readonly words: string;
  /** Of the version that the words name as the target. */
  readonly minor: number | undefined;
  readonly examples: readonly string[];
}

const sections = text
  .split(/^### /m)
  .slice(1)
  .map((section): Section => {
    const rule = /^`(.+)`\n/.exec(section)?.[1] ?? '';
    const minor = minorOf(/--kubernetes-version (\S+)`/.exec(section)?.[1] ?? '');
    return {
      rule,
      minor,
      words: section.split('\n')[1] ?? '',
      examples: [...section.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, example]) => example ?? ''),
    };
  });

/** Those whose examples cannot stand in a text. */
const withoutExamples = ['yaml-encoding', 'yaml-too-deep', 'yaml-too-large', 'too-many', 'unserved-kind', 'frozen-registry'];

/** What has no kind is the spec of a Pod. */
function manifest(example: string): string {
  if (/^(?:kind|apiVersion):/m.test(example)) return example;
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n${example.replace(/^(?=.)/gm, '  ')}`;
}

function found(example: string, minor = newestMinor): readonly string[] {
  const { findings } = lintManifests([{ file: 'example.yaml', bytes: Buffer.from(manifest(example)), named: true }], { minor });
  return findings.map(({ rule }) => rule);
}

test('every rule is explained once', () => {
  expect(sections.map(({ rule }) => rule).toSorted()).toEqual(Object.keys(lintRules).toSorted());
  for (const { words } of sections) expect(words.length).toBeGreaterThan(30);
  expect(sections.filter(({ examples }) => examples.length !== 2).map(({ rule }) => rule)).toEqual(withoutExamples);
});

test.for(sections.filter(({ examples }) => examples.length > 0))('$rule', ({ rule, minor, examples: [bad = '', good = ''] }) => {
  expect(found(bad, minor)).toContain(rule);
  expect(found(good, minor)).not.toContain(rule);
  const errors = found(good, minor).filter((each) => (lintRules as Readonly<Record<string, { severity: string }>>)[each]?.severity === 'error');
  // A good example is one that the API server takes.
  expect(errors).toEqual([]);
});
