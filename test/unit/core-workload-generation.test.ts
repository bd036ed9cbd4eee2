/** Which Pods of a workload are of its current generation, and how many there are to be. */
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podStanding, type WorkloadGeneration, workloadGeneration } from '../../src/core/workload-generation.ts';

const template = (image: string, labels: object = {}) => ({
  metadata: { creationTimestamp: null, labels: { app: 'web', ...labels } },
  spec: { containers: [{ name: 'app', image, resources: {} }], restartPolicy: 'Always' },
});

const deployment = (spec: object, more: { generation?: number; observed?: number } = {}) => ({
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'd', generation: more.generation ?? 2 },
  spec: { replicas: 3, template: template('web:2'), ...spec },
  status: { observedGeneration: more.observed ?? 2 },
});

function replicaSet(hash: string, image: string, revision: string, { owner = 'd', made = '2026-03-01T12:00:00Z' } = {}) {
  return {
    metadata: {
      name: `web-${hash}`,
      uid: hash,
      creationTimestamp: made,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ uid: owner, controller: true }],
    },
    spec: { template: template(image, { 'pod-template-hash': hash }) },
  };
}

function generationOf(workload: unknown, revisions: readonly unknown[] = []): WorkloadGeneration {
  const generation = workloadGeneration(workload, revisions);
  if (generation === undefined) throw new Error('no workload');
  return generation;
}

function pod(owner: string, labels: object = {}, more: { name?: string; phase?: string; deleted?: boolean } = {}) {
  return podFacts({
    metadata: {
      name: more.name ?? 'web-x',
      labels,
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-a', uid: owner, controller: true }],
      ...(more.deleted === true ? { deletionTimestamp: '2026-03-01T12:00:00Z' } : {}),
    },
    status: { phase: more.phase ?? 'Running' },
  });
}

test('a Deployment: the ReplicaSet of its template, not of the highest revision, and not of another owner', () => {
  const sets = [replicaSet('a', 'web:1', '1'), replicaSet('b', 'web:2', '2'), replicaSet('z', 'web:2', '9', { owner: 'other' })];
  const generation = generationOf(deployment({}), sets);
  expect(generation).toMatchObject({ kind: 'Deployment', observed: true, revision: 'web-b', expected: 3, paused: false });
  expect(['a', 'b', 'z'].map((uid) => podStanding(generation, pod(uid)))).toEqual(['old', 'current', 'foreign']);
  expect(podStanding(generation, podFacts({ metadata: { name: 'naked' } }))).toBe('foreign');
  // Rolled back, before the controller has counted the revision up.
  expect(generationOf(deployment({ template: template('web:1') }, { observed: 1 }), sets)).toMatchObject({ observed: false, revision: 'web-a' });
  // Of two with the same template the controller goes on with the older.
  const twins = [replicaSet('n', 'web:2', '4', { made: '2026-03-01T13:00:00Z' }), replicaSet('o', 'web:2', '3')];
  expect(generationOf(deployment({}), twins).revision).toBe('web-o');
});

test('a Deployment whose new ReplicaSet is not there yet has no current Pod', () => {
  const sets = [replicaSet('a', 'web:1', '1')];
  const unseen = generationOf(deployment({}, { generation: 3, observed: 2 }), sets);
  expect(unseen).toMatchObject({ observed: false, revision: undefined, expected: 3 });
  expect(podStanding(unseen, pod('a'))).toBe('old');
  // A paused one is observed without anything being made.
  expect(generationOf(deployment({ paused: true }), sets)).toMatchObject({ observed: true, paused: true, revision: undefined });
  expect(generationOf(deployment({ replicas: 0 }), [])).toMatchObject({ revision: undefined, expected: 0 });
});

test('a Deployment whose template a newer server shows with more defaults is known by its revision', () => {
  const grown = { ...template('web:2'), spec: { ...template('web:2').spec, newDefault: 'Yes' } };
  const sets = [replicaSet('b', 'web:2', '10'), replicaSet('a', 'web:1', '9')];
  expect(generationOf(deployment({ template: grown }), sets).revision).toBe('web-b');
  expect(generationOf(deployment({ template: grown }, { observed: 1 }), sets).revision).toBeUndefined();
});

test('Pods that ended or are being deleted do not count, whoever they are of', () => {
  const generation = generationOf(deployment({}), [replicaSet('a', 'web:1', '1'), replicaSet('b', 'web:2', '2')]);
  expect(podStanding(generation, pod('b', {}, { phase: 'Failed' }))).toBe('replaced');
  expect(podStanding(generation, pod('b', {}, { deleted: true }))).toBe('replaced');
  expect(podStanding(generation, pod('a', {}, { deleted: true }))).toBe('old');
});

const statefulSet = (updateStrategy: object, more: object = {}) => ({
  kind: 'StatefulSet',
  metadata: { name: 'ledger', namespace: 'shop', uid: 's', generation: 2 },
  spec: { replicas: 3, updateStrategy, ...more },
  status: { observedGeneration: 2, currentRevision: 'ledger-1', updateRevision: 'ledger-2' },
});

