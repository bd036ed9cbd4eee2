/** `podwright apply`: lints manifests, hands them to the cluster, and says of each object what became of it. */
import { PodwrightError } from '../src/core/podwright-error.ts';
import { usualTimeoutMs } from '../src/service/check-target.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Command } from './command.ts';
import { durationMs } from './duration.ts';
import { checkLabelSelector } from './selectors.ts';

export interface ApplyRequest {
  readonly cluster: ClusterChoice;
  /** Files, directories, and - for standard input. */
  readonly files: readonly string[];
  readonly recursive: boolean;
  readonly labelSelector: string | undefined;
  readonly lint: boolean;
  /** Only show what would change. */
  readonly diff: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  /** Pods whose immutable fields are to change: replaced, or asked about where there is a terminal. */
  readonly replace: boolean;
  readonly yes: boolean;
  /** undefined: do not wait. */
  readonly waitMs: number | undefined;
  /** undefined: for people. */
  readonly output: 'json' | 'name' | undefined;
}

export const applyCommand: Command<ApplyRequest> = {
  name: 'apply',
  words: '-f FILE…',
  summary: 'Apply manifests: linted first, and each object with its result',
  flags: {
    filename: { type: 'string', short: 'f', value: 'FILE', multiple: true, describe: 'Manifest, or a directory of them; - is stdin' },
    recursive: { type: 'boolean', short: 'R', describe: 'The folders of a directory too' },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Only the objects with these labels of their own, as in app=web' },
    diff: { type: 'boolean', describe: 'Show what would change in the cluster, and change nothing' },
    'dry-run': { type: 'string', value: 'WHERE', choices: ['server', 'none'], describe: 'server: let the server check it, and change nothing' },
    'no-lint': { type: 'boolean', describe: 'Hand it to the server as it is' },
    'force-conflicts': { type: 'boolean', describe: 'Take over fields that others manage' },
    replace: { type: 'boolean', describe: 'Delete a Pod and make it anew where it cannot be changed; keeps the old manifest in a file' },
    yes: { type: 'boolean', short: 'y', describe: 'Do not ask' },
    wait: { type: 'boolean', describe: 'Then wait until all is Ready or has completed, as check does, with its exit codes' },
    timeout: { type: 'string', value: 'TIME', describe: 'How long to wait, as in 90s; default is 5m' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json', 'name'], describe: 'json or name' },
  },
  examples: [
    ['apply -f web.yaml', 'one file'],
    ['apply -f deploy/ --diff', 'what would change'],
    ['apply -f deploy/ -R --wait --timeout 3m', 'a directory with its folders, and wait until all is Ready'],
    ['apply -f pod.yaml --replace', 'a Pod whose immutable fields have changed'],
    ['apply -f deploy/ --dry-run=server -o json', 'for a program, without changing anything'],
  ],

  request(args) {
    const [word] = args.words;
    if (word !== undefined) throw new PodwrightError('usage', `apply takes its files with -f, and "${word}" is none`, { hint: `Write -f ${word}.` });
    const files = texts(args, 'filename');
    if (files.length === 0) throw new PodwrightError('usage', 'apply needs a manifest', { hint: 'Name it with -f FILE; -f - reads standard input.' });
    if (files.filter((file) => file === '-').length > 1) throw new PodwrightError('usage', 'standard input can be read once: give -f - once');
    const cluster = clusterChoice(args);
    if (cluster.allNamespaces) throw new PodwrightError('usage', 'an object belongs to one namespace: -A does not go with apply', { hint: 'Give it with -n.' });
    const [diff, wait] = [args.flags['diff'] === true, args.flags['wait'] === true];
    const dryRun = text(args, 'dry-run') === 'server';
    if (wait && (diff || dryRun))
      throw new PodwrightError('usage', `--wait waits for what ${diff ? '--diff' : '--dry-run'} does not do`, { hint: 'Leave it out.' });
    const timeout = text(args, 'timeout');
    if (timeout !== undefined && !wait) throw new PodwrightError('usage', '--timeout goes with --wait', { hint: 'Add --wait.' });
    const timeoutMs = timeout === undefined ? usualTimeoutMs : durationMs(timeout, '--timeout');
    if (timeoutMs === 0) throw new PodwrightError('usage', '--timeout 0 waits for nothing', { hint: 'Write it like 90s or 5m.' });
    const output = (['json', 'name'] as const).find((each) => each === text(args, 'output'));
    if (output === 'name' && wait) throw new PodwrightError('usage', '--wait prints how it ended, and -o name names', { hint: 'Use -o json, which has both.' });
    const labelSelector = text(args, 'selector') || undefined;
    if (labelSelector !== undefined) checkLabelSelector(labelSelector);
    if (output !== undefined && diff)
      throw new PodwrightError('usage', `--diff prints a diff, and -o ${output} results`, { hint: 'Use --dry-run=server -o json to get the changed fields.' });
    return {
      cluster,
      files,
      recursive: args.flags['recursive'] === true,
      labelSelector,
      lint: args.flags['no-lint'] !== true,
      diff,
      dryRun: dryRun || diff,
      force: args.flags['force-conflicts'] === true,
      replace: args.flags['replace'] === true,
      yes: args.flags['yes'] === true,
      waitMs: wait ? timeoutMs : undefined,
      output,
    };
  },

  async run(request, io) {
    const { runApplyCommand } = await import('./apply-run.ts');
    return runApplyCommand(request, io);
  },
};
