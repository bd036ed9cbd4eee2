/**
 * `podwright timeline` on real Pods: each stage in its order, and as long as the Pod's own status says; a Deployment's stages over its Pods; pictures;
 * wrong input; and the same words from a recording of the same run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { workloadImage } from './cluster.ts';
import { isReady } from './manifests.ts';
import { apply, awaitCount, inNamespace, waitForPod } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';

const podwright = (...args: readonly string[]) => runProgram(args);

const startsInSteps = `
apiVersion: v1
kind: Pod
metadata: {name: steps}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
    - {name: check, image: ${workloadImage}, command: [sleep, '2']}
    - name: proxy
      image: ${workloadImage}
      restartPolicy: Always
      command: [sh, -c, 'sleep 2; touch /tmp/up; sleep 3600']
      startupProbe: {exec: {command: [cat, /tmp/up]}, periodSeconds: 1, timeoutSeconds: 30, failureThreshold: 600}
    - {name: load, image: ${workloadImage}, command: [sleep, '2']}
  containers:
    - name: app
      image: ${workloadImage}
      command: [sleep, '3600']
      readinessProbe: {exec: {command: ['true']}, initialDelaySeconds: 3, periodSeconds: 1, timeoutSeconds: 30}
    - {name: side, image: ${workloadImage}, command: [sleep, '3600']}
---
apiVersion: batch/v1
kind: Job
metadata: {name: import}
spec:
  template:
    metadata: {labels: {app: import}}
    spec:
      restartPolicy: Never
      containers: [{name: work, image: ${workloadImage}, command: [sleep, '3']}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      initContainers: [{name: prepare, image: ${workloadImage}, command: [sleep, '1']}]
      containers: [{name: web, image: ${workloadImage}, command: [sleep, '3600']}]
---
apiVersion: v1
kind: Pod
metadata: {name: failing}
spec:
  restartPolicy: Never
  containers: [{name: app, image: ${workloadImage}, command: [sh, -c, 'exit 3']}]
---
apiVersion: v1
kind: Pod
metadata: {name: nowhere}
spec:
  nodeSelector: {podwright.test/no-such-node: 'true'}
  containers: [{name: app, image: ${workloadImage}}]
`;

interface StageJson {
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly seconds: number | null;
  readonly critical: boolean;
  readonly note: string | null;
}

interface PodJson {
  readonly name: string;
  readonly outcome: string;
  readonly start: string;
  readonly seconds: number | null;
  readonly stages: readonly StageJson[];
  readonly shortenFirst: { readonly stage: number; readonly text: string } | null;
}

interface Report {
  readonly pods: readonly PodJson[];
  readonly workloads: readonly {
    readonly target: string;
    readonly pods: number;
    readonly seconds: { readonly count: number; readonly p50: number; readonly p90: number; readonly max: number; readonly slowest: string } | null;
    readonly stages: readonly { readonly kind: string; readonly subject: string; readonly count: number; readonly p50: number; readonly max: number }[];
    readonly slowest: readonly { readonly name: string; readonly seconds: number }[];
  }[];
}

const stageOf = ({ stages }: PodJson, kind: string, subject = ''): StageJson | undefined =>
  stages.find((stage) => stage.kind === kind && stage.subject === subject);
/** Stages without gaps, of which a slow machine makes some. */
const order = ({ stages }: PodJson): readonly string[] =>
  stages.filter(({ kind }) => kind !== 'gap').map(({ kind, subject }) => (subject === '' ? kind : `${kind} ${subject}`));
/** The API sends times as text. */
const since = (pod: V1Pod, type: string): string => String(pod.status?.conditions?.find((each) => each.type === type)?.lastTransitionTime);
const seconds = (from: unknown, to: unknown): number => (Date.parse(String(to)) - Date.parse(String(from))) / 1000;
const statusOf = (statuses: readonly V1ContainerStatus[] | undefined, name: string): V1ContainerStatus | undefined =>
  statuses?.find((each) => each.name === name);

