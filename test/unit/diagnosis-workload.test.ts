/** How workloads do as a whole: what counts, what is told apart, what their controllers cannot do, and what leads. */
import { describe, expect, test } from 'vitest';
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import { type WorkloadVerdict, workloadVerdict } from '../../src/core/diagnosis/workload-verdict.ts';
import { type EventFacts, eventFacts } from '../../src/core/event-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { at, crashing, ready, scheduled, waiting } from './diagnosed-pod.ts';

const now = Date.parse(at(120));
const up = { conditions: [scheduled, ...ready], containerStatuses: [{ name: 'app', ready: true, state: { running: { startedAt: at(1) } } }] };
const absent = waiting('ErrImageNeverPull');

function pod(name: string, owner: string, status: object, labels: object = {}, metadata: object = {}) {
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      labels,
      creationTimestamp: at(0),
      ownerReferences: [{ kind: 'X', name: owner, uid: owner, controller: true }],
      ...metadata,
    },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app', image: 'shop/web:1' }] },
    status: { phase: 'Running', ...status },
  };
}

interface Given {
  readonly spec?: object;
  readonly status?: object;
  readonly metadata?: object;
  readonly revisions?: readonly unknown[] | undefined;
  readonly pods?: readonly object[];
  readonly events?: readonly EventFacts[];
}

