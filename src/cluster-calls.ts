/** What a program asks of a cluster in one call: why a Pod is as it is, and whether what was deployed comes up. Each opens its connections and closes them. */
import type { CheckGoal, CheckPlan } from './core/check/check-plan.ts';
import type { CheckReport } from './core/check-report.ts';
import type { Finding } from './core/diagnosis/finding.ts';
import { podReferences } from './core/diagnosis/pod-references.ts';
import { type PodFacts, podFacts } from './core/pod-facts.ts';
import { clusterCheck } from './kube/cluster-check.ts';
import { clusterDiagnosis } from './kube/cluster-diagnosis.ts';
import { readPods } from './kube/cluster-reader.ts';
import { type KubeConfigFlags, openCluster } from './kube/kube-config.ts';
import { createTransport, type Transport } from './kube/transport.ts';
import { runCheck } from './service/check-run.ts';
import { checkTarget, usualTimeoutMs } from './service/check-target.ts';
import { systemClock } from './service/clock.ts';
import { orNothing } from './service/look-up.ts';
import { PodDiagnosis } from './service/pod-diagnosis.ts';
import { parseTarget } from './service/target.ts';

/** Which cluster; without anything, the kubeconfig's current context. */
export interface ClusterCall extends KubeConfigFlags {
  /** The context's own by default. */
  readonly namespace?: string;
  /** Ends the call: an explanation by throwing, a check with the outcome `unfinished`. */
  readonly signal?: AbortSignal;
}

export interface ExplainedPod {
  readonly facts: PodFacts;
  /** Worst first; empty for a Pod that is well. */
  readonly findings: readonly Finding[];
}

/**
 * Why a Pod is not Ready, as `podwright why` tells it: with its Events, and what its findings make worth a look. What may not be read makes the findings say
 * less. Throws PodwrightError: `not-found` where there is no such Pod, and what is wrong with the kubeconfig or the connection.
 */
export async function explainPod(name: string, call: ClusterCall = {}): Promise<ExplainedPod> {
  return onCluster(call, async (transport, namespace, signal) => {
    const source = clusterDiagnosis(transport);
    const object = await readPods(transport, namespace).pod({ namespace, name }, { signal });
    const facts = podFacts(object);
    const events = await orNothing(source.events({ namespaces: [namespace], pod: facts }, signal), signal);
    const diagnosis = new PodDiagnosis(source, systemClock.now(), signal);
    return { facts, findings: await diagnosis.inFull({ facts, references: podReferences(object), events }) };
  });
}

export interface CheckCall extends ClusterCall, Partial<Omit<CheckPlan, 'targets'>> {
  /** What to wait for; without it what suits each target. */
  readonly goal?: CheckGoal;
}

/**
 * Waits until these targets (`deploy/web`, `job/migrate`, `web-0`) are Ready or have completed, as `podwright check` does: for five minutes at most, and no longer
 * than it takes to be certain that they will not. Throws PodwrightError for what is no target, and where the cluster cannot be reached or refuses at the start.
 */
export async function check(targets: readonly string[], call: CheckCall = {}): Promise<CheckReport> {
  const { goal, timeoutMs = usualTimeoutMs, stableMs, failFast = true, any = false, allowRestarts } = call;
  const named = targets.map(parseTarget);
  return onCluster(call, (transport, namespace, signal) =>
    runCheck({
      plan: { targets: named.map((target) => checkTarget(target, namespace, goal)), timeoutMs, stableMs, failFast, any, allowRestarts },
      source: clusterCheck(transport),
      diagnosis: clusterDiagnosis(transport),
      reader: readPods(transport, namespace),
      clock: systemClock,
      signal,
      progress: () => undefined,
    }),
  );
}

async function onCluster<T>(
  { namespace, signal = new AbortController().signal, ...choice }: ClusterCall,
  body: (transport: Transport, namespace: string, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const access = openCluster(choice);
  const transport = createTransport(access);
  try {
    return await body(transport, namespace ?? access.namespace, signal);
  } finally {
    transport.close();
  }
}
