/** `podwright check`: waits until what was deployed is Ready or has completed, and ends as soon as it is certain that it will not. */
import type { CheckGoal, CheckPlan, CheckTarget } from '../src/core/check/check-plan.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { parseTargets, type Target, targetText } from '../src/service/target.ts';
import { type ReportChoice, reportChoices } from './check-reports.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { durationMs } from './duration.ts';
import { checkLabelSelector } from './selectors.ts';

export interface CheckRequest {
  readonly cluster: ClusterChoice;
  readonly targets: readonly Target[];
  readonly labelSelector: string | undefined;
  /** undefined: what suits each target. */
  readonly goal: CheckGoal | undefined;
  readonly expect: number | undefined;
  readonly rules: Omit<CheckPlan, 'targets'>;
  readonly json: boolean;
  readonly reports: readonly ReportChoice[];
}

export const checkCommand: Command<CheckRequest> = {
  name: 'check',
  words: '[TARGET…]',
  summary: 'Wait until Pods are Ready or have completed, or say why they will not be',
  flags: {
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Label selector, as in app=web' },
    for: { type: 'string', value: 'WHAT', describe: 'ready, completed, deleted or condition=TYPE[=STATUS]; default is completed for Jobs, else ready' },
    timeout: { type: 'string', value: 'TIME', describe: 'How long to wait, as in 90s; default is 5m' },
    stable: { type: 'string', value: 'TIME', describe: 'How long all must have stayed so; default is 3s for a Pod that no probe asks, else 0s' },
    'fail-fast': { type: 'boolean', describe: 'End with the first target that fails; the default' },
    'no-fail-fast': { type: 'boolean', describe: 'Wait until every target is decided' },
    'allow-restarts': { type: 'string', value: 'N', describe: 'How often a Pod may be restarted; default is until its first crash loop' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json' },
    report: {
      type: 'string',
      multiple: true,
      value: 'KIND[=FILE]',
      describe: 'junit=FILE, json=FILE, sarif=FILE, markdown[=FILE] or github; as often as you like',
    },
    expect: { type: 'string', value: 'N', describe: 'How many Pods -l has to match; default is those there are' },
  },
  examples: [
    ['check deploy/web sts/db', 'all of them Ready'],
    ['check job/migrate --timeout 10m', 'completed'],
    ['check -l app=web --expect 3 --stable 10s', 'three Pods, Ready for ten seconds'],
    ['check pod/web-1 --for condition=PodScheduled', 'one condition'],
    ['check deploy/old --for deleted', 'gone, with its Pods'],
    ['check deploy/web --report junit=podwright.xml', 'with a report for the pipeline'],
  ],

  request(args) {
    const cluster = clusterChoice(args);
    const targets = parseTargets(args.words);
    const labelSelector = text(args, 'selector');
    if (labelSelector !== undefined) checkLabelSelector(labelSelector);
    checkChoice(targets, labelSelector, cluster);
    const goal = goalOf(args);
    for (const { kind, name } of targets) checkGoal(goal, kind, name);
    const expect = wholeNumber(args, 'expect', 1);
    if (expect !== undefined && labelSelector === undefined) {
      throw new PodwrightError('usage', '--expect goes with -l: a workload says itself how many Pods it has', { hint: 'Leave it out.' });
    }
    const timeoutMs = durationMs(text(args, 'timeout') ?? '5m', '--timeout');
    if (timeoutMs === 0) throw new PodwrightError('usage', '--timeout 0 waits for nothing', { hint: 'Write it like 90s or 5m.' });
    const stable = text(args, 'stable');
    const stableMs = stable === undefined ? undefined : durationMs(stable, '--stable');
    if (stableMs !== undefined && stableMs >= timeoutMs)
      throw new PodwrightError('usage', '--stable has to be shorter than --timeout', { hint: 'Write it like --stable 10s --timeout 5m.' });
    if (args.flags['fail-fast'] === true && args.flags['no-fail-fast'] === true) {
      throw new PodwrightError('usage', '--fail-fast and --no-fail-fast exclude each other', { hint: 'Leave out one of them.' });
    }
    const failFast = args.flags['no-fail-fast'] !== true && args.flags['fail-fast'] !== false;
    return {
      cluster,
      targets,
      labelSelector,
      goal,
      expect,
      rules: { timeoutMs, stableMs, failFast, allowRestarts: wholeNumber(args, 'allow-restarts', 0) },
      json: text(args, 'output') === 'json',
      reports: reportChoices(texts(args, 'report')),
    };
  },

  async run(request, io) {
    const [{ chosenCluster }, { runCheckCommand }] = await Promise.all([import('./cluster.ts'), import('./check-run.ts')]);
    const cluster = chosenCluster(request.cluster);
    return runCheckCommand(planOf(request, cluster.namespace), cluster, request, io);
  },
};

/** The targets in the namespace of the command line. */
function planOf({ targets, labelSelector, goal, expect, cluster, rules }: CheckRequest, namespace: string): CheckPlan {
  const named = targets.map(({ kind, name }): CheckTarget => {
    return { text: targetText({ kind, name }), namespace, of: { kind, name }, place: undefined, goal: goal ?? usualGoal(kind), expect: undefined };
  });
  if (labelSelector === undefined) return { ...rules, targets: named };
  const selected: CheckTarget = {
    text: `-l ${labelSelector}`,
    namespace: cluster.allNamespaces ? undefined : namespace,
    of: { kind: 'selector', selector: labelSelector },
    place: undefined,
    goal: goal ?? usualGoal('pod'),
    expect,
  };
  return { ...rules, targets: [selected] };
}

function usualGoal(kind: Target['kind']): CheckGoal {
  return kind === 'job' || kind === 'cronjob' ? { kind: 'completed' } : { kind: 'ready', orCompleted: true };
}

function checkChoice(targets: readonly Target[], labelSelector: string | undefined, cluster: ClusterChoice): void {
  if (labelSelector === '') throw new PodwrightError('usage', '-l selects nothing', { hint: 'Write it like -l app=web.' });
  if (targets.length > 0 && labelSelector !== undefined) {
    throw new PodwrightError('usage', 'name the targets or select Pods, not both', { hint: 'Leave out -l or the names.' });
  }
  if (targets.length > 0 && cluster.allNamespaces) {
    throw new PodwrightError('usage', 'a name belongs to one namespace: -A and names exclude each other', { hint: 'Give the namespace with -n.' });
  }
  if (targets.length === 0 && labelSelector === undefined) {
    throw new PodwrightError('usage', 'check needs something to wait for', { hint: 'Name targets like deploy/web, or select Pods with -l app=web.' });
  }
  const texts = targets.map(targetText);
  const twice = texts.find((one, index) => texts.indexOf(one) !== index);
  if (twice !== undefined) throw new PodwrightError('usage', `${twice} is named twice`, { hint: 'Name each target once.' });
}

/** What --for asks for. Throws `usage`. */
function goalOf(args: Arguments): CheckGoal | undefined {
  const value = text(args, 'for');
  if (value === undefined) return undefined;
  if (value === 'ready') return { kind: 'ready', orCompleted: false };
  if (value === 'completed' || value === 'deleted') return { kind: value };
  const condition = /^condition=([A-Za-z][\w./-]*)(?:=(True|False|Unknown))?$/i.exec(value);
  if (condition?.[1] !== undefined) return { kind: 'condition', type: condition[1], status: capital(condition[2] ?? 'True') };
  throw new PodwrightError('usage', `--for ${value} is not known`, {
    hint: 'It is ready, completed, deleted or condition=TYPE[=STATUS], as in condition=PodScheduled.',
  });
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

const neverCompleted: ReadonlySet<Target['kind']> = new Set(['deployment', 'statefulset', 'daemonset', 'replicaset']);

function checkGoal(goal: CheckGoal | undefined, kind: Target['kind'], name: string): void {
  if (goal?.kind !== 'completed' || !neverCompleted.has(kind)) return;
  throw new PodwrightError('usage', `${targetText({ kind, name })} never completes: its Pods are meant to keep running`, {
    hint: 'Jobs and Pods complete; leave out --for to wait for what suits each target.',
  });
}

function wholeNumber(args: Arguments, flag: string, least: number): number | undefined {
  const value = text(args, flag);
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value) && Number(value) >= least) return Number(value);
  throw new PodwrightError('usage', `--${flag} ${value} is not a whole number of at least ${least}`, { hint: `Write it like --${flag} 3.` });
}
