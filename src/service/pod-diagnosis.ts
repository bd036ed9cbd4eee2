/**
 * Diagnosing Pods with look-ups: a first diagnosis from facts and Events says what is worth asking for, a second one uses the answers.
 *
 * Each object, and each log, is asked for once, however many Pods refer to it. What may not be read, or cannot be, makes a finding say less and never fails it.
 */
import { diagnosePod } from '../core/diagnosis/diagnose-pod.ts';
import { type DiagnosisContext, type ReferenceFacts, readyEndpoints, referenceFacts } from '../core/diagnosis/diagnosis-context.ts';
import type { Finding, FindingCode } from '../core/diagnosis/finding.ts';
import { correctable } from '../core/diagnosis/image.ts';
import { nodeReferences, type PodReference } from '../core/diagnosis/pod-references.ts';
import type { EventFacts } from '../core/event-facts.ts';
import type { NodeFacts } from '../core/node-facts.ts';
import type { ContainerFacts, PodFacts } from '../core/pod-facts.ts';
import { isPodwrightError, type PodwrightError } from '../core/podwright-error.ts';
import type { ReplicaSetFacts } from '../core/replica-set-facts.ts';
import type { DiagnosisSource } from './diagnosis-source.ts';
import { orNothing, orProblem } from './look-up.ts';

/** A Pod to diagnose: its facts, what it refers to, and the Events about it where they could be read. */
export interface DiagnosedPod {
  readonly facts: PodFacts;
  readonly references: readonly PodReference[];
  readonly events: readonly EventFacts[] | undefined;
}

export class PodDiagnosis {
  readonly #source: DiagnosisSource;
  readonly #now: number;
  readonly #signal: AbortSignal;
  readonly #objects = new Map<string, Promise<Partial<ReferenceFacts>>>();
  readonly #replicaSets = new Map<string, Promise<readonly ReplicaSetFacts[] | PodwrightError>>();
  readonly #logTails = new Map<string, Promise<string>>();
  #nodes: Promise<readonly NodeFacts[] | undefined> | undefined;

  /** `now` in milliseconds since the epoch: all Pods are diagnosed as of one moment. */
  constructor(source: DiagnosisSource, now: number, signal: AbortSignal) {
    this.#source = source;
    this.#now = now;
    this.#signal = signal;
  }

