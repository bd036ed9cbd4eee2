/** One Pod in the dashboard, on the real cluster: its YAML, its logs, and what is said where a right is missing. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { newAccount } from './account.ts';
import { run } from './cluster/process.ts';
import { kubectlPath, workloadImage } from './cluster.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { apply, createIn, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';
import { inScreen, restored } from './screen-session.ts';

const looping = `
apiVersion: v1
kind: Pod
metadata: {name: looping, labels: {app: looping}, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"copy": true}', note: kept}}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - {name: app, image: ${workloadImage}, command: [sh, -c, 'echo last words of a run; printf "\\\\033[2Jred\\\\n"; exit 3']}
    - {name: beside, image: ${workloadImage}, command: [sh, -c, 'echo beside it; sleep infinity']}
`;

const imageless = `
apiVersion: v1
kind: Pod
metadata: {name: imageless}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - {name: app, image: 'podwright.test/never-built:1', imagePullPolicy: Never}
`;

/** Waits until the Pod has crashed and is between its runs or in one of them. */
async function crashed(namespace: string): Promise<void> {
  await apply(namespace, looping);
  await waitForPod(namespace, 'looping', ({ status }) =>
    (status?.containerStatuses ?? []).some(({ name, lastState }) => name === 'app' && lastState?.terminated !== undefined),
  );
}

/** The Pod's line once its object has come: it does not open before. Then it has a chain of conditions. */
const openable = (name: string): RegExp => new RegExp(`▸. ${name}.* S[B·][I·]`);

describe.concurrent('one Pod in the dashboard', () => {
  test('its YAML is what the API has, without the copy that kubectl keeps', async () => {
    await inNamespace(async (namespace) => {
      await apply(
        namespace,
        imageless.replace(
          'metadata: {name: imageless}',
          "metadata: {name: imageless, annotations: {note: kept, kubectl.kubernetes.io/last-applied-configuration: '{}'}}",
        ),
      );
      await waitForPod(namespace, 'imageless', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull');
      // Tall enough for all of it at once.
      await inScreen(['-n', namespace], { columns: 200, rows: 220 }, async (screen) => {
        await screen.shows(openable('imageless'));
        screen.press('\r');
        await screen.shows('CONTAINERS');
        await screen.shows(/NODE +\S+ +✔ Ready/);
        screen.press('y');
        await screen.shows('without managedFields and last-applied');
        await screen.shows(/^ status:$/m);
        const shown = parse(
          screen.lines
            .slice(1, -1)
            .map((line) => line.slice(1))
            .join('\n'),
        ) as { metadata: unknown; spec: unknown };
        const printed = await run(kubectlPath(), ['--kubeconfig', testKubeconfig(), '-n', namespace, 'get', 'pod', 'imageless', '-o', 'json']);
        const real = JSON.parse(printed) as { metadata: { annotations: Record<string, string>; resourceVersion?: string }; spec: unknown };
        delete real.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'];
        expect(shown.spec).toEqual(real.spec);
        // The kubelet may have written the status once more between the two.
        expect(shown.metadata).toEqual({ ...real.metadata, resourceVersion: expect.any(String) });
        screen.press('/uid:\r');
        await screen.shows(/▸ +uid: /);
        screen.press('l');
        await screen.shows('app has not started: waiting: ErrImageNeverPull');
        screen.press('d');
        await screen.shows(/^ Why:$/m);
        await screen.shows(/^ Name: +imageless$/m);
        await screen.shows(/ServiceAccount +default +the Pod +found/);
        screen.press('\u001b');
        await screen.shows('CONDITIONS');
        screen.press('t');
        await screen.shows(/^ START-UP +not Ready after \d/m);
        await screen.shows(/pull +app .*✖/);
        screen.press('t');
        await screen.shows('CONDITIONS');
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('the log of a container that crashes is what it said before', async () => {
    await inNamespace(async (namespace) => {
      await crashed(namespace);
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(openable('looping'));
        screen.press('\r');
        await screen.shows(/restarted \d+×/);
        screen.press('l');
        await screen.shows('log of app');
        await screen.shows(/^ last words of a run$/m);
        await screen.shows(/^ red$/m);
        screen.press('2');
        await screen.shows('log of beside');
        await screen.shows(/^ beside it$/m);
        screen.press('p');
        await screen.shows('beside has had no previous run');
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('the log of a container that runs grows, over its restart too; it can be held and filtered', async () => {
    await inNamespace(async (namespace) => {
      const script =
        'i=0; while [ $i -lt 400 ]; do echo "n $i of a run"; i=$((i+1)); [ -e /data/once ] || [ $i -lt 40 ] || { : >/data/once; exit 4; }; sleep 0.1; done';
      const app = { name: 'app', image: workloadImage, command: ['sh', '-c', script], volumeMounts: [{ name: 'data', mountPath: '/data' }] };
      const talks = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'talks' }, spec: { containers: [app], volumes: [{ name: 'data', emptyDir: {} }] } };
      await createIn(namespace, [talks]);
      await inScreen(['-n', namespace], {}, async (screen) => {
        await screen.shows(openable('talks'));
        screen.press('\r');
        await screen.shows('CONDITIONS');
        screen.press('l');
        await screen.shows('following');
        await screen.shows(/n 39 of a run\n -- app of talks was started again after it exited with 4 \(restart 1\) --\n n 0 of a run/);
        screen.press('f');
        await screen.shows('held');
        const held = screen.lines.slice(1, -1);
        await screen.shows(/of 6\d/);
        expect(screen.lines.slice(1, -1)).toEqual(held);
        screen.press('&');
        screen.press('7 of');
        screen.press('\r');
        await screen.shows('lines with 7 of');
        screen.press('f');
        await screen.shows(/^ n 77 of a run$/m);
        expect(screen.text).not.toContain('n 76 of a run');
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('where only Pods may be listed, the pane says what is missing and shows the rest', async () => {
    await inNamespace(async (namespace) => {
      await crashed(namespace);
      await withKubeconfig(
        { user: { token: await newAccount(namespace, 'onlooker', [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]) } },
        async (kubeconfig) => {
          await inScreen(['-n', namespace], { columns: 200, rows: 60, kubeconfig }, async (screen) => {
            await screen.shows(openable('looping'));
            screen.press('\r');
            await screen.shows(/EVENTS .*cannot (list|watch) resource "events" in API group "" in the namespace/);
            await screen.shows(/NODE .*cannot get resource "nodes"/);
            await screen.shows(/RESOURCES .*cannot get resource "pods"/);
            expect(screen.text).toMatch(/restarted \d+×/);
            expect(screen.text).toContain('CONDITIONS');
            screen.press('l');
            await screen.shows(/The log cannot be read: .*cannot get resource "pods\/log"/);
            screen.press('y');
            await screen.shows(/The Pod cannot be read: .*cannot get resource "pods"/);
            screen.press('d');
            await screen.shows('description');
            await screen.shows(/The Pod cannot be read: .*cannot get resource "pods"/);
            screen.press('q');
            expect(await screen.left()).toEqual(restored(0));
          });
        },
      );
    });
  });
});
