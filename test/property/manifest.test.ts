/** Laws of reading and linting manifests: whatever the bytes, an answer comes, with places that are in the text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { LintReport } from '../../src/core/lint-report.ts';
import { lintManifests } from '../../src/manifest/lint.ts';

const corpus = readFileSync(join(import.meta.dirname, '../integration/lint-corpus/pods.yaml'), 'utf8');

function checked(bytes: Uint8Array): LintReport {
  const report = lintManifests([{ file: 'a.yaml', bytes, named: true }]);
  const lines = Buffer.from(bytes).toString('latin1').split('\n').length;
  for (const { place, endColumn, message, excerpt } of report.findings) {
    expect(place.line).toBeGreaterThanOrEqual(1);
    expect(place.line).toBeLessThanOrEqual(lines);
    expect(endColumn).toBeGreaterThan(place.column);
    expect(message).not.toMatch(/undefined|\[object/);
    expect(excerpt.firstLine + excerpt.lines.length - 1).toBe(place.line);
  }
  return report;
}

test('any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void checked(bytes)),
    { numRuns: 200 },
  );
});

const pieces = [
  'apiVersion: v1\n',
  'kind: Pod\n',
  'spec:\n',
  '  containers:\n',
  '  - ',
  'name: a\n',
  '\t',
  '{',
  '}',
  '[',
  ']',
  ': ',
  '"',
  "'",
  '&a ',
  '*a',
  '<<: ',
  '---\n',
  '...\n',
  '!!int ',
  '#',
  '|\n',
  '{{ x }}',
  '\ufeff',
  '? ',
  '%',
  '@',
  '\r\n',
];

test('pieces of YAML in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (text) => void checked(Buffer.from(text.join('')))),
    { numRuns: 500 },
  );
});

test('a manifest with a part cut out, or something put in', () => {
  const change = fc.tuple(fc.nat(corpus.length), fc.nat(30), fc.constantFrom('', ...pieces));
  fc.assert(
    fc.property(change, ([at, length, put]) => void checked(Buffer.from(corpus.slice(0, at) + put + corpus.slice(at + length)))),
    { numRuns: 60 },
  );
});

test('any object in the place of a Pod', () => {
  const anything = fc.object({
    maxDepth: 4,
    key: fc.constantFrom('metadata', 'spec', 'containers', 'name', 'image', 'env', 'volumes', 'x', 'status'),
    values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
  });
  fc.assert(
    fc.property(anything, (object) => void checked(Buffer.from(stringify({ ...object, apiVersion: 'v1', kind: 'Pod' }, { version: '1.1' })))),
    { numRuns: 200 },
  );
});

test('any schema of a definition, with any object of it', () => {
  const words = [
    'type',
    'properties',
    'items',
    'required',
    'enum',
    'pattern',
    'format',
    'default',
    'minimum',
    'oneOf',
    'not',
    'allOf',
    '$ref',
    'nullable',
    'a',
    'b',
  ];
  const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<unknown>('object', 'array', 'string', 'integer', 'a', '(', '^(a+)+$', 'date', 1, -1, null, true, '#/components/schemas/v1.Widget'),
      fc.array(tie('schema'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words, 'additionalProperties', 'x-kubernetes-list-type', 'x-kubernetes-preserve-unknown-fields'), tie('schema'), {
        maxKeys: 4,
      }),
    ),
  }));
  fc.assert(
    fc.property(schema, fc.jsonValue({ maxDepth: 4 }), (properties, spec) => {
      const openAPIV3Schema = { type: 'object', properties: { spec: properties } };
      const definition = {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'widgets.x.test' },
        spec: { group: 'x.test', scope: 'Namespaced', names: { kind: 'Widget' }, versions: [{ name: 'v1', schema: { openAPIV3Schema } }] },
      };
      const widget = { apiVersion: 'x.test/v1', kind: 'Widget', metadata: { name: 'a' }, spec };
      checked(Buffer.from(`${JSON.stringify(definition)}\n---\n${JSON.stringify(widget)}\n`));
    }),
    { numRuns: 400 },
  );
});
