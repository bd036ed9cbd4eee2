/** Forwards ports for as long as the dashboard wants it: what `port-forward` does, with a list in place of its lines. */
import { parseForwardedPort } from '../src/core/forwarded-port.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { readPods } from '../src/kube/cluster-reader.ts';
import type { Transport } from '../src/kube/transport.ts';
import { systemClock } from '../src/service/clock.ts';
import { type ForwardEvent, forwardPorts } from '../src/service/port-forward.ts';
import { parseTarget } from '../src/service/target.ts';
import { forwardPods } from './forward-target.ts';

/** Runs until the signal aborts. Throws PodwrightError where it cannot begin or go on. */
export function dashForward(transport: Transport) {
  return async (asked: { target: string; namespace: string; ports: string }, signal: AbortSignal, report: (event: ForwardEvent) => void): Promise<void> => {
    const { namespace } = asked;
    const ports = asked.ports
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(parseForwardedPort);
    if (ports.length === 0) throw new PodwrightError('usage', 'which port?');
    const cluster = { transport, reader: readPods(transport, namespace), namespace, namespaces: [namespace] };
    const { podTunnels } = await import('../src/kube/pod-streams.ts');
    await forwardPorts({
      ...(await forwardPods(parseTarget(asked.target), ports, cluster, signal)),
      tunnels: podTunnels(transport),
      ports: ports.map(({ local }) => local),
      addresses: ['localhost'],
      clock: systemClock,
      signal,
      report,
    });
  };
}
