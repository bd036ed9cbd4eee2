/** The words and flags that `exec`, `attach` and `shell` share: one target, one container, and what of it is connected. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTargets } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Arguments, FlagTable } from './command.ts';
import { durationMs } from './duration.ts';
import { parseServingTarget, type ServingTarget } from './serving-target.ts';

export const runningTimeoutFlag: FlagTable = {
  'pod-running-timeout': { type: 'string', value: 'TIME', describe: 'How long to wait for a Pod that runs; default is 1m' },
};

export const processFlags: FlagTable = {
  container: { type: 'string', short: 'c', value: 'NAME', describe: "Container; default is the Pod's own default, then its first" },
  stdin: { type: 'boolean', short: 'i', describe: 'Pass stdin on' },
  tty: { type: 'boolean', short: 't', describe: 'A terminal at the other end' },
  quiet: { type: 'boolean', short: 'q', describe: 'Say nothing but errors on stderr' },
  ...runningTimeoutFlag,
};

/** Where a process runs, and what of it is connected with ours. */
export interface ProcessChoice {
  readonly cluster: ClusterChoice;
  readonly target: ServingTarget;
  readonly container: string | undefined;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  /** How long to wait until the container runs. */
  readonly waitMs: number;
}

/** Reads the target out of the words before `--`, and the flags. Throws `usage`. */
export function processChoice(args: Arguments, command: string): ProcessChoice {
  const cluster = oneNamespace(args);
  const words = args.words.slice(0, args.wordsBeforeDashes);
  const [target, ...more] = words[0]?.includes('/') === true ? words.map(parseServingTarget) : parseTargets(words);
  if (target === undefined)
    throw new PodwrightError('usage', `which Pod? \`${command}\` needs one`, { hint: 'Name it, or what owns it: web-7c9f6d4b8-x2x9k, deploy/web.' });
  if (more.length > 0) throw new PodwrightError('usage', `\`${command}\` takes one Pod, not ${more.length + 1}`);
  return {
    cluster,
    target,
    container: text(args, 'container'),
    stdin: args.flags['stdin'] === true,
    tty: args.flags['tty'] === true,
    quiet: args.flags['quiet'] === true,
    waitMs: podRunningMs(args),
  };
}

/** Of --pod-running-timeout; 0 does not wait. Throws `usage`. */
export function podRunningMs(args: Arguments): number {
  const value = text(args, 'pod-running-timeout');
  return value === undefined ? 60_000 : durationMs(value, '--pod-running-timeout');
}

/** The cluster flags of a command that works in one namespace. Throws `usage` for -A. */
export function oneNamespace(args: Arguments): ClusterChoice {
  const cluster = clusterChoice(args);
  if (cluster.allNamespaces)
    throw new PodwrightError('usage', 'a Pod belongs to one namespace: -A makes no sense here', { hint: 'Give the namespace with -n.' });
  return cluster;
}