function verdictOf(kind: string, given: Given): WorkloadVerdict {
  const { spec, status, metadata, pods = [], events = [] } = given;
  const workload = {
    kind,
    metadata: { name: 'web', namespace: 'shop', uid: 'w', generation: 2, creationTimestamp: at(0), ...metadata },
    spec: { replicas: 3, ...spec },
    status: { observedGeneration: 2, ...status },
  };
  const troubled = pods.map((each) => {
    const facts = podFacts(each);
    return { facts, findings: diagnosePod(facts, {}, now) };
  });
  const verdict = workloadVerdict({ workload, revisions: 'revisions' in given ? given.revisions : [], pods: troubled, events, now });
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

const replicaSet = (name: string, image: string) => ({
  metadata: { name, uid: name, ownerReferences: [{ uid: 'w', controller: true }] },
  spec: { template: { spec: { image } } },
});
const sets = [replicaSet('web-old', 'a'), replicaSet('web-new', 'b')];
const template = { spec: { image: 'b' } };
const failedCreate = (message: string, seconds: number) =>
  eventFacts({
    reason: 'FailedCreate',
    message,
    firstTimestamp: at(seconds),
    lastTimestamp: at(seconds),
    involvedObject: { kind: 'ReplicaSet', name: 'web-new' },
  });

describe('a Deployment', () => {
  test('all is well', () => {
    const pods = ['a', 'b', 'c'].map((name) => pod(name, 'web-new', up));
    const verdict = verdictOf('Deployment', { spec: { template }, revisions: sets, pods });
    expect(verdict).toMatchObject({ target: 'deploy/web', verdict: undefined, lead: undefined, progress: '3/3 ready', summary: 'All 3 Pods are ready.' });
    const one = verdictOf('Deployment', { spec: { template, replicas: 1 }, revisions: sets, pods: pods.slice(0, 1) });
    expect(one.summary).toBe('Its one Pod is ready.');
    expect(verdictOf('Deployment', { spec: { template, replicas: 0 }, revisions: sets }).summary).toBe('It is scaled to 0, and has no Pods.');
  });

  test('old Pods are told apart, and what is wrong with the new ones goes before what follows from it', () => {
    const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out', lastTransitionTime: at(60) };
    const pods = [pod('a', 'web-new', absent), pod('b', 'web-old', up), pod('c', 'web-old', crashing({ exitCode: 3 }))];
    const verdict = verdictOf('Deployment', { spec: { template, progressDeadlineSeconds: 60 }, status: { conditions: [late] }, revisions: sets, pods });
    expect(verdict).toMatchObject({ verdict: 'doomed', progress: '0/3 ready', lead: { code: 'image-never-pulled' } });
    expect(verdict.summary).toBe(
      'None of 3 Pods of the current generation (web-new) is ready (2 not made yet). 2 Pods of an older one are still there, 1 of them ready.',
    );
    expect(verdict.findings).toMatchObject([{ code: 'progress-deadline-exceeded', verdict: 'stuck', next: 'kubectl rollout undo deploy/web -n shop' }]);
    expect(verdict.findings[0]?.cause).toBe('Its roll-out has made no progress for longer than its deadline of 60s.');
    expect(verdict.findings[0]?.evidence[0]).toMatchObject({ path: 'status.conditions[0]' });
    expect(verdict.past.map(({ finding }) => finding.code)).toEqual(['exited-with-error']);
    expect(verdict.counts).toMatchObject({ expected: 3, current: 1, ready: 0, old: 2, oldReady: 1 });
    const alone = verdictOf('Deployment', { spec: { template }, status: { conditions: [late] }, revisions: sets, pods: [] });
    expect(alone.lead).toMatchObject({ code: 'progress-deadline-exceeded', next: 'kubectl rollout status deploy/web -n shop' });
  });

  test('an old Pod that does not go keeps the roll-out from being through, and a Pod that is not long enough ready too', () => {
    const pods = [...['a', 'b', 'c'].map((name) => pod(name, 'web-new', up)), pod('d', 'web-old', up)];
    const verdict = verdictOf('Deployment', { spec: { template }, revisions: sets, pods });
    expect(verdict).toMatchObject({ verdict: 'waiting', lead: undefined, progress: '3/3 ready' });
    expect(verdict.summary).toContain('1 Pod of an older one is still there, ready.');
    const soon = verdictOf('Deployment', { spec: { template, minReadySeconds: 300 }, revisions: sets, pods: pods.slice(0, 3) });
    expect(soon).toMatchObject({ verdict: 'waiting', counts: { ready: 3, available: 0 } });
    expect(soon.summary).toContain('3 not for long enough to count as available');
  });

  test('refused Pods: by Events since the last Pod was made, else by its condition, and not when none is missing', () => {
    const quota = 'pods "web-x" is forbidden: exceeded quota: small, requested: pods=1';
    const pods = [pod('a', 'web-new', up)];
    const by = verdictOf('Deployment', { spec: { template }, revisions: sets, pods, events: [failedCreate(`Error creating: ${quota}`, 5)] });
    expect(by.lead).toMatchObject({ code: 'quota-exceeded', verdict: 'stuck', about: 'small', evidence: [{ source: 'event' }] });
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: quota, lastTransitionTime: at(2) };
    const told = { spec: { template }, status: { conditions: [condition] }, revisions: sets, pods };
    expect(verdictOf('Deployment', told).lead).toMatchObject({ code: 'quota-exceeded', evidence: [{ source: 'status', path: 'status.conditions[0]' }] });
    expect(verdictOf('Deployment', { ...told, events: [failedCreate('Error creating: x', -1)] }).lead?.evidence).toMatchObject([{ source: 'status' }]);
    expect(verdictOf('Deployment', { ...told, spec: { template, replicas: 1 } }).verdict).toBeUndefined();
    const set = { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message: 'replicasets "web" is forbidden: exceeded quota: sets' };
    expect(verdictOf('Deployment', { spec: { template }, status: { conditions: [set] } }).lead).toMatchObject({ code: 'quota-exceeded', about: 'sets' });
  });

  test('paused, and not observed', () => {
    const pods = ['a', 'b', 'c'].map((name) => pod(name, 'web-old', up));
    const paused = verdictOf('Deployment', { spec: { template, paused: true }, revisions: sets.slice(0, 1), pods });
    expect(paused).toMatchObject({ verdict: 'waiting', lead: { code: 'rollout-paused', next: 'kubectl rollout resume deploy/web -n shop' } });
    const through = verdictOf('Deployment', { spec: { template: { spec: { image: 'a' } }, paused: true }, revisions: sets.slice(0, 1), pods });
    expect(through).toMatchObject({ verdict: 'info', lead: { code: 'rollout-paused' } });
    const unseen = verdictOf('Deployment', { spec: { template }, metadata: { generation: 3 }, revisions: sets, pods });
    expect(unseen.lead).toMatchObject({ code: 'spec-not-observed', verdict: 'waiting' });
    expect(unseen.lead?.cause).toContain('(generation 3, seen 2)');
    const never = verdictOf('Deployment', { spec: { template }, metadata: { generation: 1 }, status: { observedGeneration: undefined } });
    expect(never.lead).toMatchObject({ code: 'spec-not-observed', verdict: 'stuck' });
    expect(never.lead?.cause).toContain('(generation 1, none seen)');
  });

  test('without its ReplicaSets all Pods count, and that is said', () => {
    const pods = [pod('a', 'web-new', up), pod('b', 'web-old', absent)];
    const verdict = verdictOf('Deployment', { spec: { template, replicas: 2 }, revisions: undefined, pods });
    expect(verdict).toMatchObject({ verdict: 'doomed', counts: { current: 2, ready: 1 } });
    expect(verdict.summary).toContain('could not be checked');
  });

  test('an ended Pod in whose place there is another does not count', () => {
    const gone = pod('z', 'web-new', { phase: 'Failed', reason: 'Evicted', message: 'low on memory' });
    const verdict = verdictOf('Deployment', { spec: { template, replicas: 1 }, revisions: sets, pods: [gone, pod('a', 'web-new', up)] });
    expect(verdict).toMatchObject({ verdict: undefined, progress: '1/1 ready', past: [{ finding: { code: 'evicted' } }] });
  });
});

