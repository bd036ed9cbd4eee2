/** Waits until a container of a Pod runs, has ended, or cannot start. */
import { diagnosePod } from '../core/diagnosis/diagnose-pod.ts';
import type { Finding } from '../core/diagnosis/finding.ts';
import type { ContainerFacts, PodFacts, TerminationFacts } from '../core/pod-facts.ts';
import type { CheckSource } from './check-source.ts';
import type { Clock } from './clock.ts';

export type ContainerStart =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly how: TerminationFacts }
  /** It will not start, which is `certain`, or has not yet when the time was up. */
  | { readonly kind: 'stuck'; readonly certain: boolean; readonly finding: Finding | undefined; readonly reason: string | undefined }
  /** The Pod is being deleted, in which nothing starts any more, or was. */
  | { readonly kind: 'gone' };

export interface AwaitedContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
}

/** The worst that is found of the container, else of the Pod. An ephemeral one is diagnosed as the only container of its Pod: a diagnosis leaves it out otherwise. */
function holdingUp(facts: PodFacts, container: ContainerFacts | undefined, now: number): Finding | undefined {
  const alone = container?.kind === 'ephemeral' ? { ...facts, containers: [{ ...container, kind: 'app' as const }] } : facts;
  const found = diagnosePod(alone, {}, now);
  return (
    found.find(({ subject }) => container !== undefined && subject.endsWith(` ${container.name}`)) ?? (container?.kind === 'ephemeral' ? undefined : found[0])
  );
}

/** `waiting` is told each new reason for which it waits. Rejects where the Pod may not be watched. */
export async function containerStarted(
  source: Pick<CheckSource, 'watchPods'>,
  awaited: AwaitedContainer,
  clock: Clock,
  waiting: (reason: string) => void,
  signal: AbortSignal,
): Promise<ContainerStart> {
  const done = new AbortController();
  let outcome: ContainerStart = { kind: 'stuck', certain: false, finding: undefined, reason: undefined };
  let told = '';
  let seen = false;
  const end = (how: ContainerStart): void => {
    outcome = how;
    done.abort();
  };
  const look = (facts: PodFacts): void => {
    seen = true;
    const container = facts.containers.find(({ name }) => name === awaited.container);
    const ended = container?.terminated;
    if (container?.running !== undefined) end({ kind: 'running' });
    else if (ended !== undefined) end({ kind: 'ended', how: ended });
    else if (facts.deletionRequestedAt !== undefined) end({ kind: 'gone' });
    else {
      const finding = holdingUp(facts, container, clock.now());
      const reason = container?.waiting?.reason;
      const words = finding?.cause ?? reason ?? '';
      // One that could not be started is not tried again, if it is ephemeral: startableEphemeralContainers in kubernetes/pkg/kubelet/kuberuntime.
      const failed = container?.kind === 'ephemeral' && container.lastTermination?.reason === 'StartError';
      const certain = finding?.verdict === 'doomed' || failed;
      outcome = { kind: 'stuck', certain, finding, reason };
      if (certain) done.abort();
      else if (words !== '' && words !== told) waiting(words);
      told = words;
    }
  };
  await source.watchPods(
    { namespace: awaited.namespace, name: awaited.pod },
    {
      changed({ type, item }) {
        if (item.uid !== awaited.uid || done.signal.aborted) return;
        if (type === 'delete') end({ kind: 'gone' });
        else look(item);
      },
      synced() {
        if (!seen) end({ kind: 'gone' });
      },
      link: () => undefined,
    },
    AbortSignal.any([signal, done.signal]),
  );
  return outcome;
}
