/** What `explain` prints, on 80 columns: one field, an object, a tree, a search, and as JSON. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fieldTexts } from '../../build/field-texts.ts';
import { builtInDocumentation } from '../../src/manifest/built-in-documentation.ts';
import type { FoundField } from '../../src/core/field-documentation.ts';
import { foundField, kindOf } from '../../src/manifest/field-path.ts';
import { searchedFields } from '../../src/manifest/field-search.ts';
import { explainJson, searchJson } from '../../src/report/explain-json.ts';
import { fieldText, fieldTree, historyText, searchText } from '../../src/report/explain-text.ts';

const builtIn = builtInDocumentation(fieldTexts());
const style = { columns: 80, color: false };

function found(word: string, ...names: string[]): FoundField {
  const kind = kindOf(builtIn.kinds, word);
  if (kind === undefined) throw new Error(`no kind ${word}`);
  return foundField(builtIn, kind, names);
}

function golden(name: string): string {
  return join(import.meta.dirname, 'explain', name);
}

test.each([
  ['restart-policy', found('pod', 'spec', 'initContainers', 'restartPolicy')],
  ['ports', found('deploy', 'spec', 'template', 'spec', 'containers', 'ports')],
  ['pod', found('pod')],
])('%s', async (name, field) => {
  const text = fieldText(field, style);
  await expect(text).toMatchFileSnapshot(golden(`${name}.txt`));
  expect(text.split('\n').filter((line) => line.length > 80 && !/\S{60}/.test(line))).toEqual([]);
});

test('a tree', async () => {
  const tree = (depth: number | undefined) => fieldTree(found('pod', 'spec', 'affinity'), (type) => builtIn.type(type), depth, style);
  await expect(tree(2)).toMatchFileSnapshot(golden('tree.txt'));
  expect(tree(1).split('\n').length).toBeLessThan(tree(2).split('\n').length);
  expect(tree(2).split('\n').length).toBeLessThan(tree(undefined).split('\n').length);
});

test('a search', async () => {
  const fields = searchedFields(builtIn, found('pod').kind, 'probe timeout');
  await expect(searchText(fields, 3, style)).toMatchFileSnapshot(golden('search.txt'));
  expect(searchText(fields.slice(0, 1), 3, style)).not.toContain('more');
  expect(JSON.parse(searchJson(fields))).toHaveLength(fields.length);
});

test('as JSON', async () => {
  await expect(explainJson(found('pod', 'spec', 'containers', 'resizePolicy'))).toMatchFileSnapshot(golden('resize-policy.json'));
  expect(JSON.parse(explainJson(found('pod')))).toMatchObject({ kind: 'Pod', path: '', fields: expect.arrayContaining([expect.objectContaining({ name: 'spec', type: 'PodSpec' })]) });
});

test('coloured, it is the same text', () => {
  const coloured = fieldText(found('pod', 'spec', 'restartPolicy'), { columns: 80, color: true });
  expect(coloured).toContain('\u001b[1mENUM:\u001b[22m');
  expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(fieldText(found('pod', 'spec', 'restartPolicy'), style));
});

test.each([
  [{ alpha: '1.28', on: '1.29', stable: '1.33' }, '1.29 (alpha 1.28, stable 1.33)'],
  [{ alpha: '1.33', on: undefined, stable: undefined }, '1.33, where its feature gate is on'],
  [{ alpha: undefined, on: '1.36', stable: undefined }, '1.36'],
])('%j', (history, text) => {
  expect(historyText(history)).toBe(text);
});
