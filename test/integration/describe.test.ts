/** `podwright describe` on real Pods: it has all that `kubectl describe` has, and shows no secret. */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { run } from './cluster/process.ts';
import { kubectlPath } from './cluster.ts';
import { compared, type Difference, differences } from './describe/kubectl-output.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { apiServer, apply, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';

/** Another run of this test on the same cluster may hold the host port of the file. */
const manifest = (name: string): string =>
  readFileSync(join(import.meta.dirname, `describe/${name}.yaml`), 'utf8').replace('hostPort: 28080', `hostPort: ${randomInt(20_000, 30_000)}`);

/** Secrets of the manifests, wherever they stand in them. */
const secrets = ['hunter2-in-the-secret', 'literal-password', 'literal-in-url', 'annotated-token', 'written-as-a-word', 'written-as-two', 'aGVhZGVyLXNlY3JldA'];

const within = { within: 120_000 };
const remove = async (namespace: string, name: string, body: object = {}): Promise<unknown> =>
  (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: 'DELETE', body });

const running = ({ status }: V1Pod): boolean => status?.containerStatuses?.every(({ state }) => state?.running !== undefined) ?? false;
const kubectl = (...args: string[]): Promise<string> => run(kubectlPath(), ['--kubeconfig', testKubeconfig(), ...args]);

let namespace = '';
let done: PromiseWithResolvers<void>;
let namespaced: Promise<void>;

beforeAll(async () => {
  done = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  namespaced = inNamespace(async (name) => {
    namespace = name;
    await Promise.all(['rich', 'every-volume', 'others'].map((file) => apply(name, manifest(file))));
    try {
      await Promise.all([
        waitForPod(name, 'rich', running, within).then(async () => {
          await kubectl('-n', name, 'debug', 'rich', '-c', 'looker', '--image=podwright.test/workload:1', '--target=app', '--quiet', '--', 'sleep', 'infinity');
          await waitForPod(name, 'rich', ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.running !== undefined, within);
        }),
        waitForPod(name, 'guaranteed', running, within),
        waitForPod(name, 'leaving', running, within).then(() => remove(name, 'leaving')),
        waitForPod(name, 'crashing', ({ status }) => status?.containerStatuses?.every(({ restartCount }) => restartCount > 0) ?? false, within),
      ]);
      ready.resolve();
      await done.promise;
    } finally {
      // Where the set-up has failed there may be none, and it is the set-up's failure that should be told.
      await remove(name, 'leaving', { gracePeriodSeconds: 0 }).catch(() => undefined);
    }
  });
  await Promise.race([ready.promise, namespaced]);
});

afterAll(async () => {
  done.resolve();
  await namespaced;
});

/** Both print the Pod a moment apart: what happened between is no difference, and both are asked again. */
async function differs(name: string): Promise<{ readonly missing: readonly string[]; readonly met: ReadonlySet<Difference>; readonly ours: string }> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const [theirs, own] = await Promise.all([kubectl('-n', namespace, 'describe', 'pod', name), runProgram(['describe', '-n', namespace, name])]);
    expect(own).toMatchObject({ code: 0, stderr: '' });
    const { missing, met } = compared(theirs, own.stdout);
    if (missing.length === 0 || Date.now() > deadline) return { missing, met, ours: own.stdout };
    await pause(1000);
  }
}

/** The description once it matches, or the last one within a minute. */
async function describedAs(name: string, pattern: RegExp): Promise<Outcome> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const outcome = await runProgram(['describe', '-n', namespace, name]);
    if (pattern.test(outcome.stdout) || Date.now() > deadline) return outcome;
    await pause(1000);
  }
}

