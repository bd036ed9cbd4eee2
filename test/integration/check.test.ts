/** `podwright check` on real Pods and workloads: what passes, what fails and how soon it is known, and each exit code. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { overLine, withKubeconfig } from './faults/kubeconfig-file.ts';
import { deployment } from './manifests.ts';
import { apiServer, apply, inNamespace, testKubeconfig } from './namespace.ts';
import type { Outcome } from './run-program.ts';
import { program } from './screen-session.ts';

/** Generous: what is tested is how a check ends, and a check that ends by itself never waits for it. */
const timeout = ['--timeout', '3m'];

async function check(namespace: string, ...args: readonly string[]): Promise<Outcome> {
  return begin(namespace, args).ended;
}

/** A check under way, whose progress is read. */
function begin(namespace: string, args: readonly string[], kubeconfig = testKubeconfig()) {
  const env = { ...process.env, KUBECONFIG: kubeconfig, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  const child = spawn(process.execPath, [program, 'check', '-n', namespace, ...(args.includes('--timeout') ? [] : timeout), ...args], { env });
  const output = { stdout: '', stderr: '' };
  let changed = Promise.withResolvers<void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      changed.resolve();
      changed = Promise.withResolvers();
    });
  }
  return {
    ended: new Promise<Outcome>((resolve) => child.once('close', (code) => resolve({ code: code ?? -1, ...output }))),
    /** Until its progress says so; the test's own timeout is the deadline. */
    async says(what: RegExp): Promise<void> {
      while (!what.test(output.stderr)) await changed.promise;
    },
    interrupt: (signal: 'SIGINT' | 'SIGTERM') => child.kill(signal),
  };
}

const podSpec = (spec: string): string => `{terminationGracePeriodSeconds: 0, ${spec}}`;
const well = podSpec(`containers: [{name: app, image: ${workloadImage}}]`);
const absent = podSpec('containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]');
/** Waits until the gate is taken away. */
const held = podSpec(`schedulingGates: [{name: podwright.test/held}], containers: [{name: app, image: ${workloadImage}}]`);
const command = (line: string): string => `containers: [{name: app, image: ${workloadImage}, command: [sh, -c, "${line}"]}]`;

