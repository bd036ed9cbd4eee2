/** docs/patterns.md tells of every pattern what its template says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pattern, patternIds, workload, workloadNames } from '../../cmd/pattern-catalogue.ts';

const doc = readFileSync(join(import.meta.dirname, '../../docs/patterns.md'), 'utf8');

test.each(patternIds())('%s', (id) => {
  const { purpose, notWhen, options } = pattern(id);
  const row = doc.split('\n').find((line) => line.startsWith(`| \`${id}\` |`));
  for (const text of [purpose, notWhen]) expect(row).toContain(text);
  const own = /\| ([^|]*) \|$/.exec(row ?? '')?.[1]?.match(/[\w-]+/g) ?? [];
  const names = options.map(({ name }) => name);
  expect(names.slice(0, own.length)).toEqual(own);
  for (const common of names.slice(own.length)) expect(doc.split('Every pattern has')[1]).toContain(`\`${common}\``);
});

test.each(workloadNames)('the workload %s', (name) => {
  const { purpose, notWhen } = workload(name);
  expect(doc).toContain(`| \`${name}\` | ${purpose} | ${notWhen} |`);
});
