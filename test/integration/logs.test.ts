/** `podwright logs` on real Pods: whose lines, in which order, and none lost or doubled whatever happens to containers, Pods and connections. */
import type { KubernetesObject, V1Container, V1Pod, V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { overLine, withKubeconfig } from './faults/kubeconfig-file.ts';
import { apiServer, createIn, inNamespace, waitForPod, waitForPodGone } from './namespace.ts';
import { runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen, restored } from './screen-session.ts';

function container(name: string, script: string): V1Container {
  return { name, image: workloadImage, command: ['sh', '-c', script] };
}

function pod(name: string, spec: Partial<V1PodSpec>): V1Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [], ...spec } };
}

/** One container that runs a script once, and a second one where a name is given for it. */
function once(name: string, script: string): V1Pod {
  return pod(name, { restartPolicy: 'Never', containers: [container('app', script)] });
}

function ended(seen: V1Pod): boolean {
  return seen.status?.phase === 'Succeeded' || seen.status?.phase === 'Failed';
}

/** The numbers of lines such as `n 17`, whatever stands in front. */
function numbers(text: string): readonly number[] {
  return [...text.matchAll(/(?:^|\s)n (\d+)$/gm)].map((match) => Number(match[1]));
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function remove(namespace: string, name: string): Promise<void> {
  await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: 'DELETE' });
}