describe('a StatefulSet', () => {
  const member = (ordinal: number, status: object, revision = 'new') => pod(`web-${ordinal}`, 'w', status, { 'controller-revision-hash': revision });
  const updating = { updateRevision: 'new', currentRevision: 'old' };

  test('a Pod that is not ready holds up those after it', () => {
    const verdict = verdictOf('StatefulSet', { status: updating, pods: [member(0, up), member(1, absent)] });
    expect(verdict.lead).toMatchObject({ code: 'image-never-pulled', verdict: 'doomed' });
    expect(verdict.findings).toMatchObject([{ code: 'rollout-blocked', verdict: 'stuck', about: 'web-1', next: undefined }]);
    expect(verdict.findings[0]?.cause).toBe('Pod web-1 is not ready: until it is, 1 Pod after it is not made.');
    const young = verdictOf('StatefulSet', { status: updating, pods: [member(0, { conditions: [] })] });
    expect(young.findings).toMatchObject([{ code: 'rollout-blocked', about: 'web-0' }]);
  });

  test('one of the old revision is not even replaced by a mended template', () => {
    const pods = [member(0, up, 'old'), member(1, crashing({ exitCode: 3 }), 'old'), member(2, up)];
    const verdict = verdictOf('StatefulSet', { status: updating, pods });
    expect(verdict).toMatchObject({ verdict: 'stuck', lead: { code: 'rollout-blocked', next: 'kubectl delete pod web-1 -n shop' } });
    expect(verdict.lead?.cause).toBe(
      'Pod web-1 of the old revision is not ready (Container app exited with 3; it was restarted 3 times): until it is, 2 Pods of the old revision are not replaced.',
    );
    expect(verdict.summary).not.toContain('not made');
    expect(verdictOf('StatefulSet', { status: updating, spec: { podManagementPolicy: 'Parallel' }, pods }).findings).toEqual([]);
  });

  test('a partition and OnDelete keep old Pods, which count', () => {
    const pods = [member(0, up, 'old'), member(1, up, 'old'), member(2, up)];
    const parted = verdictOf('StatefulSet', { status: updating, spec: { updateStrategy: { rollingUpdate: { partition: 2 } } }, pods });
    expect(parted).toMatchObject({ verdict: 'info', progress: '3/3 ready', lead: { code: 'old-pods-kept' }, counts: { kept: 2, old: 0 } });
    expect(parted.lead?.cause).toBe('2 Pods keep the old template, as its partition of 2 asks.');
    const manual = verdictOf('StatefulSet', { status: updating, spec: { updateStrategy: { type: 'OnDelete' } }, pods: [member(0, up, 'old'), member(1, up)] });
    expect(manual.lead?.cause).toBe('1 Pod keeps the old template, until somebody deletes it (OnDelete).');
  });
});

test('a DaemonSet: nodes that should not run it, and nodes that nobody has counted', () => {
  const spec = { replicas: undefined };
  const metadata = { annotations: { 'deprecated.daemonset.template.generation': '1' } };
  const pods = [pod('a', 'w', up, { 'pod-template-generation': '1' })];
  const wrong = verdictOf('DaemonSet', { spec, metadata, status: { desiredNumberScheduled: 1, numberMisscheduled: 2 }, pods });
  expect(wrong).toMatchObject({ verdict: 'degraded', target: 'ds/web', progress: '1/1 ready', lead: { code: 'pods-misscheduled' } });
  expect(wrong.lead?.cause).toContain('2 nodes run a Pod of it that should not');
  expect(verdictOf('DaemonSet', { spec, metadata, status: { observedGeneration: 1 }, pods })).toMatchObject({
    progress: '1/? ready',
    lead: { code: 'spec-not-observed' },
  });
  expect(verdictOf('DaemonSet', { spec, metadata, status: { desiredNumberScheduled: 0 } })).toMatchObject({
    verdict: undefined,
    summary: 'No node is to run it.',
  });
});

