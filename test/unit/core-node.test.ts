/** What is read of a node, and what a Pod asks of it. */
import { describe, expect, test } from 'vitest';
import { nodeFacts, nodeTroubles } from '../../src/core/node-facts.ts';
import { podDemands } from '../../src/core/pod-demands.ts';

const condition = (type: string, status: string) => ({ type, status, reason: `Reason${type}`, message: 'm', lastTransitionTime: '2026-03-01T10:00:00Z' });

function node(...conditions: readonly ReturnType<typeof condition>[]) {
  return nodeFacts({
    metadata: { name: 'worker' },
    spec: {
      unschedulable: true,
      taints: [
        { key: 'gpu', value: 'a100', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule', timeAdded: '2026-03-01T09:00:00Z' },
      ],
    },
    status: { conditions, nodeInfo: { kubeletVersion: 'v1.36.0', containerRuntimeVersion: 'containerd://2.1.0' } },
  });
}

describe('a node', () => {
  test('says whether it is Ready, takes Pods, and what runs on it', () => {
    expect(node(condition('MemoryPressure', 'False'), condition('Ready', 'True'))).toMatchObject({
      name: 'worker',
      ready: { status: 'True', since: Date.parse('2026-03-01T10:00:00Z') },
      unschedulable: true,
      taints: [
        { key: 'gpu', value: 'a100', effect: 'NoSchedule', since: undefined },
        { key: 'node.kubernetes.io/unschedulable', value: undefined, since: Date.parse('2026-03-01T09:00:00Z') },
      ],
      kubeletVersion: 'v1.36.0',
      runtime: 'containerd://2.1.0',
    });
  });

  test.each([
    ['well', [condition('Ready', 'True'), condition('DiskPressure', 'False')], []],
    ['short of memory', [condition('Ready', 'True'), condition('MemoryPressure', 'True')], ['MemoryPressure']],
    ['not Ready', [condition('Ready', 'False'), condition('DiskPressure', 'True')], ['Ready', 'DiskPressure']],
    ['silent', [condition('Ready', 'Unknown'), condition('MemoryPressure', 'Unknown'), condition('PIDPressure', 'Unknown')], ['Ready']],
    ['with a condition of its own that is True', [condition('Ready', 'True'), condition('CacheWarm', 'True')], []],
  ])('that is %s', (_, conditions, expected) => {
    expect(nodeTroubles(node(...conditions)).map(({ type }) => type)).toEqual(expected);
  });

  test.each([undefined, null, 'x', [], {}, { metadata: 3, spec: { taints: [null, 7] }, status: { conditions: [null], nodeInfo: [] } }])(
    'total: %j',
    (value) => {
      const facts = nodeFacts(value);
      expect(facts).toMatchObject({ name: '', ready: undefined, unschedulable: false });
      expect(nodeTroubles(facts)).toEqual([]);
    },
  );
});

describe('what a Pod asks for', () => {
  test('resources of each container and of the whole Pod, and a resize that is not made yet', () => {
    const demands = podDemands({
      spec: {
        resources: { limits: { cpu: 2 } },
        initContainers: [{ name: 'load', resources: { requests: { memory: '1.5Gi' } } }],
        containers: [
          { name: 'app', resources: { requests: { cpu: '200m', memory: '64Mi' }, limits: { memory: '64Mi' } } },
          { name: 'idle', resources: {} },
        ],
      },
      status: { containerStatuses: [{ name: 'app', resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi' } } }] },
    });
    expect(demands.pod).toEqual([{ name: 'cpu', request: undefined, limit: '2', actual: undefined }]);
    expect(demands.containers).toEqual([
      { name: 'load', resources: [{ name: 'memory', request: '1.5Gi', limit: undefined, actual: undefined }] },
      {
        name: 'app',
        resources: [
          { name: 'cpu', request: '200m', limit: undefined, actual: { request: '100m', limit: undefined } },
          { name: 'memory', request: '64Mi', limit: '64Mi', actual: undefined },
        ],
      },
    ]);
  });

  test('tolerations but the two that every Pod has, and the node selector', () => {
    const given = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
    const { tolerations, nodeSelector } = podDemands({
      spec: {
        nodeSelector: { disk: 'ssd' },
        tolerations: [
          given('node.kubernetes.io/not-ready'),
          given('node.kubernetes.io/unreachable'),
          { ...given('node.kubernetes.io/unreachable'), tolerationSeconds: 5 },
          { key: 'gpu', operator: 'Equal', value: 'a100', effect: 'NoSchedule' },
          { operator: 'Exists' },
        ],
      },
    });
    expect(tolerations).toEqual(['node.kubernetes.io/unreachable:NoExecute for 5s', 'gpu=a100:NoSchedule', 'any taint']);
    expect(nodeSelector).toEqual(['disk=ssd']);
  });

  test.each([undefined, 'x', { spec: 1 }, { spec: { containers: [null, { resources: 3 }], tolerations: null }, status: [] }])('total: %j', (value) => {
    expect(podDemands(value)).toEqual({ pod: [], containers: [], tolerations: [], nodeSelector: [] });
  });
});
