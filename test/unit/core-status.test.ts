/** Corners of the status that no kubelet and no API server lets one write: what the API server's rules say of them all the same. */
import { expect, test } from 'vitest';
import { exitMeaning } from '../../src/core/container-summaries.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podStatus } from '../../src/core/pod-status.ts';
import { exitCodes, PodwrightError } from '../../src/core/podwright-error.ts';

function status(pod: object) {
  return podStatus(podFacts(pod), Date.parse('2026-03-01T12:00:00Z'));
}

test('a deleted Pod on a lost node is Unknown', () => {
  expect(status({ metadata: { deletionTimestamp: '2026-03-01T11:00:00Z' }, status: { phase: 'Running', reason: 'NodeLost' } }).status).toBe('Unknown');
});

test('a deleted Pod in a terminal phase keeps its status', () => {
  expect(status({ metadata: { deletionTimestamp: '2026-03-01T11:00:00Z' }, status: { phase: 'Failed', reason: 'Evicted' } }).status).toBe('Evicted');
});

test('an init container ended by a signal, without a reason', () => {
  const initContainerStatuses = [{ name: 'load', state: { terminated: { exitCode: 2, signal: 9 } } }];
  expect(status({ spec: { initContainers: [{ name: 'load' }] }, status: { initContainerStatuses } }).status).toBe('Init:Signal:9');
});

test('restarts without a time of the last one are a bare number, and the latest time counts', () => {
  const restarted = (name: string, restartCount: number, finishedAt?: string) => ({
    name,
    restartCount,
    state: { running: {} },
    lastState: { terminated: { finishedAt } },
  });
  const spec = { containers: [{ name: 'a' }, { name: 'b' }] };
  expect(status({ spec, status: { containerStatuses: [restarted('a', 2), restarted('b', 1)] } }).restartsText).toBe('3');
  const times = [restarted('a', 2, '2026-03-01T11:59:00Z'), restarted('b', 1, '2026-03-01T11:58:00Z')];
  expect(status({ spec, status: { containerStatuses: times } }).restartsText).toBe('3 (60s ago)');
  expect(status({ spec, status: { containerStatuses: times.toReversed() } }).restartsText).toBe('3 (60s ago)');
});

test.each([
  [0, 0, undefined],
  [1, 0, undefined],
  [126, 0, 'the command is not executable'],
  [127, 0, 'the command was not found'],
  [128, 0, 'the container could not be started'],
  [137, 0, 'killed by SIGKILL'],
  [139, 0, 'killed by SIGSEGV, a bad memory access'],
  [143, 0, 'killed by SIGTERM'],
  [160, 0, 'killed by signal 32'],
  [1, 15, 'killed by SIGTERM'],
  [255, 0, undefined],
])('exit code %d with signal %d', (exitCode, signal, meaning) => {
  expect(exitMeaning(exitCode, signal)).toBe(meaning);
});

test('a failure of our own carries its exit code, its hint and its cause', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new PodwrightError('unreachable', 'the server at 127.0.0.1 refused the connection', { hint: 'Is it running?', cause });
  expect(error).toMatchObject({ exitCode: exitCodes.cluster, hint: 'Is it running?', cause });
  expect(new PodwrightError('usage', 'x')).toMatchObject({ exitCode: exitCodes.usage, hint: undefined });
});