test('a ReplicaSet of its own', () => {
  const verdict = verdictOf('ReplicaSet', { pods: [pod('a', 'w', up), pod('b', 'w', absent)] });
  expect(verdict).toMatchObject({ target: 'rs/web', verdict: 'doomed', summary: '1 of 3 Pods is ready (1 not made yet).' });
});

describe('a Job', () => {
  const failed = (name: string) => ({
    ...pod(name, 'w', { phase: 'Failed', containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 3, reason: 'Error', finishedAt: at(4) } } }] }),
  });
  const condition = (type: string, reason: string, message = 'so it is') => ({ type, status: 'True', reason, message, lastTransitionTime: at(60) });

  test('complete, though some of its Pods failed', () => {
    const status = { startTime: at(0), succeeded: 1, failed: 1, conditions: [condition('SuccessCriteriaMet', 'x'), condition('Complete', 'x')] };
    const verdict = verdictOf('Job', { status, pods: [failed('a')] });
    expect(verdict).toMatchObject({
      verdict: undefined,
      lead: undefined,
      progress: '1/1 succeeded',
      causes: [],
      past: [{ finding: { code: 'exited-with-error' } }],
    });
    expect(verdict.summary).toBe('It is complete: 1 Pod succeeded, after 1 failed one.');
  });

  test('given up: what its Pods died of leads', () => {
    const status = { startTime: at(0), failed: 2, conditions: [condition('Failed', 'BackoffLimitExceeded')] };
    const verdict = verdictOf('Job', { spec: { backoffLimit: 1 }, status, pods: [failed('a'), failed('b')] });
    expect(verdict).toMatchObject({ verdict: 'doomed', lead: { code: 'exited-with-error' }, progress: '0/1 succeeded' });
    expect(verdict.causes.map(({ pods }) => pods.length)).toEqual([2]);
    expect(verdict.findings).toMatchObject([{ code: 'backoff-limit-exceeded', cause: 'It was given up after 2 failed Pods (backoffLimit 1).' }]);
    expect(verdictOf('Job', { status: { ...status, failed: 0 } }).lead?.cause).toBe('It was given up after its restarts (backoffLimit 6).');
    const late = verdictOf('Job', { spec: { activeDeadlineSeconds: 90 }, status: { conditions: [condition('Failed', 'DeadlineExceeded')] } });
    expect(late.lead).toMatchObject({ code: 'job-deadline-exceeded', cause: 'It was ended for running longer than its deadline of 90s.' });
    const policy = verdictOf('Job', { status: { conditions: [condition('FailureTarget', 'PodFailurePolicy')] } });
    expect(policy.lead).toMatchObject({ code: 'job-failed', cause: 'It failed (PodFailurePolicy): so it is.' });
  });

  test('tried again: degraded while another try runs, stuck between two', () => {
    const status = { startTime: at(0), failed: 1, active: 1 };
    const runs = verdictOf('Job', { status, pods: [failed('a'), pod('b', 'w', up)] });
    expect(runs).toMatchObject({ verdict: 'degraded', lead: { code: 'job-retrying' }, causes: [], past: [{ finding: { code: 'exited-with-error' } }] });
    expect(runs.lead?.cause).toBe('1 Pod of it has failed, and another try runs. It is given up when more than 6 have (backoffLimit).');
    const between = verdictOf('Job', { status: { ...status, active: 0 }, pods: [failed('a')], spec: { podFailurePolicy: {} } });
    expect(between).toMatchObject({
      verdict: 'stuck',
      lead: { code: 'exited-with-error' },
      findings: [{ code: 'job-retrying' }],
      causes: [{ finding: { code: 'exited-with-error' } }],
      past: [],
    });
    expect(between.findings[0]?.cause).toBe('1 Pod of it has failed, and it is tried again.');
    expect(verdictOf('Job', { status: { startTime: at(0) }, spec: { suspend: true } })).toMatchObject({ verdict: 'waiting', lead: { code: 'suspended' } });
    expect(verdictOf('Job', { status: { startTime: at(0) }, events: [failedCreate('Error creating: x', 5)] }).lead?.code).toBe('pod-not-created');
    const many = verdictOf('Job', { spec: { completions: 5 }, status: { startTime: at(0), succeeded: 2, active: 2 } });
    expect(many).toMatchObject({ verdict: 'waiting', progress: '2/5 succeeded', summary: '2 of 5 Pods have succeeded, 2 at work.' });
  });
});

