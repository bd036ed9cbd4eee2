/** `podwright exec`, `shell` and `attach` on real containers: bytes, exit codes, terminals, and every way in which they end early. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { overLine, withKubeconfig } from './faults/kubeconfig-file.ts';
import { deployment, isReady } from './manifests.ts';
import { apiServer, apply, awaitCount, inNamespace, waitForPod } from './namespace.ts';
import { runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen, restored } from './screen-session.ts';

function pod(name: string, containers = `[{name: app, image: ${workloadImage}}]`, more = ''): string {
  return `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {terminationGracePeriodSeconds: 1, ${more} containers: ${containers}}}\n`;
}

/** A namespace with the Pod `one` of one container, ready. */
async function withPod(body: (namespace: string) => Promise<void>): Promise<void> {
  await inNamespace(async (namespace) => {
    await apply(namespace, pod('one'));
    await waitForPod(namespace, 'one', isReady);
    await body(namespace);
  });
}

async function deletePod(namespace: string, name: string): Promise<void> {
  await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: 'DELETE' });
}

/** The most memory that a process has held so far; 0 once it has ended. */
function peakBytes(pid: number | undefined): number {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe.concurrent('exec', () => {
  test('keeps stdout and stderr apart, byte for byte, and ends as the command ends', async () => {
    await withPod(async (namespace) => {
      const both = await runProgram(['exec', '-n', namespace, 'one', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
      expect(both).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
      // Every byte there is, none of which a terminal's line discipline or an encoding may touch.
      const bytes = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), randomBytes(200_000)]);
      const echo = new RunningProgram(['exec', '-i', '-n', namespace, 'one', '--', 'cat']);
      echo.child.stdin.end(bytes);
      expect(await echo.ended).toBe(0);
      expect(digest(echo.bytes)).toBe(digest(bytes));
    });
  });

  test('passes 100 MB both ways at the pace of who reads them, without loss and without holding them', async () => {
    await withPod(async (namespace) => {
      const late = 'echo ready; until [ -e /tmp/go ]; do sleep 0.1; done; sha256sum';
      const slow = new RunningProgram(['exec', '-i', '-n', namespace, 'one', '--', 'sh', '-c', late]);
      await slow.writes(/ready/);
      const sent = createHash('sha256');
      let reads = false;
      for (let index = 0; index < 100; index++) {
        const block = randomBytes(1_000_000);
        sent.update(block);
        if (slow.child.stdin.write(block) !== false) continue;
        if (index > 20 && !reads) {
          reads = true;
          await runProgram(['exec', '-n', namespace, 'one', '--', 'touch', '/tmp/go']);
        }
        // What there was may have been taken while the file was made.
        if (reads && slow.child.stdin.writableNeedDrain) await Promise.race([once(slow.child.stdin, 'drain'), slow.ended]);
      }
      const held = peakBytes(slow.child.pid);
      slow.child.stdin.end();
      expect([await slow.ended, slow.stderr]).toEqual([0, '']);
      expect(slow.stdout).toContain(sent.digest('hex'));
      expect(held).toBeLessThan(200_000_000);

      // Once it ends, Kubernetes may drop what is still on its way.
      const whole = 'head -c 100000000 /dev/zero; until [ -e /tmp/read ]; do sleep 0.1; done';
      const flood = new RunningProgram(['exec', '-n', namespace, 'one', '--', 'sh', '-c', whole], { keep: false });
      flood.child.stdout.pause();
      await runProgram(['exec', '-n', namespace, 'one', '--', 'true']);
      let [bytes, peak] = [0, 0];
      flood.child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        peak = Math.max(peak, peakBytes(flood.child.pid));
      });
      flood.child.stdout.resume();
      await flood.until(() => bytes === 100_000_000);
      await runProgram(['exec', '-n', namespace, 'one', '--', 'touch', '/tmp/read']);
      expect([await flood.ended, bytes]).toEqual([0, 100_000_000]);
      expect(peak).toBeLessThan(200_000_000);
    });
  });

  test('names what there is where a container, a program or a Pod is not there', async () => {
    await inNamespace(async (namespace) => {
      const containers = `[{name: app, image: ${workloadImage}}, {name: proxy, image: ${workloadImage}}]`;
      await apply(namespace, pod('web-1', containers) + pod('unset', `[{name: app, image: ${workloadImage}, envFrom: [{configMapRef: {name: settings}}]}]`));
      await waitForPod(namespace, 'web-1', isReady);
      const exec = (...args: string[]) => runProgram(['exec', '-n', namespace, ...args]);
      const [container, missing, program, meant, choice] = await Promise.all([
        exec('web-1', '-c', 'prxy', '--', 'true'),
        exec('web-2', '--', 'true'),
        exec('web-1', '-c', 'app', '--', 'bsh'),
        exec('web-1', 'ls'),
        exec('web-1', '--', 'true'),
      ]);
      expect(container).toMatchObject({ code: 1, stderr: expect.stringMatching(/no container "prxy"\nContainers: proxy, app\./) });
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean web-1?') });
      expect(program).toMatchObject({ code: 1, stderr: expect.stringMatching(/container app of \S+\/web-1 has no program "bsh"/) });
      expect(meant).toMatchObject({ code: 2, stderr: expect.stringContaining('exec web-1 -- ls') });
      expect(choice).toMatchObject({ code: 0, stderr: expect.stringContaining('container app, out of: app, proxy') });
      await waitForPod(namespace, 'unset', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError');
      const late = await exec('unset', '--pod-running-timeout', '10s', '--', 'true');
      expect(late).toMatchObject({
        code: 4,
        stdout: '',
        stderr: expect.stringMatching(/waiting until it runs \(.*settings.*\n.*does not run after 10 s: .*settings.*\n.*why pod\/unset/),
      });
    });
  });

  test('waits for a Pod that does not run yet with what holds it up, and not for one that will never run', async () => {
    await inNamespace(async (namespace) => {
      const service = '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}';
      const done = `{apiVersion: v1, kind: Pod, metadata: {name: done}, spec: {restartPolicy: Never, containers: [{name: app, image: ${workloadImage}, command: ["true"]}]}}`;
      const settings = `[{name: app, image: ${workloadImage}, envFrom: [{configMapRef: {name: settings}}]}]`;
      await apply(
        namespace,
        `${deployment('web', 0, `{containers: [{name: app, image: ${workloadImage}}]}`)}\n${service}\n---\n${done}\n${pod('unset', settings)}`,
      );
      const exec = (...args: string[]) => new RunningProgram(['exec', '-n', namespace, '--pod-running-timeout', '5m', ...args]);
      const [unset, scaled, selected] = [exec('unset', '--', 'hostname'), exec('deploy/web', '--', 'hostname'), exec('svc/web', '--', 'hostname')];
      await unset.writes(/unset: waiting until it runs \(.*settings/);
      await Promise.all([scaled, selected].map((each) => each.writes(/web: waiting until it runs \(there is no Pod\)/)));
      await apply(namespace, '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}');
      await (await apiServer()).request(`/apis/apps/v1/namespaces/${namespace}/deployments/web`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { replicas: 1 } },
      });
      expect(await Promise.all([unset, scaled, selected].map((each) => each.ended))).toEqual([0, 0, 0]);
      expect(unset.stdout).toBe('unset\n');
      expect(selected.stdout).toEqual(scaled.stdout);
      await waitForPod(namespace, 'done', ({ status }) => status?.phase === 'Succeeded');
      expect(await runProgram(['exec', '-n', namespace, 'done', '--', 'true'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/app of \S+\/done does not run: /),
      });
      // Nobody waits where it is not wanted, and Ctrl-C ends the waiting.
      await apply(namespace, pod('never', `[{name: app, image: ${workloadImage}, envFrom: [{configMapRef: {name: none}}]}]`));
      expect(await runProgram(['exec', '-n', namespace, 'never', '--pod-running-timeout', '0', '--', 'true'])).toMatchObject({ code: 1 });
      const waiting = exec('never', '--', 'true');
      await waiting.writes(/waiting until it runs/);
      waiting.child.kill('SIGINT');
      expect(await waiting.ended).toBe(130);
      const gone = exec('never', '--', 'true');
      await gone.writes(/waiting until it runs/);
      await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/never?gracePeriodSeconds=0`, { method: 'DELETE' });
      expect([await gone.ended, gone.stderr]).toEqual([1, expect.stringContaining(`the Pod ${namespace}/never was deleted`)]);
    });
  });

  test("takes a ready Pod of a workload, and the container that the Pod's annotation names", async () => {
    await inNamespace(async (namespace) => {
      const annotated = `\n{apiVersion: v1, kind: Pod, metadata: {name: noted, annotations: {kubectl.kubernetes.io/default-container: side}}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: app, image: ${workloadImage}}, {name: side, image: ${workloadImage}, env: [{name: ME, value: side}]}]}}`;
      await apply(namespace, `${deployment('web', 2, `{containers: [{name: app, image: ${workloadImage}}]}`)}\n${annotated}`);
      await Promise.all([
        awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dweb&`, 1, isReady, 150_000),
        waitForPod(namespace, 'noted', isReady),
      ]);
      const chosen = await runProgram(['exec', '-n', namespace, 'deploy/web', '--', 'hostname']);
      expect(chosen).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web-/), stderr: `podwright: deploy/web: Pod ${chosen.stdout}` });
      expect(await runProgram(['exec', '-n', namespace, 'noted', '--', 'sh', '-c', 'echo $ME'])).toEqual({ code: 0, stdout: 'side\n', stderr: '' });
    });
  });

  test('without the right says which', async () => {
    await withPod(async (namespace) => {
      const token = await newAccount(namespace, 'reader', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]);
      await withKubeconfig({ user: { token } }, async (kubeconfig) => {
        const refused = await runProgram(['exec', '-n', namespace, 'one', '--', 'login', '--password=hunter2'], kubeconfig, { PODWRIGHT_DEBUG: '1' });
        expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('"create" on pods/exec') });
        expect(refused.stderr).toContain(`kubectl auth can-i create pods --subresource=exec -n ${namespace}`);
        // What is run may hold a secret, and the token is one.
        expect([refused.stderr.includes('hunter2'), refused.stderr.includes(token)]).toEqual([false, false]);
      });
      // The right that most Roles give alone, which takes the older upgrade: with a terminal's size and without, input that ends, an exit code.
      const create = { apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] };
      const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
      await withKubeconfig({ user: { token: await newAccount(namespace, 'runner', [pods, create]) } }, async (kubeconfig) => {
        const bytes = randomBytes(5_000_000);
        const echo = new RunningProgram(['exec', '-i', '-n', namespace, 'one', '--', 'sh', '-c', 'cat; echo err >&2; exit 6'], { kubeconfig });
        echo.child.stdin.end(bytes);
        expect([await echo.ended, digest(echo.bytes), echo.stderr]).toEqual([6, digest(bytes), 'err\n']);
        await inScreen(['-it', '-n', namespace, 'one', '--', 'sh'], { command: ['exec'], columns: 90, rows: 30, kubeconfig }, async (screen) => {
          await screen.shows('# ');
          screen.press('stty size; exit 8\r');
          await screen.shows('30 90');
          expect(await screen.left()).toEqual(restored(8));
        });
      });
    });
  });

  test('ends when its Pod is deleted, its container is killed, its line is cut or it is interrupted', async () => {
    await inNamespace(async (namespace) => {
      await apply(
        namespace,
        pod('one') + pod('two') + pod('three', `[{name: app, image: ${workloadImage}, command: [sh, -c, "trap 'exit 3' TERM; sleep infinity & wait"]}]`),
      );
      await Promise.all(['one', 'two', 'three'].map((name) => waitForPod(namespace, name, isReady)));
      const begin = async (name: string, kubeconfig?: string): Promise<RunningProgram> => {
        const run = new RunningProgram(
          ['exec', '-i', '-n', namespace, name, '--', 'sh', '-c', 'echo begun; sleep 1000'],
          kubeconfig === undefined ? {} : { kubeconfig },
        );
        await run.writes(/begun/);
        return run;
      };
      const deleted = await begin('one');
      await deletePod(namespace, 'one');
      expect([await deleted.ended, deleted.stderr]).toEqual([137, expect.stringMatching(/the Pod \S+\/one (is being|was) deleted/)]);

      const restarted = await begin('three');
      await runProgram(['exec', '-n', namespace, 'three', '--', 'kill', '-TERM', '1']);
      expect([await restarted.ended, restarted.stderr]).toEqual([137, expect.any(String)]);

      await overLine(async (line, kubeconfig) => {
        const cut = await begin('two', kubeconfig);
        line.cut();
        expect([await cut.ended, cut.stderr]).toEqual([3, expect.stringMatching(/the connection to \S+ broke, and with it that to the process in \S+\/two/)]);
      });

      for (const [signal, code] of [
        ['SIGINT', 130],
        ['SIGTERM', 143],
      ] as const) {
        const interrupted = await begin('two');
        interrupted.child.kill(signal);
        expect([await interrupted.ended, interrupted.stderr]).toEqual([code, '']);
      }
    });
  });
});

