/** Notes in the draft of an edit: where they stand, and that nothing else is touched when they are taken out. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldLine, withNotes, withoutNotes } from '../../src/manifest/draft-notes.ts';

const draft = `apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations:
    a.b/c: x
spec:
  containers:
  - name: app
    image: a
    ports:
    - containerPort: 80
`;

test('a note stands above its line, as far indented', () => {
  const noted = withNotes(draft, [
    { line: undefined, text: 'the whole' },
    { line: 10, text: 'image is wrong' },
    { line: 10, text: 'very wrong' },
    { line: 99, text: 'the end' },
  ]);
  expect(noted.split('\n')[0]).toBe('#!! the whole');
  expect(noted).toContain('  - name: app\n    #!! image is wrong\n    #!! very wrong\n    image: a\n');
  expect(noted.endsWith('#!! the end\n')).toBe(true);
  expect(withoutNotes(noted)).toBe(draft);
});

test('a long note is several lines', () => {
  const noted = withNotes('a: 1\n', [{ line: 1, text: `${'word '.repeat(40)}\nend` }]);
  expect(noted.split('\n').every((line) => line.length <= 80)).toBe(true);
  expect(noted.split('\n').length).toBeGreaterThan(3);
  expect(withoutNotes(noted)).toBe('a: 1\n');
});

test('whatever the text and the notes, what comes back is the text', () => {
  const line = fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).filter((text) => !text.includes('#!! '));
  fc.assert(
    fc.property(
      fc.array(line),
      fc.array(fc.record({ line: fc.option(fc.integer({ min: -1, max: 30 }), { nil: undefined }), text: fc.string() })),
      (lines, notes) => {
        const text = `${lines.join('\n')}\n`;
        expect(withoutNotes(withNotes(text, notes))).toBe(text);
      },
    ),
  );
});

test.each([
  ['spec.containers[0].image', 10],
  ['spec.containers[app].image', 10],
  ['spec.containers[app].ports[80].hostPort', 12],
  ['spec.containers[0].nothing', 9],
  ['spec.containers[7]', 8],
  ['spec.containers[other].image', 8],
  ['metadata.annotations["a.b/c"]', 6],
  ['metadata.name.x', 4],
  ['nothing', undefined],
  ['', undefined],
])('%s is on line %s', (path, line) => {
  expect(fieldLine(draft, path)).toBe(line);
});

test('a draft that cannot be read has no lines of fields', () => {
  expect(fieldLine('a: [', 'a')).toBeUndefined();
});
