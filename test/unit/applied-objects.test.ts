/** The objects of manifests as they are sent: with Kubernetes' reading of YAML, all digits, and their places. */
import { expect, test } from 'vitest';
import { appliedObjects } from '../../src/manifest/applied-objects.ts';

const read = (text: string): ReturnType<typeof appliedObjects> => appliedObjects(Buffer.from(text), 'web.yaml');

test('several documents, Lists and JSON, each with its place', () => {
  const objects = read(`# a comment
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: shop}
---
---
null
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: two}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: three}
`);
  expect(objects.map(({ object, place }) => [object, place.line])).toEqual([
    [{ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'one' }, 2],
    [{ apiVersion: 'v1', kind: 'Secret', namespace: undefined, name: 'two' }, 12],
    [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: undefined, name: 'three' }, 13],
  ]);
  expect(read('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"}}{"apiVersion":"v1","kind":"Pod","metadata":{"name":"y"}}')).toHaveLength(2);
  expect(read('# nothing\n')).toEqual([]);
});

test('values are what Kubernetes takes them for', () => {
  const [one] = read('apiVersion: v1\nkind: A\nmetadata: {name: x}\nopen: on\nmode: 0777\nlarge: 9007199254740993\nhalf: 0.5\nlist: [~, "a\\nb"]\n');
  expect(one?.json).toBe(
    '{"apiVersion":"v1","kind":"A","metadata":{"name":"x"},"open":true,"mode":511,"large":9007199254740993,"half":0.5,"list":[null,"a\\nb"]}',
  );
});

test.each([
  ['apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}', 'web.yaml:1:1: this Pod has no name, only a generateName', /another one/],
  ['apiVersion: v1\nkind: Pod', 'web.yaml:1:1: this Pod has no name', /metadata\.name/],
  ['kind: Pod', 'web.yaml:1:1: this object has no apiVersion', /YAML or JSON/],
  ['apiVersion: v1', 'web.yaml:1:1: this object has no kind', /YAML or JSON/],
  ['- 1', 'web.yaml:1:1: this is no object: a manifest has fields such as kind and metadata', /YAML or JSON/],
  ['a: [', expect.stringMatching(/^web\.yaml:1:\d+: /), /./],
])('%j is told with its place', (text, message, hint) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'input', message, hint: expect.stringMatching(hint) }));
});

test('in a directory, YAML of other tools is passed over', () => {
  const bytes = Buffer.from('version: 3\nservices: {}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: x}\n');
  expect(appliedObjects(bytes, 'compose.yaml', false)).toHaveLength(1);
  expect(() => appliedObjects(bytes, 'compose.yaml')).toThrow('this object has no kind');
  expect(() => appliedObjects(Buffer.from('kind: Pod'), 'pod.yaml', false)).toThrow('this object has no apiVersion');
});
