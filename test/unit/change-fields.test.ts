/** What changes in an object: fields, what is immutable, what is cleaned and masked, the order, and conflicts. */
import { describe, expect, test } from 'vitest';
import { applyOrder } from '../../src/core/change/apply-order.ts';
import { changedFields, wantedChanges } from '../../src/core/change/changed-fields.ts';
import { cleanObject, recreatablePod } from '../../src/core/change/clean-object.ts';
import { fieldConflicts } from '../../src/core/change/field-conflicts.ts';
import { immutableFields } from '../../src/core/change/immutable-fields.ts';
import { maskedPair } from '../../src/core/change/masked-secret.ts';
import { objectNameOf, objectText } from '../../src/core/change/object-name.ts';

const paths = (changes: readonly { readonly path: string }[]): readonly string[] => changes.map(({ path }) => path);

describe('changed fields', () => {
  test.each<[string, unknown, unknown, readonly string[]]>([
    ['equal', { a: 1, b: [1, 2], c: { d: 'x' } }, { a: 1, b: [1, 2], c: { d: 'x' } }, []],
    ['null is absent', { a: null }, {}, []],
    ['a value', { spec: { replicas: 1 } }, { spec: { replicas: 2 } }, ['spec.replicas']],
    ['added and removed', { a: 1 }, { b: 1 }, ['a', 'b']],
    ['a name with a point', { data: { 'a.b': '1' } }, { data: { 'a.b': '2' } }, ['data["a.b"]']],
    ['items by name', { c: [{ name: 'x', i: 1 }, { name: 'y' }] }, { c: [{ name: 'y' }, { name: 'x', i: 2 }] }, ['c[x].i']],
    ['an item more', { c: [{ name: 'x' }] }, { c: [{ name: 'x' }, { name: 'y' }] }, ['c[y]']],
    ['words', { command: ['a', 'b'] }, { command: ['a', 'c'] }, ['command']],
    ['more words', { command: ['a'] }, { command: ['a', 'c'] }, ['command']],
    ['items without a key, as many', { t: [{ effect: 'a' }] }, { t: [{ effect: 'b' }] }, ['t[0].effect']],
    ['items without a key, more', { t: [{ effect: 'a' }] }, { t: [{ effect: 'a' }, { effect: 'b' }] }, ['t']],
    ['names that are there twice', { e: [{ name: 'a' }, { name: 'a' }] }, { e: [{ name: 'a', value: 'x' }, { name: 'a' }] }, ['e[0].value']],
    ['a list that becomes a value', { a: [1] }, { a: 1 }, ['a']],
    ['from nothing', undefined, { a: 1 }, ['']],
    ['empty lists', { a: [] }, { a: [] }, []],
    ['other units are another text', { limits: { cpu: '1' } }, { limits: { cpu: '2' } }, ['limits.cpu']],
  ])('%s', (_, before, after, changed) => {
    expect(paths(changedFields(before, after))).toEqual(changed);
  });

  test('of what is wanted, only that is compared', () => {
    const live = {
      spec: { nodeName: 'n', containers: [{ name: 'app', image: 'a', resources: { limits: { cpu: '1', memory: '1Gi' } } }, { name: 'injected' }] },
    };
    const wanted = { spec: { containers: [{ name: 'app', image: 'b', resources: { limits: { cpu: '1000m', memory: '2Gi' } } }] } };
    expect(paths(wantedChanges(live, wanted))).toEqual(['spec.containers[app].image', 'spec.containers[app].resources.limits.memory']);
    expect(
      paths(wantedChanges({ volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Gi' } }] }, { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1024Mi' } }] })),
    ).toEqual([]);
    expect(wantedChanges({ limits: {} }, { limits: { x: 1 } })).toEqual([{ path: 'limits.x', before: undefined, after: 1 }]);
  });
});

describe('immutable fields of a Pod', () => {
  test.each<[string, RegExp]>([
    ['spec.containers[app].env[A].value', /environment/],
    ['spec.containers[app].command', /what a container runs/],
    ['spec.containers[app].resources.limits.cpu', /resize/],
    ['spec.containers[app].livenessProbe.periodSeconds', /probes/],
    ['spec.containers[app].lifecycle', /hooks/],
    ['spec.containers[app].volumeMounts[/data]', /mounts/],
    ['spec.containers[app].ports[80].hostPort', /ports/],
    ['spec.containers[app].securityContext.privileged', /sandbox/],
    ['spec.containers[new]', /set of containers/],
    ['spec.volumes[data].emptyDir', /volumes/],
    ['spec.nodeName', /stays on the node/],
    ['spec.nodeSelector.disk', /placed/],
    ['spec.serviceAccountName', /token/],
    ['spec.hostname', /names/],
    ['spec.priorityClassName', /priority/],
    ['spec.restartPolicy', /read when the Pod is made/],
  ])('%s', (path, why) => {
    expect(immutableFields([{ path, before: 1, after: 2 }])).toEqual([{ path, why: expect.stringMatching(why) }]);
  });

  test('what may be changed, and what asks for nothing', () => {
    const changeable = [
      'metadata.labels.app',
      'spec.containers[app].image',
      'spec.initContainers[one].image',
      'spec.tolerations[1]',
      'spec.activeDeadlineSeconds',
      'status.phase',
      'kind',
    ];
    expect(immutableFields(changeable.map((path) => ({ path, before: 1, after: 2 })))).toEqual([]);
    expect(
      immutableFields([
        { path: 'spec.affinity', before: undefined, after: {} },
        { path: 'spec.volumes', before: undefined, after: [] },
      ]),
    ).toEqual([]);
    expect(immutableFields([{ path: 'spec.affinity', before: { nodeAffinity: {} }, after: undefined }])).toHaveLength(1);
  });
});

