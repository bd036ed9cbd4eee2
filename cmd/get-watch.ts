/**
 * `get -w`: the Pods there are, then a line (or a document) for each change, for as long as it is wanted. A lost connection is said on stderr and is not
 * an end.
 */
import { type PodFacts, podFacts } from '../src/core/pod-facts.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { listWatch, type Tracked } from '../src/kube/list-watch.ts';
import { podsPath, selectors, withoutManagedFields } from '../src/kube/pod-table.ts';
import { columnWidths, tableLine } from '../src/report/table.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { textWidth } from '../src/report/text-width.ts';
import type { PodObject } from '../src/service/pod-reader.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { GetRequest } from './get.ts';
import { columnRow, columnsHeader, tableColumns } from './get-columns.ts';
import { belongs, type PodQuery, podQueries, reportMissing, watchedScope } from './get-targets.ts';
import { customHeader, customRow, objectText } from './pod-objects.ts';

/** Runs until the signal aborts; gives the exit code, which is that of a failure where nothing that was named exists. */
export async function watchPods(request: GetRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  if (request.sortBy !== undefined) io.stderr.write('podwright: --sort-by does not count with --watch\n');
  const { queries, errors } = await podQueries(request, cluster, io.signal);
  const print = printer(request, cluster, io);
  const missing = reportMissing(errors, request, io);
  const follows = queries.flatMap((query) => {
    const { namespaces } = watchedScope(query);
    return (namespaces === 'all' ? [undefined] : namespaces).map((namespace) => follow(query, podsPath(namespace), request, cluster, io, print));
  });
  return Math.max(missing, ...(await Promise.all(follows)));
}

/** What is kept of a Pod: its facts, and the object where the output prints it. */
interface Seen extends Tracked {
  readonly facts: PodFacts;
  readonly object: PodObject | undefined;
}

function seen(object: unknown, { output, managedFields }: GetRequest): Seen {
  const facts = podFacts(object);
  const { uid, resourceVersion } = facts;
  if (output.kind === 'table') return { uid, resourceVersion, facts, object: undefined };
  return { uid, resourceVersion, facts, object: managedFields ? (object as PodObject) : withoutManagedFields(object) };
}

/** Follows one query until the signal aborts, or until it is clear that what it names does not exist; gives the exit code. */
async function follow(query: PodQuery, path: string, request: GetRequest, cluster: OpenCluster, io: CommandIo, print: Print): Promise<number> {
  const left = new AbortController();
  const initial = new Map<string, Seen>();
  let synced = false;
  let stale = false;
  let listed = false;
  let code = 0;
  await listWatch<Seen>(
    {
      transport: cluster.transport,
      path,
      query: selectors(watchedScope(query)),
      read: (object) => seen(object, request),
      signal: AbortSignal.any([io.signal, left.signal]),
    },
    {
      changed: ({ type, item }) => {
        if (!belongs(query, item.facts)) return;
        if (synced) print([item]);
        else if (type === 'delete') initial.delete(item.uid);
        else initial.set(item.uid, item);
      },
      synced: () => {
        synced = true;
        if (query.kind === 'named' && initial.size === 0) {
          code = reportMissing([new PodwrightError('not-found', `pods "${query.name}" not found`)], request, io);
          left.abort();
        } else if (request.watch === 'all') {
          print(inOrder(initial.values()));
        }
        initial.clear();
      },
      link: (link) => {
        if (link.state === 'stale' && !stale) io.stderr.write(`podwright: ${plainText(link.error.message)}; reconnecting\n`);
        if (link.state === 'live' && stale) io.stderr.write('podwright: connected again\n');
        stale = link.state === 'stale';
        const every = link.state === 'live' ? link.listedEvery : undefined;
        if (every !== undefined && !listed) io.stderr.write(`podwright: there is no right to watch Pods here; they are listed every ${every} s\n`);
        listed = every !== undefined;
      },
    },
  );
  return code;
}

/** As the server lists them: by namespace, then by name. */
function inOrder(pods: Iterable<Seen>): readonly Seen[] {
  const key = ({ facts }: Seen): string => `${facts.namespace}/${facts.name}`;
  return [...pods].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

type Print = (pods: readonly Seen[]) => void;

/** Prints Pods as they come, the header before the first. Columns only ever grow wider. */
function printer(request: GetRequest, cluster: OpenCluster, io: CommandIo): Print {
  const { output } = request;
  if (output.kind === 'table') {
    const columns = tableColumns(request, cluster.namespaces === 'all');
    return rowPrinter(request, io, columnsHeader(columns, request), ({ facts }) => columnRow(facts, columns, request, io.now()));
  }
  if (output.kind === 'custom-columns') {
    return rowPrinter(request, io, customHeader(output.columns), ({ object }) => customRow(object ?? {}, output.columns));
  }
  let first = true;
  let last = Promise.resolve();
  const printOne = async ({ object }: Seen): Promise<void> => {
    const text = await objectText(object ?? {}, output, request.headers, io.stdout.isTTY === true);
    io.stdout.write(!first && output.kind === 'yaml' ? `---\n${text}` : text);
    first = false;
  };
  // The first YAML document waits for its library; the chain keeps the documents in order.
  return (pods) => {
    for (const pod of pods) last = last.then(() => printOne(pod));
  };
}

function rowPrinter(request: GetRequest, io: CommandIo, header: readonly string[], row: (pod: Seen) => readonly string[]): Print {
  let widths: readonly number[] = [];
  let first = request.headers;
  return (pods) => {
    if (pods.length === 0) return;
    const rows = [...(first ? [header] : []), ...pods.map(row)];
    first = false;
    widths = columnWidths(rows, textWidth, widths);
    io.stdout.write(rows.map((cells) => tableLine(cells, textWidth, widths)).join(''));
  };
}
