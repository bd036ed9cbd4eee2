/** What `podwright why` finds of workloads that are held up: each scenario in a namespace of its own, all at once, asked again whenever something changes. */
import { test } from 'vitest';
import { chosenCluster, type OpenCluster } from '../../cmd/cluster.ts';
import type { ClusterChoice } from '../../cmd/cluster-flags.ts';
import type { CommandIo } from '../../cmd/command.ts';
import { explainPods } from '../../cmd/why-pods.ts';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import { parseTarget, type Target } from '../../src/service/target.ts';
import { isWanted } from './finding-watch.ts';
import { apiServer, collectionPath, inNamespace, testKubeconfig } from './namespace.ts';
import { ScenarioRun } from './scenario-run.ts';
import { type WorkloadScenario, workloads } from './workloads.ts';

/** A run of a CronJob is missed within a minute, at the worst. */
const patience = 150_000;
const hour = 3_600_000;

interface Told {
  readonly workloads: readonly { readonly findings: readonly Finding[] }[];
}

/** In this process, as of an hour later: when all graces have passed. */
async function why(opened: OpenCluster, cluster: ClusterChoice, target: Target): Promise<{ readonly findings: readonly Finding[]; readonly printed: string }> {
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    signal: new AbortController().signal,
    now: () => Date.now() + hour,
  } as unknown as CommandIo;
  await explainPods({ cluster, targets: [target], labelSelector: undefined, json: true, codes: false }, opened, io);
  return { findings: (JSON.parse(stdout) as Told).workloads.flatMap(({ findings }) => findings), printed: stdout + stderr };
}

/** Asks `why` now, and again at each change of an Event or of the workload. */
async function untilFound(namespace: string, { apiVersion, kind, name, finding }: WorkloadScenario): Promise<void> {
  const server = await apiServer();
  const cluster = { kubeconfig: testKubeconfig(), namespace, allNamespaces: false };
  const opened = chosenCluster(cluster);
  const target = parseTarget(`${kind.toLowerCase()}/${name}`);
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), patience);
  let changed = Promise.withResolvers<void>();
  const follow = async (collection: string): Promise<void> => {
    for await (const _ of server.watch(`${collection}?watch=true&timeoutSeconds=3600`, { signal: stop.signal })) changed.resolve();
    changed.resolve();
  };
  const followed = [`/api/v1/namespaces/${namespace}/events`, await collectionPath(namespace, { apiVersion, kind })].map(follow);
  try {
    for (;;) {
      await changed.promise;
      changed = Promise.withResolvers();
      const over = stop.signal.aborted;
      const { findings, printed } = await why(opened, cluster, target);
      if (findings.some((each) => isWanted(each, finding))) return;
      if (over) throw new Error(`${namespace}/${name}: looked for ${JSON.stringify(finding)}, found\n${printed}`);
    }
  } finally {
    clearTimeout(limit);
    stop.abort();
    opened.transport.close();
    await Promise.all(followed);
  }
}

test.concurrent.for(workloads)('$name', async (scenario) => {
  const { file, namespaceLabels } = scenario;
  await inNamespace(
    (namespace) =>
      ScenarioRun.in(namespace, file, {}, async (run) => {
        await run.create(false);
        await run.takeSteps(false);
        await untilFound(namespace, scenario);
      }),
    namespaceLabels,
  );
});
