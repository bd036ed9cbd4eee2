/** The words that all findings share: names of containers, counts, sentences, evidence, and commands that can be pasted. */
import type { EventFacts } from '../event-facts.ts';
import type { ContainerFacts, PodFacts } from '../pod-facts.ts';
import type { ReferenceFacts } from './diagnosis-context.ts';
import type { Evidence } from './finding.ts';

const kindNames = { init: 'Init step', sidecar: 'Sidecar', app: 'Container', ephemeral: 'Debug container' } as const;

/** `Init step check`, at the start of a sentence. */
export function containerTitle(container: ContainerFacts): string {
  return `${kindNames[container.kind]} ${container.name}`;
}

/** `init step check`, as the subject of a finding. */
export function containerSubject(container: ContainerFacts): string {
  return `${kindNames[container.kind].toLowerCase()} ${container.name}`;
}

/** `once`, `twice`, `7 times`. */
export function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

/** `1 Pod`, `2 Pods`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`; of many, the first few. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `what: detail.` with one full stop at the end. */
export function sentence(what: string, detail: string | undefined): string {
  return `${what}${detail ? `: ${detail.trim()}` : ''}`.replace(/\.?$/, '.');
}

const statusLists = { init: 'initContainerStatuses', sidecar: 'initContainerStatuses', app: 'containerStatuses', ephemeral: 'ephemeralContainerStatuses' };

/** A field of a container's status as evidence; `field` is as in `state.waiting`. */
export function containerEvidence(container: ContainerFacts, field: string, parts: readonly (string | undefined)[]): Evidence {
  const path = `status.${statusLists[container.kind]}[${container.statusIndex ?? 0}].${field}`;
  return { source: 'status', path, text: joined(parts) };
}

/** How a container last ended, as evidence. */
export function endingEvidence(container: ContainerFacts): readonly Evidence[] {
  const field = container.terminated ? 'state.terminated' : 'lastState.terminated';
  const last = container.terminated ?? container.lastTermination;
  if (last === undefined) return [];
  return [containerEvidence(container, field, [last.reason, `exit code ${last.exitCode}`, last.message?.trim()])];
}

/** A condition of the Pod as evidence; nothing where it is absent. */
export function conditionEvidence(facts: PodFacts, type: string): readonly Evidence[] {
  const index = facts.conditions.findIndex((condition) => condition.type === type);
  const condition = facts.conditions[index];
  if (condition === undefined) return [];
  const { status, reason, message } = condition;
  return [{ source: 'status', path: `status.conditions[${index}]`, text: joined([`${type}=${status}`, reason, message]) }];
}

export function eventEvidence(event: EventFacts | undefined): readonly Evidence[] {
  if (event === undefined) return [];
  return [{ source: 'event', reason: event.reason, text: event.message, count: event.count, at: event.lastAt }];
}

/** What a look-up has shown of an object; `found` says it of one that exists. */
export function referenceEvidence({ kind, namespace, name, state, problem }: ReferenceFacts, found: string): Evidence {
  const unknown = `could not check${problem === undefined ? '' : `: ${problem}`}`;
  const text = state === 'unknown' ? unknown : state === 'missing' ? 'does not exist' : found;
  return { source: 'reference', object: `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`, text };
}

/** The last lines of a log as evidence; nothing where there is none. */
export function logEvidence(container: string, log: string | undefined): readonly Evidence[] {
  const lines = (log ?? '').split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? [] : [{ source: 'log', container, text: lines.slice(-3).join('\n') }];
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(': ');
}

/** `kubectl VERB … -n NAMESPACE`, each word quoted where a shell would read more in it than a word. */
export function kubectl(namespace: string, ...words: readonly string[]): string {
  return ['kubectl', ...words, ...(namespace === '' ? [] : ['-n', namespace])].map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
