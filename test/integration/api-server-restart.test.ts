/** The API server is killed, and started again by its kubelet: the stream of Pods and the dashboard say so meanwhile, lose none of them, and go on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { clusterPods } from '../../src/kube/cluster-pods.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport } from '../../src/kube/transport.ts';
import type { PodBatch } from '../../src/service/pod-source.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { apiServer, createIn, docker, inNamespace, testKubeconfig, waitForNode, waitForPod } from './namespace.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen, restored } from './screen-session.ts';

/** What has become of the Pods and of the connection, as the batches of a stream tell it. */
class Followed {
  readonly names = new Map<string, string>();
  readonly states: string[] = [];
  #changed = Promise.withResolvers<void>();

  async follow(batches: AsyncIterable<PodBatch>): Promise<void> {
    for await (const { changes, links } of batches) {
      for (const { type, pod } of changes) {
        if (type === 'upsert') this.names.set(pod.uid, pod.name);
        else this.names.delete(pod.uid);
      }
      for (const { state } of links.values()) if (this.states.at(-1) !== state) this.states.push(state);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }

  /** Waits for a batch after which `wanted` holds; the test's own timeout is the deadline. */
  async until(wanted: () => boolean): Promise<void> {
    while (!wanted()) await this.#changed.promise;
  }
}

function pod(name: string, nodeName?: string, script = 'sleep infinity'): V1Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      ...(nodeName !== undefined && { nodeName }),
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: workloadImage, command: ['sh', '-c', `httpd -p 8080 -h /www; ${script}`] }],
    },
  };
}

/** Takes its time to end. */
function polite(name: string): V1Pod {
  const whole = pod(name);
  const [app] = whole.spec?.containers ?? [];
  if (app !== undefined) app.lifecycle = { preStop: { exec: { command: ['sleep', '8'] } } };
  return { ...whole, spec: { ...whole.spec, containers: app === undefined ? [] : [app], terminationGracePeriodSeconds: 20 } };
}

/** Is Ready only a while after it has started. */
function late(name: string): V1Pod {
  const whole = pod(name);
  const [app] = whole.spec?.containers ?? [];
  if (app !== undefined) app.readinessProbe = { exec: { command: ['true'] }, initialDelaySeconds: 15 };
  return whole;
}

