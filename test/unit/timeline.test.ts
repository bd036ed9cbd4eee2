/** How a Pod started, from its status and Events: each stage's time, how it is known, the critical path, and what is said where it is not known. */
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podTimeline } from '../../src/core/timeline/pod-timeline.ts';
import { goDuration } from '../../src/core/timeline/start-evidence.ts';
import { ofNewestTemplate, type PodWithTimeline, startUpStatistics } from '../../src/core/timeline/start-up-statistics.ts';
import type { Stage, Timeline } from '../../src/core/timeline/timeline.ts';
import { statisticsSvg, timelineSvg } from '../../src/report/timeline-svg.ts';
import { at, event, notReady, scheduled } from './diagnosed-pod.ts';

type Events = NonNullable<Parameters<typeof podTimeline>[1]>;

function timelineAt(seconds: number, given: { spec?: object; status?: object; metadata?: object }, events: Events = [], readable = true): Timeline {
  const facts = podFacts({
    metadata: { name: 'web', namespace: 'shop', uid: 'u', creationTimestamp: at(0), ...given.metadata },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app', image: 'shop/web:1' }], ...given.spec },
    status: { phase: 'Running', startTime: at(0), conditions: [scheduled], ...given.status },
  });
  return podTimeline(facts, readable ? events : undefined, Date.parse(at(seconds)));
}

function condition(type: string, seconds: number, status = 'True', more: object = {}): object {
  return { type, status, lastTransitionTime: at(seconds), ...more };
}

const ready = (seconds: number): readonly object[] => [condition('ContainersReady', seconds), condition('Ready', seconds)];

/** Seconds after the Pod's creation. */
function second(time: number | undefined): number | undefined {
  return time === undefined ? undefined : (time - Date.parse(at(0))) / 1000;
}

/** `init check 1-4` with `*` on the critical path. */
function lines({ stages }: Timeline): readonly string[] {
  return stages.map(({ kind, subject, from, to, state, critical }) => {
    const times = `${second(from) ?? '?'}-${second(to) ?? '?'}`;
    return `${critical ? '*' : ''}${[kind, subject, times, state].filter((word) => word !== '').join(' ')}`;
  });
}

function stage({ stages }: Timeline, kind: Stage['kind'], subject = ''): Stage | undefined {
  return stages.find((each) => each.kind === kind && each.subject === subject);
}

const running = (name: string, seconds: number, more: object = {}): object => ({
  name,
  state: { running: { startedAt: at(seconds) } },
  ready: true,
  started: true,
  restartCount: 0,
  imageID: 'sha256:1',
  ...more,
});
const ended = (name: string, from: number, to: number, exitCode = 0, more: object = {}): object => ({
  name,
  state: { terminated: { exitCode, startedAt: at(from), finishedAt: at(to), reason: exitCode === 0 ? 'Completed' : 'Error' } },
  restartCount: 0,
  imageID: 'sha256:1',
  ...more,
});

