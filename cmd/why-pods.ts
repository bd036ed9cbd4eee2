/** The work of `why`: reads Pods and Events, diagnoses, looks up what the findings ask for, and prints causes. */
import type { Finding, Verdict } from '../src/core/diagnosis/finding.ts';
import { podReferences } from '../src/core/diagnosis/pod-references.ts';
import { type SharedCause, sharedCauses, type TroubledPod } from '../src/core/diagnosis/shared-causes.ts';
import { type WorkloadVerdict, workloadVerdict } from '../src/core/diagnosis/workload-verdict.ts';
import { type EventFacts, eventsByPod } from '../src/core/event-facts.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { exitCodes, isPodwrightError } from '../src/core/podwright-error.ts';
import { clusterDiagnosis } from '../src/kube/cluster-diagnosis.ts';
import { revisionsOf } from '../src/kube/cluster-revisions.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { whyJson } from '../src/report/why-json.ts';
import { causeText, healthyText, workloadText } from '../src/report/why-text.ts';
import type { EventScope } from '../src/service/diagnosis-source.ts';
import { type DiagnosedPod, PodDiagnosis } from '../src/service/pod-diagnosis.ts';
import type { Target } from '../src/service/target.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { type PodQuery, pagesOf, podQueries } from './get-targets.ts';
import { readEvents } from './pod-events.ts';
import type { WhyRequest } from './why.ts';
import { type MissingPod, sayMissing } from './why-missing.ts';

/** Up to this many Pods are looked into one by one; of more, one for each cause, so that a broken cluster is not stormed with questions. */
const lookedInto = 10;
/** And of so many causes at most, the worst first: three hundred Pods that each fail in a way of their own are no reason for three hundred questions. */
const mostCauses = 12;

/** Prints why; gives the exit code: 1 where a workload or a Pod of its own is doomed or stuck, or a named object does not exist. */
export async function explainPods(request: WhyRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { queries, errors } = await podQueries({ ...request, fieldSelector: undefined }, cluster, io.signal);
  const named = request.targets.length > 0;
  const [read, revisions] = await Promise.all([readPods(queries, cluster, io), readRevisions(queries, cluster, io)]);
  for (const error of errors) io.stderr.write(`podwright: ${plainText(error.message)}\n`);
  await sayMissing(read.missing, cluster, io);
  const unfound = errors.length + read.missing.length > 0;
  const events = await eventsFor(queries, read.pods, cluster, io);
  const diagnosis = new PodDiagnosis(clusterDiagnosis(cluster.transport), io.now(), io.signal);
  const about = events && eventsByPod(events);
  const pods = read.pods.map((pod): DiagnosedPod => ({ ...pod, events: about?.(pod.facts) }));
  const first = pods.map((pod) => ({ pod, facts: pod.facts, findings: diagnosis.atFirst(pod) }));
  const troubled = first.filter(({ findings }) => findings.length > 0);
  const inFull =
    troubled.length <= lookedInto
      ? troubled
      : sharedCauses(troubled)
          .slice(0, mostCauses)
          .flatMap((cause) => troubled.find(({ facts }) => facts === cause.pods[0]?.facts) ?? []);
  const full = new Map(await Promise.all(inFull.map(async ({ pod, facts }) => [facts, await diagnosis.inFull(pod)] as const)));
  const explained = first.map(({ facts, findings }): TroubledPod => ({ facts, findings: full.get(facts) ?? findings }));
  // Pods are grouped by what they had in common before some of them were looked into.
  const grouped = troubled.length <= lookedInto ? explained : first;
  const verdicts = queries.flatMap((query): readonly WorkloadVerdict[] => {
    if (query.kind === 'named' || query.object === undefined) return [];
    const own = new Set(read.of.get(query));
    const given = { workload: query.object, revisions: revisions.get(query), events: eventsAbout(query, events ?? []), now: io.now() };
    const verdict = workloadVerdict({ ...given, pods: grouped.filter(({ facts }) => own.has(facts)) });
    return verdict === undefined ? [] : [lookedAt(verdict, full)];
  });
  const apart = new Set(queries.flatMap((query) => (query.kind === 'scope' && query.object !== undefined ? [] : (read.of.get(query) ?? []))));
  if (request.json)
    io.stdout.write(
      whyJson(
        explained.filter(({ findings }) => named || findings.length > 0),
        verdicts,
        io.now(),
      ),
    );
  else if (!print(verdicts, lookedAtCauses(sharedCauses(grouped.filter(({ facts }) => apart.has(facts))), full), healthyOf(explained, apart), io) && !unfound)
    io.stderr.write('No Pods found\n');
  const bad =
    verdicts.some(({ verdict }) => isBad(verdict)) || explained.some(({ facts, findings }) => apart.has(facts) && findings.some((each) => isBad(each.verdict)));
  return bad || unfound ? exitCodes.failed : exitCodes.done;
}

function isBad(verdict: Verdict | undefined): boolean {
  return verdict === 'doomed' || verdict === 'stuck';
}

type Looked = ReadonlyMap<PodFacts, readonly Finding[]>;

