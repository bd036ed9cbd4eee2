/**
 * Waits for what the diagnosis finds of a Pod, on the Pod and the Events as they come and with look-ups on the cluster: as `podwright why` does it, at a
 * time when all graces have passed. What is to be found at once, and may be over soon, is looked for at every resourceVersion, as of the Pod's own last moment.
 */
import { diagnosePod } from '../../src/core/diagnosis/diagnose-pod.ts';
import type { Finding } from '../../src/core/diagnosis/finding.ts';
import { podReferences } from '../../src/core/diagnosis/pod-references.ts';
import { type EventFacts, eventFacts } from '../../src/core/event-facts.ts';
import { type PodFacts, podFacts } from '../../src/core/pod-facts.ts';
import { clusterDiagnosis } from '../../src/kube/cluster-diagnosis.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import { PodDiagnosis } from '../../src/service/pod-diagnosis.ts';
import type { ApiServer } from './api-server.ts';
import type { WantedFinding } from './scenario-file.ts';
import { scenarios } from './scenarios.ts';
import type { PodObject, TableWatch } from './table-oracle.ts';

const hour = 3_600_000;

/** How long, in milliseconds, a finding is waited for. */
const patience = 150_000;

/** By the name of the scenario, which is that of its Pod. */
const atOnce = new Map(scenarios.filter(({ finding }) => finding?.atOnce === true).map(({ name, finding }) => [name, finding]));

export class FindingWatch {
  readonly #pods: TableWatch;
  readonly #transport: Transport;
  readonly #events = new Map<string, Map<string, EventFacts>>();
  /** Of their Pods, by UID, what was looked for, or, until it has been found, what was found last. */
  readonly #foundAtOnce = new Map<string, Finding | undefined>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(server: ApiServer, pods: TableWatch, kubeconfig: string) {
    this.#pods = pods;
    pods.onPod = (pod) => this.#look(pod);
    this.#transport = createTransport(openCluster({ kubeconfig }));
    this.#running = this.#run(server);
    // A failure reaches whoever waits next, and close().
    this.#running.catch((error) => pods.changes.failed(error));
  }

  /** Waits until the worst finding, or one `among` all, is the one told; after a while it fails with what was found instead. */
  async finds(namespace: string, name: string, wanted: WantedFinding | undefined, { among = false } = {}): Promise<void> {
    const { changes } = this.#pods;
    const key = `${namespace}/${name}`;
    const deadline = changes.deadline(key, patience);
    let looked = '';
    let found = 'nothing';
    while (!deadline.aborted) {
      // Asked for before one looks: what changes meanwhile is looked at too.
      const change = changes.next(key);
      const pod = this.#pods.latest(namespace, name);
      const uid = pod?.metadata.uid ?? '';
      const events = this.#eventsOf(uid);
      const version = JSON.stringify([pod, events.map((event) => [event.uid, event.resourceVersion])]);
      if (version !== looked) {
        looked = version;
        const all = wanted?.atOnce === true ? [this.#foundAtOnce.get(uid) ?? []].flat() : await this.#inFull(pod, events);
        if (wanted === undefined ? all.length === 0 : all.slice(0, among ? undefined : 1).some((one) => isWanted(one, wanted))) return;
        found = JSON.stringify(all);
      }
      await change;
    }
    throw new Error(`${key}: looked for ${JSON.stringify(wanted)}, found ${found}\n${looked}`);
  }

  #eventsOf(uid: string): readonly EventFacts[] {
    return [...(this.#events.get(uid)?.values() ?? [])];
  }

  #inFull(pod: PodObject | undefined, events: readonly EventFacts[]): Promise<readonly Finding[]> {
    const diagnosis = new PodDiagnosis(clusterDiagnosis(this.#transport), Date.now() + hour, this.#stop.signal);
    return diagnosis.inFull({ facts: podFacts(pod), references: podReferences(pod), events });
  }

  #look(pod: PodObject): void {
    const { name, uid } = pod.metadata;
    const wanted = atOnce.get(name);
    const before = this.#foundAtOnce.get(uid);
    if (wanted === undefined || (before !== undefined && isWanted(before, wanted))) return;
    const facts = podFacts(pod);
    const [worst] = diagnosePod(facts, { events: this.#eventsOf(uid) }, lastMoment(facts));
    this.#foundAtOnce.set(uid, worst);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#transport.close();
    await this.#running;
  }

  async #run(server: ApiServer): Promise<void> {
    const { signal } = this.#stop;
    for await (const { type, object } of server.watch<{ type: string; object: unknown }>('/api/v1/events?watch=true&timeoutSeconds=3600', { signal })) {
      if (type === 'ERROR') throw new Error(`the watch of Events ended: ${JSON.stringify(object)}`);
      const facts = eventFacts(object);
      const about = this.#events.get(facts.regarding.uid) ?? new Map<string, EventFacts>();
      this.#events.set(facts.regarding.uid, about.set(facts.uid, facts));
      this.#pods.changes.changed(`${facts.regarding.namespace}/${facts.regarding.name}`);
    }
    if (!signal.aborted) throw new Error('the server ended the watch of Events');
  }
}

export function isWanted({ code, verdict, cause }: Pick<Finding, 'code' | 'verdict' | 'cause'>, wanted: WantedFinding): boolean {
  return code === wanted.code && verdict === wanted.verdict && cause.includes(wanted.words);
}

/** The last that the Pod itself tells of: however late one hears of it. */
function lastMoment({ createdAt, deletionRequestedAt, conditions, containers }: PodFacts): number {
  const ends = containers.flatMap(({ running, terminated }) => [running?.startedAt, terminated?.finishedAt]);
  return Math.max(...[createdAt, deletionRequestedAt, ...conditions.map(({ since }) => since), ...ends].filter((at) => at !== undefined));
}
