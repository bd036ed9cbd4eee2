/** `podwright port-forward`: local ports that lead to ports of a target's Pods, and go on when a Pod is replaced. */
import { type ForwardedPort, parseForwardedPort } from '../src/core/forwarded-port.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { type ClusterChoice, texts } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { oneNamespace, podRunningMs, runningTimeoutFlag } from './process-flags.ts';
import { parseServingTarget, type ServingTarget } from './serving-target.ts';

export interface PortForwardRequest {
  readonly cluster: ClusterChoice;
  readonly target: ServingTarget;
  readonly ports: readonly ForwardedPort[];
  readonly addresses: readonly string[];
  /** How long to wait for a Pod that runs, at the start. */
  readonly waitMs: number;
}

export const portForwardCommand: Command<PortForwardRequest> = {
  name: 'port-forward',
  words: 'TARGET PORT…',
  summary: 'Reach a port of a Pod, a workload or a Service from here',
  flags: {
    address: { type: 'string', value: 'ADDRESSES', multiple: true, describe: 'Local addresses to listen on, with commas between; default is localhost' },
    ...runningTimeoutFlag,
  },
  examples: [
    ['port-forward web-7c9f6d4b8-x2x9k 8080:80', 'a Pod'],
    ['port-forward deploy/web 8080', "one of a Deployment's Pods, and the next when it goes"],
    ['port-forward svc/web 8080:http', "a Service's port by its name"],
    ['port-forward sts/db :5432', 'any local port that is free'],
    ['port-forward deploy/web 8080 --address 0.0.0.0', 'for other machines as well'],
  ],

  request(args) {
    const cluster = oneNamespace(args);
    const [first, ...others] = args.words;
    if (first === undefined)
      throw new PodwrightError('usage', 'which Pod? `port-forward` needs a target', { hint: 'For example: port-forward deploy/web 8080:80.' });
    const target = parseServingTarget(first);
    const ports = others.map(parseForwardedPort);
    if (ports.length === 0) throw new PodwrightError('usage', 'which port?', { hint: `For example: port-forward ${first} 8080:80.` });
    const locals = ports.map(({ local, remote }) => local ?? Number(remote)).filter((local) => local > 0);
    const twice = locals.find((local, at) => locals.indexOf(local) !== at);
    if (twice !== undefined) throw new PodwrightError('usage', `local port ${twice} cannot lead to two ports`);
    return {
      cluster,
      target,
      ports,
      addresses: addressesOf(texts(args, 'address')),
      waitMs: podRunningMs(args),
    };
  },

  async run(request, io) {
    const { chosenCluster } = await import('./cluster.ts');
    const { forward } = await import('./port-forward-run.ts');
    return forward(request, chosenCluster(request.cluster), io);
  },
};

function addressesOf(values: readonly string[]): readonly string[] {
  const addresses = values.flatMap((value) => value.split(',')).map((address) => address.trim());
  if (addresses.includes('')) throw new PodwrightError('usage', '--address needs an address', { hint: 'For example: --address localhost,10.0.0.5.' });
  return addresses.length === 0 ? ['localhost'] : addresses;
}
