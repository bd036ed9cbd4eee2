/** Which Pods a scope takes in, decided without a server; test/integration/record.test.ts compares it with the server's own answer. */
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { scopeFilter } from '../../src/service/selector-match.ts';

const pods = [
  { name: 'web', labels: { app: 'web', tier: '3' }, node: 'a', phase: 'Running' },
  { name: 'db', labels: { app: 'db', 'example.com/tier': 'x' }, node: undefined, phase: 'Pending' },
  { name: 'bare', labels: {}, node: 'b', phase: 'Running' },
].map(({ name, labels, node, phase }) =>
  podFacts({ metadata: { name, namespace: name === 'bare' ? 'other' : 'shop', labels }, spec: { nodeName: node }, status: { phase } }),
);

const names = (scope: Parameters<typeof scopeFilter>[0]): string =>
  pods
    .filter(scopeFilter(scope))
    .map(({ name }) => name)
    .join(' ');

test.each([
  ['app=web', 'web'],
  ['app==web', 'web'],
  [' app = web ', 'web'],
  ['app!=web', 'db bare'],
  ['app', 'web db'],
  ['!app', 'bare'],
  ['! app', 'bare'],
  ['app in (web, db)', 'web db'],
  ['app in (web),tier', 'web'],
  ['app notin (web)', 'db bare'],
  ['tier>2', 'web'],
  ['tier > 3', ''],
  ['tier<4,app=web', 'web'],
  ['example.com/tier=x', 'db'],
  ['app=', ''],
  ['index', ''],
])('-l %s', (labelSelector, expected) => {
  expect(names({ namespaces: 'all', labelSelector })).toBe(expected);
});

test.each([
  ['metadata.name=web', 'web'],
  ['metadata.name!=web', 'db bare'],
  ['metadata.namespace==shop', 'web db'],
  ['spec.nodeName=', 'db'],
  ['status.phase=Running,spec.nodeName=b', 'bare'],
])('--field-selector %s', (fieldSelector, expected) => {
  expect(names({ namespaces: 'all', fieldSelector })).toBe(expected);
});

test('namespaces', () => {
  expect(names({ namespaces: ['shop'] })).toBe('web db');
});

test('a field that only a server selects by is refused', () => {
  expect(() => scopeFilter({ namespaces: 'all', fieldSelector: 'spec.restartPolicy=Always' })).toThrow('cannot be selected by "spec.restartPolicy"');
});
