/** What is asked of a cluster to know its kinds: each document once, and under the address that its index gives. */
import { expect, test } from 'vitest';
import { clusterKinds, clusterOpenapis, clusterVersion } from '../../src/kube/cluster-openapi.ts';
import type { Transport } from '../../src/kube/transport.ts';

const signal = new AbortController().signal;

function answering(answers: Readonly<Record<string, unknown>>): Transport & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    context: 'fake',
    asked,
    request({ path }) {
      asked.push(path);
      return path in answers ? Promise.resolve(answers[path]) : Promise.reject(new Error(`nobody answers ${path}`));
    },
    stream: () => Promise.reject(new Error('nothing streams')),
    upgrade: () => Promise.reject(new Error('nothing is upgraded here')),
    close: () => undefined,
  };
}

test('the OpenAPI of each apiVersion, by the hash in the index; what the index lacks is left out, and nothing is asked for nothing', async () => {
  const transport = answering({
    '/openapi/v3': {
      paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=A' }, 'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1?hash=B' } },
    },
    '/openapi/v3/api/v1?hash=A': { one: 1 },
    '/openapi/v3/apis/apps/v1?hash=B': { two: 2 },
  });
  const found = await clusterOpenapis(transport, ['v1', 'apps/v1', 'metrics.x.test/v1'], signal);
  expect([...found]).toEqual([
    ['v1', { one: 1 }],
    ['apps/v1', { two: 2 }],
  ]);
  expect(transport.asked).toEqual(['/openapi/v3', '/openapi/v3/api/v1?hash=A', '/openapi/v3/apis/apps/v1?hash=B']);
  const idle = answering({});
  expect((await clusterOpenapis(idle, [], signal)).size).toBe(0);
  expect(idle.asked).toEqual([]);
});

test('the kinds, with their scope and whether their status is written on its own', async () => {
  const resource = (kind: string, more: object) => ({ resource: `${kind.toLowerCase()}s`, responseKind: { kind }, ...more });
  const kinds = await clusterKinds(
    answering({
      '/api': {
        items: [
          {
            versions: [
              { version: 'v1', resources: [resource('Pod', { scope: 'Namespaced', subresources: [{ subresource: 'log' }, { subresource: 'status' }] })] },
            ],
          },
        ],
      },
      '/apis': { items: [{ metadata: { name: 'x.test' }, versions: [{ version: 'v1', resources: [resource('Widget', { scope: 'Cluster' }), {}] }] }] },
    }),
    signal,
  );
  expect(kinds).toEqual([
    { apiVersion: 'v1', kind: 'Pod', words: ['pods'], namespaced: true, hasStatus: true },
    { apiVersion: 'x.test/v1', kind: 'Widget', words: ['widgets'], namespaced: false, hasStatus: false },
  ]);
});

test('the version, empty where the server tells none', async () => {
  expect(await clusterVersion(answering({ '/version': { gitVersion: 'v1.36.3' } }), signal)).toBe('v1.36.3');
  expect(await clusterVersion(answering({ '/version': [] }), signal)).toBe('');
});
