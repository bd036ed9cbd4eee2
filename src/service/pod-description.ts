/**
 * Gathers what a description of a Pod needs: its findings, every object that it refers to, its node, and the last words of containers that ended.
 *
 * One gathering serves many Pods: each object, and each node, is asked for once. What may not be read, or cannot be, is said in its place.
 */
import type { DescribedPod, LastWords, LookedUp } from '../core/described-pod.ts';
import { diagnosePod } from '../core/diagnosis/diagnose-pod.ts';
import { type PodReference, podReferences } from '../core/diagnosis/pod-references.ts';
import type { EventFacts } from '../core/event-facts.ts';
import { list, object, text } from '../core/json.ts';
import type { NodeFacts } from '../core/node-facts.ts';
import { type ContainerFacts, type PodFacts, podFacts } from '../core/pod-facts.ts';
import { isPodwrightError } from '../core/podwright-error.ts';
import type { DiagnosisSource } from './diagnosis-source.ts';
import { orProblem } from './look-up.ts';
import { PodDiagnosis } from './pod-diagnosis.ts';

/** Reads one node by its name; throws PodwrightError. */
export type NodeReader = (name: string, signal: AbortSignal) => Promise<NodeFacts>;

/** Of how many containers the last words are read. */
const mostLogs = 6;

export class PodDescriptions {
  readonly #source: DiagnosisSource;
  readonly #readNode: NodeReader;
  readonly #now: number;
  readonly #signal: AbortSignal;
  readonly #diagnosis: PodDiagnosis;
  readonly #nodes = new Map<string, Promise<LookedUp<NodeFacts>>>();

  /** `now` in milliseconds since the epoch: all Pods are described as of one moment. */
  constructor(source: DiagnosisSource, readNode: NodeReader, now: number, signal: AbortSignal) {
    this.#source = source;
    this.#readNode = readNode;
    this.#now = now;
    this.#signal = signal;
    this.#diagnosis = new PodDiagnosis(source, now, signal);
  }

  /** `events` are those about this Pod where they have been read already. */
  async describe(pod: unknown, events?: LookedUp<readonly EventFacts[]>): Promise<DescribedPod> {
    const facts = podFacts(pod);
    const [said, references, node, lastWords] = await Promise.all([
      events ?? this.#events(facts),
      Promise.all(describedReferences(pod, facts).map((reference) => this.#diagnosis.lookUp(reference))),
      facts.nodeName === undefined ? undefined : this.#node(facts.nodeName),
      Promise.all(ended(facts).map((container) => this.#lastWords(facts, container))),
    ]);
    const findings = await this.#diagnosis.inFull({ facts, references: podReferences(pod), events: said.state === 'known' ? said.value : undefined });
    return { object: pod, facts, findings, events: said, references, node, lastWords, now: this.#now };
  }

  #events(facts: PodFacts): Promise<LookedUp<readonly EventFacts[]>> {
    return this.#lookedUp(this.#source.events({ namespaces: [facts.namespace], pod: facts }, this.#signal));
  }

  #node(name: string): Promise<LookedUp<NodeFacts>> {
    let asked = this.#nodes.get(name);
    if (asked === undefined) this.#nodes.set(name, (asked = this.#lookedUp(this.#readNode(name, this.#signal))));
    return asked;
  }

  async #lastWords(pod: PodFacts, { name, terminated }: ContainerFacts): Promise<LastWords> {
    const previous = terminated === undefined;
    return { container: name, previous, log: await this.#lookedUp(this.#diagnosis.logTail(pod, name, previous)) };
  }

  async #lookedUp<Value>(asked: Promise<Value>): Promise<LookedUp<Value>> {
    const answer = await orProblem(asked, this.#signal);
    if (!isPodwrightError(answer)) return { state: 'known', value: answer };
    return answer.code === 'not-found' ? { state: 'missing' } : { state: 'unknown', problem: answer.code === 'forbidden' ? answer.code : answer.message };
  }
}

/** What can be said of a Pod where nothing can be looked up, as in a recording; `problem` says why. */
export function describedAlone(pod: unknown, events: DescribedPod['events'], now: number, problem: string): DescribedPod {
  const facts = podFacts(pod);
  const unknown = { state: 'unknown', problem } as const;
  return {
    object: pod,
    facts,
    findings: diagnosePod(facts, events.state === 'known' ? { events: events.value } : {}, now),
    events,
    references: describedReferences(pod, facts).map((reference) => ({ ...reference, ...unknown })),
    node: facts.nodeName === undefined ? undefined : unknown,
    lastWords: ended(facts).map(({ name, terminated }) => ({ container: name, previous: terminated === undefined, log: unknown })),
    now,
  };
}

/** Those that a diagnosis knows of, and the claims that are made for the Pod itself. */
function describedReferences(pod: unknown, { namespace, name }: PodFacts): readonly PodReference[] {
  const volumes = list(object(object(pod).spec).volumes).map(object);
  const claims = volumes.flatMap(({ name: volume, ephemeral }): readonly PodReference[] => {
    const user = text(volume);
    if (ephemeral === undefined || user === undefined) return [];
    return [{ kind: 'PersistentVolumeClaim', namespace, name: `${name}-${user}`, use: 'volume', user, key: undefined, optional: false }];
  });
  return [...podReferences(pod), ...claims];
}

/** Containers that crashed, or have been started again: those that still lie where they fell first. */
function ended(facts: PodFacts): readonly ContainerFacts[] {
  const crashed = facts.containers.filter(({ terminated, lastTermination }) =>
    terminated !== undefined ? terminated.exitCode !== 0 : lastTermination !== undefined,
  );
  return crashed.toSorted((a, b) => Number(b.terminated !== undefined) - Number(a.terminated !== undefined)).slice(0, mostLogs);
}
