/** The decision of a check for Jobs, CronJobs, StatefulSets and DaemonSets, and what their own status adds. */
import { describe, expect, test } from 'vitest';
import { type CheckGoal, goalText } from '../../src/core/check/check-plan.ts';
import { CheckedCluster, deployment, evicted, noImage, pod, readySince, replicaSet, start, succeeded, target } from './checked-cluster.ts';

const completed: CheckGoal = { kind: 'completed' };

function job(
  name: string,
  { uid = `uid-${name}`, spec = {}, status = {}, owner }: { uid?: string; spec?: object; status?: object; owner?: string } = {},
): object {
  const ownerReferences = owner === undefined ? undefined : [{ kind: 'CronJob', name: owner, uid: `uid-${owner}`, controller: true }];
  const metadata = { name, namespace: 'shop', uid, resourceVersion: '1', creationTimestamp: `2026-03-01T12:00:0${uid.length % 10}Z`, ownerReferences };
  return { metadata, spec: { completions: 1, parallelism: 1, backoffLimit: 2, ...spec }, status: { startTime: '2026-03-01T12:00:00Z', ...status } };
}

/** A Pod of the Job whose container exited with 3 and is not started again. */
function failedPod(name: string, of = 'uid-migrate', phase = 'Running'): object {
  const state = { terminated: { exitCode: 3, reason: 'Error', finishedAt: '2026-03-01T12:00:02Z' } };
  const status = { phase, containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state }] };
  return pod(name, { owner: ['Job', of], spec: { restartPolicy: 'Never' }, status });
}

const holds = (type: string, more: object = {}): object => ({ conditions: [{ type, status: 'True', ...more }] });

describe('a Job', () => {
  const migrate = (spec: object = {}, status: object = {}) =>
    new CheckedCluster([target('job/migrate', completed)]).workloads('job', job('migrate', { spec, status })).begin();

  test('passes when it says that it is complete', () => {
    const cluster = migrate().pods(pod('a', { owner: ['Job', 'uid-migrate'], status: succeeded, spec: { restartPolicy: 'Never' } }));
    expect(cluster.one(1)).toMatchObject({ outcome: undefined, reached: 1, wanted: 1 });
    expect(cluster.workloads('job', job('migrate', { status: holds('Complete') })).one(2)).toMatchObject({ outcome: 'passed', reached: 1 });
  });

  test('outlives as many failed Pods as it allows for, and no more', () => {
    const cluster = migrate().pods(failedPod('a'), failedPod('b', undefined, 'Failed'));
    expect(cluster.look(3).outcome).toBeUndefined();
    expect(cluster.pods(failedPod('c')).one(4)).toMatchObject({ outcome: 'failed', message: 'a: Container app exited with 3.' });
  });

  test('with rules of its own decides by itself', () => {
    const cluster = migrate({ backoffLimit: 0, podFailurePolicy: { rules: [] } }).pods(failedPod('a'));
    expect(cluster.look(3).outcome).toBeUndefined();
    const failure = holds('FailureTarget', { reason: 'PodFailurePolicy', message: 'Container app failed.' });
    expect(
      cluster
        .gone('uid-a')
        .workloads('job', job('migrate', { status: failure }))
        .one(4),
    ).toMatchObject({
      outcome: 'failed',
      message: 'The Job failed (PodFailurePolicy): Container app failed.',
    });
    const plain = migrate({}, holds('Failed'));
    expect(plain.one(4)).toMatchObject({ outcome: 'failed', message: 'The Job failed.' });
  });

  test('whose Pods were all evicted was lost to the infrastructure', () => {
    const cluster = migrate({ backoffLimit: 0 }).pods(pod('a', { owner: ['Job', 'uid-migrate'], status: evicted, spec: { restartPolicy: 'Never' } }));
    expect(cluster.look(3).outcome).toBe('infrastructure');
  });

  test('fails at once by a Pod that can never start', () => {
    const cluster = migrate().pods(pod('a', { owner: ['Job', 'uid-migrate'], status: noImage, spec: { restartPolicy: 'Never' } }));
    expect(cluster.look(1).outcome).toBe('failed');
  });

  test('does not try again what can never run, unless restarts are allowed', () => {
    const terminated = { exitCode: 128, reason: 'StartError', message: 'exec: "nosuch": executable file not found in $PATH' };
    const status = { phase: 'Failed', containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { terminated } }] };
    const failing = pod('a', { owner: ['Job', 'uid-migrate'], status, spec: { restartPolicy: 'Never' } });
    expect(migrate().pods(failing).one(1)).toMatchObject({ outcome: 'failed', message: expect.stringContaining('nosuch') });
    const patient = new CheckedCluster([target('job/migrate', completed)], { allowRestarts: 3 }).workloads('job', job('migrate')).begin();
    expect(patient.pods(failing).look(1).outcome).toBeUndefined();
  });

  test('that is suspended, or has no Pods yet, says so', () => {
    expect(migrate({ suspend: true }).one(1)).toMatchObject({ outcome: undefined, message: 'It is suspended.' });
    expect(migrate().one(1)).toMatchObject({ outcome: undefined, message: 'Its Pods have not been made yet.' });
    expect(migrate({}, { startTime: undefined }).one(1)).toMatchObject({ message: 'Its controller has not acted on its present generation yet.' });
  });

  test('is ready when as many Pods are Ready as it runs at once', () => {
    const cluster = new CheckedCluster([target('job/many', { kind: 'ready', orCompleted: false })]);
    cluster.workloads('job', job('many', { spec: { completions: 9, parallelism: 2 } })).begin();
    const of = (name: string, status: object) => pod(name, { owner: ['Job', 'uid-many'], status, spec: { restartPolicy: 'Never' } });
    expect(cluster.pods(of('a', succeeded)).one(1)).toMatchObject({ outcome: undefined, wanted: 2, reached: 1 });
    expect(cluster.pods(of('b', readySince(2))).look(2).outcome).toBe('passed');
  });
});

