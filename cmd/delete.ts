/** `podwright delete`: deletes Pods and workloads, or evicts Pods, and follows how they end. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { usualTimeoutMs } from '../src/service/check-target.ts';
import type { Target } from '../src/service/target.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { durationMs } from './duration.ts';
import { podChoice } from './pod-choice.ts';
import { checkFieldSelector } from './selectors.ts';

export interface DeleteRequest {
  readonly cluster: ClusterChoice;
  readonly targets: readonly Target[];
  /** Manifests, of which the Pods and workloads are deleted. */
  readonly files: readonly string[];
  readonly recursive: boolean;
  /** With neither names nor files nor selectors it is every Pod, which was asked for. */
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
  readonly evict: boolean;
  /** Gone from the API at once, whatever still runs. */
  readonly force: boolean;
  readonly graceSeconds: number | undefined;
  readonly cascade: 'background' | 'foreground' | 'orphan';
  readonly dryRun: boolean;
  readonly ignoreNotFound: boolean;
  readonly yes: boolean;
  /** undefined: do not wait. */
  readonly waitMs: number | undefined;
  /** undefined: for people. */
  readonly output: 'json' | 'name' | undefined;
}

export const deleteCommand: Command<DeleteRequest> = {
  name: 'delete',
  words: 'TARGET…',
  summary: 'Delete or evict Pods, delete workloads, and see how they end',
  flags: {
    filename: { type: 'string', short: 'f', value: 'FILE', multiple: true, describe: 'The Pods and workloads of a manifest; - is stdin' },
    recursive: { type: 'boolean', short: 'R', describe: 'The folders of a directory too' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Pods with these labels, as in app=web' },
    'field-selector': { type: 'string', value: 'SELECTOR', describe: 'Pods with these fields, as in status.phase=Failed' },
    all: { type: 'boolean', describe: 'Every Pod of the namespace, or with -A of all' },
    evict: { type: 'boolean', describe: 'Evict Pods: disruption budgets are honoured, and waited for' },
    'grace-period': { type: 'string', value: 'SECONDS', describe: "Time between TERM and KILL; default is the Pod's own" },
    now: { type: 'boolean', describe: 'As --grace-period=1' },
    force: { type: 'boolean', describe: 'Take it out of the API at once; what runs on its node may go on for a while' },
    cascade: {
      type: 'string',
      value: 'HOW',
      choices: ['background', 'foreground', 'orphan'],
      describe: "What becomes of a workload's Pods: background (the default), foreground, or orphan to keep them",
    },
    wait: { type: 'boolean', describe: 'Wait until they have gone, the default; --wait=false does not' },
    timeout: { type: 'string', value: 'TIME', describe: 'How long to wait, as in 90s; default is 5m' },
    'dry-run': { type: 'string', value: 'WHERE', choices: ['server', 'none'], describe: 'server: let the server check it, and delete nothing' },
    'ignore-not-found': { type: 'boolean', describe: 'What is not there is no failure' },
    yes: { type: 'boolean', short: 'y', describe: 'Do not ask' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json', 'name'], describe: 'json or name' },
  },
  examples: [
    ['delete web-7c9f6d4b8-x2x9k', 'one Pod; says who makes another'],
    ['delete web-7c9f6d4b8-x2x9k --evict', 'as a drain does: only if its disruption budget allows it'],
    ['delete deploy/web --yes', 'a Deployment with its Pods, without asking'],
    ['delete -l app=web --yes --timeout 2m', 'all Pods with a label'],
    ['delete -A --field-selector status.phase=Failed --yes', 'what has failed, in all namespaces'],
    ['delete web-7c9f6d4b8-x2x9k --yes -o json', 'for a program'],
    ['delete -f deploy/ --dry-run=server', 'what it would delete'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const { targets, labelSelector } = podChoice(args, cluster);
    const files = texts(args, 'filename');
    const fieldSelector = text(args, 'field-selector') || undefined;
    if (fieldSelector !== undefined) checkFieldSelector(fieldSelector);
    const all = args.flags['all'] === true;
    if (all && labelSelector !== undefined) throw new PodwrightError('usage', '--all is every Pod, and -l some', { hint: 'Take one of them.' });
    const selects = all || labelSelector !== undefined || fieldSelector !== undefined;
    const ways = [targets.length > 0, files.length > 0, selects].filter((given) => given).length;
    if (ways === 0)
      throw new PodwrightError('usage', 'delete needs to know what', {
        hint: 'Name Pods or workloads, a manifest with -f, or select Pods with -l, --field-selector or --all.',
      });
    if (ways > 1) throw new PodwrightError('usage', 'names, -f and the selection of Pods exclude each other', { hint: 'Give one of them.' });
    const recursive = args.flags['recursive'] === true;
    if (recursive && files.length === 0) throw new PodwrightError('usage', '-R is of the directory that -f names', { hint: 'Add -f DIRECTORY.' });
    const [force, evict] = [args.flags['force'] === true, args.flags['evict'] === true];
    const waits = args.flags['wait'] !== false;
    const timeout = text(args, 'timeout');
    if (timeout !== undefined && !waits)
      throw new PodwrightError('usage', '--timeout is how long to wait, and --wait=false does not', { hint: 'Leave out one of them.' });
    const timeoutMs = timeout === undefined ? usualTimeoutMs : durationMs(timeout, '--timeout');
    if (timeoutMs === 0) throw new PodwrightError('usage', '--timeout 0 waits for nothing', { hint: 'Write it like 90s or 5m, or --wait=false.' });
    const workload = targets.find(({ kind }) => kind !== 'pod');
    if (evict && (workload !== undefined || files.length > 0)) {
      throw new PodwrightError('usage', 'only Pods are evicted', { hint: 'Name Pods, or select them with -l.' });
    }
    if (evict && force) throw new PodwrightError('usage', '--evict asks the disruption budget, and --force nobody', { hint: 'Take one of them.' });
    return {
      cluster,
      targets,
      files,
      recursive,
      labelSelector,
      fieldSelector,
      evict,
      force,
      graceSeconds: graceSeconds(args, force),
      cascade: (['foreground', 'orphan'] as const).find((each) => each === text(args, 'cascade')) ?? 'background',
      dryRun: text(args, 'dry-run') === 'server',
      ignoreNotFound: args.flags['ignore-not-found'] === true,
      yes: args.flags['yes'] === true,
      waitMs: waits ? timeoutMs : undefined,
      output: (['json', 'name'] as const).find((each) => each === text(args, 'output')),
    };
  },

  async run(request, io) {
    const { runDeleteCommand } = await import('./delete-run.ts');
    return runDeleteCommand(request, io);
  },
};

/** As kubectl has it: -1 is the Pod's own, 0 needs --force, and --force is 0. Throws `usage`. */
function graceSeconds(args: Arguments, force: boolean): number | undefined {
  const value = text(args, 'grace-period');
  const now = args.flags['now'] === true;
  if (now && value !== undefined) throw new PodwrightError('usage', '--now and --grace-period exclude each other', { hint: 'Take one of them.' });
  if (now) return 1;
  if (value === undefined || value === '-1') return force ? 0 : undefined;
  if (!/^\d{1,9}$/.test(value))
    throw new PodwrightError('usage', `--grace-period ${value} is no number of seconds`, { hint: 'Write it like --grace-period 10.' });
  if (force && value !== '0') throw new PodwrightError('usage', '--force gives no grace period', { hint: 'Leave out one of them.' });
  if (!force && value === '0')
    throw new PodwrightError('usage', '--grace-period 0 needs --force', { hint: '--grace-period 1 ends the Pod quickly, and waits for its node.' });
  return Number(value);
}
