/** Status, READY and RESTARTS of some 800 generated statuses, written to Pods that nothing else touches, against the server's own. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tableType } from './api-server.ts';
import { generatedStatus, type Shape, shapes } from './generated-status.ts';
import { apiServer, inNamespace } from './namespace.ts';
import { Comparison, type Table } from './table-oracle.ts';

test('every status that the server takes reads as the server prints it', async () => {
  const server = await apiServer();
  const comparison = new Comparison();
  const refusals: string[] = [];
  await inNamespace(async (namespace) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const showEach = async (shape: Shape, index: number): Promise<void> => {
      const { initContainers, containers, readinessGates, deleted } = shape;
      const name = `generated-${index}`;
      const withImage = (container: { name: string }) => ({ ...container, image: 'image' });
      await server.request(pods, {
        method: 'POST',
        body: {
          metadata: { name, finalizers: deleted ? ['podwright.test/hold'] : [] },
          spec: {
            // No component touches a Pod that is for a scheduler that does not exist.
            schedulerName: 'nobody',
            initContainers: initContainers.map(withImage),
            containers: containers.map(withImage),
            readinessGates: readinessGates.map((conditionType) => ({ conditionType })),
          },
        },
      });
      if (deleted) await server.request(`${pods}/${name}?gracePeriodSeconds=600`, { method: 'DELETE' });
      for (const status of fc.sample(generatedStatus(shape), 50)) {
        const body = { status: Object.assign({ phase: null, reason: null, podIPs: null }, status) };
        const patch = { method: 'PATCH', contentType: 'application/merge-patch+json', accept: tableType, body };
        try {
          comparison.table(await server.request<Table>(`${pods}/${name}/status?includeObject=Object`, patch), Date.now());
        } catch (error) {
          refusals.push(String(error));
        }
      }
      // A namespace with a Pod that a finalizer holds would never go.
      if (deleted) {
        const body = { metadata: { finalizers: null } };
        await server.request(`${pods}/${name}`, { method: 'PATCH', contentType: 'application/merge-patch+json', body });
      }
    };
    await Promise.all(shapes.map(showEach));
  });
  console.log(`generated: ${comparison.summary()}`);
  expect(comparison.mismatches).toEqual([]);
  expect(comparison.compared).toBeGreaterThanOrEqual(500);
  // The API server lets no terminated container run again; nothing else may be refused, or the statuses are not what they are meant to be.
  expect(refusals.filter((refusal) => !refusal.includes('may not be transitioned to non-terminated state'))).toEqual([]);
});
