/** The patterns on the real cluster: every one in every kind passes the strict dry run and Pod Security, and each runs and does its job. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KubernetesObject, V1CronJob, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pattern, patternIds, type WorkloadName, workloadNames } from '../../cmd/pattern-catalogue.ts';
import { addPattern, patternPatch } from '../../src/manifest/patterns/pattern-edits.ts';
import { newWith, patternValues } from '../unit/pattern-manifests.ts';
import { run } from './cluster/process.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { kubectlPath } from './cluster.ts';
import { isReady } from './manifests.ts';
import { apiServer, apply, createIn, docker, inNamespace, testKubeconfig, waitForPod, waitForPodGone } from './namespace.ts';
import { runProgram } from './run-program.ts';
import { inScreen, restored } from './screen-session.ts';

const kubectl = (...args: string[]): Promise<string> => run(kubectlPath(), ['--kubeconfig', testKubeconfig(), ...args]);

/** With the image of the tests, in which the patterns' programs are real ones. */
function manifest(
  kind: WorkloadName,
  name: string,
  patterns: readonly string[],
  given: Readonly<Record<string, string>>,
  command: readonly string[],
  classic = false,
): string {
  return newWith(kind, name, { patterns, given, command, classic, image: workloadImage });
}

/** For a namespace that lets in only what is of this level of Pod Security. */
const enforced = (level: string) => ({ 'pod-security.kubernetes.io/enforce': level });

