/** The oracle itself: its watch of Tables goes on where a line or a server ends it, and misses no status. */
import { expect, test } from 'vitest';
import { openCluster } from '../../src/kube/kube-config.ts';
import { TcpLine } from '../fake-api/tcp-line.ts';
import { ApiServer } from './api-server.ts';
import { apiServer, createIn, inNamespace, testKubeconfig } from './namespace.ts';
import { TableWatch } from './table-oracle.ts';

/** A Pod that no scheduler and no kubelet ever touches. */
function idlePod(name: string) {
  return { kind: 'Pod', metadata: { name }, spec: { schedulerName: 'nobody', containers: [{ name: 'app', image: 'nothing.invalid/nothing:1' }] } };
}

async function setReason(namespace: string, name: string, reason: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
  await (await apiServer()).request(path, { method: 'PATCH', contentType: 'application/merge-patch+json', body: { status: { reason } } });
}

test('over a line that is cut again and again, every status is seen', async () => {
  const real = new URL(openCluster({ kubeconfig: testKubeconfig() }).server);
  const line = new TcpLine(real.hostname, Number(real.port || 443));
  const near = new URL(real);
  near.hostname = '127.0.0.1';
  near.port = String(await line.open());
  const watch = new TableWatch(await ApiServer.connect(testKubeconfig(), near));
  try {
    await inNamespace(async (namespace) => {
      await createIn(namespace, [idlePod('cut')]);
      const reasons = Array.from({ length: 60 }, (_, index) => `Reason${index}`);
      for (const [index, reason] of reasons.entries()) {
        await setReason(namespace, 'cut', reason);
        // Now after it has been seen, now while it is on its way, now before the watch is back.
        if (index % 15 === 0) await watch.reaches(namespace, 'cut', [reason]);
        if (index % 5 === 0) line.cut();
      }
      await watch.reaches(namespace, 'cut', ['Pending', ...reasons]);
      expect(watch.resumed).toBeGreaterThanOrEqual(4);
      expect(watch.comparison.mismatches).toEqual([]);
    });
  } finally {
    await watch.close();
    await line.shut();
  }
});

test('a server that no longer knows the place is asked for everything anew, and one that refuses is asked again', async () => {
  const asked: string[] = [];
  const row = (resourceVersion: string, reason: string, annotations = {}) => ({
    rows: [
      {
        cells: ['a', '0/1', reason, '0'],
        object: {
          metadata: { namespace: 'n', name: 'a', uid: 'u', resourceVersion, annotations },
          spec: { containers: [{ name: 'app' }] },
          status: { reason },
        },
      },
    ],
  });
  const start = { type: 'BOOKMARK', object: row('5', '', { 'k8s.io/initial-events-end': 'true' }) };
  const gone = { type: 'ERROR', object: { code: 410, message: 'too old resource version' } };
  const answers: readonly (readonly unknown[] | Error)[] = [
    [{ type: 'ADDED', object: row('4', 'First') }],
    new Error('watch: 503 starting'),
    [{ type: 'ADDED', object: row('4', 'First') }, start, { type: 'MODIFIED', object: row('7', 'Second') }],
    [gone],
    [{ type: 'ADDED', object: row('9', 'Third') }, start],
    new Error('watch: 410 expired'),
    [{ type: 'ADDED', object: row('9', 'Fourth') }],
  ];
  const watch = new TableWatch({
    async *watch<Event>(path: string) {
      asked.push(/resourceVersion=(\d+)/.exec(path)?.[1] ?? 'all');
      const answer = answers[asked.length - 1] ?? [];
      if (answer instanceof Error) throw answer;
      yield* answer as readonly Event[];
    },
  });
  await watch.reaches('n', 'a', ['First', 'Second', 'Third', 'Fourth']);
  await watch.close();
  expect(asked.slice(0, answers.length)).toEqual(['all', 'all', 'all', '7', 'all', '5', 'all']);
});
