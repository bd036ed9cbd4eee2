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
import { type Scenario, scenarios } from './scenarios.ts';
import type { PodObject, TableWatch } from './table-oracle.ts';

const hour = 3_600_000;
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
  #changed = Promise.withResolvers<void>();

  constructor(server: ApiServer, pods: TableWatch, kubeconfig: string) {
    this.#pods = pods;
    pods.onPod = (pod) => this.#look(pod);
    this.#transport = createTransport(openCluster({ kubeconfig }));
    this.#running = this.#run(server);
    // A failure reaches whoever waits next, and close().
    this.#running.catch(() => this.#changed.resolve());
  }

  /** Waits until the worst finding is the one told; after `within` milliseconds it fails with what was found instead. */
  async finds(namespace: string, name: string, wanted: Scenario['finding'], within = 150_000): Promise<void> {
    const deadline = AbortSignal.timeout(within);
    const expired = new Promise<'expired'>((resolve) => deadline.addEventListener('abort', () => resolve('expired')));
    let looked = '';
    let found = 'nothing';
    for (;;) {
      const change = Promise.race([this.#pods.change, this.#changed.promise, this.#running, expired]);
      const pod = this.#pods.latest(namespace, name);
      const uid = pod?.metadata.uid ?? '';
      const events = this.#eventsOf(uid);
      const version = JSON.stringify([pod, events.map((event) => [event.uid, event.resourceVersion])]);
      if (version !== looked) {
        looked = version;
        const worst = wanted?.atOnce === true ? this.#foundAtOnce.get(uid) : await this.#worst(pod, events);
        if (isAsWanted(worst, wanted)) return;
        found = JSON.stringify(worst);
      }
      if ((await change) === 'expired') throw new Error(`${namespace}/${name}: looked for ${JSON.stringify(wanted)}, found ${found}\n${looked}`);
    }
  }

  #eventsOf(uid: string): readonly EventFacts[] {
    return [...(this.#events.get(uid)?.values() ?? [])];
  }

  async #worst(pod: PodObject | undefined, events: readonly EventFacts[]): Promise<Finding | undefined> {
    const diagnosis = new PodDiagnosis(clusterDiagnosis(this.#transport), Date.now() + hour, this.#stop.signal);
    const [worst] = await diagnosis.inFull({ facts: podFacts(pod), references: podReferences(pod), events });
    return worst;
  }

  #look(pod: PodObject): void {
    const { name, uid } = pod.metadata;
    const wanted = atOnce.get(name);
    if (wanted === undefined || isAsWanted(this.#foundAtOnce.get(uid), wanted)) return;
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
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    if (!signal.aborted) throw new Error('the server ended the watch of Events');
  }
}

function isAsWanted(worst: Finding | undefined, wanted: Scenario['finding']): boolean {
  return worst?.code === wanted?.code && worst?.verdict === wanted?.verdict && (worst?.cause ?? '').includes(wanted?.words ?? '');
}

/** The last that the Pod itself tells of: however late one hears of it. */
function lastMoment({ createdAt, deletionRequestedAt, conditions, containers }: PodFacts): number {
  const ends = containers.flatMap(({ running, terminated }) => [running?.startedAt, terminated?.finishedAt]);
  return Math.max(...[createdAt, deletionRequestedAt, ...conditions.map(({ since }) => since), ...ends].filter((at) => at !== undefined));
}
