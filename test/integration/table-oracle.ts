/**
 * The oracle for status: the API server's own Table. A list or watch `as=Table` with `includeObject=Object` carries the printed cells and the
 * whole object at the same resourceVersion, so that the comparison needs no luck with timing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { podFacts } from '../../src/core/pod-facts.ts';
import { podStatus } from '../../src/core/pod-status.ts';
import { type ApiServer, tableType } from './api-server.ts';
import { ChangeSignal } from './change-signal.ts';

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
    readonly resourceVersion: string;
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

interface TableEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Table & { readonly code?: number; readonly message?: string };
}

/** How long, in milliseconds, a server may keep refusing the watch. An API server that was killed needs a minute on a busy machine. */
const patience = 180_000;

/**
 * Watches all Pods as Tables: compares each row it sees and keeps, for each Pod, the statuses it went through, so that a test can wait for them
 * without polling. A watch that the server or the line ends goes on where it was; one whose place the server no longer knows begins anew.
 */
export class TableWatch {
  readonly comparison = new Comparison();
  /** How often it went on after an end. */
  resumed = 0;
  /** By `namespace/name` of a Pod. */
  readonly changes = new ChangeSignal();
  /** Told of each Pod as it comes, at every resourceVersion. */
  onPod: (pod: PodObject) => void = () => undefined;
  readonly #histories = new Map<string, string[]>();
  readonly #latest = new Map<string, PodObject>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** The resourceVersion to go on from; none until the state at the start has come whole, as its rows are in no order. */
  #at: string | undefined;

  constructor(server: Pick<ApiServer, 'watch'>) {
    this.#running = this.#run(server);
    // A failure reaches whoever waits next, and close().
    this.#running.catch((error) => this.changes.failed(error));
  }

  /**
   * Waits until the Pod has shown these statuses in this order, others between them allowed; `A|B` is either of two. Gives the Pod as it was at the last one.
   * After `within` milliseconds it fails with what was seen instead.
   */
  async reaches(namespace: string, name: string, statuses: readonly string[], within = 300_000): Promise<PodObject> {
    const key = `${namespace}/${name}`;
    const deadline = this.changes.deadline(key, within);
    for (;;) {
      const latest = this.#latest.get(key);
      if (latest && isSubsequence(statuses, this.#histories.get(key) ?? [])) return latest;
      if (deadline.aborted) break;
      await this.changes.next(key);
    }
    const seen = this.#histories.get(key)?.join(' -> ');
    throw new Error(`${key} did not show ${statuses.join(' -> ')} within ${within / 1000} s but ${seen}\n${JSON.stringify(this.#latest.get(key))}`);
  }

  /** The Pod as it was last seen. */
  latest(namespace: string, name: string): PodObject | undefined {
    return this.#latest.get(`${namespace}/${name}`);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(server: Pick<ApiServer, 'watch'>): Promise<void> {
    const { signal } = this.#stop;
    let failingSince: number | undefined;
    while (!signal.aborted) {
      let heard = false;
      const trouble = await this.#watch(server, () => {
        heard = true;
      });
      failingSince = heard ? undefined : (failingSince ?? Date.now());
      if (Date.now() - (failingSince ?? Infinity) > patience) throw new Error(`the watch of Tables could not go on for ${patience / 1000} s: ${trouble}`);
      this.resumed++;
      await pause(200, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One watch, to its end. Returns why it ended. */
  async #watch(server: Pick<ApiServer, 'watch'>, onEvent: () => void): Promise<string> {
    const start = this.#at === undefined ? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan' : `resourceVersion=${this.#at}`;
    const path = `/api/v1/pods?watch=true&includeObject=Object&allowWatchBookmarks=true&timeoutSeconds=300&${start}`;
    try {
      for await (const { type, object } of server.watch<TableEvent>(path, { accept: tableType, signal: this.#stop.signal })) {
        if (type === 'ERROR') {
          if (object.code === 410) this.#at = undefined;
          return JSON.stringify(object);
        }
        onEvent();
        this.#take(type, object);
      }
      return 'the server ended it';
    } catch (error) {
      if (/: 410 /.test(String(error))) this.#at = undefined;
      return String(error);
    }
  }

  #take(type: TableEvent['type'], { rows = [] }: Table): void {
    for (const row of rows) {
      const { annotations, resourceVersion } = row.object.metadata;
      // A bookmark has the place alone; the first of them says that the state at the start is whole.
      if (this.#at !== undefined || annotations?.['k8s.io/initial-events-end'] === 'true') this.#at = resourceVersion;
      if (type !== 'BOOKMARK') this.#note(row);
    }
    if (type === 'BOOKMARK') return;
    this.comparison.table({ rows }, Date.now());
  }

  #note({ cells, object }: TableRow): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const history = this.#histories.get(key) ?? [];
    const status = String(cells[2]);
    if (history.at(-1) !== status) history.push(status);
    this.#histories.set(key, history);
    this.#latest.set(key, object);
    this.onPod(object);
    this.changes.changed(key);
  }
}

function isSubsequence(wanted: readonly string[], seen: readonly string[]): boolean {
  let at = 0;
  for (const status of seen) if (wanted[at]?.split('|').includes(status)) at++;
  return at === wanted.length;
}
