/** Lint's errors against the verdicts of the API server that the last run on a cluster has kept. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { firstLintError, lintCases, verdictsFile } from '../integration/lint-cases.ts';

test('the same verdict as the API server for 99 % of valid manifests, refused ones and mutants', { timeout: 200_000 }, () => {
  const cases = lintCases();
  const verdicts = readFileSync(verdictsFile, 'utf8').replaceAll('\n', '');
  expect(verdicts).toHaveLength(cases.length);
  const differences = cases.filter(({ yaml }, index) => (firstLintError(yaml) === undefined) !== (verdicts[index] === 't')).map(({ what }) => what);
  expect(differences.length > cases.length / 100 ? differences : []).toEqual([]);
});
