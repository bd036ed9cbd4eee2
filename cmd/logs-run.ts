/** The work of `logs`: follows Pods and their logs, and prints the lines as fast as they are taken. */
import { diagnosePod } from '../src/core/diagnosis/diagnose-pod.ts';
import { type LogNotice, logNoticeText } from '../src/core/log-notice.ts';
import { type LogNames, logNames } from '../src/core/logged-containers.ts';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { clusterDetails } from '../src/kube/cluster-details.ts';
import { logSource } from '../src/kube/log-stream.ts';
import { isWanted, type JsonLine, jsonLine, LogPrinter, namePaint } from '../src/report/log-printer.ts';
import { type Style, styleOf } from '../src/report/style.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { LoggedContainer } from '../src/service/container-log.ts';
import { decodedLine, stampLength } from '../src/service/log-block.ts';
import { LogFollower } from '../src/service/log-follower.ts';
import type { LogItem, LogRun } from '../src/service/log-merge.ts';
import { targetText } from '../src/service/target.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { type PodQuery, podQueries, reportMissing, reportNone } from './get-targets.ts';
import type { LogsRequest } from './logs.ts';
import { followPods, overOnce, tellPods } from './logs-pods.ts';

/** Prints until all has ended or the signal aborts; gives the exit code. */
export async function printLogs(request: LogsRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { queries, errors } = await podQueries({ ...request, fieldSelector: undefined }, cluster, io.signal);
  const missing = reportMissing(errors, { ignoreNotFound: false }, io);
  if (queries.length === 0) return missing;
  const left = new AbortController();
  const signal = AbortSignal.any([io.signal, left.signal]);
  const follower = logFollower(request, queries, cluster, { now: io.now, signal });
  const feeding = feed(request, queries, { follower, cluster, io, signal });
  const output = new LogOutput(request, follower, io);
  let code = missing;
  try {
    for await (const items of follower.batches()) await output.print(items);
  } finally {
    left.abort();
    code = Math.max(code, await feeding);
  }
  const [error] = follower.errors;
  if (error !== undefined) return error.exitCode;
  // There was nothing but the reasons why there is nothing.
  return follower.logs === 0 && follower.wanted.length > 0 ? exitCodes.failed : code;
}

function logFollower(
  { range, selection, most }: LogsRequest,
  queries: readonly PodQuery[],
  cluster: OpenCluster,
  { now, signal }: { now(): number; readonly signal: AbortSignal },
): LogFollower {
  const over = overOnce(queries, cluster);
  const details = clusterDetails(cluster.transport);
  return new LogFollower({
    source: logSource(cluster.transport),
    range,
    selection,
    most,
    signal,
    async diagnose(facts, until) {
      const pod = { cluster: cluster.transport.context, namespace: facts.namespace, name: facts.name, uid: facts.uid };
      return diagnosePod(facts, await details.diagnosisContext(pod, facts, now(), until), now());
    },
    ...(over === undefined ? {} : { over }),
  });
}

interface Feeding {
  readonly follower: LogFollower;
  readonly cluster: OpenCluster;
  readonly io: CommandIo;
  readonly signal: AbortSignal;
}

/** Tells the follower of the Pods, and on stderr which do not exist; gives the exit code for those. Any other failure ends the follower. */
async function feed({ range }: LogsRequest, queries: readonly PodQuery[], { follower, cluster, io, signal }: Feeding): Promise<number> {
  let code = 0;
  const missed = ({ name }: Extract<PodQuery, { kind: 'named' }>): void => {
    code = reportMissing([new PodwrightError('not-found', `pods "${name}" not found`)], { ignoreNotFound: false }, io);
  };
  const none = (): void => {
    if (follower.pods > 0 || code !== 0) return;
    const workloads = queries.flatMap((query) => (query.kind === 'scope' && query.workload !== undefined ? [targetText(query.workload)] : []));
    if (workloads.length > 0)
      io.stderr.write(
        `podwright: ${workloads.join(', ')}: there ${workloads.length === 1 ? 'is no Pod of it' : 'are no Pods of them'}${range.follow ? ' yet' : ''}\n`,
      );
    else reportNone({ ignoreNotFound: false }, cluster, io);
  };
  try {
    await (range.follow && !range.previous
      ? followPods(queries, follower, cluster, { signal, io, missed, none })
      : tellPods(queries, follower, cluster, { signal, missed, none }));
  } catch (error) {
    if (!signal.aborted) follower.fail(error);
  }
  return code;
}

