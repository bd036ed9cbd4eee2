/**
 * Every pattern in every kind of workload on the real cluster: its Pod becomes Ready, the pattern does its job, and what runs to its end completes. Patterns
 * that do not stand in each other's way share a workload.
 */
import { randomBytes } from 'node:crypto';
import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { pattern, patternIds, type WorkloadName, workloadNames } from '../../cmd/pattern-catalogue.ts';
import { isForStaticPods } from '../../src/manifest/patterns/pattern-template.ts';
import { newWith } from '../unit/pattern-manifests.ts';
import { run } from './cluster/process.ts';
import { serverImage } from './cluster/server-image.ts';
import { workloadImage } from './cluster/workload-image.ts';
import { kubectlPath } from './cluster.ts';
import { isReady } from './manifests.ts';
import { apply, createIn, docker, inNamespace, testKubeconfig, waitForPod, waitForPodGone, waitForPodOf } from './namespace.ts';

interface Group {
  readonly name: string;
  /** Of Pod Security: what the namespace lets in. */
  readonly level: 'restricted' | 'baseline';
  readonly patterns: readonly string[];
  /** By pattern, as in `wait-for.host`. */
  readonly given: Readonly<Record<string, string>>;
  /** The kind in which sidecars are ordinary containers. */
  readonly classicIn?: WorkloadName;
  /** What the patterns look for, as YAML. */
  readonly objects?: string;
  /** The lines of the app's shell, before it waits for its end. */
  readonly app: readonly string[];
  /** Fails unless each pattern has done its job. */
  readonly proves: (ran: Running) => Promise<void>;
}

interface Running {
  readonly kind: WorkloadName;
  readonly namespace: string;
  /** Of the workload, of its container and, with an ending, of its Pod. */
  readonly name: string;
  readonly pod: V1Pod;
  /** The first line of a container's log that has the words in it, once it is there. */
  readonly line: (container: string, words: string) => Promise<string>;
  readonly log: (container: string) => Promise<string>;
  /** What is answered on a port of the Pod. */
  readonly get: (port: number, path: string) => Promise<string>;
}

const kubectl = (...args: string[]): Promise<string> => run(kubectlPath(), ['--kubeconfig', testKubeconfig(), ...args]);

const word = `said-${randomBytes(4).toString('hex')}`;

/** Helpers run with tcpsvd in these kinds, and without it in the others. */
const withTcpsvd: ReadonlySet<WorkloadName> = new Set(['deployment', 'daemonset', 'job', 'static-pod']);