  /** What the facts and the Events say. Asks nothing. */
  atFirst({ facts, events }: DiagnosedPod): readonly Finding[] {
    return diagnosePod(facts, events === undefined ? {} : { events }, this.#now);
  }

  /** The same with what the first findings make worth asking for. */
  async inFull(pod: DiagnosedPod): Promise<readonly Finding[]> {
    return diagnosePod(pod.facts, await this.context(pod), this.#now);
  }

  /** What the first findings make worth asking for, and the Events that were given. */
  async context(pod: DiagnosedPod): Promise<DiagnosisContext> {
    const { facts, events } = pod;
    const first = this.atFirst(pod);
    const mentioned = [...pod.references, ...nodeReferences(facts)];
    const [references, replicaSets, nodes, logs] = await Promise.all([
      Promise.all(mentioned.filter((reference) => isWanted(reference, first)).map((reference) => this.lookUp(reference))),
      facts.owner?.kind === 'ReplicaSet' && first.some(({ code }) => correctable.has(code)) ? this.#replicaSetsOf(facts.namespace) : undefined,
      first.some(({ code }) => code === 'node-selector') ? this.#allNodes() : undefined,
      this.#logs(facts, first),
    ]);
    return {
      references,
      logs,
      ...(events === undefined ? {} : { events }),
      ...(nodes === undefined ? {} : { nodes }),
      ...(replicaSets === undefined ? {} : { replicaSets }),
    };
  }

  /** An object that a Pod refers to, asked for once. */
  async lookUp(reference: PodReference): Promise<ReferenceFacts> {
    const key = `${reference.kind} ${reference.namespace}/${reference.name}`;
    let asked = this.#objects.get(key);
    if (asked === undefined) this.#objects.set(key, (asked = this.#ask(reference)));
    const found = await asked;
    return { state: 'found', ...found, ...reference };
  }

  async #ask(reference: PodReference): Promise<Partial<ReferenceFacts>> {
    const answer = await orProblem(this.#source.object(reference, this.#signal), this.#signal);
    if (isPodwrightError(answer)) return answer.code === 'not-found' ? { state: 'missing' } : { state: 'unknown', problem: answer.code };
    const facts = referenceFacts(reference, answer);
    if (reference.kind !== 'Service') return facts;
    return { ...facts, readyEndpoints: await this.#endpoints(reference) };
  }

  /** Undefined where it cannot be told: that the Service exists is known all the same. */
  async #endpoints(service: PodReference): Promise<number | undefined> {
    const slices = await orNothing(this.#source.endpointSlices(service, this.#signal), this.#signal);
    return slices && readyEndpoints(slices);
  }

  /** Of a namespace, or why they cannot be told. */
  #replicaSetsOf(namespace: string): Promise<readonly ReplicaSetFacts[] | PodwrightError> {
    let asked = this.#replicaSets.get(namespace);
    if (asked === undefined) this.#replicaSets.set(namespace, (asked = orProblem(this.#source.replicaSets(namespace, this.#signal), this.#signal)));
    return asked;
  }

  #allNodes(): Promise<readonly NodeFacts[] | undefined> {
    this.#nodes ??= orNothing(this.#source.nodes(this.#signal), this.#signal);
    return this.#nodes;
  }

  /** The last lines of a container's log, asked for once. Throws PodwrightError. */
  logTail(pod: PodFacts, container: string, previous: boolean): Promise<string> {
    const key = `${pod.namespace}/${pod.name} ${container} ${previous}`;
    let asked = this.#logTails.get(key);
    if (asked === undefined) this.#logTails.set(key, (asked = this.#source.logTail(pod, container, previous, this.#signal)));
    return asked;
  }

  /** The logs of the first few containers that a log may say more of. */
  async #logs(facts: PodFacts, findings: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
    const wanted = facts.containers.filter((container) => findings.some((finding) => tellsInLog(finding, container))).slice(0, 2);
    const read = await Promise.all(
      wanted.map(async (container): Promise<readonly [string, string | undefined]> => {
        const previous = container.terminated === undefined && container.lastTermination !== undefined;
        return [container.name, await orNothing(this.logTail(facts, container.name, previous), this.#signal)];
      }),
    );
    return new Map(read.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }
}

/** Endings of which the log may name the cause, and an init step that waits for something. */
const toldInLog: ReadonlySet<FindingCode> = new Set([
  'exited-with-error',
  'command-not-found',
  'command-not-executable',
  'killed-by-signal',
  'keeps-completing',
  'init-step-running',
]);

function tellsInLog({ code, subject }: Finding, { name, kind }: ContainerFacts): boolean {
  return toldInLog.has(code) && kind !== 'ephemeral' && subject.endsWith(` ${name}`);
}

/** Which use of an object each finding makes worth a look. */
const usesOf: Readonly<Partial<Record<FindingCode, readonly PodReference['use'][]>>> = {
  'image-pull-denied': ['pull-secret', 'service-account'],
  'config-map-missing': ['env', 'volume'],
  'config-map-key-missing': ['env', 'volume'],
  'secret-missing': ['env', 'volume'],
  'secret-key-missing': ['env', 'volume'],
  'container-creating': ['volume'],
  'claim-unbound': ['volume'],
  'volume-mount': ['volume'],
  'init-step-running': ['polled'],
  'node-lost': ['node', 'heartbeat'],
  'terminating-overdue': ['node', 'heartbeat'],
};

function isWanted(reference: PodReference, findings: readonly Finding[]): boolean {
  return findings.some(({ code, about }) => {
    if (usesOf[code]?.includes(reference.use) !== true) return false;
    if (code === 'claim-unbound') return reference.kind === 'PersistentVolumeClaim';
    // A finding that names the object needs no other one.
    const named = code.endsWith('-missing');
    return !named || about?.split('/')[0] === reference.name;
  });
}
