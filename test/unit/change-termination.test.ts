/** What is said of a Pod that is being deleted: who makes another, what has happened to it, and what holds it. */
import { describe, expect, test } from 'vitest';
import { budgetText, namedBudget } from '../../src/core/change/budget-text.ts';
import { afterDeletion, stopHooks, terminationSteps, waitingText } from '../../src/core/change/termination.ts';
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import type { DiagnosisContext } from '../../src/core/diagnosis/diagnosis-context.ts';
import { podFacts } from '../../src/core/pod-facts.ts';

const now = Date.parse('2026-11-28T10:00:10Z');
const running = { running: { startedAt: '2026-11-28T09:00:00Z' } };
const ended = (exitCode: number): object => ({ terminated: { exitCode, finishedAt: '2026-11-28T10:00:04Z' } });

interface Parts {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

function pod({ metadata, spec, status }: Parts = {}, ...states: readonly object[]): object {
  return {
    metadata: { name: 'web', namespace: 'shop', uid: 'u', ...metadata },
    spec: { nodeName: 'worker', containers: states.map((_, index) => ({ name: `c${index}` })), ...spec },
    status: { phase: 'Running', containerStatuses: states.map((state, index) => ({ name: `c${index}`, state })), ...status },
  };
}

const owned = (kind: string, name: string, labels: object = {}): Parts => ({
  metadata: { labels, ownerReferences: [{ kind, name, uid: 'o', controller: true }] },
});
/** Deleted at 10:00:00 with thirty seconds. */
const going = { deletionTimestamp: '2026-11-28T10:00:30Z', deletionGracePeriodSeconds: 30 };

describe('who makes another', () => {
  test.each<[string, Parts, string]>([
    ['nobody', {}, 'nobody makes it anew: no workload owns it'],
    ['a Deployment', owned('ReplicaSet', 'web-7c9f', { 'pod-template-hash': '7c9f' }), 'deploy/web makes another in its place'],
    ['a StatefulSet', owned('StatefulSet', 'db'), 'sts/db makes it anew under the same name, with the same volumes'],
    ['a DaemonSet', owned('DaemonSet', 'agent'), 'ds/agent makes another on the same node'],
    ['a Job', owned('Job', 'import'), 'job/import starts another for it'],
    ['a kind of somebody else', owned('Shop', 'one'), 'shop/one makes another in its place'],
    ['a Job whose Pod has ended', { ...owned('Job', 'import'), status: { phase: 'Succeeded' } }, 'it has ended already, and belongs to job/import'],
    [
      'a kubelet',
      { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } },
      'it is the mirror of a static Pod: the kubelet of worker goes on running it from its file, and makes the mirror anew',
    ],
  ])('%s', (_, parts, words) => {
    expect(afterDeletion(podFacts(pod(parts, running)))).toBe(words);
  });
});

describe('how it ends', () => {
  const before = podFacts(pod({}, running, running));

  test('hooks, TERM and KILL are announced', () => {
    const hooked = pod({ metadata: going, spec: { containers: [{ name: 'c0', lifecycle: { preStop: { exec: {} } } }, { name: 'c1' }] } }, running, running);
    expect(stopHooks(hooked)).toEqual(['c0']);
    const after = podFacts(hooked);
    expect(terminationSteps(before, after, ['c0'], now)).toEqual(['ending c0 and c1: the preStop hook of c0, then TERM, and KILL after 30s']);
    expect(terminationSteps(undefined, after, [], now)).toEqual(['ending c0 and c1: TERM, and KILL after 30s']);
    expect(terminationSteps(after, after, [], now)).toEqual([]);
  });

  test('a Pod in which nothing runs', () => {
    expect(terminationSteps(before, podFacts(pod({ metadata: going, spec: { nodeName: undefined } })), [], now)).toEqual([
      'being deleted; it was never placed on a node',
    ]);
    expect(terminationSteps(before, podFacts(pod({ metadata: going }, ended(0))), [], now)).toEqual([
      'being deleted; nothing runs in it',
      'c0 ended: exit code 0 after 4s',
    ]);
  });

  test('each container that ends, and how', () => {
    const after = podFacts(pod({ metadata: going }, ended(143), running));
    expect(terminationSteps(podFacts(pod({ metadata: going }, running, running)), after, [], now)).toEqual([
      'c0 ended: exit code 143 (killed by SIGTERM) after 4s',
    ]);
    expect(terminationSteps(after, podFacts(pod({ metadata: going }, ended(143), { terminated: { exitCode: 137 } })), [], now)).toEqual([
      'c1 ended: exit code 137 (killed by SIGKILL)',
    ]);
    expect(terminationSteps(before, podFacts(pod({}, ended(1), running)), [], now)).toEqual(['c0 ended: exit code 1']);
  });

  test('who holds it', () => {
    const held = (metadata: object, ...states: readonly object[]): readonly string[] =>
      terminationSteps(podFacts(pod({ metadata: going }, running)), podFacts(pod({ metadata: { ...going, ...metadata } }, ...states)), [], now);
    expect(held({ finalizers: ['a.b/c'] }, ended(0)).at(-1)).toBe('nothing runs in it any more; held by the finalizer a.b/c');
    expect(held({ finalizers: ['a/b', 'c/d'] }, ended(0)).at(-1)).toBe('nothing runs in it any more; held by the finalizers a/b and c/d');
    expect(held({ finalizers: ['a.b/c'] }, running)).toEqual([]);
    const unplaced = podFacts(pod({ metadata: { ...going, finalizers: ['x'] }, spec: { nodeName: undefined } }));
    expect(terminationSteps(undefined, unplaced, [], now).at(-1)).toContain('held by the finalizer x');
    expect(terminationSteps(unplaced, unplaced, [], now)).toEqual([]);
  });

  test('what is waited for', () => {
    expect(waitingText(podFacts(pod({ metadata: going }, running)), now)).toBe('c0 still runs, KILL in 20s');
    expect(waitingText(podFacts(pod({ metadata: going }, running, running)), now + 40_000)).toBe('c0 and c1 still run, its grace period is over since 20s');
    expect(waitingText(podFacts(pod({ metadata: going }, ended(0))), now)).toBe('waiting until it has gone');
    expect(waitingText(podFacts(pod({}, running)), now)).toContain('c0 still runs');
  });
});

