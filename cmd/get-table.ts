/**
 * `get` with the server's own columns: the cells come from the server's Table and are printed as they are. This is the fast path: no object is
 * fetched unless labels, owners or an order need it, and nothing is computed.
 */
import { sortedByPath } from '../src/report/pod-order.ts';
import { measureFor, tableText } from '../src/report/table.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { PodTable, TableOptions, TableRow } from '../src/service/pod-reader.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { GetRequest } from './get.ts';
import { labelCells, labelHeaders } from './get-columns.ts';
import { looksAtOwners, objectBelongs, type PodQuery, podQueries, reportMissing, reportNone, settled } from './get-targets.ts';

/** Prints the Table of what was asked for; gives the exit code. */
export async function printServerTable(request: GetRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { queries, errors } = await podQueries(request, cluster, io.signal);
  const { results, errors: missing } = await settled(queries, (query) => tableOf(query, request, cluster, io.signal));
  const rows = results.flatMap((table) => table.rows);
  const columns = (results[0]?.columns ?? []).flatMap(({ name, priority }, index) => (priority === 0 ? [{ name, index }] : []));
  const sorted = request.sortBy === undefined ? rows : sortedByPath(rows, request.sortBy, (row) => row.object);
  const withNamespace = cluster.namespaces === 'all';
  const lines = sorted.map((row) => [
    ...(withNamespace ? [plainText(row.namespace)] : []),
    ...columns.map(({ index }) => plainText(String(row.cells[index] ?? ''))),
    ...labelCells(labelsOf(row), request),
  ]);
  if (lines.length > 0) {
    const header = [...(withNamespace ? ['NAMESPACE'] : []), ...columns.map(({ name }) => name.toUpperCase()), ...labelHeaders(request)];
    const table = request.headers ? [header, ...lines] : lines;
    io.stdout.write(tableText(table, await measureFor(table)));
  }
  const allMissing = [...errors, ...missing];
  if (lines.length === 0 && allMissing.length === 0) reportNone(request, cluster, io);
  return reportMissing(allMissing, request, io);
}

async function tableOf(query: PodQuery, request: GetRequest, { reader }: OpenCluster, signal: AbortSignal): Promise<PodTable> {
  const labels = request.showLabels || request.labelColumns.length > 0;
  const owners = looksAtOwners(query);
  const options: TableOptions = { signal, objects: request.sortBy !== undefined ? 'full' : labels || owners ? 'metadata' : 'none' };
  const table = query.kind === 'named' ? await reader.podTableOf(query, options) : await reader.podTable(query.scope, options);
  return owners ? { ...table, rows: table.rows.filter((row) => objectBelongs(query, row.object)) } : table;
}

function labelsOf(row: TableRow): Readonly<Record<string, string>> {
  return (row.object as { metadata?: { labels?: Readonly<Record<string, string>> } } | undefined)?.metadata?.labels ?? {};
}
