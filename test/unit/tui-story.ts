/** The Pods that the dashboard's tests show: a shop in which some things go well, told at one moment. */

import type { EventFacts } from '../../src/core/event-facts.ts';
import { type PodFacts, podFacts } from '../../src/core/pod-facts.ts';
import type { Link, PodBatch, PodChange, PodRow } from '../../src/service/pod-source.ts';
import { initialModel, type Message, type Model, type Terminal } from '../../src/tui/model.ts';
import { update } from '../../src/tui/update.ts';

export const cluster = 'kind-podwright';
export const now = Date.parse('2026-03-01T12:00:00Z');

/** The time `seconds` ago as the API writes it. */
export function ago(seconds: number): string {
  return new Date(now - seconds * 1000).toISOString().replace('.000Z', 'Z');
}

type Fields = Readonly<Record<string, unknown>>;

export interface StoryPod {
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
  /** Seconds since its creation. */
  readonly age?: number;
  readonly node?: string | undefined;
  readonly phase?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly init?: readonly (readonly [spec: Fields, status: Fields | undefined])[];
  readonly containers?: readonly (readonly [spec: Fields, status: Fields | undefined])[];
  /** The conditions that are True, each with its age in seconds; those that are not, as the API has them. */
  readonly held?: Readonly<Record<string, number>>;
  readonly unmet?: readonly Fields[];
  readonly metadata?: Fields;
  readonly spec?: Fields;
  readonly status?: Fields;
}

/** A Pod as the API sends it, read as the dashboard reads it. */
export function pod(story: StoryPod): PodFacts {
  const { namespace = 'shop', name, age = 300, init = [], containers = [[{ name: 'app' }, running(age - 4)]], held = {}, unmet = [] } = story;
  const statuses = (list: StoryPod['containers'] & object): readonly Fields[] =>
    list.flatMap(([spec, status]) => (status === undefined ? [] : [{ name: spec['name'], restartCount: 0, ...status }]));
  return podFacts({
    metadata: {
      namespace,
      name,
      uid: story.uid ?? `uid-${namespace}-${name}`,
      resourceVersion: '1',
      creationTimestamp: ago(age),
      labels: story.labels,
      ownerReferences: story.owner === undefined ? [] : [{ ...story.owner, uid: 'owner', controller: true }],
      ...story.metadata,
    },
    spec: {
      nodeName: 'node' in story ? story.node : 'worker',
      initContainers: init.map(([spec]) => ({ image: 'registry.example/tool:1', ...spec })),
      containers: containers.map(([spec]) => ({ image: 'registry.example/app:1', ...spec })),
      restartPolicy: 'Always',
      ...story.spec,
    },
    status: {
      phase: story.phase ?? 'Running',
      qosClass: 'Burstable',
      conditions: [
        ...Object.entries(held).map(([type, seconds]) => ({ type, status: 'True', lastTransitionTime: ago(seconds) })),
        ...unmet.map((condition) => Object.assign({ status: 'False' }, condition)),
      ],
      initContainerStatuses: statuses(init),
      containerStatuses: statuses(containers),
      ...story.status,
    },
  });
}

function running(seconds: number, more: Fields = {}): Fields {
  return { ready: true, started: true, state: { running: { startedAt: ago(seconds) } }, ...more };
}

export function waiting(reason: string, message?: string, more: Fields = {}): Fields {
  return { ready: false, state: { waiting: { reason, message } }, ...more };
}

function ended(exitCode: number, from: number, to: number, more: Fields = {}): Fields {
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: ago(from), finishedAt: ago(to), ...more };
}

function done(from: number, to: number): Fields {
  return { ready: true, state: { terminated: ended(0, from, to) } };
}

/** All five of the chain, True since the given time. */
export function allHeld(seconds: number): Readonly<Record<string, number>> {
  return { PodScheduled: seconds, PodReadyToStartContainers: seconds, Initialized: seconds, ContainersReady: seconds, Ready: seconds };
}

