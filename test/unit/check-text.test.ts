/** What people read of a check: the outcome and its causes, and the progress, in lines and drawn. */
import { expect, test } from 'vitest';
import { checkProgress } from '../../cmd/check-progress.ts';
import type { CommandIo } from '../../cmd/command.ts';
import type { CheckPlan } from '../../src/core/check/check-plan.ts';
import { finding } from '../../src/core/diagnosis/finding.ts';
import { PodwrightError } from '../../src/core/podwright-error.ts';
import { checkText, elapsedText } from '../../src/report/check-text.ts';
import { CheckedCluster, target as checkTarget, noImage, pod as podObject, readySince, start } from './checked-cluster.ts';
import { pod, report, target } from './checked-report.ts';

const style = { unicode: true, color: false, now: 0 };
const absent = finding('image-not-found', 'doomed', { subject: 'container app', cause: 'The image x:1 of app was not found.', about: 'x:1' });

test('a cause that Pods share is told once, with one log; text of the cluster is harmless', () => {
  const logs = [{ container: 'app', previous: true, lines: ['no \u001b[31mschema', 'bye'] }];
  const pods = ['web-a', 'web-b'].map((name) => pod(name, { findings: [absent], logs }));
  const failed = target('deploy/web', {
    wanted: 3,
    pods,
    message: 'web-a: The image x:1 of app was not found.',
    place: { file: 'a.yaml', line: 3, column: 1 },
  });
  const open = target('job/x', { outcome: 'unfinished', waitedFor: 'completed' });
  expect(checkText(report([failed, open], { recording: 'run.ndjson' }), style)).toBe(
    [
      '✖ deploy/web   0/3 ready   a.yaml:3',
      '◐ job/x   0/1 completed   not decided',
      '',
      '✖ 2 Pods: image not found x:1   doomed   image-not-found',
      '  The image x:1 of app was not found.',
      '    pods      web-a, web-b',
      '    of        deploy/web',
      '    log of app, before its last restart:',
      '      no schema',
      '      bye',
      '',
      'FAILED in 6.9s: 1 of 2 targets (deploy/web). Recording: run.ndjson',
      '',
    ].join('\n'),
  );
});

test('each outcome has its word, and what no cause explains its own sentence', () => {
  const last = (outcome: 'passed' | 'infrastructure' | 'timed-out' | 'unfinished') =>
    checkText(report([target('pod/a', { outcome, message: 'It was deleted.' }), target('pod/b', { outcome: 'passed', pods: [pod('b')] })], { outcome }), style);
  expect(last('passed')).toBe('PASSED in 6.9s: 2 targets, 1 Pod\n');
  expect(last('infrastructure')).toContain('LOST TO THE INFRASTRUCTURE in 6.9s: 1 of 2 targets (pod/a)');
  expect(last('timed-out')).toMatch(/^▲ pod\/a {3}0\/1 ready\n {2}It was deleted\.\n\nTIMED OUT after 6\.9s: 1 of 2 targets \(pod\/a\)\n$/);
  expect(last('unfinished')).toContain('INTERRUPTED after 6.9s');
  expect([0, 59_940, 60_000, 3_725_000].map(elapsedText)).toEqual(['0.0s', '59.9s', '1m00s', '62m05s']);
});

const plan: CheckPlan = {
  targets: [checkTarget('pod/a'), checkTarget('pod/b')],
  timeoutMs: 300_000,
  stableMs: 5000,
  failFast: false,
  any: false,
  allowRestarts: undefined,
};

/** The progress of two Pods, of which the first becomes Ready and the second fails; gives what was written. */
function progressOf(terminal: boolean): string {
  let written = '';
  let now = start;
  const stderr = { isTTY: terminal, rows: 24, write: (text: string) => (written += text) !== '' };
  const io = { stderr, env: {}, unicode: true, now: () => now } as unknown as CommandIo;
  const progress = checkProgress(plan, io);
  const cluster = new CheckedCluster(plan.targets, plan).pods(podObject('a'), podObject('b')).begin();
  const look = (seconds: number, trouble?: PodwrightError): void => {
    now = start + seconds * 1000;
    progress.look(cluster.look(seconds), trouble, undefined);
  };
  look(0.5);
  look(1.5);
  look(2, new PodwrightError('unreachable', 'the connection was refused'));
  cluster.pods(podObject('a', { status: readySince(3) }));
  look(3);
  cluster.pods(podObject('b', { status: noImage }));
  look(8);
  progress.end();
  progress.end();
  return written;
}

test('in lines, progress says only what has changed', () => {
  expect(progressOf(false)).toBe(
    [
      '0.5s   2 targets, 2 Pods expected',
      '0.5s     pod/a   0/1 ready   a Pending',
      '0.5s     pod/b   0/1 ready   b Pending',
      '2.0s   connection lost: the connection was refused; reconnecting',
      '3.0s   connected again',
      '3.0s     pod/a   1/1 ready   holding until 8.0s',
      '8.0s   ● pod/a   1/1 ready',
      '8.0s   ✖ pod/b   The image shop/web:1 of app is not on the node, and its pull policy is Never.',
      '',
    ].join('\n'),
  );
});

test('on a terminal it draws over what it drew, and leaves nothing', () => {
  const rows: string[] = [''];
  for (const [token, up] of progressOf(true).matchAll(/\x1b\[(\d+)A\r\x1b\[J|\x1b\[\?7[lh]|\n|[^\x1b\n]+/g)) {
    if (up !== undefined) rows.splice(-1 - Number(up), Number(up) + 1, '');
    else if (token === '\n') rows.push('');
    else if (!token.startsWith('\x1b')) rows.push(`${rows.pop()}${token}`);
  }
  expect(rows).toEqual(['']);
  expect(progressOf(true)).toContain('8.0s of 5m00s   2 targets, 2 Pods expected\n● pod/a   1/1 ready\n✖ pod/b');
});
