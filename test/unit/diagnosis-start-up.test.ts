/** Findings about containers on their way to Ready: sidecars, init steps, probes. */
import { describe, expect, test } from 'vitest';
import { app, at, crashing, event, findingsAt, type Given, notReady, reference, scheduled, waiting } from './diagnosed-pod.ts';

describe('sidecar', () => {
  const proxy = { name: 'proxy', restartPolicy: 'Always', startupProbe: { exec: { command: ['up'] }, failureThreshold: 6 } };
  const sidecar = (state: object, apps: object, phase = 'Running', more = {}): Given => ({
    spec: { restartPolicy: 'Never', initContainers: [proxy] },
    status: { phase, initContainerStatuses: [{ name: 'proxy', state, ...more }], containerStatuses: [{ name: 'app', state: apps }], conditions: [scheduled] },
  });
  const done = { terminated: { exitCode: 0 } };

  test.each([137, 143])('an exit code of %d after the app had completed is as it should be', (exitCode) => {
    const stopped = { code: 'sidecar-stopped', verdict: 'info', severity: 'info' };
    expect(findingsAt(9, sidecar({ terminated: { exitCode } }, done, 'Succeeded'))).toMatchObject([stopped]);
    expect(findingsAt(9, sidecar({ terminated: { exitCode } }, { terminated: { exitCode: 3 } }, 'Failed'))).toMatchObject([
      { code: 'exited-with-error', verdict: 'doomed' },
      stopped,
    ]);
  });

  test('it is a failure while the app runs, for memory, and with a code of its own', () => {
    const running = { running: { startedAt: at(1) } };
    expect(findingsAt(9, sidecar({ terminated: { exitCode: 143 } }, running))[0]).toMatchObject({ code: 'killed-by-signal', verdict: 'stuck' });
    expect(findingsAt(9, sidecar({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, { terminated: { exitCode: 3 } }, 'Failed'))[0]?.code).toBe(
      'out-of-memory',
    );
    expect(findingsAt(9, sidecar({ terminated: { exitCode: 5 } }, done, 'Succeeded'))).toEqual([]);
  });

  test('one that has not started holds up what stands behind it, within its budget and beyond', () => {
    const given = sidecar({ running: { startedAt: at(1) } }, { waiting: { reason: 'PodInitializing' } }, 'Pending', { started: false });
    expect(findingsAt(80, given)).toMatchObject([
      {
        code: 'sidecar-not-started',
        verdict: 'waiting',
        cause: 'Sidecar proxy runs, but its startup probe (exec up) has not passed; container app waits for it.',
      },
    ]);
    expect(findingsAt(100, given)[0]?.verdict).toBe('stuck');
    const { spec, status } = given;
    const alone = { spec: { ...spec, containers: [], initContainers: [{ ...proxy, startupProbe: undefined }] }, status: { ...status, containerStatuses: [] } };
    expect(findingsAt(9, alone)[0]?.cause).toBe('Sidecar proxy runs, but has not started.');
  });
});

describe('hook', () => {
  const spec = { containers: [{ name: 'app', lifecycle: { postStart: { sleep: { seconds: 90 } } } }] };
  const started = event('Started', 'Container started', 5, 'app');

  test('a container that has started and is not reported is held up by its postStart hook', () => {
    const given: Given = { spec, status: waiting('ContainerCreating'), context: { events: [started] } };
    expect(findingsAt(20, given)).toMatchObject([
      {
        code: 'start-hook',
        verdict: 'waiting',
        subject: 'container app',
        cause: 'Container app has been started, but its postStart hook (sleep 90s) has run for 15s.',
      },
    ]);
    expect(findingsAt(40, given)[0]?.verdict).toBe('stuck');
  });

  test('without the Event, without a hook, and for another reason it is not', () => {
    const codeOf = (given: Given) => findingsAt(20, given)[0]?.code;
    expect(codeOf({ spec, status: waiting('ContainerCreating') })).toBe('container-creating');
    expect(codeOf({ spec, status: waiting('ContainerCreating'), context: { events: [] } })).toBe('container-creating');
    expect(codeOf({ status: waiting('ContainerCreating'), context: { events: [started] } })).toBe('container-creating');
    expect(codeOf({ spec, status: waiting('CreateContainerError'), context: { events: [started] } })).toBe('container-create');
  });
});

describe('init', () => {
  const step = (state: object, context = {}): Given => ({
    spec: { initContainers: [{ name: 'wait' }] },
    status: { phase: 'Pending', conditions: [scheduled], initContainerStatuses: [{ name: 'wait', state }] },
    context,
  });
  const running = { running: { startedAt: at(1) } };

  test('a step that polls a Service names it, where it does not exist or has no endpoint', () => {
    const polled = (more: object, name = 'db') => step(running, { references: [reference('Service', name, 'polled', { user: 'wait', ...more })] });
    expect(findingsAt(31, polled({ state: 'missing' }))[0]).toMatchObject({
      code: 'init-waits-for-service',
      verdict: 'stuck',
      cause: 'Init step 1 of 1, wait, has run for 30s: it waits for the Service db, which does not exist.',
      next: 'kubectl get services -n shop',
    });
    expect(findingsAt(6, polled({ readyEndpoints: 0, namespace: 'data' }))[0]).toMatchObject({
      verdict: 'waiting',
      cause: 'Init step 1 of 1, wait, has run for 5s: it waits for the Service data/db, which has no ready endpoint.',
      next: 'kubectl get endpointslices -l kubernetes.io/service-name=db -n data',
    });
    for (const more of [{ readyEndpoints: 1 }, { state: 'unknown' }, { state: 'missing', user: 'other' }]) {
      expect(findingsAt(31, polled(more))[0]?.code).toBe('init-step-running');
    }
  });

  test('its log is shown', () => {
    expect(findingsAt(31, step(running, { logs: new Map([['wait', 'a\nb\nc\nd\n']]) }))[0]?.evidence).toEqual([
      { source: 'log', container: 'wait', text: 'b\nc\nd' },
    ]);
  });

  test('a step that cannot have its image is a finding of the image, and the step says nothing', () => {
    expect(findingsAt(31, step({ waiting: { reason: 'ImagePullBackOff', message: 'not found' } })).map(({ code }) => code)).toEqual(['image-not-found']);
  });
});

describe('probe', () => {
  const probed = (probe: object, more: object = {}, context = {}): Given => ({
    spec: { containers: [{ name: 'app', ...probe }] },
    status: app({ running: { startedAt: at(0) } }, more),
    context,
  });
  const readinessProbe = { httpGet: { port: 80 }, periodSeconds: 20, failureThreshold: 3, initialDelaySeconds: 5 };

  test('what the probe answered, how often, and how much of its budget is used', () => {
    const unhealthy = event('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', 60, 'app', 7);
    const [first] = findingsAt(70, probed({ readinessProbe }, {}, { events: [unhealthy] }));
    expect(first?.cause).toBe(
      'Container app runs, but its readiness probe (http :80/) has not passed: HTTP probe failed with statuscode: 503 (failed 7 times).',
    );
    expect(first?.evidence).toEqual([
      { source: 'spec', path: 'spec.containers[0].readinessProbe', text: 'may fail for 5s, then 3 × 20s; 70s used' },
      { source: 'event', reason: 'Unhealthy', text: unhealthy.message, count: 7, at: unhealthy.lastAt },
    ]);
  });

  test('a probe that answers nothing says how often it failed', () => {
    const events = [event('Unhealthy', 'Readiness probe failed: ', 60, 'app', 2)];
    expect(findingsAt(70, probed({ readinessProbe }, {}, { events }))[0]?.cause).toBe(
      'Container app runs, but its readiness probe (http :80/) has not passed (failed twice).',
    );
  });

  test('an answer to another probe is not taken for this one', () => {
    const unhealthy = event('Unhealthy', 'Liveness probe failed: no', 60, 'app');
    expect(findingsAt(70, probed({ readinessProbe }, {}, { events: [unhealthy] }))[0]?.cause).toBe(
      'Container app runs, but its readiness probe (http :80/) has not passed.',
    );
  });

  test('a container that was ready and no longer is has its budget from then on', () => {
    const lost = notReady.map((condition) => ({ ...condition, lastTransitionTime: at(3600) }));
    const given = probed({ readinessProbe });
    const seen = (seconds: number) => findingsAt(seconds, { ...given, status: { ...given.status, conditions: [scheduled, ...lost] } })[0]?.verdict;
    expect([seen(3690), seen(3700)]).toEqual(['waiting', 'stuck']);
  });

  test('each container that is not ready has its finding, except one that has another already', () => {
    const spec = { containers: [{ name: 'app' }, { name: 'web', startupProbe: { tcpSocket: { port: 5 } } }] };
    const web = { name: 'web', ready: false, state: { running: {} } };
    const statuses = (crashing({}) as { containerStatuses: object[] }).containerStatuses;
    const findings = findingsAt(5, { spec, status: { ...crashing({}), containerStatuses: [...statuses, web] } });
    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['exited-with-error', 'container app'],
      ['startup-probe', 'container web'],
    ]);
  });
});
