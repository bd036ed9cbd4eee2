/** Changes objects on a real cluster: the `ObjectActions` of one transport. */
import type { ObjectName } from '../core/change/object-name.ts';
import { type Json, list, object, text } from '../core/json.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import type { DeleteOptions, ObjectActions, WriteOptions } from '../service/object-actions.ts';
import { allItems } from './all-items.ts';
import { type Patience, type PatientRequest, patientRequests } from './patient-request.ts';
import type { Query, Transport } from './transport.ts';

/** Under this name the server keeps who manages which field. */
const fieldManager = 'podwright';

interface ServedKind {
  /** Its collection in paths, as in `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
}

export function clusterActions(transport: Transport, patience: Patience): ObjectActions {
  const request = patientRequests(transport, patience);
  const kinds = new ServedKinds(request);
  const path = async (name: ObjectName, signal: AbortSignal): Promise<string> => `${await kinds.collection(name, signal)}/${encodeURIComponent(name.name)}`;
  return {
    async namespaced(kind, signal) {
      return (await kinds.find(kind, signal))?.namespaced;
    },
    async object(name, signal) {
      try {
        return object(await request({ path: await path(name, signal), signal }));
      } catch (error) {
        if (isPodwrightError(error) && error.code === 'not-found') return undefined;
        throw error;
      }
    },
    async apply(name, manifest, { force, ...options }) {
      const query = { ...writeQuery(options), force: force ? true : undefined };
      const headers = { 'Content-Type': 'application/apply-patch+yaml' };
      try {
        return object(await request({ method: 'PATCH', path: await path(name, options.signal), query, headers, body: manifest, signal: options.signal }));
      } catch (error) {
        throw unfit(error);
      }
    },
    async create(name, manifest, options) {
      const collection = await kinds.collection(name, options.signal);
      return object(await transport.request({ method: 'POST', path: collection, query: writeQuery(options), body: manifest, signal: options.signal }));
    },
    async patch(name, patch, options) {
      const query = { ...writeQuery(options), fieldManager: `${fieldManager}-edit` };
      const headers = { 'Content-Type': 'application/merge-patch+json' };
      return object(await request({ method: 'PATCH', path: await path(name, options.signal), query, headers, body: patch, signal: options.signal }));
    },
    async addContainer(pod, container, options) {
      const body = { spec: { ephemeralContainers: [container] } };
      const headers = { 'Content-Type': 'application/strategic-merge-patch+json' };
      const at = `${await path(pod, options.signal)}/ephemeralcontainers`;
      return object(await request({ method: 'PATCH', path: at, query: writeQuery(options), headers, body, signal: options.signal }));
    },
    async remove(name, { cascade, ...options }) {
      const body = { ...deleteOptions(options), propagationPolicy: { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' }[cascade] };
      await request({ method: 'DELETE', path: await path(name, options.signal), body, signal: options.signal });
    },
    async evict(pod, options) {
      const body = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: pod.name, namespace: pod.namespace },
        deleteOptions: deleteOptions(options),
      };
      const query = dryRunQuery(options);
      await request({ method: 'POST', path: `${await path(pod, options.signal)}/eviction`, query, body, signal: options.signal });
    },
    async budgets(namespace, signal) {
      const path = `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`;
      return (await allItems(transport, path, {}, signal)).map(object);
    },
  };
}

/**
 * A field that the kind does not have is answered with 500, as if it were the server's fault. Source of the words: structuredMergeManager.Apply in
 * kubernetes/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go.
 */
function unfit(error: unknown): unknown {
  if (!isPodwrightError(error) || error.code !== 'server') return error;
  const words = /failed to (?:create typed patch object|convert new object) \([^)]*\)(?: to proper version)?: (.*)/s.exec(error.message)?.[1];
  if (words === undefined) return error;
  // The value, as Go prints it, which may be a Secret's.
  const told = words.replace(/^errors:\s*/, '').replaceAll(/got &value\.\w+\{.*$/gm, 'and this is of another type');
  return new PodwrightError('rejected', told);
}

function writeQuery(options: Omit<WriteOptions, 'signal'>): Query {
  return { fieldManager, fieldValidation: 'Strict', ...dryRunQuery(options) };
}

function dryRunQuery({ dryRun }: Omit<WriteOptions, 'signal'>): Query {
  return dryRun === true ? { dryRun: 'All' } : {};
}

/** With its own dryRun: where a deletion has a body, the server does not look at the query (apiserver/pkg/endpoints/handlers/delete.go). */
function deleteOptions({ uid, graceSeconds, dryRun }: Omit<DeleteOptions, 'cascade'>): Json {
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
    ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }),
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
}

/** The kinds that the server has, asked for a version at a time. */
class ServedKinds {
  readonly #request: PatientRequest;
  readonly #versions = new Map<string, ReadonlyMap<string, ServedKind>>();

  constructor(request: PatientRequest) {
    this.#request = request;
  }

  /** undefined where the server knows no such kind. What it does not know is asked again the next time: a definition may have come since. */
  async find({ apiVersion, kind }: Pick<ObjectName, 'apiVersion' | 'kind'>, signal: AbortSignal): Promise<ServedKind | undefined> {
    const known = this.#versions.get(apiVersion)?.get(kind);
    if (known !== undefined) return known;
    let answer: Json;
    try {
      answer = object(await this.#request({ path: rootPath(apiVersion), signal }));
    } catch (error) {
      if (isPodwrightError(error) && error.code === 'not-found') return undefined;
      throw error;
    }
    const served = list(answer['resources']).map(object);
    const kinds = served.flatMap((each): readonly (readonly [string, ServedKind])[] => {
      const resource = text(each['name']) ?? '';
      return resource.includes('/') ? [] : [[text(each['kind']) ?? '', { resource, namespaced: each['namespaced'] === true }]];
    });
    this.#versions.set(apiVersion, new Map(kinds));
    return this.#versions.get(apiVersion)?.get(kind);
  }

  async collection(name: ObjectName, signal: AbortSignal): Promise<string> {
    const served = await this.find(name, signal);
    if (served === undefined) throw noSuchKind(name);
    const namespace = served.namespaced && name.namespace !== undefined ? `/namespaces/${encodeURIComponent(name.namespace)}` : '';
    return `${rootPath(name.apiVersion)}${namespace}/${served.resource}`;
  }
}

function rootPath(apiVersion: string): string {
  const [group, version] = apiVersion.split('/');
  return version === undefined ? `/api/${encodeURIComponent(apiVersion)}` : `/apis/${encodeURIComponent(group ?? '')}/${encodeURIComponent(version)}`;
}

function noSuchKind({ apiVersion, kind }: ObjectName): PodwrightError {
  return new PodwrightError('not-found', `the cluster knows no kind ${kind} in ${apiVersion}`, {
    hint: 'Its CustomResourceDefinition may be missing, or the cluster has another version of it: `kubectl api-resources` lists the kinds.',
  });
}
