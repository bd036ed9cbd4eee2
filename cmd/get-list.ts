/** `get` with whole objects: the wide table and chosen columns, JSON, YAML, names, templates and custom columns. */
import { podFacts } from '../src/core/pod-facts.ts';
import type { PodwrightError } from '../src/core/podwright-error.ts';
import { sortedByPath } from '../src/report/pod-order.ts';
import { measureFor, tableText } from '../src/report/table.ts';
import type { PodObject } from '../src/service/pod-reader.ts';
import type { OpenPods } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { GetRequest } from './get.ts';
import { columnRow, columnsHeader, tableColumns } from './get-columns.ts';
import { type PodQuery, pagesOf, podQueries, reportMissing, reportNone, settled } from './get-targets.ts';
import { jsonList, objectsText, objectText } from './pod-objects.ts';

/** Prints what was asked for; gives the exit code. */
export async function printPods(request: GetRequest, cluster: OpenPods, io: CommandIo): Promise<number> {
  const { queries, errors } = await podQueries(request, cluster, io.signal);
  const missing: PodwrightError[] = [...errors];
  const pages = objectPages(queries, request, cluster, io.signal, missing);
  if (request.output.kind === 'table') await printColumns(request, cluster, io, pages, missing);
  else await printObjects(request, io, pages, missing);
  return reportMissing(missing, request, io);
}

async function printColumns(request: GetRequest, cluster: OpenPods, io: CommandIo, pages: ObjectPages, missing: readonly PodwrightError[]): Promise<void> {
  const columns = tableColumns(request, cluster.namespaces === 'all');
  const now = io.now();
  const row = (pod: PodObject) => columnRow(podFacts(pod), columns, request, now);
  let rows: (readonly string[])[] = [];
  if (request.sortBy === undefined) {
    // Each page becomes text at once, so that ten thousand objects are never held together.
    for await (const page of pages) rows.push(...page.map(row));
  } else {
    rows = sortedByPath(await collected(pages), request.sortBy, (pod) => pod).map(row);
  }
  if (rows.length > 0) {
    const table = request.headers ? [columnsHeader(columns, request), ...rows] : rows;
    io.stdout.write(tableText(table, await measureFor(table)));
  } else if (missing.length === 0) {
    reportNone(request, cluster, io);
  }
}

async function printObjects(request: GetRequest, io: CommandIo, pages: ObjectPages, missing: readonly PodwrightError[]): Promise<void> {
  const { output, sortBy } = request;
  if (output.kind === 'table') return;
  // A Pod that is asked for by its name is printed as itself; everything else is a List, even of one.
  const [only, ...others] = request.targets;
  const single = only?.kind === 'pod' && others.length === 0;
  if (output.kind === 'json' && sortBy === undefined && !single) {
    for await (const part of jsonList(pages)) await written(io, part);
    return;
  }
  const pods = await collected(pages);
  if (single && pods.length === 0 && missing.length > 0) return;
  const sorted = sortBy === undefined ? pods : sortedByPath(pods, sortBy, (pod) => pod);
  const [pod] = sorted;
  const terminal = io.stdout.isTTY === true;
  await written(
    io,
    single && pod !== undefined ? await objectText(pod, output, request.headers, terminal) : await objectsText(sorted, output, request.headers, terminal),
  );
}

type ObjectPages = AsyncIterable<readonly PodObject[]>;

/** The Pods of all queries, those that were named first, in pages. What is not found is added to `missing` and passed over. */
async function* objectPages(
  queries: readonly PodQuery[],
  request: GetRequest,
  cluster: OpenPods,
  signal: AbortSignal,
  missing: PodwrightError[],
): AsyncGenerator<readonly PodObject[]> {
  const options = { signal, managedFields: request.managedFields };
  const named = await settled(
    queries.filter((query) => query.kind === 'named'),
    (query) => cluster.reader.pod(query, options),
  );
  missing.push(...named.errors);
  yield named.results;
  for (const query of queries) {
    if (query.kind === 'named') continue;
    yield* pagesOf(query, cluster.reader, options);
  }
}

async function collected(pages: ObjectPages): Promise<readonly PodObject[]> {
  const pods: PodObject[] = [];
  for await (const page of pages) pods.push(...page);
  return pods;
}

/** Waits while the reader of a pipe is slower than the cluster. */
async function written(io: CommandIo, text: string): Promise<void> {
  if (io.stdout.write(text)) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      io.stdout.off('drain', go);
      io.signal.removeEventListener('abort', go);
      resolve();
    };
    io.stdout.once('drain', go);
    io.signal.addEventListener('abort', go, { once: true });
  });
  io.signal.throwIfAborted();
}