describe('a CronJob', () => {
  const cronJob = { metadata: { name: 'nightly', namespace: 'shop', uid: 'uid-nightly', resourceVersion: '1' }, spec: {}, status: {} };

  test('is as its newest Job, and passes before its first', () => {
    const cluster = new CheckedCluster([target('cronjob/nightly', completed)]).workloads('cronjob', cronJob).begin();
    expect(cluster.one(0)).toMatchObject({ outcome: 'passed', wanted: 0 });
    const [older, newer] = [job('nightly-1', { uid: 'u1', owner: 'nightly', status: holds('Failed') }), job('nightly-2', { uid: 'uid2', owner: 'nightly' })];
    expect(cluster.workloads('job', older, newer).look(1).outcome).toBeUndefined();
    expect(cluster.workloads('job', job('nightly-2', { uid: 'uid2', owner: 'nightly', status: holds('Complete') })).look(2).outcome).toBe('passed');
  });
});

describe('a StatefulSet', () => {
  const set = (status: object, spec: object = {}) => ({
    metadata: { name: 'db', namespace: 'shop', uid: 'uid-db', resourceVersion: JSON.stringify([status, spec]), generation: 2 },
    spec: { replicas: 2, ...spec },
    status: { observedGeneration: 2, updateRevision: 'db-2', ...status },
  });
  const of = (name: string, revision: string, status?: object) =>
    pod(name, { owner: ['StatefulSet', 'uid-db'], labels: { 'controller-revision-hash': revision }, ...(status === undefined ? {} : { status }) });

  test('counts the Pods of its new revision only', () => {
    const cluster = new CheckedCluster([target('statefulset/db')]).workloads('statefulset', set({})).begin();
    cluster.pods(of('db-0', 'db-1', readySince(0)), of('db-1', 'db-2', readySince(0)));
    expect(cluster.one(1)).toMatchObject({ outcome: undefined, reached: 1, wanted: 2 });
    expect(cluster.pods(of('db-0', 'db-2', readySince(1))).look(2).outcome).toBe('passed');
  });

  test('counts those that a partition keeps', () => {
    const partition = { updateStrategy: { rollingUpdate: { partition: 1 } } };
    const cluster = new CheckedCluster([target('statefulset/db')]).workloads('statefulset', set({}, partition)).begin();
    expect(cluster.pods(of('db-0', 'db-1', readySince(0)), of('db-1', 'db-2', readySince(0))).look(1).outcome).toBe('passed');
  });

  test('waits until a Pod has been Ready for as long as it asks', () => {
    const cluster = new CheckedCluster([target('statefulset/db')]).workloads('statefulset', set({}, { replicas: 1, minReadySeconds: 10 })).begin();
    cluster.pods(of('db-0', 'db-2', readySince(0)));
    expect(cluster.look(9.5)).toMatchObject({
      outcome: undefined,
      lookAgainAt: start + 10_000,
      targets: [{ message: 'db-0: It is Ready, but not for long enough.' }],
    });
    expect(cluster.look(10).outcome).toBe('passed');
  });

  test('waits for the node of a Pod that has gone silent, and out of time it was the infrastructure', () => {
    const cluster = new CheckedCluster([target('statefulset/db')], { timeoutMs: 60_000 }).workloads('statefulset', set({}, { replicas: 1 })).begin();
    cluster.pods(of('db-0', 'db-2', { phase: 'Running', conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] }));
    expect(cluster.look(1).outcome).toBeUndefined();
    expect(cluster.look(60).outcome).toBe('infrastructure');
  });
});

