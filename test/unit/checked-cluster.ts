/** A cluster of words for the tests of a check: Pods and workloads as the API has them, made small, looked at second by second. */
import type { CheckGoal, CheckPlan, CheckTarget } from '../../src/core/check/check-plan.ts';
import { type CheckedState, type CheckLook, CheckState } from '../../src/core/check/check-state.ts';
import { SeenObjects } from '../../src/core/check/seen-objects.ts';
import { eventFacts } from '../../src/core/event-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { type WatchedWorkloadKind, workloadFacts, workloadKindNames } from '../../src/core/workload-facts.ts';

export const start = Date.parse('2026-03-01T12:00:00Z');

function at(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

const ready: CheckGoal = { kind: 'ready', orCompleted: true };

/** `pod/web`, `deployment/web`; anything else is a selector. */
export function target(text: string, goal: CheckGoal = ready, more: Partial<CheckTarget> = {}): CheckTarget {
  const [kind = '', name = ''] = text.split('/');
  const named = kind === 'pod' || (kind in workloadKindNames && kind !== 'controllerrevision');
  const of = named ? ({ kind, name } as CheckTarget['of']) : ({ kind: 'selector', selector: text } as const);
  return { text, namespace: 'shop', of, place: undefined, goal, expect: undefined, ...more };
}

interface PodParts {
  readonly uid?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  /** Kind and UID of what controls it. */
  readonly owner?: readonly [kind: string, uid: string];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A Pod on a node whose one container has not been created yet. */
export function pod(name: string, { uid = `uid-${name}`, metadata, spec, status, owner, labels }: PodParts = {}): object {
  const ownerReferences = owner === undefined ? undefined : [{ kind: owner[0], name: owner[1], uid: owner[1], controller: true }];
  return {
    metadata: { name, namespace: 'shop', uid, resourceVersion: '1', creationTimestamp: at(0), ownerReferences, labels, ...metadata },
    spec: { nodeName: 'worker', restartPolicy: 'Always', containers: [{ name: 'app', image: 'shop/web:1' }], ...spec },
    status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) }], ...status },
  };
}

export function readySince(seconds: number, restartCount = 0): object {
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({ type, status: 'True', lastTransitionTime: at(seconds) }));
  return { phase: 'Running', conditions, containerStatuses: [{ name: 'app', ready: true, restartCount, state: { running: { startedAt: at(seconds) } } }] };
}

/** Doomed: an image that no retry brings. */
export const noImage = {
  phase: 'Pending',
  conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) }],
  containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ErrImageNeverPull', message: 'not present' } } }],
};

export function crashLoop(restartCount: number): object {
  const lastState = { terminated: { exitCode: 1, reason: 'Error', finishedAt: at(2) } };
  return {
    phase: 'Running',
    conditions: ['ContainersReady', 'Ready'].map((type) => ({ type, status: 'False', lastTransitionTime: at(0) })),
    containerStatuses: [{ name: 'app', ready: false, restartCount, lastState, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
  };
}

export const evicted = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
export const succeeded = { phase: 'Succeeded' };

/** A Deployment of one revision, and the ReplicaSet of it, whose UID is `rs-` and the revision. */
export function deployment(
  name: string,
  replicas: number,
  revision: number,
  { observed = revision, status = {} }: { observed?: number; status?: object } = {},
) {
  return {
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: `${revision}-${observed}`, generation: revision },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: { spec: { containers: [{ name: 'app', image: `shop/web:${revision}` }] } } },
    status: { observedGeneration: observed, ...status },
  };
}

export function replicaSet(of: string, revision: number): object {
  const ownerReferences = [{ kind: 'Deployment', name: of, uid: `uid-${of}`, controller: true }];
  const annotations = { 'deployment.kubernetes.io/revision': String(revision) };
  return {
    metadata: { name: `${of}-${revision}`, namespace: 'shop', uid: `rs-${revision}`, resourceVersion: String(revision), ownerReferences, annotations },
    spec: { template: { spec: { containers: [{ name: 'app', image: `shop/web:${revision}` }] } } },
  };
}

/** A check under way: told of changes, looked at when the test says. */
export class CheckedCluster {
  readonly objects = new SeenObjects();
  readonly #state: CheckState;

  constructor(targets: readonly CheckTarget[], rules: Partial<CheckPlan> = {}) {
    this.#state = new CheckState(
      { targets, timeoutMs: 300_000, stableMs: 0, failFast: true, any: false, allowRestarts: undefined, ...rules },
      this.objects,
      start,
    );
  }

  pods(...pods: readonly object[]): this {
    for (const one of pods) this.objects.setPod(podFacts(one));
    return this;
  }

  gone(...uids: readonly string[]): this {
    for (const uid of uids) {
      this.objects.removePod(uid);
      this.objects.removeWorkload(uid);
    }
    return this;
  }

  workloads(kind: WatchedWorkloadKind, ...workloads: readonly object[]): this {
    for (const one of workloads) this.objects.setWorkload(workloadFacts(kind, one));
    return this;
  }

  event(
    regarding: { readonly kind: string; readonly name: string; readonly uid: string; readonly namespace?: string },
    reason: string,
    message: string,
    seconds: number,
  ): this {
    this.objects.setEvent(eventFacts({ metadata: { uid: `${reason} ${seconds}` }, reason, message, lastTimestamp: at(seconds), involvedObject: regarding }));
    return this;
  }

  /** What is known so far is what there was at the start. */
  begin(): this {
    this.objects.start();
    return this;
  }

  look(seconds: number): CheckLook {
    return this.#state.look(start + seconds * 1000, true);
  }

  /** Before all that there was at the start is known. */
  lookEarly(seconds: number): CheckLook {
    return this.#state.look(start + seconds * 1000, false);
  }

  /** Of the only target. */
  one(seconds: number): CheckedState {
    const [only] = this.look(seconds).targets;
    if (only === undefined) throw new Error('there is no target');
    return only;
  }
}
