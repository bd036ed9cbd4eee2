/** The library as a program uses it: one Pod explained, a check, and logs, in one call each. */
import { expect, test } from 'vitest';
import { check, explainPod, logNoticeText, podLogs } from '../../src/index.ts';
import { workloadImage } from './cluster.ts';
import { apply, inNamespace, testKubeconfig, waitForPod } from './namespace.ts';

test('explains and checks', { timeout: 240_000 }, async () => {
  await inNamespace(async (namespace) => {
    await apply(
      namespace,
      `
apiVersion: v1
kind: Pod
metadata: {name: absent}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: podwright.test/absent:2, imagePullPolicy: Never}]
---
apiVersion: v1
kind: Pod
metadata: {name: well}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: app, image: ${workloadImage}}]
`,
    );
    const call = { kubeconfig: testKubeconfig(), namespace };
    await waitForPod(namespace, 'absent', ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull');
    const [explained, passed, failed] = await Promise.all([
      explainPod('absent', call),
      check(['pod/well'], { ...call, timeoutMs: 120_000 }),
      check(['well', 'absent'], { ...call, goal: { kind: 'ready', orCompleted: false } }),
    ]);
    expect(explained).toMatchObject({ facts: { name: 'absent' }, findings: [{ code: 'image-never-pulled', verdict: 'doomed' }] });
    expect(passed).toMatchObject({ outcome: 'passed', exitCode: 0, targets: [{ target: 'pod/well', reached: 1 }] });
    expect(failed).toMatchObject({ outcome: 'failed', exitCode: 1 });
    expect(failed.targets[1]?.pods[0]?.findings[0]?.code).toBe('image-never-pulled');
    await expect(explainPod('none', call)).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('reads the logs of Pods, those that come later too', { timeout: 240_000 }, async () => {
  await inNamespace(async (namespace) => {
    const writer = (name: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: writer}}
spec:
  restartPolicy: Never
  containers: [{name: app, image: ${workloadImage}, command: [sh, -c, "echo ${name} 1; echo ${name} 2"]}]
`;
    await apply(namespace, writer('early'));
    await waitForPod(namespace, 'early', ({ status }) => status?.phase === 'Succeeded');
    const scope = { namespaces: [namespace], labelSelector: 'app=writer' };
    const call = { kubeconfig: testKubeconfig() };
    const there = [];
    for await (const { pod, container, text } of podLogs(scope, call)) there.push({ pod, container, text });
    expect(there).toEqual(['early 1', 'early 2'].map((text) => ({ pod: 'early', container: 'app', text })));
    const notices: string[] = [];
    const texts: string[] = [];
    for await (const { text } of podLogs(scope, { ...call, follow: true, tailLines: 1, notice: (notice) => notices.push(logNoticeText(notice)) })) {
      texts.push(text);
      if (text === 'early 2') await apply(namespace, writer('late'));
      if (text === 'late 1') break;
    }
    expect(texts).toEqual(['early 2', 'late 1']);
    expect(notices).toContain('late joins');
    await expect(podLogs(scope, { ...call, containers: ['ap'] }).next()).rejects.toMatchObject({ code: 'not-found', hint: 'There are: app.' });
  });
});