/** The conditions of a Pod whose container app is not ready, for so many seconds. */
function notReady(seconds: number): readonly Fields[] {
  const message = 'containers with unready status: [app]';
  return ['ContainersReady', 'Ready'].map((type) => ({ type, reason: 'ContainersNotReady', message, lastTransitionTime: ago(seconds) }));
}

export const checkout = pod({
  name: 'checkout-7c9f6d4b8-x2x9k',
  age: 240,
  phase: 'Pending',
  labels: { app: 'checkout', 'pod-template-hash': '7c9f6d4b8' },
  owner: { kind: 'ReplicaSet', name: 'checkout-7c9f6d4b8' },
  init: [
    [{ name: 'check' }, done(238, 236)],
    [{ name: 'warm' }, done(235, 230)],
  ],
  containers: [
    [
      { name: 'api', image: 'registry.example/checkout:9.9' },
      waiting('ImagePullBackOff', 'Back-off pulling image "registry.example/checkout:9.9": manifest unknown'),
    ],
    [{ name: 'worker', image: 'registry.example/checkout:9.9' }, waiting('ErrImagePull', 'manifest unknown')],
  ],
  held: { PodScheduled: 240, PodReadyToStartContainers: 239, Initialized: 230 },
  unmet: notReady(240),
});

export const ledger = pod({
  name: 'ledger-0',
  age: 18 * 60,
  labels: { app: 'ledger' },
  owner: { kind: 'StatefulSet', name: 'ledger' },
  init: ['a', 'b', 'c'].map((name) => [{ name }, done(1070, 1069)] as const),
  containers: [
    [
      { name: 'ledger', readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5, failureThreshold: 3 } },
      waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=ledger', {
        restartCount: 7,
        lastState: { terminated: ended(3, 14, 12, { message: 'schema 7 is missing\n' }) },
      }),
    ],
  ],
  held: { PodScheduled: 1080, PodReadyToStartContainers: 1079, Initialized: 1069 },
  unmet: notReady(12),
});

export const search = pod({
  name: 'search-6f7d9c5b44-9d2xw',
  age: 134,
  phase: 'Pending',
  labels: { app: 'search', 'pod-template-hash': '6f7d9c5b44' },
  owner: { kind: 'ReplicaSet', name: 'search-6f7d9c5b44' },
  init: [
    [{ name: 'check' }, done(133, 130)],
    [{ name: 'load-data' }, { ready: false, started: true, state: { running: { startedAt: ago(118) } } }],
    [{ name: 'warm' }, waiting('PodInitializing')],
    [{ name: 'proxy', restartPolicy: 'Always' }, waiting('PodInitializing')],
  ],
  containers: [
    [{ name: 'app', readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 5, failureThreshold: 3 } }, waiting('PodInitializing')],
  ],
  held: { PodScheduled: 134, PodReadyToStartContainers: 133 },
  unmet: [
    { type: 'Initialized', reason: 'ContainersNotInitialized', message: 'containers with incomplete status: [load-data warm]', lastTransitionTime: ago(134) },
    ...notReady(134),
  ],
});

const importer = pod({
  namespace: 'batch',
  name: 'import-28811-xk2lp',
  age: 540,
  node: undefined,
  phase: 'Pending',
  labels: { 'job-name': 'import-28811' },
  owner: { kind: 'Job', name: 'import-28811' },
  init: [
    [{ name: 'fetch' }, undefined],
    [{ name: 'unpack' }, undefined],
  ],
  containers: [[{ name: 'import' }, undefined]],
  unmet: [
    {
      type: 'PodScheduled',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      lastTransitionTime: ago(540),
    },
  ],
});

export const cart = pod({
  name: 'cart-5d8c7b9d6f-qq7rz',
  age: 11,
  node: 'worker2',
  labels: { app: 'cart' },
  init: [
    [{ name: 'migrate' }, done(10, 8)],
    [{ name: 'mesh', restartPolicy: 'Always' }, running(9)],
  ],
  containers: [[{ name: 'cart' }, running(7, { ready: false })]],
  held: { PodScheduled: 11, PodReadyToStartContainers: 10, Initialized: 7 },
  unmet: notReady(11),
});

