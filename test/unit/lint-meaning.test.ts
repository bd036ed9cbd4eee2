/** What lint's rules say of what a Pod means, and what they leave alone: the cases beyond the examples of docs/lint.md. */
import { expect, test } from 'vitest';
import { lintManifests } from '../../src/manifest/lint.ts';
import { podSecurityLevel } from '../../src/manifest/pod-security.ts';

type Part = Readonly<Record<string, unknown>>;

/** Findings of one rule, as `path: message` and the hint behind a bar. */
function told(rule: string, ...objects: readonly object[]): readonly string[] {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(text), named: true }]);
  return findings.filter((finding) => finding.rule === rule).map(({ path, message, hint }) => `${path}: ${message}${hint === undefined ? '' : ` | ${hint}`}`);
}

const pod = (spec: Part, metadata: Part = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', ...metadata },
  spec: { containers: [], ...spec },
});
const app = (part: Part, name = 'web'): Part => ({ name, image: 'registry.example/web:1', ...part });
const one = (part: Part, spec: Part = {}): object => pod({ containers: [app(part)], ...spec });

test('unused-volume: mounts, devices and files of variables use a volume; claims of a StatefulSet too', () => {
  const volumes = ['a', 'b', 'c', 'd'].map((name) => ({ name, emptyDir: {} }));
  const container = app({
    volumeMounts: [{ name: 'a', mountPath: '/a' }],
    volumeDevices: [{ name: 'b', devicePath: '/b' }],
    env: [{ name: 'F', valueFrom: { fileKeyRef: { volumeName: 'c', path: 'x', key: 'F' } } }],
  });
  expect(told('unused-volume', pod({ volumes, containers: [container] }))).toEqual([
    'spec.volumes[3].name: No container mounts the volume d | Mount it, or take it out.',
  ]);
  const set = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'a' },
    spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }, {}], template: { spec: { containers: [] } } },
  };
  expect(told('unused-volume', set)).toEqual(['spec.volumeClaimTemplates[0].metadata.name: No container mounts the volume data | Mount it, or take it out.']);
});

test('shared-port: other protocols and init containers are no clash', () => {
  const port = (more: Part = {}) => ({ ports: [{ containerPort: 80, ...more }] });
  const side = { name: 'side', image: 'a', restartPolicy: 'Always' };
  expect(
    told(
      'shared-port',
      pod({
        initContainers: [
          { ...app({}, 'init'), ...port() },
          { ...side, ...port({ protocol: 'UDP' }) },
        ],
        containers: [app(port())],
      }),
    ),
  ).toEqual([]);
  expect(told('shared-port', pod({ initContainers: [{ ...side, ...port() }], containers: [app(port())] }))).toEqual([
    'spec.containers[0].ports[0].containerPort: side and web both listen on 80, and a Pod has one network | Let one of them listen elsewhere.',
  ]);
});

test('probe-port: names are those of the container, numbers those of the Pod, other hosts are none of ours', () => {
  const probe = (port: number | string, more: Part = {}) => ({ readinessProbe: { httpGet: { port, ...more } } });
  expect(told('probe-port', one(probe('http')))).toEqual([
    'spec.containers[0].readinessProbe.httpGet.port: The container web has no port http | Give the port its name: ports: [{name: http, containerPort: N}].',
  ]);
  expect(told('probe-port', pod({ containers: [app(probe('http')), app({ ports: [{ name: 'http', containerPort: 80 }] }, 'other')] }))).toEqual([
    'spec.containers[0].readinessProbe.httpGet.port: The container web has no port http | other has it, and names are those of the container itself.',
  ]);
  expect(told('probe-port', one(probe(81)))).toEqual([]);
  expect(told('probe-port', one({ ...probe(81), ports: [{ containerPort: 80 }] }))).toEqual([
    'spec.containers[0].readinessProbe.httpGet.port: No container of the Pod has the port 81 | web has 80.',
  ]);
  expect(told('probe-port', one({ ...probe('x', { host: 'example.test' }) }))).toEqual([]);
  expect(told('probe-port', one({ lifecycle: { preStop: { httpGet: { port: 'bye' } } }, ports: [{ name: 'http', containerPort: 80 }] }))).toEqual([
    'spec.containers[0].lifecycle.preStop.httpGet.port: The container web has no port bye | Its ports are http.',
  ]);
});

