/** The decision of a check: when it is over and how, for Pods, selectors and Deployments; what time alone changes. */
import { describe, expect, test } from 'vitest';
import { CheckedCluster, crashLoop, deployment, evicted, noImage, pod, readySince, replicaSet, start, succeeded, target } from './checked-cluster.ts';

describe('a Pod', () => {
  test('passes once it is Ready', () => {
    const cluster = new CheckedCluster([target('pod/web')]).pods(pod('web')).begin();
    expect(cluster.look(1)).toMatchObject({ outcome: undefined, targets: [{ state: 'waiting', wanted: 1, reached: 0 }] });
    expect(cluster.pods(pod('web', { status: readySince(2) })).look(2)).toMatchObject({ outcome: 'passed', targets: [{ outcome: 'passed', reached: 1 }] });
  });

  test('fails the moment it is doomed, with the cause', () => {
    const cluster = new CheckedCluster([target('pod/web')]).pods(pod('web', { status: noImage })).begin();
    expect(cluster.look(1)).toMatchObject({
      outcome: 'failed',
      targets: [{ message: 'The image shop/web:1 of app is not on the node, and its pull policy is Never.' }],
    });
  });

  test('that has completed counts, unless Ready was asked for', () => {
    const done = pod('job', { status: succeeded, spec: { restartPolicy: 'Never' } });
    expect(new CheckedCluster([target('pod/job')]).pods(done).begin().look(0).outcome).toBe('passed');
    expect(new CheckedCluster([target('pod/job', { kind: 'completed' })]).pods(done).begin().look(0).outcome).toBe('passed');
    expect(new CheckedCluster([target('pod/job', { kind: 'ready', orCompleted: false })]).pods(done).begin().look(0)).toMatchObject({
      outcome: 'failed',
      targets: [{ message: 'It has completed, and will not be ready.' }],
    });
  });

  test('that can never complete fails at once', () => {
    const cluster = new CheckedCluster([target('pod/web', { kind: 'completed' })]).pods(pod('web', { status: readySince(0) })).begin();
    expect(cluster.look(0)).toMatchObject({ outcome: 'failed', targets: [{ message: 'Its restart policy is Always: it never completes.' }] });
  });

  test('that does not exist, is being deleted, is gone, or was replaced has failed', () => {
    expect(new CheckedCluster([target('pod/web')]).begin().one(0)).toMatchObject({ outcome: 'failed', message: 'There is no Pod shop/web.' });
    const unapplied = target('pod/web', undefined, { place: { file: 'a.yaml', line: 1, column: 1 } });
    expect(new CheckedCluster([unapplied]).begin().one(0)).toMatchObject({ message: 'There is no Pod shop/web: its manifest has not been applied there.' });
    const cluster = () => new CheckedCluster([target('pod/web')]).pods(pod('web')).begin();
    const going = cluster();
    going.look(0);
    const deleted = pod('web', { metadata: { deletionTimestamp: '2026-03-01T12:00:31Z', deletionGracePeriodSeconds: 30 } });
    expect(going.pods(deleted).one(1)).toMatchObject({ outcome: 'failed', message: 'It is being deleted while it is waited for.' });
    const gone = cluster();
    gone.look(0);
    expect(gone.gone('uid-web').one(1)).toMatchObject({ outcome: 'failed', message: 'It was deleted.' });
    const replaced = cluster();
    replaced.look(0);
    expect(
      replaced
        .pods(pod('web', { uid: 'another', status: readySince(0) }))
        .gone('uid-web')
        .one(1),
    ).toMatchObject({
      outcome: 'failed',
      message: 'It was deleted, and another Pod has taken its name.',
    });
  });

  test('of a StatefulSet is waited for under its name', () => {
    const owner = ['StatefulSet', 'db'] as const;
    const cluster = new CheckedCluster([target('pod/db-0')]).pods(pod('db-0', { owner })).begin();
    cluster.look(0);
    expect(cluster.gone('uid-db-0').one(1)).toMatchObject({ outcome: undefined, state: 'waiting' });
    expect(cluster.pods(pod('db-0', { owner, uid: 'another', status: readySince(2) })).one(2)).toMatchObject({ outcome: 'passed' });
  });

  test('that is evicted, chosen to be ended, or on a lost node was lost to the infrastructure', () => {
    const judged = (status: object, metadata: object = {}) =>
      new CheckedCluster([target('pod/web')]).pods(pod('web', { status, metadata })).begin().look(1).outcome;
    expect(judged(evicted)).toBe('infrastructure');
    const preempted = { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] };
    expect(judged(preempted, { deletionTimestamp: '2026-03-01T12:00:31Z', deletionGracePeriodSeconds: 30 })).toBe('infrastructure');
    const silent = { phase: 'Running', conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] };
    expect(judged(silent)).toBe('infrastructure');
    // As the node lifecycle controller leaves it.
    const takenBack = {
      ...readySince(0),
      conditions: [
        { type: 'ContainersReady', status: 'True' },
        { type: 'Ready', status: 'False' },
      ],
    };
    expect(judged(takenBack)).toBe('infrastructure');
  });

  test('that is a static one is told of by Events that bear the hash of its file', () => {
    const metadata = { annotations: { 'kubernetes.io/config.mirror': 'b5a2c3d4' } };
    const cluster = new CheckedCluster([target('pod/web')]).pods(pod('web', { metadata })).begin();
    for (const [name, message] of [
      ['web', 'hostPath type check failed: /etc/app is not a file'],
      ['other', 'another Pod'],
    ] as const) {
      cluster.event({ kind: 'Pod', name, uid: 'b5a2c3d4', namespace: 'shop' }, 'FailedMount', message, name === 'web' ? 1 : 2);
    }
    expect(cluster.one(70)).toMatchObject({ pods: [{ findings: [{ code: 'volume-mount', cause: expect.stringContaining('/etc/app is not a file') }] }] });
  });

  test('has a condition that is waited for, True or as asked', () => {
    const scheduled = target('pod/web', { kind: 'condition', type: 'PodScheduled', status: 'True' });
    expect(
      new CheckedCluster([scheduled])
        .pods(pod('web', { status: noImage }))
        .begin()
        .look(0).outcome,
    ).toBe('passed');
    const unready = target('pod/web', { kind: 'condition', type: 'Ready', status: 'False' });
    expect(
      new CheckedCluster([unready])
        .pods(pod('web', { status: crashLoop(3) }))
        .begin()
        .look(0).outcome,
    ).toBe('passed');
    const never = target('pod/web', { kind: 'condition', type: 'example.com/warm', status: 'True' });
    expect(
      new CheckedCluster([never])
        .pods(pod('web', { status: noImage }))
        .begin()
        .look(0).outcome,
    ).toBe('failed');
  });

  test('is gone when its deletion is waited for, by its UID', () => {
    const cluster = new CheckedCluster([target('pod/web', { kind: 'deleted' })]).pods(pod('web', { status: noImage })).begin();
    expect(cluster.look(0).outcome).toBeUndefined();
    expect(
      cluster
        .pods(pod('web', { uid: 'another' }))
        .gone('uid-web')
        .look(1).outcome,
    ).toBe('passed');
    expect(new CheckedCluster([target('pod/none', { kind: 'deleted' })]).begin().look(0).outcome).toBe('passed');
  });
});

