/** A container's postStart hook: the kubelet kills the container if it fails, and says nothing of the container while it runs. */
import { humanDuration } from '../age.ts';
import type { ContainerFacts } from '../pod-facts.ts';
import { latestEvent, nothing, type PodCase } from './diagnosis-context.ts';
import { type Finding, finding } from './finding.ts';
import { grace, overdue } from './grace.ts';
import { containerSubject, containerTitle, eventEvidence, kubectl } from './wording.ts';

/** What follows the name of a container whose hook has failed. */
export function failedHook({ startHook }: ContainerFacts): string {
  return `was killed because its postStart hook${startHook === undefined ? '' : ` (${startHook})`} failed`;
}

/** Whether the kubelet last killed the container for that. Source: kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go, startContainer. */
export function isKilledForHook(pod: PodCase, container: ContainerFacts): boolean {
  return latestEvent(pod, ['Killing'], container.name)?.message === 'FailedPostStartHook';
}

/** A container that has started, as an Event tells, but waits in the status: its hook has not ended, and what is to start after it waits too. */
export function hookRunning(pod: PodCase): readonly Finding[] {
  if (pod.context.events === undefined) return nothing;
  return pod.facts.containers.flatMap((container) => {
    const { startHook, waiting } = container;
    if (startHook === undefined || (waiting?.reason !== 'ContainerCreating' && waiting?.reason !== 'PodInitializing')) return nothing;
    const started = latestEvent(pod, ['Started'], container.name);
    if (started?.lastAt === undefined) return nothing;
    const cause = `${containerTitle(container)} has been started, but its postStart hook (${startHook}) has run for ${humanDuration(pod.now - started.lastAt)}.`;
    return [
      finding('start-hook', overdue(started.lastAt, pod.now, grace.ready), {
        subject: containerSubject(container),
        cause,
        about: startHook,
        since: started.lastAt,
        evidence: eventEvidence(started),
        next: kubectl(pod.facts.namespace, 'logs', pod.facts.name, '-c', container.name),
      }),
    ];
  });
}
