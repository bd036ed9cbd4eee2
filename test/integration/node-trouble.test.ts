/**
 * Pods on a node in trouble: one that its kubelet turns away for want of memory, a static one, one that gets no network, and those on a node whose container
 * is stopped. The node is one for this alone, as no Pod on it is safe meanwhile (kind-config.yaml). The rows of all Pods must equal the server's throughout.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diagnoseFacts } from '../../src/core/diagnosis/diagnose-pod.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podHealth } from '../../src/core/pod-health.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { FindingWatch } from './finding-watch.ts';
import { apiServer, awaitCount, createIn, docker, inNamespace, testKubeconfig, waitForNode, waitForPod } from './namespace.ts';
import { runProgram } from './run-program.ts';
import { RunningProgram } from './running-program.ts';
import { TableWatch } from './table-oracle.ts';

interface Node {
  readonly metadata: { readonly name: string };
}

let worker: string;
let watch: TableWatch;

beforeAll(async () => {
  const server = await apiServer();
  const { items } = await server.request<{ items: readonly Node[] }>('/api/v1/nodes?labelSelector=podwright.test/trouble');
  if (items[0] === undefined) throw new Error('the cluster has no node with the label podwright.test/trouble (kind-config.yaml), which may be stopped');
  worker = items[0].metadata.name;
  watch = new TableWatch(server);
});

afterAll(async () => {
  await watch.close();
  console.log(`node in trouble: ${watch.comparison.summary()}`);
  expect(watch.comparison.mismatches).toEqual([]);
});

function onWorker(script: string): Promise<string> {
  return docker('exec', worker, 'sh', '-ec', script);
}

function pod(name: string, tolerationSeconds?: number, spec: object = {}) {
  const evicting = { operator: 'Exists', effect: 'NoExecute', ...(tolerationSeconds !== undefined && { tolerationSeconds }) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      // Without the scheduler, which would not bind a Pod to a node in trouble. A kubelet admits what tolerates its taint, hence NoExecute alone.
      nodeName: worker,
      terminationGracePeriodSeconds: 1,
      tolerations: [evicting],
      containers: [{ name: 'app', image: workloadImage }],
      ...spec,
    },
  };
}

test('a kubelet under memory pressure turns a Pod away: Evicted', { timeout: 600_000 }, async () => {
  const config = '/var/lib/kubelet/config.yaml';
  await onWorker(`cp ${config} /kind/kubelet-config.yaml`);
  try {
    // As good as all of it has to be free, which it never is. More than there is would not let the kubelet start.
    await onWorker(`sed -i 's/^evictionHard:/evictionHard:\\n  memory.available: 99.9%/' ${config}; systemctl restart kubelet`);
    await waitForNode(worker, 'MemoryPressure', 'True');
    await inNamespace(async (namespace) => {
      await createIn(namespace, [pod('turned-away')]);
      const evicted = await watch.reaches(namespace, 'turned-away', ['Evicted']);
      expect(podHealth(podFacts(evicted), Date.now())).toMatchObject({ health: 'doomed', cause: expect.stringMatching(/^Evicted: .*MemoryPressure/) });
    });
  } finally {
    await onWorker(`cp /kind/kubelet-config.yaml ${config}; systemctl restart kubelet`);
    await waitForNode(worker, 'MemoryPressure', 'False');
  }
});

test('a static Pod: why knows its Events, which do not bear its UID', { timeout: 400_000 }, async () => {
  await inNamespace(async (namespace) => {
    const file = `/etc/kubernetes/manifests/${namespace}.yaml`;
    const volumes = [{ name: 'config', hostPath: { path: '/etc/no-such-file', type: 'File' } }];
    const containers = [{ name: 'app', image: workloadImage, volumeMounts: [{ name: 'config', mountPath: '/etc/app' }] }];
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'static', namespace },
      spec: { terminationGracePeriodSeconds: 0, containers, volumes },
    };
    await onWorker(`echo '${JSON.stringify(manifest)}' >${file}`);
    try {
      await awaitCount(`/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3DFailedMount&`, 1, () => true);
      const told = await runProgram(['why', '-n', namespace, `static-${worker}`, '-o', 'json']);
      expect(JSON.parse(told.stdout)).toMatchObject({ pods: [{ findings: [{ code: 'volume-mount', cause: expect.stringContaining('/etc/no-such-file') }] }] });
    } finally {
      await onWorker(`rm ${file}`);
    }
  });
});

test('a node whose network is not ready', { timeout: 600_000 }, async () => {
  const findings = new FindingWatch(await apiServer(), watch, testKubeconfig());
  // Emptied, as whoever takes care of it makes a file that is missing anew.
  await onWorker('mkdir -p /kind/network; cp /etc/cni/net.d/* /kind/network/; for file in /etc/cni/net.d/*; do : >$file; done');
  try {
    await waitForNode(worker, 'Ready', 'False');
    await inNamespace(async (namespace) => {
      await createIn(namespace, [pod('offline')]);
      await findings.finds(namespace, 'offline', {
        code: 'network-not-ready',
        verdict: 'stuck',
        words: `The network of its node ${worker} is not ready`,
        atOnce: false,
      });
    });
  } finally {
    await onWorker('cp /kind/network/* /etc/cni/net.d/');
    await waitForNode(worker, 'Ready', 'True');
    await findings.close();
  }
});

test('a node that is stopped: its Pods are not Ready any more, then being deleted', { timeout: 900_000 }, async () => {
  await inNamespace(async (namespace) => {
    const talking = { containers: [{ name: 'app', image: workloadImage, command: ['sh', '-c', 'echo begun; sleep infinity'] }] };
    await createIn(namespace, [pod('stays', undefined, talking), pod('leaves', 1), pod('once', undefined, { restartPolicy: 'Never' })]);
    await Promise.all(['stays', 'leaves', 'once'].map((name) => watch.reaches(namespace, name, ['Running'])));
    const logs = new RunningProgram(['logs', 'stays', '-n', namespace, '-f']);
    await logs.until(() => logs.stdout.includes('begun\n'));
    await docker('stop', '--time', '1', worker);
    try {
      await waitForNode(worker, 'Ready', 'Unknown');
      // What asks the kubelet is the API server: it finds nobody there.
      await logs.until(() => /^podwright: app of stays: .*; trying again$/m.test(logs.stderr));
      const stays = await waitForPod(
        namespace,
        'stays',
        ({ status }) => status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value !== 'True') ?? false,
      );
      expect(diagnoseFacts(podFacts(stays), Date.now())).toMatchObject([{ code: 'node-lost', verdict: 'stuck', subject: `node ${worker}` }]);
      const leaves = await watch.reaches(namespace, 'leaves', ['Running', 'Terminating']);
      const [exec, attach, forward, debug, deleted] = await Promise.all([
        runProgram(['exec', 'stays', '-n', namespace, '--', 'true']),
        runProgram(['attach', 'stays', '-n', namespace]),
        runProgram(['port-forward', 'stays', ':80', '-n', namespace, '--pod-running-timeout', '20s']),
        runProgram(['debug', 'stays', '-n', namespace, '--image', workloadImage, '--timeout', '10s']),
        runProgram(['delete', 'leaves', '-n', namespace, '--yes', '--timeout', '45s']),
      ]);
      const unreached = { code: 3, stdout: '', stderr: expect.stringContaining("The API server does not reach the kubelet of the Pod's node") };
      expect([exec, attach, forward]).toMatchObject([unreached, unreached, unreached]);
      expect(debug).toMatchObject({ code: 4, stdout: '' });
      expect(deleted).toMatchObject({ code: 4, stderr: expect.stringContaining('does not answer') });
      const facts = podFacts(leaves);
      expect(podHealth(facts, (facts.deletionDueAt ?? 0) + 60_000)).toMatchObject({
        health: 'stuck',
        cause: expect.stringContaining('its node does not answer'),
      });
    } finally {
      await docker('start', worker);
      await waitForNode(worker, 'Ready', 'True');
    }
    await logs.until(() => logs.stdout === 'begun\nbegun\n');
    expect(logs.stderr).toContain('podwright: app of stays: its log can be read again\n');
    expect(await logs.end('SIGINT')).toBe(130);
    const once = await waitForPod(namespace, 'once', ({ status }) => status?.containerStatuses?.[0]?.state?.terminated !== undefined);
    expect(diagnoseFacts(podFacts(once), Date.now())).toMatchObject([{ code: 'ending-unknown', verdict: 'doomed' }]);
  });
});