test('probe-timing: sleeps that are cut off, one failure that kills, starts that are', () => {
  expect(told('probe-timing', one({ readinessProbe: { exec: { command: ['sh', '-c', 'sleep 1m; true'] }, timeoutSeconds: 5 } }))).toEqual([
    'spec.containers[0].readinessProbe.exec.command: The readinessProbe sleeps 60 s and is cut off after 5 s: it never passes | Take the sleep out; periodSeconds says how often to probe.',
  ]);
  expect(told('probe-timing', one({ readinessProbe: { exec: { command: ['sleep', '0.2'] } } }))).toEqual([]);
  expect(told('probe-timing', one({ livenessProbe: { tcpSocket: { port: 80 }, failureThreshold: 1 } }))).toEqual([
    'spec.containers[0].livenessProbe.failureThreshold: One probe that fails kills the container web | Leave it at 3, and give slow starts a startupProbe.',
  ]);
  const slow = { livenessProbe: { tcpSocket: { port: 80 } }, readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 30 } };
  expect(told('probe-timing', one(slow))).toEqual([
    'spec.containers[0].livenessProbe: The container web is killed 30 s after its start, and expected to be ready after 30 s at the earliest | Give it a startupProbe that waits as long as the start may take.',
  ]);
  expect(told('probe-timing', one({ ...slow, startupProbe: { tcpSocket: { port: 80 } } }))).toEqual([]);
});

test('same-probe: one that is more patient before it kills is another', () => {
  const probe = { tcpSocket: { port: 80 } };
  expect(told('same-probe', one({ livenessProbe: probe, readinessProbe: probe }))).toHaveLength(1);
  expect(told('same-probe', one({ livenessProbe: { ...probe, periodSeconds: 30 }, readinessProbe: probe }))).toEqual([]);
  expect(told('same-probe', one({ livenessProbe: { tcpSocket: { port: 81 } }, readinessProbe: probe }))).toEqual([]);
});

test('grace-too-short: sleeps of both kinds count', () => {
  const stop = (preStop: Part) => told('grace-too-short', one({ lifecycle: { preStop } }, { terminationGracePeriodSeconds: 10 }));
  expect(stop({ sleep: { seconds: 10 } })).toHaveLength(1);
  expect(stop({ exec: { command: ['sh', '-c', 'sleep 4; sleep 5s'] } })).toEqual([]);
  expect(stop({ exec: { command: ['sh', '-c', 'sleep 1h'] } })).toEqual([
    'spec.containers[0].lifecycle.preStop: preStop takes 3600 s of the 10 s that the Pod has to end: web is killed before it can stop | Set terminationGracePeriodSeconds to more than 3600, with the time that the program itself needs.',
  ]);
});

test('sidecar-order: an app that an init container asks', () => {
  const init = app({ args: ['--db=127.0.0.1:5432'] }, 'migrate');
  expect(told('sidecar-order', pod({ initContainers: [init], containers: [app({ ports: [{ containerPort: 5432 }] }, 'db')] }))).toEqual([
    'spec.initContainers[0].name: migrate asks the container db on localhost, which starts only after it has ended | Make db a sidecar: an init container with restartPolicy: Always, listed before.',
  ]);
  expect(told('sidecar-order', pod({ initContainers: [init], containers: [app({ ports: [{ containerPort: 54321 }] }, 'db')] }))).toEqual([]);
});