const member = (ordinal: number, revision: string) => pod('s', { 'controller-revision-hash': revision }, { name: `ledger-${ordinal}` });

test('a StatefulSet: the update revision; a partition and OnDelete keep Pods of the old one', () => {
  const plain = generationOf(statefulSet({ type: 'RollingUpdate' }));
  expect(plain).toMatchObject({ revision: 'ledger-2', expected: 3 });
  expect([member(0, 'ledger-1'), member(2, 'ledger-2')].map((facts) => podStanding(plain, facts))).toEqual(['old', 'current']);
  const parted = generationOf(statefulSet({ rollingUpdate: { partition: 2 } }, { ordinals: { start: 5 } }));
  const standing = [member(5, 'ledger-1'), member(6, 'ledger-2'), member(7, 'ledger-1')].map((facts) => podStanding(parted, facts));
  expect(standing).toEqual(['kept', 'current', 'old']);
  expect(podStanding(generationOf(statefulSet({ type: 'OnDelete' })), member(2, 'ledger-1'))).toBe('kept');
  const unseen = generationOf({ ...statefulSet({}), status: { observedGeneration: 1, updateRevision: 'ledger-1' } });
  expect(unseen).toMatchObject({ observed: false, revision: undefined });
  expect(podStanding(unseen, member(0, 'ledger-1'))).toBe('old');
});

test('a DaemonSet: the newest ControllerRevision, or the number of the template', () => {
  const daemonSet = (observed: number, generation = '2') => ({
    kind: 'DaemonSet',
    metadata: { name: 'agent', uid: 'n', generation: 2, annotations: { 'deprecated.daemonset.template.generation': generation } },
    spec: { updateStrategy: { type: 'RollingUpdate' } },
    status: { observedGeneration: observed, desiredNumberScheduled: 2 },
  });
  const revision = (hash: string, number: number) => ({
    metadata: { name: `agent-${hash}`, labels: { 'controller-revision-hash': hash }, ownerReferences: [{ uid: 'n', controller: true }] },
    revision: number,
  });
  const revisions = [revision('b', 10), revision('a', 9)];
  const seen = generationOf(daemonSet(2), revisions);
  expect(seen).toMatchObject({ revision: 'b', expected: 2 });
  const made = (hash: string, generation: string) => pod('n', { 'controller-revision-hash': hash, 'pod-template-generation': generation });
  expect([made('b', '1'), made('c', '2'), made('a', '1')].map((facts) => podStanding(seen, facts))).toEqual(['current', 'current', 'old']);
  const unseen = generationOf(daemonSet(1), revisions);
  expect(unseen).toMatchObject({ observed: false, revision: undefined, expected: undefined });
  expect([made('b', '1'), made('b', '2')].map((facts) => podStanding(unseen, facts))).toEqual(['old', 'current']);
});

test('a Job: all its Pods, and the number that is to succeed; a CronJob: those of its newest Job', () => {
  const job = (name: string, spec: object, made = '2026-03-01T12:00:00Z', status: object = { startTime: made }) => ({
    kind: 'Job',
    metadata: { name, uid: name, creationTimestamp: made, ownerReferences: [{ uid: 'c', controller: true }] },
    spec,
    status,
  });
  expect(generationOf(job('once', {}))).toMatchObject({ observed: true, expected: 1 });
  expect(generationOf(job('many', { completions: 5, parallelism: 2 }))).toMatchObject({ expected: 5 });
  expect(generationOf(job('queue', { parallelism: 2 }, undefined, {}))).toMatchObject({ observed: false, expected: 2 });
  expect(generationOf(job('held', { suspend: true, completions: 5 }, undefined, {}))).toMatchObject({ observed: true, paused: true, expected: 0 });
  expect(podStanding(generationOf(job('once', {})), pod('once', {}, { phase: 'Failed' }))).toBe('current');
  const cronJob = { kind: 'CronJob', metadata: { name: 'report', uid: 'c' }, spec: { suspend: true } };
  const generation = generationOf(cronJob, [job('new', { completions: 4 }, '2026-03-01T12:05:00Z'), job('old', {})]);
  expect(generation).toMatchObject({ revision: 'new', expected: 4, paused: true });
  expect(['new', 'old', 'else'].map((uid) => podStanding(generation, pod(uid)))).toEqual(['current', 'old', 'foreign']);
  expect(generationOf(cronJob)).toMatchObject({ revision: undefined, expected: 0 });
});

test('a ReplicaSet of its own keeps every Pod it has; anything else is no workload, and nothing throws', () => {
  const generation = generationOf({ kind: 'ReplicaSet', metadata: { name: 'web', uid: 'r' }, status: { observedGeneration: 1 } });
  expect(generation).toMatchObject({ observed: true, revision: 'web', expected: 1 });
  expect(podStanding(generation, pod('r'))).toBe('current');
  expect([undefined, null, 'web', {}, { kind: 'Pod' }].map((each) => workloadGeneration(each))).toEqual(Array.from({ length: 5 }, () => undefined));
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']) {
    expect(() => workloadGeneration({ kind, metadata: 3, spec: [], status: 'x' }, [null, 7, { metadata: { ownerReferences: 'x' } }])).not.toThrow();
  }
});
