/** The objects that a check has been told of, as they are now, found by name, by owner and by what an Event is about. Holds state, decides nothing. */
import { type EventFacts, isAboutPod } from '../event-facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { podStatus } from '../pod-status.ts';
import type { WatchedWorkloadKind, WorkloadFacts } from '../workload-facts.ts';
import { type WorkloadGeneration, workloadGeneration } from '../workload-generation.ts';

/** By UID, under a name or an owner. */
type Index<T> = Map<string, Map<string, T>>;

export class SeenObjects {
  readonly #pods = new Map<string, PodFacts>();
  readonly #podsByName: Index<PodFacts> = new Map();
  readonly #podsByOwner: Index<PodFacts> = new Map();
  readonly #workloads = new Map<string, WorkloadFacts>();
  readonly #workloadsByName: Index<WorkloadFacts> = new Map();
  readonly #workloadsByOwner: Index<WorkloadFacts> = new Map();
  readonly #generations = new Map<string, WorkloadGeneration | undefined>();
  readonly #events: Index<EventFacts> = new Map();
  /** By the Pod's namespace and name, for those whose Events do not bear their UID. */
  readonly #podEvents: Index<EventFacts> = new Map();
  readonly #restartsAtStart = new Map<string, number>();
  readonly #goingAtStart = new Set<string>();
  #started = false;

  setPod(pod: PodFacts): void {
    if (!this.#started) {
      this.#restartsAtStart.set(pod.uid, podStatus(pod, 0).restarts);
      if (pod.deletionDueAt !== undefined) this.#goingAtStart.add(pod.uid);
    }
    this.removePod(pod.uid);
    this.#pods.set(pod.uid, pod);
    add(this.#podsByName, nameKey(pod), pod);
    add(this.#podsByOwner, pod.owner?.uid, pod);
  }

  removePod(uid: string): void {
    const before = this.#pods.get(uid);
    if (before === undefined) return;
    this.#pods.delete(uid);
    drop(this.#podsByName, nameKey(before), uid);
    drop(this.#podsByOwner, before.owner?.uid, uid);
  }

  setWorkload(workload: WorkloadFacts): void {
    this.removeWorkload(workload.uid);
    this.#workloads.set(workload.uid, workload);
    add(this.#workloadsByName, `${workload.kind} ${nameKey(workload)}`, workload);
    add(this.#workloadsByOwner, workload.owner?.uid, workload);
    this.#forgetGeneration(workload);
  }

  removeWorkload(uid: string): void {
    const before = this.#workloads.get(uid);
    if (before === undefined) return;
    this.#workloads.delete(uid);
    drop(this.#workloadsByName, `${before.kind} ${nameKey(before)}`, uid);
    drop(this.#workloadsByOwner, before.owner?.uid, uid);
    this.#forgetGeneration(before);
  }

  setEvent(event: EventFacts): void {
    add(this.#events, event.regarding.uid, event);
    if (event.regarding.kind === 'Pod') add(this.#podEvents, nameKey(event.regarding), event);
  }

  /** From here on, what comes is new. */
  start(): void {
    this.#started = true;
  }

  get pods(): Iterable<PodFacts> {
    return this.#pods.values();
  }

  pod(uid: string): PodFacts | undefined {
    return this.#pods.get(uid);
  }

  /** Usually one; two while one replaces the other. */
  podsNamed(namespace: string, name: string): readonly PodFacts[] {
    return all(this.#podsByName, nameKey({ namespace, name }));
  }

  podsOwnedBy(uid: string): readonly PodFacts[] {
    return all(this.#podsByOwner, uid);
  }

  workload(uid: string): WorkloadFacts | undefined {
    return this.#workloads.get(uid);
  }

  workloadsNamed(kind: WatchedWorkloadKind, namespace: string, name: string): readonly WorkloadFacts[] {
    return all(this.#workloadsByName, `${kind} ${nameKey({ namespace, name })}`);
  }

  workloadsOwnedBy(uid: string): readonly WorkloadFacts[] {
    return all(this.#workloadsByOwner, uid);
  }

  /** Which Pods are current. Kept until the workload changes, or something that stands between it and its Pods. */
  generationOf({ uid, object }: WorkloadFacts): WorkloadGeneration | undefined {
    if (!this.#generations.has(uid)) {
      const revisions = this.workloadsOwnedBy(uid).map((revision) => revision.object);
      this.#generations.set(uid, workloadGeneration(object, revisions));
    }
    return this.#generations.get(uid);
  }

  #forgetGeneration({ uid, owner }: WorkloadFacts): void {
    this.#generations.delete(uid);
    if (owner !== undefined) this.#generations.delete(owner.uid);
  }

  eventsAbout(uid: string): readonly EventFacts[] {
    return all(this.#events, uid);
  }

  /** Those about a static Pod do not bear its UID. */
  eventsAboutPod(pod: PodFacts): readonly EventFacts[] {
    if (!pod.mirror) return this.eventsAbout(pod.uid);
    return all(this.#podEvents, nameKey(pod)).filter((event) => isAboutPod(event, pod));
  }

  /** It was being deleted already when the check began. */
  wasGoing({ uid }: PodFacts): boolean {
    return this.#goingAtStart.has(uid);
  }

  /** How often its containers have been restarted since the check began. */
  restartsSince(pod: PodFacts): number {
    return podStatus(pod, 0).restarts - (this.#restartsAtStart.get(pod.uid) ?? 0);
  }
}

function nameKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function add<T extends { readonly uid: string }>(index: Index<T>, key: string | undefined, item: T): void {
  if (key === undefined) return;
  const group = index.get(key);
  if (group === undefined) index.set(key, new Map([[item.uid, item]]));
  else group.set(item.uid, item);
}

function drop<T>(index: Index<T>, key: string | undefined, uid: string): void {
  if (key === undefined) return;
  const group = index.get(key);
  group?.delete(uid);
  if (group?.size === 0) index.delete(key);
}

function all<T>(index: Index<T>, key: string): readonly T[] {
  return [...(index.get(key)?.values() ?? [])];
}