const groups: readonly Group[] = [
  {
    name: 'writer',
    level: 'restricted',
    patterns: [
      'security:restricted',
      'sidecar:log-streamer',
      'adapter:json-logs',
      'sidecar:file-server',
      'adapter:metrics',
      'probes:http',
      'graceful-shutdown',
    ],
    given: { 'file-server.port': '8088', 'http.ready-path': '/status', 'http.live-path': '/root', 'graceful-shutdown.delay': '4' },
    classicIn: 'daemonset',
    app: [
      `echo ${word} >/var/www/line.txt`,
      `echo '2026-11-28T10:00:00Z WARN said "${word}"' >>/var/log/app/app.log`,
      'mkdir /tmp/site',
      "printf 'Requests: 7\\nuptime = 1.5\\nversion: 1.2.3\\n' >/tmp/site/status",
      "grep -q '^[^ ]* / [^ ]* ro,' /proc/mounts && echo read-only >/tmp/site/root",
      'httpd -f -p 8080 -h /tmp/site &',
    ],
    async proves({ kind, namespace, pod, line, get }) {
      const [streamed, json, served, adapted, root] = await Promise.all([
        line('log-streamer', word),
        line('json-logs', word),
        get(8088, 'line.txt'),
        get(9103, 'metrics'),
        get(8080, 'root'),
      ]);
      expect(streamed).toBe(`2026-11-28T10:00:00Z WARN said "${word}"`);
      expect(JSON.parse(json)).toEqual({ time: '2026-11-28T10:00:00Z', level: 'WARN', message: `said "${word}"` });
      expect(served).toBe(word);
      expect(metrics(adapted)).toEqual({ app_requests: 7, app_uptime: 1.5 });
      expect(root).toBe('read-only');
      if (kind !== 'deployment') return;
      // The Pod is going, and answers as long as its preStop hook waits.
      const name = pod.metadata?.name ?? '';
      const deleted = Date.now();
      await kubectl('-n', namespace, 'delete', 'pod', name, '--wait=false');
      expect(await get(8088, 'line.txt')).toBe(word);
      await waitForPodGone(namespace, name);
      expect(Date.now() - deleted).toBeGreaterThan(4000);
    },
  },
  {
    name: 'client',
    level: 'restricted',
    patterns: [
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
    given: {
      'fetch-config.url': 'http://server:8000/line.txt',
      'fetch-config.dir': '/etc/fetched',
      'fetch-config.volume': 'fetched',
      'render-config.dir': '/etc/rendered',
      'render-config.volume': 'rendered',
      'database.port': '8000',
      'cache.host': 'redis',
      'cache.port': '6379',
      'service.port': '8000',
    },
    objects: `
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
apiVersion: v1
kind: Service
metadata: {name: redis}
spec: {selector: {app.kubernetes.io/name: redis}, ports: [{port: 6379}]}
---
${served('server', 'mkdir /tmp/s; cd /tmp/s; echo served >line.txt; tar -czf content.tar.gz line.txt; exec httpd -f -p 8000')}
---
${served('redis', "exec redis-server --save '' --protected-mode no")}`,
    app: [
      'for port in $DATABASE_PORT $SERVICE_PORT; do echo "$port: $(wget -q -O - http://localhost:$port/line.txt)"; done',
      'cache() { redis-cli -h $CACHE_HOST -p $CACHE_PORT "$@"; }',
      `echo "cache: $(cache set $HOSTNAME ${word}) $(cache get $HOSTNAME)"`,
      'for file in /etc/fetched/app.conf /etc/rendered/app.conf /etc/app/greeting /etc/secrets/word /content/current/line.txt; do',
      '  if [ -e $file ]; then echo "$file: $(cat $file)"; fi',
      'done',
      'echo env $greeting $word',
      'echo "on localhost alone: $(netstat -ltn | grep -c " 127.0.0.1:")"',
      'if ps | grep -q "/[p]ause"; then echo sees the processes of others; fi',
    ],
    async proves({ kind, namespace, name, pod, line, log }) {
      await line(name, 'sees the processes of others');
      const isStatic = kind === 'static-pod';
      const files = ['/etc/fetched/app.conf: served', `/etc/rendered/app.conf: I am ${pod.metadata?.name} of ${namespace}`, '/etc/app/greeting: hello'];
      expect((await log(name)).trimEnd().split('\n')).toEqual([
        '5432: served',
        '8081: served',
        `cache: OK ${word}`,
        ...(isStatic ? files.slice(0, 1) : [...files, '/etc/secrets/word: sesame']),
        '/content/current/line.txt: served',
        isStatic ? 'env' : 'env hello sesame',
        `on localhost alone: ${withTcpsvd.has(kind) ? 3 : 0}`,
        'sees the processes of others',
      ]);
      const steps = ['wait-for', 'migrate', 'fetch-config', ...(isStatic ? [] : ['render-config'])].map((step) =>
        pod.status?.initContainerStatuses?.find((each) => each.name === step),
      );
      const times = steps.flatMap((step) => [step?.state?.terminated?.startedAt, step?.state?.terminated?.finishedAt]).map(String);
      expect(times).not.toContain('undefined');
      expect(times).toEqual(times.toSorted());
      expect(await log('wait-for')).toContain('server:8000 answers');
      expect(await log('migrate')).toContain('migrated');
    },
  },
  {
    name: 'owner',
    level: 'baseline',
    patterns: ['init:fix-ownership', 'sidecar:metrics-exporter', 'probes:tcp'],
    given: { 'fix-ownership.owner': '65534', 'metrics-exporter.app-path': '/mine' },
    classicIn: 'daemonset',
    app: ['ls -ldn /data', 'touch /data/mine && echo written', 'httpd -f -p 8080 -h /data &'],
    async proves({ name, log, get }) {
      expect(await log(name)).toMatch(/ 65534 +65534 .*\nwritten/);
      expect(metrics(await get(9102, 'metrics'))).toEqual({ app_up: 1, app_answer_seconds: expect.any(Number) });
    },
  },
  {
    name: 'health',
    level: 'restricted',
    patterns: ['probes:grpc'],
    given: {},
    app: ['health 9090 readiness liveness &'],
    async proves({ name, line }) {
      expect(await line(name, 'readiness')).toBe('asked about readiness');
      expect(await line(name, 'liveness')).toBe('asked about liveness');
    },
  },
];

test('no pattern is left out', () => {
  expect(groups.flatMap(({ patterns }) => patterns).toSorted()).toEqual(patternIds().toSorted());
});

describe.each(groups)('$name: $patterns', (group) => {
  let namespace = '';
  const done = Promise.withResolvers<void>();
  let namespaced: Promise<void>;

  beforeAll(async () => {
    const ready = Promise.withResolvers<void>();
    namespaced = inNamespace(
      async (name) => {
        namespace = name;
        if (group.objects !== undefined) await apply(name, group.objects);
        ready.resolve();
        await done.promise;
      },
      { 'pod-security.kubernetes.io/enforce': group.level },
    );
    await Promise.race([ready.promise, namespaced]);
  });

  afterAll(async () => {
    done.resolve();
    await namespaced;
  });

  test.concurrent.each(workloadNames)('%s', async (kind) => {
    const name = `${group.name}-${kind}-${randomBytes(2).toString('hex')}`;
    const stop = await start(kind, name, manifestOf(group, kind, name, namespace), namespace);
    try {
      const pod = await waitForPodOf(namespace, `app.kubernetes.io/name=${name}`, isReady);
      const podName = pod.metadata?.name ?? '';
      const words = (container: string, ...args: string[]) => ['-n', namespace, 'logs', podName, '-c', container, ...args];
      await group.proves({
        kind,
        namespace,
        name,
        pod,
        line: (container, wanted) => firstLine(words(container, '--follow'), wanted),
        log: (container) => kubectl(...words(container)),
        get: (port, path) => kubectl('get', '--raw', `/api/v1/namespaces/${namespace}/pods/${podName}:${port}/proxy/${path}`),
      });
      if (kind === 'job' || kind === 'cronjob') {
        await kubectl('-n', namespace, 'exec', podName, '-c', name, '--', 'sh', '-c', 'echo >/tmp/end');
        await waitForPod(namespace, podName, ({ status }) => status?.phase === 'Succeeded');
        await kubectl('-n', namespace, 'wait', '--for=condition=complete', '--timeout=60s', `job/${jobOf(kind, name)}`);
      }
    } finally {
      await stop();
    }
  });
});

function manifestOf({ patterns, given, app, classicIn }: Group, kind: WorkloadName, name: string, namespace: string): string {
  const wanted = kind === 'static-pod' ? patterns.filter((id) => isForStaticPods(pattern(id))) : patterns;
  // A pipe that is read: no process has to look again and again.
  const command = ['trap "exit 0" TERM', ...app, 'mkfifo /tmp/end', 'touch /tmp/ready', 'cat /tmp/end & wait $!'].join('\n');
  return newWith(kind, name, {
    patterns: wanted,
    given,
    // So little that two nodes take them all, beside what else is tested.
    workload: { cpu: '5m', memory: '32Mi', ...(kind === 'deployment' ? { replicas: '1' } : {}), ...(kind === 'static-pod' ? { namespace } : {}) },
    command: ['sh', '-c', command],
    image: serverImage,
    helperImage: withTcpsvd.has(kind) ? serverImage : workloadImage,
    classic: classicIn === kind,
  });
}

function jobOf(kind: WorkloadName, name: string): string {
  return kind === 'cronjob' ? `${name}-now` : name;
}

/** Brings a workload to the cluster, and returns what takes away of it what does not go with its namespace. */
async function start(kind: WorkloadName, name: string, text: string, namespace: string): Promise<() => Promise<void>> {
  if (kind === 'static-pod') return startStatic(name, text, namespace);
  await createIn(namespace, [parse(text) as KubernetesObject]);
  if (kind === 'cronjob') await kubectl('-n', namespace, 'create', 'job', jobOf(kind, name), `--from=cronjob/${name}`);
  return async () => undefined;
}

/** The kubelet runs what lies in a directory of its node. */
async function startStatic(name: string, text: string, namespace: string): Promise<() => Promise<void>> {
  const nodes = await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}');
  const node = nodes.split(' ').find((each) => each.includes('worker')) ?? '';
  const file = `/etc/kubernetes/manifests/${name}.yaml`;
  // Whole at once: the kubelet reads the directory at any moment.
  const script = `echo ${Buffer.from(text).toString('base64')} | base64 -d >/etc/kubernetes/${name} && mv /etc/kubernetes/${name} ${file}`;
  await docker('exec', node, 'sh', '-c', script);
  return async () => {
    await docker('exec', node, 'rm', '-f', file);
    await waitForPodGone(namespace, `${name}-${node}`);
  };
}

/** The first line that has the words in it, of a log that is followed. */
async function firstLine(args: readonly string[], words: string): Promise<string> {
  const found = new AbortController();
  let first: string | undefined;
  const onLine = (line: string): void => {
    if (!line.includes(words)) return;
    first ??= line;
    found.abort();
  };
  const signal = AbortSignal.any([found.signal, AbortSignal.timeout(60_000)]);
  await run(kubectlPath(), ['--kubeconfig', testKubeconfig(), ...args], { signal, onLine }).catch((error: unknown) => {
    if (first === undefined) throw error;
  });
  return first ?? '';
}

/** A Pod of the server image, by itself. */
function served(name: string, command: string): string {
  return newWith('pod', name, { image: serverImage, command: ['sh', '-c', command], workload: { cpu: '5m' } });
}

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
