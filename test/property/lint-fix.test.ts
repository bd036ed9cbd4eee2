/** Laws of `lint --fix`, over mutants of valid manifests and any text: it never throws, says what it does, does it once, and makes nothing worse. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintManifests, verdicts } from '../../src/manifest/lint.ts';
import { type FixedManifests, fixManifests } from '../../src/manifest/lint-fixes.ts';
import { lintCases } from '../integration/lint-cases.ts';

function fixed(text: string): FixedManifests {
  return fixManifests([{ file: 'a.yaml', bytes: Buffer.from(text), named: true }], lintManifests);
}

/** What is wrong with how the text is fixed, or undefined. */
function fault(text: string): string | undefined {
  const { report, texts } = fixed(text);
  const [changed] = texts;
  const said = (report.fixed ?? []).length;
  if (texts.length > 0 !== said > 0) return `says ${said} changes`;
  const after = changed?.after ?? text;
  const again = fixed(after).texts[0];
  if (again !== undefined) return `is not done after once: ${again.after}`;
  const [before, now] = [verdicts(Buffer.from(text)), verdicts(Buffer.from(after))];
  if (before.length !== now.length) return 'has other objects';
  if (now.some((verdict, index) => verdict > (before[index] ?? 0))) return `is worse: ${after}`;
  const left = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(after), named: true }]).findings.length;
  return left === report.findings.length ? undefined : 'tells not what is left';
}

test('mutants of valid manifests, of objects and of text', { timeout: 200_000 }, () => {
  const cases = lintCases(30, 3);
  const faults = cases.flatMap(({ what, yaml }) => {
    const found = fault(yaml);
    return found === undefined ? [] : [`${what}: ${found}`];
  });
  expect(faults).toEqual([]);
  // Many of them are slips that can be mended.
  expect(cases.filter(({ yaml }) => fixed(yaml).texts.length > 0).length).toBeGreaterThan(cases.length / 8);
});

const corpus = readFileSync(join(import.meta.dirname, '../integration/lint-corpus/yaml.yaml'), 'utf8');
const pieces = [
  '\n',
  '  ',
  '- ',
  'hostNetwork: true\n',
  'port: "80"',
  '"',
  "'",
  '# c',
  '*a',
  '&a ',
  '{',
  '}',
  ',',
  '---\n',
  '\r\n',
  'spec:\n',
  '|\n',
  ': ',
  '\ufeff',
];

test('a manifest with a part cut out, or something put in', { timeout: 200_000 }, () => {
  fc.assert(
    fc.property(fc.nat(corpus.length), fc.nat(40), fc.constantFrom('', ...pieces), (at, length, put) => {
      expect(fault(corpus.slice(0, at) + put + corpus.slice(at + length))).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

test('with Windows line ends and a byte order mark, the same lines change', { timeout: 200_000 }, () => {
  const other = (text: string): string => `\ufeff${text.replaceAll('\n', '\r\n')}`;
  const cases = lintCases(6, 5).filter(({ yaml }) => !/[\r\ufeff]/.test(yaml));
  const differing = cases.filter(({ yaml }) => {
    const after = fixed(yaml).texts[0]?.after;
    return fixed(other(yaml)).texts[0]?.after !== (after && other(after));
  });
  expect(differing.map(({ what }) => what)).toEqual([]);
});
