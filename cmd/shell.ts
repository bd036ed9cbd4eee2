/** `podwright shell`: a shell in a container, whichever it has. */
import type { Command } from './command.ts';
import { type ProcessChoice, processChoice, processFlags } from './process-flags.ts';

const { container, quiet, 'pod-running-timeout': timeout } = processFlags;

/** The first is nearly always there, and finds the best; the others are for images that have but one of them, as distroless debug images have. */
const shells: readonly (readonly string[])[] = [
  ['sh', '-c', 'for shell in bash ash; do command -v $shell >/dev/null 2>&1 && exec $shell; done; exec sh'],
  ['bash'],
  ['ash'],
  ['/busybox/sh'],
];

export const shellCommand: Command<ProcessChoice> = {
  name: 'shell',
  words: 'TARGET',
  summary: 'Open a shell in a container: bash, ash or sh',
  flags: { ...(container && { container }), ...(quiet && { quiet }), ...(timeout && { 'pod-running-timeout': timeout }) },
  examples: [
    ['shell web-7c9f6d4b8-x2x9k', 'in the default container'],
    ['shell deploy/web -c proxy', 'in a ready Pod of the Deployment'],
  ],

  request: (args) => processChoice(args, 'shell'),

  async run(request, io) {
    const { chosenCluster } = await import('./cluster.ts');
    const { runProcess } = await import('./process-run.ts');
    return runProcess({ ...request, stdin: true, tty: io.stdin.isTTY && io.stdout.isTTY }, shells, chosenCluster(request.cluster), io);
  },
};
