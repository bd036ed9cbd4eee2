/** `podwright version`: the versions of this program, of Node and of the server. */
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { programVersion } from './program-version.ts';

export interface VersionRequest {
  readonly cluster: ClusterChoice;
  readonly clientOnly: boolean;
  readonly json: boolean;
}

export const versionCommand: Command<VersionRequest> = {
  name: 'version',
  summary: 'Versions of this program and of the server',
  flags: {
    client: { type: 'boolean', describe: 'Only the version of this program; asks no server' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json' },
  },
  examples: [
    ['version', 'both versions'],
    ['version --client', 'without a cluster'],
  ],

  request(args) {
    const [word] = args.words;
    if (word !== undefined) throw new PodwrightError('usage', `version takes no arguments, but got "${word}"`);
    return { cluster: clusterChoice(args), clientOnly: args.flags['client'] === true, json: text(args, 'output') === 'json' };
  },

  async run({ cluster, clientOnly, json }, io) {
    const client = { version: programVersion(), node: process.versions.node, platform: `${process.platform}/${process.arch}` };
    if (!json) io.stdout.write(`podwright ${client.version} (Node ${client.node}, ${client.platform})\n`);
    const server = clientOnly ? undefined : await serverVersion(cluster, io.signal);
    if (json) io.stdout.write(`${JSON.stringify({ client, ...(server === undefined ? {} : { server }) }, undefined, 2)}\n`);
    else if (server !== undefined) io.stdout.write(`server ${server.version} (${server.platform}, context ${server.context})\n`);
    return exitCodes.done;
  },
};

async function serverVersion(choice: ClusterChoice, signal: AbortSignal): Promise<{ context: string; version: string; platform: string }> {
  const { chosenCluster } = await import('./cluster.ts');
  const { transport } = chosenCluster(choice);
  const { gitVersion, platform } = (await transport.request({ path: '/version', signal })) as { gitVersion?: string; platform?: string };
  return { context: plainText(transport.context), version: plainText(gitVersion ?? 'unknown'), platform: plainText(platform ?? 'unknown') };
}
