/** The test cluster itself: what every other integration test takes for granted. */
import { expect, test } from 'vitest';
import { run } from './cluster/process.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { kubectlPath } from './cluster.ts';
import { apiServer, apply, inNamespace, testCluster, testKubeconfig, waitForPod, waitForPodGone } from './namespace.ts';

interface NodeList {
  readonly items: readonly { metadata: { name: string }; status: { conditions: readonly { type: string; status: string }[] } }[];
}

function pod(name: string, command: string): string {
  return `
kind: Pod
metadata: { name: ${name} }
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 1
  containers:
    - name: main
      image: ${workloadImage}
      command: [sh, -c, '${command}']
      resources: { limits: { memory: 32Mi } }
`;
}

test('has nodes that are Ready, beside the control plane one for all Pods and one for what goes wrong', async () => {
  const { items } = await (await apiServer()).request<NodeList>('/api/v1/nodes?labelSelector=type!=kwok');
  const ready = items.filter((node) => node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True'));
  expect(ready.length).toBeGreaterThanOrEqual(3);
});

test('runs a Pod of the workload image in a namespace of its own, and sees it go', async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, pod('sleeper', 'sleep 600'));
    const running = await waitForPod(namespace, 'sleeper', ({ status }) => status?.phase === 'Running');
    expect(running.status?.containerStatuses?.[0]?.ready).toBe(true);
    await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/sleeper`, { method: 'DELETE' });
    await waitForPodGone(namespace, 'sleeper');
  });
});

test('kills a container that takes more memory than it may', async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, pod('hungry', 'tail /dev/zero; sleep 3; exit 137'));
    const failed = await waitForPod(namespace, 'hungry', ({ status }) => status?.phase === 'Failed');
    expect(failed.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });
});

test('refuses a request to an address outside at once', async ({ annotate }) => {
  if (!testCluster().closedOff) return void (await annotate('the Docker of this cluster is not ours: it may reach what its owner lets it'));
  await inNamespace(async (namespace) => {
    await apply(namespace, pod('curious', 'nc 192.0.2.1 80 </dev/null'));
    const failed = await waitForPod(namespace, 'curious', ({ status }) => status?.phase === 'Failed');
    const terminated = failed.status?.containerStatuses?.[0]?.state?.terminated;
    expect(terminated?.exitCode).toBe(1);
    const seconds = (Date.parse(String(terminated?.finishedAt)) - Date.parse(String(terminated?.startedAt))) / 1000;
    // A packet that nobody answers is waited for two minutes; the rest is the machine's own slowness.
    expect(seconds).toBeLessThan(30);
  });
});

test('fails a wait with what it saw last', async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, pod('waited-for', 'sleep 600'));
    await waitForPod(namespace, 'waited-for', ({ status }) => status?.phase === 'Running');
    const wait = waitForPod(namespace, 'waited-for', ({ status }) => status?.phase === 'Succeeded', { within: 200 });
    await expect(wait).rejects.toThrow(/waited-for was not as wanted within 0.2 s[^]*"phase": "Running"/);
  });
});

test('comes with a kubectl of its own version', async () => {
  const output: { clientVersion: { gitVersion: string }; serverVersion: { gitVersion: string } } = JSON.parse(
    await run(kubectlPath(), ['version', '-o', 'json', '--kubeconfig', testKubeconfig()]),
  );
  expect(output.clientVersion.gitVersion).toBe(output.serverVersion.gitVersion);
});
