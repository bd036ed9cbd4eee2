/** `debug` on real Pods: what the container sees and may do, what a copy is and is not, and what is said where it does not run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, inNamespace, waitForPod } from './namespace.ts';
import { type Outcome, runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { inScreen, restored } from './screen-session.ts';

const web = (
  more = '',
  container = '',
): string => `{apiVersion: v1, kind: Pod, metadata: {name: web, labels: {app: web}}, spec: {terminationGracePeriodSeconds: 1,${more}
  containers: [{name: app, image: ${workloadImage}, command: [sleep, infinity]${container}}, {name: proxy, image: ${workloadImage}, command: [sleep, "86400"]${container}}]}}`;

function debug(namespace: string, ...args: readonly string[]): Promise<Outcome> {
  return runProgram(['debug', '-n', namespace, ...args]);
}

const tools = ['--image', workloadImage];

async function podOf(namespace: string, name: string): Promise<V1Pod> {
  return (await apiServer()).request<V1Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`);
}

describe.concurrent('debug', () => {
  test('a container beside the others sees the processes of its target, and is said to stay', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web());
      await waitForPod(namespace, 'web', isReady);
      const script = 'ps -o args >/dev/termination-log; exit 3';
      const outcome = await debug(namespace, 'web', ...tools, '-c', 'look', '--env', 'A=1', '--target', 'proxy', '--', 'sh', '-c', script);
      // It may be seen while it runs, or when it has ended.
      expect([outcome.stdout, outcome.stderr].join('')).toMatch(/pod\/web look runs|look has ended with exit code 3/);
      expect(outcome.stderr).toMatch(/Added the debug container look to pod\/web; it sees the processes of proxy\.\n.*never taken out/);
      const pod = await waitForPod(namespace, 'web', ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined);
      const ended = pod.status?.ephemeralContainerStatuses?.[0]?.state?.terminated;
      expect(ended).toMatchObject({ exitCode: 3, message: expect.stringContaining('sleep 86400') });
      expect(ended?.message).not.toContain('sleep infinity');
      expect(pod.spec?.ephemeralContainers).toMatchObject([{ name: 'look', targetContainerName: 'proxy', env: [{ name: 'A', value: '1' }] }]);
      expect(pod.spec?.ephemeralContainers?.[0]?.securityContext?.capabilities?.add).toEqual(['SYS_PTRACE']);
      // The others have not noticed.
      expect(pod.status?.containerStatuses?.map(({ restartCount }) => restartCount)).toEqual([0, 0]);
      expect(await debug(namespace, 'web', ...tools, '-c', 'look')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('there is a container look in web already'),
      });
      expect(await debug(namespace, 'web', ...tools, '--target', 'prox')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Did you mean proxy? It has app, proxy, look.'),
      });
      expect(await debug(namespace, 'wab', ...tools)).toMatchObject({ code: 1, stderr: expect.stringContaining('Did you mean web?') });
    }));

  test('on a terminal it is a shell beside the app, and the terminal is left as it was', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web());
      await waitForPod(namespace, 'web', isReady);
      await inScreen([], { command: ['debug', 'web', '-n', namespace, '-it', ...tools, '--', 'sh'] }, async (screen) => {
        await screen.shows('press enter');
        // What is typed before the other end listens is not lost.
        screen.press('\recho $((20 + 22)); ps -o args\r');
        await screen.shows('42');
        await screen.shows('sleep infinity');
        screen.press('exit\r');
        expect(await screen.left()).toEqual(restored(0));
      });
    }));

  test('with input from a pipe it ends with that, and with the exit code of what read it', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web());
      await waitForPod(namespace, 'web', isReady);
      const shell = new RunningProgram(['debug', 'web', '-n', namespace, '-i', ...tools, '-c', 'piped', '--', 'sh']);
      shell.child.stdin.end('echo $((20 + 22)) >/dev/termination-log\nexit 7\n');
      expect(await shell.ended).toBe(7);
      const { status } = await podOf(namespace, 'web');
      expect(status?.ephemeralContainerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 7, message: '42\n' });
    }));

  test('in a Pod whose container crashes it runs without that, and says so', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web().replace('[sleep, infinity]', '[sh, -c, exit 3]'));
      await waitForPod(
        namespace,
        'web',
        ({ status }) => status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff') === true,
      );
      const shell = new RunningProgram(['debug', 'web', '-n', namespace, '-i', ...tools, '--', 'sh', '-c', 'exit 9']);
      shell.child.stdin.end();
      expect([await shell.ended, shell.stderr]).toEqual([9, expect.stringMatching(/; app does not run, so that there are no processes of it to be seen\./)]);
      const asked = await debug(namespace, 'web', ...tools, '--target', 'app');
      expect(asked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/--target app: it does not run[^]*--copy-to/) });
      expect((await podOf(namespace, 'web')).spec?.ephemeralContainers).toHaveLength(1);
    }));

  test('what does not start says why, and at once where it will not', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web());
      await waitForPod(namespace, 'web', isReady);
      const nothing = await debug(namespace, 'web', ...tools, '--', 'no-such-program');
      expect(nothing).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/does not run: .*no-such-program/) });
      const root = await debug(namespace, 'web', ...tools, '--profile', 'restricted', '--', 'sleep', '60');
      expect(root).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not run: .*must not run as root/) });
      const name = await debug(namespace, 'web', '--image', 'Not/A//Name');
      expect(name).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not run: .*cannot be the name of an image/) });
    }));

  test('tells programs what was made and how it stands, on stdout alone', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web());
      const { metadata } = await waitForPod(namespace, 'web', isReady);
      const runs = await debug(namespace, 'web', ...tools, '-c', 'look', '-o', 'json', '--', 'sleep', '600');
      expect(runs).toMatchObject({ code: 0, stderr: expect.stringContaining('Added the debug container look') });
      expect(JSON.parse(runs.stdout)).toEqual({
        pod: { namespace, name: 'web', uid: metadata?.uid },
        kind: 'ephemeral',
        copyOf: null,
        node: null,
        container: 'look',
        image: workloadImage,
        target: 'app',
        profile: 'general',
        outcome: 'running',
        end: null,
        problem: null,
      });
      const fails = await debug(namespace, 'web', ...tools, '--target', '', '--profile', 'baseline', '-o', 'json', '--', 'no-such-program');
      expect(fails).toMatchObject({ code: 1, stderr: expect.stringContaining('does not run') });
      expect(JSON.parse(fails.stdout)).toMatchObject({
        target: null,
        profile: 'baseline',
        outcome: 'failed',
        problem: { code: 'rejected', message: expect.stringContaining('no-such-program') },
      });
      const late = await debug(namespace, 'web', '--image', 'podwright.test/none:1', '--timeout', '2s', '-o', 'json');
      expect([late.code, JSON.parse(late.stdout)]).toMatchObject([4, { outcome: 'waiting', image: 'podwright.test/none:1', problem: { code: 'timeout' } }]);
      const copy = await debug(namespace, 'web', '--copy-to', 'copy', '-c', 'proxy', '-o', 'json', '--', 'sleep', '600');
      expect([copy.code, JSON.parse(copy.stdout)]).toMatchObject([
        0,
        { pod: { name: 'copy' }, kind: 'copy', copyOf: 'web', container: 'proxy', profile: null, target: null, outcome: 'running' },
      ]);
      // Nothing is told where nothing was made.
      expect(await debug(namespace, 'web', ...tools, '-c', 'look', '-o', 'json')).toMatchObject({ code: 2, stdout: '' });
    }));

  test('has the mounts that are asked for, and arguments of the image alone', () =>
    inNamespace(async (namespace) => {
      const mounted = web(' volumes: [{name: data, emptyDir: {}}],', ', volumeMounts: [{name: data, mountPath: /data}]').replace(
        '[sleep, infinity]',
        '[sh, -c, "echo kept >/data/file; sleep infinity"]',
      );
      await apply(namespace, mounted);
      await waitForPod(namespace, 'web', isReady);
      const folder = mkdtempSync(join(tmpdir(), 'podwright-debug-'));
      try {
        const file = join(folder, 'more.yaml');
        writeFileSync(file, 'volumeMounts: [{name: data, mountPath: /seen}]\nenv: [{name: ME, value: debug}]\n');
        const outcome = await debug(
          namespace,
          'web',
          ...tools,
          '-c',
          'look',
          '--custom',
          file,
          '--',
          'sh',
          '-c',
          'cat /seen/file >/dev/termination-log; echo $ME >>/dev/termination-log',
        );
        expect([outcome.code, outcome.stderr]).toEqual([0, expect.any(String)]);
        const pod = await waitForPod(namespace, 'web', ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.terminated !== undefined);
        expect(pod.status?.ephemeralContainerStatuses?.[0]?.state?.terminated?.message).toBe('kept\ndebug\n');
        writeFileSync(file, 'image: other\n');
        expect(await debug(namespace, 'web', ...tools, '--custom', file)).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('image cannot be set there'),
        });
        writeFileSync(file, 'env: [\n');
        expect(await debug(namespace, 'web', ...tools, '--custom', file)).toMatchObject({ code: 2, stderr: expect.stringMatching(/more\.yaml:\d+:\d+: /) });
      } finally {
        rmSync(folder, { recursive: true });
      }
      const args = await debug(namespace, 'web', ...tools, '-c', 'more', '--arguments-only', '-o', 'json', '--', 'infinity');
      expect((await podOf(namespace, 'web')).spec?.ephemeralContainers?.find(({ name }) => name === 'more')).toMatchObject({ args: ['infinity'] });
      expect(JSON.parse(args.stdout)).toMatchObject({ container: 'more', kind: 'ephemeral' });
    }));

  test('on a node it is in the node: its processes, its files, whatever its taints', () =>
    inNamespace(async (namespace) => {
      const { items } = await (await apiServer()).request<{ items: { metadata: { name: string; labels: Record<string, string> } }[] }>('/api/v1/nodes');
      const node = items.find(({ metadata }) => 'node-role.kubernetes.io/control-plane' in metadata.labels)?.metadata.name ?? '';
      // It runs until it has been looked into, and not on.
      const script = '(cat /host/etc/hostname; ps -o args | grep -c "[k]ube-apiserver") >/dev/termination-log';
      const outcome = await debug(namespace, `node/${node}`, ...tools, '-o', 'json', '--', 'sh', '-c', script);
      expect(outcome).toMatchObject({ code: 0, stderr: expect.stringMatching(/files of the node are in \/host[^]*podwright delete node-debugger-/) });
      const made = JSON.parse(outcome.stdout) as { pod: { name: string } };
      expect(made).toMatchObject({ kind: 'node', node, profile: 'general', copyOf: null });
      const pod = await waitForPod(namespace, made.pod.name, ({ status }) => status?.phase === 'Succeeded');
      expect(pod.status?.containerStatuses?.[0]?.state?.terminated?.message).toMatch(new RegExp(`^${node}\\n[1-9]`));
      expect(await debug(namespace, 'node/none', ...tools)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nodes "none" not found') });
    }));

  test('Ctrl-C while it waits says that it is there, and how to attach', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web());
      await waitForPod(namespace, 'web', isReady);
      await inScreen([], { command: ['debug', 'web', '-n', namespace, '--image', 'podwright.test/none:1', '-c', 'late', '-i'] }, async (screen) => {
        await screen.shows('waiting: ');
        screen.press('\u0003');
        await screen.shows(`It is there, and may still start: podwright attach -i web -c late -n ${namespace}`);
        expect((await screen.left()).exitCode).toBe(130);
      });
      expect((await podOf(namespace, 'web')).spec?.ephemeralContainers).toHaveLength(1);
    }));

  test('is over when the Pod is deleted, while it waits and while it is attached', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, [web(), web().replace('name: web,', 'name: other,')].join('\n---\n'));
      for (const name of ['web', 'other']) await waitForPod(namespace, name, isReady);
      const remove = async (name: string): Promise<void> => {
        await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: 'DELETE' });
      };
      await inScreen([], { command: ['debug', 'web', '-n', namespace, '--image', 'podwright.test/none:1', '-i'] }, async (screen) => {
        await screen.shows('waiting: ');
        await remove('web');
        await screen.shows('was deleted meanwhile');
        expect(await screen.left()).toEqual(restored(1));
      });
      // The pull of its image holds the Pod up a while yet.
      expect(await debug(namespace, 'web', ...tools)).toMatchObject({ code: 1, stderr: expect.stringMatching(/is being deleted|no Pod web/) });
      await inScreen([], { command: ['debug', 'other', '-n', namespace, '-it', ...tools, '--', 'sh'] }, async (screen) => {
        await screen.shows('press enter');
        screen.press('\recho $((20 + 22))\r');
        await screen.shows('42');
        await remove('other');
        await screen.shows(/The Pod|the Pod/);
        expect(await screen.left()).toEqual(restored(1));
      });
    }));

  test('ends with its target, and says so; without one it goes on', () =>
    inNamespace(async (namespace) => {
      await apply(namespace, web().replace('[sleep, infinity]', "[sh, -c, 'while [ ! -e /tmp/stop ]; do sleep 0.1; done; exit 3']"));
      await waitForPod(namespace, 'web', isReady);
      const shell = (...more: readonly string[]): readonly string[] => ['debug', 'web', '-n', namespace, '-it', ...tools, ...more, '--', 'sh'];
      const opened = (screen: { shows(text: string): Promise<void> }): Promise<void> => screen.shows('# ');
      await inScreen([], { command: shell('--target', '') }, async (apart) => {
        await inScreen([], { command: shell() }, async (inside) => {
          await Promise.all([opened(apart), opened(inside)]);
          expect(await runProgram(['exec', 'web', '-n', namespace, '--', 'touch', '/tmp/stop'])).toMatchObject({ code: 0 });
          await inside.shows('app has ended, and with it all that ran in its process namespace');
          expect(await inside.left()).toEqual(restored(137));
        });
        apart.press('echo $((20 + 22)); exit 6\r');
        await apart.shows('42');
        expect(await apart.left()).toEqual(restored(6));
      });
    }));

  test('a copy stands for itself, and is otherwise as it was asked for', () =>
    inNamespace(async (namespace) => {
      const service = '{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}';
      await apply(namespace, [service, web('', ', livenessProbe: {exec: {command: ["true"]}}')].join('\n---\n'));
      const original = await waitForPod(namespace, 'web', isReady);
      const outcome = await debug(
        namespace,
        'web',
        '--copy-to',
        'copy',
        '-c',
        'app',
        '--same-node',
        '--set-image',
        `proxy=${workloadImage}`,
        '--',
        'sleep',
        '4242',
      );
      expect(outcome).toMatchObject({ code: 0, stdout: 'pod/copy app runs\n', stderr: expect.stringContaining('so that no Service sends to it') });
      const copy = await waitForPod(namespace, 'copy', isReady);
      expect(copy.metadata?.labels).toBeUndefined();
      expect(copy.spec).toMatchObject({ shareProcessNamespace: true, nodeName: original.spec?.nodeName });
      expect(copy.spec?.containers.map(({ name, command, livenessProbe }) => [name, command, livenessProbe])).toEqual([
        ['app', ['sleep', '4242'], undefined],
        ['proxy', ['sleep', '86400'], undefined],
      ]);
      const slices = await (await apiServer()).request<{ items: { endpoints?: { targetRef: { name: string } }[] }[] }>(
        `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
      );
      expect(slices.items.flatMap(({ endpoints }) => endpoints?.map(({ targetRef }) => targetRef.name) ?? [])).toEqual(['web']);
      expect(await debug(namespace, 'web', '--copy-to', 'copy', '-c', 'app', '--', 'sleep', '1')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('already exists'),
      });
      expect(await debug(namespace, 'web', '--copy-to', 'more', '--set-image', 'ap=x')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('Did you mean app?'),
      });
      const labelled = await debug(namespace, 'web', '--copy-to', 'labelled', '--keep-labels', ...tools, '--', 'sleep', '60');
      expect(labelled.code).toBe(0);
      const pod = await podOf(namespace, 'labelled');
      expect(pod.metadata?.labels).toEqual({ app: 'web' });
      expect(pod.spec?.containers.map(({ name }) => name)).toEqual(['app', 'proxy', expect.stringMatching(/^debugger-/)]);
    }));

  test('where Pod Security allows less, the profile that fits is named, and fits', () =>
    inNamespace(
      async (namespace) => {
        const safe = ', securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}';
        await apply(namespace, web(' securityContext: {runAsUser: 65534, runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}},', safe));
        await waitForPod(namespace, 'web', isReady);
        const refused = await debug(namespace, 'web', ...tools, '--', 'sleep', '60');
        expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/violates PodSecurity[^]*--profile restricted/) });
        expect(await debug(namespace, 'web', ...tools, '--profile', 'restricted', '--', 'sleep', '60')).toMatchObject({ code: 0 });
      },
      { 'pod-security.kubernetes.io/enforce': 'restricted' },
    ));

  test('a right that is missing is named, and in a Pod that has ended nothing is tried', () =>
    inNamespace(async (namespace) => {
      await apply(
        namespace,
        [
          web(),
          `{apiVersion: v1, kind: Pod, metadata: {name: done}, spec: {restartPolicy: Never, containers: [{name: app, image: ${workloadImage}, command: ["true"]}]}}`,
        ].join('\n---\n'),
      );
      const token = await newAccount(namespace, 'reader', [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]);
      await withKubeconfig({ user: { token } }, async (kubeconfig) => {
        const outcome = await runProgram(['debug', 'web', '-n', namespace, ...tools], kubeconfig);
        expect(outcome).toMatchObject({
          code: 3,
          stderr: expect.stringMatching(/cannot patch resource "pods\/ephemeralcontainers"[^]*can-i patch pods --subresource=ephemeralcontainers/),
        });
      });
      await waitForPod(namespace, 'done', ({ status }) => status?.phase === 'Succeeded');
      expect(await debug(namespace, 'done', ...tools)).toMatchObject({ code: 1, stderr: expect.stringMatching(/has ended[^]*--copy-to/) });
    }));
});
