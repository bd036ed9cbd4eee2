/** Sidecars that start too late, are not waited for, or keep a Job from ending. */
import { type ContainerCase, called, commandLine, type Rule } from './pod-case.ts';

/** From 1.29 on a container that goes on can be an init container. */
const firstWithSidecars = 29;

export const sidecarOrder: Rule = ({ containers, set }, problems) => {
  for (const [index, each] of containers.entries()) {
    if (each.role !== 'init') continue;
    const later = containers.slice(index + 1).find((other) => other.role !== 'init' && asks(each, other));
    if (later === undefined) continue;
    problems.add(
      'sidecar-order',
      [...each.path, 'name'],
      `${each.name} asks ${called(later)} on localhost, which starts only after it has ended`,
      later.role === 'sidecar'
        ? `List ${later.name} before ${each.name}.`
        : set.minor < firstWithSidecars
          ? `Let ${each.name} do its work as a container beside ${later.name}, or reach it in another Pod.`
          : `Make ${later.name} a sidecar: an init container with restartPolicy: Always, listed before.`,
    );
  }
};

export const sidecarStartupProbe: Rule = ({ containers }, problems) => {
  for (const [index, each] of containers.entries()) {
    if (each.role !== 'sidecar' || each.container.startupProbe !== undefined) continue;
    const asking = containers.slice(index + 1).find((other) => asks(other, each));
    if (asking === undefined) continue;
    problems.add(
      'sidecar-startup-probe',
      [...each.path, 'name'],
      `${asking.name} asks ${each.name} on localhost, and starts before that one answers`,
      'Give the sidecar a startupProbe: what is listed after it starts once that has passed.',
    );
  }
};

/** Names and images of what runs beside an app for as long as that does. */
const companions = /proxy|envoy|istio|linkerd|sidecar|agent|exporter|fluent|filebeat|promtail|vector|logstash|vault|git-?sync|reloader|tailer?|tunnel/i;

export const classicSidecarInJob: Rule = ({ kind, containers, set }, problems) => {
  if (kind !== 'Job' && kind !== 'CronJob') return;
  const apps = containers.filter(({ role }) => role === 'app');
  if (apps.length < 2) return;
  const beside = apps.filter(({ container: { name = '', image = '' } }) => companions.test(name) || companions.test(image.split('/').at(-1) ?? ''));
  if (beside.length === apps.length) return;
  for (const { name, path } of beside) {
    problems.add(
      'classic-sidecar-in-job',
      [...path, 'name'],
      `The Job does not complete while ${name} runs, which has no reason to end`,
      set.minor < firstWithSidecars
        ? 'Let the others tell it to end when they have done their work, through a file or a request.'
        : 'Make it a sidecar: an init container with restartPolicy: Always ends with the others.',
    );
  }
};

/** Whether a container speaks of a port of another one on localhost. */
function asks(asking: ContainerCase, asked: ContainerCase): boolean {
  const { container } = asking;
  const words = [commandLine(container), ...(container.env ?? []).map(({ value = '' }) => value)].join(' ');
  return (asked.container.ports ?? []).some(({ containerPort }) => new RegExp(`(?:localhost|127\\.0\\.0\\.1|\\[::1\\])[: ]${containerPort}\\b`).test(words));
}
