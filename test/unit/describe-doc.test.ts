/** docs/describe.md lists the differences from kubectl that the comparison on the real cluster allows, in their order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compared, differences, labelled } from '../integration/describe/kubectl-output.ts';

test('the differences from kubectl are those that the comparison allows', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/describe.md'), 'utf8').split('## Differences from kubectl')[1] ?? '';
  const listed = text
    .split(/^- /m)
    .slice(1)
    .map((item) => item.replaceAll(/\s+/g, ' ').trim());
  expect(listed).toEqual(differences.map(({ says }) => says));
});

test('the comparison sees what is missing, and takes a label for what it is', () => {
  const kubectl = [
    'Name:  web',
    'Tolerations:  a:NoExecute op=Exists',
    '              b',
    'Containers:',
    '  app:',
    '    Image:  x:1',
    'Conditions:',
    '  Type  Status',
    '  Ready  True',
    '',
  ].join('\n');
  expect(labelled(kubectl)).toEqual(
    new Map([
      ['Name', ['web']],
      ['Tolerations', ['a:NoExecute op=Exists', 'b']],
      ['Containers', ['']],
      ['Containers / app', ['']],
      ['Containers / app / Image', ['x:1']],
      ['Conditions', ['', 'Type Status', 'Ready True']],
    ]),
  );
  expect(compared(kubectl, kubectl).missing).toEqual([]);
  expect(compared(kubectl, kubectl.replace('x:1', 'x:2')).missing).toEqual(['Containers / app / Image: x:1   (ours: x:2)']);
  expect(compared(kubectl, kubectl.replace('              b\n', '')).missing).toEqual(['Tolerations: b   (ours: a:NoExecute op=Exists)']);
  expect(compared('Volumes:\n  v:\n    Type:  EmptyDir (a temporary directory)', 'Volumes:\n  v:\n    Type:  Secret').missing).toHaveLength(1);
});