describe.concurrent('describe', () => {
  test('has every label and value of kubectl, but for the written differences, each of which is met', async () => {
    const all = await Promise.all(['rich', 'every-volume', 'crashing', 'guaranteed', 'leaving'].map(differs));
    expect(all.flatMap(({ missing }) => missing)).toEqual([]);
    const met = new Set(all.flatMap((each) => [...each.met]));
    expect(differences.filter((difference) => !met.has(difference)).map(({ says }) => says)).toEqual([]);
    const text = all.map(({ ours }) => ours).join('\n');
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).toContain(`Masked values: kubectl get pod rich -n ${namespace} -o yaml`);
  });

  test('says more: why, references, budgets, exit codes in words, last words', async () => {
    const [rich, crashing, volumes] = await Promise.all([
      runProgram(['describe', '-n', namespace, 'rich']),
      // While it is started again, the log of the run before is sometimes gone already.
      describedAs('crashing', /\| the schema is missing\n/),
      runProgram(['describe', '-n', namespace, 'every-volume']),
    ]);
    expect(rich.stdout).toContain('The readiness gate example.com/reachable is not True.');
    expect(rich.stdout).toMatch(/Secret +registry-login +image pulls +does not exist\n/);
    expect(rich.stdout).toMatch(/Secret +keys +volume secret, volume all, env of app +found, Opaque, keys: password and user\n/);
    expect(rich.stdout).toMatch(/ConfigMap +not-there +env of app +does not exist, which is optional\n/);
    expect(rich.stdout).toContain('gives up after 50m at most (3000s + 4 x 7s + 2s), then the container is restarted');
    expect(rich.stdout).toMatch(/Role: +debug container, added to the running Pod\n/);
    expect(rich.stdout).toMatch(/Node +\S+ +the Pod +Ready for /);
    expect(crashing.stdout).toMatch(/Exit Code: +137 {2}\(killed by SIGKILL\)/);
    expect(crashing.stdout).toMatch(/ {4}Last Words:.*\n {6}\| starting\n {6}\| the schema is missing\n/);
    expect(crashing.stdout).toContain('schema 7');
    expect(volumes.stdout).toMatch(/PersistentVolumeClaim +every-volume-own-claim +volume own-claim +Pending\n/);
    expect(volumes.stdout).toContain('Held back by the scheduling gate example.com/quota.');
    const json = await runProgram(['describe', '-n', namespace, 'rich', 'every-volume', '-o', 'json']);
    const { pods } = JSON.parse(json.stdout) as {
      pods: { name: string; node: object | null; references: object[]; containers: { name: string; probes: object }[] }[];
    };
    expect(pods.map(({ name }) => name)).toEqual(['rich', 'every-volume']);
    expect(pods[0]?.node).toMatchObject({ state: 'found', ready: 'True' });
    expect(pods[0]?.references).toContainEqual(
      expect.objectContaining({ kind: 'Secret', name: 'keys', key: 'password', state: 'found', keys: ['password', 'user'] }),
    );
    expect(pods[1]?.containers[0]).toMatchObject({ name: 'app', probes: { startup: { budgetSeconds: 31 }, liveness: { budgetSeconds: 32 } } });
    expect(secrets.filter((secret) => json.stdout.includes(secret))).toEqual([]);
  });

  test('of a workload, of a selector, of the beginning of a name; what does not exist is said', async () => {
    const [deployment, selected, begun, none] = await Promise.all([
      runProgram(['describe', '-n', namespace, 'deploy/web']),
      runProgram(['describe', '-n', namespace, '-l', 'app=web']),
      runProgram(['describe', '-n', namespace, 'guar']),
      runProgram(['describe', '-n', namespace, 'crashong', 'guaranteed']),
    ]);
    expect(deployment.stdout).toMatch(/^Controlled By: +ReplicaSet\/web-\w+ {2}\(of deploy\/web\)$/m);
    expect(selected.stdout).toMatch(/^Name: +web-/m);
    expect(begun).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Name: +guaranteed$/m) });
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining('guaranteed'), stderr: expect.stringContaining('Did you mean crashing?') });
  });

  test('without the right to look further, it says what could not be checked', async () => {
    const token = await newAccount(namespace, 'onlooker', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]);
    await withKubeconfig({ user: { token } }, async (kubeconfig) => {
      const { code, stdout } = await runProgram(['describe', '-n', namespace, 'crashing'], kubeconfig);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Events: +could not check: no right to read it$/m);
      expect(stdout).toMatch(/Node +\S+ +the Pod +could not check: no right to read it\n/);
      expect(stdout).toMatch(/ServiceAccount +default +the Pod +could not check: no right to read it\n/);
      expect(stdout).toMatch(/Last Words: +could not check: no right to read it\n/);
    });
  });
});