describe.concurrent('what there is', () => {
  test('all containers of a Pod in the order of time, init containers first, with names that line up; a chosen one alone as it is', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [
        pod('shop', {
          initContainers: [
            container('prepare', 'echo preparing; echo prepared'),
            { ...container('proxy', 'echo proxy; sleep infinity'), restartPolicy: 'Always' },
          ],
          containers: [container('app', 'sleep 1; echo "one"; sleep 0.1; echo two >&2; sleep infinity'), container('side', 'sleep infinity')],
        }),
      ]);
      const following = new RunningProgram(['logs', 'shop', '-n', namespace, '-f']);
      await following.until(() => following.stdout.includes('two'));
      await following.end();
      const all = await runProgram(['logs', 'shop', '-n', namespace]);
      expect(all).toEqual({
        code: 0,
        stdout: 'prepare │ preparing\nprepare │ prepared\nproxy   │ proxy\napp     │ one\napp     │ two\n',
        stderr: '',
      });
      // What is followed from before a container starts on is what is read afterwards.
      expect(following.stdout.replaceAll('shop/', '')).toBe(all.stdout);
      expect(await runProgram(['logs', 'shop', '-n', namespace, '-c', 'app'])).toEqual({ code: 0, stdout: 'one\ntwo\n', stderr: '' });
      expect((await runProgram(['logs', 'shop', '-n', namespace, '-c', 'prepare', '-c', 'proxy', '--tail', '1'])).stdout).toBe(
        'prepare │ prepared\nproxy   │ proxy\n',
      );
      expect((await runProgram(['logs', 'shop', '-n', namespace, '--container-state', 'terminated', '--prefix'])).stdout).toBe(
        '[pod/shop/prepare] preparing\n[pod/shop/prepare] prepared\n',
      );
      const wrong = await runProgram(['logs', 'shop', '-n', namespace, '-c', 'pap']);
      expect(wrong).toMatchObject({ code: 1, stdout: '' });
      expect(wrong.stderr).toBe('podwright: there is no container "pap" in the Pod shop\nThere are: app, proxy, side, prepare.\n');
      expect(await runProgram(['logs', 'shop', '-n', namespace, '-c', 'app', '-p'])).toEqual({
        code: 1,
        stdout: '',
        stderr: 'podwright: app of shop: has had no previous run\n',
      });
      expect(await runProgram(['logs', 'shopp', '-n', namespace])).toEqual({ code: 1, stdout: '', stderr: 'podwright: pods "shopp" not found\n' });
    });
  });

  test('a container that is shown by default is shown alone, unless all are asked for', async () => {
    await inNamespace(async (namespace) => {
      const meant = pod('meant', { containers: [container('app', 'echo app; sleep infinity'), container('mesh', 'echo mesh; sleep infinity')] });
      meant.metadata = { ...meant.metadata, annotations: { 'kubectl.kubernetes.io/default-container': 'app' } };
      await createIn(namespace, [meant]);
      const following = new RunningProgram(['logs', 'meant', '-n', namespace, '-f', '--all-containers']);
      await following.until(() => following.lines.length === 2);
      await following.end();
      expect(following.lines.toSorted()).toEqual(['app  │ app', 'mesh │ mesh']);
      expect((await runProgram(['logs', 'meant', '-n', namespace])).stdout).toBe('app\n');
    });
  });

  test('tail, since, limits, times, filters and JSON', async () => {
    await inNamespace(async (namespace) => {
      const line = JSON.stringify({ level: 'error', ts: 1_764_338_400.5, msg: 'no\u001b[2J database', trace: 12, path: 'a b', stack: 'at x\nat y' });
      await createIn(namespace, [
        once(
          'said',
          `echo early; sleep 2; for i in 0 1 2 3 4; do echo "n $i"; done; printf '%s\\n' '${line}'; printf '\\033]0;mine\\007plain \\033[31mred\\033[0m\\ttab\\r\\n'`,
        ),
      ]);
      await waitForPod(namespace, 'said', ended);
      const logs = async (...args: string[]): Promise<string> => (await runProgram(['logs', 'said', '-n', namespace, ...args])).stdout;
      const whole = await logs();
      expect(whole).toBe(
        'early\nn 0\nn 1\nn 2\nn 3\nn 4\nERROR 2025-11-28T14:00:00.500Z no database trace=12 path="a b"\n    stack=at x\n    at y\nplain red\ttab\n',
      );
      const raw = await logs('--raw');
      expect(raw).toBe(`early\nn 0\nn 1\nn 2\nn 3\nn 4\n${line}\n\u001b]0;mine\u0007plain \u001b[31mred\u001b[0m\ttab\n`);
      expect(numbers(await logs('--tail', '4'))).toEqual([3, 4]);
      expect(await logs('--tail', '0')).toBe('');
      expect(await logs('--grep', 'n [12]', '--grep', 'early', '--exclude', '1$')).toBe('early\nn 2\n');
      expect(await logs('--limit-bytes', '9')).toBe('early\nn 0\n');
      const timed = await logs('--timestamps', '--grep', '^n ');
      expect(timed).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z n \d\n){5}$/);
      // The second of the first of them, which is at least one later than that of `early`.
      expect(await logs('--since-time', `${timed.slice(0, 19)}.9Z`, '--raw')).toBe(raw.slice(6));
      expect(await logs('--since', '1h')).toBe(whole);
      const objects = (await logs('-o', 'json')).trimEnd().split('\n');
      expect(objects.map((each) => JSON.parse(each))).toMatchObject(
        raw
          .trimEnd()
          .split('\n')
          .map((message) => ({ namespace, pod: 'said', container: 'app', message })),
      );
      // A terminal is sent nothing that it would obey, even where lines are wanted as they are.
      await inScreen(['said', '-n', namespace, '--raw'], { command: ['logs'], env: { NO_COLOR: '1' } }, async (screen) => {
        expect(await screen.left()).toEqual(restored(0));
        expect(screen.raw).not.toContain('\u001b]0;mine');
        expect(screen.text).toContain('plain red');
      });
    });
  });

  test('many Pods as one stream in the order of time', async () => {
    await inNamespace(async (namespace) => {
      const writers = upTo(12).map((index) => ({
        ...once(`writer-${index}`, 'for i in $(seq 0 499); do echo "n $i"; done'),
        metadata: { name: `writer-${index}`, labels: { app: 'writer' } },
      }));
      await createIn(namespace, writers);
      for (const { metadata } of writers) await waitForPod(namespace, metadata.name, ended);
      const { code, stdout, stderr } = await runProgram(['logs', '-l', 'app=writer', '-n', namespace, '--tail', '-1', '--timestamps', '--prefix=false']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const times = stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 30));
      expect(times).toHaveLength(6000);
      expect(times).toEqual(times.toSorted());
      // kubectl's ten lines of each where Pods are selected and not named.
      expect((await runProgram(['logs', '-l', 'app=writer', '-n', namespace])).stdout.match(/│ n 49\d$/gm)).toHaveLength(120);
      const tooMany = await runProgram(['logs', '-l', 'app=writer', '-n', namespace, '--max-log-requests', '5']);
      expect(tooMany).toMatchObject({ code: 2, stdout: '' });
      expect(tooMany.stderr).toContain('12 logs, and 5 are read at the same time at most');
    });
  });
});

