/** `podwright get` beside kubectl on the same real Pods, in every output form, and what both say of wrong input. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { kubectlPath, workloadImage } from './cluster.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, inNamespace, testKubeconfig, waitForPod, waitForPodGone } from './namespace.ts';

const program = join(import.meta.dirname, '../../dist/cli/podwright.cjs');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const execute = promisify(execFile);

async function run(file: string, args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, KUBECONFIG: testKubeconfig() };
  try {
    return { code: 0, ...(await execute(file, [...args], { env, maxBuffer: 1 << 26 })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number } & Outcome;
    return { code, stdout, stderr };
  }
}

const get = (...args: readonly string[]): Promise<Outcome> => run(process.execPath, [program, 'get', ...args]);
const kubectlGet = (...args: readonly string[]): Promise<Outcome> => run(kubectlPath(), ['get', ...args]);

const container = `{name: app, image: ${workloadImage}, command: [sleep, infinity], terminationMessagePath: /m`;
const pods = `
apiVersion: v1
kind: Pod
metadata:
  name: labelled
  labels: {app: web, tier: 'yes', app.kubernetes.io/part-of: shop}
  annotations: {note: "a: <b> & 'c'\\nsecond line é 日本", number: '0777', time: '1:30', word: 'off', control: "\\e[31mred"}
spec:
  terminationGracePeriodSeconds: 0
  containers: [${container}, resources: {requests: {memory: 20Mi}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: gated, labels: {app: web}}
spec:
  schedulingGates: [{name: example.com/gate}]
  readinessGates: [{conditionType: example.com/gate}]
  containers: [${container}, resources: {requests: {memory: 1Gi}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: stepping}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
  - {name: first, image: ${workloadImage}, command: ['true']}
  - {name: helper, image: ${workloadImage}, restartPolicy: Always, command: [sleep, infinity]}
  - {name: second, image: ${workloadImage}, command: [sleep, infinity]}
  containers: [${container}, resources: {requests: {memory: 5Mi}}}]
---
apiVersion: v1
kind: Pod
metadata: {name: finished}
spec:
  restartPolicy: Never
  containers: [{name: app, image: ${workloadImage}, command: ['true'], resources: {requests: {memory: 900Ki}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: deployed}}
  template:
    metadata: {labels: {app: deployed}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [${container}}]
`;

/** Ages go on between two calls. */
function withoutAges(table: string): string {
  return table.replace(/\b\d+[smhd](\d+[smhd])?\b/g, 'AGE').replace(/ +/g, ' ');
}

let namespace = '';
let done: () => void = () => undefined;
let gone: Promise<void> = Promise.resolve();

