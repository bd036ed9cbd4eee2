/** From what `get` was asked for to requests of the server, and what to say of what does not exist. */
import { ownerChain } from '../src/core/owner.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { isPodwrightError, type PodwrightError } from '../src/core/podwright-error.ts';
import type { PodObject, PodObjectReader, ReadOptions, ResolvedTarget } from '../src/service/pod-reader.ts';
import type { PodScope } from '../src/service/pod-source.ts';
import type { Target } from '../src/service/target.ts';
import type { OpenPods } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { GetRequest } from './get.ts';

/** One request for Pods: a Pod by its name, or all of a scope, which may be that of a workload. */
export type PodQuery =
  | { readonly kind: 'named'; readonly namespace: string; readonly name: string }
  | ({ readonly kind: 'scope'; readonly workload: Target | undefined } & ResolvedTarget);

/** The queries for what was asked, in that order, and the errors for the workloads that could not be found. */
export async function podQueries(
  request: Pick<GetRequest, 'targets' | 'labelSelector' | 'fieldSelector'>,
  cluster: OpenPods,
  signal: AbortSignal,
): Promise<{ readonly queries: readonly PodQuery[]; readonly errors: readonly PodwrightError[] }> {
  if (request.targets.length === 0) {
    const scope = {
      namespaces: cluster.namespaces,
      ...(request.labelSelector === undefined ? {} : { labelSelector: request.labelSelector }),
      ...(request.fieldSelector === undefined ? {} : { fieldSelector: request.fieldSelector }),
    };
    return { queries: [{ kind: 'scope', scope, workload: undefined, ownerUids: undefined }], errors: [] };
  }
  const { results, errors } = await settled(request.targets, (target) => queryOf(target, cluster.reader, cluster.namespace, signal));
  return { queries: results, errors };
}

async function queryOf(target: Target, reader: PodObjectReader, namespace: string, signal: AbortSignal): Promise<PodQuery> {
  if (target.kind === 'pod') return { kind: 'named', namespace, name: target.name };
  return { kind: 'scope', workload: target, ...(await reader.resolve(target, namespace, signal)) };
}

/** Runs all at once; what is not found becomes an error in the list, any other failure is thrown. */
export async function settled<T, R>(
  items: readonly T[],
  run: (item: T) => Promise<R>,
): Promise<{ readonly results: readonly R[]; readonly errors: readonly PodwrightError[] }> {
  const results: R[] = [];
  const errors: PodwrightError[] = [];
  for (const outcome of await Promise.allSettled(items.map(run))) {
    if (outcome.status === 'fulfilled') results.push(outcome.value);
    else if (isPodwrightError(outcome.reason) && outcome.reason.code === 'not-found') errors.push(outcome.reason);
    else throw outcome.reason;
  }
  return { results, errors };
}

/** What to watch for the Pods of a query, those to come as well. */
export function watchedScope(query: PodQuery): PodScope {
  if (query.kind === 'named') return { namespaces: [query.namespace], fieldSelector: `metadata.name=${query.name}` };
  // The Jobs of a CronJob come and go, so that their names do not select the Pods to come.
  return query.workload?.kind === 'cronjob' ? { ...query.scope, labelSelector: 'job-name' } : query.scope;
}

/** Whether the Pods that the server gives for the query must still be looked at: selectors of two workloads may overlap. */
export function looksAtOwners(query: PodQuery): boolean {
  return query.kind === 'scope' && query.workload !== undefined;
}

/** Whether a Pod that the server gave for the query belongs to its workload. */
export function belongs(query: PodQuery, facts: PodFacts): boolean {
  if (query.kind === 'named' || query.workload === undefined) return true;
  const { workload, ownerUids } = query;
  if (ownerUids !== undefined) {
    if (facts.owner === undefined) return false;
    // The Jobs that a CronJob makes while it is watched are known by their name: the CronJob's and the minute it was due.
    return (
      ownerUids.has(facts.owner.uid) ||
      (workload.kind === 'cronjob' && /^-\d+$/.test(facts.owner.name.slice(workload.name.length)) && facts.owner.name.startsWith(workload.name))
    );
  }
  // A ReplicaSet whose name does not end in the template's hash was adopted, and its Deployment cannot be read off the Pod.
  const [outermost] = ownerChain(facts);
  return outermost?.kind === 'ReplicaSet' || (outermost?.kind === 'Deployment' && outermost.name === workload.name);
}

/** As `belongs`, for an object of which only the metadata may be known. */
export function objectBelongs(query: PodQuery, object: unknown): boolean {
  return !looksAtOwners(query) || belongs(query, podFacts(object));
}

/** The Pods of a query that asks for more than one by its name, a page at a time. */
export async function* pagesOf(
  query: Extract<PodQuery, { kind: 'scope' }>,
  reader: PodObjectReader,
  options: ReadOptions,
): AsyncGenerator<readonly PodObject[]> {
  for await (const page of reader.podPages(query.scope, options)) yield page.filter((object) => objectBelongs(query, object));
}

/** Says what was not found, and gives the exit code. */
export function reportMissing(errors: readonly PodwrightError[], request: Pick<GetRequest, 'ignoreNotFound'>, io: CommandIo): number {
  if (request.ignoreNotFound || errors.length === 0) return 0;
  for (const error of errors) io.stderr.write(`podwright: ${error.message}\n`);
  return errors[0]?.exitCode ?? 0;
}

/** kubectl's words for an empty list. They go to stderr, and an empty list is no failure. */
export function reportNone(request: Pick<GetRequest, 'ignoreNotFound'>, cluster: OpenPods, io: CommandIo): void {
  if (request.ignoreNotFound) return;
  io.stderr.write(cluster.namespaces === 'all' ? 'No resources found\n' : `No resources found in ${cluster.namespace} namespace.\n`);
}
