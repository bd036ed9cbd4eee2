/**
 * The agent for a cluster whose kubeconfig names a `proxy-url`. The libraries are loaded only then; they are those that the official client uses,
 * which would load them always.
 */
import type { Agent } from 'node:http';
import { PodwrightError } from '../core/podwright-error.ts';
import type { TlsMaterial } from './kube-config.ts';

export interface ProxyAgentOptions {
  readonly keepAlive: boolean;
  readonly keepAliveMsecs: number;
  readonly maxSockets: number;
  readonly maxFreeSockets: number;
}

/** An agent that reaches the server through the proxy: http, https, socks4, socks4a, socks5 or socks5h. Throws `bad-kubeconfig` for another scheme. */
export async function createProxyAgent(proxyUrl: string, server: URL, tls: Partial<TlsMaterial>, options: ProxyAgentOptions): Promise<Agent> {
  const scheme = /^[a-z0-9]+(?=:)/.exec(proxyUrl.toLowerCase())?.[0];
  switch (scheme) {
    case 'socks':
    case 'socks4':
    case 'socks4a':
    case 'socks5':
    case 'socks5h': {
      const { SocksProxyAgent } = await import('socks-proxy-agent');
      return new SocksProxyAgent(proxyUrl, { ...options, ...tls });
    }
    case 'http':
    case 'https': {
      const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
      return server.protocol === 'https:' ? new HttpsProxyAgent({ ...options, ...tls, proxy: proxyUrl }) : new HttpProxyAgent({ ...options, proxy: proxyUrl });
    }
    default:
      throw new PodwrightError('bad-kubeconfig', `the proxy-url of ${server.origin} is not an http, https or socks5 address`);
  }
}