/** Writes lines to stdout and what happens beside them to stderr, in their order, and no faster than stdout takes it. */
class LogOutput {
  readonly #request: LogsRequest;
  readonly #follower: LogFollower;
  readonly #io: CommandIo;
  readonly #printer: LogPrinter;
  readonly #names: LogNames;
  readonly #style: Style;
  readonly #prefixes = new Map<LoggedContainer, string>();
  #width: number | undefined;
  #lines: Buffer[] = [];
  /** Why logs may not be read, once for all of a namespace. */
  readonly #forbidden = new Set<string>();

  constructor(request: LogsRequest, follower: LogFollower, io: CommandIo) {
    const { grep, exclude, range, raw, targets, cluster } = request;
    this.#request = request;
    this.#follower = follower;
    this.#io = io;
    const unsafe = raw && io.stdout.isTTY !== true;
    this.#printer = new LogPrinter({ grep, exclude, timestamps: range.timestamps, raw, unsafe, color: io.color, stampLength });
    this.#names = logNames({ onePod: targets.length === 1 && targets[0]?.kind === 'pod', namespaces: cluster.allNamespaces });
    this.#style = styleOf(io.color);
  }

  async print(items: readonly LogItem<LoggedContainer>[]): Promise<void> {
    for (const item of items) {
      if (!('kind' in item)) {
        this.#add(item);
        continue;
      }
      await this.#flush();
      this.#say(item);
    }
    await this.#flush();
  }

  #add(run: LogRun<LoggedContainer>): void {
    const { block, from, to, of } = run;
    if (this.#request.json) {
      this.#lines.push(Buffer.from(linesOf(run, this.#request).map(jsonLine).join('')));
      return;
    }
    const printed = this.#printer.print({ ...block, from, to }, this.#prefix(of));
    if (printed !== undefined) this.#lines.push(printed);
  }

  #prefix(of: LoggedContainer): string {
    const known = this.#prefixes.get(of);
    if (known !== undefined) return known;
    const prefix = this.#prefixOf(of);
    this.#prefixes.set(of, prefix);
    return prefix;
  }

  #prefixOf({ facts, container }: LoggedContainer): string {
    const { prefix, range, targets } = this.#request;
    if (prefix === 'none') return '';
    const paint = namePaint(`${facts.namespace}/${facts.name}/${container}`, this.#style);
    if (prefix === 'kubectl') return `${paint(`[pod/${facts.name}/${container}]`)} `;
    const wanted = this.#follower.wanted;
    // A target that is followed and is no Pod may get more of them.
    const growing = range.follow && !(targets.length === 1 && targets[0]?.kind === 'pod');
    if (!growing && (range.follow ? wanted.length : this.#follower.logs) <= 1) return '';
    // As wide as the names of the beginning, so that lines begin below each other.
    this.#width ??= Math.max(...wanted.map((one) => this.#names(one.facts, one.container).length), 0);
    const name = this.#names(facts, container);
    return `${paint(name.padEnd(this.#width))} ${this.#style.dim(this.#io.unicode ? '│' : '|')} `;
  }

  #say(notice: LogNotice): void {
    if (notice.kind === 'failed' && notice.error.code === 'forbidden') {
      const alike = notice.error.message.replace(/^pods "[^"]*" /, '');
      if (this.#forbidden.has(alike)) return;
      this.#forbidden.add(alike);
    }
    const next = notice.kind === 'waiting' && notice.next !== undefined ? `; try: ${notice.next}` : '';
    const text = plainText(`podwright: ${logNoticeText(notice)}${next}`);
    this.#io.stderr.write(`${this.#io.stderr.isTTY === true ? this.#style.dim(text) : text}\n`);
  }

  async #flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const bytes = this.#lines.length === 1 ? (this.#lines[0] as Buffer) : Buffer.concat(this.#lines);
    this.#lines = [];
    const { stdout, signal } = this.#io;
    if (stdout.write(bytes) || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const taken = (): void => resolve();
    stdout.once('drain', taken);
    signal.addEventListener('abort', taken);
    await promise;
    stdout.off('drain', taken);
    signal.removeEventListener('abort', taken);
  }
}

function linesOf({ of, block, from, to }: LogRun<LoggedContainer>, { grep, exclude }: LogsRequest): readonly JsonLine[] {
  const { namespace, name } = of.facts;
  const lines: JsonLine[] = [];
  for (let index = from; index < to; index++) {
    const { time, text } = decodedLine(block, index);
    if (isWanted(text, { grep, exclude })) lines.push({ namespace, pod: name, container: of.container, time, message: text });
  }
  return lines;
}
