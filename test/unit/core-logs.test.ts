/** Whose logs are read of a Pod, under which names; what is read of a line that is JSON; what is said beside the lines. */
import { describe, expect, test } from 'vitest';
import { type LogNotice, logNoticeText } from '../../src/core/log-notice.ts';
import { containerState, isOver, loggedContainers, logNames } from '../../src/core/logged-containers.ts';
import { podFacts, type TerminationFacts } from '../../src/core/pod-facts.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { structuredLine } from '../../src/core/structured-line.ts';

const spec = { initContainers: [{ name: 'prepare' }], containers: [{ name: 'app' }, { name: 'mesh' }] };
const shop = (more: object = {}, restartPolicy = 'Always') =>
  podFacts({ metadata: { name: 'shop', namespace: 'a', ...more }, spec: { ...spec, restartPolicy } });
const annotated = shop({ annotations: { 'kubectl.kubernetes.io/default-container': 'app' } });

describe('the containers', () => {
  test.each([
    ['all, init containers first', shop(), [], false, ['prepare', 'app', 'mesh']],
    ['the one that the Pod names', annotated, [], false, ['app']],
    ['all of them all the same', annotated, [], true, ['prepare', 'app', 'mesh']],
    ['those that are named', annotated, ['mesh', 'other'], false, ['mesh']],
    [
      'one that the annotation names and there is not',
      shop({ annotations: { 'kubectl.kubernetes.io/default-container': 'gone' } }),
      [],
      false,
      ['prepare', 'app', 'mesh'],
    ],
  ])('%s', (_, facts, names, all, expected) => {
    expect(loggedContainers(facts, { names, all }).map(({ name }) => name)).toEqual(expected);
  });

  const withState = (state: object, { policy = 'Always', kind = 'containers', own = {}, phase = 'Running' } = {}) => {
    const statuses =
      { containers: 'containerStatuses', initContainers: 'initContainerStatuses', ephemeralContainers: 'ephemeralContainerStatuses' }[kind] ?? '';
    const facts = podFacts({ spec: { restartPolicy: policy, [kind]: [{ name: 'x', ...own }] }, status: { phase, [statuses]: [{ name: 'x', state }] } });
    const [container] = facts.containers;
    if (container === undefined) throw new Error('no container');
    return { facts, container };
  };

  test.each([
    [{ running: {} }, 'running'],
    [{ terminated: { exitCode: 0 } }, 'terminated'],
    [{ waiting: {} }, 'waiting'],
    [{}, 'waiting'],
  ])('the state of %j is %s', (state, expected) => {
    expect(containerState(withState(state).container)).toBe(expected);
  });

  const [well, ill] = [{ terminated: { exitCode: 0 } }, { terminated: { exitCode: 1 } }];
  test.each([
    ['runs', { running: {} }, {}, false],
    ['ended, and is started again', ill, {}, false],
    ['ended well, and is started again', well, {}, false],
    ['ended, and never starts again', ill, { policy: 'Never' }, true],
    ['failed, and is tried again', ill, { policy: 'OnFailure' }, false],
    ['ended well where only failures are tried again', well, { policy: 'OnFailure' }, true],
    ['an init step that is done', well, { kind: 'initContainers' }, true],
    ['an init step that failed', ill, { kind: 'initContainers' }, false],
    ['a sidecar that ended', well, { kind: 'initContainers', own: { restartPolicy: 'Always' }, policy: 'Never' }, false],
    ['a debug container that ended', ill, { kind: 'ephemeralContainers' }, true],
    ['waits in a Pod that has failed', { waiting: {} }, { phase: 'Failed' }, true],
    ['waits in a Pod that has succeeded', { waiting: {} }, { phase: 'Succeeded' }, true],
  ])('over or not: %s', (_, state, more, over) => {
    const { facts, container } = withState(state, more);
    expect(isOver(facts, container)).toBe(over);
  });
});