describe.concurrent('a terminal', () => {
  test('has the size of ours, gets every key, and is given back with the exit code', async () => {
    await withPod(async (namespace) => {
      await inScreen(['-it', '-n', namespace, 'one', '--', 'sh'], { command: ['exec'], columns: 90, rows: 30 }, async (screen) => {
        await screen.shows('# ');
        screen.press('stty size\r');
        await screen.shows('30 90');
        screen.resize(70, 20);
        // The new size goes its own way, which may take longer than that of the keys.
        screen.press('until [ "$(stty size)" = "20 70" ]; do sleep 0.1; done; echo res""ized\r');
        await screen.shows(/^resized/m);
        // Until a command runs, the shell reads Ctrl-C as a key of its own.
        screen.press('echo asl""eep; sleep 1000\r');
        await screen.shows(/^asleep/m);
        screen.press('\u0003');
        screen.press('echo $((6 * 7)); exit 9\r');
        await screen.shows(/^42/m);
        expect(await screen.left()).toEqual(restored(9));
      });
    });
  });

  test('is given back, with what a program left on it undone, when the Pod is deleted or a signal comes', async () => {
    await withPod(async (namespace) => {
      const clutter = String.raw`printf '\033[?1049h\033[?25l\033[?1000hFULL'; exec sleep 1000`;
      const args = ['-it', '-n', namespace, 'one', '--', 'sh', '-c', clutter];
      await inScreen(args, { command: ['exec'] }, async (screen) => {
        await screen.shows('FULL');
        screen.signal('SIGTERM');
        expect(await screen.left()).toEqual(restored(143));
        expect(screen.raw).toContain('\u001b[?1000l');
      });
      await inScreen(args, { command: ['exec'] }, async (screen) => {
        await screen.shows('FULL');
        await deletePod(namespace, 'one');
        expect(await screen.left()).toEqual(restored(137));
        expect(screen.text).toMatch(/the Pod \S+\/one (is being|was) deleted/);
      });
    });
  });

  test('without one on stdin says so; Ctrl-C before the connection stands ends with 130', async () => {
    await withPod(async (namespace) => {
      const piped = new RunningProgram(['exec', '-it', '-n', namespace, 'one', '--', 'cat']);
      piped.child.stdin.end('through\n');
      expect([await piped.ended, piped.stdout, piped.stderr]).toEqual([0, 'through\n', expect.stringContaining('no terminal')]);
      await overLine(async (line, kubeconfig) => {
        line.hold();
        await inScreen(['-it', '-n', namespace, 'one', '--', 'sh'], { command: ['exec'], kubeconfig }, async (screen) => {
          while (line.connections === 0) await pause(50);
          screen.press('\u0003');
          expect(await screen.left()).toEqual(restored(130));
        });
      });
    });
  });
});

