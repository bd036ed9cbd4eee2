/** The table's groups, pickers and wheel as a person meets them: the built program in a real pseudo-terminal, on the real cluster. */
import { expect, test } from 'vitest';
import { workloadImage } from './cluster.ts';
import { apply, inNamespace } from './namespace.ts';
import { inScreen, restored } from './screen-session.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - {name: app, image: ${workloadImage}, command: [sleep, infinity]}
`;

test('a namespace is chosen, its Pods grouped by owner and folded, and the wheel given back', async () => {
  await inNamespace(async (namespace) => {
    await apply(namespace, deployment);
    await inScreen(['-n', 'default'], { columns: 80, rows: 24 }, async (screen) => {
      await screen.shows('● live');
      screen.press('n');
      await screen.shows('Namespace:');
      await screen.shows('kube-system');
      screen.press(namespace);
      await screen.shows(new RegExp(`▸. ${namespace}`));
      screen.press('\r');
      await screen.shows(`· ${namespace}`);
      await screen.shows(/● 2/);
      screen.press('g');
      await screen.shows(/▾ deploy\/web +2 Pods +● 2/);
      screen.press('z');
      await screen.shows(/▹ deploy\/web +2 Pods +● 2/);
      expect(screen.text).not.toMatch(/web-\w+-\w+ +1\/1/);
      screen.press('q');
      expect(await screen.left()).toEqual(restored(0));
      expect(screen.raw).toContain('\u001b[?1007s\u001b[?1007h');
      expect(screen.raw.lastIndexOf('\u001b[?1007r')).toBeGreaterThan(screen.raw.lastIndexOf('\u001b[?1007h'));
    });
  });
});