describe('clean objects', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '7',
      creationTimestamp: 'x',
      managedFields: [{ fieldsV1: { 'f:metadata': {} } }],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'x' },
    },
    spec: {
      nodeName: 'worker',
      priority: 0,
      containers: [
        { name: 'app', image: 'a', volumeMounts: [{ name: 'kube-api-access-ab12c', mountPath: '/var/run' }] },
        { name: 'b', volumeMounts: [{ name: 'data' }] },
      ],
      initContainers: [{ name: 'one' }],
      ephemeralContainers: [{ name: 'debugger' }],
      volumes: [{ name: 'kube-api-access-ab12c', projected: {} }],
    },
    status: { phase: 'Running' },
  };

  test('what the server fills in is gone', () => {
    expect(cleanObject(pod)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop', annotations: { mine: 'x' } },
      spec: {
        nodeName: 'worker',
        priority: 0,
        containers: [
          { name: 'app', image: 'a' },
          { name: 'b', volumeMounts: [{ name: 'data' }] },
        ],
        initContainers: [{ name: 'one' }],
      },
    });
    expect(cleanObject({ kind: 'Pod', metadata: { name: 'x', annotations: { 'deployment.kubernetes.io/revision': '3' } } })).toEqual({
      kind: 'Pod',
      metadata: { name: 'x' },
    });
    const other = { kind: 'Pod', metadata: { name: 'x' }, spec: { volumes: [{ name: 'kube-api-access-mine' }] } };
    expect(cleanObject(other)).toEqual(other);
  });

  test('a Pod that is made again goes where the scheduler puts it, unless somebody has said where', () => {
    expect(recreatablePod(pod)['spec']).not.toHaveProperty('nodeName');
    expect(recreatablePod(pod)['spec']).not.toHaveProperty('priority');
    const placed = { ...pod, metadata: { ...pod.metadata, managedFields: [{ fieldsV1: { 'f:spec': { 'f:nodeName': {} } } }] } };
    expect(recreatablePod(placed)['spec']).toMatchObject({ nodeName: 'worker' });
  });
});

describe('Secrets', () => {
  test('show that a value changed, and no value', () => {
    const secret = (data: object): Readonly<Record<string, unknown>> => ({ kind: 'Secret', metadata: { name: 's' }, data });
    const [before, after] = maskedPair(secret({ a: 'QQ==', b: 'Qg==', c: 'Qw==' }), {
      ...secret({ a: 'QQ==', b: 'RA==', d: 'RA==' }),
      stringData: { e: 'open' },
    });
    expect(before).toMatchObject({ data: { a: '(secret)', b: '(secret, before)', c: '(secret, before)' } });
    expect(after).toMatchObject({ data: { a: '(secret)', b: '(secret, changed)', d: '(secret, changed)' }, stringData: { e: '(secret)' } });
    expect(paths(changedFields(before, after))).toEqual(expect.arrayContaining(['data.b', 'data.c', 'data.d']));
    expect(maskedPair(undefined, secret({ a: 'QQ==' }))).toEqual([undefined, secret({ a: '(secret)' })]);
    expect(maskedPair({ kind: 'Secret' }, { kind: 'Secret' })).toEqual([{ kind: 'Secret' }, { kind: 'Secret' }]);
    const map = { kind: 'ConfigMap', data: { a: '1' } };
    expect(maskedPair(map, map)).toEqual([map, map]);
  });
});

test('objects come after what they need', () => {
  const kinds = [
    'Deployment',
    'ValidatingWebhookConfiguration',
    'Shop',
    'ConfigMap',
    'Namespace',
    'Service',
    'CustomResourceDefinition',
    'Pod',
    'ServiceAccount',
  ];
  expect(applyOrder(kinds.map((kind) => ({ kind }))).map(({ kind }) => kind)).toEqual([
    'Namespace',
    'CustomResourceDefinition',
    'ServiceAccount',
    'ConfigMap',
    'Service',
    'Deployment',
    'Shop',
    'Pod',
    'ValidatingWebhookConfiguration',
  ]);
});

test('conflicts name the field and its manager', () => {
  expect(
    fieldConflicts([
      { reason: 'FieldManagerConflict', message: 'conflict with "kubectl-client-side-apply" using apps/v1', field: '.spec.replicas' },
      { reason: 'FieldManagerConflict', message: 'other words', field: 'spec.paused' },
      { reason: 'FieldValueInvalid', message: 'x', field: 'y' },
    ]),
  ).toEqual([
    { field: 'spec.replicas', manager: 'kubectl-client-side-apply' },
    { field: 'spec.paused', manager: 'other words' },
  ]);
});

test('objects are named as they can be typed', () => {
  expect(objectText(objectNameOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } }))).toBe('deploy/web');
  expect(objectNameOf({})).toEqual({ apiVersion: '', kind: '', namespace: undefined, name: '' });
});
