/** Recording real Pods, what is left of a recorder that was killed, and the demo where there is no cluster. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRecording } from '../../src/record/recording-reader.ts';
import { workloadImage } from './cluster.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, inNamespace, testKubeconfig, waitForPod, waitForPodGone } from './namespace.ts';
import { inScreen, program, restored } from './screen-session.ts';

let folder: string;
/** Those of tests that failed still run at the end. */
const recorders: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'podwright-record-'));
});
afterAll(() => {
  for (const one of recorders) one.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const pod = (name: string, labels: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {${labels}}}
spec:
  terminationGracePeriodSeconds: 0
  ${more}
  containers: [{name: app, image: ${workloadImage}, command: [sleep, infinity], env: [{name: PASSWORD, value: s3cret-s3cret}]}]`;
const gated = 'schedulingGates: [{name: example.com/gate}]';

function recorder(...args: readonly string[]): ChildProcess {
  const env = { ...process.env, KUBECONFIG: testKubeconfig() };
  const started = spawn(process.execPath, [program, 'record', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  recorders.push(started);
  return started;
}

/** Without any cluster of this machine's. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { KUBECONFIG: _none, ...inherited } = process.env;
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env: { ...inherited, HOME: folder, ...env } });
}

/** What is in the recording at its end, by UID. */
async function recordedVersions(file: string): Promise<Record<string, string>> {
  const recording = await readRecording(file);
  return Object.fromEntries([...recording.stateAt(recording.changes.length).pods].map(([uid, { resourceVersion }]) => [uid, resourceVersion]));
}

describe('record', () => {
  test('a recorder that is killed leaves all that happened, as a fresh list has it', async () => {
    await inNamespace(async (namespace) => {
      const file = join(folder, 'killed.ndjson.gz');
      const recording = recorder('-n', namespace, '-o', file);
      await once(recording.stderr ?? recording, 'data');
      await apply(namespace, [pod('kept', 'app: web, tier: "3"'), pod('gone', 'app: web'), pod('gated', 'app: db', gated)].join('\n---'));
      // After that nothing happens to them by itself.
      await Promise.all(['kept', 'gone'].map((name) => waitForPod(namespace, name, isReady)));
      const server = await apiServer();
      const path = `/api/v1/namespaces/${namespace}/pods`;
      await server.request(`${path}/gone`, { method: 'DELETE' });
      await waitForPodGone(namespace, 'gone');
      type List = { items: { metadata: { name: string; uid: string; resourceVersion: string } }[] };
      const versions = async (): Promise<Record<string, string>> =>
        Object.fromEntries((await server.request<List>(path)).items.map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
      const asListed = async (): Promise<void> => {
        expect(await recordedVersions(file)).toEqual(await versions());
        const { changes } = await readRecording(file);
        expect(changes.some((change) => change.type === 'upsert' && change.kind === 'Event' && change.object.json.includes('Scheduled'))).toBe(true);
      };
      await vi.waitFor(asListed, { timeout: 120_000, interval: 200 });
      const ended = once(recording, 'close');
      recording.kill('SIGKILL');
      await ended;

      const read = await readRecording(file);
      expect(read.cut).toBe(true);
      await asListed();
      const gone = read.changes.filter((change) => change.type === 'delete' && change.kind === 'Pod');
      expect(gone).toHaveLength(1);
      expect(read.changes.some((change) => change.type === 'upsert' && change.object.json.includes('s3cret'))).toBe(false);

      // Selectors that the server decides on the cluster, and Podwright on a recording.
      for (const selector of ['app=web', 'app!=web', 'tier', '!tier', 'app in (db,x)', 'app notin (db)', 'tier>2', 'app=web,tier<3']) {
        const live = await server.request<List>(`${path}?labelSelector=${encodeURIComponent(selector)}`);
        const names = live.items.map(({ metadata }) => `pod/${metadata.name}\n`).join('');
        expect([selector, run(['get', '--from-recording', file, '-o', 'name', '-l', selector]).stdout]).toEqual([selector, names]);
      }
    });
  });

  test('--for and Ctrl-C end it with a whole file', async () => {
    await inNamespace(async (namespace) => {
      const [timed, interrupted] = [join(folder, 'timed.ndjson'), join(folder, 'interrupted.ndjson.gz')];
      const [byTime, byHand] = [recorder('-n', namespace, '-o', timed, '--for', '1s'), recorder('-n', namespace, '-o', interrupted)];
      const ends = [byTime, byHand].map((one) => once(one, 'close'));
      await once(byHand.stderr ?? byHand, 'data');
      byHand.kill('SIGINT');
      expect((await Promise.all(ends)).map(([code]) => code as number)).toEqual([0, 130]);
      for (const file of [timed, interrupted]) expect((await readRecording(file)).cut).toBe(false);
    });
  });
});

describe('without a kubeconfig', () => {
  test.each([
    [80, 24],
    [120, 40],
  ])('at %dx%d the program alone plays the demo, and says how to point at a cluster', async (columns, rows) => {
    await inScreen([], { columns, rows, command: [], kubeconfig: null, env: { HOME: folder } }, async (screen) => {
      await screen.shows('DEMO, no kubeconfig. Yours: KUBECONFIG, --kubeconfig, or npm run cluster:up');
      await screen.shows('● recorded');
      await screen.shows('▶');
      screen.press(' ');
      await screen.shows('⏸');
      screen.press('\u001b[C\u001b[C\u001b[C');
      await screen.shows('checkout-');
      screen.press('0');
      await screen.shows('⏸ 0:00/1:');
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });
  });

  test('what names a cluster and fails is an error, never a demo', async () => {
    const broken = join(folder, 'broken');
    writeFileSync(broken, 'clusters: [');
    const unreachable = join(folder, 'unreachable');
    writeFileSync(unreachable, 'current-context: nowhere\n');
    for (const [args, env] of [
      [[], { KUBECONFIG: broken }],
      [[], { KUBECONFIG: unreachable }],
      [[], { KUBECONFIG: join(folder, 'none') }],
      [['--kubeconfig', join(folder, 'none')], {}],
      [['--context', 'none'], {}],
      [['-n', 'shop'], {}],
    ] as const) {
      await inScreen(args, { command: [], kubeconfig: null, env: { HOME: folder, ...env } }, async (screen) => {
        const { exitCode, alternateScreen } = await screen.left();
        expect([args, exitCode === 2 || exitCode === 3, alternateScreen]).toEqual([args, true, false]);
        expect(screen.raw).not.toContain('DEMO');
      });
    }
    const get = run(['get']);
    expect([get.status, get.stdout]).toEqual([3, '']);
    expect(get.stderr).toContain('--from-recording');
  });
});