test('classic-sidecar-in-job: told by name or image, and only beside something that ends', () => {
  const job = (...containers: readonly Part[]) =>
    told('classic-sidecar-in-job', {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'a' },
      spec: { template: { spec: { restartPolicy: 'Never', containers } } },
    });
  expect(job(app({}, 'load'), app({ image: 'registry.example/envoy:1' }, 'b'))).toEqual([
    'spec.template.spec.containers[1].name: The Job does not complete while b runs, which has no reason to end | Make it a sidecar: an init container with restartPolicy: Always ends with the others.',
  ]);
  expect(job(app({}, 'proxy'))).toEqual([]);
  expect(job(app({}, 'proxy'), app({}, 'agent'))).toEqual([]);
  expect(job(app({}, 'load'), app({}, 'check'))).toEqual([]);
});

test('missing-key: of variables and files; optional ones, and those of other namespaces, are left alone', () => {
  const map = (data: Part, metadata: Part = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', ...metadata }, data });
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: {} };
  const env = (more: Part = {}) => one({ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k', ...more } } }] });
  expect(told('missing-key', map({ a: '1', b: '1', c: '1', d: '1', e: '1', f: '1' }), env())).toEqual([
    'spec.containers[0].env[0].valueFrom.configMapKeyRef.key: The ConfigMap c has no key k | It has a, b, c, d, e, ….',
  ]);
  expect(told('missing-key', map({}), env({ optional: true }))).toEqual([]);
  expect(told('missing-key', map({}, { namespace: 'other' }), env())).toEqual([]);
  expect(told('missing-key', secret, one({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }))).toEqual([
    'spec.containers[0].env[0].valueFrom.secretKeyRef.key: The Secret s has no key k | It has none at all.',
  ]);
  const volumes = [
    {
      name: 'a',
      configMap: {
        name: 'c',
        items: [
          { key: 'x', path: 'x' },
          { key: 'k', path: 'k' },
        ],
      },
    },
    { name: 'b', secret: { secretName: 's', optional: true, items: [{ key: 'x', path: 'x' }] } },
  ];
  expect(told('missing-key', map({ k: '1' }), secret, one({}, { volumes }))).toEqual([
    'spec.volumes[0].configMap.items[0].key: The ConfigMap c has no key x | It has k.',
  ]);
});

test('no-resources and qos: limits stand for requests, and resources of the Pod for those of its containers', () => {
  const resources = (part: Part) => told('no-resources', one({ resources: part }));
  expect(resources({})).toEqual([
    'spec.containers[0].name: web requests no cpu and no memory: it is placed anywhere, and among the first to be evicted | Set resources.requests.',
  ]);
  expect(resources({ limits: { cpu: '1' } })).toEqual([
    'spec.containers[0].name: web requests no memory: it is placed anywhere, and among the first to be evicted | Set resources.requests.',
  ]);
  expect(resources({ requests: { cpu: '1', memory: '1Gi' } })).toEqual([
    "spec.containers[0].name: web has no limit for memory: one that leaks takes the node's | Set resources.limits.memory.",
  ]);
  expect(told('no-resources', one({}, { resources: { limits: { cpu: '1' } } }))).toEqual([]);
  const fixed = { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m' } } };
  expect(told('qos', pod({ containers: [app(fixed), app({}, 'b')], resources: { limits: { cpu: '2' } } }))).toEqual([]);
  expect(told('qos', pod({ containers: [app(fixed), app(fixed, 'b')] }))).toEqual([]);
});

test('images: tags, digests, and the registry that is frozen', () => {
  const image = (name: string) => told('latest-tag', one({ image: name }));
  expect(image('registry.example:5000/web')).toHaveLength(1);
  expect(image('registry.example:5000/web:latest')).toEqual([
    'spec.containers[0].image: registry.example:5000/web:latest is whatever is latest: two Pods can run different programs | Name the version, as in :1.2.3, or the digest.',
  ]);
  expect(image('web@sha256:abc')).toEqual([]);
  const frozen = ['k8s', 'gcr', 'io'].join('.');
  expect(told('frozen-registry', one({ image: `${frozen}/pause:3.1` }))).toEqual([
    `spec.containers[0].image: The registry ${frozen} is frozen: no image is added or mended there | Take the image from registry.${['k8s', 'io'].join('.')}, under the same path.`,
  ]);
  expect(told('frozen-registry', one({ image: 'registry.example/pause:3.1' }))).toEqual([]);
});

test('security: root that may not start, folders of the node, secrets that are none', () => {
  expect(told('runs-as-root', one({ securityContext: { runAsUser: 0 } }, { securityContext: { runAsNonRoot: true } }))).toEqual([
    'spec.containers[0].securityContext.runAsUser: web never starts: runAsNonRoot is true, and runAsUser is root | Take another user, such as 65532.',
  ]);
  expect(told('host-access', pod({ hostPID: true, volumes: [{ name: 'v', hostPath: { path: '/var' } }] }))).toEqual([
    'spec.hostPID: hostPID shares the processes of the node with the Pod | Take it out, where the Pod is no part of the node.',
    'spec.volumes[0].hostPath: The volume v is /var of the node, another one wherever the Pod runs | Use emptyDir for scratch space, and a claim for what is to stay.',
  ]);
  const env = (name: string, value: string) => told('secret-in-env', one({ env: [{ name, value }] })).length;
  expect([
    env('TOKEN', 'abc'),
    env('TOKEN_FILE', '/a'),
    env('TOKEN', '$(OTHER)'),
    env('TOKEN', ''),
    env('TOKEN_TTL', '5'),
    env('AUTH', 'true'),
    env('LEVEL', 'info'),
  ]).toEqual([1, 0, 0, 0, 0, 0, 0]);
});

test('pod-security: every fault of the two levels', () => {
  const hardened = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const restricted = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ name: 'a', securityContext: hardened }],
  };
  expect(podSecurityLevel(restricted)).toEqual({ level: 'restricted', missing: [] });
  expect(
    podSecurityLevel(
      {
        hostNetwork: true,
        volumes: [{ name: 'v', hostPath: { path: '/' } }],
        securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }], seLinuxOptions: { type: 'mine' }, windowsOptions: { hostProcess: true } },
        containers: [
          {
            name: 'a',
            ports: [{ containerPort: 1, hostPort: 1 }],
            securityContext: {
              privileged: true,
              procMount: 'Unmasked',
              capabilities: { add: ['SYS_TIME', 'CHOWN'] },
              seccompProfile: { type: 'Unconfined' },
              appArmorProfile: { type: 'Unconfined' },
            },
          },
        ],
      },
      { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' },
    ),
  ).toEqual({
    level: 'privileged',
    missing: [
      'hostNetwork is true',
      'a volume is a hostPath',
      'the sysctl kernel.msgmax is set',
      'windowsOptions.hostProcess is true',
      'seLinuxOptions set a user, a role or a type of their own',
      'a seccompProfile is Unconfined',
      'an appArmorProfile is Unconfined',
      'an AppArmor annotation is unconfined',
      'a is privileged',
      'a has a procMount of its own',
      'a adds the capability SYS_TIME',
      'a takes a hostPort',
    ],
  });
  expect(
    podSecurityLevel({
      volumes: [{ name: 'v', nfs: {} }],
      securityContext: { runAsUser: 0 },
      containers: [{ name: 'a', securityContext: { runAsUser: 0, capabilities: { add: ['CHOWN'] } } }],
    }).missing,
  ).toEqual([
    'the volume v is a nfs',
    'the Pod runs as root',
    'a lacks runAsNonRoot: true',
    'a runs as root',
    'a lacks allowPrivilegeEscalation: false',
    'a lacks capabilities.drop: [ALL]',
    'a adds the capability CHOWN',
    'a lacks seccompProfile.type: RuntimeDefault',
  ]);
  expect(podSecurityLevel({ os: { name: 'windows' }, containers: [{ name: 'a', securityContext: { runAsNonRoot: true } }] }).level).toBe('restricted');
  expect(told('pod-security', pod({ containers: [app({}), app({}, 'b')] }))[0]).toMatch(/; and 4 more$/);
});

