/**
 * The watches of a check: of each namespace one for its Pods, one for its Events, and one for each kind of workload that is asked for. What they bring is
 * kept in `SeenObjects`.
 *
 * The workloads come first: where there is but one, its selector narrows the watch of the Pods.
 */
import type { CheckPlan, CheckTarget } from '../core/check/check-plan.ts';
import { SeenObjects } from '../core/check/seen-objects.ts';
import type { EventFacts } from '../core/event-facts.ts';
import type { PodFacts } from '../core/pod-facts.ts';
import { isPodwrightError, type PodwrightError } from '../core/podwright-error.ts';
import { revisionKinds, type WatchedWorkloadKind, type WorkloadFacts } from '../core/workload-facts.ts';
import type { ChangeSink, CheckSource, WatchScope } from './check-source.ts';
import { labelSelectorText } from './label-selector.ts';
import type { Link } from './pod-source.ts';

export class CheckWatches {
  readonly objects = new SeenObjects();
  readonly #plan: CheckPlan;
  readonly #source: CheckSource;
  readonly #signal: AbortSignal;
  readonly #changed: () => void;
  readonly #links = new Map<number, Link>();
  readonly #watching: Promise<void>[] = [];
  readonly #eventsRead = Promise.withResolvers<void>();
  #unread = 0;
  #failure: unknown;
  #known = false;
  #eventsProblem: PodwrightError | undefined;

  /** `changed` is called whenever a look may find something new. */
  constructor(plan: CheckPlan, source: CheckSource, signal: AbortSignal, changed: () => void) {
    this.#plan = plan;
    this.#source = source;
    this.#signal = signal;
    this.#changed = changed;
    const namespaces = [...new Set(plan.targets.map(({ namespace }) => namespace))];
    const events = namespaces.map((namespace) => this.#watchEvents({ namespace }));
    void Promise.all(events).then(() => this.#eventsRead.resolve());
    const workloads = namespaces.flatMap((namespace) => workloadScopes(plan.targets, namespace).map(([kind, scope]) => this.#watchWorkloads(kind, scope)));
    void Promise.all(workloads).then(async () => {
      await Promise.all(namespaces.map((namespace) => this.#watchPods(this.#podScope(namespace))));
      this.objects.start();
      this.#known = true;
      changed();
    });
  }

  /** All that there was at the start has been told. Throws what the cluster refused or could not be reached for before that. */
  known(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#known;
  }

  /** Why Events cannot be read, where they cannot. */
  get eventsProblem(): PodwrightError | undefined {
    return this.#eventsProblem;
  }

  /** Resolves once the Events there were at the start are known, or cannot be. */
  get eventsRead(): Promise<void> {
    return this.#eventsRead.promise;
  }

  /** What is wrong with the connection; undefined where all is well. */
  get trouble(): PodwrightError | undefined {
    for (const link of this.#links.values()) if (link.state === 'stale') return link.error;
    return undefined;
  }

  /** Resolves once all watches have ended, after the signal has aborted. */
  async ended(): Promise<void> {
    await Promise.all(this.#watching);
  }

  #watchWorkloads(kind: WatchedWorkloadKind, scope: WatchScope): Promise<void> {
    const { objects } = this;
    return this.#follow<WorkloadFacts>((sink) => this.#source.watchWorkloads(kind, scope, sink, this.#signal), {
      upsert: (workload) => objects.setWorkload(workload),
      delete: ({ uid }) => objects.removeWorkload(uid),
      // The number of its template tells a DaemonSet's Pods too, but for those that a rollback leaves in place.
      ...(kind === 'controllerrevision' ? { refused: () => undefined } : {}),
    });
  }

  #watchPods(scope: WatchScope): Promise<void> {
    const { objects } = this;
    return this.#follow<PodFacts>((sink) => this.#source.watchPods(scope, sink, this.#signal), {
      upsert: (pod) => objects.setPod(pod),
      delete: ({ uid }) => objects.removePod(uid),
    });
  }

  /** An Event that is deleted has only grown old. A check goes on without those that may not be read. */
  #watchEvents(scope: WatchScope): Promise<void> {
    const refused = (error: PodwrightError): void => {
      this.#eventsProblem = error;
      this.#changed();
    };
    return this.#follow<EventFacts>((sink) => this.#source.watchEvents(scope, sink, this.#signal), {
      upsert: (event) => this.objects.setEvent(event),
      refused,
    });
  }

  /** Resolves once the first state is known, and never where it cannot be. */
  #follow<T>(watch: (sink: ChangeSink<T>) => Promise<void>, takes: Takes<T>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const index = this.#unread++;
    const refused = (error: unknown): void => {
      if (takes.refused === undefined || !isPodwrightError(error)) {
        this.#failure ??= error;
        this.#changed();
        return;
      }
      takes.refused(error);
      resolve();
    };
    let synced = false;
    const sink: ChangeSink<T> = {
      changed: ({ type, item }) => {
        if (type === 'upsert') takes.upsert(item);
        else takes.delete?.(item);
        this.#changed();
      },
      synced() {
        synced = true;
        resolve();
      },
      link: (link) => {
        this.#links.set(index, link);
        if (!synced && link.state === 'connecting' && link.error !== undefined && isAway(link.error, link.attempt)) refused(link.error);
        this.#changed();
      },
    };
    this.#watching.push(watch(sink).catch(refused));
    return promise;
  }

  /** As narrow as one watch can be. */
  #podScope(namespace: string | undefined): WatchScope {
    const [only, ...others] = this.#plan.targets.filter((target) => target.namespace === namespace);
    if (only === undefined || others.length > 0 || namespace === undefined) {
      return { namespace, ...(only?.of.kind === 'selector' ? { labelSelector: only.of.selector } : {}) };
    }
    if (only.of.kind === 'selector') return { namespace, labelSelector: only.of.selector };
    if (only.of.kind === 'pod') return { namespace, name: only.of.name };
    const selector = this.objects.workloadsNamed(only.of.kind, namespace, only.of.name)[0]?.selector;
    const labelSelector = labelSelectorText(selector);
    return labelSelector === '' ? { namespace } : { namespace, labelSelector };
  }
}

/** Failures in a row that make a cluster one that cannot be reached, about a second after the first. */
const mostFailures = 3;

/** A cluster that does not answer at the start is not waited for, but for a hiccup; one that has too much to do is. `attempt`: the one that comes next. */
function isAway({ code }: PodwrightError, attempt: number): boolean {
  return code !== 'throttled' && code !== 'server' && attempt > mostFailures;
}

interface Takes<T> {
  readonly upsert: (item: T) => void;
  readonly delete?: (item: T) => void;
  /** Where it may go on without these objects. */
  readonly refused?: (error: PodwrightError) => void;
}

/** The workloads to watch in a namespace: one by its name where but one of the kind is asked for, else all of the kind. */
function workloadScopes(targets: readonly CheckTarget[], namespace: string | undefined): readonly (readonly [WatchedWorkloadKind, WatchScope])[] {
  const names = new Map<WatchedWorkloadKind, string | undefined>();
  for (const { of, namespace: own, goal } of targets) {
    if (own !== namespace || of.kind === 'pod' || of.kind === 'selector') continue;
    names.set(of.kind, names.has(of.kind) && names.get(of.kind) !== of.name ? undefined : of.name);
    const made = goal.kind === 'deleted' ? undefined : revisionKinds[of.kind];
    if (made !== undefined) names.set(made, undefined);
  }
  return [...names].map(([kind, name]) => [kind, { namespace, ...(name === undefined ? {} : { name }) }]);
}