describe('a Pod that became Ready', () => {
  const full = {
    spec: {
      initContainers: [
        { name: 'check', image: 'shop/check:1' },
        { name: 'proxy', image: 'shop/proxy:1', restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 80 } } },
        { name: 'load', image: 'shop/load:1' },
      ],
      containers: [
        { name: 'app', image: 'shop/web:1', readinessProbe: { httpGet: { port: 8080, path: '/ready' }, periodSeconds: 5, initialDelaySeconds: 10 } },
        { name: 'log', image: 'shop/log:1' },
      ],
    },
    status: {
      conditions: [condition('PodScheduled', 1), condition('PodReadyToStartContainers', 3), condition('Initialized', 20), ...ready(45)],
      initContainerStatuses: [ended('check', 6, 8), running('proxy', 8), ended('load', 12, 20)],
      containerStatuses: [running('app', 25), running('log', 26)],
    },
  };
  const events = [
    event('Pulling', 'Pulling image "shop/check:1"', 3, 'check'),
    event('Pulled', 'Successfully pulled image "shop/check:1" in 2.345s (2.345s including waiting). Image size: 1 bytes.', 5, 'check'),
    event('Pulled', 'Container image "shop/load:1" already present on machine', 12, 'load'),
    event('Pulling', 'Pulling image "shop/web:1"', 20, 'app'),
    event('Pulled', 'Successfully pulled image "shop/web:1" in 1.5s (4.2s including waiting). Image size: 1 bytes.', 24, 'app'),
    event('Unhealthy', 'Readiness probe failed: connection refused', 40, 'app', 3),
  ];
  const timeline = timelineAt(600, full, events);

  test('has its stages in order, and the critical path leads to the probes that passed last', () => {
    expect(lines(timeline)).toEqual([
      '*created 0-0 done',
      '*scheduled 0-1 done',
      '*sandbox 1-3 done',
      '*pull check 3-5 done',
      '*init check 6-8 done',
      '*sidecar proxy 8-12 done',
      '*init load 12-20 done',
      '*pull app 20-24 done',
      '*container app 24-25 done',
      'container log 25-26 done',
      '*probes app 25-45 done',
      '*ready 45-45 done',
    ]);
    expect(timeline).toMatchObject({ outcome: 'ready', total: 45_000, caveats: [] });
  });

  test('says how each end is known, and how fine', () => {
    expect(stage(timeline, 'pull', 'check')).toMatchObject({ duration: 2345, precision: 'millisecond', source: 'message' });
    expect(stage(timeline, 'pull', 'app')).toMatchObject({ duration: 4200, note: 'shop/web:1; of it 2.7s behind other pulls' });
    expect(stage(timeline, 'sidecar', 'proxy')).toMatchObject({ source: 'order', duration: 4000, precision: 'second' });
    expect(stage(timeline, 'init', 'load')).toMatchObject({ source: 'status' });
    expect(stage(timeline, 'probes', 'app')?.note).toBe('readiness http :8080/ready every 5s from 10s on; failed 3 times');
  });

  test('names the longest stage of the path to be shortened first, and what it depends on', () => {
    expect(timeline.shortenFirst?.text).toBe(
      'Waiting for the probes of app took 20s of the 45s until Ready (44%). They begin only after 10s (initialDelaySeconds), whether the app is up or not.',
    );
    expect(timeline.stages[timeline.shortenFirst?.stage ?? -1]).toMatchObject({ kind: 'probes', subject: 'app' });
  });

  test('without Events has no pulls, says so, and shows the time that nothing accounts for', () => {
    const without = timelineAt(600, full, [], false);
    expect(lines(without)).toContain('*gap check 3-6 unknown');
    expect(lines(without).some((line) => line.includes('pull'))).toBe(false);
    expect(stage(without, 'container', 'app')).toMatchObject({ duration: 5000 });
    expect(without.caveats).toEqual(['Without Events: whether images were pulled, and how long that took, is not known.']);
  });
});

describe('the sandbox', () => {
  const status = { conditions: [scheduled, condition('PodReadyToStartContainers', 4), ...ready(5)], containerStatuses: [running('app', 3)] };
  test('ends at the first work on a container where the condition was written later', () => {
    expect(stage(timelineAt(9, { status }), 'sandbox')).toMatchObject({ to: Date.parse(at(3)), source: 'order' });
  });
  test('that fails is tried again', () => {
    const failing = timelineAt(60, { status: { phase: 'Pending' } }, [event('FailedCreatePodSandBox', 'no IP', 50, undefined, 4)]);
    expect(stage(failing, 'sandbox')).toMatchObject({ state: 'failed', duration: 60_000, note: 'failed 4 times: no IP' });
    expect(stage(failing, 'container', 'app')).toMatchObject({ state: 'waiting', note: 'after the sandbox', critical: false });
  });
});

describe('volumes', () => {
  test('that are not mounted hold up everything', () => {
    const timeline = timelineAt(90, { status: { phase: 'Pending' } }, [event('FailedMount', 'configmap "x" not found', 80, undefined, 7)]);
    expect(lines(timeline)).toEqual([
      '*created 0-0 done',
      '*scheduled 0-0 done',
      '*volumes 0-? failed',
      'sandbox ?-? waiting',
      'container app ?-? waiting',
      'ready ?-? waiting',
    ]);
    expect(timeline.shortenFirst?.text).toContain('Mounting the volumes fails');
  });
  test('of a claim are mounted before the sandbox, and when is not told', () => {
    const spec = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
    const status = { conditions: [scheduled, condition('PodReadyToStartContainers', 9), ...ready(10)], containerStatuses: [running('app', 10)] };
    expect(stage(timelineAt(60, { spec, status }), 'volumes')).toMatchObject({
      to: undefined,
      duration: undefined,
      note: 'before the sandbox; when is not told',
    });
    const attached = timelineAt(60, { spec, status }, [event('SuccessfulAttachVolume', 'AttachVolume.Attach succeeded', 7)]);
    expect(lines(attached).slice(2, 4)).toEqual(['*volumes 0-7 done', '*sandbox 7-9 done']);
  });
});