test('naked-pod: not what has an owner, nor what is to end', () => {
  expect(told('naked-pod', one({}))).toHaveLength(1);
  expect(told('naked-pod', one({}, { restartPolicy: 'Never' }))).toEqual([]);
  expect(told('naked-pod', pod({}, { ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: 'a', uid: 'u' }] }))).toEqual([]);
});

test('no-pre-stop: only what a Service of the same namespace sends requests to', () => {
  const service = (selector: Part | undefined, metadata: Part = {}) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', ...metadata },
    spec: { selector },
  });
  const web = pod({ containers: [app({ ports: [{ containerPort: 80 }] }), app({}, 'quiet')] }, { labels: { app: 'web' } });
  expect(told('no-pre-stop', service({ app: 'web' }), web)).toHaveLength(1);
  expect(told('no-pre-stop', service({ app: 'other' }), service({}), service({ app: 'web' }, { namespace: 'x' }), web)).toEqual([]);
});

test('commands: loops with an end, deadlines, shells that pass signals on', () => {
  const wait = (line: string, spec: Part = {}) => told('endless-wait', pod({ initContainers: [app({ command: ['sh', '-c', line] }, 'wait')], ...spec })).length;
  const loop = 'while ! nc -z db 1; do sleep 1; done';
  expect([wait(loop), wait(loop, { activeDeadlineSeconds: 60 }), wait(`timeout 60 sh -c "${loop}"`), wait('sleep 5')]).toEqual([1, 0, 0, 0]);
  const shell = (part: Part) => told('shell-form', one(part)).length;
  expect([
    shell({ command: ['/bin/bash', '-ec', 'a; b'] }),
    shell({ args: ['sh', '-c', 'a | b'] }),
    shell({ command: ['sh', '-c', 'a --flag'] }),
    shell({ command: ['sh', '-c', 'trap stop TERM; a & wait'] }),
    shell({ command: ['web', '-c', 'a; b'] }),
    shell({}),
  ]).toEqual([1, 1, 0, 0, 0, 0]);
});