describe.concurrent('shell and attach', () => {
  test('shell opens what there is, and names debug where there is none', async () => {
    await inNamespace(async (namespace) => {
      await apply(namespace, pod('one') + pod('bare', '[{name: app, image: "registry.k8s.io/pause:3.10.2", imagePullPolicy: Never}]'));
      await Promise.all(['one', 'bare'].map((name) => waitForPod(namespace, name, isReady)));
      await inScreen(['-n', namespace, 'one'], { command: ['shell'] }, async (screen) => {
        await screen.shows('# ');
        screen.press('exit\r');
        expect(await screen.left()).toEqual(restored(0));
      });
      const piped = new RunningProgram(['shell', '-n', namespace, 'one']);
      piped.child.stdin.end('echo $((6 * 7))\n');
      expect([await piped.ended, piped.stdout]).toEqual([0, '42\n']);
      expect(await runProgram(['shell', '-n', namespace, 'bare'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/has no shell[^\n]*\n`podwright debug bare/),
      });
    });
  });

  test("attach connects with the container's own process", async () => {
    await inNamespace(async (namespace) => {
      await apply(
        namespace,
        pod(
          'reads',
          `[{name: app, image: ${workloadImage}, stdin: true, stdinOnce: true, command: [sh, -c, 'while read -r line; do echo "got $line"; done; exit 4']}]`,
          'restartPolicy: Never,',
        ),
      );
      await apply(
        namespace,
        pod('shell', `[{name: app, image: ${workloadImage}, stdin: true, tty: true, command: [sh]}]`, 'restartPolicy: Never,') + pod('deaf'),
      );
      await Promise.all(['reads', 'shell', 'deaf'].map((name) => waitForPod(namespace, name, isReady)));
      const attached = new RunningProgram(['attach', '-i', '-n', namespace, 'reads']);
      await attached.writes(/attached to container app/);
      attached.child.stdin.write('a line\n');
      await attached.writes(/got a line/);
      attached.child.stdin.end();
      expect(await attached.ended).toBe(4);

      await inScreen(['-it', '-n', namespace, 'shell'], { command: ['attach'], columns: 90, rows: 30 }, async (screen) => {
        await screen.shows('attached to container app');
        screen.press('stty size\r');
        await screen.shows('30 90');
        screen.press('exit 5\r');
        expect(await screen.left()).toEqual(restored(5));
      });
      const deaf = new RunningProgram(['attach', '-it', '-n', namespace, 'deaf']);
      await deaf.writes(/reads no input[^]*has no terminal[^]*attached/);
      deaf.child.kill('SIGINT');
      expect(await deaf.ended).toBe(130);
    });
  });

  test('attach ends as its container ends, with its Pod, and where it may not', async () => {
    await inNamespace(async (namespace) => {
      const stopped = 'while [ ! -e /tmp/stop ]; do sleep 0.1; done; exit 3';
      await apply(
        namespace,
        pod('one') + pod('again', `[{name: app, image: ${workloadImage}, command: [sh, -c, "${stopped}"]}, {name: side, image: ${workloadImage}}]`),
      );
      await Promise.all(['one', 'again'].map((name) => waitForPod(namespace, name, isReady)));
      const attached = async (name: string): Promise<RunningProgram> => {
        const run = new RunningProgram(['attach', '-n', namespace, name]);
        await run.writes(/attached to container app/);
        return run;
      };
      const restarted = await attached('again');
      expect(await runProgram(['exec', '-n', namespace, 'again', '--', 'touch', '/tmp/stop'])).toMatchObject({ code: 0 });
      expect(await restarted.ended).toBe(3);

      const token = await newAccount(namespace, 'reader', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]);
      await withKubeconfig({ user: { token } }, async (kubeconfig) => {
        const refused = await runProgram(['attach', '-n', namespace, 'one'], kubeconfig);
        expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('"create" on pods/attach') });
      });
      const wrong = await runProgram(['attach', '-n', namespace, 'again', '-c', 'sidd']);
      expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/no container "sidd"\nContainers: side, app\./) });

      const deleted = await attached('one');
      await deletePod(namespace, 'one');
      expect([await deleted.ended, deleted.stderr]).toEqual([1, expect.stringMatching(/the Pod \S+\/one (is being|was) deleted/)]);
    });
  });
});
