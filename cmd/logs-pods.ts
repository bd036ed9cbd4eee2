/** Tells a follower of logs which Pods there are: once, or as they change. */
import { list, object as record } from '../src/core/json.ts';
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { isPodwrightError, type PodwrightError } from '../src/core/podwright-error.ts';
import { listWatch } from '../src/kube/list-watch.ts';
import { podsPath, selectors } from '../src/kube/pod-table.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { systemClock } from '../src/service/clock.ts';
import type { LogFollower } from '../src/service/log-follower.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { belongs, type PodQuery, pagesOf, watchedScope } from './get-targets.ts';

/** How often a Pod is asked for where there is no right to watch. */
const againMs = 5000;

export interface Told {
  readonly signal: AbortSignal;
  /** Of a named Pod that is not there at the beginning. */
  missed(query: NamedQuery): void;
  /** The Pods of the beginning are all told; there may be none. */
  none(): void;
}

type NamedQuery = Extract<PodQuery, { kind: 'named' }>;

/** The Pods there are. */
export async function tellPods(queries: readonly PodQuery[], follower: LogFollower, cluster: OpenCluster, { signal, missed, none }: Told): Promise<void> {
  await Promise.all(
    queries.map(async (query) => {
      if (query.kind === 'named') {
        const found = await existing(query, cluster, signal);
        if (isPodwrightError(found)) missed(query);
        else follower.upsert(found);
        return;
      }
      for await (const page of pagesOf(query, cluster.reader, { signal })) for (const object of page) follower.upsert(podFacts(object));
    }),
  );
  none();
  follower.known();
}

async function existing(query: NamedQuery, cluster: OpenCluster, signal: AbortSignal): Promise<PodFacts | PodwrightError> {
  try {
    return podFacts(await cluster.reader.pod(query, { signal }));
  } catch (error) {
    if (isPodwrightError(error) && error.code === 'not-found') return error;
    throw error;
  }
}

/** The Pods there are, then their changes, until the signal aborts. A named Pod that is not there is not waited for. */
export async function followPods(
  queries: readonly PodQuery[],
  follower: LogFollower,
  cluster: OpenCluster,
  { signal, io, missed, none }: Told & { readonly io: CommandIo },
): Promise<void> {
  const watches = queries.flatMap((query) => {
    const { namespaces } = watchedScope(query);
    return (namespaces === 'all' ? [undefined] : namespaces).map((namespace) => ({ query, namespace }));
  });
  let unsynced = watches.length;
  const synced = (): void => {
    unsynced--;
    if (unsynced > 0) return;
    none();
    follower.known();
  };
  await Promise.all(watches.map(({ query, namespace }) => followQuery(query, namespace, { follower, cluster, signal, io, missed, synced })));
}

interface Following extends Omit<Told, 'none'> {
  readonly follower: LogFollower;
  readonly cluster: OpenCluster;
  readonly io: CommandIo;
  synced(): void;
}

async function followQuery(query: PodQuery, namespace: string | undefined, following: Following): Promise<void> {
  const { follower, cluster, signal, io, missed, synced } = following;
  const left = new AbortController();
  let found = false;
  try {
    await listWatch<PodFacts>(
      {
        transport: cluster.transport,
        path: podsPath(namespace),
        query: selectors(watchedScope(query)),
        read: podFacts,
        signal: AbortSignal.any([signal, left.signal]),
      },
      {
        changed: ({ type, item }) => {
          if (!belongs(query, item)) return;
          found = true;
          if (type === 'upsert') follower.upsert(item);
          else follower.remove(item);
        },
        synced: () => {
          if (!found && query.kind === 'named') {
            missed(query);
            left.abort();
          }
          synced();
        },
        link: (link) => follower.link(link),
      },
    );
  } catch (error) {
    if (signal.aborted) return;
    if (query.kind !== 'named' || !isPodwrightError(error) || error.code !== 'forbidden') throw error;
    io.stderr.write(`podwright: ${plainText(error.message)}: the Pod is asked for every ${againMs / 1000} s\n`);
    await askAgainAndAgain(query, following);
  }
}

/** Where a Pod may be read, and neither listed nor watched, which is all that kubectl needs. */
async function askAgainAndAgain(query: NamedQuery, { follower, cluster, signal, missed, synced }: Following): Promise<void> {
  let last: PodFacts | undefined;
  for (let first = true; !signal.aborted; first = false) {
    const found = await existing(query, cluster, signal).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      if (first || !isPodwrightError(error)) throw error;
      return undefined;
    });
    if (found !== undefined) {
      if (last !== undefined && (isPodwrightError(found) || found.uid !== last.uid)) follower.remove(last);
      last = isPodwrightError(found) ? undefined : found;
      if (last !== undefined) follower.upsert(last);
    }
    if (first) {
      if (last === undefined) missed(query);
      synced();
      if (last === undefined) return;
    }
    await systemClock.wait(againMs, signal);
  }
}

/**
 * Whether no more Pods will come for these queries once those there were have ended; undefined where that is never so. A Pod that was named is not made anew
 * under its name, but by a StatefulSet; a Job says itself when it is over.
 */
export function overOnce(
  queries: readonly PodQuery[],
  cluster: OpenCluster,
): ((deleted: readonly PodFacts[], signal: AbortSignal) => Promise<boolean>) | undefined {
  if (!queries.every((query) => query.kind === 'named' || query.workload?.kind === 'job')) return undefined;
  return async (deleted, signal) => {
    const over = await Promise.all(
      queries.map(async (query) =>
        query.kind === 'named' ? !deleted.some(({ name, owner }) => name === query.name && owner?.kind === 'StatefulSet') : jobIsOver(query, cluster, signal),
      ),
    );
    return over.every(Boolean);
  };
}

async function jobIsOver({ workload }: Extract<PodQuery, { kind: 'scope' }>, { reader, namespace }: OpenCluster, signal: AbortSignal): Promise<boolean> {
  if (workload === undefined) return false;
  const { object } = await reader.resolve(workload, namespace, signal);
  const conditions = list(record(record(object)['status'])['conditions']).map(record);
  return conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}
