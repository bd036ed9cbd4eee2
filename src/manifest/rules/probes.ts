/** Probes and hooks whose times do not work out. */
import type { V1LifecycleHandler, V1Probe } from '@kubernetes/client-node';
import type { Loose } from '../loose.ts';
import { probeNames } from '../validation-probes.ts';
import { type ContainerCase, called, type Rule } from './pod-case.ts';

export const probeTiming: Rule = ({ containers }, problems) => {
  for (const each of containers) {
    const { container, path } = each;
    const { livenessProbe: liveness, readinessProbe: readiness, startupProbe } = container;
    for (const name of probeNames) {
      const probe = container[name];
      const sleeps = sleepSeconds(probe?.exec?.command ?? []);
      const timeout = probe?.timeoutSeconds || 1;
      if (sleeps >= timeout && sleeps > 0) {
        problems.add(
          'probe-timing',
          [...path, name, 'exec', 'command'],
          `The ${name} sleeps ${sleeps} s and is cut off after ${timeout} s: it never passes`,
          'Take the sleep out; periodSeconds says how often to probe.',
        );
      }
    }
    if (liveness === undefined) continue;
    if (startupProbe === undefined && readiness !== undefined && budget(liveness) <= (readiness.initialDelaySeconds ?? 0)) {
      problems.addOnKey(
        'probe-timing',
        [...path, 'livenessProbe'],
        `${called(each).replace(/^t/, 'T')} is killed ${budget(liveness)} s after its start, and expected to be ready after ${readiness.initialDelaySeconds} s at the earliest`,
        'Give it a startupProbe that waits as long as the start may take.',
      );
    } else if (liveness.failureThreshold === 1 && startupProbe === undefined) {
      problems.add(
        'probe-timing',
        [...path, 'livenessProbe', 'failureThreshold'],
        `One probe that fails kills ${called(each)}`,
        'Leave it at 3, and give slow starts a startupProbe.',
      );
    }
  }
};

export const sameProbe: Rule = ({ containers }, problems) => {
  for (const { container, name, path } of containers) {
    const { livenessProbe: liveness, readinessProbe: readiness } = container;
    if (liveness === undefined || readiness === undefined) continue;
    if (JSON.stringify(action(liveness)) !== JSON.stringify(action(readiness))) continue;
    if (budget(liveness) - (liveness.initialDelaySeconds ?? 0) > budget(readiness) - (readiness.initialDelaySeconds ?? 0)) continue;
    problems.addOnKey(
      'same-probe',
      [...path, 'livenessProbe'],
      `${name} is killed by the same probe that takes it out of its Services: under load it restarts where it should recover`,
      'Ask something simpler for liveness, or let it fail more often before it kills.',
    );
  }
};

/** The time that the Pod has to end in is that of its hook and of the program together. */
export const graceTooShort: Rule = ({ spec, containers }, problems) => {
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  for (const { container, name, path } of containers) {
    const hook: Loose<V1LifecycleHandler> | undefined = container.lifecycle?.preStop;
    const seconds = hook?.sleep?.seconds ?? sleepSeconds(hook?.exec?.command ?? []);
    if (seconds === 0 || seconds < grace) continue;
    problems.addOnKey(
      'grace-too-short',
      [...path, 'lifecycle', 'preStop'],
      `preStop takes ${seconds} s of the ${grace} s that the Pod has to end: ${name} is killed before it can stop`,
      `Set terminationGracePeriodSeconds to more than ${seconds}, with the time that the program itself needs.`,
    );
  }
};

function action({ exec, httpGet, tcpSocket, grpc }: Loose<V1Probe>): object {
  return { exec, httpGet, tcpSocket, grpc };
}

/** Seconds from the start of the container until the probe has failed often enough. */
function budget({ initialDelaySeconds = 0, periodSeconds, failureThreshold }: Loose<V1Probe>): number {
  return initialDelaySeconds + (periodSeconds || 10) * (failureThreshold || 3);
}

/** How long a command sleeps in all, as far as it says so. */
function sleepSeconds(command: NonNullable<ContainerCase['container']['command']>): number {
  const seconds = [...command.join(' ').matchAll(/\bsleep (\d+(?:\.\d+)?)([smh]?)\b/g)];
  return seconds.reduce((sum, [, number, unit]) => sum + Number(number) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1), 0);
}
