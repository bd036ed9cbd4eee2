/** `delete` as a person has it: what it says before, how it follows the end of Pods, and what holds them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { overLine, withKubeconfig } from './faults/kubeconfig-file.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, awaitCount, inNamespace, waitForPod, waitForPodGone } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen } from './screen-session.ts';

const spec = (command: string, grace = 30, more = ''): string =>
  `{terminationGracePeriodSeconds: ${grace}, containers: [{name: app, image: ${workloadImage}, command: [sh, -c, ${JSON.stringify(command)}]${more}}]}`;
/** Ends at TERM. */
const polite = "trap 'exit 0' TERM; sleep infinity & wait";
const pod = (name: string, body: string, metadata = ''): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, labels: {app: ${name}}${metadata}}, spec: ${body}}`;
const deployment = (name: string, replicas: number): string =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}}, spec: {replicas: ${replicas}, selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: ${spec(polite)}}}}`;

function deleted(namespace: string, ...args: readonly string[]): Promise<Outcome> {
  return runProgram(['delete', '-n', namespace, ...args]);
}

async function exists(path: string): Promise<boolean> {
  return (await apiServer()).request(path).then(
    () => true,
    () => false,
  );
}

async function readyPods(namespace: string, app: string, count: number): Promise<readonly string[]> {
  await awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}&`, count, isReady);
  const { items } = await (await apiServer()).request<{ items: { metadata: { name: string } }[] }>(
    `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}`,
  );
  return items.map(({ metadata }) => metadata.name);
}

describe.concurrent('delete', () => {
  test('says who makes another, follows hook, TERM and KILL, and is over when it has gone', () =>
    inNamespace(async (namespace) => {
      const hook = ', lifecycle: {preStop: {exec: {command: [sleep, "1"]}}}';
      await apply(namespace, [pod('polite', spec(polite, 30, hook)), pod('deaf', spec('sleep infinity', 2)), deployment('web', 1)].join('\n---\n'));
      await Promise.all(['polite', 'deaf'].map((name) => waitForPod(namespace, name, isReady)));
      const [web = ''] = await readyPods(namespace, 'web', 1);
      const asked = await deleted(namespace, 'polite');
      expect(asked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/nobody makes it anew[^]*Add --yes/) });
      expect(await exists(`/api/v1/namespaces/${namespace}/pods/polite`)).toBe(true);
      const outcome = await deleted(namespace, 'polite', 'deaf', web, '--yes');
      expect(outcome.code).toBe(0);
      expect(outcome.stdout.split('\n').toSorted()).toEqual(['', 'pod/deaf deleted', 'pod/polite deleted', `pod/${web} deleted`].toSorted());
      expect(outcome.stderr).toContain(`pod/${web} in ${namespace}: deploy/web makes another in its place`);
      expect(outcome.stderr).toContain('pod/polite ending app: the preStop hook of app, then TERM, and KILL after 30s');
      expect(outcome.stderr).toMatch(/pod\/polite app ended: exit code 0 after \d+s/);
      expect(outcome.stderr).toMatch(/pod\/deaf app ended: exit code 137 \(killed by SIGKILL\) after \d+s/);
      await expect(exists(`/api/v1/namespaces/${namespace}/pods/polite`)).resolves.toBe(false);
    }));

  test('a workload goes with its Pods, or without them', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, [deployment('web', 2), deployment('kept', 1)].join('\n---\n'));
      const [pods, [kept = '']] = await Promise.all([readyPods(namespace, 'web', 2), readyPods(namespace, 'kept', 1)]);
      const dry = await deleted(namespace, 'deploy/web', '--dry-run=server');
      expect(dry).toMatchObject({ code: 0, stdout: 'deploy/web would be deleted (dry run)\n', stderr: expect.stringContaining('its 2 Pods go with it') });
      expect(await exists(`/apis/apps/v1/namespaces/${namespace}/deployments/web`)).toBe(true);
      const outcome = await deleted(namespace, 'deploy/web', '--yes');
      expect(outcome).toMatchObject({ code: 0, stdout: 'deploy/web deleted\n' });
      for (const name of pods) {
        expect(outcome.stderr).toContain(`pod/${name} has gone`);
        expect(await exists(`/api/v1/namespaces/${namespace}/pods/${name}`)).toBe(false);
      }
      const orphaned = await deleted(namespace, 'deploy/kept', '--yes', '--cascade', 'orphan');
      expect(orphaned).toMatchObject({ code: 0, stderr: expect.stringContaining(`its Pod ${kept} stays, without an owner`) });
      expect(await exists(`/api/v1/namespaces/${namespace}/pods/${kept}`)).toBe(true);
    }));

  test('says which finalizer holds a Pod, gives up in time, and ends once it is taken away', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, pod('held', spec(polite), ', finalizers: [podwright.test/hold]'));
      await waitForPod(namespace, 'held', isReady);
      await inScreen([], { command: ['delete', 'held', '-n', namespace, '--yes'] }, async (screen) => {
        await screen.shows('nothing runs in it any more; held by the finalizer podwright.test/hold');
        screen.press('\u0003');
        await screen.shows('Still there: pod/held; the deletion goes on in the cluster');
        expect((await screen.left()).exitCode).toBe(130);
      });
      const late = await deleted(namespace, 'held', '--yes', '--timeout', '5s');
      expect(late).toMatchObject({
        code: 4,
        stdout: '',
        stderr: expect.stringMatching(/being deleted already, held by the finalizer podwright\.test\/hold[^]*Still there: pod\/held/),
      });
      await inScreen([], { command: ['delete', 'held', '-n', namespace, '--yes'] }, async (screen) => {
        await screen.shows('it is being deleted already');
        await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/held`, {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: { metadata: { finalizers: null } },
        });
        await screen.shows('pod/held deleted');
        expect((await screen.left()).exitCode).toBe(0);
      });
    }));

  test('an eviction waits for its budget with its numbers, and goes on when it may', () =>
    inNamespace(async (namespace) => {
      const budget =
        '{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: careful}, spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}}';
      await apply(namespace, [deployment('web', 2), budget].join('\n---\n'));
      const [first = ''] = await readyPods(namespace, 'web', 2);
      await awaitCount(
        `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets?`,
        1,
        ({ status }: { status?: { currentHealthy?: number } }) => status?.currentHealthy === 2,
      );
      const at = await deleted(namespace, first, '--evict', '--yes', '--wait=false');
      expect(at).toMatchObject({ code: 1, stdout: '' });
      expect(at.stderr).toContain('the disruption budget careful wants 2 of its 2 Pods healthy (minAvailable: 2), and 2 are');
      const late = await deleted(namespace, first, '--evict', '--yes', '--timeout', '10s');
      expect(late).toMatchObject({ code: 4, stderr: expect.stringMatching(/waiting: the disruption budget careful[^]*Not evicted: pod\//) });
      expect(await exists(`/api/v1/namespaces/${namespace}/pods/${first}`)).toBe(true);
      const evicted = deleted(namespace, first, '--evict', '--yes');
      await (await apiServer()).request(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/careful`, { method: 'DELETE' });
      expect(await evicted).toMatchObject({ code: 0, stdout: `pod/${first} evicted\n` });
    }));

  test('a server that is away while a Pod ends is waited for', () =>
    inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await apply(namespace, pod('deaf', spec('sleep infinity', 5)));
        await waitForPod(namespace, 'deaf', isReady);
        await inScreen([], { command: ['delete', 'deaf', '-n', namespace, '--yes'], kubeconfig }, async (screen) => {
          await screen.shows('ending app');
          await line.shut();
          await screen.shows('; trying again');
          await waitForPodGone(namespace, 'deaf');
          await line.open();
          await screen.shows('pod/deaf deleted');
          expect((await screen.left()).exitCode).toBe(0);
        });
      }),
    ));

  test('a Pod whose container starts again, and that somebody else takes away, is followed to its end', () =>
    inNamespace(async (namespace) => {
      // TERM is not heard for long, and the kubelet starts nothing anew in a Pod that is being deleted.
      await apply(
        namespace,
        pod('web', spec("trap 'exit 1' TERM; while :; do sleep 0.1; done", 30, ', lifecycle: {preStop: {exec: {command: [sleep, "20"]}}}')),
      );
      await waitForPod(namespace, 'web', isReady);
      const running = new RunningProgram(['delete', '-n', namespace, 'web', '--yes']);
      await running.writes(/ending app/);
      await runProgram(['exec', '-n', namespace, 'web', '--', 'kill', '-TERM', '1']);
      const path = `/api/v1/namespaces/${namespace}/pods/web?gracePeriodSeconds=0`;
      await (await apiServer()).request(path, { method: 'DELETE' });
      expect([await running.ended, running.stdout]).toEqual([0, 'pod/web deleted\n']);
    }));

  test('what is not there is told with what may be meant, and the others are deleted', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, [pod('frontend', spec(polite)), pod('backend', spec(polite))].join('\n---\n'));
      const outcome = await deleted(namespace, 'fronted', 'backend', '--yes');
      expect(outcome).toMatchObject({
        code: 1,
        stdout: 'pod/backend deleted\n',
        stderr: expect.stringMatching(/"fronted" not found\. Did you mean frontend\?/),
      });
      expect(await deleted(namespace, 'fronted', '--yes', '--ignore-not-found')).toMatchObject({ code: 0, stdout: '' });
      expect(await deleted(namespace, '-l', 'app=frontend', '--yes', '--now')).toMatchObject({ code: 0, stdout: 'pod/frontend deleted\n' });
    }));

  test('a Pod that was made anew while it asked is left alone, and a workload is told with the nearest', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, [pod('solo', spec(polite, 0)), deployment('frontend', 1)].join('\n---\n'));
      await readyPods(namespace, 'frontend', 1);
      await inScreen([], { command: ['delete', 'solo', '-n', namespace] }, async (screen) => {
        await screen.shows('Delete pod/solo? [y/N]');
        await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/solo`, { method: 'DELETE' });
        await waitForPodGone(namespace, 'solo');
        await apply(namespace, pod('solo', spec(polite, 0)));
        screen.press('y\r');
        await screen.shows('pod/solo is another one by now');
        expect((await screen.left()).exitCode).toBe(1);
      });
      expect((await waitForPod(namespace, 'solo', () => true)).metadata).not.toHaveProperty('deletionTimestamp');
      expect(await deleted(namespace, 'deploy/fronted', '--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean deploy/frontend?') });
    }));

  test('tells programs what became of each, on stdout alone', () =>
    inNamespace(async (namespace) => {
      await apply(
        namespace,
        [pod('held', spec(polite, 1), ', finalizers: [podwright.test/hold]'), pod('solo', spec(polite)), deployment('web', 1)].join('\n---\n'),
      );
      const [web = ''] = await readyPods(namespace, 'web', 1);
      await Promise.all(['held', 'solo'].map((name) => waitForPod(namespace, name, isReady)));
      expect(await deleted(namespace, 'solo', '-o', 'json')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Add --yes') });
      const asked = ['solo', 'deploy/web', 'none', '-o', 'json'];
      const dry = await deleted(namespace, ...asked, '--dry-run=server');
      expect(dry).toMatchObject({ code: 1, stderr: expect.stringContaining('"none" not found') });
      expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, results: [{ outcome: 'deleted' }, { outcome: 'deleted' }, { outcome: 'not-found' }] });
      const outcome = await deleted(namespace, ...asked, '--yes');
      expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining(`pod/${web} has gone`) });
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        dryRun: false,
        evict: false,
        results: [
          { apiVersion: 'v1', kind: 'Pod', namespace, name: 'solo', outcome: 'deleted', pods: ['solo'], problem: null, findings: [] },
          { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', outcome: 'deleted', pods: [web] },
          { kind: 'Pod', name: 'none', uid: null, outcome: 'not-found', problem: { code: 'not-found' } },
        ],
      });
      // What is told when it is interrupted has what held it up.
      const held = new RunningProgram(['delete', '-n', namespace, 'held', '--yes', '-o', 'json']);
      await held.writes(/longer than its grace period: .*podwright\.test\/hold/);
      held.child.kill('SIGINT');
      expect([await held.ended, held.stderr]).toEqual([130, expect.stringContaining('Still there: pod/held')]);
      expect(JSON.parse(held.stdout)).toMatchObject({
        results: [
          {
            name: 'held',
            outcome: 'still-there',
            findings: [{ pod: 'held', code: 'terminating-overdue', cause: expect.stringContaining('podwright.test/hold') }],
          },
        ],
      });
      await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/held`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
      });
    }));

  test('what has failed is chosen by its fields, and all by --all, with names as kubectl prints them', () =>
    inNamespace(async (namespace) => {
      const failing = `{restartPolicy: Never, containers: [{name: app, image: ${workloadImage}, command: ["false"]}]}`;
      await apply(namespace, [pod('failed', failing), pod('one', spec(polite)), deployment('web', 1)].join('\n---\n'));
      await readyPods(namespace, 'web', 1);
      await waitForPod(namespace, 'failed', ({ status }) => status?.phase === 'Failed');
      const chosen = await deleted(namespace, '--field-selector', 'status.phase=Failed', '--yes', '-o', 'name');
      expect(chosen).toMatchObject({ code: 0, stdout: 'pod/failed\n' });
      expect(await deleted(namespace, 'deploy/web', '--yes', '-o', 'name')).toMatchObject({ code: 0, stdout: 'deployment.apps/web\n' });
      expect(await deleted(namespace, '--all', '--yes')).toMatchObject({ code: 0, stdout: 'pod/one deleted\n' });
      expect(await deleted(namespace, '--all', '--yes', '-o', 'json')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/"results": \[\]/),
        stderr: expect.stringContaining('nothing to delete'),
      });
    }));

  test('many Pods end together, told in sum, by one watch', () =>
    inNamespace(async (namespace) => {
      const names = Array.from({ length: 25 }, (_, index) => `many-${index}`);
      await apply(
        namespace,
        names.map((name) => pod(name, spec(polite, 1), ', annotations: {many: "true"}').replace(`app: ${name}`, 'app: many')).join('\n---\n'),
      );
      const outcome = await deleted(namespace, '-l', 'app=many', '--yes');
      expect(outcome).toMatchObject({ code: 0, stderr: expect.stringMatching(/and 5 more\n/) });
      expect(outcome.stderr).not.toContain('ending app');
      expect(
        outcome.stdout
          .split('\n')
          .toSorted()
          .filter((line) => line !== ''),
      ).toEqual(names.map((name) => `pod/${name} deleted`).toSorted());
    }));

  test('of a manifest it deletes the Pods and workloads, and names what it leaves', () =>
    inNamespace(async (namespace) => {
      const text = [pod('solo', spec(polite, 0)), '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}'].join('\n---\n');
      await apply(namespace, text);
      const file = join(mkdtempSync(join(tmpdir(), 'podwright-delete-')), 'all.yaml');
      writeFileSync(file, text);
      try {
        const outcome = await deleted(namespace, '-f', file, '--yes');
        expect(outcome).toMatchObject({
          code: 0,
          stdout: 'pod/solo deleted\n',
          stderr: expect.stringContaining('only Pods and workloads are deleted: configmap/settings\n'),
        });
        expect(await exists(`/api/v1/namespaces/${namespace}/configmaps/settings`)).toBe(true);
        expect(await deleted(namespace, '-f', file, '--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('"solo" not found') });
      } finally {
        rmSync(dirname(file), { recursive: true });
      }
    }));

  test('without waiting it says that it is under way', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, pod('deaf', spec('sleep infinity', 30)));
      await waitForPod(namespace, 'deaf', isReady);
      expect(await deleted(namespace, 'deaf', '--yes', '--wait=false')).toMatchObject({ code: 0, stdout: 'pod/deaf is being deleted\n' });
      expect((await waitForPod(namespace, 'deaf', () => true)).metadata).toHaveProperty('deletionTimestamp');
    }));

  test('what a force does is told, and it is done at once', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, pod('deaf', spec('sleep infinity', 600)));
      await waitForPod(namespace, 'deaf', isReady);
      const outcome = await deleted(namespace, 'deaf', '--yes', '--force');
      expect(outcome).toMatchObject({ code: 0, stdout: 'pod/deaf deleted\n', stderr: expect.stringContaining('out of the API at once') });
    }));

  test('a right that is missing is named', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, pod('web', spec(polite)));
      const token = await newAccount(namespace, 'reader', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }]);
      await withKubeconfig({ user: { token } }, async (kubeconfig) => {
        const outcome = await runProgram(['delete', 'web', '-n', namespace, '--yes'], kubeconfig);
        expect(outcome).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/cannot delete resource "pods"[^]*can-i delete pods/) });
        const evicted = await runProgram(['delete', 'web', '-n', namespace, '--yes', '--evict'], kubeconfig);
        expect(evicted).toMatchObject({ code: 3, stderr: expect.stringMatching(/cannot create resource "pods\/eviction"/) });
      });
    }));

  test('on a terminal it asks; Ctrl-C before deletes nothing, and after says that it goes on', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, pod('deaf', spec('sleep infinity', 20)));
      await waitForPod(namespace, 'deaf', isReady);
      await inScreen([], { command: ['delete', 'deaf', '-n', namespace] }, async (screen) => {
        await screen.shows('Delete pod/deaf? [y/N]');
        screen.press('\u0003');
        expect((await screen.left()).exitCode).toBe(130);
      });
      expect((await waitForPod(namespace, 'deaf', () => true)).metadata).not.toHaveProperty('deletionTimestamp');
      await inScreen([], { command: ['delete', 'deaf', '-n', namespace] }, async (screen) => {
        await screen.shows('Delete pod/deaf? [y/N]');
        screen.press('y\r');
        await screen.shows('ending app: TERM, and KILL after 20s');
        screen.press('\u0003');
        await screen.shows('Still there: pod/deaf; the deletion goes on in the cluster.');
        expect((await screen.left()).exitCode).toBe(130);
      });
    }));
});
