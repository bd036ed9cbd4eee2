/**
 * Waits for what the diagnosis finds of a Pod, on the Pod and the Events as they come and with look-ups on the cluster: as `podwright why` does it, at a
 * time when all graces have passed.
 */
import { podReferences } from '../../src/core/diagnosis/pod-references.ts';
import { type EventFacts, eventFacts } from '../../src/core/event-facts.ts';
import { podFacts } from '../../src/core/pod-facts.ts';
import { clusterDiagnosis } from '../../src/kube/cluster-diagnosis.ts';
import { openCluster } from '../../src/kube/kube-config.ts';
import { createTransport, type Transport } from '../../src/kube/transport.ts';
import { PodDiagnosis } from '../../src/service/pod-diagnosis.ts';
import type { ApiServer } from './api-server.ts';
import type { Scenario } from './scenarios.ts';
import type { TableWatch } from './table-oracle.ts';

const hour = 3_600_000;

export class FindingWatch {
  readonly #pods: TableWatch;
  readonly #transport: Transport;
  readonly #events = new Map<string, Map<string, EventFacts>>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #changed = Promise.withResolvers<void>();

  constructor(server: ApiServer, pods: TableWatch, kubeconfig: string) {
    this.#pods = pods;
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
      const events = [...(this.#events.get(pod?.metadata.uid ?? '')?.values() ?? [])];
      const version = JSON.stringify([pod, events.map(({ uid, resourceVersion }) => [uid, resourceVersion])]);
      if (version !== looked) {
        looked = version;
        const diagnosis = new PodDiagnosis(clusterDiagnosis(this.#transport), Date.now() + hour, this.#stop.signal);
        const [worst] = await diagnosis.inFull({ facts: podFacts(pod), references: podReferences(pod), events });
        if (worst?.code === wanted?.code && worst?.verdict === wanted?.verdict && (worst?.cause ?? '').includes(wanted?.words ?? '')) return;
        found = JSON.stringify(worst);
      }
      if ((await change) === 'expired') throw new Error(`${namespace}/${name}: looked for ${JSON.stringify(wanted)}, found ${found}\n${looked}`);
    }
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
