/** The work of `why`: reads Pods and Events, diagnoses, looks up what the findings ask for, and prints causes. */
import { diagnoseController } from '../src/core/diagnosis/controller.ts';
import type { Finding } from '../src/core/diagnosis/finding.ts';
import { podReferences } from '../src/core/diagnosis/pod-references.ts';
import { type SharedCause, sharedCauses, type TroubledPod } from '../src/core/diagnosis/shared-causes.ts';
import type { EventFacts } from '../src/core/event-facts.ts';
import { ownerText } from '../src/core/owner.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError } from '../src/core/podwright-error.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { type DiagnosedWorkload, whyJson } from '../src/report/why-json.ts';
import { causeText, healthyText, workloadText } from '../src/report/why-text.ts';
import type { EventScope } from '../src/service/diagnosis-source.ts';
import { type DiagnosedPod, PodDiagnosis } from '../src/service/pod-diagnosis.ts';
import type { Target } from '../src/service/target.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { objectBelongs, type PodQuery, podQueries, settled } from './get-targets.ts';
import type { WhyRequest } from './why.ts';

/** Up to this many Pods are looked into one by one; of more, one for each cause, so that a broken cluster is not stormed with questions. */
const lookedInto = 10;

/** Prints why; gives the exit code: 1 where something is doomed or stuck, or a named object does not exist. */
export async function explainPods(request: WhyRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { queries, errors } = await podQueries({ ...request, fieldSelector: undefined }, cluster, io.signal);
  const named = request.targets.length > 0;
  const read = await readPods(queries, cluster, io);
  for (const error of [...errors, ...read.errors]) io.stderr.write(`podwright: ${plainText(error.message)}\n`);
  const source = clusterDiagnosis(cluster.transport);
  const events = await readEvents(queries, read.pods, cluster, io);
  const diagnosis = new PodDiagnosis(source, io.now(), io.signal);
  const byPod = Map.groupBy(events ?? [], ({ regarding }) => regarding.uid);
  const pods = read.pods.map((pod): DiagnosedPod => ({ ...pod, events: events && (byPod.get(pod.facts.uid) ?? []) }));
  const first = pods.map((pod) => ({ pod, facts: pod.facts, findings: diagnosis.atFirst(pod) }));
  const troubled = first.filter(({ findings }) => findings.length > 0);
  const inFull =
    troubled.length <= lookedInto ? troubled : sharedCauses(troubled).flatMap((cause) => troubled.find(({ facts }) => facts === cause.pods[0]?.facts) ?? []);
  const full = new Map(await Promise.all(inFull.map(async ({ pod, facts }) => [facts, await diagnosis.inFull(pod)] as const)));
  const explained = troubled.map(({ facts, findings }): TroubledPod => ({ facts, findings: full.get(facts) ?? findings }));
  const workloads = queries.flatMap((query) => workloadFindings(query, pods, events ?? [], cluster.namespace));
  const healthy = first.filter(({ findings }) => findings.length === 0).map(({ facts }): TroubledPod => ({ facts, findings: [] }));
  if (request.json) io.stdout.write(whyJson([...explained, ...(named ? healthy : [])], workloads, io.now()));
  else print(causesOf(troubled, explained), workloads, healthy, io);
  const bad = [...explained, ...workloads].some(({ findings }) => findings.some(({ verdict }) => verdict === 'doomed' || verdict === 'stuck'));
  return bad || errors.length + read.errors.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** Grouped by what they had in common before some of them were looked into. */
function causesOf(first: readonly TroubledPod[], explained: readonly TroubledPod[]): readonly SharedCause[] {
  const full = new Map(explained.map((pod) => [pod.facts, pod]));
  const groups = first.length <= lookedInto ? sharedCauses(explained) : sharedCauses(first);
  return groups.map(({ finding, pods }) => {
    const those = pods.map((pod) => full.get(pod.facts) ?? pod);
    return { finding: those[0]?.findings[0] ?? finding, pods: those };
  });
}

function print(causes: readonly SharedCause[], workloads: readonly DiagnosedWorkload[], healthy: readonly TroubledPod[], io: CommandIo): void {
  const style = { unicode: io.unicode, color: io.color, now: io.now() };
  const parts = [
    ...workloads.map(({ namespace, findings }) => workloadText(namespace, findings, style)),
    ...causes.map((cause) => causeText(cause, style)),
    healthyText(
      healthy.map(({ facts }) => `${facts.namespace}/${facts.name}`),
      style,
    ),
  ].filter((part) => part !== '');
  if (parts.length === 0) io.stderr.write('No Pods found\n');
  io.stdout.write(parts.join('\n'));
}

type ReadPod = Omit<DiagnosedPod, 'events'>;

/** The Pods of all queries, each once; the errors are of those that were named and do not exist. */
async function readPods(queries: readonly PodQuery[], cluster: OpenCluster, { signal }: CommandIo) {
  const pods = new Map<string, ReadPod>();
  const keep = (object: unknown): void => {
    const facts = podFacts(object);
    pods.set(facts.uid, { facts, references: podReferences(object) });
  };
  const { results, errors } = await settled(
    queries.filter((query) => query.kind === 'named'),
    (query) => cluster.reader.pod(query, { signal }),
  );
  results.forEach(keep);
  for (const query of queries) {
    if (query.kind === 'named') continue;
    for await (const page of cluster.reader.podPages(query.scope, { signal })) page.filter((object) => objectBelongs(query, object)).forEach(keep);
  }
  return { pods: [...pods.values()], errors };
}

/** Events about one Pod where there is but one, else those of the namespaces. Undefined where they may not be read, which is said. */
async function readEvents(
  queries: readonly PodQuery[],
  pods: readonly ReadPod[],
  cluster: OpenCluster,
  io: CommandIo,
): Promise<readonly EventFacts[] | undefined> {
  const [only, ...others] = pods;
  const workload = queries.some((query) => query.kind === 'scope' && query.workload !== undefined);
  const scope: EventScope =
    only !== undefined && others.length === 0 && !workload ? { namespaces: [only.facts.namespace], uid: only.facts.uid } : { namespaces: cluster.namespaces };
  if (pods.length === 0 && !workload) return [];
  try {
    return await clusterDiagnosis(cluster.transport).events(scope, io.signal);
  } catch (error) {
    if (!isPodwrightError(error) || error.code !== 'forbidden') throw error;
    io.stderr.write(`podwright: without Events: ${plainText(error.message)}\n`);
    return undefined;
  }
}

/** Why a workload cannot make Pods, where that is so since its last Pod was made. */
function workloadFindings(query: PodQuery, pods: readonly ReadPod[], events: readonly EventFacts[], namespace: string): readonly DiagnosedWorkload[] {
  if (query.kind === 'named' || query.workload === undefined) return [];
  const { workload } = query;
  const target = targetText(workload);
  const lastMade = Math.max(0, ...pods.map(({ facts }: { facts: PodFacts }) => facts.createdAt ?? 0));
  const about = events.filter((event) => isAbout(workload, event) && (event.lastAt ?? 0) > lastMade);
  const findings: readonly Finding[] = diagnoseController({ target, namespace }, about);
  return findings.length === 0 ? [] : [{ target, namespace, findings }];
}

function targetText({ kind, name }: Target): string {
  return ownerText({
    kind: {
      deployment: 'Deployment',
      statefulset: 'StatefulSet',
      daemonset: 'DaemonSet',
      replicaset: 'ReplicaSet',
      job: 'Job',
      cronjob: 'CronJob',
      pod: 'Pod',
    }[kind],
    name,
  });
}

/** Events about the workload itself and about the ReplicaSets or Jobs between it and its Pods, which are named after it. */
function isAbout({ kind, name }: Target, { regarding }: EventFacts): boolean {
  if (regarding.kind.toLowerCase() === kind && regarding.name === name) return true;
  const between = kind === 'deployment' ? 'ReplicaSet' : kind === 'cronjob' ? 'Job' : undefined;
  return regarding.kind === between && regarding.name.startsWith(`${name}-`) && /^[a-z0-9]+$/.test(regarding.name.slice(name.length + 1));
}
