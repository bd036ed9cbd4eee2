/** What holds of the core for any input at all: it never throws, its texts are texts, and the parts of a summary add up. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { humanDuration } from '../../src/core/age.ts';
import { conditionChain, firstUnmetCondition, otherConditions } from '../../src/core/conditions.ts';
import { containerSummaries } from '../../src/core/container-summaries.ts';
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import { type ReferenceFacts, referenceFacts } from '../../src/core/diagnosis/diagnosis-context.ts';
import { compareFindings, findingCodes } from '../../src/core/diagnosis/finding.ts';
import { podReferences } from '../../src/core/diagnosis/pod-references.ts';
import { eventFacts } from '../../src/core/event-facts.ts';
import { initProgress } from '../../src/core/init-progress.ts';
import { type NodeFacts, nodeFacts } from '../../src/core/node-facts.ts';
import { ownerChain, ownerTarget } from '../../src/core/owner.ts';
import { type PodFacts, podFacts } from '../../src/core/pod-facts.ts';
import { compareTrouble, podHealth } from '../../src/core/pod-health.ts';
import { podStatus } from '../../src/core/pod-status.ts';
import { summarizePods } from '../../src/core/pod-summary.ts';
import { mangledFrom } from './mangled.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

const wholePod = {
  metadata: {
    uid: 'u',
    name: 'web-7c9f6d4b8-x2x9k',
    namespace: 'shop',
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-03-01T11:00:00Z',
    deletionTimestamp: '2026-03-01T11:59:00Z',
    deletionGracePeriodSeconds: 30,
    labels: { app: 'web', 'pod-template-hash': '7c9f6d4b8' },
    annotations: { 'kubernetes.io/config.mirror': 'x' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7c9f6d4b8', uid: 'r', controller: true }],
  },
  spec: {
    nodeName: 'worker',
    restartPolicy: 'Always',
    schedulingGates: [{ name: 'quota' }],
    readinessGates: [{ conditionType: 'lb' }],
    initContainers: [
      { name: 'check', image: 'i', startupProbe: { exec: { command: ['true'] } } },
      { name: 'proxy', restartPolicy: 'Always' },
    ],
    containers: [
      { name: 'app', image: 'i', readinessProbe: { httpGet: { port: 80, path: '/' } }, livenessProbe: { tcpSocket: { port: 'http' } } },
      { name: 'log', startupProbe: { grpc: { port: 9000, service: 's' } } },
    ],
    ephemeralContainers: [{ name: 'debug', image: 'i' }],
    volumes: [{ name: 'keys', secret: { secretName: 'k' } }],
  },
  status: {
    phase: 'Running',
    reason: 'NodeLost',
    message: 'm',
    podIPs: [{ ip: '10.0.0.1' }],
    startTime: '2026-03-01T11:00:01Z',
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready', 'lb'].map((type) => ({
      type,
      status: 'False',
      reason: 'Unschedulable',
      message: 'm',
      lastTransitionTime: '2026-03-01T11:00:02Z',
      observedGeneration: 1,
    })),
    initContainerStatuses: [
      { name: 'check', state: { terminated: { exitCode: 1, signal: 9, reason: 'Error', finishedAt: '2026-03-01T11:00:03Z' } }, restartCount: 3 },
      { name: 'proxy', state: { running: { startedAt: '2026-03-01T11:00:03Z' } }, started: true, ready: true, restartCount: 1 },
    ],
    containerStatuses: [
      {
        name: 'app',
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'm' } },
        lastState: { terminated: { exitCode: 137, finishedAt: '2026-03-01T11:00:09Z' } },
      },
      { name: 'log', state: { running: {} }, imageID: 'sha', ready: false, restartCount: 2 },
    ],
    ephemeralContainerStatuses: [{ name: 'debug', state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
  },
};

const mangled = mangledFrom(wholePod);
const anyFacts: fc.Arbitrary<PodFacts> = fc.oneof({ arbitrary: mangled, weight: 9 }, { arbitrary: fc.jsonValue(), weight: 1 }).map(podFacts);

test('facts and everything computed from them are total', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const status = podStatus(facts, now);
      expect([status.status, status.ready, status.restartsText, status.age].every((cell) => typeof cell === 'string')).toBe(true);
      expect(conditionChain(facts)).toHaveLength(5);
      expect(otherConditions(facts).length).toBeLessThanOrEqual(facts.conditions.length);
      expect(containerSummaries(facts)).toHaveLength(facts.containers.length);
      const progress = initProgress(facts);
      expect(progress.done).toBeLessThanOrEqual(progress.total);
      expect(ownerChain(facts).length > 0).toBe(ownerTarget(facts) !== undefined);
      expect(['string', 'undefined']).toContain(typeof podHealth(facts, now).cause);
      firstUnmetCondition(facts);
    }),
    { numRuns: 2000 },
  );
});

const messages = [
  '0/3 nodes are available: 1 node(s) had untolerated taint {a: b}, 2 Insufficient cpu. preemption: x',
  'MountVolume.SetUp failed for volume "keys" : secret "k" not found',
  'exceeded quota: q',
  'Readiness probe failed: no',
];
const reasons = ['FailedScheduling', 'FailedMount', 'FailedCreatePodSandBox', 'Pulling', 'Killing', 'Unhealthy', 'TriggeredScaleUp'];
const anyEvent = fc
  .record({
    reason: fc.oneof(fc.constantFrom(...reasons), fc.string()),
    message: fc.oneof(fc.constantFrom(...messages), fc.string()),
    lastTimestamp: fc.constantFrom('2026-03-01T11:59:00Z', undefined),
    involvedObject: fc.record({ fieldPath: fc.constantFrom('spec.containers{app}', 'spec.initContainers{check}', undefined) }),
  })
  .map(eventFacts);
const anyReferences = fc
  .tuple(mangled, fc.constantFrom<ReferenceFacts['state']>('found', 'missing', 'unknown'), fc.jsonValue())
  .map(([pod, state, found]) => podReferences(pod).map((reference): ReferenceFacts => ({ ...referenceFacts(reference, found), state })));
const anyNode: fc.Arbitrary<NodeFacts> = fc.jsonValue().map(nodeFacts);

test('a diagnosis is total, its findings are whole and in order, and the worst decides the health', () => {
  fc.assert(
    fc.property(
      anyFacts,
      fc.array(anyEvent, { maxLength: 4 }),
      anyReferences,
      fc.array(anyNode, { maxLength: 2 }),
      fc.string(),
      (facts, events, references, nodes, log) => {
        const findings = diagnosePod(facts, { events, references, nodes, logs: new Map([['app', log]]) }, now);
        for (const { code, class: kind, cause, subject, evidence } of findings) {
          expect(findingCodes[code].class).toBe(kind);
          expect(`${cause}${subject}${evidence.map(({ text }) => text).join('')}`).not.toContain('undefined');
          expect(cause).not.toBe('');
        }
        expect(findings.toSorted(compareFindings)).toEqual(findings);
        const [worst] = diagnosePod(facts, {}, now);
        expect(podHealth(facts, now).cause).toBe(worst?.verdict === 'info' || worst?.verdict === 'degraded' ? undefined : worst?.cause);
      },
    ),
    { numRuns: 2000 },
  );
});

test('event facts are total', () => {
  fc.assert(
    fc.property(mangled, (event) => {
      expect(typeof eventFacts(event).reason).toBe('string');
    }),
    { numRuns: 1000 },
  );
});

test('the parts of a summary add up to the total, and a Pod given twice counts once', () => {
  fc.assert(
    fc.property(fc.array(anyFacts, { maxLength: 30 }), (pods) => {
      const summary = summarizePods([...pods, ...pods], now);
      expect(summary.total).toBe(new Set(pods.map((pod) => pod.uid)).size);
      const { byHealth, byPhase, byStatus, byNamespace, byOwner, byNode } = summary;
      for (const parts of [byHealth, byPhase, byStatus, byNamespace, byOwner, byNode]) {
        expect([...parts.values()].reduce((sum, count) => sum + count, 0)).toBe(summary.total);
      }
    }),
  );
});

test('comparing trouble is an order', () => {
  const health = anyFacts.map((facts) => podHealth(facts, now));
  fc.assert(
    fc.property(health, health, health, (a, b, c) => {
      expect(Math.sign(compareTrouble(a, b))).toBe(-Math.sign(compareTrouble(b, a)) + 0);
      if (compareTrouble(a, b) <= 0 && compareTrouble(b, c) <= 0) expect(compareTrouble(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test('a longer duration never reads as a shorter one of the same unit', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10 * 365 * 86_400_000 }), (ms) => {
      expect(humanDuration(ms)).toMatch(/^\d+[smhdy](\d+[smhd])?$/);
    }),
  );
});
