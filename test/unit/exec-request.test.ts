/** What `exec`, `shell` and `attach` understand, and which container of a Pod they mean. */
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../cmd/arguments.ts';
import { clusterFlags } from '../../cmd/cluster-flags.ts';
import { type ExecRequest, execCommand } from '../../cmd/exec.ts';
import { bestPod } from '../../src/core/best-pod.ts';
import { chooseContainer } from '../../src/core/container-choice.ts';
import { podFacts } from '../../src/core/pod-facts.ts';

function request(...args: readonly string[]): ExecRequest {
  return execCommand.request(readArguments(args, { ...execCommand.flags, ...clusterFlags }, 'see the help'));
}

const plain = { cluster: { allNamespaces: false }, container: undefined, stdin: false, tty: false, quiet: false, waitMs: 60_000 };

describe('exec', () => {
  test.each<[readonly string[], Partial<ExecRequest>]>([
    [['web', '--', 'ls'], { target: { kind: 'pod', name: 'web' }, command: ['ls'] }],
    [
      ['-it', 'deploy/web', '-c', 'app', '--', 'sh', '-c', 'ls -la'],
      { target: { kind: 'deployment', name: 'web' }, container: 'app', stdin: true, tty: true, command: ['sh', '-c', 'ls -la'] },
    ],
    [['pod', 'web', '--', 'sh', '--', '-n'], { target: { kind: 'pod', name: 'web' }, command: ['sh', '--', '-n'] }],
    [
      ['-q', 'web', '-n', 'shop', '--', 'get', '-n', 'x'],
      { target: { kind: 'pod', name: 'web' }, quiet: true, cluster: { allNamespaces: false, namespace: 'shop' }, command: ['get', '-n', 'x'] },
    ],
    [['svc/web', '--pod-running-timeout', '1m30s', '--', 'ls'], { target: { kind: 'service', name: 'web' }, command: ['ls'], waitMs: 90_000 }],
  ])('%j', (args, expected) => {
    expect(request(...args)).toEqual({ ...plain, ...expected });
  });

  test.each([
    [[], /which Pod/],
    [['--', 'ls'], /which Pod/],
    [['web'], /which command/],
    [['web', '--'], /which command/],
    [['web', 'ls'], /behind `--`/],
    [['web', 'db', '--', 'ls'], /one Pod, not 2/],
    [['-A', 'web', '--', 'ls'], /one namespace/],
    [['secret/x', '--', 'ls'], /no kind "secret"/],
    [['svc/x', 'svc/y', '--', 'ls'], /one Pod, not 2/],
    [['web', '--pod-running-timeout', 'soon', '--', 'ls'], /soon is not a time/],
  ])('refuses %j', (args, message) => {
    expect(() => request(...args)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }));
  });
});

describe('the container', () => {
  const spec = { initContainers: [{ name: 'proxy', restartPolicy: 'Always' }, { name: 'migrate' }], containers: [{ name: 'app' }, { name: 'log' }] };
  const pod = (annotations?: object) => podFacts({ metadata: { name: 'web', namespace: 'shop', annotations }, spec });

  test('is the one that is named, or the default with the names of all', () => {
    expect(chooseContainer(pod(), 'migrate')).toMatchObject({ container: { name: 'migrate' }, outOf: undefined });
    expect(chooseContainer(pod(), undefined)).toMatchObject({ container: { name: 'app' }, outOf: ['proxy (sidecar)', 'migrate (init)', 'app', 'log'] });
    expect(chooseContainer(pod({ 'kubectl.kubernetes.io/default-container': 'log' }), undefined)).toMatchObject({ container: { name: 'log' } });
    expect(chooseContainer(pod({ 'kubectl.kubernetes.io/default-container': 'gone' }), undefined)).toMatchObject({ container: { name: 'app' } });
    expect(chooseContainer(podFacts({ spec: { containers: [{ name: 'only' }] } }), undefined)).toMatchObject({ outOf: undefined });
  });

  test('that there is not comes with those there are, the nearest first', () => {
    const hint = 'Containers: log, proxy (sidecar), app, migrate (init).';
    expect(() => chooseContainer(pod(), 'logs')).toThrow(expect.objectContaining({ code: 'not-found', hint }));
    expect(() => chooseContainer(podFacts({}), undefined)).toThrow(/no container/);
  });
});

test('the best Pod of several is Ready for the longest, then runs, then is about to; one that leaves comes after', () => {
  const pod = (name: string, phase: string, readySince?: string, more: object = {}) =>
    podFacts({
      metadata: { name, creationTimestamp: '2026-03-01T12:00:00Z', ...more },
      status: { phase, conditions: readySince === undefined ? [] : [{ type: 'Ready', status: 'True', lastTransitionTime: readySince }] },
    });
  const order = [
    pod('old', 'Running', '2026-03-01T12:01:00Z'),
    pod('young', 'Running', '2026-03-01T12:05:00Z'),
    pod('unready', 'Running'),
    pod('leaving', 'Running', '2026-03-01T12:00:30Z', { deletionTimestamp: '2026-03-01T13:00:00Z' }),
    pod('pending', 'Pending'),
    pod('failed', 'Failed'),
  ];
  for (let first = 0; first < order.length; first++) expect(bestPod(order.slice(first).toReversed())?.name).toBe(order[first]?.name);
  expect(bestPod([])).toBeUndefined();
});
