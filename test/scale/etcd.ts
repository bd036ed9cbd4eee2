/**
 * Writes straight into the store of the test cluster, for the bench alone: through the API server, thirty thousand Pods take ten minutes, as each is
 * validated, admitted and then patched by kwok. What is written here are copies of Pods that went that way.
 */
import { Agent, request as httpsRequest } from 'node:https';
import { dockerAt } from '../integration/cluster/docker.ts';
import { clusterName } from '../integration/cluster/kind.ts';
import { run } from '../integration/cluster/process.ts';

/** The etcd of the control plane, by its JSON gateway. */
export class Etcd {
  readonly #address: string;
  readonly #agent: Agent;

  private constructor(address: string, agent: Agent) {
    this.#address = address;
    this.#agent = agent;
  }

  /** With the certificates that lie on the control-plane node. */
  static async connect(dockerHost: string): Promise<Etcd> {
    const { env } = dockerAt(dockerHost);
    const node = `${clusterName}-control-plane`;
    const file = (name: string): Promise<string> => run('docker', ['exec', node, 'cat', `/etc/kubernetes/pki/etcd/${name}`], { env });
    const [ca, cert, key] = await Promise.all([file('ca.crt'), file('healthcheck-client.crt'), file('healthcheck-client.key')]);
    const address = (await run('docker', ['inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', node], { env })).trim();
    return new Etcd(address, new Agent({ keepAlive: true, maxSockets: 8, ca, cert, key }));
  }

  async put(key: string, value: object): Promise<void> {
    await this.#call('put', { key: base64(key), value: base64(JSON.stringify(value)) });
  }

  /** Deletes all keys that begin so. The prefix ends with a slash. */
  async deleteBelow(prefix: string): Promise<void> {
    await this.#call('deleterange', { key: base64(prefix), range_end: base64(`${prefix.slice(0, -1)}0`) });
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, body: object): Promise<void> {
    const payload = JSON.stringify(body);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(payload) };
    return new Promise((resolve, reject) => {
      const options = { host: this.#address, port: 2379, path: `/v3/kv/${method}`, method: 'POST', headers, agent: this.#agent };
      const sent = httpsRequest(options, (response) => {
        response.resume();
        response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`etcd answered ${method} with ${response.statusCode}`))));
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