async function ungate(namespace: string, name: string): Promise<void> {
  const server = await apiServer();
  const body = { spec: { schedulingGates: null } };
  await server.request(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: 'PATCH', contentType: 'application/merge-patch+json', body });
}

describe.concurrent('following', () => {
  test('a container that waits says why, and joins when it starts; the following ends with the Pod', async () => {
    await inNamespace(async (namespace) => {
      const gated = once('gated', 'echo started; exit 3');
      if (gated.spec) gated.spec.schedulingGates = [{ name: 'example.com/quota' }];
      await createIn(namespace, [gated]);
      const now = await runProgram(['logs', 'gated', '-n', namespace]);
      expect(now).toMatchObject({ code: 1, stdout: '' });
      expect(now.stderr).toMatch(/^podwright: app of gated: no log yet: .*example\.com\/quota/);
      const following = new RunningProgram(['logs', 'gated', '-n', namespace, '-f']);
      await following.until(() => following.stderr.includes('example.com/quota'));
      await ungate(namespace, 'gated');
      expect(await following.ended).toBe(0);
      expect(following.stdout).toBe('started\n');
      expect(following.stderr).toContain('app of gated exited with 3');
    });
  });

  test('restarts go on without a lost or doubled line, and the run before is to be had', async () => {
    await inNamespace(async (namespace) => {
      // Each run goes on from where the last one ended, and ends when it is told to: the kubelet keeps the log of one run before the present one.
      const script =
        'i=$(cat /data/i 2>/dev/null || echo 0); for k in $(seq 1 200); do echo "n $i"; i=$((i+1)); done; echo $i > /data/i; until rm /data/go 2>/dev/null; do sleep 0.1; done; echo "n $i"; echo $((i+1)) > /data/i; exit 7';
      const gated = { schedulingGates: [{ name: 'example.com/quota' }], volumes: [{ name: 'data', emptyDir: {} }] };
      await createIn(namespace, [
        pod('loop', { ...gated, containers: [{ ...container('app', script), volumeMounts: [{ name: 'data', mountPath: '/data' }] }] }),
      ]);
      const following = new RunningProgram(['logs', 'loop', '-n', namespace, '-f']);
      // The kubelet keeps the run before the present one, and no earlier one: the first is not to be over before it is followed.
      await following.until(() => following.stderr.includes('example.com/quota'));
      await ungate(namespace, 'loop');
      for (const run of [1, 2]) {
        await following.until(() => numbers(following.stdout).length >= 201 * run - 1);
        expect(await runProgram(['exec', 'loop', '-n', namespace, '--', 'touch', '/data/go'])).toMatchObject({ code: 0 });
      }
      await following.until(() => numbers(following.stdout).length >= 602);
      await following.end();
      expect(numbers(following.stdout)).toEqual(upTo(602));
      expect(following.stderr).toContain('app of loop was started again after it exited with 7 (restart 1)');
    });
  });

  test('new Pods join, those that go are named, and one of the same name is announced', async () => {
    await inNamespace(async (namespace) => {
      const labels = { app: 'db' };
      const spec = { terminationGracePeriodSeconds: 1, containers: [container('app', 'trap "exit 0" TERM; echo "$HOSTNAME up"; sleep infinity & wait')] };
      await createIn(namespace, [
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { name: 'db' },
          spec: { replicas: 1, serviceName: 'db', selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
        } as KubernetesObject,
      ]);
      const following = new RunningProgram(['logs', 'sts/db', '-n', namespace, '-f']);
      await following.until(() => following.stdout === 'db-0 │ db-0 up\n');
      await (await apiServer()).request(`/apis/apps/v1/namespaces/${namespace}/statefulsets/db`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { replicas: 2 } },
      });
      await following.until(() => following.stdout.includes('db-1 │ db-1 up\n') && following.stderr.includes('podwright: db-1 joins\n'));
      await remove(namespace, 'db-0');
      await following.until(() => following.stdout.match(/^db-0 │ db-0 up$/gm)?.length === 2);
      await following.until(() => following.stderr.includes('db-0 was deleted\n'));
      expect(following.stderr).toContain('db-0 was replaced: the log of the new Pod follows\n');
      expect(await following.end('SIGINT')).toBe(130);
    });
  });

  test('a Pod that is deleted in the middle ends the following of it', async () => {
    await inNamespace(async (namespace) => {
      // A busy node may take more than a second to let it say goodbye.
      const containers = [container('app', 'trap "echo bye; exit 0" TERM; echo hello; sleep infinity & wait')];
      await createIn(namespace, [pod('brief', { terminationGracePeriodSeconds: 60, containers })]);
      const following = new RunningProgram(['logs', 'brief', '-n', namespace, '-f']);
      await following.until(() => following.stdout === 'hello\n');
      await remove(namespace, 'brief');
      expect(await following.ended).toBe(0);
      await waitForPodGone(namespace, 'brief');
      expect(following.stdout).toBe('hello\nbye\n');
      // Whether the Pod is seen as ended before it is gone is the kubelet's pace.
      expect(following.stderr).toMatch(/app of brief exited with 0|brief was deleted/);
    });
  });

  test('a Job is followed until it is over, its second try as well', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [
        {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: { name: 'migrate' },
          spec: { backoffLimit: 1, template: { spec: { restartPolicy: 'Never', containers: [container('app', 'echo trying; exit 1')] } } },
        } as KubernetesObject,
      ]);
      const following = new RunningProgram(['logs', 'job/migrate', '-n', namespace, '-f']);
      expect(await following.ended).toBe(0);
      expect(following.stdout.match(/ │ trying$/gm)).toHaveLength(2);
    });
  });

  test('ends at once, as a terminal, a pipe and a signal want it', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [pod('talks', { containers: [container('app', 'i=0; while :; do echo "n $i"; i=$((i+1)); done')] })]);
      await waitForPod(namespace, 'talks', (seen) => seen.status?.phase === 'Running');
      const closed = new RunningProgram(['logs', 'talks', '-n', namespace, '-f']);
      await closed.until(() => closed.lines.length > 0);
      closed.child.stdout.destroy();
      expect([await closed.ended, closed.stderr]).toEqual([0, '']);
      await inScreen(['talks', '-n', namespace, '-f'], { command: ['logs'] }, async (screen) => {
        await screen.shows(/n \d+/);
        screen.press('\u0003');
        expect(await screen.left()).toEqual(restored(130));
      });
    });
  });

  test('a reader that is slower than the writer gets every line', async () => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [once('fast', 'i=0; while [ $i -lt 60000 ]; do echo "n $i"; i=$((i+1)); done')]);
      await waitForPod(namespace, 'fast', (seen) => seen.status?.phase !== 'Pending');
      const following = new RunningProgram(['logs', 'fast', '-n', namespace, '-f']);
      await following.until(() => following.lines.length > 0);
      following.child.stdout.pause();
      const before = following.stdout.length;
      await waitForPod(namespace, 'fast', ended);
      expect(following.stdout.length).toBe(before);
      following.child.stdout.resume();
      expect(await following.ended).toBe(0);
      expect(numbers(following.stdout)).toEqual(upTo(60_000));
    });
  });
});