describe.concurrent('the strict dry run', () => {
  test('takes every pattern in every kind, and Pod Security lets its Pods in, but for those that say why not', async () => {
    await Promise.all(
      ['restricted', 'baseline'].map((level) =>
        inNamespace(async (namespace) => {
          const ids = patternIds().filter((id) => pattern(id).podSecurity === level);
          const kinds = workloadNames.filter((kind) => kind !== 'static-pod');
          const texts = kinds.flatMap((kind) => [
            newWith(kind, 'web'),
            ...ids.map((id) => newWith(kind, 'web', { patterns: [id] })),
            ...(kind === 'pod' ? ids.map((id) => newWith(kind, 'web', { patterns: [id], classic: true })) : []),
          ]);
          const answers = await Promise.allSettled(
            texts.map((text) => createIn(namespace, [parse(text) as KubernetesObject], '?dryRun=All&fieldValidation=Strict')),
          );
          expect(answers.flatMap((answer, index) => (answer.status === 'rejected' ? [`${String(answer.reason)}\n${texts[index]}`] : []))).toEqual([]);
        }, enforced(level)),
      ),
    );
  });

  test('Pod Security restricted refuses what says that it does not pass', async () => {
    await inNamespace(async (namespace) => {
      const ids = patternIds().filter((id) => pattern(id).podSecurity !== 'restricted');
      expect(ids).not.toEqual([]);
      for (const id of ids) {
        const pod = parse(newWith('pod', 'web', { patterns: [id] })) as KubernetesObject;
        await expect(createIn(namespace, [pod], '?dryRun=All')).rejects.toThrow('violates PodSecurity');
      }
    }, enforced('restricted'));
  });

  test('a patch does the same as the addition', async () => {
    await inNamespace(async (namespace) => {
      const text = newWith('deployment', 'web');
      await apply(namespace, text);
      const values = patternValues('log-streamer');
      const target = { to: undefined, file: 'web.yaml' };
      const patch = parse(patternPatch(text, target, values, false).text) as object;
      const server = await apiServer();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web?dryRun=All&fieldValidation=Strict`;
      const patched = await server.request<Workload>(path, { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body: patch });
      const added = await server.request<Workload>(path, {
        method: 'PATCH',
        contentType: 'application/strategic-merge-patch+json',
        body: parse(addPattern(text, target, values, false).text) as object,
      });
      expect(patched.spec.template.spec.initContainers).toMatchObject([{ name: 'log-streamer', restartPolicy: 'Always' }]);
      expect(patched.spec.template.spec).toEqual(added.spec.template.spec);
    });
  });
});

interface Workload {
  readonly spec: { readonly template: { readonly spec: { readonly initContainers: readonly object[] } } };
}

describe.concurrent('each pattern runs', () => {
  let namespace = '';
  const done = Promise.withResolvers<void>();
  let namespaced: Promise<void>;

  beforeAll(async () => {
    const ready = Promise.withResolvers<void>();
    namespaced = inNamespace(async (name) => {
      namespace = name;
      await apply(name, server);
      ready.resolve();
      await done.promise;
    }, enforced('restricted'));
    await Promise.race([ready.promise, namespaced]);
  });

  afterAll(async () => {
    done.resolve();
    await namespaced;
  });

  test('beside an app that writes files and serves a status page', async () => {
    const line = `written-${randomBytes(4).toString('hex')}`;
    const app = [
      `echo ${line} >/var/www/line.txt`,
      `echo '2026-11-28T10:00:00Z WARN said "${line}"' >>/var/log/app/app.log`,
      'mkdir /tmp/site',
      "printf 'Requests: 7\\nuptime = 1.5\\nversion: 1.2.3\\n' >/tmp/site/status",
      "grep -q '^[^ ]* / [^ ]* ro,' /proc/mounts && echo read-only >/tmp/site/root",
      "trap 'exit 0' TERM",
      'httpd -f -p 8080 -h /tmp/site & wait',
    ].join('\n');
    const text = manifest(
      'deployment',
      'writer',
      ['security:restricted', 'sidecar:log-streamer', 'adapter:json-logs', 'sidecar:file-server', 'adapter:metrics', 'probes:http', 'graceful-shutdown'],
      {
        'file-server.port': '8088',
        'http.ready-path': '/status',
        'http.live-path': '/root',
        'graceful-shutdown.delay': '2',
      },
      ['sh', '-c', app],
    ).replace('replicas: 2', 'replicas: 1');
    await apply(namespace, text);
    const name = await podOf('writer');
    await waitForPod(namespace, name, isReady);
    const [streamed, lines, served, adapted, root] = await Promise.all([
      logUntil(name, 'log-streamer', line),
      logUntil(name, 'json-logs', line),
      proxied(name, 8088, 'line.txt'),
      proxied(name, 9103, 'metrics'),
      proxied(name, 8080, 'root'),
    ]);
    expect(streamed).toContain(`said "${line}"`);
    expect(JSON.parse(lines)).toEqual({ time: '2026-11-28T10:00:00Z', level: 'WARN', message: `said "${line}"` });
    expect(served).toBe(line);
    expect(metrics(adapted)).toEqual({ app_requests: 7, app_uptime: 1.5 });
    expect(root).toBe('read-only');
    // The Pod is going, and answers as long as its preStop hook waits.
    const deleted = Date.now();
    await kubectl('-n', namespace, 'delete', 'pod', name, '--wait=false');
    expect(await proxied(name, 8088, 'line.txt')).toBe(line);
    await waitForPodGone(namespace, name);
    expect(Date.now() - deleted).toBeGreaterThan(2000);
  });

  test('before an app, in their order, and beside it as ambassadors', async () => {
    const app = [
      'for port in $DATABASE_PORT $CACHE_PORT $SERVICE_PORT; do echo "$port: $(wget -q -O - http://localhost:$port/line.txt)"; done',
      'cat /etc/fetched/app.conf /etc/rendered/app.conf /etc/app/greeting /etc/secrets/word /content/current/line.txt',
      'echo env $greeting $word',
      'ps | grep -c "/[p]ause"',
      'touch /tmp/ready; echo all said; sleep infinity',
    ].join('\n');
    const text = manifest(
      'statefulset',
      'client',
      [
        'init:wait-for',
        'init:migrate',
        'init:fetch-config',
        'init:render-config',
        'ambassador:database',
        'ambassador:cache',
        'ambassador:service',
        'sidecar:content-sync',
        'config:files',
        'config:env',
        'config:secret-files',
        'config:secret-env',
        'shared-processes',
        'probes:exec',
      ],
      {
        'fetch-config.url': 'http://server:8000/line.txt',
        'fetch-config.dir': '/etc/fetched',
        'fetch-config.volume': 'fetched',
        'render-config.dir': '/etc/rendered',
        'render-config.volume': 'rendered',
        'database.port': '8000',
        'cache.port': '8000',
        'service.port': '8000',
      },
      ['sh', '-c', app],
    );
    await apply(namespace, text);
    const pod = await waitForPod(namespace, 'client-0', isReady);
    const said = await logUntil('client-0', 'client', 'all said');
    expect(said.split('\n').slice(0, 10)).toEqual([
      '5432: served',
      '6379: served',
      '8081: served',
      'served',
      'I am client-0 of ' + namespace,
      'hello',
      'sesame',
      'served',
      'env hello sesame',
      expect.stringMatching(/^[1-9]$/),
    ]);
    const steps = ['wait-for', 'migrate', 'fetch-config', 'render-config'].map((step) => pod.status?.initContainerStatuses?.find(({ name }) => name === step));
    const times = steps.flatMap((step) => [step?.state?.terminated?.startedAt, step?.state?.terminated?.finishedAt]);
    expect(times.map(String)).toEqual(times.map(String).toSorted());
    expect(await logUntil('client-0', 'wait-for', 'answers')).toBe('server:8000 answers');
    expect(await logUntil('client-0', 'migrate', 'migrated')).toBe('migrated');
  });

  test('what is waited for in vain is said, and the Pod does not hang', async () => {
    const text = manifest('pod', 'waiting', ['init:wait-for'], { 'wait-for.port': '8999', 'wait-for.timeout': '1' }, ['sleep', 'infinity']);
    await apply(namespace, text);
    const pod = await waitForPod(namespace, 'waiting', ({ status }) => {
      const { state, lastState } = status?.initContainerStatuses?.[0] ?? {};
      return (state?.terminated ?? lastState?.terminated) !== undefined;
    });
    const { state, lastState } = pod.status?.initContainerStatuses?.[0] ?? {};
    expect((state?.terminated ?? lastState?.terminated)?.message).toContain('gave up: server:8999 did not answer within 1 s');
    expect((state?.terminated ?? lastState?.terminated)?.exitCode).toBe(1);
  });

  test('a Job completes with its sidecar, also the one of a CronJob', async () => {
    const app = ['sh', '-c', 'echo worked >>/var/log/app/app.log; sleep 2'];
    await apply(namespace, manifest('job', 'import', ['sidecar:log-streamer', 'init:wait-for'], {}, app));
    const cron = parse(manifest('cronjob', 'nightly', ['sidecar:log-streamer'], {}, app)) as V1CronJob;
    await createIn(namespace, [
      cron,
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'now' }, spec: cron.spec?.jobTemplate.spec } as KubernetesObject,
    ]);
    await Promise.all(
      ['import', 'now'].map(async (job) => {
        const pod = await podOf(job, `job-name=${job}`);
        await waitForPod(namespace, pod, ({ status }) => status?.phase === 'Succeeded');
        expect(await logUntil(pod, 'log-streamer', 'worked')).toBe('worked');
      }),
    );
  });

  test('a volume changes its owner, and a classic sidecar asks the app how it does, on every node', async () => {
    await inNamespace(async (own) => {
      const app = ['sh', '-c', 'ls -ldn /data; touch /data/mine && echo written; exec httpd -f -p 8080 -h /data'];
      const options = { 'fix-ownership.owner': '65534', 'metrics-exporter.app-path': '/mine' };
      await apply(own, manifest('daemonset', 'owner', ['init:fix-ownership', 'sidecar:metrics-exporter', 'probes:tcp'], options, app, true));
      const name = await podOf('owner', undefined, own);
      await waitForPod(own, name, isReady);
      const said = await logUntil(name, 'owner', 'written', own);
      expect(said).toMatch(/ 65534 +65534 /);
      expect(metrics(await proxied(name, 9102, 'metrics', own))).toEqual({ app_up: 1, app_answer_seconds: expect.any(Number) });
    }, enforced('baseline'));
  });

  test('a static Pod is run by the kubelet of its node from a file', async () => {
    const name = `static-${randomBytes(3).toString('hex')}`;
    const node = (await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ').find((each) => each.includes('worker')) ?? '';
    const text = manifest('static-pod', name, ['probes:tcp'], {}, ['sh', '-c', "trap 'exit 0' TERM; httpd -f -p 8080 & wait"]);
    const file = `/etc/kubernetes/manifests/${name}.yaml`;
    try {
      await docker(
        'exec',
        node,
        'sh',
        '-c',
        `echo ${Buffer.from(text).toString('base64')} | base64 -d >/etc/kubernetes/${name} && mv /etc/kubernetes/${name} ${file}`,
      );
      const pod = await waitForPod('kube-system', `${name}-${node}`, isReady);
      expect(pod.metadata?.annotations).toHaveProperty(['kubernetes.io/config.mirror']);
    } finally {
      await docker('exec', node, 'rm', '-f', file);
    }
    await waitForPodGone('kube-system', `${name}-${node}`);
  });

  test('what is applied comes up, and what the server refuses is said', async () => {
    const args = ['new', 'deployment', 'applied', '--image', workloadImage, '-n', namespace, '--apply', '--with', 'probes:exec'];
    const set = ['--set', 'ready-command=true', '--set', 'live-command=true', '--set', 'replicas=1', '--', 'sleep', 'infinity'];
    expect(await runProgram([...args, ...set])).toEqual({ code: 0, stdout: `deployment/applied applied in namespace ${namespace}\n`, stderr: '' });
    await waitForPod(namespace, await podOf('applied'), isReady);
    const refused = await runProgram([...args, '--set', 'user=1', ...set].map((word) => (word === 'applied' ? 'a'.repeat(64) : word)));
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    const nowhere = await runProgram([...args, ...set].map((word) => (word === namespace ? 'no-such-namespace' : word)));
    expect(nowhere).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no-such-namespace') });
  });

  test('the form asks, shows the manifest as it grows, and prints it', async () => {
    await inScreen([], { command: ['new'], kubeconfig: null }, async (screen) => {
      await screen.shows('kind   < deployment >');
      screen.press('shop\r');
      await screen.shows(/name +shop/);
      screen.press('registry.example/shop:1');
      await screen.shows('- name: shop');
      screen.press('\u001b[B ');
      await screen.shows('- name: json-logs');
      screen.press('\r');
      expect(await screen.left()).toEqual(restored(0));
      expect(screen.text).toContain('- name: logs');
    });
    await inScreen([], { command: ['new'], kubeconfig: null }, async (screen) => {
      await screen.shows('The name is missing');
      screen.press('\u0003');
      expect(await screen.left()).toEqual(restored(130));
    });
  });

  test('the program writes a file, adds to it in place, and takes out again what it added', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'podwright-patterns-'));
    const file = join(folder, 'site.yaml');
    try {
      expect(await runProgram(['new', 'deployment', 'site', '--image', workloadImage, '-o', file, '--', 'httpd', '-f', '-p', '8080'])).toMatchObject({
        code: 0,
      });
      const made = readFileSync(file, 'utf8');
      expect(await runProgram(['add', 'probes:tcp', '-f', file, '-i'])).toEqual({ code: 0, stdout: '', stderr: '' });
      await kubectl('-n', namespace, 'apply', '--dry-run=server', '--validate=strict', '-f', file);
      expect(await runProgram(['lint', file])).toMatchObject({ code: 0 });
      expect(await runProgram(['remove', 'probes:tcp', '-f', file, '-i'])).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(readFileSync(file, 'utf8')).toBe(made);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  /** The first Pod of a workload, once there is one. */
  async function podOf(app: string, selector = `app.kubernetes.io/name=${app}`, of = namespace): Promise<string> {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const { items } = await (await apiServer()).request<{ items: V1Pod[] }>(`/api/v1/namespaces/${of}/pods?labelSelector=${encodeURIComponent(selector)}`);
      const name = items[0]?.metadata?.name;
      if (name !== undefined) return name;
      if (Date.now() > deadline) throw new Error(`${app} made no Pod`);
      await pause(200);
    }
  }

  /** The log of a container, once it has the words in it. */
  async function logUntil(pod: string, container: string, words: string, of = namespace): Promise<string> {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const log = await kubectl('-n', of, 'logs', pod, '-c', container);
      if (log.includes(words) || Date.now() > deadline) return log;
      await pause(500);
    }
  }

  function proxied(pod: string, port: number, path: string, of = namespace): Promise<string> {
    return kubectl('get', '--raw', `/api/v1/namespaces/${of}/pods/${pod}:${port}/proxy/${path}`);
  }
});

/** What the patterns look for: a page, an archive, a ConfigMap and a Secret. */
const server = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {greeting: "hello\\n", app.conf: "I am @POD_NAME@ of @POD_NAMESPACE@\\n"}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {word: "sesame\\n"}
---
apiVersion: v1
kind: Service
metadata: {name: server}
spec: {selector: {app.kubernetes.io/name: server}, ports: [{port: 8000}]}
---
${manifest('pod', 'server', [], {}, ['sh', '-c', 'mkdir /tmp/s; cd /tmp/s; echo served >line.txt; tar -czf content.tar.gz line.txt; exec httpd -f -p 8000'])}`;

/** The samples of a text in the format of Prometheus. */
function metrics(text: string): Readonly<Record<string, number>> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    samples.map((line) => {
      const parts = /^([a-zA-Z_:][a-zA-Z0-9_:]*) (-?[0-9.]+)$/.exec(line);
      if (parts === null) throw new Error(`no metric: ${line}`);
      return [parts[1] ?? '', Number(parts[2])];
    }),
  );
}
