/** `podwright port-forward` on real Pods: bytes of many connections at once, Pods that are replaced, a line that is cut, and what is said where nothing can be forwarded. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { overLine, withKubeconfig } from './faults/kubeconfig-file.ts';
import { deployment, isReady } from './manifests.ts';
import { apiServer, apply, awaitCount, inNamespace, waitForPod } from './namespace.ts';
import { runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen } from './screen-session.ts';

/** Serves each connection with a process of its own; as many l's as connections that may wait (busybox counts them). */
const serve = (port: number, program: string): string => `nc -${'l'.repeat(128)} -p ${port} -e ${program}`;

/** An echo on port 7000, its own name on 7001, and nothing on 7002 though the container names it. */
const echoes = [
  `{terminationGracePeriodSeconds: 1, containers: [{name: app, image: ${workloadImage}`,
  'ports: [{name: echo, containerPort: 7000}, {name: who, containerPort: 7001}, {name: deaf, containerPort: 7002}, {name: talk, containerPort: 7003, protocol: UDP}]',
  `command: [sh, -c, "${serve(7001, 'hostname')} & exec ${serve(7000, 'cat')}"]`,
  'readinessProbe: {tcpSocket: {port: 7000}, periodSeconds: 1}}]}',
].join(', ');

/** Runs the command until the body has ended, and gives the local port of each port that was asked for. */
async function forwarding(
  args: readonly string[],
  count: number,
  body: (ports: readonly number[], run: RunningProgram) => Promise<void>,
  kubeconfig?: string,
): Promise<void> {
  const run = new RunningProgram(['port-forward', ...args], kubeconfig === undefined ? {} : { kubeconfig });
  try {
    await run.writes(new RegExp(`(Forwarding from 127[^]*){${count}}\n`));
    await body(
      [...run.stdout.matchAll(/Forwarding from 127\.0\.0\.1:(\d+) /g)].map(([, port]) => Number(port)),
      run,
    );
  } finally {
    run.child.kill('SIGKILL');
    await run.ended;
  }
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** All that the other side sends. Throws where the connection is broken off. */
async function answer(port: number): Promise<string> {
  const socket = await opened(port);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** Sends these bytes, reads as many, and says whether they are the same. */
async function echoed(port: number, bytes: number): Promise<boolean> {
  const socket = await opened(port);
  socket.on('error', () => undefined);
  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  const block = randomBytes(Math.min(bytes, 65_536));
  const sending = (async () => {
    for (let left = bytes; left > 0; left -= block.length) {
      const part = block.subarray(0, left);
      sent.update(part);
      if (!socket.write(part)) await once(socket, 'drain');
    }
  })();
  let left = bytes;
  for await (const chunk of socket) {
    received.update(chunk as Buffer);
    left -= (chunk as Buffer).length;
    if (left === 0) socket.end();
  }
  await sending;
  return left === 0 && sent.digest('hex') === received.digest('hex');
}

async function withEchoes(replicas: number, body: (namespace: string) => Promise<void>): Promise<void> {
  await inNamespace(async (namespace) => {
    const services = `
{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{name: main, port: 80, targetPort: echo}, {name: self, port: 81, targetPort: 7001}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: bare}, spec: {ports: [{port: 80}]}}`;
    await apply(namespace, `${deployment('web', replicas, echoes)}${services}`);
    await awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dweb&`, replicas, isReady, 150_000);
    await body(namespace);
  });
}

describe.concurrent('port-forward', () => {
  test('carries 200 connections at once and 100 MB both ways, and loses nothing', async () => {
    await withEchoes(1, async (namespace) => {
      await forwarding(['-n', namespace, 'deploy/web', ':echo'], 1, async ([port = 0], run) => {
        expect(await echoed(port, 1)).toBe(true);
        const many = await Promise.all(Array.from({ length: 200 }, (_, index) => echoed(port, 1000 + 997 * index)));
        expect(many.filter((whole) => !whole)).toEqual([]);
        expect(await echoed(port, 100_000_000)).toBe(true);
        run.child.kill('SIGINT');
        expect([await run.ended, run.stderr]).toEqual([130, expect.stringMatching(/\n202 connections, 120\.\d MB sent, 120\.\d MB received\n$/)]);
      });
    });
  });

  test('knows ports by number, by name and by way of a Service, several at once, and listens where it is told', async () => {
    await withEchoes(1, async (namespace) => {
      await forwarding(['-n', namespace, 'svc/web', ':main', ':self', ':81'], 3, async ([echo = 0, self = 0, number = 0]) => {
        expect(await echoed(echo, 5000)).toBe(true);
        expect([await answer(self), await answer(number)]).toEqual([expect.stringMatching(/^web-/), expect.stringMatching(/^web-/)]);
      });
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const { port } = free.address() as AddressInfo;
      const busy = await runProgram(['port-forward', '-n', namespace, 'deploy/web', `${port}:echo`]);
      expect(busy).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(new RegExp(`port ${port} of 127\\.0\\.0\\.1 is in use by .+ \\(process ${process.pid}\\)`)),
      });
      free.close();
      await forwarding(['-n', namespace, 'deploy/web', `${port}:7001`, '--address', '127.0.0.1'], 1, async ([local], run) => {
        expect([local, run.stdout]).toEqual([port, `Forwarding from 127.0.0.1:${port} -> 7001\n`]);
        expect(await answer(port)).toMatch(/^web-/);
      });
    });
  });

  test('goes on with the next ready Pod when its Pod is deleted, and breaks what that one had', async () => {
    await withEchoes(1, async (namespace) => {
      await forwarding(['-n', namespace, 'deploy/web', ':7000', ':7001'], 2, async ([echo = 0, self = 0], run) => {
        const first = (await answer(self)).trim();
        const under = await opened(echo);
        under.write('before');
        await once(under, 'data');
        const broken = once(under, 'close');
        under.on('error', () => undefined);
        await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${first}`, { method: 'DELETE' });
        await run.writes(/Pod web-\S+ is gone/);
        // Asked for while there is none, and answered by the next.
        const second = (await answer(self)).trim();
        expect(second).toMatch(/^web-/);
        expect(second).not.toBe(first);
        await run.writes(new RegExp(`deploy/web: now Pod ${second}`));
        await broken;
        expect(await echoed(echo, 100_000)).toBe(true);
      });
    });
  });

  test('outlives a line that is cut, and one that the server is not reached on for a while', async () => {
    await withEchoes(1, async (namespace) => {
      await overLine(async (line, kubeconfig) => {
        await forwarding(
          ['-n', namespace, 'deploy/web', ':7001'],
          1,
          async ([port = 0]) => {
            expect(await answer(port)).toMatch(/^web-/);
            line.cut();
            expect(await answer(port)).toMatch(/^web-/);
            await line.shut();
            const waiting = answer(port);
            await line.open();
            expect(await waiting).toMatch(/^web-/);
          },
          kubeconfig,
        );
      });
    });
  });

  test('says what it cannot do: no such port, nobody there, no right, no Pod', async () => {
    await withEchoes(1, async (namespace) => {
      const forward = (...args: string[]) => runProgram(['port-forward', '-n', namespace, ...args]);
      const [name, udp, service, bare, missing, target, none] = await Promise.all([
        forward('deploy/web', ':ecco'),
        forward('deploy/web', ':talk'),
        forward('svc/web', ':82'),
        forward('svc/bare', ':80'),
        forward('deploy/wob', ':80'),
        forward('deploy/web'),
        forward('wob', '80'),
      ]);
      expect(name).toMatchObject({ code: 1, stderr: expect.stringMatching(/has no port ecco\nPorts: echo \(7000\), who \(7001\)/) });
      expect(udp).toMatchObject({ code: 1, stderr: expect.stringContaining('is UDP, and only TCP') });
      expect(service).toMatchObject({ code: 1, stderr: expect.stringMatching(/the Service \S+\/web has no port 82\nPorts: main \(80\), self \(81\)/) });
      expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('selects no Pods') });
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('"wob" not found') });
      expect(target).toMatchObject({ code: 2, stderr: expect.stringContaining('which port?') });
      expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('"wob" not found') });

      await forwarding(['-n', namespace, 'deploy/web', ':deaf'], 1, async ([port = 0], run) => {
        await expect(answer(port)).rejects.toThrow(/ECONNRESET/);
        await run.writes(/nothing listens on port 7002 in Pod web-/);
      });

      const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
      const pod = (await runProgram(['get', '-n', namespace, '-o', 'name'])).stdout.trim();
      await withKubeconfig({ user: { token: await newAccount(namespace, 'reader', rules) } }, async (kubeconfig) => {
        const refused = await runProgram(['port-forward', '-n', namespace, pod, ':7000'], kubeconfig);
        expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('"create" on pods/portforward') });
      });
      // By the older upgrade, which takes one right alone; and without that to watch the Pod.
      const create = { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create'] };
      await withKubeconfig({ user: { token: await newAccount(namespace, 'forwarder', [...rules, create]) } }, async (kubeconfig) => {
        await forwarding(['-n', namespace, pod, ':7000'], 1, async ([port = 0]) => expect(await echoed(port, 100_000)).toBe(true), kubeconfig);
      });
    });
  });

  test('goes on in a container that is restarted', () =>
    inNamespace(async (namespace) => {
      const script = 'httpd -p 8080 -h /www; while [ ! -e /tmp/stop ]; do sleep 0.1; done; exit 1';
      await apply(
        namespace,
        `{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {terminationGracePeriodSeconds: 1, containers: [{name: app, image: ${workloadImage}, command: [sh, -c, "${script}"]}]}}`,
      );
      await waitForPod(namespace, 'web', isReady);
      const page = async (port: number | undefined): Promise<string> => (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim();
      await forwarding(['web', ':8080', '-n', namespace], 1, async ([port]) => {
        expect(await page(port)).toBe('ok');
        await runProgram(['exec', 'web', '-n', namespace, '--', 'touch', '/tmp/stop']);
        await waitForPod(namespace, 'web', (pod) => isReady(pod) && pod.status?.containerStatuses?.[0]?.restartCount === 1);
        expect(await page(port)).toBe('ok');
      });
    }));

  test('ends with the Pod that was named, and waits for one that does not run yet', async () => {
    await inNamespace(async (namespace) => {
      const pod = (name: string, more = ''): string => `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {${more} ${echoes.slice(1)}}\n`;
      await apply(namespace, pod('lone') + pod('gated', 'schedulingGates: [{name: test/hold}],'));
      await waitForPod(namespace, 'lone', isReady);
      await forwarding(['-n', namespace, 'lone', ':7000'], 1, async ([port = 0], run) => {
        expect(await echoed(port, 10)).toBe(true);
        await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/lone`, { method: 'DELETE' });
        expect([await run.ended, run.stderr]).toEqual([1, expect.stringMatching(/the Pod \S+\/lone was deleted/)]);
      });
      expect(await runProgram(['port-forward', '-n', namespace, 'gated', ':7000', '--pod-running-timeout', '15s'])).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(/waiting for a Pod that runs \(.*gate.*\)[^]*no Pod that runs, after 15 s/),
      });
    });
  });

  test('shows on a terminal what passes, and leaves it with a sum', async () => {
    await withEchoes(1, async (namespace) => {
      await inScreen(['-n', namespace, 'deploy/web', ':7000'], { command: ['port-forward'], columns: 80, rows: 24 }, async (screen) => {
        await screen.shows(/Forwarding from 127\.0\.0\.1:\d+ -> 7000/);
        const socket = await opened(Number(/127\.0\.0\.1:(\d+)/.exec(screen.text)?.[1]));
        socket.write(randomBytes(1500));
        await screen.shows(/^web-\S+: 1 open, 1 connection, 1\.5 kB sent, 1\.5 kB received/m);
        screen.press('\u0003');
        expect(await screen.left()).toMatchObject({ exitCode: 130, rawMode: false });
        expect(screen.text).toMatch(/^1 connection, 1\.5 kB sent, 1\.5 kB received$/m);
        socket.destroy();
      });
    });
  });
});
