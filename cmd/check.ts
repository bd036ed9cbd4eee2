/** `podwright check`: waits until what was deployed is Ready or has completed, and ends as soon as it is certain that it will not. */
import type { CheckGoal, CheckPlan, CheckTarget } from '../src/core/check/check-plan.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { kindName } from '../src/core/workload-facts.ts';
import type { ManifestObject } from '../src/manifest/manifest-objects.ts';
import { checkTarget, usualGoal, usualTimeoutMs } from '../src/service/check-target.ts';
import { parseTargets, type Target, targetText } from '../src/service/target.ts';
import { type ReportChoice, reportChoices } from './check-reports.ts';
import { type ClusterChoice, clusterChoice, text, texts } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import { durationMs } from './duration.ts';
import { checkNamespaces, readManifests } from './manifest-files.ts';
import { checkLabelSelector } from './selectors.ts';

export interface CheckRequest {
  readonly cluster: ClusterChoice;
  readonly targets: readonly Target[];
  /** Manifests, whose Pods and workloads are the targets, those with the labels if a selector is given; `-` is stdin. */
  readonly files: readonly string[];
  readonly labelSelector: string | undefined;
  /** undefined: what suits each target. */
  readonly goal: CheckGoal | undefined;
  readonly expect: number | undefined;
  readonly rules: Omit<CheckPlan, 'targets'>;
  readonly json: boolean;
  readonly reports: readonly ReportChoice[];
  /** Where the run is recorded; a file of that name is overwritten, as those of reports are. */
  readonly record: string | undefined;
}

export const checkCommand: Command<CheckRequest> = {
  name: 'check',
  words: '[TARGET…]',
  summary: 'Wait until Pods are Ready, or say why they will not be',
  flags: {
    filename: {
      type: 'string',
      short: 'f',
      value: 'FILE',
      multiple: true,
      describe: 'Pods and workloads of this manifest, or of those in a directory; - is stdin',
    },
    selector: { type: 'string', short: 'l', value: 'SELECTOR', describe: 'Label selector of Pods, as in app=web; with -f of the objects in the manifests' },
    for: {
      type: 'string',
      value: 'WHAT',
      suggestions: ['ready', 'completed', 'deleted', 'condition='],
      describe: 'ready, completed, deleted or condition=TYPE[=STATUS]; default is completed for Jobs, else ready',
    },
    timeout: { type: 'string', value: 'TIME', describe: 'How long to wait, as in 90s; default is 5m' },
    stable: { type: 'string', value: 'TIME', describe: 'How long all must have stayed so; default is 0s, and for fresh Pods without probes 3s' },
    'fail-fast': { type: 'boolean', describe: 'End with the first target that fails; the default' },
    any: { type: 'boolean', describe: 'One target that gets there is enough' },
    'no-fail-fast': { type: 'boolean', describe: 'Wait until every target is decided' },
    'allow-restarts': { type: 'string', value: 'N', describe: 'How often a Pod may be restarted; default is until its first crash loop' },
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: ['json'], describe: 'json' },
    report: {
      type: 'string',
      multiple: true,
      value: 'KIND[=FILE]',
      describe: 'junit=FILE, json=FILE, sarif=FILE, markdown[=FILE] or github; as often as you like',
    },
    record: { type: 'string', value: 'FILE', describe: 'Keep the run in this file, for replay; gzip where it ends in .gz' },
    expect: { type: 'string', value: 'N', describe: 'How many Pods -l has to match; default is those there are' },
  },
  examples: [
    ['check deploy/web sts/db', 'all of them Ready'],
    ['check -f deploy/ --timeout 10m', 'everything that was applied from there'],
    ['check -f deploy/ -l tier=backend', 'of these the ones with the label'],
    ['check job/migrate', 'completed'],
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
    const files = texts(args, 'filename');
    checkChoice(targets, files, labelSelector, cluster);
    const goal = goalOf(args);
    for (const { kind, name } of targets) checkGoal(goal, kind, name);
    const expect = wholeNumber(args, 'expect', 1);
    if (expect !== undefined && (labelSelector === undefined || files.length > 0)) {
      throw new PodwrightError('usage', '--expect goes with -l alone: a workload says itself how many Pods it has', { hint: 'Leave it out.' });
    }
    const timeout = text(args, 'timeout');
    const timeoutMs = timeout === undefined ? usualTimeoutMs : durationMs(timeout, '--timeout');
    if (timeoutMs === 0) throw new PodwrightError('usage', '--timeout 0 waits for nothing', { hint: 'Write it like 90s or 5m.' });
    const stable = text(args, 'stable');
    const stableMs = stable === undefined ? undefined : durationMs(stable, '--stable');
    if (stableMs !== undefined && stableMs >= timeoutMs)
      throw new PodwrightError('usage', '--stable has to be shorter than --timeout', { hint: 'Write it like --stable 10s --timeout 5m.' });
    if (args.flags['fail-fast'] === true && args.flags['no-fail-fast'] === true) {
      throw new PodwrightError('usage', '--fail-fast and --no-fail-fast exclude each other', { hint: 'Leave out one of them.' });
    }
    const any = args.flags['any'] === true;
    if (any && args.flags['fail-fast'] === true) {
      throw new PodwrightError('usage', '--any and --fail-fast exclude each other: one that fails is none that gets there', { hint: 'Leave out --fail-fast.' });
    }
    const record = text(args, 'record');
    if (record === '' || record === '-') {
      throw new PodwrightError('usage', '--record needs a file: stdout is for the result', { hint: 'Write it like --record run.ndjson.gz.' });
    }
    const failFast = args.flags['no-fail-fast'] !== true && args.flags['fail-fast'] !== false;
    return {
      cluster,
      targets,
      files,
      labelSelector,
      goal,
      expect,
      rules: { timeoutMs, stableMs, failFast, any, allowRestarts: wholeNumber(args, 'allow-restarts', 0) },
      json: text(args, 'output') === 'json',
      reports: reportChoices(texts(args, 'report')),
      record,
    };
  },

  async run(request, io) {
    const [{ chosenCluster }, { runCheckCommand }] = await Promise.all([import('./cluster.ts'), import('./check-run.ts')]);
    const manifests = request.files.length === 0 ? [] : await readManifests(request.files, request.labelSelector, io);
    const cluster = chosenCluster(request.cluster);
    return runCheckCommand(planOf(request, manifests, cluster.namespace), cluster, request, io);
  },
};