describe('restarts', () => {
  const cluster = (allowRestarts?: number) => new CheckedCluster([target('pod/web')], { allowRestarts }).pods(pod('web', { status: readySince(0, 5) }));

  test('are counted from the start of the check', () => {
    const check = cluster(1)
      .pods(pod('web', { status: crashLoop(5) }))
      .begin();
    expect(check.pods(pod('web', { status: crashLoop(6) })).look(3).outcome).toBeUndefined();
    expect(check.pods(pod('web', { status: crashLoop(7) })).one(4)).toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(/^It was restarted twice, and 1 is allowed: Container app exited with 1/),
    });
  });

  test('beyond what is allowed fail a Pod that is Ready again', () => {
    const check = cluster(0).pods(pod('web')).begin();
    expect(check.pods(pod('web', { status: readySince(2, 1) })).look(3).outcome).toBe('failed');
  });

  test('end the check with the first crash loop where nothing is said of them', () => {
    expect(
      cluster()
        .pods(pod('web', { status: crashLoop(1) }))
        .begin()
        .look(3).outcome,
    ).toBe('failed');
  });

  test('of a loop that has ended are over after a minute', () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-03-01T12:00:10Z' } };
    const running = {
      ...readySince(10, 3),
      containerStatuses: [{ name: 'app', ready: true, restartCount: 3, lastState, state: { running: { startedAt: '2026-03-01T12:00:10Z' } } }],
    };
    const check = new CheckedCluster([target('pod/web')], { allowRestarts: 5 }).pods(pod('web', { status: running })).begin();
    expect(check.look(11).outcome).toBe('passed');
    const strict = new CheckedCluster([target('pod/web')]).pods(pod('web', { status: running })).begin();
    expect(strict.look(71).outcome).toBe('passed');
  });
});