const pod = (name: string, spec: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: ${spec}
---`;

const job = (name: string, spec: string): string => `
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec: {backoffLimit: 0, template: {spec: ${spec}}}
---`;

/** Without the line break and marker at the end. */
const documents = (...parts: readonly string[]): string => parts.join('').replace(/---$/, '');

/** Each test's namespace at once: their Pods start side by side. */
const options = { timeout: 240_000, concurrent: true };

test('what is applied a moment before passes as a whole', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, documents(deployment('web', 2, well), pod('naked', well), job('migrate', podSpec(`restartPolicy: Never, ${command('echo done')}`))));
    const outcome = await check(namespace, 'deploy/web', 'naked', 'job/migrate');
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PASSED in \S+: 3 targets, 4 Pods\n$/) });
    expect(outcome.stderr).toMatch(/ 3 targets, 4 Pods expected$/m);
    expect(outcome.stderr).toMatch(/● deploy\/web +2\/2 ready$/m);
    const json = await check(namespace, '-l', 'app=naked', '--expect', '1', '--stable', '500ms', '-o', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ outcome: 'passed', exitCode: 0, targets: [{ target: '-l app=naked', wanted: 1, reached: 1 }] });
  });
});

test('a rollout fails by its new Pods, whose cause is told, while the old ones run', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, documents(deployment('web', 1, well)));
    expect(await check(namespace, 'deploy/web')).toMatchObject({ code: 0 });
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
    const template = { spec: { containers: [{ name: 'app', image: 'podwright.test/absent:2', imagePullPolicy: 'Never' }] } };
    await (await apiServer()).request(path, { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body: { spec: { template } } });
    const outcome = await check(namespace, 'deploy/web');
    expect(outcome).toMatchObject({ code: 1, stdout: expect.stringContaining('The image podwright.test/absent:2 of app is not on the node') });
    expect(outcome.stdout).toMatch(/^FAILED in \S+: 1 of 1 target \(deploy\/web\)$/m);
    expect(outcome.stdout).toMatch(/^✖ deploy\/web {3}0\/1 ready$/m);
  });
});

test('a StatefulSet rolls out Pod by Pod: all of them have to be of the new revision, and the first that cannot be fails it', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(
      namespace,
      `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: ${well}
`,
    );
    expect(await check(namespace, 'sts/db')).toMatchObject({ code: 0 });
    const server = await apiServer();
    const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/db`;
    const change = (template: object) =>
      server.request(path, { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body: { spec: { template } } });
    await change({ metadata: { annotations: { 'podwright.test/change': 'made' } } });
    expect(await check(namespace, 'sts/db')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PASSED in \S+: 1 target, 2 Pods$/m) });
    const { items } = await server.request<{ items: V1Pod[] }>(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Ddb`);
    expect(items.map((pod) => pod.metadata?.annotations?.['podwright.test/change'])).toEqual(['made', 'made']);
    await change({ spec: { containers: [{ name: 'app', image: 'podwright.test/absent:2', imagePullPolicy: 'Never' }] } });
    const failed = await check(namespace, 'sts/db');
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('The image podwright.test/absent:2 of app is not on the node') });
    expect(failed.stdout).toMatch(/^✖ sts\/db {3}0\/2 ready$/m);
  });
});

test('what fails ends the check with its exit code, its cause and its log', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(
      namespace,
      documents(
        pod('crash', podSpec(command('echo no schema; exit 3'))),
        pod('absent', absent),
        pod('held', held),
        // No kubelet has it, so that the status stays as it is written.
        pod('evicted', podSpec(`schedulingGates: [{name: podwright.test/held}], restartPolicy: Never, ${command('sleep 3600')}`)),
        job('migrate', podSpec(`restartPolicy: Never, ${command('echo schema 7 is missing; exit 3')}`)),
      ),
    );
    const evicted = async (): Promise<Outcome> => {
      const waiting = check(namespace, 'evicted', '--for', 'completed');
      const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
      const path = `/api/v1/namespaces/${namespace}/pods/evicted/status`;
      await (await apiServer()).request(path, { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body: { status } });
      return waiting;
    };
    // The kubelet removes the log of a run when it begins the next but one; whoever looks at that moment finds none, and looks again.
    const crashed = async (): Promise<Outcome> => {
      for (let again = 0; ; again++) {
        // It is Ready for a moment each time that it runs, and a kubelet may take its time to say that it has ended.
        const outcome = await check(namespace, 'crash', '--stable', '20s');
        if (again === 4 || outcome.code !== 1 || outcome.stdout.includes('log of app')) return outcome;
      }
    };
    const [crash, mixed, failed, late, none, lost] = await Promise.all([
      crashed(),
      check(namespace, 'held', 'absent'),
      check(namespace, 'job/migrate'),
      // Long enough for a busy cluster to tell of it.
      check(namespace, 'held', '--timeout', '10s'),
      check(namespace, 'none', 'deploy/none', '--no-fail-fast'),
      evicted(),
    ]);
    expect(crash).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/Container app exited with 3[^]*log of app(?:, before its last restart)?:\n +no schema/),
    });
    expect(mixed).toMatchObject({ code: 1, stdout: expect.stringMatching(/not decided[^]*FAILED in \S+: 1 of 2 targets \(pod\/absent\)\n$/) });
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('schema 7 is missing') });
    expect(late).toMatchObject({ code: 4, stdout: expect.stringMatching(/Held back by the scheduling gate[^]*TIMED OUT after \S+: 1 of 1 target/) });
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining(`There is no Deployment ${namespace}/none.`) });
    expect(lost).toMatchObject({ code: 5, stdout: expect.stringContaining('The node was low on resource: memory.') });
  });
});

async function remove(namespace: string, resource: string): Promise<void> {
  await (await apiServer()).request(resource.includes('/') ? resource : `/api/v1/namespaces/${namespace}/pods/${resource}`, { method: 'DELETE' });
}

test('manifests are waited for as they were applied, and the run is recorded', options, async () => {
  await inNamespace(async (namespace) => {
    const folder = mkdtempSync(join(tmpdir(), 'podwright-check-'));
    try {
      const manifest = documents(deployment('web', 1, well), '\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n---', pod('absent', absent));
      writeFileSync(join(folder, 'all.yaml'), manifest);
      await apply(namespace, manifest);
      const recording = join(folder, 'run.ndjson.gz');
      const outcome = await check(namespace, '-f', folder, '--no-fail-fast', '--record', recording, '-o', 'json');
      expect(outcome.code).toBe(1);
      const { targets, recording: kept } = JSON.parse(outcome.stdout) as { targets: { target: string; outcome: string }[]; recording: string };
      expect(kept).toBe(recording);
      const line = manifest.slice(0, manifest.indexOf('kind: Pod')).split('\n').length - 1;
      expect(targets).toMatchObject([
        { target: 'deploy/web', outcome: 'passed' },
        { target: 'pod/absent', outcome: 'failed', place: { file: join(folder, 'all.yaml'), line } },
      ]);
      const replayed = spawn(process.execPath, [program, 'get', '--from-recording', recording, '--columns', 'name,status']);
      let table = '';
      replayed.stdout.setEncoding('utf8').on('data', (text: string) => (table += text));
      await new Promise((resolve) => replayed.once('close', resolve));
      expect(table).toMatch(/^absent +ErrImageNeverPull$/m);
      expect(table).toMatch(/^web-\S+ +Running$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('what is deleted while it is waited for has failed, or has got there; an interruption is told', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, documents(pod('lost', held), pod('going', held), pod('kept', held), deployment('web', 1, well)));
    const lost = begin(namespace, ['lost']);
    const going = begin(namespace, ['going', '--for', 'deleted']);
    const web = begin(namespace, ['deploy/web', '--for', 'deleted']);
    const kept = begin(namespace, ['kept']);
    const told = begin(namespace, ['kept', '-o', 'json']);
    const begun = [lost.says(/pod\/lost +0\/1 ready/), going.says(/pod\/going/), web.says(/deploy\/web/), kept.says(/pod\/kept/), told.says(/pod\/kept/)];
    await Promise.all(begun);
    await Promise.all([remove(namespace, 'lost'), remove(namespace, 'going'), remove(namespace, `/apis/apps/v1/namespaces/${namespace}/deployments/web`)]);
    expect(await lost.ended).toMatchObject({ code: 1, stdout: expect.stringMatching(/deleted/) });
    expect(await going.ended).toMatchObject({ code: 0 });
    expect(await web.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PASSED/) });
    kept.interrupt('SIGINT');
    told.interrupt('SIGTERM');
    expect(await kept.ended).toMatchObject({ code: 130, stdout: expect.stringMatching(/^INTERRUPTED after \S+: 1 of 1 target \(pod\/kept\)$/m) });
    const terminated = await told.ended;
    expect(terminated).toMatchObject({ code: 143 });
    expect(JSON.parse(terminated.stdout)).toMatchObject({ outcome: 'unfinished', exitCode: 143 });
  });
});

test('a severed connection is not an end', options, async () => {
  await inNamespace((namespace) =>
    overLine(async (line, kubeconfig) => {
      await apply(namespace, documents(pod('late', held)));
      const waiting = begin(namespace, ['late'], kubeconfig);
      await waiting.says(/pod\/late +0\/1 ready/);
      await line.shut();
      await waiting.says(/connection lost: .*; reconnecting/);
      const path = `/api/v1/namespaces/${namespace}/pods/late`;
      await (await apiServer()).request(path, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { schedulingGates: [] } },
      });
      await line.open();
      await waiting.says(/connected again/);
      expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PASSED/) });
    }),
  );
});

test('without the right to read Events it still decides; without that to read Pods it says so', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, documents(pod('absent', absent)));
    const token = await newAccount(namespace, 'limited', [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]);
    await withKubeconfig({ user: { token } }, async (kubeconfig) => {
      const [outcome, refused] = await Promise.all([begin(namespace, ['absent'], kubeconfig).ended, begin(namespace, ['deploy/web'], kubeconfig).ended]);
      expect(outcome).toMatchObject({ code: 1, stdout: expect.stringContaining('The image podwright.test/absent:2 of app is not on the node') });
      expect(outcome.stderr).toMatch(/without Events: .*cannot (?:list|watch) resource "events"/);
      expect(refused).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringMatching(/cannot (?:list|watch) resource "(?:deployments|replicasets)"/),
      });
    });
  });
});
