/** Health: the rules that the recorded Pods do not reach, and the moment at which waiting becomes trouble. */
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { compareTrouble, podHealth } from '../../src/core/pod-health.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

interface Given {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

/** The health of a Pod that was scheduled at second 0, seen some seconds later. */
function healthAt(seconds: number, { metadata, spec, status }: Given) {
  const facts = podFacts({
    metadata: { name: 'web', uid: 'u', creationTimestamp: at(0), ...metadata },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app', image: 'shop/web:1' }], ...spec },
    status: { phase: 'Running', conditions: [scheduled], ...status },
  });
  return podHealth(facts, start + seconds * 1000);
}

const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) };
const notReady = { type: 'Ready', status: 'False', reason: 'ContainersNotReady', lastTransitionTime: at(0) };

const running = { name: 'app', state: { running: { startedAt: at(0) } }, ready: true };

function app(state: object, more: object = {}) {
  return { conditions: [scheduled, notReady], containerStatuses: [{ name: 'app', state, ready: false, restartCount: 0, ...more }] };
}

function waiting(reason: string, message?: string, more: object = {}) {
  return app({ waiting: { reason, message } }, more);
}

test.each<[what: string, seconds: number, given: Given, health: string, cause: string]>([
  ['a Pod within its grace period', 5, { metadata: { deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 } }, 'terminating', 'Being deleted since 5s.'],
  [
    'a Pod long past its grace period',
    200,
    { metadata: { deletionTimestamp: at(30), deletionGracePeriodSeconds: 30 } },
    'stuck',
    'Being deleted since 3m20s, 2m50s longer than its grace period: its node does not answer.',
  ],
  ['a failed Pod that says nothing', 5, { status: { phase: 'Failed', containerStatuses: [] } }, 'doomed', 'The Pod failed.'],
  ['a failed Pod with a message', 5, { status: { phase: 'Failed', message: 'no room' } }, 'doomed', 'no room'],
  ['a refusal by the kubelet', 5, { status: { phase: 'Failed', reason: 'OutOfcpu', message: 'Node lacks cpu' } }, 'doomed', 'OutOfcpu: Node lacks cpu.'],
  ['a lost node', 5, { status: { phase: 'Unknown' } }, 'stuck', 'The node worker does not answer.'],
  ['no scheduler yet', 5, { spec: { nodeName: undefined }, status: { conditions: [] } }, 'starting', 'No scheduler has placed it yet.'],
  ['no scheduler for long', 11, { spec: { nodeName: undefined }, status: { conditions: [] } }, 'stuck', 'No scheduler has placed it yet.'],
  [
    'no node that fits',
    11,
    {
      spec: { nodeName: undefined },
      status: { conditions: [{ ...scheduled, status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available.' }] },
    },
    'stuck',
    'No node takes it: 0/2 nodes are available.',
  ],
  [
    'room being made',
    60,
    { spec: { nodeName: undefined }, status: { conditions: [], nominatedNodeName: 'worker' } },
    'starting',
    'Waits for room on worker, which was nominated.',
  ],
  ['an image that is missing', 5, { status: waiting('ImagePullBackOff', 'manifest unknown') }, 'doomed', 'The image shop/web:1 of app was not found.'],
  [
    'an image pull that is refused',
    20,
    { status: waiting('ErrImagePull', '401 Unauthorized') },
    'stuck',
    'The image shop/web:1 of app cannot be pulled: the registry refuses the credentials.',
  ],
  [
    'an image pull that is limited',
    5,
    { status: waiting('ErrImagePull', 'toomanyrequests') },
    'starting',
    'The image shop/web:1 of app cannot be pulled: the registry limits the rate.',
  ],
  ['an image pull that says nothing', 5, { status: waiting('ErrImagePull') }, 'starting', 'The image shop/web:1 of app cannot be pulled.'],
  [
    'a crash whose program said why',
    5,
    { status: waiting('CrashLoopBackOff', '', { restartCount: 7, lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'no schema.\n' } } }) },
    'doomed',
    'Container app exited with 3: no schema; it was restarted 7 times.',
  ],
  ['a container between two crashes', 100, { status: crashed(2, 50) }, 'doomed', 'Container app exited with 3; it was restarted twice.'],
  ['a container that has recovered', 120, { status: crashed(2, 50) }, 'stuck', 'Container app runs but is not ready.'],
  ['a container after its first crash', 55, { status: crashed(1, 50) }, 'starting', 'Container app runs but is not ready.'],
  [
    'a container that has crashed again',
    5,
    { status: app({ terminated: { exitCode: 3 } }, { restartCount: 2 }) },
    'doomed',
    'Container app exited with 3; it was restarted twice.',
  ],
  [
    'a crash of which no trace is left',
    5,
    { status: waiting('CrashLoopBackOff', '', { restartCount: 1 }) },
    'doomed',
    'Container app ended; it was restarted once.',
  ],
  [
    'a reason that is not the usual one',
    5,
    { status: app({ terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } }) },
    'stuck',
    'Container app ended, and nobody knows how (ContainerStatusUnknown, exit code 137).',
  ],
  [
    'a container that is not restarted',
    5,
    { spec: { restartPolicy: 'Never' }, status: app({ terminated: { exitCode: 1 } }) },
    'doomed',
    'Container app exited with 1.',
  ],
  ['an init step within its minute', 30, init({ running: { startedAt: at(10) } }), 'starting', 'Init step 1 of 1, load, has run for 20s.'],
  ['an init step that takes long', 80, init({ running: { startedAt: at(10) } }), 'stuck', 'Init step 1 of 1, load, has run for 70s.'],
  ['an init step without a start time', 80, init({ running: {} }), 'starting', 'Init step 1 of 1, load, has run for 0s.'],
  ['an init step that has not begun', 61, init({ waiting: { reason: 'PodInitializing' } }), 'stuck', 'Init step 1 of 1, load, has not started.'],
  ['a container being created', 5, { status: waiting('ContainerCreating') }, 'starting', 'Container app has not been created.'],
  [
    'a sandbox that does not come',
    90,
    { status: { ...waiting('ContainerCreating'), conditions: [scheduled, { type: 'PodReadyToStartContainers', status: 'False' }] } },
    'stuck',
    'Container app has not been created: its sandbox or its volumes are not ready.',
  ],
  ['a probe within its budget', 89, probed({}), 'starting', 'Container app runs, but its readiness probe (http :80/) has not passed.'],
  ['a probe beyond its budget', 91, probed({}), 'stuck', 'Container app runs, but its readiness probe (http :80/) has not passed.'],
  [
    'a startup probe',
    5,
    probed({ startupProbe: { exec: { command: ['up'] } } }),
    'starting',
    'Container app runs, but its startup probe (exec up) has not passed.',
  ],
  ['a container without a probe', 31, { status: app({ running: { startedAt: at(0) } }) }, 'stuck', 'Container app runs but is not ready.'],
  [
    'a node that does not report',
    5,
    { status: { conditions: [{ ...notReady, status: 'Unknown', message: 'Kubelet stopped posting' }], containerStatuses: [running] } },
    'stuck',
    'Its node worker does not report: Kubelet stopped posting.',
  ],
  ['not Ready without a reason', 5, { status: { conditions: [], containerStatuses: [running] } }, 'starting', 'Not ready.'],
])('%s', (_, seconds, given, health, cause) => {
  expect(healthAt(seconds, given)).toMatchObject({ health, cause });
});

