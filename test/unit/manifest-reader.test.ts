/** Manifests as Kubernetes reads them: what scalars mean, documents, aliases and merges, places, and what is told of text that is not YAML. */
import { expect, test } from 'vitest';
import { readManifestBytes } from '../../src/manifest/manifest-reader.ts';
import { type ManifestNode, spanOf } from '../../src/manifest/manifest-tree.ts';
import { plainScalar, taggedScalar } from '../../src/manifest/yaml-scalars.ts';

/** The value as JSON would have it. */
function plain(node: ManifestNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return node.scalar.value;
  return node.kind === 'list' ? node.items.map(plain) : Object.fromEntries([...node.fields.values()].map(({ name, value }) => [name, plain(value)]));
}

const read = (text: string): unknown => plain(readManifestBytes(Buffer.from(text), 'a.yaml').documents[0]?.root);

/** Each problem as `line:column message`. */
function problems(text: string): readonly string[] {
  const { source, documents } = readManifestBytes(Buffer.from(text), 'a.yaml');
  return documents.flatMap(({ problems }) =>
    problems.map(({ span = { start: 0, end: 0 }, message }) => {
      const { line, column } = source.place(span.start);
      return `${line}:${column} ${message}`;
    }),
  );
}

test.for([
  ['yes', true],
  ['Off', false],
  ['y', true],
  ['N', false],
  ['TRUE', true],
  ['~', null],
  ['', null],
  ['0644', 420],
  ['0o644', 420],
  ['0x1F', 31],
  ['0b101', 5],
  ['-0b11', -3],
  ['1_000', 1000],
  ['08', 8],
  ['+5', 5],
  ['-17', -17],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1.', 1],
  ['._5', '._5'],
  ['1:30', '1:30'],
  ['2026-01-31', '2026-01-31'],
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z'],
  ['1.2.3', '1.2.3'],
  ['250m', '250m'],
  ['0xZ', '0xZ'],
  ['1e999', '1e999'],
  ['yEs', 'yEs'],
  ['-', '-'],
  ['18446744073709551616', 18446744073709551616],
])('%j is %j', ([text, value]) => {
  expect(plainScalar(String(text)).value).toBe(value);
});

test('integers keep what a double cannot hold', () => {
  expect(plainScalar('9223372036854775807')).toEqual({ type: 'integer', value: 2 ** 63, exact: 9223372036854775807n });
  expect(plainScalar('-9223372036854775809').type).toBe('float');
  expect(plainScalar('.inf').value).toBe(Number.POSITIVE_INFINITY);
});

test('tags decide, where they are those of YAML', () => {
  expect(read('a: !!str 8080\nb: !!int "7"\nc: !!float 3\nd: !!binary aGk=\ne: !mine yes\nf: ! 12\ng: !!bool on\nh: !!null ""\n')).toEqual({
    a: '8080',
    b: 7,
    c: 3,
    d: 'hi',
    e: 'yes',
    f: '12',
    g: true,
    h: null,
  });
  expect(problems('a: !!int x\n')).toEqual(['1:10 This is no !!int']);
  expect(problems('a: !!binary "*"\n')).toEqual(['1:13 This is no !!binary']);
  expect(taggedScalar('x', 'bool', true)).toBeUndefined();
});

test('keys become text as in JSON', () => {
  expect(read('yes: 1\n8080: 2\n0x10: 3\n1.5: 4\n"yes": 5\n')).toEqual({ true: 1, 8080: 2, 16: 3, 1.5: 4, yes: 5 });
  expect(problems('? [a]\n: 1\n')).toEqual(['1:3 The name of a field is text, not a list']);
  expect(problems('~: 1\n')).toEqual(['1:1 A field needs a name before its colon']);
  expect(problems('a: {{ .Values.x }}\n')[0]).toMatch(/^1:5 This is a template, not yet YAML$/);
});

test('aliases and merges', () => {
  expect(read('a: &a {x: 1, w: 2}\nb: *a\nc:\n  <<: *a\n  w: 3\nd: {<<: [{x: 7}, {x: 8, z: 9}]}\n')).toEqual({
    a: { x: 1, w: 2 },
    b: { x: 1, w: 2 },
    c: { x: 1, w: 3 },
    d: { x: 7, z: 9 },
  });
  expect(read('"<<": {a: 1}\n')).toEqual({ '<<': { a: 1 } });
  expect(problems('a: *none\n')).toEqual(['1:4 There is no anchor &none before this alias']);
  expect(problems('a: &a [*a]\n')).toEqual(['1:8 The alias *a stands for a value that contains it']);
  expect(problems('a: 1\n<<: 2\n')).toEqual(['2:5 What << merges in has to be a map, or a list of maps']);
});

