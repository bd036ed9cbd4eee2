/** The work of `port-forward`: finds the Pods, listens, and forwards until it is interrupted. */
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { systemClock } from '../src/service/clock.ts';
import { forwardPorts, ListenError } from '../src/service/port-forward.ts';
import type { OpenCluster } from './cluster.ts';
import type { CommandIo } from './command.ts';
import { forwardProgress } from './forward-progress.ts';
import { forwardPods } from './forward-target.ts';
import type { PortForwardRequest } from './port-forward.ts';
import { portOwner } from './port-owner.ts';
import { type ServingTarget, servingText } from './serving-target.ts';
import { healthOf, targetPods } from './target-pods.ts';
import { sayMissing } from './why-missing.ts';

/** Ends by a signal, whose exit code is the process's, or throws. */
export async function forward(request: PortForwardRequest, cluster: OpenCluster, io: CommandIo): Promise<number> {
  const { target, ports, addresses, waitMs } = request;
  const text = servingText(target);
  const waited = new AbortController();
  const signal = AbortSignal.any([io.signal, waited.signal]);
  let found: Awaited<ReturnType<typeof forwardPods>>;
  try {
    found = await forwardPods(target, ports, cluster, signal);
  } catch (error) {
    if (target.kind !== 'pod' || !isPodwrightError(error) || error.code !== 'not-found') throw error;
    await sayMissing([{ namespace: cluster.namespace, name: target.name, error }], cluster, io);
    return exitCodes.failed;
  }
  const { podTunnels } = await import('../src/kube/pod-streams.ts');
  const progress = forwardProgress(text, io);
  const limit = setTimeout(() => waited.abort(), waitMs);
  try {
    await forwardPorts({
      ...found,
      tunnels: podTunnels(cluster.transport),
      ports: ports.map(({ local }) => local),
      addresses,
      clock: systemClock,
      signal,
      report: (event) => {
        if (event.kind === 'attached') clearTimeout(limit);
        if (event.kind === 'waiting' && event.lost === undefined) void sayWhy(target, text, cluster, io, progress.say);
        progress.report(event);
      },
    });
  } catch (error) {
    if (error instanceof ListenError && error.busy) throw taken(error);
    if (!waited.signal.aborted) throw error;
  } finally {
    clearTimeout(limit);
    progress.end();
  }
  if (waited.signal.aborted)
    throw new PodwrightError('timeout', `${text} has no Pod that runs, after ${waitMs / 1000} s`, { hint: `\`podwright why ${text}\` says more.` });
  return exitCodes.done;
}

/** Why there is no Pod to go to yet. */
async function sayWhy(target: ServingTarget, text: string, cluster: OpenCluster, io: CommandIo, say: (line: string) => void): Promise<void> {
  try {
    const [pod] = await targetPods(target, cluster, io.signal);
    const cause = pod === undefined ? 'there is none' : (await healthOf(pod, cluster, io)).cause;
    say(`${text}: waiting for a Pod that runs${cause === undefined ? '' : ` (${cause})`}`);
  } catch {
    // It is said as well when the waiting ends.
  }
}

function taken({ port, message, hint = '' }: ListenError): PodwrightError {
  const owner = portOwner(port);
  return new PodwrightError('input', owner === undefined ? message : `${message} by ${owner}`, { hint });
}
