/**
 * What Pods use, with a real metrics-server. Runs after all other tests: while its API is there and its server is not, the deletion of namespaces stands
 * still for everybody.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goProgram } from './cluster/go-program.ts';
import { run } from './cluster/process.ts';
import { kubectlPath, workloadImage } from './cluster.ts';
import { apiServer, apply, docker, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';
import { inScreen, restored } from './screen-session.ts';

const recipe = join(import.meta.dirname, 'metrics-server');
const manifests = join(recipe, 'metrics-server.yaml');
const apiservice = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io';

const kubectl = (...args: string[]): Promise<string> => run(kubectlPath(), ['--kubeconfig', testKubeconfig(), ...args]);

// Its first build takes minutes.
beforeAll(async () => {
  const program = await goProgram({ module: recipe, name: 'metrics-server', package: 'sigs.k8s.io/metrics-server/cmd/metrics-server' });
  const server = await apiServer();
  const { items } = await server.request<{ items: readonly { metadata: { name: string } }[] }>(
    '/api/v1/nodes?labelSelector=type!=kwok,!node-role.kubernetes.io/control-plane',
  );
  for (const { metadata } of items) {
    await docker('exec', metadata.name, 'mkdir', '-p', '/opt/metrics-server');
    await docker('cp', program, `${metadata.name}:/opt/metrics-server/metrics-server`);
  }
}, 900_000);

afterAll(async () => {
  await kubectl('delete', '--ignore-not-found', '--wait=false', '-f', manifests);
});

test('the table and a Pod say what is used where the cluster measures, and are as they were where it no longer does', async () => {
  await inNamespace(async (namespace) => {
    const busy = `
apiVersion: v1
kind: Pod
metadata: {name: busy}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: app
      image: ${workloadImage}
      command: [sh, -c, 'while true; do :; done']
      resources: {requests: {cpu: 20m}, limits: {cpu: 50m, memory: 64Mi}}
    - {name: idle, image: ${workloadImage}}
`;
    await apply(namespace, busy);
    await waitForPod(namespace, 'busy', ({ status }) => status?.phase === 'Running');
    await inScreen(['-n', namespace], { columns: 160 }, async (screen) => {
      await screen.shows(/▸● busy.* SBICR/);
      expect(screen.text).not.toContain('MEMORY');
      screen.press('\r');
      await screen.shows('app  cpu 20m, limit 50m  memory 64Mi, limit 64Mi');

      await kubectl('apply', '-f', manifests);
      await waitForPod('kube-system', 'metrics-server', ({ status }) =>
        (status?.conditions ?? []).some(({ type, status: state }) => type === 'Ready' && state === 'True'),
      );
      // The limit holds it at 50m, give or take what the kernel allows in a period.
      await screen.shows(/app {2}cpu 20m, limit 50m, uses \d+m \(\d+ % of the limit\) {2}memory 64Mi, limit 64Mi, uses \d+Mi \(\d+ % of the limit\)/);
      await screen.shows(/idle {2}cpu uses \d+m {2}memory uses \d+Mi/);
      screen.press('\u001b');
      await screen.shows(/AGE +CPU +MEMORY/);
      await screen.shows(/busy +2\/2 +Running .* \d+m +\d+Mi +/);

      // The API is there, and nobody answers for it: 503.
      await kubectl('delete', 'pod', '-n', 'kube-system', 'metrics-server', '--now');
      screen.press('\r');
      await screen.shows(/app {2}cpu 20m, limit 50m {2}memory/);
      await (await apiServer()).request(apiservice, { method: 'DELETE' });
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
    });
  });
});