const shutting = pod({
  name: 'web-6b9f8d7c55-old42',
  age: 86_400 * 3,
  labels: { app: 'web' },
  held: allHeld(86_000 * 3),
  metadata: { deletionTimestamp: new Date(now + 25_000).toISOString(), deletionGracePeriodSeconds: 30 },
});

const finished = pod({
  namespace: 'batch',
  name: 'report-28810-2mmzt',
  age: 3600,
  phase: 'Succeeded',
  labels: { 'job-name': 'report-28810' },
  containers: [[{ name: 'report' }, done(3590, 3500)]],
  held: { PodScheduled: 3600, Initialized: 3600 },
  unmet: [
    { type: 'ContainersReady', reason: 'PodCompleted', lastTransitionTime: ago(3500) },
    { type: 'Ready', reason: 'PodCompleted', lastTransitionTime: ago(3500) },
  ],
});

/** Healthy Pods of a Deployment. */
export function webs(count: number): readonly PodFacts[] {
  return Array.from({ length: count }, (_, at) =>
    pod({
      name: `web-6b9f8d7c55-${(at + 46_656).toString(36)}z`,
      age: 7200 + at,
      node: at % 2 === 0 ? 'worker' : 'worker2',
      labels: { app: 'web', tier: 'front', 'pod-template-hash': '6b9f8d7c55' },
      owner: { kind: 'ReplicaSet', name: 'web-6b9f8d7c55' },
      held: allHeld(7190 + at),
    }),
  );
}

export const shop: readonly PodFacts[] = [...webs(60), checkout, ledger, search, importer, cart, shutting, finished];

const live: Link = { state: 'live', since: now };

/** A batch of Pods that came or changed. */
export function upserts(pods: readonly PodFacts[], more: Partial<PodBatch> = {}): PodBatch {
  return {
    preview: [],
    changes: pods.map((each): PodChange => ({ type: 'upsert', cluster, pod: each })),
    synced: true,
    links: new Map([[cluster, live]]),
    ...more,
  };
}

/** A batch of Pods that went. */
export function deletes(pods: readonly PodFacts[]): PodBatch {
  return upserts([], { changes: pods.map((each): PodChange => ({ type: 'delete', cluster, pod: each })) });
}

export function tableRow(name: string, more: Partial<PodRow> = {}): PodRow {
  return { cluster, namespace: 'shop', name, ready: '1/1', status: 'Running', restarts: '0', age: '2h', node: 'worker', ...more };
}

export function event(reason: string, message: string, seconds: number, more: Partial<EventFacts> = {}): EventFacts {
  return {
    uid: `${reason}-${seconds}`,
    resourceVersion: '1',
    type: 'Normal',
    reason,
    message,
    count: 1,
    firstAt: now - seconds * 1000,
    lastAt: now - seconds * 1000,
    source: 'kubelet',
    container: undefined,
    regarding: { kind: 'Pod', namespace: 'shop', name: 'search-6f7d9c5b44-9d2xw', uid: 'uid' },
    ...more,
  };
}

const plainTerminal: Terminal = { columns: 120, rows: 40, colour: false, unicode: true };

/** The dashboard before anything is known, on all namespaces. */
export function started(terminal: Partial<Terminal> = {}, scope: Model['scope'] = { namespaces: 'all' }): Model {
  return initialModel({ terminal: { ...plainTerminal, ...terminal }, now, clusters: [cluster], scope });
}

/** The model after the messages, in order. */
export function after(model: Model, ...messages: readonly Message[]): Model {
  return messages.reduce((state, message) => update(state, message)[0], model);
}

export function pods(model: Model, batch: PodBatch, at = now): Message {
  return { type: 'pods', scope: model.scope, batch, now: at };
}

/** Keys by name (`down`, `enter`) or, in quotes, as they are written. */
export function typed(...keys: readonly string[]): readonly Message[] {
  return keys.map((key): Message => ({ type: 'key', key: key.length > 1 ? ({ name: key } as Extract<Message, { type: 'key' }>['key']) : { text: key } }));
}