/** The program says last of its connection that it is lost; that a container has ended may be said after it. */
function lost(stderr: string): boolean {
  return stderr.lastIndexOf('; reconnecting\n') > stderr.lastIndexOf('connected again\n');
}

describe.concurrent('a broken line', () => {
  test('cut again and again under a numbered writer: no line is lost, none comes twice', async () => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        const script = 'i=0; while [ $i -lt 30000 ]; do echo "n $i"; i=$((i+1)); [ $((i % 500)) = 0 ] && sleep 0.1; done';
        const two = pod('writer', { restartPolicy: 'Never', containers: [container('a', script), container('b', script)] });
        await createIn(namespace, [two]);
        await waitForPod(namespace, 'writer', (seen) => seen.status?.phase !== 'Pending');
        const following = new RunningProgram(['logs', 'writer', '-n', namespace, '-f'], { kubeconfig });
        for (const cut of upTo(12)) {
          const enough = following.stdout.length + 20_000 + cut * 1777;
          // What was held up comes all at once: there may be nothing left to be cut.
          await following.until(() => following.over || following.stdout.length > enough);
          if (following.over) break;
          if (cut % 4 === 3) {
            await line.shut();
            await following.until(() => following.over || lost(following.stderr));
            await line.open();
          } else {
            line.cut();
          }
        }
        expect(await following.ended).toBe(0);
        for (const name of ['a', 'b']) {
          const own = following.lines.filter((each) => each.startsWith(`${name} │`)).join('\n');
          expect(numbers(own)).toEqual(upTo(30_000));
        }
        // Where the writer was fast, all is read before the watch of the Pods is back from the last cut, and it ends with that.
        const told = following.stderr.match(/reconnecting$|connected again$/gm) ?? [];
        expect(told[0]).toBe('reconnecting');
        expect(told).toEqual(told.map((_, index) => ['reconnecting', 'connected again'][index % 2]));
      }),
    );
  });

  test('cut while all there is is read', async () => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await createIn(namespace, [once('writer', 'seq 0 59999 | sed "s/^/n /"')]);
        await waitForPod(namespace, 'writer', ended);
        const reading = new RunningProgram(['logs', 'writer', '-n', namespace], { kubeconfig });
        await reading.until(() => reading.stdout.length > 100_000);
        line.cut();
        expect(await reading.ended).toBe(0);
        expect(numbers(reading.stdout)).toEqual(upTo(60_000));
      }),
    );
  });

  test('silent without a word: noticed by the watch of the Pods, and the log goes on', async () => {
    await inNamespace((namespace) =>
      overLine(async (line, kubeconfig) => {
        await createIn(namespace, [pod('slow', { containers: [container('app', 'i=0; while :; do echo "n $i"; i=$((i+1)); sleep 1; done')] })]);
        await waitForPod(namespace, 'slow', (seen) => seen.status?.phase === 'Running');
        const following = new RunningProgram(['logs', 'slow', '-n', namespace, '-f'], { kubeconfig });
        await following.until(() => following.lines.length > 1);
        const seen = following.lines.length;
        line.hold();
        await following.until(() => lost(following.stderr));
        line.release();
        await following.until(() => following.stderr.includes('connected again'));
        // What was written meanwhile comes at once.
        await following.until(() => following.lines.length > seen + 20);
        await following.end();
        expect(numbers(following.stdout)).toEqual(upTo(following.lines.length));
      }),
    );
  });
});

