/** What a debug session adds to a Pod, and what it makes of a copy. */
import { describe, expect, test } from 'vitest';
import {
  type CopyChanges,
  containerNames,
  type DebugContainer,
  debugCopy,
  debugProfiles,
  ephemeralContainer,
  nodePod,
} from '../../src/core/change/debug-container.ts';

const tools: DebugContainer = {
  name: 'tools',
  image: 'tools:1',
  pullPolicy: 'IfNotPresent',
  command: [],
  onlyArguments: false,
  env: [],
  stdin: false,
  tty: false,
  profile: 'general',
  custom: {},
};

describe('an ephemeral container', () => {
  test('has what is asked for, and nothing else', () => {
    expect(ephemeralContainer({ ...tools, profile: 'baseline' }, undefined)).toEqual({
      name: 'tools',
      image: 'tools:1',
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePolicy: 'File',
    });
    const full = ephemeralContainer({ ...tools, command: ['sh', '-c', 'x'], env: [{ name: 'A', value: '1' }], stdin: true, tty: true }, 'app');
    expect(full).toMatchObject({ command: ['sh', '-c', 'x'], env: [{ name: 'A', value: '1' }], stdin: true, tty: true, targetContainerName: 'app' });
    // A terminal may be attached to again; of a pipe the end is the end.
    expect(full['stdinOnce']).toBeUndefined();
    expect(ephemeralContainer({ ...tools, stdin: true }, 'app')).toMatchObject({ stdin: true, stdinOnce: true });
  });

  test('may do what its profile says', () => {
    const contexts = debugProfiles.map((profile) => [profile, ephemeralContainer({ ...tools, profile }, undefined)['securityContext']]);
    expect(Object.fromEntries(contexts)).toEqual({
      general: { capabilities: { add: ['SYS_PTRACE'] } },
      baseline: undefined,
      restricted: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      netadmin: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
      sysadmin: { privileged: true },
    });
  });
});

describe("what is given of one's own", () => {
  test('comes on top: maps by field, environment, mounts and ports item by item, all else as a whole', () => {
    const custom = {
      env: [
        { name: 'A', value: '2' },
        { name: 'B', value: '3' },
      ],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'] } },
      workingDir: '/data',
    };
    const made = ephemeralContainer(
      {
        ...tools,
        command: ['-v'],
        onlyArguments: true,
        env: [
          { name: 'A', value: '1' },
          { name: 'C', value: '1' },
        ],
        custom,
      },
      undefined,
    );
    expect(made).toMatchObject({
      args: ['-v'],
      env: [
        { name: 'C', value: '1' },
        { name: 'A', value: '2' },
        { name: 'B', value: '3' },
      ],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      securityContext: { runAsUser: 0, capabilities: { add: ['SYS_PTRACE'], drop: ['ALL'] } },
      workingDir: '/data',
    });
    expect(made).not.toHaveProperty('command');
    const cleared = ephemeralContainer({ ...tools, custom: { securityContext: null, resources: { limits: { cpu: 1 } } } }, undefined);
    expect(cleared).toMatchObject({ securityContext: null, resources: { limits: { cpu: 1 } } });
  });
});

describe('a Pod on a node', () => {
  const on = (profile: DebugContainer['profile'], custom = {}) => nodePod({ ...tools, profile, custom }, { name: 'look', namespace: 'shop', node: 'worker' });

  test('is in the node, as far as its profile goes', () => {
    expect(on('general', { volumeMounts: [{ name: 'x', mountPath: '/x' }] })).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'look', namespace: 'shop' },
      spec: {
        nodeName: 'worker',
        restartPolicy: 'Never',
        tolerations: [{ operator: 'Exists' }],
        hostNetwork: true,
        hostPID: true,
        hostIPC: true,
        volumes: [{ name: 'host-root', hostPath: { path: '/' } }],
        containers: [
          {
            name: 'tools',
            image: 'tools:1',
            imagePullPolicy: 'IfNotPresent',
            terminationMessagePolicy: 'File',
            volumeMounts: [
              { name: 'x', mountPath: '/x' },
              { name: 'host-root', mountPath: '/host' },
            ],
          },
        ],
      },
    });
    expect(on('sysadmin')['spec']).toMatchObject({ hostPID: true, volumes: [{}], containers: [{ securityContext: { privileged: true } }] });
    expect(on('netadmin')['spec']).toMatchObject({ hostNetwork: true, containers: [{ securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } } }] });
    expect(on('netadmin')['spec']).not.toHaveProperty('volumes');
    expect(on('baseline')['spec']).not.toHaveProperty('hostNetwork');
    expect(on('restricted')['spec']).toMatchObject({ containers: [{ securityContext: { runAsNonRoot: true } }] });
  });
});