describe('time', () => {
  test('runs out at a moment that no change moves', () => {
    const cluster = new CheckedCluster([target('pod/web')], { timeoutMs: 10_000 }).pods(pod('web')).begin();
    expect(cluster.look(9.5)).toMatchObject({ outcome: undefined, lookAgainAt: start + 10_000 });
    expect(cluster.pods(pod('web', { labels: { changed: 'yes' } })).look(10)).toMatchObject({ outcome: 'timed-out', targets: [{ outcome: 'timed-out' }] });
  });

  test('that runs out before anything is known is a timeout too', () => {
    const cluster = new CheckedCluster([target('pod/web')], { timeoutMs: 10_000 });
    expect(cluster.lookEarly(9)).toMatchObject({ outcome: undefined });
    expect(cluster.lookEarly(10)).toMatchObject({ outcome: 'timed-out', targets: [] });
  });

  test('passes on the last moment where the goal is reached in it', () => {
    const cluster = new CheckedCluster([target('pod/web')], { timeoutMs: 10_000 }).pods(pod('web', { status: readySince(10) })).begin();
    expect(cluster.look(10).outcome).toBe('passed');
  });

  test('holds what has to be stable, and begins anew after a flicker that nobody saw', () => {
    const cluster = new CheckedCluster([target('pod/web')], { stableMs: 10_000 }).pods(pod('web', { status: readySince(0) })).begin();
    expect(cluster.look(1)).toMatchObject({ outcome: undefined, targets: [{ state: 'reached', holdsUntil: start + 11_000 }] });
    expect(cluster.look(10.9).lookAgainAt).toBe(start + 11_000);
    expect(cluster.pods(pod('web', { status: readySince(5) })).look(11).outcome).toBeUndefined();
    expect(cluster.look(20.9).outcome).toBeUndefined();
    expect(cluster.look(21)).toMatchObject({ outcome: 'passed', targets: [{ endedAt: start + 11_000 }] });
  });
});