describe('scheduling', () => {
  test('that finds no node says why, and a gate that it holds the Pod', () => {
    const unschedulable = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available' };
    const spec = { nodeName: undefined };
    expect(stage(timelineAt(7200, { spec, status: { phase: 'Pending', conditions: [unschedulable] } }), 'scheduled')).toMatchObject({
      state: 'failed',
      duration: 7_200_000,
      note: '0/2 nodes are available',
    });
    const gated = { spec: { ...spec, schedulingGates: [{ name: 'quota' }] }, status: { phase: 'Pending', conditions: [] } };
    expect(stage(timelineAt(60, gated), 'scheduled')).toMatchObject({ state: 'running', note: 'held by the scheduling gate quota' });
  });
  test('is no stage of a static Pod, which begins before it is created', () => {
    const metadata = { creationTimestamp: at(5), annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const timeline = timelineAt(60, { metadata, status: { startTime: at(1), conditions: ready(8), containerStatuses: [running('app', 3)] } });
    expect(lines(timeline)).toEqual(['*sandbox 1-3 done', '*container app 3-3 done', '*ready 8-8 done']);
  });
});

describe('restarts', () => {
  const crashing = (restartCount: number, events: Events) =>
    timelineAt(
      100,
      {
        status: {
          conditions: [scheduled, condition('PodReadyToStartContainers', 1), ...notReady],
          containerStatuses: [
            {
              name: 'app',
              restartCount,
              state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
              lastState: { terminated: { exitCode: 3, reason: 'Error', startedAt: at(80), finishedAt: at(82) } },
            },
          ],
        },
      },
      events,
    );

  test('the first start is known while no Event is gone, or the folded ones add up to all starts', () => {
    const started = { ...event('Started', 'Container started', 2, 'app', 5), lastAt: Date.parse(at(80)) };
    const known = crashing(4, [started]);
    expect(stage(known, 'container', 'app')).toMatchObject({ to: Date.parse(at(2)), source: 'event' });
    expect(stage(known, 'run', 'app')).toMatchObject({
      from: Date.parse(at(2)),
      state: 'failed',
      note: 'exit 3 after 2s, CrashLoopBackOff; restarted 4 times',
    });
    const whole = crashing(7, [started, event('Scheduled', 'Successfully assigned', 0)]);
    expect(stage(whole, 'container', 'app')).toMatchObject({ to: Date.parse(at(2)), source: 'event' });
    const expired = crashing(7, [started]);
    expect(lines(expired)).toContain('*gap app 1-80 unknown');
    expect(stage(expired, 'container', 'app')).toMatchObject({ to: undefined, duration: undefined, note: 'its first start is no longer known' });
  });

  test('the run before the present one is the first where there was one restart', () => {
    const again = running('app', 30, { restartCount: 1, lastState: { terminated: { exitCode: 1, startedAt: at(4), finishedAt: at(9) } } });
    const timeline = timelineAt(60, {
      status: { conditions: [scheduled, condition('PodReadyToStartContainers', 1), ...ready(30)], containerStatuses: [again] },
    });
    expect(stage(timeline, 'container', 'app')).toMatchObject({ to: Date.parse(at(4)), note: 'restarted once since' });
    expect(timeline.caveats).toEqual([
      'No Events tell of this Pod (they are kept for an hour): whether images were pulled, and how long that took, is not known.',
      'It is Ready since app last started anew; when it was Ready first is no longer known.',
    ]);
  });

  test('of an init step count into it from its first start', () => {
    const spec = { initContainers: [{ name: 'load', image: 'i' }] };
    const load = ended('load', 40, 50, 0, { restartCount: 2, lastState: { terminated: { exitCode: 1, startedAt: at(20), finishedAt: at(21) } } });
    const status = {
      conditions: [scheduled, condition('PodReadyToStartContainers', 1), ...ready(51)],
      initContainerStatuses: [load],
      containerStatuses: [running('app', 51)],
    };
    const told = timelineAt(60, { spec, status }, [event('Started', 'Container started', 2, 'load', 3)]);
    expect(stage(told, 'init', 'load')).toMatchObject({ from: Date.parse(at(2)), to: Date.parse(at(50)), note: 'restarted 2 times' });
    const forgotten = timelineAt(60, { spec, status });
    expect(lines(forgotten)).toContain('*gap load 1-40 unknown');
    expect(stage(forgotten, 'init', 'load')).toMatchObject({ from: Date.parse(at(40)), note: 'restarted 2 times; this is its last run' });
  });
});

describe('a Pod on its way', () => {
  test('waits for a pull, which goes on', () => {
    const timeline = timelineAt(
      30,
      {
        status: {
          phase: 'Pending',
          conditions: [scheduled, condition('PodReadyToStartContainers', 2), ...notReady],
          containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ContainerCreating' } }, restartCount: 0 }],
        },
      },
      [event('Pulling', 'Pulling image "shop/web:1"', 3, 'app')],
    );
    expect(lines(timeline).slice(3)).toEqual(['*pull app 3-? running', 'container app ?-? waiting', 'ready ?-? waiting']);
    expect(timeline).toMatchObject({ outcome: 'starting', total: 30_000 });
    expect(timeline.shortenFirst?.text).toMatch(/^The pull for app has taken 27s of the 30s so far/);
  });

  test('has a container that only an Event tells of: the kubelet writes no status while it pulls for the next', () => {
    const names = ['app', 'log'];
    const spec = {
      initContainers: [{ name: 'load', image: 'i' }],
      containers: names.map((name) => ({ name, image: `shop/${name}:1`, readinessProbe: { exec: { command: ['true'] } } })),
    };
    const status = {
      phase: 'Pending',
      conditions: [scheduled, condition('PodReadyToStartContainers', 2), ...notReady],
      initContainerStatuses: [ended('load', 3, 5)],
      containerStatuses: names.map((name) => ({ name, state: { waiting: { reason: 'PodInitializing' } }, restartCount: 0 })),
    };
    const timeline = timelineAt(90, { spec, status }, [
      event('Pulled', 'Container image "shop/app:1" already present on machine', 6, 'app'),
      event('Started', 'Container started', 7, 'app'),
      event('Pulling', 'Pulling image "shop/log:1"', 7, 'log'),
    ]);
    expect(lines(timeline).slice(4)).toEqual([
      '*container app 5-7 done',
      '*pull log 7-? running',
      'container log ?-? waiting',
      '*probes app 7-? running',
      'probes log ?-? waiting',
      'ready ?-? waiting',
    ]);
    const begun = timelineAt(90, { spec, status: { ...status, initContainerStatuses: [] } }, [event('Started', 'Container started', 3, 'load')]);
    expect(lines(begun).slice(3, 5)).toEqual(['*init load 3-? running', 'container app ?-? waiting']);
  });

  test('waits for one app container after the other, unless one fails', () => {
    const spec = { containers: ['app', 'log'].map((name) => ({ name, image: `shop/${name}:1` })) };
    const waiting = (reason: string): object => ({
      phase: 'Pending',
      conditions: [scheduled, condition('PodReadyToStartContainers', 2), ...notReady],
      containerStatuses: ['app', 'log'].map((name) => ({
        name,
        state: { waiting: { reason: name === 'app' ? reason : 'ContainerCreating' } },
        restartCount: 0,
      })),
    });
    const pulling = [event('Pulling', 'Pulling image "shop/app:1"', 3, 'app')];
    expect(lines(timelineAt(30, { spec, status: waiting('ContainerCreating') }, pulling)).slice(3)).toEqual([
      '*pull app 3-? running',
      'container app ?-? waiting',
      'container log ?-? waiting',
      'ready ?-? waiting',
    ]);
    expect(lines(timelineAt(30, { spec, status: waiting('ErrImagePull') }, pulling)).slice(3)).toEqual([
      '*pull app 3-? failed',
      'container app ?-? waiting',
      '*container log 3-? running',
      'ready ?-? waiting',
    ]);
  });

  test('waits for an init step, and what comes after it for it', () => {
    const timeline = timelineAt(30, {
      spec: {
        initContainers: [
          { name: 'load', image: 'i' },
          { name: 'proxy', image: 'i', restartPolicy: 'Always' },
        ],
      },
      status: { phase: 'Pending', conditions: [scheduled, condition('PodReadyToStartContainers', 1)], initContainerStatuses: [running('load', 2)] },
    });
    expect(lines(timeline).slice(3)).toEqual(['*init load 2-? running', 'sidecar proxy ?-? waiting', 'container app ?-? waiting', 'ready ?-? waiting']);
    expect(stage(timeline, 'container', 'app')?.note).toBe('after load');
  });

  test('that was Ready before says so, and is given no total', () => {
    const unready = [condition('ContainersReady', 500, 'False'), condition('Ready', 500, 'False')];
    const status = { conditions: [scheduled, condition('PodReadyToStartContainers', 1), ...unready], containerStatuses: [running('app', 2, { ready: false })] };
    const timeline = timelineAt(600, { status });
    expect(timeline).toMatchObject({ outcome: 'lost', total: undefined });
    expect(stage(timeline, 'ready')).toMatchObject({ state: 'failed', duration: 100_000, note: 'it was Ready before; waits for app' });
  });
});

describe('a Pod that ends', () => {
  test('has the work of its containers in place of Ready, and ends with the last', () => {
    const timeline = timelineAt(999, {
      spec: {
        restartPolicy: 'Never',
        initContainers: [{ name: 'prep', image: 'i' }],
        containers: [
          { name: 'work', image: 'i' },
          { name: 'log', image: 'i' },
        ],
      },
      status: {
        phase: 'Succeeded',
        conditions: [scheduled, condition('PodReadyToStartContainers', 30, 'False'), condition('Ready', 20, 'False', { reason: 'PodCompleted' })],
        initContainerStatuses: [ended('prep', 2, 4)],
        containerStatuses: [ended('work', 5, 20), ended('log', 5, 9)],
      },
    });
    expect(lines(timeline)).toEqual([
      '*created 0-0 done',
      '*scheduled 0-0 done',
      '*sandbox 0-2 done',
      '*init prep 2-4 done',
      '*container work 4-5 done',
      'container log 5-5 done',
      '*run work 5-20 done',
      'run log 5-9 done',
    ]);
    expect(timeline).toMatchObject({ outcome: 'completed', total: 20_000 });
  });

  test('without containers that ran (an eviction) ends when the status last changed', () => {
    const timeline = timelineAt(999, { status: { phase: 'Failed', reason: 'Evicted', conditions: [scheduled, condition('DisruptionTarget', 7)] } });
    expect(timeline).toMatchObject({ outcome: 'failed', total: 7000, shortenFirst: undefined });
    expect(stage(timeline, 'container', 'app')?.state).toBe('waiting');
  });
});

test('readiness gates come after the containers', () => {
  const status = {
    conditions: [scheduled, condition('PodReadyToStartContainers', 1), condition('ContainersReady', 3), condition('Ready', 20), condition('lb', 20)],
    containerStatuses: [running('app', 2)],
  };
  const timeline = timelineAt(60, { spec: { readinessGates: [{ conditionType: 'lb' }] }, status });
  expect(lines(timeline).slice(-3)).toEqual(['*container app 1-2 done', '*gate lb 3-20 done', '*ready 20-20 done']);
});

test('a readiness gate that nobody opens comes after the containers as well', () => {
  const status = {
    conditions: [scheduled, condition('PodReadyToStartContainers', 1), condition('ContainersReady', 3), ...notReady.slice(1)],
    containerStatuses: [running('app', 2)],
  };
  const timeline = timelineAt(60, { spec: { readinessGates: [{ conditionType: 'lb' }] }, status });
  expect(lines(timeline).slice(-3)).toEqual(['*container app 1-2 done', '*gate lb 3-? running', 'ready ?-? waiting']);
  expect(timeline.shortenFirst?.text).toMatch(/^The readiness gate lb has taken 57s of the 60s so far/);
});

describe('several Pods', () => {
  const startedIn = (name: string, seconds: number, more: object = {}): PodWithTimeline => {
    const facts = podFacts({
      metadata: { name, namespace: 'shop', uid: name, creationTimestamp: at(0) },
      spec: { nodeName: 'worker', initContainers: [{ name: 'load', image: 'i' }], containers: [{ name: 'app', image: 'i' }] },
      status: {
        phase: 'Running',
        startTime: at(0),
        conditions: [scheduled, condition('PodReadyToStartContainers', 1), ...ready(seconds + 3)],
        initContainerStatuses: [ended('load', 2, 2 + seconds)],
        containerStatuses: [running('app', seconds + 3, more)],
      },
    });
    return { facts, timeline: podTimeline(facts, [], Date.parse(at(600))) };
  };
  const ten = Array.from({ length: 10 }, (_, index) => startedIn(`web-${index}`, 10 + index));

  test('have the middle and the slow end of each stage, and name who was slowest', () => {
    const statistics = startUpStatistics(ten);
    expect(statistics).toMatchObject({
      pods: 10,
      outcomes: { ready: 10, starting: 0 },
      total: { count: 10, p50: 17_000, p90: 21_000, max: 22_000, slowest: 'web-9' },
    });
    expect(statistics.stages.map(({ kind, subject }) => `${kind} ${subject}`.trim())).toEqual(['scheduled', 'sandbox', 'init load', 'container app']);
    expect(statistics.stages[2]).toMatchObject({ p50: 14_000, p90: 18_000, max: 19_000, slowest: 'web-9', critical: 10, ongoing: 0 });
    expect(statistics.slowest.map(({ name, total, stage }) => [name, total, stage?.subject])).toEqual([
      ['web-9', 22_000, 'load'],
      ['web-8', 21_000, 'load'],
      ['web-7', 20_000, 'load'],
      ['web-6', 19_000, 'load'],
      ['web-5', 18_000, 'load'],
    ]);
    expect(statistics.shortenFirst).toMatch(/^Init step load takes 14s of the 17s of a Pod in the middle \(82%\)/);
  });

  test('that are Ready again, or still start, do not count in the total', () => {
    const again = startedIn('web-again', 400, { restartCount: 3, lastState: { terminated: { exitCode: 1, startedAt: at(200) } } });
    const on = timelineAt(900, { status: { phase: 'Pending', conditions: [scheduled] } }, [event('FailedCreatePodSandBox', 'no IP', 50)]);
    const starting: PodWithTimeline = { facts: { ...again.facts, name: 'web-on', uid: 'on' }, timeline: on };
    const statistics = startUpStatistics([...ten.slice(0, 2), again, starting]);
    expect(statistics).toMatchObject({ pods: 4, readyAgain: 1, outcomes: { ready: 3, starting: 1 }, total: { count: 2, max: 14_000 } });
    expect(statistics.stages.find(({ kind }) => kind === 'sandbox')).toMatchObject({ count: 3, ongoing: 1, failed: 1 });
    expect(startUpStatistics([])).toMatchObject({ pods: 0, total: undefined, stages: [], shortenFirst: undefined });
  });
});

test('the Pods of a workload that count are those of its newest template', () => {
  const pod = (name: string, seconds: number, hash: string): PodWithTimeline => {
    const facts = podFacts({ metadata: { name, uid: name, creationTimestamp: at(seconds), labels: { 'pod-template-hash': hash } } });
    return { facts, timeline: podTimeline(facts, [], Date.parse(at(900))) };
  };
  const { pods, older } = ofNewestTemplate([pod('a', 0, 'old'), pod('b', 100, 'new'), pod('c', 50, 'old'), pod('d', 99, 'new')]);
  expect([pods.map(({ facts }) => facts.name), older]).toEqual([['b', 'd'], 2]);
  expect(ofNewestTemplate([])).toEqual({ pods: [], older: 0 });
});

test('text from the cluster is escaped in pictures, which are well-formed', () => {
  const hostile = '</text><script>alert(1)</script>&\u001b[31m"x"\u0000';
  const timeline = timelineAt(90, { metadata: { name: hostile }, status: { phase: 'Pending' } }, [event('FailedMount', hostile.repeat(20), 80)]);
  const facts = podFacts({ metadata: { name: hostile, namespace: hostile }, spec: { nodeName: hostile } });
  const statistics = {
    target: hostile,
    selected: true,
    namespace: hostile,
    older: 1,
    statistics: startUpStatistics([
      { facts, timeline },
      { facts, timeline },
    ]),
  };
  for (const svg of [timelineSvg(facts, timeline), statisticsSvg(statistics)]) {
    const parser = new SaxesParser({ xmlns: true });
    const tags = new Set<string>();
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name }) => tags.add(name));
    parser.write(svg).close();
    expect([...tags].toSorted()).toEqual(expect.arrayContaining(['desc', 'rect', 'style', 'svg', 'text', 'title']));
    expect(tags).not.toContain('script');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/href|url\(|\u001b/);
  }
});

test('a time that contradicts the others is left out, not bent', () => {
  const status = { conditions: [scheduled, condition('PodReadyToStartContainers', 1), ...ready(5)], containerStatuses: [running('app', 3000)] };
  const timeline = timelineAt(60, { status });
  expect(stage(timeline, 'container', 'app')).toMatchObject({ to: undefined });
  expect(timeline.caveats).toContainEqual(expect.stringContaining('contradict'));
});

test.each([
  ['2.345s', 2345],
  ['1m2.5s', 62_500],
  ['873ms', 873],
  ['12.5µs', 0],
  ['1h0m1s', 3_601_000],
  ['soon', undefined],
])('a duration of Go: %s', (text, ms) => {
  expect(goDuration(text)).toBe(ms);
});
