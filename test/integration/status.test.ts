/**
 * Status, READY and RESTARTS on real Pods: every scenario runs at once, and every row that the API server prints of any Pod on the way, at every
 * resourceVersion, must equal ours.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ApiServer, tableType } from './api-server.ts';
import { generatedStatus, shapes } from './generated-status.ts';
import { createIn, inNamespace, testKubeconfig } from './namespace.ts';
import { scenarios } from './scenarios.ts';
import { Comparison, type PodObject, type Table, TableWatch } from './table-oracle.ts';

/** With PODWRIGHT_RECORD_PODS set, the Pods become the fixtures of the golden test: real ones, as they were when they showed their last status. */
function recordPod(name: string, pod: PodObject): void {
  const { managedFields: _, ...metadata } = pod.metadata;
  const header = `# now: ${new Date().toISOString()}\n`;
  writeFileSync(join(import.meta.dirname, `../golden/pods/${name}.yaml`), header + stringify({ ...pod, metadata }, { lineWidth: 160 }));
}

let server: ApiServer;
beforeAll(async () => {
  server = await ApiServer.connect(testKubeconfig());
});

describe('real Pods', () => {
  let watch: TableWatch;
  beforeAll(() => {
    watch = new TableWatch(server);
  });

  test.concurrent.for(scenarios)('$name', { timeout: 180_000 }, async ({ name, objects, statuses, statusesAfterDelete }) => {
    await inNamespace(async (namespace) => {
      await createIn(namespace, objects);
      let pod = await watch.reaches(namespace, name, statuses, 150_000);
      if (statusesAfterDelete.length > 0) {
        await server.request(`/api/v1/namespaces/${namespace}/pods/${name}`, { method: 'DELETE' });
        pod = await watch.reaches(namespace, name, [...statuses, ...statusesAfterDelete]);
      }
      if (process.env.PODWRIGHT_RECORD_PODS) recordPod(name, pod);
    });
  });

  afterAll(async () => {
    await watch.close();
    console.log(watch.comparison.summary());
    expect(watch.comparison.mismatches).toEqual([]);
    expect(watch.comparison.mirrors).toBeGreaterThan(0);
    const phases = ['Pending', 'Running', 'Completed', 'Error'];
    const init = ['Init:0/2', 'Init:Error', 'Init:CrashLoopBackOff', 'PodInitializing'];
    const waiting = ['ContainerCreating', 'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'];
    const starting = ['CreateContainerConfigError', 'RunContainerError', 'SchedulingGated'];
    const ending = ['OOMKilled', 'NotReady', 'Terminating'];
    const missing = [...phases, ...init, ...waiting, ...starting, ...ending].filter((status) => !watch.comparison.statuses.has(status));
    expect(missing).toEqual([]);
  });
});

test('generated statuses', { timeout: 180_000 }, async () => {
  const comparison = new Comparison();
  const refusals: string[] = [];
  await inNamespace(async (namespace) => {
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    for (const [index, shape] of shapes.entries()) {
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
    }
  });
  console.log(`generated: ${comparison.summary()}`);
  expect(comparison.mismatches).toEqual([]);
  expect(comparison.compared).toBeGreaterThanOrEqual(500);
  // The API server lets no terminated container run again; nothing else may be refused, or the statuses are not what they are meant to be.
  expect(refusals.filter((refusal) => !refusal.includes('may not be transitioned to non-terminated state'))).toEqual([]);
});