test('a Job that nobody has begun', () => {
  const left = verdictOf('Job', { spec: { managedBy: 'team.example/queue' }, status: { observedGeneration: undefined } });
  expect(left.lead).toMatchObject({ code: 'spec-not-observed', verdict: 'stuck', about: 'team.example/queue', next: 'kubectl describe job/web -n shop' });
  expect(left.lead?.cause).toBe('The controller team.example/queue, which it is left to, has not begun it.');
  const fresh = verdictOf('Job', { metadata: { creationTimestamp: at(110) } });
  expect(fresh).toMatchObject({ verdict: 'waiting', lead: { cause: 'Its controller has not begun it.', next: expect.stringContaining('kube-system') } });
});

describe('a CronJob', () => {
  const job = (name: string, seconds: number, status: object) => ({
    metadata: { name, uid: name, namespace: 'shop', creationTimestamp: at(seconds), ownerReferences: [{ uid: 'w', controller: true }] },
    spec: { backoffLimit: 0 },
    status: { startTime: at(seconds), ...status },
  });
  const cron = (reason: string, message: string, seconds: number) =>
    eventFacts({ reason, message, firstTimestamp: at(seconds), lastTimestamp: at(seconds), involvedObject: { kind: 'CronJob', name: 'web' } });
  const given = { status: {}, spec: { schedule: '*/5 * * * *' } };
  const failedJob = { failed: 1, conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] };

  test('does as its newest Job does', () => {
    const failed = verdictOf('CronJob', { ...given, revisions: [job('web-1', 0, { succeeded: 1 }), job('web-2', 60, failedJob)] });
    expect(failed).toMatchObject({
      target: 'cronjob/web',
      verdict: 'doomed',
      lead: { code: 'backoff-limit-exceeded', subject: 'job/web-2' },
      progress: '0/1 succeeded',
    });
    expect(failed.summary).toBe('Its newest Job is job/web-2, made 60s ago. Its one Pod has not succeeded, none at work, 1 failed.');
    const mended = verdictOf('CronJob', {
      ...given,
      revisions: [job('web-1', 0, failedJob), job('web-2', 60, { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] })],
    });
    expect(mended).toMatchObject({ verdict: undefined, lead: undefined });
    expect(verdictOf('CronJob', given)).toMatchObject({
      verdict: undefined,
      progress: 'no Job',
      summary: 'It has made no Job, or keeps none (schedule */5 * * * *).',
    });
    expect(verdictOf('CronJob', { ...given, revisions: undefined }).summary).toContain('could not be checked');
  });

  test('suspended, and runs that did not begin since its newest Job', () => {
    expect(verdictOf('CronJob', { ...given, spec: { suspend: true } })).toMatchObject({ verdict: 'info', lead: { code: 'suspended' } });
    const running = [job('web-1', 30, { active: 1 })];
    const skipped = verdictOf('CronJob', { ...given, revisions: running, events: [cron('JobAlreadyActive', 'Not starting job', 90)] });
    expect(skipped).toMatchObject({ verdict: 'stuck', lead: { code: 'schedule-missed' } });
    expect(skipped.lead?.cause).toContain('the Job before still runs');
    expect(verdictOf('CronJob', { ...given, revisions: running, events: [cron('MissSchedule', 'Missed', 20)] })).toMatchObject({
      verdict: 'waiting',
      findings: [],
    });
    expect(verdictOf('CronJob', { ...given, events: [cron('MissSchedule', 'Missed scheduled time', 20)] }).lead?.cause).toContain('Missed scheduled time');
    const invalid = verdictOf('CronJob', { spec: { schedule: 'x', timeZone: 'Mars/Olympus' }, events: [cron('UnknownTimeZone', 'unknown time zone', 20)] });
    expect(invalid.lead).toMatchObject({
      code: 'schedule-invalid',
      verdict: 'doomed',
      cause: 'Its schedule x in Mars/Olympus cannot be kept: unknown time zone.',
    });
  });
});

test('what is no workload has no verdict, and nothing throws', () => {
  const given = { revisions: [null, 3], pods: [], events: [], now };
  expect(workloadVerdict({ workload: { kind: 'Pod' }, ...given })).toBeUndefined();
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']) {
    expect(workloadVerdict({ workload: { kind, metadata: 1, spec: 'x', status: [] }, ...given })?.target).toContain('/');
  }
});
