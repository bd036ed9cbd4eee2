/** How a Pod ends: who makes another, what has happened since its deletion was asked for, and what is waited for. Sentences for people. */
import { humanDuration } from '../age.ts';
import { exitMeaning } from '../container-summaries.ts';
import { listed } from '../diagnosis/wording.ts';
import { list, object, text } from '../json.ts';
import { ownerTarget, ownerText } from '../owner.ts';
import type { ContainerFacts, PodFacts } from '../pod-facts.ts';

/** What comes after the Pod, as a sentence without its subject: `deploy/web makes another in its place`. */
export function afterDeletion(facts: PodFacts): string {
  const { owner, mirror, nodeName, phase } = facts;
  if (mirror) return `it is the mirror of a static Pod: the kubelet of ${nodeName ?? 'its node'} goes on running it from its file, and makes the mirror anew`;
  if (owner === undefined) return 'nobody makes it anew: no workload owns it';
  const by = ownerTarget(facts) ?? ownerText(owner);
  if (phase === 'Succeeded' || phase === 'Failed') return `it has ended already, and belongs to ${by}`;
  switch (owner.kind) {
    case 'StatefulSet':
      return `${by} makes it anew under the same name, with the same volumes`;
    case 'DaemonSet':
      return `${by} makes another on the same node`;
    case 'Job':
      return `${by} starts another for it`;
    default:
      return `${by} makes another in its place`;
  }
}

/** The containers that have something to do before they are told to end. */
export function stopHooks(pod: unknown): readonly string[] {
  const { initContainers, containers } = object(object(pod)['spec']);
  const all = [...list(initContainers), ...list(containers)].map(object);
  return all.flatMap(({ name, lifecycle }) => (object(lifecycle)['preStop'] === undefined ? [] : [text(name) ?? '']));
}

/** What has happened between two states of a Pod that is ending, oldest first. */
export function terminationSteps(before: PodFacts | undefined, after: PodFacts, hooks: readonly string[], now: number): readonly string[] {
  const steps: string[] = [];
  if (before?.deletionDueAt === undefined && after.deletionDueAt !== undefined) steps.push(beginning(after, hooks, now));
  for (const container of after.containers) {
    const was = before?.containers.find(({ name, kind }) => name === container.name && kind === container.kind);
    const ended = container.terminated !== undefined && was?.terminated === undefined && was?.running !== undefined;
    if (ended) steps.push(`${container.name} ended: ${endingText(container, after)}`);
  }
  const held = heldText(after);
  if (held !== undefined && (before === undefined || heldText(before) === undefined)) steps.push(`nothing runs in it any more; ${held}`);
  return steps;
}

function beginning({ nodeName, containers, deletionDueAt, deletionRequestedAt }: PodFacts, hooks: readonly string[], now: number): string {
  const running = containers.filter((container) => container.running !== undefined).map(({ name }) => name);
  if (nodeName === undefined) return 'being deleted; it was never placed on a node';
  const grace = humanDuration((deletionDueAt ?? now) - (deletionRequestedAt ?? now));
  if (running.length === 0) return 'being deleted; nothing runs in it';
  const hooked = hooks.filter((name) => running.includes(name));
  const first = hooked.length === 0 ? '' : `the preStop hook of ${listed(hooked)}, then `;
  return `ending ${listed(running)}: ${first}TERM, and KILL after ${grace}`;
}

function endingText({ terminated }: ContainerFacts, { deletionRequestedAt }: PodFacts): string {
  const { exitCode, signal, finishedAt } = terminated ?? { exitCode: 0, signal: 0, finishedAt: undefined };
  const meaning = exitMeaning(exitCode, signal);
  const after =
    finishedAt !== undefined && deletionRequestedAt !== undefined && finishedAt >= deletionRequestedAt
      ? ` after ${humanDuration(finishedAt - deletionRequestedAt)}`
      : '';
  return `exit code ${exitCode}${meaning === undefined ? '' : ` (${meaning})`}${after}`;
}

/** `held by the finalizer a.b/c`, of a Pod that is deleted, in which nothing runs, and that is still there for the sake of others. */
export function heldText({ deletionDueAt, finalizers, nodeName, containers }: PodFacts): string | undefined {
  if (deletionDueAt === undefined || finalizers.length === 0) return undefined;
  const ended =
    nodeName === undefined || (containers.length > 0 && containers.every(({ running, terminated }) => running === undefined && terminated !== undefined));
  return ended ? `held by the finalizer${finalizers.length === 1 ? '' : 's'} ${listed(finalizers)}` : undefined;
}

/** What is waited for now: `app still runs, KILL in 12s`. */
export function waitingText(facts: PodFacts, now: number): string {
  const running = facts.containers.filter(({ running: runs }) => runs !== undefined).map(({ name }) => name);
  const left = (facts.deletionDueAt ?? now) - now;
  const until = left > 0 ? `KILL in ${humanDuration(left)}` : `its grace period is over since ${humanDuration(-left)}`;
  return running.length === 0 ? 'waiting until it has gone' : `${listed(running)} still run${running.length === 1 ? 's' : ''}, ${until}`;
}