describe.concurrent('who may not', () => {
  test('read logs: the refusal names pods/log; who may not watch can still follow', async () => {
    await inNamespace(async (namespace) => {
      const rights = (...resources: readonly string[]) => [{ apiGroups: [''], resources, verbs: ['get'] }];
      const [blind, getter] = [await newAccount(namespace, 'blind', rights('pods')), await newAccount(namespace, 'getter', rights('pods', 'pods/log'))];
      await createIn(namespace, [once('said', 'echo words; sleep 5')]);
      await waitForPod(namespace, 'said', (seen) => seen.status?.phase !== 'Pending');
      await withKubeconfig({ user: { token: blind } }, async (kubeconfig) => {
        const refused = await runProgram(['logs', 'said', '-n', namespace], kubeconfig);
        expect(refused).toMatchObject({ code: 3, stdout: '' });
        expect(refused.stderr).toContain('pods/log');
        expect(refused.stderr).toContain(`kubectl auth can-i get pods --subresource=log -n ${namespace}`);
        await createIn(namespace, [pod('several', { restartPolicy: 'Never', containers: ['a', 'b', 'c'].map((name) => container(name, 'true')) })]);
        await waitForPod(namespace, 'several', ended);
        const all = await runProgram(['logs', 'several', '-n', namespace], kubeconfig);
        // Of the first, and of all of them together.
        expect(all.stderr.match(/cannot get resource "pods\/log"/g)).toHaveLength(2);
      });
      await withKubeconfig({ user: { token: getter } }, async (kubeconfig) => {
        const following = new RunningProgram(['logs', 'said', '-n', namespace, '-f'], { kubeconfig });
        expect(await following.ended).toBe(0);
        expect(following.stdout).toBe('words\n');
        expect(following.stderr).toContain('the Pod is asked for every 5 s');
      });
    });
  });
});
