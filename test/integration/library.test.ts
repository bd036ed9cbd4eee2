/** The library as a program uses it: one Pod explained, and a check, in one call each. */
import { expect, test } from 'vitest';
import { check, explainPod } from '../../src/index.ts';
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
