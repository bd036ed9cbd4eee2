/** What holds of every timeline: it never throws, its stages are in order, and no part of it lies outside of the whole. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventFacts } from '../../src/core/event-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podTimeline } from '../../src/core/timeline/pod-timeline.ts';
import { inTurn } from '../../src/core/timeline/start-up-walk.ts';
import { stageKinds } from '../../src/core/timeline/timeline.ts';
import { mangledFrom } from './mangled.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const seconds = fc.integer({ min: -30, max: 4000 }).map((second) => new Date(Date.parse('2026-03-01T11:00:00Z') + second * 1000).toISOString());
const startReasons = [
  'Scheduled',
  'FailedScheduling',
  'SuccessfulAttachVolume',
  'FailedMount',
  'FailedCreatePodSandBox',
  'SandboxChanged',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
  'Unhealthy',
];
const startEvent = fc
  .record({
    reason: fc.constantFrom(...startReasons),
    message: fc.oneof(
      fc.constantFrom('Successfully pulled image "i" in 2.5s (1m3s including waiting).', 'Container image "i" already present on machine'),
      fc.string(),
    ),
    count: fc.integer({ min: 0, max: 5 }),
    firstTimestamp: fc.option(seconds, { nil: undefined }),
    lastTimestamp: fc.option(seconds, { nil: undefined }),
    involvedObject: fc.record({
      fieldPath: fc.constantFrom('spec.containers{app}', 'spec.containers{log}', 'spec.initContainers{check}', 'spec.initContainers{proxy}', undefined),
    }),
  })
  .map(eventFacts);
const pod = {
  metadata: { uid: 'u', name: 'web', namespace: 'shop', creationTimestamp: '2026-03-01T11:00:00Z', annotations: {} },
  spec: {
    nodeName: 'worker',
    restartPolicy: 'Always',
    readinessGates: [{ conditionType: 'lb' }],
    initContainers: [
      { name: 'check', image: 'i' },
      { name: 'proxy', image: 'i', restartPolicy: 'Always', startupProbe: { exec: { command: ['true'] } }, readinessProbe: { tcpSocket: { port: 1 } } },
      { name: 'load', image: 'i' },
    ],
    containers: [
      { name: 'app', image: 'i', readinessProbe: { httpGet: { port: 80, path: '/' }, initialDelaySeconds: 5 } },
      { name: 'log', image: 'i' },
    ],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
  },
  status: {
    phase: 'Running',
    startTime: '2026-03-01T11:00:01Z',
    conditions: ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready', 'lb'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: '2026-03-01T11:00:09Z',
    })),
    initContainerStatuses: [
      {
        name: 'check',
        state: { terminated: { exitCode: 0, startedAt: '2026-03-01T11:00:02Z', finishedAt: '2026-03-01T11:00:03Z' } },
        lastState: { terminated: { exitCode: 1, startedAt: '2026-03-01T11:00:02Z', finishedAt: '2026-03-01T11:00:03Z' } },
        restartCount: 1,
      },
      { name: 'proxy', state: { running: { startedAt: '2026-03-01T11:00:03Z' } }, started: true, ready: true, restartCount: 0 },
      { name: 'load', state: { terminated: { exitCode: 0, startedAt: '2026-03-01T11:00:04Z', finishedAt: '2026-03-01T11:00:05Z' } }, restartCount: 2 },
    ],
    containerStatuses: [
      { name: 'app', state: { running: { startedAt: '2026-03-01T11:00:06Z' } }, ready: true, restartCount: 0 },
      { name: 'log', state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } }, restartCount: 3 },
    ],
  },
};

/** Every time in it replaced, so that they may contradict each other. */
function moved(value: unknown, times: readonly string[]): unknown {
  let next = 0;
  return JSON.parse(JSON.stringify(value), (_, each: unknown) => (typeof each === 'string' && each.startsWith('2026-') ? times[next++ % times.length] : each));
}

const mangled = mangledFrom(pod);
const anyFacts = fc
  .oneof(
    mangled,
    fc.tuple(mangled, fc.array(seconds, { minLength: 7, maxLength: 21 })).map(([given, times]) => moved(given, times)),
    fc.jsonValue(),
  )
  .map(podFacts);

test('a timeline is total; its stages are in order, end after they begin, and lie within the total', () => {
  fc.assert(
    fc.property(anyFacts, fc.option(fc.array(startEvent, { maxLength: 12 }), { nil: undefined }), fc.oneof(fc.constant(now), fc.nat()), (facts, events, at) => {
      const timeline = podTimeline(facts, events, at);
      const { start, end, stages, shortenFirst } = timeline;
      let before = start ?? Number.NEGATIVE_INFINITY;
      for (const stage of stages) {
        const { kind, state, from, to, duration, source, note, subject } = stage;
        for (const time of [from, to])
          if (time !== undefined) expect([time >= (start ?? time), time <= (end ?? time), Number.isInteger(time)]).toEqual([true, true, true]);
        if (from !== undefined && to !== undefined) expect(to).toBeGreaterThanOrEqual(from);
        if (from === undefined && to === undefined && source !== 'message') expect([duration, source]).toEqual([undefined, undefined]);
        if (state === 'waiting') expect(to).toBeUndefined();
        if (inTurn.has(kind) && from !== undefined) {
          expect(from).toBeGreaterThanOrEqual(before);
          before = to ?? from;
        }
        expect(`${subject}${note}`).not.toContain('undefined; ');
        expect(typeof note === 'string' ? note : 'x').not.toBe('');
      }
      expect(
        stages.map(({ kind }) => stageKinds.indexOf(kind)).filter((kind) => kind < stageKinds.indexOf('gap') || kind > stageKinds.indexOf('container')),
      ).toEqual(
        stages
          .map(({ kind }) => stageKinds.indexOf(kind))
          .filter((kind) => kind < stageKinds.indexOf('gap') || kind > stageKinds.indexOf('container'))
          .toSorted((a, b) => a - b),
      );
      if (shortenFirst !== undefined) expect(stages[shortenFirst.stage]?.critical).toBe(true);
    }),
    { numRuns: 1500 },
  );
});