/** The causes with what the look into the first Pod of each has shown. */
function lookedAtCauses(causes: readonly SharedCause[], full: Looked): readonly SharedCause[] {
  return causes.map(({ finding, pods }) => {
    const those = pods.map((pod): TroubledPod => ({ facts: pod.facts, findings: full.get(pod.facts) ?? pod.findings }));
    return { finding: those[0]?.findings[0] ?? finding, pods: those };
  });
}

function lookedAt(verdict: WorkloadVerdict, full: Looked): WorkloadVerdict {
  const causes = lookedAtCauses(verdict.causes, full);
  const leading = verdict.causes.findIndex(({ finding }) => finding === verdict.lead);
  return { ...verdict, causes, past: lookedAtCauses(verdict.past, full), lead: causes[leading]?.finding ?? verdict.lead };
}

function healthyOf(pods: readonly TroubledPod[], apart: ReadonlySet<PodFacts>): readonly TroubledPod[] {
  return pods.filter(({ facts, findings }) => findings.length === 0 && apart.has(facts));
}

/** Whether there was anything to print. */
function print(workloads: readonly WorkloadVerdict[], causes: readonly SharedCause[], healthy: readonly TroubledPod[], io: CommandIo): boolean {
  const style = { unicode: io.unicode, color: io.color, now: io.now() };
  const parts = [
    ...workloads.flatMap((workload) => [workloadText(workload, style), ...workload.causes.map((cause) => causeText(cause, style))]),
    ...causes.map((cause) => causeText(cause, style)),
    healthyText(
      healthy.map(({ facts }) => `${facts.namespace}/${facts.name}`),
      style,
    ),
  ].filter((part) => part !== '');
  io.stdout.write(parts.join('\n'));
  return parts.length > 0;
}

type ReadPod = Omit<DiagnosedPod, 'events'>;

/** The Pods of all queries, each once, which of them each query has, and the named ones that do not exist. */
async function readPods(queries: readonly PodQuery[], cluster: OpenCluster, { signal }: CommandIo) {
  const pods = new Map<string, ReadPod>();
  const of = new Map<PodQuery, PodFacts[]>(queries.map((query) => [query, []]));
  const missing: MissingPod[] = [];
  const keep = (query: PodQuery, object: unknown): void => {
    const facts = podFacts(object);
    const known = pods.get(facts.uid) ?? { facts, references: podReferences(object) };
    pods.set(facts.uid, known);
    of.get(query)?.push(known.facts);
  };
  await Promise.all(
    queries.map(async (query) => {
      if (query.kind === 'named') {
        const found = await cluster.reader.pod(query, { signal }).catch((error: unknown) => {
          if (!isPodwrightError(error) || error.code !== 'not-found') throw error;
          missing.push({ namespace: query.namespace, name: query.name, error });
        });
        if (found !== undefined) keep(query, found);
        return;
      }
      for await (const page of pagesOf(query, cluster.reader, { signal })) for (const object of page) keep(query, object);
    }),
  );
  return { pods: [...pods.values()], of, missing };
}

/** What the workloads make their Pods from; nothing for one where that may not be read, which is said. */
async function readRevisions(queries: readonly PodQuery[], cluster: OpenCluster, io: CommandIo): Promise<ReadonlyMap<PodQuery, readonly unknown[]>> {
  const read = new Map<PodQuery, readonly unknown[]>();
  await Promise.all(
    queries.map(async (query) => {
      if (query.kind === 'named' || query.object === undefined) return;
      try {
        read.set(query, await revisionsOf(cluster.transport, query.object, io.signal));
      } catch (error) {
        if (!isPodwrightError(error) || error.code !== 'forbidden') throw error;
        io.stderr.write(`podwright: without generations: ${plainText(error.message)}\n`);
      }
    }),
  );
  return read;
}

/** Events about one Pod where there is but one, else those of the namespaces. Undefined where they may not be read, which is said. */
async function eventsFor(
  queries: readonly PodQuery[],
  pods: readonly ReadPod[],
  cluster: OpenCluster,
  io: CommandIo,
): Promise<readonly EventFacts[] | undefined> {
  const [only, ...others] = pods;
  const workload = queries.some((query) => query.kind === 'scope' && query.workload !== undefined);
  const scope: EventScope =
    only !== undefined && others.length === 0 && !workload ? { namespaces: [only.facts.namespace], pod: only.facts } : { namespaces: cluster.namespaces };
  if (pods.length === 0 && !workload) return [];
  return readEvents(scope, cluster, io);
}

function eventsAbout(query: PodQuery, events: readonly EventFacts[]): readonly EventFacts[] {
  const workload = query.kind === 'scope' ? query.workload : undefined;
  return workload === undefined ? [] : events.filter((event) => isAbout(workload, event));
}

/** Events about the workload itself and about the ReplicaSets or Jobs between it and its Pods, which are named after it. */
function isAbout({ kind, name }: Target, { regarding }: EventFacts): boolean {
  if (regarding.kind.toLowerCase() === kind && regarding.name === name) return true;
  const between = kind === 'deployment' ? 'ReplicaSet' : kind === 'cronjob' ? 'Job' : undefined;
  return regarding.kind === between && regarding.name.startsWith(`${name}-`) && /^[a-z0-9]+$/.test(regarding.name.slice(name.length + 1));
}
