/** A container's probes: what each asks, how often, how long it may fail before it has consequences, and how much of that is used. */

import { count, type Json, list, object, text, texts } from '../core/json.ts';
import type { ContainerFacts, ProbeFacts } from '../core/pod-facts.ts';
import { redactedWords } from '../core/secret-text.ts';
import { scalar, secondsText } from './describe-words.ts';
import { type Part, words } from './description.ts';

type ProbeKind = keyof ContainerFacts['probes'];

/** In kubectl's order. */
const probes: readonly (readonly [kind: ProbeKind, name: string, label: string])[] = [
  ['liveness', 'livenessProbe', 'Liveness'],
  ['readiness', 'readinessProbe', 'Readiness'],
  ['startup', 'startupProbe', 'Startup'],
];

/** A field for each probe of the container, which is given as its spec and as its facts. */
export function probeParts(spec: Json, facts: ContainerFacts, now: number): readonly Part[] {
  return probes.flatMap(([kind, name, label]): readonly Part[] => {
    const probe = facts.probes[kind];
    if (probe === undefined) return [];
    const { initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold } = probe;
    const attributes = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
    const headers = texts(list(object(object(spec[name])['httpGet'])['httpHeaders']).map((header) => object(header)['name']));
    const grace = count(object(spec[name])['terminationGracePeriodSeconds']);
    const lines = [
      [`${handlerText(object(spec[name]))} ${attributes}${grace === undefined ? '' : ` grace=${grace}s`}`],
      ...(headers.length === 0 ? [] : [[`sends the headers ${headers.join(', ')}`]]),
      [words(budgetText(kind, probe), 'dim')],
    ];
    const progress = progressText(kind, facts, probe, now);
    return [{ kind: 'field', label, lines: progress === undefined ? lines : [...lines, [words(progress, 'warn')]], parts: [] }];
  });
}

/** What the probe asks, as kubectl writes it. */
function handlerText(probe: Json): string {
  if (isSet(probe['exec']))
    return `exec [${redactedWords(list(object(probe['exec'])['command']))
      .map(scalar)
      .join(' ')}]`;
  if (isSet(probe['httpGet'])) {
    const { scheme, host, port, path } = object(probe['httpGet']);
    return `http-get ${(text(scheme) ?? 'HTTP').toLowerCase()}://${text(host) ?? ''}:${scalar(port) ?? ''}${text(path) ?? ''}`;
  }
  if (isSet(probe['tcpSocket'])) return `tcp-socket ${text(object(probe['tcpSocket'])['host']) ?? ''}:${scalar(object(probe['tcpSocket'])['port']) ?? ''}`;
  if (isSet(probe['grpc'])) return `grpc <pod>:${scalar(object(probe['grpc'])['port']) ?? ''} ${text(object(probe['grpc'])['service']) ?? ''}`.trimEnd();
  return 'unknown';
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The longest that a probe can take to give up: the delay, a period for each failure, and the last one's timeout. */
export function probeBudgetSeconds({ initialDelaySeconds, periodSeconds, failureThreshold, timeoutSeconds }: ProbeFacts): number {
  return initialDelaySeconds + periodSeconds * failureThreshold + timeoutSeconds;
}

const consequences: Readonly<Record<ProbeKind, string>> = {
  startup: 'then the container is restarted',
  liveness: 'then the container is restarted',
  readiness: 'then the container is not ready',
};

function budgetText(kind: ProbeKind, probe: ProbeFacts): string {
  const { initialDelaySeconds, periodSeconds, failureThreshold, timeoutSeconds } = probe;
  const delay = initialDelaySeconds > 0 ? `${initialDelaySeconds}s + ` : '';
  const sum = `${delay}${failureThreshold} x ${periodSeconds}s + ${timeoutSeconds}s`;
  return `gives up after ${secondsText(probeBudgetSeconds(probe))} at most (${sum}), ${consequences[kind]}`;
}

/** How much of the budget a probe has used that the container waits for; undefined where it waits for none, or for another. */
function progressText(kind: ProbeKind, { probes, running, ready, started }: ContainerFacts, probe: ProbeFacts, now: number): string | undefined {
  if (running?.startedAt === undefined || ready) return undefined;
  const starting = probes.startup !== undefined && started !== true;
  if (kind !== (starting ? 'startup' : 'readiness')) return undefined;
  const used = Math.floor((now - running.startedAt) / 1000);
  const budget = probeBudgetSeconds(probe);
  return used <= budget ? `has not passed: ${secondsText(used)} of it used` : `has not passed for ${secondsText(used)}, longer than that`;
}