/** Waits until so many Pods with a label are as wanted. */
test('how Pods started, stage by stage, as their own status says', { timeout: 300_000 }, async () => {
  await inNamespace(async (namespace) => {
    const pods = (label: string): string => `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(label)}&`;
    await apply(namespace, startsInSteps);
    const [pod] = await Promise.all([
      waitForPod(namespace, 'steps', isReady),
      waitForPod(namespace, 'failing', ({ status }) => status?.phase === 'Failed'),
      waitForPod(namespace, 'nowhere', ({ status }) => status?.conditions?.[0]?.reason === 'Unschedulable'),
      awaitCount(pods('app=web'), 3, isReady, 180_000),
      awaitCount(pods('app=import'), 1, ({ status }: V1Pod) => status?.phase === 'Succeeded', 180_000),
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'podwright-timeline-'));
    try {
      const file = join(folder, 'run.ndjson');
      const [steps, text, picture, web, webText, webPicture, job, failing, nowhere, missing, recorded] = await Promise.all([
        podwright('timeline', '-n', namespace, 'steps', '-o', 'json'),
        podwright('timeline', '-n', namespace, 'steps'),
        podwright('timeline', '-n', namespace, 'steps', '-o', 'svg'),
        podwright('timeline', '-n', namespace, 'deploy/web', '-o', 'json'),
        podwright('timeline', '-n', namespace, 'deploy/web'),
        podwright('timeline', '-n', namespace, '-l', 'app=web', '-o', 'svg'),
        podwright('timeline', '-n', namespace, 'job/import', '-o', 'json'),
        podwright('timeline', '-n', namespace, 'failing', '-o', 'json'),
        podwright('timeline', '-n', namespace, 'nowhere', '-o', 'json'),
        podwright('timeline', '-n', namespace, 'nowhere', 'nobody'),
        podwright('record', '-n', namespace, '-o', file, '--for', '1s'),
      ]);
      for (const { code, stderr } of [steps, text, picture, web, webText, webPicture, job, failing, nowhere]) expect([code, stderr]).toEqual([0, '']);
      expect(recorded.code).toBe(0);
      theSteps(only(steps), pod);
      theWords(text.stdout, pod);
      for (const svg of [picture.stdout, webPicture.stdout]) expect(svg).toMatch(/^<svg [^]*prefers-color-scheme:dark[^]*<\/svg>\n$/);
      theDeployment(JSON.parse(web.stdout) as Report);
      expect(webText.stdout).toMatch(/^.*\/deploy\/web\n3 Pods: 3 Ready +half within \d+s/);
      theJob(only(job));
      expect(order(only(failing))).toEqual(['created', 'scheduled', 'sandbox', 'container app', 'run app']);
      expect(stageOf(only(failing), 'run', 'app')).toMatchObject({ state: 'failed', to: expect.any(String), note: expect.stringContaining('exit 3') });
      expect(stageOf(only(nowhere), 'scheduled')).toMatchObject({
        state: 'failed',
        to: null,
        critical: true,
        note: expect.stringContaining('nodes are available'),
      });
      expect(missing).toMatchObject({
        code: 1,
        stderr: 'podwright: pods "nobody" not found\n',
        stdout: expect.stringContaining(`${namespace}/nowhere   not Ready after`),
      });
      const replayed = await podwright('timeline', '--from-recording', file, 'steps');
      expect(replayed).toMatchObject({ code: 0, stdout: text.stdout });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function only({ stdout }: Outcome): PodJson {
  const { pods } = JSON.parse(stdout) as Report;
  expect(pods).toHaveLength(1);
  return pods[0] as PodJson;
}

/** Compared with the status, not with the clock: a loaded machine is slower, not otherwise. */
function theSteps(told: PodJson, pod: V1Pod): void {
  expect(order(told)).toEqual([
    'created',
    'scheduled',
    'sandbox',
    'init check',
    'sidecar proxy',
    'init load',
    'container app',
    'container side',
    'probes app',
    'ready',
  ]);
  expect(told).toMatchObject({ name: 'steps', outcome: 'ready', seconds: seconds(pod.metadata?.creationTimestamp, since(pod, 'Ready')) });
  const { initContainerStatuses, containerStatuses } = pod.status ?? {};
  for (const [name, atLeast] of [
    ['check', 2],
    ['load', 2],
  ] as const) {
    const ended = statusOf(initContainerStatuses, name)?.state?.terminated;
    const stage = stageOf(told, 'init', name);
    expect(stage).toMatchObject({ state: 'done', critical: true, to: ended?.finishedAt, seconds: seconds(stage?.from, ended?.finishedAt) });
    // Whole seconds, and what the step before ended in may have been the same one.
    expect(Math.abs(seconds(stage?.from, ended?.startedAt))).toBeLessThanOrEqual(1);
    expect(stage?.seconds).toBeGreaterThanOrEqual(atLeast - 1);
  }
  const sidecar = stageOf(told, 'sidecar', 'proxy');
  const load = statusOf(initContainerStatuses, 'load')?.state?.terminated;
  expect(sidecar).toMatchObject({ state: 'done', critical: true });
  expect(sidecar?.seconds).toBeGreaterThanOrEqual(1);
  expect(seconds(sidecar?.to, load?.startedAt)).toBeGreaterThanOrEqual(0);
  for (const name of ['app', 'side']) {
    const started = statusOf(containerStatuses, name)?.state?.running?.startedAt;
    expect(Math.abs(seconds(stageOf(told, 'container', name)?.to, started))).toBeLessThanOrEqual(1);
  }
  const probes = stageOf(told, 'probes', 'app');
  expect(probes).toMatchObject({ state: 'done', critical: true, to: since(pod, 'ContainersReady') });
  expect(probes?.seconds).toBeGreaterThanOrEqual(2);
  expect(told.shortenFirst?.text).toMatch(/ of the \d+(s|m\d*s?) until Ready \(\d+%\)/);
  expect(told.stages[told.shortenFirst?.stage ?? -1]?.critical).toBe(true);
  const inTurn = told.stages.filter(({ kind }) => kind !== 'probes' && kind !== 'ready').flatMap(({ from, to }) => [from, to]);
  expect(inTurn.map(String)).toEqual(inTurn.map(String).toSorted());
}

function theWords(text: string, pod: V1Pod): void {
  const lines = text.split('\n');
  expect(lines[0]).toMatch(new RegExp(`^${pod.metadata?.namespace}/steps   Ready after \\d+`));
  for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(80);
  for (const words of ['scheduled', 'sandbox', 'init      check', 'sidecar   proxy', 'start     app', 'probes    app', 'Ready'])
    expect(text).toContain(`\n  ${words}`);
  expect(text).toContain('the critical path');
}

function theDeployment({ pods, workloads }: Report): void {
  expect(pods).toHaveLength(3);
  const [web] = workloads;
  const totals = pods.map((pod) => pod.seconds ?? Number.NaN).toSorted((a, b) => a - b);
  expect(web).toMatchObject({ target: 'deploy/web', pods: 3, seconds: { count: 3, p50: totals[1], p90: totals[2], max: totals[2] } });
  expect(web?.slowest.map((pod) => pod.seconds)).toEqual(totals.toReversed());
  const prepare = web?.stages.find(({ kind, subject }) => kind === 'init' && subject === 'prepare');
  const each = pods.map((pod) => stageOf(pod, 'init', 'prepare')?.seconds ?? Number.NaN).toSorted((a, b) => a - b);
  expect(prepare).toMatchObject({ count: 3, p50: each[1], max: each[2] });
}

function theJob(told: PodJson): void {
  expect(told.outcome).toBe('completed');
  expect(order(told)).toEqual(['created', 'scheduled', 'sandbox', 'container work', 'run work']);
  const run = stageOf(told, 'run', 'work');
  expect(run?.seconds).toBeGreaterThanOrEqual(2);
  expect(told.seconds).toBe(seconds(told.start, run?.to));
}

test.concurrent.each([
  [[], 'needs a Pod or a workload'],
  [['web', '-o', 'banana'], '-o is text, json, svg'],
  [['web', '-l', 'app=web'], 'not both'],
  [['deploy/a', 'deploy/b', '-o', 'svg'], 'one Pod or one workload'],
  [['web', '--at', '3s'], '--at is a moment of a recording'],
])('wrong input: %j', async (args, words) => {
  const { code, stdout, stderr } = await podwright('timeline', ...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.split('\n')[0]).toContain(words);
});
