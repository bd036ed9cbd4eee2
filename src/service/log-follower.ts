/**
 * The logs of many containers as one stream: those of the Pods it is told of, joined by what starts later, left by what ends.
 *
 * Nothing is opened before the Pods of the beginning are all `known`: how many logs there are decides how they are read.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Finding } from '../core/diagnosis/finding.ts';
import { missingLog } from '../core/explaining-log.ts';
import { type ContainerSelection, containerState, isOver, loggedContainers } from '../core/logged-containers.ts';
import { nearestNames } from '../core/nearest-names.ts';
import type { ContainerFacts, PodFacts } from '../core/pod-facts.ts';
import { isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import { ContainerLog, type LoggedContainer, type LogRange, type LogTiming, usualTiming } from './container-log.ts';
import { type LogItem, LogMerge } from './log-merge.ts';
import type { LogSource } from './log-source.ts';
import type { Link } from './pod-source.ts';

export interface FollowerOptions {
  readonly source: LogSource;
  readonly range: LogRange;
  readonly selection: ContainerSelection;
  /** So many logs are read at the same time at most. */
  readonly most: number;
  /** Why a Pod is as it is, for containers that have no log yet. */
  diagnose(facts: PodFacts, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Whether nothing more will come once all Pods there are have ended, and these were deleted; without it the following never ends by itself. */
  readonly over?: (deleted: readonly PodFacts[], signal: AbortSignal) => Promise<boolean>;
  /** Called whenever a log has begun to come, empty or not, or cannot be read. */
  begun?(): void;
  readonly signal: AbortSignal;
  readonly timing?: Partial<LogTiming>;
}

/** How long a container may take to start before it is said why it has not. */
const restMs = 1000;
/** Of a Pod that joins, so many times that: those of a rollout have begun by then. */
const joinedRests = 4;

interface FollowedPod {
  facts: PodFacts;
  gone: boolean;
  readonly logs: Map<string, ContainerLog>;
  /** Those whose log has ended for good. */
  readonly done: Set<string>;
  /** What was last told of the containers that wait. */
  told: string;
  asking: boolean;
}

