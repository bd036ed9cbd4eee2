/**
 * Opens the connection that SPDY runs on: inside a WebSocket, which proxies let through (Kubernetes 1.30 and later), else by the upgrade that is older than that
 * and takes the right to `create` alone. Source: NewFallbackDialer in k8s.io/client-go/tools/portforward.
 */
import { type ErrorCode, isPodwrightError, PodwrightError } from '../core/podwright-error.ts';
import { SocketLink } from './socket-link.ts';
import type { ApiRequest, Transport } from './transport.ts';
import { openWebSocket } from './web-socket.ts';

/** What a server or a proxy answers that does not let the WebSocket through; for any other failure the second way would fail as well. */
const worthAnotherWay: ReadonlySet<ErrorCode> = new Set(['forbidden', 'rejected', 'protocol', 'server']);

/** `protocol` is what the streams mean, as in portforward.k8s.io. Throws as `Transport.request` does. */
export function openSpdy(transport: Transport, request: ApiRequest, protocol: string): Promise<SocketLink> {
  return insteadOfWebSocket<SocketLink>(
    () => openWebSocket(transport, request, [`SPDY/3.1+${protocol}`]),
    () => upgradeToSpdy(transport, request, protocol),
  );
}

/** The first way, or the second where the first is refused in a manner that says nothing of the second. */
export async function insteadOfWebSocket<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (!isPodwrightError(error) || !worthAnotherWay.has(error.code)) throw error;
    return second();
  }
}

/** The upgrade without a WebSocket around it. */
export async function upgradeToSpdy(transport: Transport, request: ApiRequest, protocol: string): Promise<SocketLink> {
  const upgraded = await transport.upgrade({
    ...request,
    method: 'POST',
    headers: { ...request.headers, Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': protocol, 'Content-Length': '0' },
  });
  const chosen = upgraded.headers['x-stream-protocol-version'];
  if (chosen === protocol) return new SocketLink(upgraded);
  upgraded.socket.destroy();
  throw new PodwrightError('protocol', `the server answered ${request.path} with the protocol "${String(chosen)}" and not ${protocol}`);
}