describe('a Pod that no probe asks', () => {
  const fresh = (spec: object = {}) =>
    new CheckedCluster([target('pod/web')], { stableMs: undefined }).pods(pod('web', { spec, status: readySince(0) })).begin();

  test('has to run for a moment before it counts', () => {
    const cluster = fresh();
    expect(cluster.look(0.5)).toMatchObject({ outcome: undefined, targets: [{ holdsUntil: start + 3500 }] });
    const crashed = fresh();
    crashed.look(0.5);
    expect(crashed.pods(pod('web', { status: crashLoop(1) })).look(1).outcome).toBe('failed');
    expect(cluster.look(3.4).outcome).toBeUndefined();
    expect(cluster.look(3.5).outcome).toBe('passed');
  });

  test('has to run for longer where it has just crashed', () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-03-01T12:00:00Z' } };
    const again = { ...readySince(0), containerStatuses: [{ name: 'app', ready: true, restartCount: 1, lastState, state: { running: {} } }] };
    const cluster = new CheckedCluster([target('pod/web')], { stableMs: undefined }).pods(pod('web', { status: again })).begin();
    expect(cluster.look(0.5)).toMatchObject({ outcome: undefined, targets: [{ holdsUntil: start + 10_500 }] });
    expect(cluster.look(10).outcome).toBe('passed');
  });

  test('counts at once where it has run for long, and so does one with a probe', () => {
    expect(fresh().look(60).outcome).toBe('passed');
    const containers = [{ name: 'app', readinessProbe: { tcpSocket: { port: 80 } } }];
    expect(fresh({ containers }).look(0).outcome).toBe('passed');
  });

  test('does not wait for a clock that is behind', () => {
    const cluster = fresh();
    expect(cluster.look(-3600).outcome).toBeUndefined();
    expect(cluster.look(-3597).outcome).toBe('passed');
  });
});

describe('several targets', () => {
  const both = [target('pod/a'), target('pod/b')];

  test('the first that fails ends the check', () => {
    const cluster = new CheckedCluster(both).pods(pod('a'), pod('b', { status: noImage })).begin();
    expect(cluster.look(1)).toMatchObject({ outcome: 'failed', targets: [{ outcome: undefined }, { outcome: 'failed' }] });
  });

  test('without fail-fast the others are waited for, and failed once is failed', () => {
    const cluster = new CheckedCluster(both, { failFast: false }).pods(pod('a'), pod('b', { status: noImage })).begin();
    expect(cluster.look(1)).toMatchObject({ outcome: undefined, targets: [{}, { outcome: 'failed' }] });
    expect(cluster.pods(pod('b', { status: readySince(2) })).look(2)).toMatchObject({ outcome: undefined, targets: [{}, { outcome: 'failed' }] });
    expect(cluster.pods(pod('a', { status: readySince(3) })).look(3)).toMatchObject({
      outcome: 'failed',
      targets: [{ outcome: 'passed' }, { outcome: 'failed' }],
    });
  });

  test('a timeout beside a failure is a failure', () => {
    const cluster = new CheckedCluster(both, { failFast: false, timeoutMs: 5000 }).pods(pod('a'), pod('b', { status: noImage })).begin();
    cluster.look(1);
    expect(cluster.look(5)).toMatchObject({ outcome: 'failed', targets: [{ outcome: 'timed-out' }, { outcome: 'failed' }] });
  });

  test('where one is enough, the first that gets there passes, and none that fails ends it while another may', () => {
    const any = () => new CheckedCluster(both, { any: true, timeoutMs: 5000 }).pods(pod('a'), pod('b', { status: noImage })).begin();
    const passes = any();
    expect(passes.look(1).outcome).toBeUndefined();
    expect(passes.pods(pod('a', { status: readySince(2) })).look(2)).toMatchObject({
      outcome: 'passed',
      targets: [{ outcome: 'passed' }, { outcome: 'failed' }],
    });
    expect(
      any()
        .pods(pod('a', { status: noImage }))
        .look(1).outcome,
    ).toBe('failed');
    expect(any().look(5).outcome).toBe('timed-out');
  });

  test('all are as they should be at the same time', () => {
    const cluster = new CheckedCluster(both).pods(pod('a', { status: readySince(0) }), pod('b')).begin();
    expect(cluster.look(1)).toMatchObject({ outcome: undefined, targets: [{ outcome: 'passed' }, {}] });
    cluster.pods(pod('a'), pod('b', { status: readySince(2) }));
    expect(cluster.look(2)).toMatchObject({ outcome: undefined, targets: [{ outcome: undefined }, { outcome: 'passed' }] });
  });
});