test('an alias bomb is refused, and soon', () => {
  const levels = Array.from(
    { length: 30 },
    (_, level) => `l${level}: &l${level} [${Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*l${level - 1}`)).join(', ')}]`,
  );
  const began = performance.now();
  expect(problems(`${levels.join('\n')}\n`)).toEqual([expect.stringMatching(/Aliases make this document grow beyond what Kubernetes reads/)]);
  expect(performance.now() - began).toBeLessThan(5000);
});

test('what nests too deep is refused', () => {
  expect(problems(`a: ${'['.repeat(600)}${']'.repeat(600)}\n`)).toEqual([expect.stringMatching(/It nests deeper than 500 levels/)]);
  expect(problems(`a: ${'['.repeat(100_000)}`)).toHaveLength(1);
  expect(problems(`a: ${'{a: '.repeat(20_000)}${'}'.repeat(20_000)}\n`)).toHaveLength(1);
});

test('documents as kubectl cuts them; one that is broken leaves the others', () => {
  const { documents } = readManifestBytes(Buffer.from('\ufeff# head\n---\na: 1\n--- # two\nb: [\n---\n\n# nothing\n---\nc: 3\n...\nd: 4\n'), 'a.yaml');
  expect(documents.map(({ root }) => plain(root))).toEqual([{ a: 1 }, undefined, { c: 3 }]);
  expect(problems('a: 1\n--- {b: 2}\n')).toEqual(['2:1 A line that begins with --- separates documents, and may hold nothing else']);
  expect(problems('---\n---\n')).toEqual([]);
  expect(problems('a: 1\n...\n# b\nb: [\n')).toEqual([expect.stringMatching(/^\d:1 What follows a line "\.\.\." is not read$/)]);
  expect(problems('a: 1\n...\n# b\n')).toEqual([]);
});

test('JSON objects one behind the other', () => {
  const objects = (text: string) => readManifestBytes(Buffer.from(text), 'a.json').documents.map(({ root }) => plain(root));
  expect(objects('{"a": "}{"}\n{"b": {"c": "\\"}"}}\n')).toEqual([{ a: '}{' }, { b: { c: '"}' } }]);
  expect(objects('{"a": 1}\n---\n{"b": 2}\n')).toEqual([{ a: 1 }, { b: 2 }]);
  expect(objects('{"a": 1} {"b": 2')).toEqual([undefined]);
});

test('a field that is there twice is told with the place of the first', () => {
  const { source, documents } = readManifestBytes(Buffer.from('a:\n  b: 1\n  c: 2\n  b: 3\n'), 'a.yaml');
  expect(plain(documents[0]?.root)).toEqual({ a: { b: 3, c: 2 } });
  const [problem] = documents[0]?.problems ?? [];
  expect([source.place(problem?.span?.start ?? 0).line, source.place(problem?.other?.start ?? 0).line]).toEqual([4, 2]);
});

test('places: scalars are their value, other fields their key, items where they start, what is missing what holds it', () => {
  const text = 'spec:\n  containers:\n  - name: web\n    image: x\n    env:\n';
  const { source, documents } = readManifestBytes(Buffer.from(text), 'a.yaml');
  const at = (path: readonly (string | number)[], onKey = false): string => {
    const { start, end } = spanOf(documents[0]?.root ?? { kind: 'list', items: [], span: { start: 0, end: 0 } }, path, onKey);
    return `${source.place(start).line}:${source.place(start).column} ${text.slice(start, end).split('\n')[0]}`;
  };
  expect(at(['spec', 'containers'])).toBe('2:3 containers');
  expect(at(['spec', 'containers', 0])).toBe('3:5 name: web');
  expect(at(['spec', 'containers', 0, 'image'])).toBe('4:12 x');
  expect(at(['spec', 'containers', 0, 'image'], true)).toBe('4:5 image');
  expect(at(['spec', 'containers', 0, 'env'])).toBe('5:5 env');
  expect(at(['spec', 'containers', 0, 'ports', 3])).toBe('3:5 name: web');
});

test('bytes that are no text', () => {
  const of = (bytes: Uint8Array) =>
    readManifestBytes(bytes, 'a.yaml').documents.flatMap(({ problems }) => problems.map(({ message, span }) => [message, span?.start]));
  expect(of(Buffer.from('a: \xff\n', 'latin1'))).toEqual([['This is not UTF-8', 3]]);
  expect(of(Buffer.from([0xff, 0xfe, 0x61, 0]))).toEqual([['This is UTF-16; kubectl reads UTF-8', 0]]);
  expect(of(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0xff]))).toEqual([['This is no text: it holds zero bytes', 0]]);
  expect(of(Buffer.from('é: "x\u0007"\n'))).toEqual([['The control character U+0007 cannot stand in YAML', 5]]);
  expect(of(Buffer.from(''))).toEqual([]);
});

test('a document that is too large is not read', () => {
  expect(problems(`a: "${'x'.repeat(5 * 2 ** 20)}"\n---\nb: [\n`)).toEqual([
    expect.stringMatching(/^1:1 This document has 5 MiB/),
    expect.stringMatching(/^4:1|^3:4/),
  ]);
});

test.for([
  ['spec:\n\tcontainers: []\n', '2:1 A tab is used to indent; YAML takes blanks only'],
  ['name: web\n  image: x\n', '2:3 image is indented further than name above it, which has a value already'],
  ['spec:\n    a: 1\n  b: 2\n', '3:3 b starts at column 3, where no field above it does'],
  ['image: web: 1.2\n', '1:8 A value with a colon and a blank in it has to be quoted'],
  ['a:\n  name:web\n  image: x\n', '2:3 There is no blank after the colon of name'],
  ['a: 1\nwebserver\nb: 2\n', '2:1 There is no colon in this line, which stands among fields'],
  ['a: "x\nb: 1\n', '1:4 This " is never closed'],
  ['a: "\\d"\n', /^1:\d+ \\d is no escape of YAML$/],
  ['a: @x\n', '1:4 A value that begins with @ has to be quoted'],
  ['a: [1, 2\n', /^\d:\d+ A \[ is never closed with \]$/],
  ['a: 1\n<<<<<<< HEAD\nb: 2\n=======\n', '2:1 There is an unresolved merge conflict'],
  ['{{- if .Values.x }}\na: 1\n', /^1:1 This is a template, not yet YAML$/],
] as const)('%j: %s', ([text, message]) => {
  const [told] = problems(text);
  expect(told).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
});
