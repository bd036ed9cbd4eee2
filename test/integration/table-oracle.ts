/**
 * The oracle for status: the API server's own Table. A list or watch `as=Table` with `includeObject=Object` carries the printed cells and the
 * whole object at the same resourceVersion, so that the comparison needs no luck with timing.
 */
import { podFacts } from '../../src/core/pod-facts.ts';
import { podStatus } from '../../src/core/pod-status.ts';
import { type ApiServer, tableType } from './api-server.ts';

export interface Table {
  readonly columnDefinitions?: readonly { readonly name: string }[];
  readonly rows?: readonly TableRow[];
}

export interface TableRow {
  readonly cells: readonly unknown[];
  readonly object: PodObject;
}

/** As much of a Pod's JSON as the tests name themselves. */
export interface PodObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: unknown;
  };
}

/** NAME, READY, STATUS and RESTARTS as one line; how long ago is left out, as it changes while one looks. */
function printedCells(cells: readonly unknown[]): string {
  return cells
    .slice(0, 4)
    .map(String)
    .join(' | ')
    .replace(/\(.* ago\)/, '(ago)');
}

/** The same line from our own facts and status. */
function ourCells(pod: unknown, now: number): string {
  const facts = podFacts(pod);
  const status = podStatus(facts, now);
  return printedCells([facts.name, status.ready, status.status, status.restartsText]);
}

/** What one run of the oracle has seen. */
export class Comparison {
  compared = 0;
  /** Of those, rows of static Pods, which a kubelet mirrors from a file. */
  mirrors = 0;
  readonly mismatches: string[] = [];
  /** STATUS cells by how many rows had them. */
  readonly statuses = new Map<string, number>();

  table(table: Table, now: number): void {
    for (const row of table.rows ?? []) {
      const theirs = printedCells(row.cells);
      const ours = ourCells(row.object, now);
      this.compared++;
      if (row.object.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) this.mirrors++;
      const status = String(row.cells[2]);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (ours !== theirs) this.mismatches.push(`server: ${theirs}\n  ours: ${ours}\n${JSON.stringify(row.object)}`);
    }
  }

  /** How many were compared, and which statuses were among them. */
  summary(): string {
    const statuses = [...this.statuses].toSorted(([a], [b]) => a.localeCompare(b)).map(([status, count]) => `${status} ${count}`);
    return `${this.compared} rows compared with the server's Table, ${this.mismatches.length} differ; ${this.mirrors} of static Pods; ${statuses.join(', ')}`;
  }
}

/**
 * Watches all Pods as Tables: compares each row it sees and keeps, for each Pod, the statuses it went through, so that a test can wait for them
 * without polling.
 */
export class TableWatch {
  readonly comparison = new Comparison();
  readonly #histories = new Map<string, string[]>();
  readonly #latest = new Map<string, PodObject>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #changed = Promise.withResolvers<void>();

  constructor(server: ApiServer) {
    this.#running = this.#run(server);
    // A failure reaches whoever waits next, and close().
    this.#running.catch(() => this.#changed.resolve());
  }

  /**
   * Waits until the Pod has shown these statuses in this order, others between them allowed. Gives the Pod as it was at the last one.
   * After `within` milliseconds it fails with what was seen instead.
   */
  async reaches(namespace: string, name: string, statuses: readonly string[], within = 90_000): Promise<PodObject> {
    const key = `${namespace}/${name}`;
    const deadline = AbortSignal.timeout(within);
    const expired = new Promise<'expired'>((resolve) => deadline.addEventListener('abort', () => resolve('expired')));
    for (;;) {
      const latest = this.#latest.get(key);
      if (latest && isSubsequence(statuses, this.#histories.get(key) ?? [])) return latest;
      const seen = await Promise.race([this.#changed.promise, this.#running, expired]);
      if (seen !== 'expired') continue;
      throw new Error(
        `${key} did not show ${statuses.join(' -> ')} within ${within / 1000} s but ${this.#histories.get(key)?.join(' -> ')}\n${JSON.stringify(latest)}`,
      );
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(server: ApiServer): Promise<void> {
    const signal = this.#stop.signal;
    const query = 'watch=true&includeObject=Object&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    for await (const event of server.watch<{ type: string; object: Table }>(`/api/v1/pods?${query}`, { accept: tableType, signal })) {
      if (event.type === 'ERROR') throw new Error(`the watch of Tables ended: ${JSON.stringify(event.object)}`);
      if (event.type === 'BOOKMARK') continue;
      this.comparison.table(event.object, Date.now());
      for (const row of event.object.rows ?? []) this.#note(row);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    if (!signal.aborted) throw new Error('the server ended the watch of Tables');
  }

  #note({ cells, object }: TableRow): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const history = this.#histories.get(key) ?? [];
    const status = String(cells[2]);
    if (history.at(-1) !== status) history.push(status);
    this.#histories.set(key, history);
    this.#latest.set(key, object);
  }
}

function isSubsequence(wanted: readonly string[], seen: readonly string[]): boolean {
  let at = 0;
  for (const status of seen) if (status === wanted[at]) at++;
  return at === wanted.length;
}
