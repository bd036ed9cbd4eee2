/** `podwright check` on real Pods and workloads: what passes, what fails and how soon it is known, and each exit code. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { workloadImage } from './cluster.ts';
import { apiServer, apply, inNamespace, testKubeconfig } from './namespace.ts';

const execute = promisify(execFile);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Generous: what is tested is how a check ends, and a check that ends by itself never waits for it. */
const timeout = ['--timeout', '3m'];

async function check(namespace: string, ...args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, KUBECONFIG: testKubeconfig(), LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  const words = ['check', '-n', namespace, ...(args.includes('--timeout') ? [] : timeout), ...args];
  try {
    return { code: 0, ...(await execute(process.execPath, [join(import.meta.dirname, '../../dist/cli/podwright.cjs'), ...words], { env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

const podSpec = (spec: string): string => `{terminationGracePeriodSeconds: 0, ${spec}}`;
const well = podSpec(`containers: [{name: app, image: ${workloadImage}}]`);
const absent = podSpec('containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]');
const command = (line: string): string => `containers: [{name: app, image: ${workloadImage}, command: [sh, -c, "${line}"]}]`;

const pod = (name: string, spec: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: ${spec}
---`;

const deployment = (name: string, replicas: number, spec: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
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

test('what fails ends the check with its exit code, its cause and its log', options, async () => {
  await inNamespace(async (namespace) => {
    await apply(
      namespace,
      documents(
        pod('crash', podSpec(command('echo no schema; exit 3'))),
        pod('absent', absent),
        pod('held', podSpec(`schedulingGates: [{name: podwright.test/held}], containers: [{name: app, image: ${workloadImage}}]`)),
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
    const [crash, mixed, failed, late, none, lost] = await Promise.all([
      check(namespace, 'crash'),
      check(namespace, 'held', 'absent'),
      check(namespace, 'job/migrate'),
      check(namespace, 'held', '--timeout', '2s'),
      check(namespace, 'none', 'deploy/none', '--no-fail-fast'),
      evicted(),
    ]);
    expect(crash).toMatchObject({ code: 1, stdout: expect.stringMatching(/Container app exited with 3[^]*log of app, before its last restart:\n +no schema/) });
    expect(mixed).toMatchObject({ code: 1, stdout: expect.stringMatching(/not decided[^]*FAILED in \S+: 1 of 2 targets \(pod\/absent\)\n$/) });
    expect(failed).toMatchObject({ code: 1, stdout: expect.stringContaining('schema 7 is missing') });
    expect(late).toMatchObject({ code: 4, stdout: expect.stringMatching(/Held back by the scheduling gate[^]*TIMED OUT after \S+: 1 of 1 target/) });
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining(`There is no Deployment ${namespace}/none.`) });
    expect(lost).toMatchObject({ code: 5, stdout: expect.stringContaining('The node was low on resource: memory.') });
  });
});
