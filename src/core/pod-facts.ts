/**
 * PodFacts: the small, immutable picture of one Pod that everything else is computed from.
 *
 * A Pod as the API sends it holds some 7 KB, a third of it managedFields; ten thousand of them do not fit a dashboard's memory. The facts keep
 * what status, conditions, init progress and diagnosis read. `podFacts` is total: a Pod with any field missing or of the wrong type gives
 * facts and never throws. Times are milliseconds since the epoch; absent and null fields are `undefined`.
 */
import { count, type Json, list, millis, object, text, texts } from './json.ts';

/**
 * The four kinds of container. `init` runs once, in order; `sidecar` is an init container with `restartPolicy: Always`, which starts in the same
 * order and keeps running (native since 1.29). A restartPolicy of Never or OnFailure on an init container (1.35) does not make a sidecar.
 */
export type ContainerKind = 'init' | 'sidecar' | 'app' | 'ephemeral';

export interface TerminationFacts {
  readonly exitCode: number;
  readonly signal: number;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

export interface ProbeFacts {
  /** The handler in words, as in `http :8080/ready`, `tcp :5432`, `exec pg_isready`, `grpc :9000`. */
  readonly handler: string;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

export interface ContainerFacts {
  readonly name: string;
  readonly kind: ContainerKind;
  /** Position in its list in the spec; absent when only the status names this container. */
  readonly specIndex: number | undefined;
  /** Position in its list in the status; absent while the kubelet has not reported it. The status column is decided in this order. */
  readonly statusIndex: number | undefined;
  readonly image: string;
  /** Whether the status reports an image ID, that is, the image is on the node. */
  readonly imagePulled: boolean;
  readonly waiting: { readonly reason: string | undefined; readonly message: string | undefined } | undefined;
  readonly running: { readonly startedAt: number | undefined } | undefined;
  readonly terminated: TerminationFacts | undefined;
  readonly lastTermination: TerminationFacts | undefined;
  readonly ready: boolean;
  readonly started: boolean | undefined;
  readonly restarts: number;
  readonly restartPolicy: string | undefined;
  /** The limit as the manifest writes it, as in `64Mi`. */
  readonly memoryLimit: string | undefined;
  /** The ports it says it listens on. */
  readonly ports: readonly number[];
  /** The handler of its postStart hook, in the words of a probe's. */
  readonly startHook: string | undefined;
  readonly probes: { readonly startup?: ProbeFacts; readonly liveness?: ProbeFacts; readonly readiness?: ProbeFacts };
}

export interface ConditionFacts {
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly since: number | undefined;
  readonly observedGeneration: number | undefined;
}

export interface OwnerFacts {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface VolumeFacts {
  readonly name: string;
  /** The source's field name in the spec: configMap, secret, persistentVolumeClaim, emptyDir, projected, image, … */
  readonly source: string;
  /** The object it refers to, where it names one. */
  readonly target: string | undefined;
}

export interface PodFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly generation: number | undefined;
  readonly createdAt: number | undefined;
  /** When deletion was asked for: metadata.deletionTimestamp less its grace period. */
  readonly deletionRequestedAt: number | undefined;
  /** When the grace period ends: metadata.deletionTimestamp lies in the future while a Pod shuts down. */
  readonly deletionDueAt: number | undefined;
  /** Who wants to see to something before the Pod goes; while there is one, it stays. */
  readonly finalizers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The owner that controls this Pod; absent for a naked Pod. */
  readonly owner: OwnerFacts | undefined;
  /** A static Pod's mirror: it is made by a kubelet from a file, and deleting it changes nothing. */
  readonly mirror: boolean;
  readonly nodeName: string | undefined;
  readonly nominatedNodeName: string | undefined;
  readonly phase: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly podIPs: readonly string[];
  readonly hostIP: string | undefined;
  readonly qosClass: string | undefined;
  readonly priorityClassName: string | undefined;
  readonly serviceAccountName: string | undefined;
  readonly restartPolicy: string | undefined;
  readonly schedulerName: string | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly startedAt: number | undefined;
  readonly terminationGracePeriodSeconds: number | undefined;
  /** Name of the container that the annotation kubectl.kubernetes.io/default-container points at. */
  readonly defaultContainer: string | undefined;
  readonly schedulingGates: readonly string[];
  readonly readinessGates: readonly string[];
  readonly conditions: readonly ConditionFacts[];
  /** Init containers and sidecars in start order, then app, then ephemeral containers, then what only the status names. */
  readonly containers: readonly ContainerFacts[];
  readonly volumes: readonly VolumeFacts[];
}

/** The Pod's facts. `pod` is a Pod as JSON.parse gives it; anything else gives facts with empty names. */
export function podFacts(pod: unknown): PodFacts {
  const { metadata, spec, status } = parts(pod);
  const deletionDueAt = millis(metadata.deletionTimestamp);
  const grace = count(metadata.deletionGracePeriodSeconds) ?? 0;
  const annotations = object(metadata.annotations);
  return {
    uid: text(metadata.uid) ?? '',
    namespace: text(metadata.namespace) ?? '',
    name: text(metadata.name) ?? '',
    resourceVersion: text(metadata.resourceVersion) ?? '',
    generation: count(metadata.generation),
    createdAt: millis(metadata.creationTimestamp),
    deletionRequestedAt: deletionDueAt === undefined ? undefined : deletionDueAt - grace * 1000,
    deletionDueAt,
    finalizers: metadata.finalizers === undefined ? noFinalizers : texts(list(metadata.finalizers)),
    labels: labelFacts(metadata.labels),
    owner: ownerFacts(metadata.ownerReferences),
    mirror: text(annotations['kubernetes.io/config.mirror']) !== undefined,
    nodeName: text(spec.nodeName),
    nominatedNodeName: text(status.nominatedNodeName),
    phase: text(status.phase) ?? '',
    reason: text(status.reason),
    message: text(status.message),
    podIPs: podIPs(status),
    hostIP: text(status.hostIP),
    qosClass: text(status.qosClass),
    priorityClassName: text(spec.priorityClassName),
    serviceAccountName: text(spec.serviceAccountName),
    restartPolicy: text(spec.restartPolicy),
    schedulerName: text(spec.schedulerName),
    nodeSelector: spec.nodeSelector === undefined ? noLabels : labelFacts(spec.nodeSelector),
    startedAt: millis(status.startTime),
    terminationGracePeriodSeconds: count(spec.terminationGracePeriodSeconds),
    defaultContainer: text(annotations['kubectl.kubernetes.io/default-container']),
    schedulingGates: list(spec.schedulingGates).map((gate) => text(object(gate).name) ?? ''),
    readinessGates: list(spec.readinessGates).map((gate) => text(object(gate).conditionType) ?? ''),
    conditions: list(status.conditions).map(conditionFacts),
    containers: [
      ...containersOf(spec.initContainers, status.initContainerStatuses, initKind),
      ...containersOf(spec.containers, status.containerStatuses, () => 'app'),
      ...containersOf(spec.ephemeralContainers, status.ephemeralContainerStatuses, () => 'ephemeral'),
    ],
    volumes: list(spec.volumes).map(volumeFacts),
  };
}

function parts(pod: unknown): { metadata: Json; spec: Json; status: Json } {
  const whole = object(pod);
  return { metadata: object(whole.metadata), spec: object(whole.spec), status: object(whole.status) };
}

/** Shared by the many Pods that have none. */
const noFinalizers: readonly string[] = [];

/** Shared by the many Pods that select no node. */
const noLabels: Readonly<Record<string, string>> = {};

export function labelFacts(labels: unknown): Record<string, string> {
  const facts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(object(labels))) if (typeof value === 'string') facts[key] = value;
  return facts;
}

export function ownerFacts(references: unknown): OwnerFacts | undefined {
  const owner = list(references)
    .map(object)
    .find((reference) => reference.controller === true);
  return owner && { kind: text(owner.kind) ?? '', name: text(owner.name) ?? '', uid: text(owner.uid) ?? '' };
}

/** podIPs, or podIP alone where an older server or a hand-written status gives only that. */
function podIPs(status: Json): readonly string[] {
  const all = texts(list(status.podIPs).map((entry) => object(entry).ip));
  if (all.length > 0) return all;
  return texts([status.podIP]);
}

/** One entry of `status.conditions`, which Pods and Nodes write alike. */
export function conditionFacts(value: unknown): ConditionFacts {
  const condition = object(value);
  return {
    type: text(condition.type) ?? '',
    status: text(condition.status) ?? '',
    reason: text(condition.reason),
    message: text(condition.message),
    since: millis(condition.lastTransitionTime),
    observedGeneration: count(condition.observedGeneration),
  };
}

/** Only `Always` makes an init container a sidecar: the API server asks for exactly that, as other policies exist since 1.35. */
function initKind(container: Json): ContainerKind {
  return container.restartPolicy === 'Always' ? 'sidecar' : 'init';
}

/**
 * The containers of one list of the spec joined with their statuses by name. A status whose name no container has, or whose name an
 * earlier status took, is kept at the end, because the API server counts it too.
 */
function containersOf(specs: unknown, statuses: unknown, kindOf: (container: Json) => ContainerKind): ContainerFacts[] {
  const containers = list(specs).map(object);
  const reported = list(statuses).map(object);
  const taken = new Set<number>();
  const joined = containers.map((container, specIndex) => {
    const statusIndex = reported.findIndex((status, index) => !taken.has(index) && status.name === container.name);
    if (statusIndex >= 0) taken.add(statusIndex);
    return containerFacts(container, kindOf(container), specIndex, reported[statusIndex], statusIndex < 0 ? undefined : statusIndex);
  });
  reported.forEach((status, statusIndex) => {
    if (taken.has(statusIndex)) return;
    const namesake = containers.find((container) => container.name === status.name) ?? {};
    joined.push(containerFacts({ name: status.name }, kindOf(namesake), undefined, status, statusIndex));
  });
  return joined;
}

function containerFacts(
  container: Json,
  kind: ContainerKind,
  specIndex: number | undefined,
  status: Json | undefined,
  statusIndex: number | undefined,
): ContainerFacts {
  const state = object(status?.state);
  return {
    name: text(container.name) ?? '',
    kind,
    specIndex,
    statusIndex,
    image: text(container.image) ?? text(status?.image) ?? '',
    imagePulled: text(status?.imageID) !== undefined,
    waiting: isPresent(state.waiting) ? { reason: text(object(state.waiting).reason), message: text(object(state.waiting).message) } : undefined,
    running: isPresent(state.running) ? { startedAt: millis(object(state.running).startedAt) } : undefined,
    terminated: terminationFacts(state.terminated),
    lastTermination: terminationFacts(object(status?.lastState).terminated),
    ready: status?.ready === true,
    started: typeof status?.started === 'boolean' ? status.started : undefined,
    restarts: count(status?.restartCount) ?? 0,
    restartPolicy: text(container.restartPolicy),
    memoryLimit: text(object(object(container.resources).limits).memory),
    ports: portFacts(container.ports),
    startHook: startHookFacts(container.lifecycle),
    probes: probesOf(container),
  };
}

const noPorts: readonly number[] = [];

function portFacts(ports: unknown): readonly number[] {
  const declared = list(ports);
  return declared.length === 0 ? noPorts : declared.map((port) => count(object(port).containerPort)).filter((port) => port !== undefined);
}

function isPresent(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function terminationFacts(value: unknown): TerminationFacts | undefined {
  if (!isPresent(value)) return undefined;
  const terminated = object(value);
  return {
    exitCode: count(terminated.exitCode) ?? 0,
    signal: count(terminated.signal) ?? 0,
    reason: text(terminated.reason),
    message: text(terminated.message),
    startedAt: millis(terminated.startedAt),
    finishedAt: millis(terminated.finishedAt),
  };
}

const noProbes: ContainerFacts['probes'] = {};

function probesOf(container: Json): ContainerFacts['probes'] {
  const startup = probeFacts(container.startupProbe);
  const liveness = probeFacts(container.livenessProbe);
  const readiness = probeFacts(container.readinessProbe);
  if (!startup && !liveness && !readiness) return noProbes;
  return { ...(startup && { startup }), ...(liveness && { liveness }), ...(readiness && { readiness }) };
}

function startHookFacts(lifecycle: unknown): string | undefined {
  const { postStart } = object(lifecycle);
  return isPresent(postStart) ? handlerWords(object(postStart)) : undefined;
}

/** The API server writes every default into a stored probe; the defaults here are for manifests that never reached one. */
function probeFacts(value: unknown): ProbeFacts | undefined {
  if (!isPresent(value)) return undefined;
  const probe = object(value);
  return {
    handler: handlerWords(probe),
    initialDelaySeconds: count(probe.initialDelaySeconds) ?? 0,
    periodSeconds: count(probe.periodSeconds) ?? 10,
    timeoutSeconds: count(probe.timeoutSeconds) ?? 1,
    failureThreshold: count(probe.failureThreshold) ?? 3,
    successThreshold: count(probe.successThreshold) ?? 1,
  };
}

/** What a probe or a hook does. */
function handlerWords(handler: Json): string {
  if (isPresent(handler.httpGet)) {
    const get = object(handler.httpGet);
    return `${(text(get.scheme) ?? 'HTTP').toLowerCase()} ${text(get.host) ?? ''}:${port(get.port)}${text(get.path) ?? '/'}`;
  }
  if (isPresent(handler.tcpSocket)) return `tcp ${text(object(handler.tcpSocket).host) ?? ''}:${port(object(handler.tcpSocket).port)}`;
  if (isPresent(handler.grpc))
    return `grpc :${port(object(handler.grpc).port)}${text(object(handler.grpc).service) ? ` ${text(object(handler.grpc).service)}` : ''}`;
  if (isPresent(handler.exec)) return `exec ${texts(list(object(handler.exec).command)).join(' ')}`.trimEnd();
  if (isPresent(handler.sleep)) return `sleep ${count(object(handler.sleep).seconds) ?? ''}s`;
  return 'none';
}

/** A port is a number or the name of one. */
function port(value: unknown): string {
  return text(value) ?? String(count(value) ?? '');
}

/** The field of a volume source that names the object behind it, where it is not simply `name`. */
const volumeTargets: Readonly<Record<string, string>> = {
  secret: 'secretName',
  persistentVolumeClaim: 'claimName',
  hostPath: 'path',
  csi: 'driver',
  image: 'reference',
  nfs: 'server',
};

function volumeFacts(value: unknown): VolumeFacts {
  const volume = object(value);
  const source = Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
  return { name: text(volume.name) ?? '', source, target: text(object(volume[source])[volumeTargets[source] ?? 'name']) };
}