export class LogFollower {
  readonly #options: FollowerOptions;
  readonly #merge = new LogMerge<LoggedContainer>();
  readonly #left = new AbortController();
  readonly #signal: AbortSignal;
  readonly #timing: LogTiming;
  readonly #pods = new Map<string, FollowedPod>();
  /** Every Pod there has been, by its name. */
  readonly #uids = new Map<string, string>();
  /** Those that none of the same name has followed. */
  readonly #deleted = new Map<string, PodFacts>();
  /** What cannot be reached at present, of the connections there are. */
  readonly #unreachable = new Set<unknown>();
  readonly #troubled = new Set<ContainerLog>();
  readonly #queued: (() => void)[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #errors: PodwrightError[] = [];
  #known = false;
  /** The logs of the beginning have been opened: of those to come every line is wanted. */
  #begun = false;
  #historyFirst = false;
  #active = 0;
  #started = 0;
  #asked = 0;
  /** Since when nothing is heard of the Pods (milliseconds of `performance.now`). */
  #staleSince: number | undefined;
  #looking = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#left.signal]);
    this.#timing = { ...usualTiming, ...options.timing };
  }

  /** How many logs have been opened or are about to be. */
  get logs(): number {
    return this.#started;
  }

  /** The containers whose logs are wanted, of the Pods there are now; those that wait as well. */
  get wanted(): readonly LoggedContainer[] {
    return [...this.#pods.values()].flatMap((pod) => this.#chosen(pod).map(({ name }) => ({ facts: pod.facts, container: name })));
  }

  /** How many Pods there are now. */
  get pods(): number {
    return this.#pods.size;
  }

  /** Why logs could not be read, in the order it was found out. */
  get errors(): readonly PodwrightError[] {
    return this.#errors;
  }

  /** The lines and what happens beside them, until all has ended or the signal aborts. Throws PodwrightError. Leaving the loop ends it. */
  async *batches(): AsyncGenerator<readonly LogItem<LoggedContainer>[]> {
    try {
      yield* this.#merge.batches(this.#signal);
    } finally {
      this.#left.abort();
      for (const pod of this.#pods.values()) for (const log of pod.logs.values()) log.changed(pod.facts);
      await Promise.all(this.#running);
    }
  }

  /** A Pod as it is now. */
  upsert(facts: PodFacts): void {
    const known = this.#pods.get(facts.uid);
    const name = `${facts.namespace}/${facts.name}`;
    if (known !== undefined) {
      known.facts = facts;
      for (const log of known.logs.values()) log.changed(facts);
    } else {
      const replaces = this.#uids.has(name);
      if (this.#known) this.#merge.tell({ kind: 'joined', namespace: facts.namespace, pod: facts.name, replaces });
      this.#pods.set(facts.uid, { facts, gone: false, logs: new Map(), done: new Set(), told: '', asking: false });
    }
    this.#uids.set(name, facts.uid);
    this.#deleted.delete(name);
    const pod = this.#pods.get(facts.uid);
    if (pod !== undefined && this.#known) this.#look(pod);
  }

  /** A Pod has gone. */
  remove({ uid }: PodFacts): void {
    const pod = this.#pods.get(uid);
    if (pod === undefined) return;
    pod.gone = true;
    for (const log of pod.logs.values()) log.gone();
    this.#settle(pod);
  }

  /** The Pods of the beginning have all been told. */
  known(): void {
    if (this.#known) return;
    this.#known = true;
    const key = ({ facts }: FollowedPod): string => `${facts.namespace}/${facts.name}`;
    const pods = [...this.#pods.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const { range, most } = this.#options;
    try {
      this.#checkNames(pods);
      const readable = pods.reduce((sum, pod) => sum + this.#readable(pod).length, 0);
      if (readable > most) {
        throw new PodwrightError('usage', `these are ${readable} logs, and ${most} are read at the same time at most`, {
          hint: `Choose fewer with -c, -l or --container-state, or raise --max-log-requests to ${readable}.`,
        });
      }
      this.#historyFirst = range.follow && readable > 1;
    } catch (error) {
      this.#merge.fail(error);
      return;
    }
    for (const pod of pods) this.#look(pod);
    this.#begun = true;
    this.#end();
  }

  /** How the connection is through which the Pods are told. */
  link(link: Link): void {
    if (link.state === 'stale') {
      this.#staleSince ??= performance.now();
      this.#lost(this, link.error);
    } else if (link.state === 'live' && this.#staleSince !== undefined) {
      // What held the connection of the Pods held those of the logs too, and a log that is silent does not notice.
      for (const pod of this.#pods.values()) for (const log of pod.logs.values()) log.refresh(this.#staleSince);
      this.#staleSince = undefined;
      this.#resumed(this);
    }
  }

  /** Ends the batches with this error. */
  fail(error: unknown): void {
    this.#merge.fail(error);
  }

  /** That a container of this name is somewhere. */
  #checkNames(pods: readonly FollowedPod[]): void {
    const { names } = this.#options.selection;
    const all = [...new Set(pods.flatMap(({ facts }) => facts.containers.map(({ name }) => name)))];
    const unknown = names.find((name) => !all.includes(name));
    if (unknown === undefined || pods.length === 0) return;
    const [only] = pods;
    const where = pods.length === 1 && only !== undefined ? `the Pod ${only.facts.name}` : `any of these ${pods.length} Pods`;
    throw new PodwrightError('not-found', `there is no container "${unknown}" in ${where}`, {
      hint: `There are: ${nearestNames(unknown, all).join(', ')}.`,
    });
  }

  #chosen({ facts }: FollowedPod): readonly ContainerFacts[] {
    const { states } = this.#options.selection;
    const chosen = loggedContainers(facts, this.#options.selection);
    return states.length === 0 ? chosen : chosen.filter((container) => states.includes(containerState(container)));
  }

  #missing({ facts }: FollowedPod, { name }: ContainerFacts): string | undefined {
    return missingLog(facts, { container: name, previous: this.#options.range.previous });
  }

  #readable(pod: FollowedPod): readonly ContainerFacts[] {
    return this.#chosen(pod).filter((container) => this.#missing(pod, container) === undefined);
  }

  /** Opens the logs that a Pod has by now, and says why others are not there. */
  #look(pod: FollowedPod): void {
    for (const container of this.#readable(pod)) if (!pod.logs.has(container.name)) this.#start(pod, container.name);
    const waiting = this.#chosen(pod).filter((container) => this.#missing(pod, container) !== undefined);
    if (waiting.length > 0 && !pod.asking && !pod.gone) this.#run(this.#sayWhy(pod));
    this.#end();
  }

  #start(pod: FollowedPod, container: string): void {
    const { source, most } = this.#options;
    const { tailLines: _, sinceSeconds: __, ...whole } = this.#options.range;
    const range = this.#begun ? whole : this.#options.range;
    const lane = this.#merge.add({ facts: pod.facts, container });
    const log = new ContainerLog(lane.of, lane, {
      source,
      range,
      historyFirst: this.#historyFirst,
      timing: this.#timing,
      signal: this.#signal,
      trouble: (of, error) => this.#trouble(of, error),
    });
    pod.logs.set(container, log);
    this.#started++;
    const begin = (): void => {
      this.#active++;
      this.#run(this.#follow(pod, container, log));
    };
    if (this.#active < most) {
      begin();
      return;
    }
    this.#merge.tell({ kind: 'queued', namespace: pod.facts.namespace, pod: pod.facts.name, container, most });
    this.#queued.push(begin);
  }

  async #follow(pod: FollowedPod, container: string, log: ContainerLog): Promise<void> {
    try {
      await log.run();
    } catch (error) {
      if (this.#signal.aborted) return;
      if (!isPodwrightError(error)) throw error;
      this.#failed(pod, container, error);
    } finally {
      this.#active--;
      this.#options.begun?.();
      pod.done.add(container);
      this.#trouble(log, undefined);
    }
    this.#queued.shift()?.();
    this.#settle(pod);
  }

  #failed({ facts }: FollowedPod, container: string, error: PodwrightError): void {
    this.#errors.push(error);
    // Of a single log, the error is all there is to say.
    if (this.#started > 1) this.#merge.tell({ kind: 'failed', namespace: facts.namespace, pod: facts.name, container, error });
  }

  /** After a log of the Pod has ended, or the Pod has gone. */
  #settle(pod: FollowedPod): void {
    const { facts, gone, logs, done } = pod;
    if (gone && done.size === logs.size && this.#pods.delete(facts.uid)) {
      const name = `${facts.namespace}/${facts.name}`;
      if (this.#uids.get(name) === facts.uid) this.#deleted.set(name, facts);
      this.#merge.tell({ kind: 'deleted', namespace: facts.namespace, pod: facts.name });
    }
    this.#end();
  }

  /** Ends it all where nothing more will come. */
  #end(): void {
    if (!this.#known || this.#active > 0 || this.#asked > 0 || this.#queued.length > 0) return;
    if (this.#started > 0 && this.#errors.length === this.#started) {
      this.#merge.fail(this.#errors[0]);
    } else if (!this.#options.range.follow || this.#options.range.previous) {
      this.#merge.close();
    } else if (this.#options.over !== undefined && !this.#looking && this.#allOver()) {
      this.#looking = true;
      this.#run(this.#lookWhetherOver(this.#options.over));
    }
  }

  #allOver(): boolean {
    const over = (pod: FollowedPod): boolean => pod.done.size === pod.logs.size && this.#chosen(pod).every((each) => isOver(pod.facts, each));
    return this.#active === 0 && [...this.#pods.values()].every((pod) => pod.gone || over(pod));
  }

  async #lookWhetherOver(over: NonNullable<FollowerOptions['over']>): Promise<void> {
    try {
      while (!this.#signal.aborted && this.#allOver()) {
        if (await over([...this.#deleted.values()], this.#signal)) {
          this.#merge.close();
          return;
        }
        await pause(restMs, undefined, { signal: this.#signal });
      }
    } catch (error) {
      if (!this.#signal.aborted && !isPodwrightError(error)) throw error;
    } finally {
      this.#looking = false;
    }
  }

  async #sayWhy(pod: FollowedPod): Promise<void> {
    pod.asking = true;
    this.#asked++;
    const { follow, previous } = this.#options.range;
    try {
      const missing = (): readonly ContainerFacts[] => this.#chosen(pod).filter((container) => this.#missing(pod, container) !== undefined);
      const rests = !follow ? 0 : this.#begun && pod.told === '' ? joinedRests : 1;
      for (let rest = 0; rest < rests && missing().length > 0 && !pod.gone; rest++) await pause(restMs, undefined, { signal: this.#signal });
      const findings = previous || missing().length === 0 ? [] : await this.#options.diagnose(pod.facts, this.#signal);
      if (!pod.gone) this.#tellWhy(pod, missing(), findings);
    } catch (error) {
      if (!this.#signal.aborted && !isPodwrightError(error)) throw error;
    } finally {
      pod.asking = false;
      this.#asked--;
      this.#end();
    }
  }

  /** Containers that wait for the same together; what was said already is not said again. */
  #tellWhy(pod: FollowedPod, containers: readonly ContainerFacts[], findings: readonly Finding[]): void {
    const causes = new Map<string, { readonly names: string[]; readonly cause: string; readonly next: string | undefined }>();
    for (const container of containers) {
      const found = findings.find(({ subject }) => subject.split(/[ ,]+/).includes(container.name)) ?? findings.find(({ verdict }) => verdict !== 'info');
      const cause = found === undefined ? (this.#missing(pod, container) ?? '') : `no log yet: ${found.cause}`;
      const key = found === undefined ? cause : `${found.code} ${found.about}`;
      const same = causes.get(key);
      if (same !== undefined) same.names.push(container.name);
      else causes.set(key, { names: [container.name], cause, next: found?.next });
    }
    const told = [...causes].map(([key, { names }]) => `${key}: ${names.join()}`).join('\n');
    if (told === pod.told) return;
    pod.told = told;
    const { namespace, name } = pod.facts;
    for (const { names, cause, next } of causes.values()) this.#merge.tell({ kind: 'waiting', namespace, pod: name, containers: names, cause, next });
  }

  #trouble(log: ContainerLog, error: PodwrightError | undefined): void {
    if (error === undefined) {
      this.#options.begun?.();
      this.#resumed(log);
      if (this.#troubled.delete(log) && !this.#signal.aborted) this.#merge.tell({ kind: 'resumed', of: nameOf(log) });
    } else if (error.code === 'unreachable') {
      this.#lost(log, error);
    } else if (!this.#troubled.has(log)) {
      this.#troubled.add(log);
      this.#merge.tell({ kind: 'lost', of: nameOf(log), error });
    }
  }

  /** One connection that is lost is told; the others that are lost with it are not. */
  #lost(what: unknown, error: PodwrightError): void {
    if (this.#unreachable.size === 0) this.#merge.tell({ kind: 'lost', of: undefined, error });
    this.#unreachable.add(what);
  }

  #resumed(what: unknown): void {
    if (this.#unreachable.delete(what) && this.#unreachable.size === 0 && !this.#signal.aborted) this.#merge.tell({ kind: 'resumed', of: undefined });
  }

  #run(work: Promise<void>): void {
    const running = work.catch((error: unknown) => this.#merge.fail(error)).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

function nameOf({ of }: ContainerLog): { readonly namespace: string; readonly pod: string; readonly container: string } {
  return { namespace: of.facts.namespace, pod: of.facts.name, container: of.container };
}