describe('a Pod that holds out is diagnosed', () => {
  const cause = (metadata: object, ...states: readonly object[]): string | undefined =>
    diagnosePod(podFacts(pod({ metadata: { ...going, ...metadata } }, ...states)), {}, now + 120_000)[0]?.cause;

  test.each<[string, object, readonly object[], RegExp]>([
    ['a node', {}, [running], /its node does not answer\.$/],
    ['a finalizer, once nothing runs', { finalizers: ['a.b/c'] }, [ended(0)], /the finalizer a\.b\/c holds it, and whoever set it has to take it away\.$/],
    ['several', { finalizers: ['a/b', 'c/d'] }, [ended(0)], /the finalizers a\/b and c\/d hold it, and whoever set them has to take them away\.$/],
    ['a container that runs, whatever finalizers there are', { finalizers: ['a/b'] }, [running], /its node does not answer, or a container does not end\.$/],
  ])('%s', (_, metadata, states, words) => {
    expect(cause(metadata, ...states)).toMatch(words);
  });
});

test('of a node that answers it is not said that it does not', () => {
  const at = now + 120_000;
  const node = (renewedAt: number, ready: string) => [
    { kind: 'Node', use: 'node', state: 'found', namespace: '', name: 'n', user: '', key: undefined, optional: false, ready: { type: 'Ready', status: ready } },
    { kind: 'Lease', use: 'heartbeat', state: 'found', namespace: '', name: 'n', user: '', key: undefined, optional: false, renewedAt },
  ];
  const cause = (metadata: object, references: readonly object[], ...states: readonly object[]): string =>
    diagnosePod(podFacts(pod({ metadata: { ...going, ...metadata } }, ...states)), { references } as DiagnosisContext, at)[0]?.cause ?? '';
  expect(cause({}, node(at - 5_000, 'True'), running, ended(0))).toMatch(/its node \S+ answers, and has not ended c0 yet\.$/);
  expect(cause({ finalizers: ['a/b'] }, node(at - 5_000, 'True'), running)).toMatch(/answers, and has not ended c0 yet\.$/);
  expect(cause({}, node(at - 5_000, 'True'), ended(0))).toMatch(/answers, and has not taken it away yet\.$/);
  expect(cause({ finalizers: ['a/b'] }, node(at - 5_000, 'True'), ended(0))).toMatch(/the finalizer a\/b holds it/);
  // Ready still, as nobody has noticed.
  expect(cause({}, node(at - 90_000, 'True'), running)).toMatch(/its node does not answer\.$/);
  expect(cause({}, node(at - 5_000, 'Unknown'), running)).toMatch(/its node does not answer\.$/);
});

describe('disruption budgets', () => {
  test('say their numbers', () => {
    const budget = (spec: object, currentHealthy: number): Readonly<Record<string, unknown>> => ({
      metadata: { name: 'web' },
      spec,
      status: { currentHealthy, desiredHealthy: 2, expectedPods: 3 },
    });
    expect(budgetText(budget({ minAvailable: 2 }, 2))).toBe('the disruption budget web wants 2 of its 3 Pods healthy (minAvailable: 2), and 2 are');
    expect(budgetText(budget({ maxUnavailable: '30%' }, 1))).toBe('the disruption budget web wants 2 of its 3 Pods healthy (maxUnavailable: 30%), and 1 is');
    expect(budgetText({})).toContain('wants 0 of its 0 Pods healthy (maxUnavailable: 1), and 0 are');
  });

  test('are named by the refusal', () => {
    expect(namedBudget([{ reason: 'DisruptionBudget', message: 'The disruption budget web-pdb needs 2 healthy pods and has 2 currently' }])).toBe('web-pdb');
    expect(namedBudget([{ reason: 'Other', message: 'The disruption budget web-pdb' }])).toBeUndefined();
    expect(namedBudget([])).toBeUndefined();
  });
});
