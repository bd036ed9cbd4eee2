/**
 * The registry that the scenarios pull from: a Pod in the network of a node, as a container runtime speaks plain HTTP with its own host alone. It has no image
 * to give, but refuses, fails and dawdles as it is asked to. What pulls from it has to be on its node.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject, V1Node, V1Pod } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import type { ApiServer } from './api-server.ts';
import { isReady } from './manifests.ts';
import { withNames } from './scenario-file.ts';
import type { Scenario } from './scenarios.ts';

const manifest = join(import.meta.dirname, 'scenario-registry.yaml');
/** How long it may take to come up, in seconds. */
const patience = 180;

export class ScenarioRegistry {
  readonly #server: ApiServer;
  readonly #namespace = `registry-${randomBytes(5).toString('hex')}`;
  /** Neither one of the node's own ephemeral ports nor of those of Services. */
  readonly #port = randomInt(20_000, 30_000);
  #node = '';
  #address = '';

  private constructor(server: ApiServer) {
    this.#server = server;
  }

  /** A registry that answers, in a namespace of its own. Throws where it does not within three minutes. */
  static async start(server: ApiServer): Promise<ScenarioRegistry> {
    const registry = new ScenarioRegistry(server);
    try {
      await registry.#start();
    } catch (error) {
      await registry.stop().catch(() => undefined);
      throw error;
    }
    return registry;
  }

  async stop(): Promise<void> {
    await this.#server.request(`/api/v1/namespaces/${this.#namespace}`, { method: 'DELETE' });
  }

  /** What stands in a scenario for its addresses. */
  get names(): Readonly<Record<string, string>> {
    return { REGISTRY: `localhost:${this.#port}`, TLS_REGISTRY: `${this.#address}:${this.#port}` };
  }

  /** A scenario's objects, its Pod on the registry's node if it is to be bound directly, and with the registry's addresses. */
  objects({ file, bound }: Pick<Scenario, 'file' | 'bound'>): readonly KubernetesObject[] {
    return withNames(bound ? file.objects.map((object) => this.#onNode(object)) : file.objects, this.names);
  }

  async #start(): Promise<void> {
    const { items } = await this.#server.request<{ items: V1Node[] }>('/api/v1/nodes');
    // One that runs Pods of anybody.
    this.#node = items.find(({ spec }) => (spec?.taints ?? []).length === 0 && spec?.unschedulable !== true)?.metadata?.name ?? '';
    const labels = { 'podwright.test/namespace': 'true' };
    await this.#server.request('/api/v1/namespaces', { method: 'POST', body: { metadata: { name: this.#namespace, labels } } });
    for (const document of parseAllDocuments(readFileSync(manifest, 'utf8').replaceAll('$PORT', String(this.#port)))) {
      const object = document.toJS() as KubernetesObject;
      await this.#server.request(`/api/v1/namespaces/${this.#namespace}/${object.kind?.toLowerCase()}s`, { method: 'POST', body: this.#onNode(object) });
    }
    this.#address = (await this.#ready()).status?.hostIP ?? '';
  }

  #onNode(object: KubernetesObject & { readonly spec?: object }): KubernetesObject {
    return object.kind === 'Pod' ? ({ ...object, spec: { ...object.spec, nodeName: this.#node } } as KubernetesObject) : object;
  }

  async #ready(): Promise<V1Pod> {
    const watch = `/api/v1/namespaces/${this.#namespace}/pods?watch=true&timeoutSeconds=${patience}`;
    let last: V1Pod | undefined;
    for await (const { object } of this.#server.watch<{ readonly object: V1Pod }>(watch, {})) {
      last = object;
      if (isReady(object)) return object;
    }
    throw new Error(`the registry of the scenarios was not ready within ${patience} s: ${JSON.stringify(last?.status)}`);
  }
}
