/** `apply` as a person and as a pipeline have it: what it makes, what it refuses, and that nothing is lost on the way. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { overLine, withKubeconfig } from './faults/kubeconfig-file.ts';
import { apiServer, apply, createIn, inNamespace, waitForPod, waitForPodGone } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen } from './screen-session.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-apply-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with the text, under a name of its own. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function applied(namespace: string, path: string, ...more: readonly string[]): Promise<Outcome> {
  return runProgram(['apply', '-f', path, '-n', namespace, ...more], undefined, {}, folder);
}

function podManifest(name: string, value: string, more = ''): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: app
    image: ${workloadImage}
    command: [sleep, infinity]
    env: [{name: A, value: "${value}"}]
${more}`;
}

async function podOf(namespace: string, name: string): Promise<V1Pod> {
  return (await apiServer()).request<V1Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
}

function webManifest(replicas: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: app, image: ${workloadImage}, command: [sleep, infinity]}]
`;
}

describe.concurrent('apply', () => {
  test('makes what is not there, changes what is, in the order of what needs what', () =>
    inNamespace(async (namespace) => {
      const text = (replicas: number, word: string): string =>
        `${webManifest(replicas)}---\napiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {password: ${word}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: "on"}\n`;
      const path = file(`order-${namespace}.yaml`, text(1, 'hunter2'));
      expect(await applied(namespace, path)).toMatchObject({
        code: 0,
        stdout: `secret/keys created in ${namespace}\nconfigmap/settings created in ${namespace}\ndeploy/web created in ${namespace}\n`,
      });
      expect((await applied(namespace, path)).stdout).toBe(
        `secret/keys unchanged in ${namespace}\nconfigmap/settings unchanged in ${namespace}\ndeploy/web unchanged in ${namespace}\n`,
      );
      writeFileSync(path, text(2, 'hunter3'));
      const diff = await applied(namespace, path, '--diff');
      expect(diff).toMatchObject({ code: 0, stdout: expect.stringContaining('-  replicas: 1\n+  replicas: 2\n') });
      expect(diff.stdout).toContain('-  password: (secret, before)\n+  password: (secret, changed)');
      const dry = await applied(namespace, path, '--dry-run=server', '-o', 'json');
      expect(JSON.parse(dry.stdout)).toMatchObject({
        dryRun: true,
        results: [
          { kind: 'Secret', outcome: 'changed', changed: ['data.password'] },
          { kind: 'ConfigMap', outcome: 'unchanged', changed: [] },
          { kind: 'Deployment', name: 'web', namespace, outcome: 'changed', changed: ['spec.replicas'], line: 1 },
        ],
      });
      const changed = await applied(namespace, path);
      expect(changed.stdout).toContain(`secret/keys changed in ${namespace}: data.password\n`);
      expect(changed.stdout).toContain(`deploy/web changed in ${namespace}: spec.replicas 1 → 2\n`);
      for (const { stdout, stderr } of [diff, dry, changed]) {
        expect(stdout + stderr).not.toMatch(/hunter|aHVudGVy/);
      }
    }));

  test('of a manifest it applies what a selector chooses, and waits for that alone; names are as kubectl prints them', () =>
    inNamespace(async (namespace) => {
      const path = file(`chosen-${namespace}.yaml`, `${podManifest('one', '1')}---\n${podManifest('two', '1')}---\n${webManifest(0)}`);
      const one = await applied(namespace, path, '-l', 'app in (one)', '--wait', '-o', 'json');
      expect([one.code, JSON.parse(one.stdout)]).toMatchObject([
        0,
        { results: [{ name: 'one', outcome: 'created' }], check: { targets: [{ target: 'pod/one' }] } },
      ]);
      await expect(podOf(namespace, 'two')).rejects.toThrow('not found');
      expect(await applied(namespace, path, '-o', 'name')).toMatchObject({ code: 0, stdout: 'pod/one\npod/two\ndeployment.apps/web\n' });
      expect(await applied(namespace, path, '-l', 'app=three')).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('none of the 3 objects'),
      });
    }));

  test('what lint calls an error is not sent, unless it is told to', () =>
    inNamespace(async (namespace) => {
      const path = file(`lint-${namespace}.yaml`, `${podManifest('first', '1')}---\n${podManifest('wrong', '1', '    imagee: x\n')}`);
      const refused = await applied(namespace, path);
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/unknown-field[^]*Nothing was applied\. --no-lint/) });
      const sent = await applied(namespace, path, '--no-lint');
      expect(sent).toMatchObject({ code: 1, stdout: `pod/first created in ${namespace}\n` });
      expect(sent.stderr).toMatch(/pod\/wrong failed[^]*imagee/);
    }));

  test('a Secret that the server refuses is told without its value', () =>
    inNamespace(async (namespace) => {
      const secret = (field: string): string => `apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\n${field}\n`;
      const path = file(`secret-${namespace}.yaml`, secret('stringData: {password: 12345678}'));
      const number = await applied(namespace, path, '--no-lint');
      expect(number).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('stringData.password: expected string, and this is of another type'),
      });
      expect(number.stderr).not.toContain('12345678');
      writeFileSync(path, secret('data: {password: "no base64: hunter2"}'));
      const open = await applied(namespace, path, '--no-lint');
      expect(open).toMatchObject({ code: 1, stderr: expect.stringContaining('illegal base64 data') });
      expect(open.stderr).not.toContain('hunter2');
    }));

  test('a field that another manages is named with its manager, and taken over where that is asked for', () =>
    inNamespace(async (namespace) => {
      await createIn(
        namespace,
        [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { mode: 'theirs' } } as never],
        '?fieldManager=somebody',
      );
      const path = file(`conflict-${namespace}.yaml`, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {mode: ours}\n');
      const refused = await applied(namespace, path);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/configmap\/settings failed[^]*data\.mode +managed by somebody[^]*--force-conflicts/);
      const json = JSON.parse((await applied(namespace, path, '-o', 'json')).stdout) as { results: object[] };
      expect(json.results).toMatchObject([{ outcome: 'failed', problem: { conflicts: [{ field: 'data.mode', manager: 'somebody' }] } }]);
      expect(await applied(namespace, path, '--force-conflicts')).toMatchObject({ code: 0, stdout: `configmap/settings changed in ${namespace}: data.mode\n` });
    }));

  test('an immutable field of a Pod is named with why, and the Pod is replaced where that is asked for', () =>
    inNamespace(async (namespace) => {
      const path = file(`pod-${namespace}.yaml`, podManifest('solo', '1'));
      await applied(namespace, path);
      const before = await podOf(namespace, 'solo');
      writeFileSync(path, podManifest('solo', '2'));
      const refused = await applied(namespace, path);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/spec\.containers\[app\]\.env\[A\]\.value +a container gets its environment when it starts[^]*--replace/);
      expect(await applied(namespace, path, '--replace')).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes') });
      expect((await podOf(namespace, 'solo')).metadata?.uid).toBe(before.metadata?.uid);
      const replaced = await applied(namespace, path, '--replace', '--yes');
      expect(replaced).toMatchObject({ code: 0, stdout: `pod/solo replaced in ${namespace}\n` });
      const kept = /kept the old manifest in (\S+)/.exec(replaced.stderr)?.[1] ?? '';
      expect(readFileSync(join(folder, kept), 'utf8')).toContain('value: "1"');
      const after = await podOf(namespace, 'solo');
      expect(after.spec?.containers[0]?.env).toEqual([{ name: 'A', value: '2' }]);
      expect(after.metadata?.uid).not.toBe(before.metadata?.uid);
    }));

  test('a new Pod that the server does not take costs the old one nothing', () =>
    inNamespace(async (namespace) => {
      const path = file(`refused-${namespace}.yaml`, podManifest('untouched', '1'));
      await applied(namespace, path);
      const before = await podOf(namespace, 'untouched');
      // The account is not there, which lint cannot know.
      writeFileSync(path, podManifest('untouched', '2', '  serviceAccountName: nobody\n'));
      const refused = await applied(namespace, path, '--replace', '--yes');
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/serviceaccount "nobody" not found \(nothing was changed\)/) });
      expect((await podOf(namespace, 'untouched')).metadata).toMatchObject({ uid: before.metadata?.uid });
      expect((await podOf(namespace, 'untouched')).metadata).not.toHaveProperty('deletionTimestamp');
      expect(readdirSync(folder).filter((name) => name.startsWith('untouched'))).toEqual([]);
    }));

  test('a new Pod that is refused once the old one has gone brings the old one back', () =>
    inNamespace(async (namespace) => {
      const limits = (amount: string): string => `    resources: {limits: {memory: ${amount}}, requests: {memory: ${amount}}}\n`;
      const path = file(`quota-${namespace}.yaml`, podManifest('solo', '1', limits('16Mi')));
      await applied(namespace, path);
      await waitForPod(namespace, 'solo', ({ status }) => status?.phase === 'Running');
      await apply(namespace, `apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: small}\nspec: {hard: {requests.memory: 20Mi}}`);
      await quotaCounted(namespace);
      writeFileSync(path, podManifest('solo', '2', limits('32Mi')));
      const refused = await applied(namespace, path, '--replace', '--yes');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/the new Pod was refused, and the old one was made again: .*exceeded quota/);
      expect((await podOf(namespace, 'solo')).spec?.containers[0]?.env).toEqual([{ name: 'A', value: '1' }]);
    }));

  test('a definition and an object of its kind in one run, in any order', () =>
    inNamespace(async (namespace) => {
      const group = `${namespace}.podwright.test`;
      const path = file(
        `crd-${namespace}.yaml`,
        `apiVersion: ${group}/v1
kind: Shop
metadata: {name: one}
spec: {size: 3}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.${group}}
spec:
  group: ${group}
  scope: Namespaced
  names: {kind: Shop, plural: shops}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`,
      );
      try {
        const dry = await applied(namespace, path, '--dry-run=server');
        expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining('a dry run cannot check it') });
        expect(await applied(namespace, path)).toMatchObject({
          code: 0,
          stdout: `customresourcedefinition/shops.${group} created\nshop/one created in ${namespace}\n`,
        });
      } finally {
        await (await apiServer()).request(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shops.${group}`, { method: 'DELETE' });
      }
    }));

  test('one that is refused does not keep the others, and each is told', () =>
    inNamespace(async (namespace) => {
      const path = file(
        `middle-${namespace}.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\napiVersion: nowhere.test/v1\nkind: Nothing\nmetadata: {name: two}\n---\n${podManifest('three', '1')}`,
      );
      const outcome = await applied(namespace, path, '--wait');
      expect(outcome).toMatchObject({ code: 1, stdout: `configmap/one created in ${namespace}\npod/three created in ${namespace}\n` });
      expect(outcome.stderr).toMatch(/nothing\/two failed[^]*the cluster knows no kind Nothing in nowhere\.test\/v1[^]*2 created, 1 failed\nNot waiting/);
    }));

  test('waits as check does, with its exit codes', () =>
    inNamespace(async (namespace) => {
      const good = file(`good-${namespace}.yaml`, podManifest('good', '1'));
      expect(await applied(namespace, good, '--wait')).toMatchObject({ code: 0, stdout: expect.stringMatching(/pod\/good created[^]*PASSED/) });
      const bad = file(`bad-${namespace}.yaml`, podManifest('bad', '1').replace('[sleep, infinity]', '[no-such-program]'));
      const failed = await applied(namespace, bad, '--wait', '--timeout', '2m', '-o', 'json');
      expect(failed.code).toBe(1);
      expect(JSON.parse(failed.stdout)).toMatchObject({ results: [{ outcome: 'created' }], check: { outcome: 'failed', targets: [{ target: 'pod/bad' }] } });
    }));

  test('says while it waits that its Pod was deleted', () =>
    inNamespace(async (namespace) => {
      const never = file(`never-${namespace}.yaml`, podManifest('never', '1', '    readinessProbe: {exec: {command: ["false"]}}'));
      const waiting = new RunningProgram(['apply', '-f', never, '-n', namespace, '--wait']);
      await waiting.writes(/0\/1 ready/);
      await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/never`, { method: 'DELETE' });
      expect([await waiting.ended, waiting.stdout]).toEqual([1, expect.stringMatching(/✖ pod\/never .*\n.*being deleted while it is waited for[^]*FAILED/)]);
    }));

  test('a right that is missing is named, and what may be applied is', () =>
    inNamespace(async (namespace) => {
      const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch', 'create'] }];
      const path = file(`rights-${namespace}.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n---\n${webManifest(1)}`);
      await withKubeconfig({ user: { token: await newAccount(namespace, 'writer', rules) } }, async (kubeconfig) => {
        const outcome = await runProgram(['apply', '-f', path, '-n', namespace], kubeconfig);
        expect(outcome).toMatchObject({ code: 3, stdout: `configmap/one created in ${namespace}\n` });
        expect(outcome.stderr).toMatch(/deploy\/web failed[^]*cannot patch resource "deployments"[^]*can-i patch deployments\.apps/);
      });
    }));

  test('on a terminal it asks before it replaces, and Ctrl-C is no', () =>
    inNamespace(async (namespace) => {
      const path = file(`asked-${namespace}.yaml`, podManifest('solo', '1'));
      await applied(namespace, path);
      const before = await podOf(namespace, 'solo');
      writeFileSync(path, podManifest('solo', '2'));
      await inScreen([], { command: ['apply', '-f', path, '-n', namespace] }, async (screen) => {
        await screen.shows('Delete the Pod and make it anew? [y/N]');
        screen.press('\u0003');
        expect((await screen.left()).exitCode).toBe(130);
      });
      await inScreen([], { command: ['apply', '-f', path, '-n', namespace] }, async (screen) => {
        await screen.shows('Delete the Pod and make it anew? [y/N]');
        screen.press('n\r');
        expect((await screen.left()).exitCode).toBe(1);
      });
      expect((await podOf(namespace, 'solo')).metadata?.uid).toBe(before.metadata?.uid);
    }));

  test('a server that is away in the middle of a replacement is waited for, and nothing is done twice', () =>
    inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        const slow = (value: string): string => podManifest('slow', value).replace('terminationGracePeriodSeconds: 1', 'terminationGracePeriodSeconds: 5');
        const path = file(`away-${namespace}.yaml`, slow('1'));
        await applied(namespace, path);
        await waitForPod(namespace, 'slow', ({ status }) => status?.phase === 'Running');
        writeFileSync(path, slow('2'));
        await inScreen([], { command: ['apply', '-f', path, '-n', namespace, '--replace', '--yes'], folder, kubeconfig }, async (screen) => {
          await screen.shows('the old Pod is ending');
          await line.shut();
          await screen.shows('; trying again');
          await waitForPodGone(namespace, 'slow');
          await line.open();
          await screen.shows(`pod/slow replaced in ${namespace}`);
          expect((await screen.left()).exitCode).toBe(0);
        });
        expect((await podOf(namespace, 'slow')).spec?.containers[0]?.env).toEqual([{ name: 'A', value: '2' }]);
      }),
    ));

  test('connections that break in the middle of many objects lose none of them', () =>
    inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        const count = 400;
        const maps = Array.from(
          { length: count },
          (_, index) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: many-${index}}\ndata: {number: "${index}"}\n`,
        );
        const path = file(`many-${namespace}.yaml`, maps.join('---\n'));
        await inScreen([], { command: ['apply', '-f', path, '-n', namespace], kubeconfig, rows: 450 }, async (screen) => {
          for (const at of [5, 15, 25]) {
            await screen.shows(`configmap/many-${at} created`);
            line.cut();
          }
          await screen.shows('configmap/many-35 created');
          await line.shut();
          await screen.shows('; trying again');
          await line.open();
          await screen.shows(`configmap/many-${count - 1} created`);
          expect((await screen.left()).exitCode).toBe(0);
        });
        const { items } = await (await apiServer()).request<{ items: { data?: object }[] }>(`/api/v1/namespaces/${namespace}/configmaps`);
        expect(items.filter(({ data }) => data !== undefined && 'number' in data)).toHaveLength(count);
      }),
    ));

  test('a terminal that is closed while the old Pod ends leaves the new one', () =>
    inNamespace(async (namespace) => {
      const slow = (value: string): string => podManifest('slow', value).replace('terminationGracePeriodSeconds: 1', 'terminationGracePeriodSeconds: 6');
      const path = file(`closed-${namespace}.yaml`, slow('1'));
      await applied(namespace, path);
      await waitForPod(namespace, 'slow', ({ status }) => status?.phase === 'Running');
      writeFileSync(path, slow('2'));
      await inScreen([], { command: ['apply', '-f', path, '-n', namespace, '--replace', '--yes'], folder }, async (screen) => {
        await screen.shows('the old Pod is ending');
        // The shell tells its jobs, and the kernel whoever has the terminal.
        screen.signal('SIGHUP');
        await screen.shows('the new one is still made');
        screen.signal('SIGHUP');
      });
      await waitForPod(namespace, 'slow', ({ spec }) => spec?.containers[0]?.env?.[0]?.value === '2');
    }));

  test('Ctrl-C while the old Pod ends leaves the new one, and says so', () =>
    inNamespace(async (namespace) => {
      const slow = (value: string): string => podManifest('slow', value).replace('terminationGracePeriodSeconds: 1', 'terminationGracePeriodSeconds: 6');
      const path = file(`slow-${namespace}.yaml`, slow('1'));
      await applied(namespace, path);
      await waitForPod(namespace, 'slow', ({ status }) => status?.phase === 'Running');
      writeFileSync(path, slow('2'));
      await inScreen([], { command: ['apply', '-f', path, '-n', namespace, '--replace', '--yes'], folder }, async (screen) => {
        await screen.shows('the old Pod is ending');
        screen.press('\u0003');
        await screen.shows('the new one is still made');
        expect((await screen.left()).exitCode).toBe(130);
      });
      expect((await podOf(namespace, 'slow')).spec?.containers[0]?.env).toEqual([{ name: 'A', value: '2' }]);
    }));
});

/** Until the quota knows what is used. */
async function quotaCounted(namespace: string): Promise<void> {
  const server = await apiServer();
  const path = `/api/v1/namespaces/${namespace}/resourcequotas`;
  const { items, metadata } = await server.request<{ items: Quota[]; metadata: { resourceVersion: string } }>(path);
  if (items.some(counted)) return;
  const watch = `${path}?watch=true&resourceVersion=${metadata.resourceVersion}`;
  for await (const { object } of server.watch<{ object: Quota }>(watch, { signal: AbortSignal.timeout(60_000) })) if (counted(object)) return;
}

interface Quota {
  readonly status?: { readonly used?: Readonly<Record<string, string>> };
}

function counted({ status }: Quota): boolean {
  return status?.used?.['requests.memory'] !== undefined && status.used['requests.memory'] !== '0';
}
