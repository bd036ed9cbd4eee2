/** What a manifest describes, and where: documents, Lists, JSON, aliases; what is no workload; what is no YAML. */
import { expect, test } from 'vitest';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { manifestObjects } from '../../src/manifest/manifest-objects.ts';

const found = (content: string) =>
  manifestObjects(Buffer.from(content), 'a.yaml').map(({ kind, name, namespace, place }) => [kind, name, namespace, place.line, place.column]);

test('several documents, with their places; what makes no Pods is passed over', () => {
  const content = `# the shop
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web}
---
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: nightly
`;
  expect(found(content)).toEqual([
    ['deployment', 'web', 'shop', 2, 1],
    ['cronjob', 'nightly', undefined, 11, 1],
  ]);
});

test('a List in YAML or JSON, each item at its place', () => {
  expect(found('apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n')).toEqual([['pod', 'a', undefined, 4, 3]]);
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }] }, undefined, '\t');
  expect(found(json)).toEqual([['pod', 'a', undefined, 5, 3]]);
});

test('kinds of the same name that others define are no workloads; aliases are followed', () => {
  expect(found('apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata: {name: a}\n')).toEqual([]);
  const shared = 'x: &meta {name: a, namespace: shop}\napiVersion: v1\nkind: Pod\nmetadata: *meta\n';
  expect(found(shared)).toEqual([['pod', 'a', 'shop', 1, 1]]);
  expect(found('')).toEqual([]);
  const labelled = 'x: &own {app: web, port: 80}\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: *own}\n';
  expect(manifestObjects(Buffer.from(labelled), 'a.yaml').map(({ labels }) => ({ ...labels }))).toEqual([{ app: 'web' }]);
});

test.for([
  ['metadata:\n  name: x\n bad: [1\n', /^a\.yaml:3:2: /],
  ['hello', /^a\.yaml:1:1: it is no object/],
  ['- 1\n', /^a\.yaml:1:1: it is no object/],
  ['apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: x-}\n', /^a\.yaml:1:1: this Job has no name, only a generateName$/],
  ['apiVersion: v1\nkind: Pod\n', /^a\.yaml:1:1: this Pod has no name$/],
])('%j is refused with its place', ([content, message]) => {
  expect(() => manifestObjects(Buffer.from(String(content)), 'a.yaml')).toThrow(
    expect.objectContaining({ code: 'input', message: expect.stringMatching(message as RegExp) }),
  );
  expect(new PodwrightError('input', '').exitCode).toBe(2);
});
