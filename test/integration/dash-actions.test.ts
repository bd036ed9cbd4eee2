/** Acting on Pods from the dashboard, on the real cluster: what is marked, what may be done, and what happens then. */
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { deployment, isReady } from './manifests.ts';
import { apiServer, apply, awaitCount, inNamespace, waitForPod, waitForPodGone, waitForPodOf } from './namespace.ts';
import { inScreen, restored } from './screen-session.ts';

const pods = ['one', 'three', 'two']
  .map(
    (name) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: ${workloadImage}}]
`,
  )
  .join('---');

async function threeRunning(namespace: string): Promise<void> {
  await apply(namespace, pods);
  for (const name of ['one', 'three', 'two']) await waitForPod(namespace, name, ({ status }) => status?.phase === 'Running');
}

async function uid(namespace: string, name: string): Promise<string | undefined> {
  return (await (await apiServer()).request<V1Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`)).metadata?.uid;
}

describe.concurrent('deleting', () => {
  test('the Pods that are marked, and no other, once it is confirmed', async () => {
    await inNamespace(async (namespace) => {
      await threeRunning(namespace);
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(/▸● one.* SBICR/);
        await screen.shows(/ ● two.* SBICR/);
        screen.press(' ');
        await screen.shows(/ ●\+one /);
        screen.press(' ');
        await screen.shows(/^ 2 marked {2}esc unmark/m);
        screen.press('x');
        await screen.shows(`Delete ${namespace}/one and 1 more? Nothing will make one and three anew.`);
        screen.press('n');
        await screen.shows('Nothing was done');
        expect(await uid(namespace, 'one')).toBeDefined();
        screen.press('x');
        await screen.shows(/^ y delete {2}esc back$/m);
        screen.press('y');
        await Promise.all(['one', 'three'].map((name) => waitForPodGone(namespace, name)));
        await screen.shows(/● live +1 Pod /);
        expect(await uid(namespace, 'two')).toBeDefined();
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('is refused with the right that is missing, before anything is asked', async () => {
    await inNamespace(async (namespace) => {
      await threeRunning(namespace);
      const token = await newAccount(namespace, 'reader', [{ apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list', 'watch'] }]);
      await withKubeconfig({ user: { token } }, (kubeconfig) =>
        inScreen(['-n', namespace], { kubeconfig }, async (screen) => {
          await screen.shows(/▸● one.* SBICR/);
          screen.press('x');
          await screen.shows(`This cannot be done: it takes the right to delete pods in ${namespace}, which you do not have`);
          screen.press('\r');
          await screen.shows('CONDITIONS');
          screen.press('x');
          await screen.shows('This cannot be done');
          screen.press('q');
          expect(await screen.left()).toEqual(restored(0));
        }),
      );
      expect(await uid(namespace, 'one')).toBeDefined();
    });
  });
});

test('a port of a Pod is reached from here while the dashboard is open, and the list of them ends it', async () => {
  await inNamespace(async (namespace) => {
    const served = `{containers: [{name: app, image: ${workloadImage}, command: [httpd, -f, -p, "8080", -h, /www], ports: [{containerPort: 8080}]}]}`;
    await apply(namespace, deployment('web', 1, served).replace(/---$/, ''));
    await awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dweb&`, 1, isReady, 150_000);
    await inScreen(['-n', namespace], {}, async (screen) => {
      await screen.shows(/▸● web-.* SBICR/);
      screen.press('p');
      await screen.shows('Ports of deploy/web to reach from here');
      await screen.shows(/: :8080/);
      screen.press('\r');
      await screen.shows(/localhost:\d+ leads to port 8080 of deploy\/web/);
      const [, port] = /localhost:(\d+) leads/.exec(screen.text) ?? [];
      expect(await (await fetch(`http://localhost:${port}/`)).text()).toContain('ok');
      screen.press('P');
      await screen.shows(new RegExp(`localhost:${port} -> ${namespace}/deploy/web:8080 +Pod web-\\S+ +0 open +1 in all`));
      screen.press('x');
      await screen.until(() => !screen.text.includes('localhost:'), 30_000, 'without the forward');
      await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow('fetch failed');
      screen.press('\u001b');
      await screen.shows(/▸● web-/);
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });
  });
});

describe.concurrent('on the terminal that the dashboard lends', () => {
  test('a shell has every key until it ends, and then the dashboard has them again', async () => {
    await inNamespace(async (namespace) => {
      await threeRunning(namespace);
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(/▸● one.* SBICR/);
        screen.press('\r');
        await screen.shows('CONDITIONS');
        screen.press('s');
        await screen.shows(/[#$] $/m);
        expect(screen.alternate).toBe(false);
        screen.press('echo $((40 + 2)) of $(hostname)\r');
        await screen.shows('42 of one');
        // What its last command ended with is no failure of the shell.
        screen.press('exit 7\r');
        await screen.shows('CONDITIONS');
        screen.press('\u001b');
        await screen.shows(/▸● one.* SBICR/);
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('a shell that cannot be had says why, until that is read', async () => {
    await inNamespace(async (namespace) => {
      const init = `initContainers: [{name: wait, image: ${workloadImage}, command: [sleep, infinity]}]`;
      await apply(namespace, `{apiVersion: v1, kind: Pod, metadata: {name: waits}, spec: {${init}, containers: [{name: app, image: ${workloadImage}}]}}`);
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(/▸. waits.* Init:0\/1/);
        screen.press('\r');
        await screen.shows('CONDITIONS');
        screen.press('s');
        await screen.shows('container app of');
        await screen.shows('`podwright shell` ended with 1. Enter goes back to the dashboard.');
        screen.press('\r');
        await screen.shows('CONDITIONS');
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('an editor changes what makes the Pod', async () => {
    await inNamespace(async (namespace) => {
      await apply(
        namespace,
        deployment('web', 1, `{terminationGracePeriodSeconds: 0, containers: [{name: app, image: ${workloadImage}}]}`).replace(/---$/, ''),
      );
      await waitForPodOf(namespace, 'app=web', ({ status }) => status?.phase === 'Running');
      await inScreen(['-n', namespace], { env: { KUBE_EDITOR: 'sed -i "s/replicas: 1/replicas: 2/"' } }, async (screen) => {
        await screen.shows(/▸● web-.* SBICR/);
        screen.press('e');
        await screen.shows(/● live +2 Pods/);
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('a debug container of the image that is asked for', async () => {
    await inNamespace(async (namespace) => {
      await threeRunning(namespace);
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(/▸● one.* SBICR/);
        screen.press('D');
        await screen.shows('Image of the container to debug with');
        screen.press(`${workloadImage}\r`);
        await waitForPod(namespace, 'one', ({ status }) => (status?.ephemeralContainerStatuses ?? []).some(({ state }) => state?.running !== undefined));
        screen.press('\u0003');
        screen.close();
      });
    });
  });

  test('the logs of the Pods that are marked as one stream, until Ctrl-C', async () => {
    await inNamespace(async (namespace) => {
      await apply(
        namespace,
        pods.replaceAll(`image: ${workloadImage}}`, `image: ${workloadImage}, command: [sh, -c, 'echo said by $(hostname); sleep infinity']}`),
      );
      for (const name of ['one', 'three', 'two']) await waitForPod(namespace, name, ({ status }) => status?.phase === 'Running');
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(/▸● one.* SBICR/);
        await screen.shows(/ ● two.* SBICR/);
        screen.press(' ');
        await screen.shows(/ ●\+one /);
        screen.press(' ');
        await screen.shows(/^ 2 marked/m);
        screen.press('l');
        await screen.shows('said by one');
        await screen.shows('said by three');
        expect(screen.text).not.toContain('said by two');
        screen.press('\u0003');
        await screen.shows(/^ 2 marked/m);
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });
});
