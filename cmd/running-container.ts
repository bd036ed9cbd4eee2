/** From what serves to a container that runs: in the best of its Pods, or in one that is waited for, which is said with what holds it up. */
import { bestPod } from '../src/core/best-pod.ts';
import { type ContainerChoice, chooseContainer } from '../src/core/container-choice.ts';
import { isOver } from '../src/core/logged-containers.ts';
import type { ContainerFacts, PodFacts } from '../src/core/pod-facts.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { systemClock } from '../src/service/clock.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import type { ProcessChoice } from './process-flags.ts';
import { servingPods } from './serving-pods.ts';
import { servingText } from './serving-target.ts';
import { healthOf } from './target-pods.ts';

export interface RunningContainer extends ContainerChoice {
  readonly pod: PodFacts;
}

/** What holds a Pod up may show in its Events alone, which do not change it. */
const lookAgainMs = 5000;

/**
 * Out of the target's Pods of now, and those to come. Throws `not-found` where there is no such container, `rejected` where it will not run or is not
 * waited for, and `timeout` with what holds it up when the time is up. `say` is told each new reason for waiting.
 */
export async function runningContainer(
  { target, container, waitMs }: ProcessChoice,
  pods: readonly PodFacts[],
  cluster: OpenCluster,
  io: CommandIo,
  say: (line: string) => void,
): Promise<RunningContainer> {
  let looked = await look(container, pods, cluster, io);
  const [over, limit] = [new AbortController(), AbortSignal.timeout(waitMs)];
  const signal = AbortSignal.any([io.signal, limit, over.signal]);
  let seen = pods;
  let told = '';
  try {
    if (looked.kind === 'waiting' && waitMs > 0) {
      const changes = (await servingPods(target, cluster, signal))[Symbol.asyncIterator]();
      let next = changes.next();
      while (looked.kind === 'waiting' && !signal.aborted) {
        const line = `${looked.subject ?? servingText(target)}: waiting until it runs (${looked.why})`;
        // That it has lasted some seconds more is no news.
        const kind = line.replaceAll(/\d+/g, '');
        if (kind !== told) say(line);
        told = kind;
        // It ends with the signal, and may do so when nobody waits for it any more.
        next.catch(() => undefined);
        const changed = await Promise.race([next, systemClock.wait(lookAgainMs, signal)]);
        if (changed?.done === true) break;
        if (changed !== undefined) {
          seen = changed.value;
          next = changes.next();
        }
        looked = await look(container, seen, cluster, io);
      }
    }
  } catch (error) {
    if (!limit.aborted) throw error;
  } finally {
    over.abort();
  }
  io.signal.throwIfAborted();
  if (looked.kind === 'running') return looked;
  const place = `-n ${cluster.namespace}`;
  const after = waitMs === 0 ? '' : ` after ${waitMs / 1000} s`;
  throw new PodwrightError(waitMs === 0 ? 'rejected' : 'timeout', `${looked.subject ?? servingText(target)} does not run${after}: ${looked.why}`, {
    hint: target.kind === 'service' ? `\`podwright get ${place}\` shows the Pods.` : `\`podwright why ${servingText(target)} ${place}\` says more.`,
  });
}

type Look = ({ readonly kind: 'running' } & RunningContainer) | { readonly kind: 'waiting'; readonly subject: string | undefined; readonly why: string };

async function look(wanted: string | undefined, pods: readonly PodFacts[], cluster: OpenCluster, io: CommandIo): Promise<Look> {
  const pod = bestPod(pods);
  if (pod === undefined) return { kind: 'waiting', subject: undefined, why: 'there is no Pod' };
  const choice = chooseContainer(pod, wanted);
  const { container } = choice;
  if (container.running !== undefined) return { kind: 'running', pod, ...choice };
  const subject = `container ${container.name} of ${pod.namespace}/${pod.name}`;
  const { health, cause } = await healthOf(pod, cluster, io);
  const why = cause ?? stateText(container);
  if (health !== 'doomed' && !isOver(pod, container)) return { kind: 'waiting', subject, why };
  throw new PodwrightError('rejected', `${subject} does not run: ${why}`, { hint: `\`podwright why ${pod.name} -n ${pod.namespace}\` says more.` });
}

function stateText({ terminated, waiting }: ContainerFacts): string {
  if (terminated !== undefined) return `it has ended with exit code ${terminated.exitCode}`;
  return `it waits${waiting?.reason === undefined ? '' : ` for ${waiting.reason}`}`;
}
