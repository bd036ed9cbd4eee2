/** The dashboard as a person meets it: the built program in a real pseudo-terminal, on the real cluster. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from './cluster/process.ts';
import { kubectlPath, workloadImage } from './cluster.ts';
import { apiServer, apply, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';
import { inScreen, program, restored, type ScreenSession } from './screen-session.ts';

/** Two steps around a sidecar, then the app, which takes no notice of being asked to end. */
const starting = (step: string, grace: number): string => `
apiVersion: v1
kind: Pod
metadata: {name: start, labels: {app: start}}
spec:
  terminationGracePeriodSeconds: ${grace}
  initContainers:
    - {name: first, image: ${workloadImage}, command: [sh, -c, '${step}']}
    - {name: helper, image: ${workloadImage}, restartPolicy: Always, command: [sleep, infinity]}
    - {name: second, image: ${workloadImage}, command: [sh, -c, '${step}']}
  containers:
    - {name: app, image: ${workloadImage}, command: [sleep, infinity]}
`;

const failing = `
apiVersion: v1
kind: Pod
metadata: {name: failing}
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - {name: app, image: ${workloadImage}, command: [sh, -c, 'echo no schema > /dev/termination-log; exit 3']}
`;

/** Ends a step of Pod `start` that waits for it. */
async function letGo(namespace: string, step: string): Promise<void> {
  await waitForPod(
    namespace,
    'start',
    ({ status }) => status?.initContainerStatuses?.some(({ name, state }) => name === step && state?.running !== undefined) ?? false,
  );
  await run(kubectlPath(), ['--kubeconfig', testKubeconfig(), 'exec', '-n', namespace, 'start', '-c', step, '--', 'touch', '/go']);
}

async function deletePod(namespace: string, name: string, query = ''): Promise<void> {
  await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/${name}${query}`, { method: 'DELETE' });
}

describe('the dashboard', () => {
  test.each([
    [80, 24],
    [120, 40],
  ])('at %dx%d a Pod is seen to start, step by step, and to go', async (columns, rows) => {
    await inNamespace(async (namespace) => {
      await inScreen(['-n', namespace], { columns, rows }, async (screen) => {
        await screen.shows(`No Pods in ${namespace}`);
        expect(screen.alternate).toBe(true);
        await screen.shows('● live');
        // Each step lasts until it has been seen.
        await apply(namespace, starting('until test -e /go; do sleep 0.1; done', 600));
        await screen.shows(/^[▸ ]\S+ +start +0\/2 +Init:0\/3/m);
        await letGo(namespace, 'first');
        await screen.shows(/^[▸ ]\S+ +start +1\/2 +Init:2\/3/m);
        await letGo(namespace, 'second');
        await screen.shows(/^[▸ ]\S+ +start +2\/2 +Running/m);
        if (columns >= 120) expect(screen.text).toContain('━━ 2/2');
        await deletePod(namespace, 'start');
        await screen.shows('Terminating');
        await deletePod(namespace, 'start', '?gracePeriodSeconds=0');
        await screen.shows(`No Pods in ${namespace}`);
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('the cause is on the first screen, and the pane tells the rest', async () => {
    await inNamespace(async (namespace) => {
      await apply(namespace, starting('sleep 3', 1));
      await apply(namespace, failing);
      await waitForPod(namespace, 'failing', (pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      await waitForPod(namespace, 'start', (pod) => pod.status?.phase === 'Running');
      await inScreen(['-n', namespace], { columns: 200, rows: 50 }, async (screen) => {
        await screen.shows(/▸✖ failing +0\/1 +CrashLoopBackOff/);
        await screen.shows('exited with 3: no schema');
        screen.press('/start\r');
        await screen.shows('1 of 2');
        screen.press('\r');
        await screen.shows('CONTAINERS');
        await screen.shows(/1 first +▇+ +✔ exit 0/);
        await screen.shows(/↻ helper +▇+ +✔ running/);
        await screen.shows(/2 second +▇+ +✔ exit 0/);
        await screen.shows('✔ PodReadyToStartContainers');
        await screen.shows(/Started +app: /);
        await deletePod(namespace, 'start');
        await screen.shows('GONE');
        expect(screen.text).toContain('↻ helper');
        screen.press('\u001b');
        await screen.shows('No Pod matching /start');
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    });
  });

  test('a resize is drawn in the new size', async () => {
    await inScreen(['-A'], { columns: 80, rows: 24 }, async (screen) => {
      await screen.shows('● live');
      for (const [columns, rows] of [
        [60, 12],
        [120, 40],
        [200, 50],
      ] as const) {
        screen.resize(columns, rows);
        // One header, one line of keys, at the first row and the last: nothing of the old size is left.
        await screen.until(() => screen.lines.flatMap((line, row) => (/\d Pods|q quit/.test(line) ? [row] : [])).join() === `0,${rows - 1}`);
      }
      await screen.shows('CHAIN');
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });
  });

  test.each([
    ['Ctrl-C', (screen: ScreenSession) => screen.press('\u0003'), 130],
    ['SIGTERM', (screen: ScreenSession) => screen.signal('SIGTERM'), 143],
    ['SIGHUP', (screen: ScreenSession) => screen.signal('SIGHUP'), 129],
  ])('%s gives the terminal back', async (_, leave, exitCode) => {
    await inScreen(['-A'], {}, async (screen) => {
      await screen.shows('● live');
      leave(screen);
      expect(await screen.left()).toEqual(restored(exitCode));
    });
  });

  test('a crash gives the terminal back and says what happened', async () => {
    const crash = '--import=data:text/javascript,setTimeout(()=>{throw%20new%20Error(%27boom%27)},2000)';
    await inScreen(['-A'], { env: { NODE_OPTIONS: crash } }, async (screen) => {
      await screen.shows('boom');
      expect(await screen.left()).toEqual(restored(1));
    });
  });

  test('with NO_COLOR nothing is coloured', async () => {
    await inScreen(['-A'], { env: { NO_COLOR: '1' } }, async (screen) => {
      await screen.shows('● live');
      expect(screen.raw).not.toMatch(new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`));
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });
  });

  test('where the locale is not UTF-8 only ASCII is drawn', async () => {
    await inScreen(['-A'], { env: { LC_ALL: 'C' } }, async (screen) => {
      await screen.shows('o live');
      screen.press('\r');
      await screen.shows('CONTAINERS');
      expect(screen.raw).not.toMatch(/[\u0080-\uffff]/);
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });
  });
});

describe('where there is nothing to show it on', () => {
  test('without a terminal it points at get', () => {
    const run = spawnSync(process.execPath, [program, 'dash'], { encoding: 'utf8', env: { ...process.env, KUBECONFIG: testKubeconfig() } });
    expect(run.status).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/^podwright: the dashboard needs a terminal.*podwright get.*\n$/);
  });

  test('without a kubeconfig it plays the demo, and says how to get a cluster', async () => {
    const home = mkdtempSync(join(tmpdir(), 'podwright-home-'));
    try {
      await inScreen([], { kubeconfig: null, env: { HOME: home, KUBERNETES_SERVICE_HOST: undefined } }, async (screen) => {
        await screen.shows(/^ *DEMO, no kubeconfig\..*KUBECONFIG.*npm run cluster:up/m);
        await screen.shows(/● \d.*✖ \d/);
        screen.press('q');
        expect(await screen.left()).toEqual(restored(0));
      });
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});
