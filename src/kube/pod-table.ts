/**
 * Reads Pods as the server's own Table: the fastest full screen there is, and the oracle for what the STATUS column says.
 *
 * Without objects a row carries neither namespace nor UID, so each namespace is asked for itself, a few at a time; with very many namespaces
 * one request with each row's metadata is cheaper than that many requests.
 */
import { object as record } from '../core/json.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { PodObject, PodTable, TableColumn, TableOptions, TableRow } from '../service/pod-reader.ts';
import type { PodRow, PodScope } from '../service/pod-source.ts';
import { listPage } from './list-watch.ts';
import type { Query, Transport } from './transport.ts';

const acceptTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const includeObject = { none: 'None', metadata: 'Metadata', full: 'Object' } as const;
/** Beyond this many namespaces, one request with metadata beats one request a namespace. */
const maxNamespaces = 40;
const inParallel = 6;

/** The path of the Pods of one namespace, or of all. */
export function podsPath(namespace?: string): string {
  return namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

export function selectors(scope: PodScope): Query {
  return { labelSelector: scope.labelSelector, fieldSelector: scope.fieldSelector };
}

/**
 * The Table of a scope. Rows are in the order of the namespaces, then as the server sorts them: by name. `each` is given the parts as they arrive.
 */
export async function podTable(transport: Transport, scope: PodScope, options: TableOptions = {}, each?: (part: PodTable) => void): Promise<PodTable> {
  const { objects = 'none', signal } = options;
  const read = async (namespace: string | undefined, include: NonNullable<TableOptions['objects']>): Promise<PodTable> => {
    const query = { ...selectors(scope), includeObject: includeObject[include] };
    const part = await tableAt(transport, podsPath(namespace), query, namespace, signal);
    each?.(part);
    return part;
  };
  if (scope.namespaces !== 'all') {
    return joined(await eachInParallel(scope.namespaces, (namespace) => read(namespace, objects)));
  }
  if (objects !== 'none') {
    return read(undefined, objects);
  }
  const namespaces = await namespaceNames(transport, signal);
  if (namespaces === undefined || namespaces.length > maxNamespaces) {
    return read(undefined, 'metadata');
  }
  return joined(await eachInParallel(namespaces, (namespace) => read(namespace, 'none')));
}

/** The Table of one Pod: one row. Throws `not-found`. */
export function podTableOf(transport: Transport, pod: { namespace: string; name: string }, options: TableOptions = {}): Promise<PodTable> {
  const path = `${podsPath(pod.namespace)}/${encodeURIComponent(pod.name)}`;
  return tableAt(transport, path, { includeObject: includeObject[options.objects ?? 'none'] }, pod.namespace, options.signal);
}

/** Rows of a first screen. */
export function podRows(cluster: string, table: PodTable): readonly PodRow[] {
  const indexes = new Map(table.columns.map(({ name }, index) => [name.toLowerCase(), index]));
  const cell = (row: TableRow, name: string): string => String(row.cells[indexes.get(name) ?? -1] ?? '');
  return table.rows.map((row) => ({
    cluster,
    namespace: row.namespace,
    name: row.name,
    ready: cell(row, 'ready'),
    status: cell(row, 'status'),
    restarts: cell(row, 'restarts'),
    age: cell(row, 'age'),
    node: cell(row, 'node'),
  }));
}

/** Undefined where they may not be listed. */
async function namespaceNames(transport: Transport, signal: AbortSignal | undefined): Promise<readonly string[] | undefined> {
  try {
    // 41 are enough to know that there are too many.
    const list = listPage(await transport.request({ path: '/api/v1/namespaces', query: { limit: maxNamespaces + 1 }, signal }));
    return list.items.map((item) => String(record(record(item)['metadata'])['name']));
  } catch (error) {
    if (error instanceof PodwrightError && error.code === 'forbidden') {
      return undefined;
    }
    throw error;
  }
}

/** The Table of whatever is served at the path. */
export async function tableAt(
  transport: Transport,
  path: string,
  query: Query,
  namespace: string | undefined,
  signal: AbortSignal | undefined,
): Promise<PodTable> {
  const answer = record(await transport.request({ path, query, headers: { Accept: acceptTable }, signal }));
  const { columnDefinitions, rows } = answer;
  if (answer['kind'] !== 'Table' || !Array.isArray(columnDefinitions)) {
    throw new PodwrightError('protocol', 'the server answered a request for a Table with something else');
  }
  const columns = columnDefinitions.map((column): TableColumn => {
    const { name, type, priority } = record(column);
    return { name: String(name), type: String(type), priority: typeof priority === 'number' ? priority : 0 };
  });
  const nameAt = columns.findIndex(({ name }) => name === 'Name');
  return {
    columns,
    rows: (Array.isArray(rows) ? rows : []).map((row): TableRow => {
      const { cells, object } = record(row);
      const texts: readonly (string | number)[] = Array.isArray(cells) ? cells.map((cell) => (typeof cell === 'number' ? cell : String(cell ?? ''))) : [];
      const metadata = record(record(object)['metadata']);
      return {
        cells: texts,
        namespace: namespace ?? String(metadata['namespace'] ?? ''),
        name: String(texts[nameAt] ?? metadata['name'] ?? ''),
        object: object === undefined || object === null ? undefined : withoutManagedFields(object),
      };
    }),
    resourceVersion: String(record(answer['metadata'])['resourceVersion'] ?? ''),
  };
}

/** The object without its managedFields, a third of its size that nobody reads. Changes the object, which came from the wire just now. */
export function withoutManagedFields(object: unknown): PodObject {
  const pod = record(object);
  delete (pod['metadata'] as { managedFields?: unknown } | undefined)?.managedFields;
  return pod;
}

function joined(tables: readonly PodTable[]): PodTable {
  const [first] = tables;
  return { columns: first?.columns ?? [], rows: tables.flatMap(({ rows }) => rows), resourceVersion: first?.resourceVersion ?? '' };
}

/** The results in the order of the keys, with a few requests under way at a time. */
async function eachInParallel<K, R>(keys: readonly K[], run: (key: K) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = keys.entries();
  const worker = async (): Promise<void> => {
    for (const [index, key] of waiting) {
      results[index] = await run(key);
    }
  };
  await Promise.all(Array.from({ length: Math.min(inParallel, keys.length) }, worker));
  return results;
}