describe('a selector', () => {
  const owner = ['ReplicaSet', 'rs'] as const;

  test('that matches nothing fails at once, or waits for as many as are expected', () => {
    expect(new CheckedCluster([target('app=web')]).begin().one(0)).toMatchObject({
      outcome: 'failed',
      message: 'No Pod matches it, and --expect does not say how many to wait for.',
    });
    const cluster = new CheckedCluster([target('app=web', undefined, { expect: 2 })]).begin();
    expect(cluster.one(0)).toMatchObject({ outcome: undefined, wanted: 2, message: '0 Pods match it, and 2 are expected.' });
    expect(cluster.pods(pod('a', { status: readySince(1) })).look(1).outcome).toBeUndefined();
    expect(cluster.pods(pod('b', { status: readySince(1) })).look(2).outcome).toBe('passed');
    expect(cluster.pods(pod('c', { status: readySince(1) })).one(3)).toMatchObject({ outcome: undefined, message: '3 Pods match it, and 2 are expected.' });
  });

  test('passes over Pods that are going and those that were replaced', () => {
    const going = { deletionTimestamp: '2026-03-01T12:00:31Z', deletionGracePeriodSeconds: 30 };
    const cluster = new CheckedCluster([target('app=web')])
      .pods(pod('naked', { metadata: going }), pod('old', { owner, metadata: going }), pod('evicted', { owner, status: evicted }))
      .pods(pod('web', { owner, status: readySince(0) }))
      .begin();
    expect(cluster.one(1)).toMatchObject({ outcome: 'passed', wanted: 1 });
  });

  test('waits for the next Pods where all that matched are being replaced', () => {
    const cluster = new CheckedCluster([target('app=web')]).pods(pod('a', { owner })).begin();
    cluster.look(0);
    const going = pod('a', { owner, metadata: { deletionTimestamp: '2026-03-01T12:00:31Z', deletionGracePeriodSeconds: 30 } });
    expect(cluster.pods(going).look(1).outcome).toBeUndefined();
    expect(cluster.gone('uid-a').one(2)).toMatchObject({ outcome: 'failed', message: 'All Pods that matched it have gone.' });
  });
});