/** What the Pod serves, asked for through the port that leads to it. */
async function pageAt(port: number): Promise<string> {
  return (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim();
}

async function controlPlane(): Promise<string> {
  const server = await apiServer();
  const { items } = await server.request<{ items: { metadata: { name: string } }[] }>('/api/v1/nodes?labelSelector=node-role.kubernetes.io/control-plane');
  return items[0]?.metadata.name ?? '';
}

/** Waits until a Pod could be created again: a server that has just started refuses at first, for want of its caches. */
async function takesPods(namespace: string): Promise<void> {
  const server = await apiServer();
  for (const deadline = Date.now() + 300_000; ; await pause(500)) {
    try {
      await server.request(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, { method: 'POST', body: pod('tried') });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** What the tests after this one stand on: nodes that are Ready, and the controllers and the scheduler, which end when they cannot reach the API server. */
async function soundAgain(node: string): Promise<void> {
  await waitForNode(node, 'Ready', 'True');
  await inNamespace(async (namespace) => {
    await createIn(namespace, [pod('sound')]);
    await waitForPod(namespace, 'sound', ({ status }) => status?.phase === 'Running');
  });
}

/** So many numbers from 0 on, each in a line of a log. */
function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `n ${index}`);
}

test('an API server that restarts: the stream and the dashboard say so, keep their Pods, and go on; a log that is followed loses no line, a deletion, an apply and an edit come to their end', {
  timeout: 900_000,
}, async () => {
  const node = await controlPlane();
  await inNamespace(async (namespace) => {
    await createIn(namespace, [pod('before', undefined, 'i=0; while :; do echo "n $i"; i=$((i+1)); sleep 0.2; done')]);
    await createIn(namespace, [polite('ends')]);
    for (const name of ['before', 'ends']) await waitForPod(namespace, name, ({ status }) => status?.phase === 'Running');
    const folder = mkdtempSync(join(tmpdir(), 'podwright-restart-'));
    writeFileSync(join(folder, 'late.json'), JSON.stringify(late('late')));
    const logs = new RunningProgram(['logs', 'before', '-n', namespace, '-f']);
    const transport = createTransport(openCluster({ kubeconfig: testKubeconfig() }));
    const done = new AbortController();
    const programs: RunningProgram[] = [];
    const started = (args: readonly string[]): RunningProgram => {
      programs.push(new RunningProgram(args));
      return programs.at(-1) as RunningProgram;
    };
    const followed = new Followed();
    const following = followed.follow(clusterPods(transport).watchPods({ namespaces: [namespace] }, { signal: done.signal }));
    try {
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows('● live');
        await screen.shows(/ before +1\/1 +Running/);
        const exec = started(['exec', '-n', namespace, 'before', '--', 'sh', '-c', 'echo begun; sleep 1000']);
        const forward = started(['port-forward', '-n', namespace, 'before', ':8080']);
        await Promise.all([exec.writes(/begun/), forward.writes(/Forwarding from 127\.0\.0\.1/)]);
        const port = Number(/127\.0\.0\.1:(\d+)/.exec(forward.stdout)?.[1]);
        expect(await pageAt(port)).toBe('ok');
        const deleted = started(['delete', '-n', namespace, 'ends', '--yes']);
        // The editor stays open until the server has gone.
        process.env['KUBE_EDITOR'] =
          `sh -c 'while [ ! -e "${folder}/go" ]; do sleep 0.2; done; grep -q edited "$1" || sed -i "s/^metadata:$/metadata:\\n  labels: {edited: \\"yes\\"}/" "$1"' sh`;
        const edited = started(['edit', '-n', namespace, 'pod/before']);
        const applied = started(['apply', '-n', namespace, '-f', folder, '--wait']);
        const attached = started(['attach', '-n', namespace, 'before']);
        const debug = started(['debug', '-n', namespace, 'before', '--image', 'podwright.test/none:1', '--timeout', '10m']);
        await Promise.all([deleted.writes(/ending/), applied.writes(/0\/1 ready +late/), attached.writes(/attached/), debug.writes(/waiting/)]);
        await followed.until(() => followed.states.at(-1) === 'live' && followed.names.size === 3);
        await docker('exec', node, 'sh', '-ec', 'kill -9 $(pidof kube-apiserver)');
        try {
          const lost = (): boolean => logs.stderr.includes('reconnecting');
          await Promise.all([followed.until(() => followed.states.at(-1) === 'stale'), screen.shows('◌ stale'), logs.until(lost)]);
          writeFileSync(join(folder, 'go'), '');
          for (const each of [exec, attached]) {
            expect([await each.ended, each.stderr]).toEqual([3, expect.stringMatching(/broke, and with it that to the process/)]);
          }
          expect([...followed.names.values()].toSorted()).toEqual(['before', 'ends', 'late']);
          expect(screen.text).toMatch(/ before +1\/1 +Running/);
        } finally {
          // The kubelet starts the server again, and waits with it longer each time that it was killed lately. A kubelet that is new knows of no time before.
          await docker('exec', node, 'systemctl', 'restart', 'kubelet');
          await takesPods(namespace);
        }
        await Promise.all([followed.until(() => followed.states.at(-1) === 'live'), screen.shows('● live', 300_000)]);
        expect(await pageAt(port)).toBe('ok');
        forward.child.kill('SIGINT');
        expect(await forward.ended).toBe(130);
        // On the node of that kubelet, which has to be at work again for it.
        await createIn(namespace, [pod('after', node)]);
        expect([await deleted.ended, deleted.stdout]).toEqual([0, expect.stringContaining('pod/ends deleted')]);
        expect([await edited.ended, edited.stdout]).toEqual([0, expect.stringContaining('pod/before changed')]);
        await waitForPod(namespace, 'before', ({ metadata }) => metadata?.labels?.['edited'] === 'yes');
        await debug.writes(/The server is back/);
        debug.child.kill('SIGINT');
        expect([await debug.ended, debug.stderr]).toEqual([130, expect.stringContaining('It is there, and may still start')]);
        expect([await applied.ended, applied.stdout]).toEqual([0, expect.stringContaining('PASSED')]);
        await Promise.all([followed.until(() => followed.names.size === 3), screen.shows(/ after +1\/1 +Running/, 300_000)]);
        expect([...followed.names.values()].toSorted()).toEqual(['after', 'before', 'late']);
        expect(screen.text).toMatch(/ before +1\/1 +Running/);
        const seen = logs.lines.length;
        await logs.until(() => logs.stderr.includes('connected again') && logs.lines.length > seen + 20);
        expect(logs.lines).toEqual(numbered(logs.lines.length));
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    } finally {
      for (const { child } of programs) child.kill('SIGKILL');
      done.abort();
      await Promise.all([following, logs.end()]);
      transport.close();
      rmSync(folder, { recursive: true });
      delete process.env['KUBE_EDITOR'];
    }
  });
  await soundAgain(node);
});
