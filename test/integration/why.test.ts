/** `podwright why` on real Pods: one, a workload's, all of a namespace; as text and as JSON, and with its exit codes. */
import { expect, test } from 'vitest';
import { podFacts } from '../../src/core/pod-facts.ts';
import { clusterDiagnosis } from '../../src/kube/cluster-diagnosis.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport } from '../../src/kube/transport.ts';
import { PodDiagnosis } from '../../src/service/pod-diagnosis.ts';
import { newAccount } from './account.ts';
import { workloadImage } from './cluster.ts';
import { withKubeconfig } from './faults/kubeconfig-file.ts';
import { deployment, isReady } from './manifests.ts';
import { apiServer, apply, awaitCount, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';
import { runProgram } from './run-program.ts';

const why = (...args: readonly string[]) => runProgram(['why', ...args]);

const quick = (name: string, replicas: number, spec: string): string => deployment(name, replicas, `{terminationGracePeriodSeconds: 0, ${spec}}`);

const objects = `${quick('absent', 3, 'containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]')}
${quick('refused', 2, `serviceAccountName: nobody, containers: [{name: app, image: ${workloadImage}}]`)}
apiVersion: v1
kind: Pod
metadata: {name: well}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: ${workloadImage}}]
---
apiVersion: v1
kind: Pod
metadata: {name: gated}
spec:
  schedulingGates: [{name: podwright.test/quota}]
  containers: [{name: app, image: ${workloadImage}}]
`;

test.concurrent('causes, who shares them, and exit codes', { timeout: 240_000 }, async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, objects);
    await Promise.all([
      waitForPod(namespace, 'well', isReady, {
        within: 90_000,
      }),
      waitForPod(namespace, 'gated', (pod) => pod.status?.conditions?.[0]?.reason === 'SchedulingGated', { within: 90_000 }),
      awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dabsent&`, 3, (pod) => JSON.stringify(pod).includes('"ErrImageNeverPull"')),
      awaitCount(`/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3DFailedCreate&`, 1, () => true),
    ]);
    const [all, well, gated, refused, none, meant, json] = await Promise.all([
      why('-n', namespace),
      why('-n', namespace, 'well'),
      why('-n', namespace, 'gated'),
      why('-n', namespace, 'deploy/refused'),
      why('-n', namespace, 'no-such-pod'),
      why('-n', namespace, 'absent'),
      why('-n', namespace, 'deploy/absent', 'well', '-o', 'json'),
    ]);
    expect(all).toMatchObject({ code: 1, stderr: '' });
    expect(all.stdout).toMatch(/^✖ 3 Pods: image not on the node, and never pulled podwright\.test\/absent:2 {3}doomed for \S+ {3}image-never-pulled$/m);
    expect(all.stdout).toContain('kubectl set image deploy/absent app=IMAGE:TAG');
    expect(all.stdout).toContain(`◐ ${namespace}/gated   waiting`);
    expect(all.stdout).toContain(`● ${namespace}/well   nothing is wrong with it`);
    expect(well).toEqual({ code: 0, stdout: `● ${namespace}/well   nothing is wrong with it\n`, stderr: '' });
    expect(gated).toMatchObject({ code: 0, stdout: expect.stringContaining('Held back by the scheduling gate podwright.test/quota.') });
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('serviceaccount "nobody" not found') });
    expect(refused.stdout).toContain(`▲ ${namespace}/deploy/refused`);
    expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no-such-pod') });
    expect(meant).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Did you mean deploy/absent?') });
    const told = JSON.parse(json.stdout) as {
      pods: { name: string; owner: string | null; verdict: string | null; findings: { code: string }[] }[];
      workloads: unknown[];
    };
    expect(told.pods.map(({ owner, verdict, findings }) => [owner, verdict, findings[0]?.code])).toEqual([
      ...Array.from({ length: 3 }, () => ['deploy/absent', 'doomed', 'image-never-pulled']),
      [null, null, undefined],
    ]);
    expect(told.workloads).toMatchObject([
      { target: 'deploy/absent', verdict: 'doomed', code: 'image-never-pulled', pods: { expected: 3, ready: 0 }, findings: [] },
    ]);
  });
});

const command = (script: string) => `containers: [{name: app, image: ${workloadImage}, command: [sh, -c, '${script}']}]`;
const workloads = `${quick('web', 2, command('sleep 9999'))}
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  replicas: 2
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template:
    metadata: {labels: {app: ledger}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  backoffLimit: 0
  template:
    spec: {restartPolicy: Never, ${command('echo schema 7 is missing; exit 3')}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec:
  suspend: true
  schedule: '* * * * *'
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, ${command('true')}}
`;

interface ToldWorkload {
  readonly target: string;
  readonly verdict: string | null;
  readonly code: string | null;
  readonly progress: string;
  readonly pods: Readonly<Record<string, number | null>>;
  readonly findings: readonly { readonly code: string }[];
}

test.concurrent('workloads: the Pods of the current generation, and what holds up the rest', { timeout: 240_000 }, async () => {
  await inNamespace(async (namespace) => {
    const server = await apiServer();
    await apply(namespace, workloads);
    const pods = (app: string) => `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${app}&`;
    await Promise.all([
      awaitCount(pods('web'), 2, isReady),
      awaitCount(pods('ledger'), 1, (pod) => JSON.stringify(pod).includes('"ErrImageNeverPull"')),
      awaitCount(`/apis/batch/v1/namespaces/${namespace}/jobs?`, 1, (job) => JSON.stringify(job).includes('"BackoffLimitExceeded"')),
    ]);
    const healthy = await why('-n', namespace, 'deploy/web');
    const container = { name: 'app', image: 'podwright.test/absent:2', imagePullPolicy: 'Never' };
    await server.request(`/apis/apps/v1/namespaces/${namespace}/deployments/web`, {
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { template: { spec: { containers: [container] } } } },
    });
    await awaitCount(pods('web'), 1, (pod) => JSON.stringify(pod).includes('"ErrImageNeverPull"'));
    const [text, json] = await Promise.all([
      why('-n', namespace, 'deploy/web'),
      why('-n', namespace, '-o', 'json', 'deploy/web', 'sts/ledger', 'job/migrate', 'cronjob/report'),
    ]);
    expect(healthy).toEqual({
      code: 0,
      stdout: `● ${namespace}/deploy/web   nothing is wrong with it   2/2 ready\n  All 2 Pods are ready.\n`,
      stderr: '',
    });
    expect(text).toMatchObject({ code: 1, stderr: '' });
    expect(text.stdout).toMatch(
      /deploy\/web {3}doomed( for \w+)? {3}image-never-pulled {3}0\/2 ready\n {2}None of 2 Pods of the current generation \(web-\w+\) is ready/,
    );
    expect(text.stdout).toContain('2 Pods of an older one are still there, all ready.');
    const told = JSON.parse(json.stdout) as { readonly workloads: readonly ToldWorkload[] };
    const short = told.workloads.map(({ target, verdict, code, progress, findings }) => [target, verdict, code, progress, findings.map((each) => each.code)]);
    expect(short).toEqual([
      ['deploy/web', 'doomed', 'image-never-pulled', '0/2 ready', []],
      ['sts/ledger', 'doomed', 'image-never-pulled', '0/2 ready', ['rollout-blocked']],
      ['job/migrate', 'doomed', 'exited-with-error', '0/1 succeeded', ['backoff-limit-exceeded']],
      ['cronjob/report', 'info', 'suspended', 'no Job', ['suspended']],
    ]);
    expect(told.workloads[0]?.pods).toMatchObject({ expected: 2, current: 1, old: 2, oldReady: 2 });
    expect(json.code).toBe(1);
  });
});

test.concurrent('rights that are missing make why say less, and say so', { timeout: 240_000 }, async () => {
  await inNamespace(async (namespace) => {
    await apply(
      namespace,
      `${quick('absent', 1, 'containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]')}
apiVersion: v1
kind: Pod
metadata: {name: held, finalizers: [podwright.test/held]}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: ${workloadImage}}]
---
apiVersion: v1
kind: Pod
metadata: {name: keyless}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: ${workloadImage}, envFrom: [{configMapRef: {name: settings}}]}]
`,
    );
    const token = await newAccount(namespace, 'onlooker', [
      { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list'] },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
    ]);
    const held = await waitForPod(namespace, 'held', ({ spec }) => spec?.nodeName !== undefined);
    await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/held`, { method: 'DELETE' });
    await Promise.all([
      awaitCount(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dabsent&`, 1, (pod) => JSON.stringify(pod).includes('"ErrImageNeverPull"')),
      waitForPod(namespace, 'keyless', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError'),
    ]);
    try {
      await withKubeconfig({ user: { token } }, async (kubeconfig) => {
        const [workload, keyless] = await Promise.all([
          why('-n', namespace, 'deploy/absent', '--kubeconfig', kubeconfig),
          why('-n', namespace, 'keyless', '--kubeconfig', kubeconfig),
        ]);
        expect(workload).toMatchObject({ code: 1, stderr: expect.stringContaining('without generations: ') });
        expect(workload.stdout).toContain('Which of them are of the current generation could not be checked.');
        expect(workload.stdout).toContain(`The ReplicaSets of ${namespace} could not check: forbidden`);
        expect(keyless.stdout).toContain(`ConfigMap ${namespace}/settings could not check: forbidden`);
        // As of an hour later: the deletion has taken too long by then.
        const diagnosis = new PodDiagnosis(
          clusterDiagnosis(createTransport(openCluster({ kubeconfig }))),
          Date.now() + 3_600_000,
          new AbortController().signal,
        );
        const deleted = await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/held`);
        const [worst] = await diagnosis.inFull({ facts: podFacts(deleted), references: [], events: [] });
        const node = held.spec?.nodeName ?? '';
        expect(worst).toMatchObject({ code: 'terminating-overdue', verdict: 'stuck' });
        expect(worst?.evidence.slice(-2)).toEqual([
          { source: 'reference', object: `Node ${node}`, text: 'could not check: forbidden' },
          { source: 'reference', object: `Lease kube-node-lease/${node}`, text: 'could not check: forbidden' },
        ]);
      });
      const allowed = new PodDiagnosis(
        clusterDiagnosis(createTransport(openCluster({ kubeconfig: testKubeconfig() }))),
        Date.now() + 3_600_000,
        new AbortController().signal,
      );
      const deleted = await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/held`);
      const [worst] = await allowed.inFull({ facts: podFacts(deleted), references: [], events: [] });
      expect(worst?.evidence.slice(-2).map((each) => each.text)).toEqual([
        expect.stringMatching(/^Ready=True/),
        expect.stringMatching(/^was last renewed .+ ago$/),
      ]);
    } finally {
      await (await apiServer()).request(`/api/v1/namespaces/${namespace}/pods/held`, {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { metadata: { finalizers: null } },
      });
    }
  });
});