describe('a Deployment', () => {
  const of = (revision: number) => ({ owner: ['ReplicaSet', `rs-${revision}`] as const });
  const rollout = (observed = 2) =>
    new CheckedCluster([target('deployment/web')])
      .workloads('deployment', deployment('web', 2, 2, { observed }))
      .workloads('replicaset', replicaSet('web', 1), replicaSet('web', 2))
      .pods(pod('old-a', { ...of(1), status: readySince(0) }), pod('old-b', { ...of(1), status: readySince(0) }));

  test('counts the Pods of its newest ReplicaSet only', () => {
    const cluster = rollout()
      .pods(pod('new-a', of(2)))
      .begin();
    expect(cluster.one(1)).toMatchObject({ outcome: undefined, wanted: 2, reached: 0 });
    expect(cluster.pods(pod('new-a', { ...of(2), status: readySince(1) })).one(2)).toMatchObject({ outcome: undefined, reached: 1 });
    expect(cluster.pods(pod('new-b', { ...of(2), status: readySince(2) })).one(3)).toMatchObject({ outcome: 'passed', reached: 2 });
  });

  test('fails by a Pod of the new one while the old ones run', () => {
    expect(
      rollout()
        .pods(pod('new-a', { ...of(2), status: noImage }))
        .begin()
        .one(1),
    ).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/^new-a: /) });
  });

  test('does not fail by a Pod of the old one', () => {
    const cluster = rollout()
      .pods(pod('old-c', { ...of(1), status: noImage }), pod('new-a', of(2)))
      .begin();
    expect(cluster.look(1).outcome).toBeUndefined();
  });

  test('waits until its controller has seen the change, and until the ReplicaSet is there', () => {
    const unseen = new CheckedCluster([target('deployment/web')])
      .workloads('deployment', deployment('web', 1, 2, { observed: 1 }))
      .workloads('replicaset', replicaSet('web', 1))
      .pods(pod('old', { ...of(1), status: readySince(0) }))
      .begin();
    expect(unseen.one(0)).toMatchObject({ outcome: undefined, message: 'Its controller has not acted on its present generation yet.' });
    unseen.workloads('replicaset', replicaSet('web', 2)).workloads('deployment', deployment('web', 1, 2));
    expect(unseen.one(1)).toMatchObject({ outcome: undefined, reached: 0 });
    expect(unseen.pods(pod('new', { ...of(2), status: readySince(1) })).look(2).outcome).toBe('passed');
  });

  test('outlives a Pod that is evicted, for its ReplicaSet makes another', () => {
    const cluster = rollout()
      .pods(pod('new-a', { ...of(2), status: evicted }), pod('new-b', { ...of(2), status: readySince(1) }))
      .begin();
    expect(cluster.one(1)).toMatchObject({ outcome: undefined, reached: 1 });
    expect(cluster.pods(pod('new-c', { ...of(2), status: readySince(2) })).look(2).outcome).toBe('passed');
  });

  test('that cannot make its Pods says why', () => {
    const cluster = rollout().begin().event({ kind: 'ReplicaSet', name: 'web-2', uid: 'rs-2' }, 'FailedCreate', 'exceeded quota: small, requested: pods=1', 3);
    expect(cluster.one(4)).toMatchObject({ outcome: undefined, findings: [{ code: 'quota-exceeded' }], message: expect.stringContaining('exceeded quota') });
  });

  test('that missed its own deadline has failed', () => {
    const condition = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet "web-2" has timed out progressing.' };
    const cluster = rollout()
      .pods(pod('new-a', of(2)))
      .begin();
    expect(cluster.workloads('deployment', deployment('web', 2, 2, { status: { conditions: [condition] } })).look(1).outcome).toBe('failed');
  });

  test('that was deleted or replaced has failed; its deletion is over with its last Pod', () => {
    const cluster = rollout().begin();
    cluster.look(0);
    expect(cluster.gone('uid-web').one(1)).toMatchObject({ outcome: 'failed', message: 'It was deleted while it was waited for.' });
    expect(new CheckedCluster([target('deployment/none')]).begin().one(0)).toMatchObject({ outcome: 'failed', message: 'There is no Deployment shop/none.' });
    const labels = { 'pod-template-hash': '2' };
    const deletion = new CheckedCluster([target('deployment/web', { kind: 'deleted' })])
      .workloads('deployment', deployment('web', 1, 1))
      .pods(pod('web-2-a', { metadata: { labels, ownerReferences: [{ kind: 'ReplicaSet', name: 'web-2', uid: 'rs-2', controller: true }] } }))
      .begin();
    expect(deletion.one(0)).toMatchObject({ outcome: undefined, message: 'It still exists.' });
    expect(deletion.gone('uid-web').one(1)).toMatchObject({ outcome: undefined, message: '1 Pod is still there.' });
    expect(deletion.gone('uid-web-2-a').look(2).outcome).toBe('passed');
  });

  test('scaled to nothing passes, and one whose own condition is waited for is as its condition', () => {
    const nothing = new CheckedCluster([target('deployment/web')])
      .workloads('deployment', deployment('web', 0, 1))
      .workloads('replicaset', replicaSet('web', 1))
      .begin();
    expect(nothing.one(0)).toMatchObject({ outcome: 'passed', wanted: 0 });
    const available = new CheckedCluster([target('deployment/web', { kind: 'condition', type: 'Available', status: 'True' })])
      .workloads('deployment', deployment('web', 1, 1))
      .workloads('replicaset', replicaSet('web', 1))
      .begin();
    expect(available.look(0).outcome).toBeUndefined();
    const conditions = [{ type: 'Available', status: 'True' }];
    expect(available.workloads('deployment', deployment('web', 1, 1, { status: { conditions } })).look(1).outcome).toBe('passed');
  });
});
