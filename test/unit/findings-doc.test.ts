/** docs/findings.md explains every code once, under its class and in the order of the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingClasses, findingCodes } from '../../src/core/diagnosis/finding.ts';

test('every code is explained, under its class', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/findings.md'), 'utf8');
  const told: [string, string][] = [];
  let section = '';
  for (const line of text.split('\n')) {
    section = /^## (.+)$/.exec(line)?.[1] ?? section;
    const code = /^### `(.+)`$/.exec(line)?.[1];
    if (code !== undefined) told.push([code, section]);
  }
  expect(told).toEqual(Object.entries(findingCodes).map(([code, meaning]) => [code, meaning.class]));
  expect([...new Set(told.map(([, name]) => name))]).toEqual(findingClasses);
  for (const paragraph of text.split(/^### /m).slice(1)) expect(paragraph.split('\n')[1]?.length).toBeGreaterThan(20);
});
