/** Which rules watch a field is true: every field that is named exists, and where a rule's example in docs/lint.md puts its finding, the rule is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldTexts } from '../../build/field-texts.ts';
import type { FoundField } from '../../src/core/field-documentation.ts';
import { builtInDocumentation } from '../../src/manifest/built-in-documentation.ts';
import { allFields, foundField, kindOf, pathNames } from '../../src/manifest/field-path.ts';
import { lintManifests } from '../../src/manifest/lint.ts';
import { lintRules } from '../../src/manifest/lint-rules.ts';

const documentation = builtInDocumentation(fieldTexts());

/** They watch every field, or none. */
const everywhere: ReadonlySet<string> = new Set([
  'api-version',
  'conflict',
  'deprecated-api',
  'feature-off',
  'newer-api',
  'newer-field',
  'removed-api',
  'duplicate-key',
  'invalid-value',
  'misplaced-field',
  'missing-field',
  'no-kind',
  'too-many',
  'unknown-field',
  'unknown-reference',
  'unread-rest',
  'unserved-kind',
  'wrong-type',
  'naked-pod',
  'yaml-alias',
  'yaml-encoding',
  'yaml-syntax',
  'yaml-too-deep',
  'yaml-too-large',
]);

test('every rule watches some field that there is', () => {
  const named = documentation.kinds.flatMap((kind) => allFields(documentation, kind)).flatMap(({ field }) => field?.rules ?? []);
  expect([...new Set(named)].toSorted()).toEqual(
    Object.keys(lintRules)
      .filter((rule) => !everywhere.has(rule))
      .toSorted(),
  );
});

/** The fields on the way of a path; the keys of a map are none. */
function fieldsOf(kind: string, path: string): readonly FoundField[] {
  const known = kindOf(documentation.kinds, kind);
  const fields: FoundField[] = [];
  for (const [index] of (path === '' || known === undefined ? [] : pathNames(path)).entries()) {
    if (known === undefined || (index > 0 && fields.at(-1)?.type === undefined)) break;
    fields.push(foundField(documentation, known, pathNames(path).slice(0, index + 1)));
  }
  return fields;
}

test('the rules of the examples are named at the fields where they are found, or at one in or around them', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/lint.md'), 'utf8');
  let checked = 0;
  for (const section of text.split(/^### /m).slice(1)) {
    const rule = /^`(.+)`\n/.exec(section)?.[1] ?? '';
    const bad = /^```yaml\n([^]*?)^```$/m.exec(section)?.[1];
    if (bad === undefined || everywhere.has(rule)) continue;
    const manifest = /^(?:kind|apiVersion):/m.test(bad) ? bad : `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n${bad.replace(/^(?=.)/gm, '  ')}`;
    const { findings } = lintManifests([{ file: 'bad.yaml', bytes: Buffer.from(manifest), named: true }]);
    for (const { object, path } of findings.filter((each) => each.rule === rule)) {
      const around = fieldsOf(object?.split(' ')[0] ?? '', path);
      const beside = around.flatMap(({ type, field }) => [...(field?.rules ?? []), ...(type?.fields ?? []).flatMap((each) => each.rules)]);
      // A finding about a container as a whole stands at its name, which is beside the field that the rule is about.
      const siblings = around.at(-2)?.type?.fields.flatMap((each) => each.rules) ?? [];
      expect([...beside, ...siblings], `${rule} at ${path}`).toContain(rule);
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(25);
});