describe('a DaemonSet', () => {
  const set = (updated: number) => ({
    metadata: {
      name: 'agent',
      namespace: 'shop',
      uid: 'uid-agent',
      resourceVersion: String(updated),
      generation: 2,
      annotations: { 'deprecated.daemonset.template.generation': '2' },
    },
    spec: {},
    status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled: updated },
  });
  const of = (name: string, generation: string) =>
    pod(name, { owner: ['DaemonSet', 'uid-agent'], labels: { 'pod-template-generation': generation }, status: readySince(0) });

  test('wants a Pod of its present template on each node', () => {
    const cluster = new CheckedCluster([target('daemonset/agent')]).workloads('daemonset', set(1)).begin();
    expect(cluster.pods(of('a', '1'), of('b', '2')).one(1)).toMatchObject({ outcome: undefined, reached: 1, wanted: 2 });
    expect(cluster.pods(of('c', '2')).look(2).outcome).toBe('passed');
  });
});

describe('what a workload says of itself', () => {
  test('that is being deleted has failed, and so has one that another has replaced', () => {
    const cluster = new CheckedCluster([target('replicaset/web')]);
    const replicas = (uid: string, more: object = {}) => ({
      metadata: { name: 'web', namespace: 'shop', uid, resourceVersion: '1', ...more },
      spec: { replicas: 1 },
    });
    cluster.workloads('replicaset', replicas('first')).begin();
    expect(cluster.one(0)).toMatchObject({ outcome: undefined });
    expect(cluster.workloads('replicaset', replicas('second')).gone('first').one(1)).toMatchObject({
      outcome: 'failed',
      message: 'It was deleted, and another has taken its name.',
    });
    const going = new CheckedCluster([target('replicaset/web')])
      .workloads('replicaset', replicas('first', { deletionTimestamp: '2026-03-01T12:00:00Z' }))
      .begin();
    expect(going.one(0)).toMatchObject({ outcome: 'failed', message: 'It is being deleted.' });
  });

  test('a paused rollout waits; the end of its Pods says of which generation they were', () => {
    const paused = { ...deployment('web', 1, 2), spec: { ...deployment('web', 1, 2).spec, paused: true } };
    const cluster = new CheckedCluster([target('deployment/web')]).workloads('deployment', paused).workloads('replicaset', replicaSet('web', 1)).begin();
    expect(cluster.one(0)).toMatchObject({ outcome: undefined, message: 'Its rollout is paused.' });
    expect(
      cluster
        .workloads('deployment', deployment('web', 1, 3))
        .gone('rs-1')
        .one(1),
    ).toMatchObject({ message: 'Its ReplicaSet has not been made yet.' });
  });

  test('a condition waits for the observed generation, and a doomed Pod ends the wait', () => {
    const available: CheckGoal = { kind: 'condition', type: 'Available', status: 'True' };
    const cluster = new CheckedCluster([target('deployment/web', available)]);
    cluster
      .workloads('deployment', deployment('web', 1, 2, { observed: 1, status: holds('Available') }))
      .workloads('replicaset', replicaSet('web', 2))
      .begin();
    expect(cluster.look(0).outcome).toBeUndefined();
    cluster.workloads('deployment', deployment('web', 1, 2)).pods(pod('a', { owner: ['ReplicaSet', 'rs-2'], status: noImage }));
    expect(cluster.look(1).outcome).toBe('failed');
  });
});

test('what is waited for reads as it is written', () => {
  const goals: readonly CheckGoal[] = [
    { kind: 'ready', orCompleted: true },
    completed,
    { kind: 'condition', type: 'Ready', status: 'True' },
    { kind: 'condition', type: 'Ready', status: 'False' },
  ];
  expect(goals.map(goalText)).toEqual(['ready', 'completed', 'condition=Ready', 'condition=Ready=False']);
});