describe('a copy', () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u',
      labels: { app: 'web' },
      finalizers: ['a/b'],
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1' }],
    },
    spec: {
      nodeName: 'worker',
      initContainers: [{ name: 'first', image: 'a', startupProbe: {} }],
      containers: [
        { name: 'app', image: 'web:1', args: ['serve'], livenessProbe: {}, readinessProbe: {} },
        { name: 'proxy', image: 'proxy:1' },
      ],
      ephemeralContainers: [{ name: 'old', image: 'x' }],
    },
    status: { phase: 'Running' },
  };
  const plain: CopyChanges = {
    name: 'copy',
    container: undefined,
    command: undefined,
    images: new Map(),
    shareProcesses: true,
    sameNode: false,
    keep: new Set(['init-containers']),
  };

  test('stands for itself: no labels, no owner, no probes, no node', () => {
    expect(debugCopy(pod, plain)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'copy', namespace: 'shop' },
      spec: {
        initContainers: [{ name: 'first', image: 'a' }],
        containers: [
          { name: 'app', image: 'web:1', args: ['serve'] },
          { name: 'proxy', image: 'proxy:1' },
        ],
        shareProcessNamespace: true,
      },
    });
  });

  test('keeps what is to be kept', () => {
    const copy = debugCopy(pod, { ...plain, keep: new Set(['labels']), sameNode: true, shareProcesses: false });
    expect(copy).toMatchObject({ metadata: { labels: { app: 'web' } }, spec: { nodeName: 'worker' } });
    expect(copy['spec']).not.toHaveProperty('shareProcessNamespace');
    const annotated = { ...pod, metadata: { ...pod.metadata, annotations: { a: 'b' } } };
    const more = debugCopy(annotated, { ...plain, keep: new Set(['annotations', 'liveness', 'startup', 'init-containers']) });
    expect(more).toMatchObject({
      metadata: { annotations: { a: 'b' } },
      spec: { initContainers: [{ name: 'first', startupProbe: {} }], containers: [{ name: 'app', livenessProbe: {} }, { name: 'proxy' }] },
    });
    const [app] = (more['spec'] as { containers: object[] }).containers;
    expect(app).not.toHaveProperty('readinessProbe');
    const ready = debugCopy(pod, { ...plain, keep: new Set(['readiness']) });
    expect(ready['spec']).toMatchObject({ containers: [{ readinessProbe: {} }, {}] });
    expect(ready['spec']).not.toHaveProperty('initContainers');
    const unplaced = { ...pod, metadata: { name: 'web' }, spec: { containers: [{ image: 'x' }] } };
    expect(debugCopy(unplaced, { ...plain, keep: new Set(['labels']), sameNode: true })).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'copy', namespace: undefined },
      spec: { containers: [{ image: 'x' }], shareProcessNamespace: true },
    });
  });

  test('has other images, another command, and a container more', () => {
    const one = debugCopy(pod, { ...plain, images: new Map([['app', 'web:2']]), command: { container: 'app', words: ['sh'], stdin: true, tty: true } });
    expect(one['spec']).toMatchObject({ containers: [{ name: 'app', image: 'web:2', command: ['sh'], stdin: true, tty: true }, { image: 'proxy:1' }] });
    expect((one['spec'] as { containers: object[] }).containers[0]).not.toHaveProperty('args');
    const all = debugCopy(pod, { ...plain, images: new Map([['*', 'all:1']]), container: tools });
    expect(all['spec']).toMatchObject({
      initContainers: [{ image: 'all:1' }],
      containers: [{ image: 'all:1' }, { image: 'all:1' }, { name: 'tools', image: 'tools:1' }],
    });
  });

  test('the names of all containers', () => {
    expect(containerNames(pod)).toEqual(['first', 'app', 'proxy', 'old']);
    expect(containerNames({ spec: { containers: [{}] } })).toEqual(['']);
  });
});