/** Runs since a second, after some crashes. */
function crashed(restartCount: number, since: number): object {
  return app({ running: { startedAt: at(since) } }, { restartCount, lastState: { terminated: { exitCode: 3, finishedAt: at(since - 10) } } });
}

function init(state: object): Given {
  return { spec: { initContainers: [{ name: 'load' }] }, status: { phase: 'Pending', initContainerStatuses: [{ name: 'load', state }] } };
}

function probed(more: object): Given {
  const readinessProbe = { httpGet: { port: 80 }, periodSeconds: 20, failureThreshold: 3 };
  return { spec: { containers: [{ name: 'app', readinessProbe, ...more }] }, status: app({ running: { startedAt: at(0) } }) };
}

test('a debug container that fails does not make the Pod unhealthy', () => {
  const ready = { type: 'Ready', status: 'True' };
  const debug = { spec: { ephemeralContainers: [{ name: 'debug' }] } };
  const ended = [{ name: 'debug', state: { terminated: { exitCode: 1 } } }];
  expect(healthAt(5, { ...debug, status: { conditions: [ready], containerStatuses: [running], ephemeralContainerStatuses: ended } }).health).toBe('ready');
});

test('the worst come first, and of equals those longest in trouble', () => {
  const pods = [
    { health: 'ready', cause: undefined, since: 1 },
    { health: 'stuck', cause: '', since: undefined },
    { health: 'stuck', cause: '', since: 9 },
    { health: 'doomed', cause: '', since: 5 },
    { health: 'stuck', cause: '', since: 3 },
  ] as const;
  expect(pods.toSorted(compareTrouble).map(({ health, since }) => [health, since])).toEqual([
    ['doomed', 5],
    ['stuck', 3],
    ['stuck', 9],
    ['stuck', undefined],
    ['ready', 1],
  ]);
});
