/**
 * What `describe -o json` prints: what is computed and looked up about each Pod. The Pod's own fields are not repeated, as `get -o json` has them. The shape
 * is documented in docs/describe.md and stable: fields may be added, never changed.
 */
import { exitMeaning } from '../core/container-summaries.ts';
import type { DescribedPod, LastWords, LookedUp } from '../core/described-pod.ts';
import type { ReferenceFacts } from '../core/diagnosis/diagnosis-context.ts';
import { type EventFacts, foldEvents } from '../core/event-facts.ts';
import type { ConditionFacts, ContainerFacts, ProbeFacts, TerminationFacts } from '../core/pod-facts.ts';
import { podStatus } from '../core/pod-status.ts';
import { redactedText } from '../core/secret-text.ts';
import { probeBudgetSeconds } from './describe-probe.ts';
import { jsonText } from './json-text.ts';
import { findingJson, timeJson } from './why-json.ts';

/** The Pods in the given order. */
export function describeJson(pods: readonly DescribedPod[]): string {
  return `${jsonText({ pods: pods.map(podJson) }, 2)}\n`;
}

function podJson({ facts, findings, events, references, node, lastWords, advice, now }: DescribedPod): object {
  const { status, ready, restarts } = podStatus(facts, now);
  return {
    namespace: facts.namespace,
    name: facts.name,
    uid: facts.uid,
    status,
    ready,
    restarts,
    findings: findings.map(findingJson),
    containers: facts.containers.map((container) =>
      containerJson(
        container,
        lastWords.find((words) => words.container === container.name),
      ),
    ),
    conditions: facts.conditions.map((condition) => conditionJson(condition)),
    node:
      node === undefined
        ? null
        : { name: facts.nodeName ?? null, ...stateJson(node), ready: node.state === 'known' ? (node.value.ready?.status ?? null) : null },
    references: references.map(referenceJson),
    lint: (advice ?? []).map(({ rule, severity, message, hint, path }) => ({ rule, severity, message, hint: hint ?? null, path })),
    events: { ...stateJson(events), items: events.state === 'known' ? eventsJson(events.value) : [] },
  };
}

/** The same three words for everything that is looked up. */
function stateJson(lookedUp: LookedUp<unknown>): { readonly state: ReferenceFacts['state']; readonly problem: string | null } {
  if (lookedUp.state === 'unknown') return { state: 'unknown', problem: lookedUp.problem };
  return { state: lookedUp.state === 'known' ? 'found' : 'missing', problem: null };
}

function containerJson(container: ContainerFacts, lastWords: LastWords | undefined): object {
  const { name, kind, ready, started, restarts, waiting, running, terminated, lastTermination, probes } = container;
  return {
    name,
    kind,
    ready,
    started: started ?? null,
    restarts,
    waiting: waiting === undefined ? null : { reason: waiting.reason ?? null, message: waiting.message ?? null },
    running: running === undefined ? null : { since: timeJson(running.startedAt) },
    terminated: terminationJson(terminated),
    lastTermination: terminationJson(lastTermination),
    probes: Object.fromEntries(
      Object.entries(probes).map(([of, probe]: [string, ProbeFacts]) => [of, { handler: probe.handler, budgetSeconds: probeBudgetSeconds(probe) }]),
    ),
    lastWords: lastWords === undefined ? null : lastWordsJson(lastWords),
  };
}

function terminationJson(termination: TerminationFacts | undefined): object | null {
  if (termination === undefined) return null;
  const { exitCode, signal, reason, message, startedAt, finishedAt } = termination;
  return {
    exitCode,
    signal,
    meaning: exitMeaning(exitCode, signal) ?? null,
    reason: reason ?? null,
    message: message ?? null,
    startedAt: timeJson(startedAt),
    finishedAt: timeJson(finishedAt),
  };
}

function lastWordsJson({ previous, log }: LastWords): object {
  return { previous, ...stateJson(log), text: log.state === 'known' ? redactedText(log.value) : null };
}

function conditionJson({ type, status, reason, message, since }: ConditionFacts): object {
  return { type, status, reason: reason ?? null, message: message ?? null, since: timeJson(since) };
}

function referenceJson({ kind, namespace, name, use, user, key, optional, state, problem, keys, type, phase, readyEndpoints }: ReferenceFacts): object {
  return {
    kind,
    namespace,
    name,
    use,
    user,
    key: key ?? null,
    optional,
    state,
    problem: problem ?? null,
    keys: keys ?? null,
    type: type ?? null,
    phase: phase ?? null,
    readyEndpoints: readyEndpoints ?? null,
  };
}

function eventsJson(events: readonly EventFacts[]): readonly object[] {
  return foldEvents(events).map(({ event, count, firstAt }) => {
    const { type, reason, message, lastAt, source, container } = event;
    return { type, reason, message, count, firstAt: timeJson(firstAt), lastAt: timeJson(lastAt), source, container: container ?? null };
  });
}
