/** The differences are those of `diff -u`, and `patch` can take them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { styleOf } from '../../src/report/style.ts';
import { unifiedDiff } from '../../src/report/unified-diff.ts';

const plain = styleOf(false);

test('of equal texts there is none', () => {
  expect(unifiedDiff('a\nb\n', 'a\nb\n', 'f', plain)).toBe('');
  expect(unifiedDiff('', '', 'f', plain)).toBe('');
});

test('changes that are far apart are hunks of their own; a last line without its end is said', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `${index}`);
  const before = lines.join('\n');
  const after = [...lines.slice(0, 3), 'new', ...lines.slice(3, 29), 'end'].join('\n');
  expect(unifiedDiff(before, after, 'f', plain)).toBe(`--- f
+++ f
@@ -1,6 +1,7 @@
 0
 1
 2
+new
 3
 4
 5
@@ -27,4 +28,4 @@
 26
 27
 28
-29
\\ No newline at end of file
+end
\\ No newline at end of file
`);
  expect(unifiedDiff('', 'a\n', 'f', styleOf(true))).toBe('\u001b[1m--- f\u001b[22m\n\u001b[1m+++ f\u001b[22m\n@@ -0,0 +1,1 @@\n\u001b[32m+a\u001b[39m\n');
});

test('more differences than anybody reads are shown as a whole', () => {
  const [before, after] = ['a', 'b'].map((name) => Array.from({ length: 1500 }, (_, index) => `${name}${index}\n`).join(''));
  const diff = unifiedDiff(before ?? '', after ?? '', 'f', plain);
  expect(diff).toContain('@@ -1,1500 +1,1500 @@\n-a0\n');
});

test('patch makes the one text of the other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'podwright-diff-'));
  const file = join(folder, 'f');
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 }).map((lines) => lines.map((line) => `${line}\n`).join(''));
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        writeFileSync(file, before);
        const diff = unifiedDiff(before, after, 'f', plain);
        if (diff !== '')
          expect(
            spawnSync('git', ['apply', '--unidiff-zero', '--whitespace=nowarn', '-p0', '-'], { cwd: folder, input: diff, encoding: 'utf8' }),
          ).toMatchObject({ status: 0, stderr: '' });
        expect(readFileSync(file, 'utf8')).toBe(after);
      }),
      { seed: 1, numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
