/** A Pod for the tests of diagnosis: scheduled at second 0, seen some seconds later, with what else is known of it. */
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import type { DiagnosisContext, ReferenceFacts } from '../../src/core/diagnosis/diagnosis-context.ts';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import { type EventFacts, eventFacts } from '../../src/core/event-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';

const start = Date.parse('2026-03-01T12:00:00Z');

export function at(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

export interface Given {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  readonly context?: DiagnosisContext;
}

/** What the diagnosis finds so many seconds after the Pod was scheduled. */
export function findingsAt(seconds: number, { metadata, spec, status, context = {} }: Given): readonly Finding[] {
  const facts = podFacts({
    metadata: { name: 'web', namespace: 'shop', uid: 'u', creationTimestamp: at(0), ...metadata },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app', image: 'shop/web:1' }], ...spec },
    status: { phase: 'Running', conditions: [scheduled], ...status },
  });
  return diagnosePod(facts, context, start + seconds * 1000);
}

export const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) };
export const notReady = ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'False', reason: 'ContainersNotReady', lastTransitionTime: at(0) }));
export const ready = ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'True', lastTransitionTime: at(0) }));

/** The status of a Pod whose container app is in this state. */
export function app(state: object, more: object = {}): object {
  return { conditions: [scheduled, ...notReady], containerStatuses: [{ name: 'app', state, ready: false, restartCount: 0, ...more }] };
}

export function waiting(reason: string, message?: string, more: object = {}): object {
  return app({ waiting: { reason, message } }, more);
}

/** The status of a container app that keeps ending so. */
export function crashing(terminated: object, more: object = {}): object {
  return waiting('CrashLoopBackOff', 'back-off', { restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: at(4), ...terminated } }, ...more });
}

/** Facts of an Event about the Pod, last seen at that second. */
export function event(reason: string, message: string, seconds: number, container?: string, count = 1): EventFacts {
  const fieldPath = container === undefined ? undefined : `spec.containers{${container}}`;
  return eventFacts({
    reason,
    message,
    count,
    firstTimestamp: at(seconds),
    lastTimestamp: at(seconds),
    involvedObject: { kind: 'Pod', name: 'web', fieldPath },
  });
}

export function reference(kind: ReferenceFacts['kind'], name: string, use: ReferenceFacts['use'], more: Partial<ReferenceFacts> = {}): ReferenceFacts {
  return { kind, name, use, namespace: 'shop', user: 'app', key: undefined, optional: false, state: 'found', ...more };
}