describe('names', () => {
  const web = (suffix: string, namespace = 'a', deployment = 'web', containers = 1) =>
    podFacts({
      metadata: {
        name: `${deployment}-7c9f-${suffix}`,
        namespace,
        labels: { 'pod-template-hash': '7c9f' },
        ownerReferences: [{ kind: 'ReplicaSet', name: `${deployment}-7c9f`, controller: true }],
      },
      spec: { containers: Array.from({ length: containers }, (_, index) => ({ name: `c${index}` })) },
    });

  test('of one Pod the container is enough', () => {
    expect(logNames({ onePod: true, namespaces: false })(web('x2x9k'), 'c0')).toBe('c0');
  });

  test('short, and never two alike', () => {
    const name = logNames({ onePod: false, namespaces: false });
    expect(name(web('x2x9k'), 'c0')).toBe('web-x2x9k');
    expect(name(web('x2x9k', 'a', 'shop', 2), 'c1')).toBe('shop-x2x9k/c1');
    // A Pod that is called so itself.
    expect(name(podFacts({ metadata: { name: 'web-x2x9k', namespace: 'a' } }), 'c0')).toBe('a/web-x2x9k');
    expect(name(web('x2x9k', 'b'), 'c0')).toBe('web-7c9f-x2x9k');
    expect(name(web('x2x9k'), 'c0')).toBe('web-x2x9k');
  });

  test('with namespaces, and of a Pod that is not called after its owner', () => {
    const name = logNames({ onePod: false, namespaces: true });
    expect(name(web('x2x9k'), 'c0')).toBe('a/web-x2x9k');
    expect(name(web('x2x9k', 'b'), 'c0')).toBe('b/web-x2x9k');
    const adopted = podFacts({
      metadata: {
        name: 'odd',
        namespace: 'a',
        labels: { 'pod-template-hash': '7c9f' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7c9f', controller: true }],
      },
    });
    expect(name(adopted, 'c0')).toBe('a/odd');
  });
});

describe('a line that is JSON', () => {
  test.each<[string, string, object]>([
    [
      'zap',
      '{"level":"info","ts":1764338400.5,"msg":"up","port":80}',
      { level: 'INFO', time: '2025-11-28T14:00:00.500Z', message: 'up', fields: [['port', '80']] },
    ],
    ['pino', '{"level":50,"time":1764338400500,"msg":"no"}', { level: 'ERROR', time: '2025-11-28T14:00:00.500Z', message: 'no' }],
    ['a level that is a number of nobody', '{"level":7,"message":"m"}', { level: '7', message: 'm', time: undefined }],
    ['logstash', '{"@timestamp":"2026-01-02T03:04:05Z","severity":"Warning","message":"m"}', { level: 'WARNING', time: '2026-01-02T03:04:05Z', message: 'm' }],
    ['nanoseconds as text', '{"t":"1764338400500000000"}', { time: '2025-11-28T14:00:00.500Z' }],
    ['a small number is no time since the epoch', '{"ts":12.5,"msg":"m"}', { time: '12.5' }],
    ['a small number as text', '{"ts":"12","msg":"m"}', { time: '12' }],
    ['an empty level', '{"level":"","msg":"m"}', { level: undefined, fields: [['level', '']] }],
    ['a message that is no text', '{"msg":{"a":1},"event":"e"}', { message: 'e', fields: [['msg.a', '1']] }],
    [
      'what is in objects, with a stack that can be read',
      '{"level":50,"err":{"type":"E","stack":"E: no\\n    at x"},"req":{"tags":["a"],"none":{}},"a":{"b":{"c":{"d":{"e":1}}}}}',
      {
        fields: [
          ['err.type', 'E'],
          ['err.stack', 'E: no\n    at x'],
          ['req.tags', '["a"]'],
          ['req.none', '{}'],
          ['a.b.c.d', '{"e":1}'],
        ],
      },
    ],
    [
      'ECS with objects',
      '{"@timestamp":"2026-01-02T03:04:05Z","log":{"level":"warn","logger":"x"},"message":"m"}',
      { level: 'WARN', message: 'm', fields: [['log.logger', 'x']] },
    ],
    ['Serilog, compact', '{"@t":"2026-01-02T03:04:05Z","@l":"Error","@mt":"{N} rows","N":2}', { level: 'ERROR', message: '{N} rows', fields: [['N', '2']] }],
    [
      '.NET',
      '{"Timestamp":"2026-01-02T03:04:05Z","LogLevel":"Information","Message":"m"}',
      { level: 'INFORMATION', time: '2026-01-02T03:04:05Z', message: 'm' },
    ],
    ['tracing of Rust', '{"level":"INFO","fields":{"message":"m","n":1}}', { message: 'm', fields: [['fields.n', '1']] }],
    ['Log4j', '{"instant":{"epochSecond":1764338400,"nanoOfSecond":500000000},"level":"INFO","message":"m"}', { time: '2025-11-28T14:00:00.500Z', fields: [] }],
    ['seconds alone', '{"timestamp":{"seconds":1764338400},"message":"m"}', { time: '2025-11-28T14:00:00.000Z', fields: [] }],
    ['MongoDB', '{"t":{"$date":"2026-01-02T03:04:05Z"},"msg":"m"}', { time: '2026-01-02T03:04:05Z', fields: [] }],
    [
      'digits that no number holds',
      '{"trace":12345678901234567890,"n":1,"x":"12345678901234567"}',
      {
        fields: [
          ['trace', '12345678901234567890'],
          ['n', '1'],
          ['x', '12345678901234567'],
        ],
      },
    ],
  ])('%s', (_, line, expected) => {
    expect(structuredLine(line)).toMatchObject(expected);
  });

  test.each(['plain', '{"a":', '{}', '[1]', '{x}', ''])('%j is none', (line) => {
    expect(structuredLine(line)).toBeUndefined();
  });
});

describe('what is said', () => {
  const of = { namespace: 'a', pod: 'web', container: 'app' };
  const exit = (more: Partial<TerminationFacts>): TerminationFacts => ({
    exitCode: 0,
    signal: 0,
    reason: undefined,
    message: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    ...more,
  });
  const error = new PodwrightError('unreachable', 'it broke');
  test.each<[LogNotice, string]>([
    [{ kind: 'waiting', namespace: 'a', pod: 'web', containers: ['app', 'side'], cause: 'no node', next: undefined }, 'app, side of web: no node'],
    [{ kind: 'joined', namespace: 'a', pod: 'web', replaces: false }, 'web joins'],
    [{ kind: 'joined', namespace: 'a', pod: 'web', replaces: true }, 'web was replaced: the log of the new Pod follows'],
    [{ kind: 'deleted', namespace: 'a', pod: 'web' }, 'web was deleted'],
    [
      { kind: 'restarted', ...of, restarts: 2, exit: exit({ exitCode: 3, reason: 'Error' }) },
      'app of web was started again after it exited with 3 (restart 2)',
    ],
    [{ kind: 'restarted', ...of, restarts: 2, exit: undefined }, 'app of web was started again (restart 2)'],
    [{ kind: 'ended', ...of, exit: exit({ reason: 'Completed' }) }, 'app of web exited with 0'],
    [{ kind: 'ended', ...of, exit: exit({ exitCode: 137, reason: 'OOMKilled' }) }, 'app of web exited with 137 (OOMKilled)'],
    [{ kind: 'ended', ...of, exit: exit({ signal: 9 }) }, 'app of web was killed by signal 9'],
    [{ kind: 'ended', ...of, exit: undefined }, 'app of web has ended'],
    [{ kind: 'gap', ...of, runs: 0 }, 'app of web: lines may be missing here: the node no longer has them'],
    [{ kind: 'gap', ...of, runs: 1 }, 'app of web: the log of 1 run in between is lost'],
    [{ kind: 'gap', ...of, runs: 2 }, 'app of web: the log of 2 runs in between is lost'],
    [{ kind: 'lost', of: undefined, error }, 'it broke; reconnecting'],
    [{ kind: 'lost', of, error }, 'app of web: it broke; trying again'],
    [{ kind: 'resumed', of: undefined }, 'connected again'],
    [{ kind: 'resumed', of }, 'app of web: its log can be read again'],
    [{ kind: 'failed', ...of, error }, 'app of web: it broke'],
    [{ kind: 'said', ...of, text: 'too many open files' }, 'app of web: too many open files'],
    [{ kind: 'queued', ...of, most: 5 }, 'app of web is not followed until another ends: 5 are (--max-log-requests)'],
  ])('%j', (notice, text) => {
    expect(logNoticeText(notice)).toBe(text);
  });
});
