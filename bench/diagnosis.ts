/**
 * How much processor time the diagnosis of ten thousand Pods takes, three in a hundred of them broken in ten ways: `node bench/diagnosis.ts`, or at the end
 * of `npm run bench`. It needs no cluster: the Pods are those of the scale tests, with statuses such as a cluster gives them.
 */
import { diagnosePod } from '../src/core/diagnosis/diagnose-pod.ts';
import { sharedCauses } from '../src/core/diagnosis/shared-causes.ts';
import { type EventFacts, eventFacts } from '../src/core/event-facts.ts';
import { podFacts } from '../src/core/pod-facts.ts';
import { scalePod } from '../test/scale/scale-pods.ts';
import { type Figures, figures } from './processes.ts';

const pods = 10_000;
/** Every 33rd is broken: three in a hundred. */
const brokenEvery = 33;
const rounds = 5;
const limitMs = 1000;

const now = Date.parse('2026-03-01T12:00:00Z');
const since = '2026-03-01T11:00:00Z';
const placed = { type: 'PodScheduled', status: 'True', lastTransitionTime: since };

function container(state: object, more: object = {}): object {
  const status = { name: 'app', ready: false, restartCount: 0, state, ...more };
  return { phase: 'Pending', conditions: [placed, { type: 'Ready', status: 'False', lastTransitionTime: since }], containerStatuses: [status] };
}

function waiting(reason: string, message = reason, more: object = {}): object {
  return container({ waiting: { reason, message } }, more);
}

function crashing(exitCode: number, reason: string): object {
  const terminated = { exitCode, reason, startedAt: since, finishedAt: since };
  return waiting('CrashLoopBackOff', 'back-off 5m0s', { restartCount: 7, lastState: { terminated } });
}

function unplaced(message: string): object {
  return { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: since }] };
}

const broken: readonly object[] = [
  waiting('ImagePullBackOff', 'Back-off pulling image: manifest unknown'),
  waiting('ErrImagePull', 'pull access denied'),
  waiting('CreateContainerConfigError', "couldn't find key schema in ConfigMap shop/settings"),
  waiting('CreateContainerConfigError', 'secret "keys" not found'),
  waiting('ContainerCreating'),
  crashing(3, 'Error'),
  crashing(137, 'OOMKilled'),
  unplaced('0/100 nodes are available: 40 Insufficient cpu, 60 node(s) had untolerated taint {team: data}. preemption: 0/100 nodes are available.'),
  unplaced("0/100 nodes are available: 100 node(s) didn't match Pod's node affinity/selector."),
  { ...container({ running: { startedAt: since } }), phase: 'Running' },
];

const well = {
  phase: 'Running',
  conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: since,
  })),
  containerStatuses: [{ name: 'app', ready: true, started: true, restartCount: 0, state: { running: { startedAt: since } } }],
};

/** Both in ms of processor time. */
export interface DiagnosisFigures {
  /** From a Pod's facts and Events to its findings, and to the causes that Pods share. */
  readonly diagnosis: Figures;
  /** The same from the Pods as JSON.parse gives them. */
  readonly whole: Figures;
}

export function measureDiagnosis(): DiagnosisFigures {
  const objects = Array.from({ length: pods }, (_, index): object => {
    const pod = scalePod(index, `shop-${index % 10}`, `node-${index % 100}`);
    const status = index % brokenEvery === 0 ? broken[(index / brokenEvery) % broken.length] : well;
    return { ...pod, metadata: { ...pod.metadata, uid: `${index}`, creationTimestamp: since }, status };
  });
  const events = new Map(
    Array.from({ length: Math.ceil(pods / brokenEvery) }, (_, index): [string, readonly EventFacts[]] => [
      `${index * brokenEvery}`,
      Array.from({ length: 5 }, (_, at) => eventFacts({ reason: 'BackOff', message: `back-off ${at}`, count: at, lastTimestamp: since })),
    ]),
  );
  const runs = Array.from({ length: rounds }, () => {
    const begun = process.cpuUsage();
    const facts = objects.map(podFacts);
    const read = process.cpuUsage(begun);
    const diagnosed = facts.map((each) => ({ facts: each, findings: diagnosePod(each, { events: events.get(each.uid) ?? [] }, now) }));
    const causes = sharedCauses(diagnosed);
    const all = process.cpuUsage(begun);
    const found = causes.reduce((sum, cause) => sum + cause.pods.length, 0);
    if (found < pods / 40) throw new Error(`only ${found} of ${pods} Pods were found to be broken`);
    return { diagnosis: milliseconds(all) - milliseconds(read), whole: milliseconds(all) };
  });
  return { diagnosis: figures(runs.map(({ diagnosis }) => diagnosis)), whole: figures(runs.map(({ whole }) => whole)) };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

/** Measures, prints, and says what limit was missed, if one was. */
export function benchDiagnosis(): string | undefined {
  const { diagnosis, whole } = measureDiagnosis();
  const text = ({ median, min, max }: Figures): string => `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`;
  process.stdout.write(`diagnosis of ${pods} Pods, 3 % broken, processor time, median of ${rounds}: ${text(diagnosis)}; with their facts: ${text(whole)}\n`);
  return whole.median > limitMs ? `diagnosis: ${whole.median.toFixed(0)} ms of ${limitMs}` : undefined;
}

if (import.meta.main) process.exitCode = benchDiagnosis() === undefined ? 0 : 1;
