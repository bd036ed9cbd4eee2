/** Lint finds nothing in what `new` writes, in every kind and with every pattern, but for what a pattern says of itself. */
import { expect, test } from 'vitest';
import { pattern, patternIds, workloadNames } from '../../cmd/pattern-catalogue.ts';
import { lintManifests } from '../../src/manifest/lint.ts';
import { newWith } from './pattern-manifests.ts';

test.each(workloadNames)('%s', (kind) => {
  const classic = kind !== 'job' && kind !== 'cronjob';
  const made = [
    { id: '', text: newWith(kind, 'web') },
    ...patternIds().flatMap((id) => [false, ...(classic ? [true] : [])].map((each) => ({ id, text: newWith(kind, 'web', { patterns: [id], classic: each }) }))),
  ];
  for (const { id, text } of made) {
    const { findings } = lintManifests([{ file: `${id}.yaml`, bytes: Buffer.from(text), named: true }]);
    const told = id !== '' && pattern(id).podSecurity !== 'restricted' ? ['pod-security'] : [];
    expect([id, findings.map(({ rule, message }) => (told.includes(rule) ? rule : `${rule}: ${message}`))]).toEqual([id, told]);
  }
});
