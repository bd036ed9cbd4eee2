/** Arbitrary Pod statuses, for Pods that nothing else touches: whatever the API server accepts, our status must read as it does. */
import fc from 'fast-check';

/** A container in the spec of a generated Pod, of the kind that its list and restartPolicy make it. */
export interface Shape {
  readonly initContainers: readonly { readonly name: string; readonly restartPolicy?: 'Always' }[];
  readonly containers: readonly { readonly name: string }[];
  readonly readinessGates: readonly string[];
  /** Deleted while a finalizer holds it, so that it keeps a deletionTimestamp. */
  readonly deleted: boolean;
}

const step = (name: string) => ({ name });
const sidecar = (name: string) => ({ name, restartPolicy: 'Always' as const });

/** Every mix of steps and sidecars that the walk over init containers can tell apart, alive and being deleted. */
export const shapes: readonly Shape[] = [false, true].flatMap((deleted) =>
  [
    { initContainers: [], containers: [step('a')], readinessGates: [] },
    { initContainers: [], containers: [step('a'), step('b'), step('c')], readinessGates: ['example.org/gate'] },
    { initContainers: [step('i')], containers: [step('a')], readinessGates: [] },
    { initContainers: [step('i'), step('j'), step('k')], containers: [step('a'), step('b')], readinessGates: [] },
    { initContainers: [sidecar('s')], containers: [step('a')], readinessGates: [] },
    { initContainers: [step('i'), sidecar('s'), step('j')], containers: [step('a'), step('b')], readinessGates: [] },
    { initContainers: [sidecar('s'), sidecar('t'), step('i')], containers: [step('a')], readinessGates: [] },
    { initContainers: [step('i'), sidecar('s'), sidecar('t')], containers: [step('a'), step('b')], readinessGates: [] },
  ].map((shape) => ({ ...shape, deleted })),
);

const reasons = ['Completed', 'Error', 'OOMKilled', 'CrashLoopBackOff', 'ImagePullBackOff', 'PodInitializing', 'ContainerCreating', 'StartError'];
const time = fc.integer({ min: 0, max: 10_000_000 }).map((seconds) => new Date(1_780_000_000_000 + seconds * 1000).toISOString().replace('.000', ''));
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const terminated = fc.record({
  exitCode: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.integer({ min: 1, max: 255 }), weight: 2 }),
  signal: maybe(fc.integer({ min: 0, max: 31 })),
  reason: maybe(fc.constantFrom(...reasons)),
  finishedAt: maybe(time),
});

const state = fc.oneof(
  fc.constant({}),
  fc.record({ waiting: fc.record({ reason: maybe(fc.constantFrom(...reasons)) }) }),
  fc.record({ running: fc.record({ startedAt: maybe(time) }) }),
  fc.record({ running: fc.record({ startedAt: maybe(time) }) }),
  fc.record({ terminated }),
);

function containerStatus(name: string) {
  return fc.record({
    name: fc.constant(name),
    image: fc.constant('image'),
    imageID: fc.constant(''),
    ready: fc.boolean(),
    started: maybe(fc.boolean()),
    restartCount: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
    state,
    lastState: fc.oneof(fc.constant({}), fc.record({ terminated })),
  });
}

/** Statuses of some of the containers, in any order, now and then one of a container that the spec does not have. */
function containerStatuses(names: readonly string[]) {
  const all = fc.tuple(...names.map(containerStatus));
  const some = all.chain((statuses) => fc.shuffledSubarray(statuses));
  const strange = containerStatus('stranger');
  return fc.oneof(
    { arbitrary: all.map((statuses) => [...statuses]), weight: 6 },
    { arbitrary: some, weight: 2 },
    { arbitrary: fc.tuple(some, strange).map(([statuses, other]) => [...statuses, other]), weight: 1 },
  );
}

const condition = (type: string) =>
  fc.record({
    type: fc.constant(type),
    status: fc.constantFrom('True', 'False', 'Unknown'),
    reason: maybe(fc.constantFrom('SchedulingGated', 'Unschedulable', 'ContainersNotReady', 'PodCompleted')),
  });

/** A whole status for a Pod of this shape. */
export function generatedStatus(shape: Shape) {
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready', ...shape.readinessGates].map(condition);
  return fc.record({
    phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'),
    reason: maybe(fc.constantFrom('Evicted', 'NodeLost', 'OutOfcpu', 'Completed')),
    conditions: fc.tuple(...conditions).chain((all) => fc.shuffledSubarray(all)),
    initContainerStatuses: containerStatuses(shape.initContainers.map(({ name }) => name)),
    containerStatuses: containerStatuses(shape.containers.map(({ name }) => name)),
    podIPs: maybe(fc.constant([{ ip: '10.9.8.7' }])),
  });
}
