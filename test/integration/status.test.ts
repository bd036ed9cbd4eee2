/**
 * Status, READY and RESTARTS on real Pods: every scenario runs at once, and every row that the API server prints of any Pod on the way, at every
 * resourceVersion, must equal ours. What the diagnosis finds of each is looked at in the same run.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ApiServer } from './api-server.ts';
import { FindingWatch } from './finding-watch.ts';
import { inNamespace, testKubeconfig } from './namespace.ts';
import { ScenarioRegistry } from './scenario-registry.ts';
import { ScenarioRun } from './scenario-run.ts';
import { scenarios } from './scenarios.ts';
import { type PodObject, TableWatch } from './table-oracle.ts';

/** With PODWRIGHT_RECORD_PODS set, the Pods become the fixtures of the golden test: real ones, as they were when they showed their last status. */
function recordPod(name: string, pod: PodObject): void {
  const { managedFields: _, ...metadata } = pod.metadata;
  const header = `# now: ${new Date().toISOString()}\n`;
  writeFileSync(join(import.meta.dirname, `../golden/pods/${name}.yaml`), header + stringify({ ...pod, metadata }, { lineWidth: 160 }));
}

let server: ApiServer;
let registry: ScenarioRegistry;
beforeAll(async () => {
  server = await ApiServer.connect(testKubeconfig());
  registry = await ScenarioRegistry.start(server);
});
afterAll(() => registry.stop());

async function act(action: 'delete' | 'evict', pod: string): Promise<void> {
  if (action === 'delete') await server.request(pod, { method: 'DELETE' });
  if (action === 'evict') {
    const name = pod.slice(pod.lastIndexOf('/') + 1);
    await server.request(`${pod}/eviction`, { method: 'POST', body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } } });
  }
}

describe('real Pods', () => {
  let watch: TableWatch;
  let findings: FindingWatch;
  beforeAll(() => {
    watch = new TableWatch(server);
    findings = new FindingWatch(server, watch, testKubeconfig());
  });

  test.concurrent.for(scenarios)('$name', async ({ name, file, bound, action, statuses, statusesAfter, finding, also }) => {
    await inNamespace((namespace) =>
      ScenarioRun.in(namespace, file, registry.names, async (run) => {
        await run.create(bound);
        if (statuses.length > 0) await watch.reaches(namespace, name, statuses);
        if (action === 'then') await run.takeSteps(bound, watch.latest(namespace, name)?.metadata.uid);
        else if (action !== undefined) await act(action, `/api/v1/namespaces/${namespace}/pods/${name}`);
        const pod = await watch.reaches(namespace, name, [...statuses, ...statusesAfter]);
        if (process.env.PODWRIGHT_RECORD_PODS) recordPod(name, pod);
        await findings.finds(namespace, name, finding);
        for (const each of also) await findings.finds(namespace, each.pod, each.finding, { among: true });
      }),
    );
  });

  afterAll(async () => {
    await findings.close();
    await watch.close();
    console.log(watch.comparison.summary());
    expect(watch.comparison.mismatches).toEqual([]);
    expect(watch.comparison.mirrors).toBeGreaterThan(0);
    // Those that last or come again; what passes between them, as PodInitializing, a busy kubelet may never report.
    const phases = ['Pending', 'Running', 'Completed', 'Error'];
    const init = ['Init:Error', 'Init:CrashLoopBackOff'];
    const waiting = ['ContainerCreating', 'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName'];
    const starting = ['CreateContainerConfigError', 'RunContainerError', 'SchedulingGated'];
    const ending = ['OOMKilled', 'NotReady', 'Terminating'];
    const missing = [...phases, ...init, ...waiting, ...starting, ...ending].filter((status) => !watch.comparison.statuses.has(status));
    expect(missing).toEqual([]);
  });
});
