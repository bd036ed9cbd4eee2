/** Completion with live names: the built program under its own name, through bash, and through the real kubectl. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { namesOf } from '../../cmd/completion-names.ts';
import { completionScripts } from '../../cmd/completion-script.ts';
import { listContexts } from '../../src/kube/kube-config.ts';
import type { Target } from '../../src/service/target.ts';
import { kubectlPath, workloadImage } from './cluster.ts';
import { apply, inNamespace, testKubeconfig, waitForPod, waitForPodOf } from './namespace.ts';
import { program } from './screen-session.ts';

const execute = promisify(execFile);
let bin: string;

beforeAll(() => {
  bin = mkdtempSync(join(tmpdir(), 'podwright-completion-'));
  for (const name of ['podwright', 'kubectl-podwright', 'kubectl_complete-podwright']) symlinkSync(program, join(bin, name));
});
afterAll(() => rmSync(bin, { recursive: true }));

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, KUBECONFIG: testKubeconfig() });

/** What bash would put at the end of the line. */
async function tab(line: string): Promise<readonly string[]> {
  const script = `${completionScripts.bash}
    COMP_LINE=$1; COMP_POINT=\${#1}; _podwright 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execute('bash', ['-c', script, 'bash', line], { env: environment() });
  return stdout.split('\n').filter((word) => word !== '');
}

async function kubectlTab(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await execute(kubectlPath(), ['__complete', 'podwright', ...words], { env: environment() });
  return stdout.trimEnd().split('\n');
}

const workloads = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: ${workloadImage}}]
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: many}
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
    - {name: prepare, image: ${workloadImage}, command: ['true']}
    - {name: proxy, image: ${workloadImage}, restartPolicy: Always}
  containers: [{name: app, image: ${workloadImage}, ports: [{name: http, containerPort: 8080}, {containerPort: 9090}]}]
`;

test('Pods, workloads, namespaces and contexts are completed with what there is', async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, workloads);
    await waitForPod(namespace, 'many', ({ status }) => status?.phase === 'Running');
    await waitForPodOf(namespace, 'app=web', () => true);

    expect(await tab(`podwright describe -n ${namespace} ma`)).toEqual(['many']);
    expect(await tab(`podwright -n ${namespace} why many we`)).toEqual([expect.stringMatching(/^web-/)]);
    expect(await tab(`podwright why -n ${namespace} many man`)).toEqual([]);
    expect(await tab(`podwright why -n ${namespace} deploy/`)).toEqual(['deploy/web']);
    expect(await tab(`podwright why -n ${namespace} deploy `)).toEqual(['web']);
    expect(await tab(`podwright port-forward -n ${namespace} svc/`)).toEqual(['svc/front']);
    expect(await tab(`podwright port-forward -n ${namespace} svc/front 8`)).toEqual(['80']);
    expect(await tab(`podwright port-forward -n ${namespace} many `)).toEqual(['8080', '9090']);
    expect(await tab(`podwright why -n ${namespace} svc/`)).toEqual([]);
    expect(await tab(`podwright get --namespace=${namespace.slice(0, -1)}`)).toEqual([namespace]);
    expect(await tab('podwright get --context ')).toEqual(listContexts({ kubeconfig: testKubeconfig() }).map(({ name }) => name));
    expect(await tab('podwright why -n no-such-namespace ')).toEqual(['deploy/', 'sts/', 'ds/', 'rs/', 'job/', 'cronjob/']);

    expect(await kubectlTab('why', '-n', namespace, 'ma')).toEqual(['many\t2/2 Running', ':4']);
    expect(await kubectlTab('why', '-n', namespace, 'dep')).toEqual(['deploy/\ta Deployment', ':6']);
  });
});

test('containers are completed in the order in which they start, and ports with their names', async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, workloads);
    const choice = { kubeconfig: testKubeconfig(), namespace, allNamespaces: false };
    const names = (of: 'containers' | 'ports', target: Target) => namesOf({ of, target }, '', choice, AbortSignal.timeout(30_000));
    const many = { kind: 'pod', name: 'many' } as const;
    expect(await names('containers', many)).toEqual([
      { value: 'prepare', description: 'init container' },
      { value: 'proxy', description: 'sidecar' },
      { value: 'app', description: 'container' },
    ]);
    expect(await names('ports', many)).toEqual([
      { value: '8080', description: 'http of app' },
      { value: '9090', description: 'of app' },
    ]);
    expect(await names('containers', { kind: 'deployment', name: 'web' })).toEqual([{ value: 'web', description: 'container' }]);
  });
});
