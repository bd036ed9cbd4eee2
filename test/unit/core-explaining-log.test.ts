/** Whose log explains a Pod's state, and why there may be none. */
import { describe, expect, test } from 'vitest';
import { explainingLog, missingLog } from '../../src/core/explaining-log.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { cart, checkout, ledger, pod, search, waiting, webs } from './tui-story.ts';

const ended = (exitCode: number) => ({ state: { terminated: { exitCode } } });
const running = (more: object = {}) => ({ state: { running: {} }, ready: true, ...more });

describe('the log that explains', () => {
  test.each([
    ['a crash loop: what it said before', ledger, 'ledger', true],
    ['an image that cannot be pulled', checkout, 'api', false],
    ['an init step that runs', search, 'load-data', false],
    ['a container that is not ready', cart, 'cart', false],
    ['a Pod that is well', webs(1)[0], 'app', false],
    [
      'one that ended with an error',
      pod({
        name: 'x',
        containers: [
          [{ name: 'a' }, running()],
          [{ name: 'b' }, ended(3)],
        ],
      }),
      'b',
      false,
    ],
    [
      'one that has just been started again',
      pod({
        name: 'x',
        containers: [
          [{ name: 'a' }, running()],
          [{ name: 'b' }, running({ ready: false, lastState: { terminated: { exitCode: 3 } } })],
        ],
      }),
      'b',
      true,
    ],
    [
      'the container of the annotation',
      pod({
        name: 'x',
        containers: [
          [{ name: 'a' }, running()],
          [{ name: 'b' }, running()],
        ],
        metadata: { annotations: { 'kubectl.kubernetes.io/default-container': 'b' } },
      }),
      'b',
      false,
    ],
  ])('%s', (_, facts, container, previous) => {
    expect(facts && explainingLog(facts)).toEqual({ container, previous });
  });

  test('a Pod without app containers has that of what it has, one without any has none', () => {
    expect(explainingLog(podFacts({ spec: { ephemeralContainers: [{ name: 'debug' }] } }))).toEqual({ container: 'debug', previous: false });
    expect(explainingLog(podFacts({}))).toBeUndefined();
  });
});

describe('why there is no log', () => {
  const of = (status: object | undefined, node: string | undefined = 'worker') => pod({ name: 'x', node, containers: [[{ name: 'app' }, status as never]] });

  test.each([
    ['not in the Pod', of(running()), 'other', false, 'is not in this Pod'],
    ['no previous run', of(running()), 'app', true, 'has had no previous run'],
    ['its image is missing', of(waiting('ImagePullBackOff', 'not found')), 'app', false, 'has not started: waiting: ImagePullBackOff: not found'],
    ['waiting without a reason', of({ state: { waiting: {} } }), 'app', false, 'has not started: waiting'],
    ['not reported', of(undefined), 'app', false, 'has not started: its node has not reported it yet'],
    ['there is one', of(running()), 'app', false, undefined],
    ['there is one of the run before', ledger, 'ledger', true, undefined],
    ['a crash loop has that of its last run', ledger, 'ledger', false, undefined],
  ])('%s', (_, facts, container, previous, expected) => {
    expect(missingLog(facts, { container, previous })).toBe(expected);
  });

  test('no node yet', () => {
    const facts = pod({ name: 'x', node: undefined, containers: [[{ name: 'app' }, undefined]] });
    expect(missingLog(facts, { container: 'app', previous: false })).toBe('has not started: the Pod has no node yet');
  });
});