// One namespace for all the comparisons: nothing in it changes once it has settled.
beforeAll(async () => {
  if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`);
  await new Promise<void>((ready, failed) => {
    gone = inNamespace(async (name) => {
      namespace = name;
      await apply(name, pods);
      await waitForPod(name, 'labelled', isReady);
      await waitForPod(name, 'finished', (pod) => pod.status?.phase === 'Succeeded' && pod.status.conditions?.length === 5);
      await waitForPod(name, 'stepping', (pod) => pod.status?.initContainerStatuses?.[2]?.state?.running !== undefined);
      const server = await apiServer();
      let deployed = 0;
      for await (const { object } of server.watch<{ object: { status?: { readyReplicas?: number } } }>(
        `/apis/apps/v1/namespaces/${name}/deployments?fieldSelector=metadata.name%3Dweb&watch=true`,
        { signal: AbortSignal.timeout(240_000) },
      )) {
        deployed = object.status?.readyReplicas ?? 0;
        if (deployed === 2) break;
      }
      if (deployed !== 2) throw new Error(`deploy/web has ${deployed} ready Pods of 2 after 240 s`);
      ready();
      await new Promise<void>((resolve) => {
        done = resolve;
      });
    });
    gone.catch(failed);
  });
});

afterAll(async () => {
  done();
  await gone;
});

describe('prints what kubectl prints', () => {
  test.each([
    [],
    ['--no-headers'],
    ['labelled'],
    ['labelled', 'gated', 'finished'],
    ['-l', 'app=web'],
    ['-l', 'app in (web,deployed),tier!=no'],
    ['-l', '!app'],
    ['--field-selector', 'status.phase=Running'],
    ['--show-labels'],
    ['-L', 'app,app.kubernetes.io/part-of'],
    ['--sort-by', '.metadata.name'],
    ['--sort-by={.spec.containers[0].resources.requests.memory}', '-l', '!pod-template-hash'],
    ['-o', 'name'],
    ['-o', 'name', 'labelled'],
    ['-o', 'json'],
    ['-o', 'json', 'labelled'],
    ['-o', 'json', 'labelled', 'gated'],
    ['-o', 'json', 'labelled', '--show-managed-fields'],
    ['-o', 'json', '-l', 'app=web', '--show-managed-fields'],
    ['-o', 'json', '-l', 'app=none'],
    ['-o', 'json', '--sort-by', '.spec.containers[0].resources.requests.memory', '-l', '!pod-template-hash'],
    ['-o', 'custom-columns=NAME:.metadata.name,IMAGES:.spec.containers[*].image,LABELS:.metadata.labels,NONE:.nothing,GATE:{.spec.schedulingGates[0]}'],
    ['-o', 'custom-columns=N:metadata.name', '--no-headers'],
    ['-o', 'jsonpath={.items[*].metadata.name}'],
    ['-o', 'jsonpath={range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}'],
    ['-o', 'jsonpath={.items[?(@.metadata.labels.app=="web")].metadata.name}'],
    ['-o', "jsonpath={.items[?(@.status.phase!='Running')].status.conditions[?(@.type=='Ready')].reason}"],
    ['-o', 'jsonpath={.metadata.annotations}', 'labelled'],
    ['-o', 'jsonpath={.metadata.annotations.note}', 'labelled'],
    ['-o', "jsonpath={.metadata.labels['app\\.kubernetes\\.io/part-of']} {.spec.containers[-1].name}", 'labelled'],
    ['-o', 'jsonpath={.items[1:3].spec.containers[0].command[0,1]}'],
    ['-o', 'jsonpath-as-json={.items[*].spec.containers[0].resources}'],
  ])('get %j', async (...args) => {
    const [ours, theirs] = await Promise.all([get('-n', namespace, ...args), kubectlGet('pods', '-n', namespace, ...args)]);
    expect({ ...ours, stdout: withoutAges(ours.stdout) }).toEqual({ ...theirs, stdout: withoutAges(theirs.stdout) });
  });

  test('in all namespaces', async () => {
    const lines = ({ stdout }: Outcome): readonly string[] =>
      withoutAges(stdout)
        .split('\n')
        .filter((line) => line.startsWith('NAMESPACE') || line.startsWith(namespace));
    const [ours, theirs] = await Promise.all([get('-A'), kubectlGet('pods', '-A')]);
    expect(lines(ours)).toEqual(lines(theirs));
    expect(lines(ours).length).toBe(7);
  });

  test('as YAML that says the same and that the server takes', async () => {
    const [ours, theirs] = await Promise.all([get('-n', namespace, '-o', 'yaml'), kubectlGet('pods', '-n', namespace, '-o', 'yaml')]);
    expect(parse(ours.stdout)).toEqual(parse(theirs.stdout));
    expect(parse(ours.stdout, { version: '1.1' })).toEqual(parse(theirs.stdout, { version: '1.1' }));
    const folder = mkdtempSync(join(tmpdir(), 'podwright-get-'));
    try {
      const file = join(folder, 'pods.yaml');
      const applying = async (yaml: string): Promise<Outcome> => {
        writeFileSync(file, yaml);
        return run(kubectlPath(), ['apply', '-n', namespace, '--dry-run=server', '-f', file]);
      };
      let applied = await applying(ours.stdout);
      // A busy kubelet writes a status late: a Pod that has changed since it was read is read anew.
      for (let again = 0; again < 5 && applied.stderr.includes('the object has been modified'); again++) {
        applied = await applying((await get('-n', namespace, '-o', 'yaml')).stdout);
      }
      expect({ code: applied.code, refused: applied.code === 0 ? '' : applied.stderr }).toEqual({ code: 0, refused: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('-o wide, and then what kubectl does not have', async () => {
    const [ours, theirs] = await Promise.all([get('-n', namespace, '-o', 'wide'), kubectlGet('pods', '-n', namespace, '-o', 'wide')]);
    const [header, ...rows] = withoutAges(ours.stdout).trimEnd().split('\n');
    const expected = withoutAges(theirs.stdout).trimEnd().split('\n');
    expect(header).toBe(`${expected[0]} INIT CONDITION OWNER`);
    for (const [index, row] of rows.entries()) expect(row.startsWith(`${expected[index + 1]} `)).toBe(true);
    const added = Object.fromEntries(
      rows.map((row, index) => [row.split(' ')[0]?.replace(/^web-.*/, 'web'), row.slice((expected[index + 1]?.length ?? 0) + 1)]),
    );
    expect(added).toMatchObject({
      labelled: '<none> <none> <none>',
      gated: '<none> PodScheduled:SchedulingGated <none>',
      stepping: '1/2:second Initialized:ContainersNotInitialized <none>',
      web: '<none> <none> deploy/web',
    });
  });

  test('of what does not exist, and the others all the same', async () => {
    const [ours, theirs] = await Promise.all([
      get('-n', namespace, 'labelled', 'nope', 'gated'),
      kubectlGet('pods', '-n', namespace, 'labelled', 'nope', 'gated'),
    ]);
    expect(withoutAges(ours.stdout)).toBe(withoutAges(theirs.stdout));
    expect(ours.code).toBe(theirs.code);
    expect(ours.stderr).toBe('podwright: pods "nope" not found\n');
    expect(await get('-n', namespace, '--ignore-not-found', 'nope')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('of an empty namespace', async () => {
    for (const args of [[], ['-o', 'wide'], ['-o', 'json'], ['-o', 'name'], ['-o', 'custom-columns=A:.a']]) {
      const [ours, theirs] = await Promise.all([get('-n', 'no-such-namespace', ...args), kubectlGet('pods', '-n', 'no-such-namespace', ...args)]);
      expect(ours).toEqual(theirs);
    }
  });
});

describe('prints what only Podwright has', () => {
  test("a Deployment's Pods", async () => {
    const { stdout } = await get('-n', namespace, 'deploy/web', '-o', 'name');
    expect(stdout).toMatch(/^(pod\/web-[a-z0-9]+-[a-z0-9]+\n){2}$/);
    expect(await get('-n', namespace, 'deploy/none')).toMatchObject({ code: 1, stderr: 'podwright: deployments.apps "none" not found\n' });
  });

  test('chosen columns', async () => {
    const { stdout } = await get('-n', namespace, '--columns', 'name,init,owner,why', 'stepping', 'gated');
    expect(withoutAges(stdout).split('\n')[0]).toBe('NAME INIT OWNER WHY');
    expect(stdout).toMatch(/^gated .*example\.com\/gate/m);
  });

  test('no control sequence of a Pod reaches the terminal through a table', async () => {
    const { stdout } = await get('-n', namespace, 'labelled', '-o', 'custom-columns=C:.metadata.annotations.control');
    expect(stdout).toBe('C\nred\n');
  });
});

describe('says what is wrong, and exits 2', () => {
  test.each([
    [['--context', 'nowhere'], 'no context "nowhere"'],
    [['--field-selector', 'spec.colour=red'], 'field label not supported: spec.colour'],
    [['-o', 'jsonpath={.items[99].x}'], 'out of bounds: index 99'],
    [['--sort-by', '.spec.nope'], 'no Pod in the list has such a field'],
    [['--sort-by', '.metadata'], 'an object, which has no order'],
  ])('%j', async (args, problem) => {
    const { code, stdout, stderr } = await get('-n', namespace, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^podwright: .*\n(.*\n)?$/);
    expect(stderr).toContain(problem);
  });
});

describe('watching', () => {
  test('prints a line a change, the same as kubectl, until it is interrupted', async () => {
    await inNamespace(async (name) => {
      const env = { ...process.env, KUBECONFIG: testKubeconfig() };
      const watchers = [
        spawn(process.execPath, [program, 'get', '-n', name, '-w'], { env }),
        spawn(kubectlPath(), ['get', 'pods', '-n', name, '-w'], { env }),
      ].map((child) => {
        const lines: string[] = [];
        const seen = new Set<() => void>();
        createInterface(child.stdout).on('line', (line) => {
          lines.push(line);
          for (const look of seen) look();
        });
        const until = (pattern: RegExp): Promise<void> =>
          new Promise((resolve) => {
            const look = (): void => {
              if (lines.some((line) => pattern.test(line))) resolve();
            };
            seen.add(look);
            look();
          });
        return { child, lines, until };
      });
      await apply(name, `{apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {schedulingGates: [{name: a/b}], containers: [${container}}]}}`);
      await Promise.all(watchers.map(({ until }) => until(/^one .*SchedulingGated/)));
      await apply(name, `{apiVersion: v1, kind: Pod, metadata: {name: two}, spec: {terminationGracePeriodSeconds: 0, containers: [${container}}]}}`);
      await Promise.all(watchers.map(({ until }) => until(/^two .*1\/1 +Running/)));
      await (await apiServer()).request(`/api/v1/namespaces/${name}/pods/one`, { method: 'DELETE' });
      await waitForPodGone(name, 'one');
      await apply(name, `{apiVersion: v1, kind: Pod, metadata: {name: last}, spec: {schedulingGates: [{name: a/b}], containers: [${container}}]}}`);
      await Promise.all(watchers.map(({ until }) => until(/^last /)));
      const [ours, theirs] = watchers.map(({ lines }) => lines.map((line) => withoutAges(line)));
      expect(ours).toEqual(theirs);
      const ended = watchers.map(({ child }) => new Promise((resolve) => child.once('close', resolve)));
      for (const { child } of watchers) child.kill('SIGINT');
      expect(await ended[0]).toBe(130);
      await ended[1];
    });
  });

  test('of a Pod that does not exist ends', async () => {
    expect(await get('-n', namespace, '-w', 'nope')).toEqual({ code: 1, stdout: '', stderr: 'podwright: pods "nope" not found\n' });
  });
});
