/** What a debug session adds to a Pod, and what it makes of a copy. */
import { describe, expect, test } from 'vitest';
import { type CopyChanges, containerNames, type DebugContainer, debugCopy, debugProfiles, ephemeralContainer } from '../../src/core/change/debug-container.ts';

const tools: DebugContainer = {
  name: 'tools',
  image: 'tools:1',
  pullPolicy: 'IfNotPresent',
  command: [],
  env: [],
  stdin: false,
  tty: false,
  profile: 'general',
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