/** The targets, in the namespace of the command line where nothing else is said. */
function planOf(request: CheckRequest, manifests: readonly ManifestObject[], namespace: string): CheckPlan {
  const { targets, labelSelector, goal, expect, cluster, rules } = request;
  if (manifests.length > 0) return { ...rules, targets: manifestTargets(manifests, request, namespace) };
  const named = targets.map((target) => checkTarget(target, namespace, goal));
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

/** Each object once, as several files may describe it. */
function manifestTargets(manifests: readonly ManifestObject[], { goal, cluster }: CheckRequest, namespace: string): readonly CheckTarget[] {
  checkNamespaces(
    manifests.map((each) => ({ ...each, kind: kindName(each.kind) })),
    cluster,
  );
  const found = new Map<string, CheckTarget>();
  for (const { kind, name, namespace: own, place } of manifests) {
    checkGoal(goal, kind, name);
    const one: CheckTarget = { ...checkTarget({ kind, name }, own ?? namespace, goal), place };
    const key = `${one.namespace} ${one.text}`;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

function checkChoice(targets: readonly Target[], files: readonly string[], labelSelector: string | undefined, cluster: ClusterChoice): void {
  const ways = [targets.length > 0, files.length > 0, labelSelector !== undefined].filter((given) => given).length;
  if (ways === 0) {
    throw new PodwrightError('usage', 'check needs something to wait for', {
      hint: 'Name targets like deploy/web, a manifest with -f, or select Pods with -l.',
    });
  }
  if (ways > 1 && targets.length > 0) {
    throw new PodwrightError('usage', 'named targets exclude manifests (-f) and a selector (-l)', { hint: 'Give one of them; run check twice for both.' });
  }
  if ((labelSelector === undefined || files.length > 0) && cluster.allNamespaces) {
    throw new PodwrightError('usage', 'a name belongs to one namespace: -A goes with -l alone', { hint: 'Give the namespace with -n.' });
  }
  const named = targets.map(targetText);
  const twice = named.find((one, index) => named.indexOf(one) !== index);
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
