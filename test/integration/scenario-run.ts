/** Runs what a scenario file describes in a namespace: creates its objects, takes its steps, and gives the worker what it is to have meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KubernetesObject, V1Node } from '@kubernetes/client-node';
import { apiServer, awaitCount, collectionPath, createIn } from './namespace.ts';
import { type ScenarioFile, type Step, withNames } from './scenario-file.ts';

let nodes: Promise<{ readonly items: readonly V1Node[] }> | undefined;

/** What the texts in a scenario stand for. */
type Names = Readonly<Record<string, string>>;

export class ScenarioRun {
  readonly #namespace: string;
  readonly #file: ScenarioFile;
  readonly #worker: V1Node | undefined;
  readonly #names: Names;

  private constructor(namespace: string, file: ScenarioFile, nodes: readonly V1Node[], more: Names) {
    const controlPlane = nodes.find(({ metadata }) => metadata?.labels?.['node-role.kubernetes.io/control-plane'] !== undefined);
    this.#namespace = namespace;
    this.#file = file;
    this.#worker = nodes.find(({ spec }) => (spec?.taints ?? []).length === 0 && spec?.unschedulable !== true);
    this.#names = {
      NAMESPACE: namespace,
      WORKER: nameOf(this.#worker),
      CONTROL_PLANE: nameOf(controlPlane),
      CPUS: controlPlane?.status?.allocatable?.['cpu'] ?? '',
      ...more,
    };
  }

  /** Runs `body` while the scenario has what it is to have. `names`: more that its texts may stand for. */
  static async in<T>(namespace: string, file: ScenarioFile, names: Names, body: (run: ScenarioRun) => Promise<T>): Promise<T> {
    nodes ??= (await apiServer()).request<{ items: readonly V1Node[] }>('/api/v1/nodes');
    const run = new ScenarioRun(namespace, file, (await nodes).items, names);
    if (file.advertised === undefined) return body(run);
    await run.#advertise('1');
    try {
      return await body(run);
    } finally {
      await run.#advertise(null);
    }
  }

  /** The Pods among its objects go to the worker where they are bound `directly`, without the scheduler. */
  async create(bound: boolean): Promise<void> {
    await createIn(this.#namespace, this.#named(this.#file.objects, '').map(bound ? (object) => this.#bound(object) : (object) => object));
  }

  /** `podUid`: of the Pod that the steps may speak of. */
  async takeSteps(bound: boolean, podUid = ''): Promise<void> {
    for (const step of this.#file.steps) {
      const [object = step.object] = this.#named([step.object], podUid);
      await this.#take({ ...step, object: bound && step.verb === 'create' ? this.#bound(object) : object });
    }
  }

  async #take({ verb, object, shows }: Step): Promise<void> {
    const server = await apiServer();
    const collection = await collectionPath(this.#namespace, object);
    const { name } = object.metadata ?? {};
    switch (verb) {
      case 'create':
        return createIn(this.#namespace, [object]);
      case 'refused':
        return this.#untilRefused(object);
      case 'await':
        return awaitCount(`${collection}?`, 1, (seen) => JSON.stringify(seen).includes(shows) && (name === undefined || nameOf(seen) === name));
      default: {
        const subresource = verb === 'patch' ? '' : verb.replace('patch ', '/');
        const request = { method: 'PATCH', contentType: 'application/strategic-merge-patch+json', body: object };
        await server.request(`${collection}/${name}${subresource}`, request);
      }
    }
  }

  /** Nothing tells when a policy is heard of but its refusals. */
  async #untilRefused(object: KubernetesObject): Promise<void> {
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(100)) {
      const refused = await createIn(this.#namespace, [object], '?dryRun=All').then(
        () => false,
        () => true,
      );
      if (refused) return;
    }
    throw new Error(`${this.#file.name}: nobody refuses ${JSON.stringify(object)}`);
  }

  async #advertise(count: '1' | null): Promise<void> {
    const resources = { [this.#file.advertised ?? '']: count };
    const body = { status: { capacity: resources, allocatable: resources } };
    const path = `/api/v1/nodes/${nameOf(this.#worker)}/status`;
    await (await apiServer()).request(path, { method: 'PATCH', contentType: 'application/merge-patch+json', body });
  }

  #bound(object: KubernetesObject & { readonly spec?: object }): KubernetesObject {
    return object.kind === 'Pod' ? ({ ...object, spec: { nodeName: this.#names['WORKER'], ...object.spec } } as KubernetesObject) : object;
  }

  #named(objects: readonly KubernetesObject[], podUid: string): readonly KubernetesObject[] {
    const names: Names = { ...this.#names, POD_UID: podUid, NOW: new Date().toISOString().replace(/\.\d+/, '') };
    return withNames(objects, names);
  }
}

function nameOf(object: KubernetesObject | undefined): string {
  return object?.metadata?.name ?? '';
}
