/** Where each code is shown by real Pods: a scenario, another test on the cluster, or none, and then why not. */
import { expect, test } from 'vitest';
import { type FindingCode, findingCodes } from '../../src/core/diagnosis/finding.ts';
import { scenarios } from '../integration/scenarios.ts';

/** Workloads that are refused Pods or fail, in test/integration/why.test.ts. */
const byWorkloads: readonly FindingCode[] = ['service-account-missing', 'rollout-blocked', 'backoff-limit-exceeded', 'suspended'];

/** Held by unit tests alone. */
const byNone: Readonly<Record<string, readonly FindingCode[]>> = {
  'takes a runtime that is given a policy to verify signatures by': ['image-signature'],
  'takes a runtime, a network or a disk that fails': ['ending-unknown', 'volume-attach', 'volume-node-conflict', 'network-not-ready'],
  'is over before a test can be sure to see it': ['not-ready', 'job-retrying'],
  'takes a node of its own that is filled, drained, stopped or joined': [
    'node-nominated',
    'scale-up-triggered',
    'preempted',
    'node-shutdown',
    'node-lost',
    'disruption-target',
    'resize-deferred',
    'resize-failed',
    'host-port-taken',
    'taint-not-tolerated',
    'pods-misscheduled',
  ],
  'the API server refuses to ask for it (1.36)': ['resize-infeasible'],
  'takes a component that misbehaves or stands still': [
    'scheduler-error',
    'no-node-fits',
    'webhook-refused',
    'pod-failed',
    'pod-not-created',
    'spec-not-observed',
  ],
  'takes minutes, or a schedule': ['progress-deadline-exceeded', 'schedule-missed', 'schedule-invalid'],
  'differs from one that is shown by a word in a message or by one field': [
    'quota-exceeded',
    'pod-security',
    'priority-class-missing',
    'rollout-paused',
    'old-pods-kept',
    'job-deadline-exceeded',
    'job-failed',
  ],
};

test('every code is shown by a real Pod, or it is told why not', () => {
  const shown = new Set([...scenarios.flatMap(({ finding }) => finding?.code ?? []), ...byWorkloads]);
  const told = Object.values(byNone).flat();
  expect(told.filter((code) => shown.has(code))).toEqual([]);
  expect([...shown, ...told].toSorted()).toEqual(Object.keys(findingCodes).toSorted());
  expect(scenarios.length).toBeGreaterThanOrEqual(30);
});