test('deprecated-field: volumes, labels and annotations with their successors', () => {
  expect(
    told(
      'deprecated-field',
      pod(
        {
          volumes: [{ name: 'v', gitRepo: { repository: 'r' } }],
          nodeSelector: { 'beta.kubernetes.io/os': 'linux', disk: 'fast' },
          topologySpreadConstraints: [
            { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', topologyKey: 'failure-domain.beta.kubernetes.io/zone' },
            { maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', topologyKey: 'kubernetes.io/hostname' },
          ],
        },
        { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default', 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' } },
      ),
    ).map((line) => line.replace(/^.*: /, '')),
  ).toEqual([
    'The annotation seccomp.security.alpha.kubernetes.io/pod is deprecated since 1.19 and does not work since 1.27; securityContext.seccompProfile takes its place',
    'The annotation container.apparmor.security.beta.kubernetes.io/a is deprecated since 1.30; securityContext.appArmorProfile takes its place',
    'A gitRepo volume is deprecated since 1.11 and does not work since 1.33; an init container that clones into an emptyDir takes its place',
    'beta.kubernetes.io/os is deprecated since 1.14; kubernetes.io/os takes its place',
    'failure-domain.beta.kubernetes.io/zone is deprecated since 1.17; topology.kubernetes.io/zone takes its place',
  ]);
});

test('there is an end to what is told', () => {
  const many = pod({ containers: Array.from({ length: 300 }, (_, index) => ({ name: `c${index}` })) });
  expect(told('too-many', many)).toEqual([
    'spec.containers[100]: There is more than these 100 in this object',
    'spec.containers[100].name: There is more than these 100 in this object',
  ]);
  expect(told('missing-field', many)).toHaveLength(100);
  const objects = Array.from({ length: 2000 }, () => one({}));
  const { findings } = lintManifests([{ file: 'a.yaml', bytes: Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })), named: true }]);
  expect(findings.length).toBeLessThan(5100);
  expect(findings.filter(({ rule }) => rule === 'too-many')).toHaveLength(1);
});
