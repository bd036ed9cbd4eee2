/** `podwright lint`: finds what is wrong with manifests before they run. Asks no cluster, unless it is told to. */
import { type LintSeverity, lintSeverities } from '../src/core/lint-report.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import { minorOf, newestMinor, oldestMinor, versionText } from '../src/manifest/kubernetes-version.ts';
import { type ClusterChoice, clusterChoice, text } from './cluster-flags.ts';
import type { Arguments, Command } from './command.ts';
import type { SettingsChoice } from './lint-settings-files.ts';

export const lintFormats = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type LintFormat = (typeof lintFormats)[number];

export interface LintRequest {
  /** Files, directories, and - for standard input. */
  readonly names: readonly string[];
  readonly format: LintFormat;
  /** The mildest severity that makes the command fail; `never`: none does; undefined: what the settings say, else error. */
  readonly failOn: LintSeverity | 'never' | undefined;
  /** The minor version of Kubernetes that the manifests are for; undefined: the newest that is known. */
  readonly minor: number | undefined;
  /** The cluster by whose kinds and version the manifests are judged; undefined: none is asked. */
  readonly live: ClusterChoice | undefined;
  /** Which podwright.yaml counts. */
  readonly settings: SettingsChoice;
  /** What becomes of what can be mended: it is written, or shown only; undefined: it is left as it is. */
  readonly fix: 'write' | 'diff' | undefined;
  /** Nobody is asked before it is written. */
  readonly yes: boolean;
}

export const lintCommand: Command<LintRequest> = {
  name: 'lint',
  words: 'FILE…',
  summary: 'Find what is wrong with manifests, with line and column',
  flags: {
    output: { type: 'string', short: 'o', value: 'FORMAT', choices: lintFormats, describe: 'text, json, sarif, junit or github' },
    'fail-on': {
      type: 'string',
      value: 'SEVERITY',
      choices: [...lintSeverities, 'never'],
      describe: 'What makes it fail: error (the default), warning, info or never',
    },
    live: { type: 'boolean', describe: 'By what the cluster serves: its version, its kinds, and its OpenAPI for all of them' },
    'kubernetes-version': { type: 'string', value: 'VERSION', describe: 'The version of Kubernetes they are for, such as 1.29; default is the newest known' },
    config: { type: 'string', value: 'FILE', describe: 'Settings; default is the nearest podwright.yaml above each file' },
    'no-config': { type: 'boolean', describe: 'Without settings' },
    fix: { type: 'boolean', describe: 'Mend what is certain, and lint what is left; on a terminal it shows the changes and asks first' },
    diff: { type: 'boolean', describe: 'With --fix: print what would change, as diff -u does, and write nothing' },
    yes: { type: 'boolean', short: 'y', describe: 'With --fix: write without asking' },
  },
  examples: [
    ['lint pod.yaml', 'one file'],
    ['lint deploy/', 'a directory with its folders'],
    ['lint - < pod.yaml', 'standard input'],
    ['lint deploy/ --fail-on warning', 'fail on warnings too'],
    ['lint . --kubernetes-version 1.29', 'what an upgrade would break'],
    ['lint deploy/ --live --context staging', 'all kinds, as this cluster has them'],
    ['lint deploy/ -o sarif > lint.sarif', 'for code scanning'],
    ['lint deploy/ --fix', 'mend what is certain'],
    ['lint deploy/ --fix --diff', 'what that would change'],
  ],

  request(args) {
    if (args.words.length === 0) {
      throw new PodwrightError('usage', 'lint needs something to read', { hint: 'Name files or directories, or - for standard input.' });
    }
    if (args.words.filter((word) => word === '-').length > 1) throw new PodwrightError('usage', 'standard input can be read once: give - once');
    const format = lintFormats.find((each) => each === text(args, 'output')) ?? 'text';
    const failOn = [...lintSeverities, 'never' as const].find((each) => each === text(args, 'fail-on'));
    const cluster = clusterChoice(args);
    const live = args.flags['live'] === true;
    if (live && args.flags['kubernetes-version'] !== undefined) {
      throw new PodwrightError('usage', '--kubernetes-version cannot be used with --live', { hint: 'With --live it is the version of the cluster.' });
    }
    return {
      names: args.words,
      format,
      failOn,
      live: live ? cluster : undefined,
      minor: targetMinor(text(args, 'kubernetes-version')),
      settings: settingsChoice(args),
      ...fixChoice(args),
    };
  },

  async run(request, io) {
    const { runLint } = await import('./lint-run.ts');
    return runLint(request, io);
  },
};

/** Throws `usage` for what is no version, or one of which nothing is known. */
function targetMinor(version: string | undefined): number | undefined {
  if (version === undefined) return undefined;
  const minor = minorOf(version);
  const hint = `Versions from ${versionText(oldestMinor)} to ${versionText(newestMinor)} are known.`;
  if (minor === undefined) throw new PodwrightError('usage', `--kubernetes-version "${version}" is not a version such as 1.29`, { hint });
  if (minor < oldestMinor || minor > newestMinor) throw new PodwrightError('usage', `nothing is known of Kubernetes ${versionText(minor)}`, { hint });
  return minor;
}

function settingsChoice(args: Arguments): SettingsChoice {
  const file = text(args, 'config');
  const none = args.flags['no-config'] === true;
  if (file !== undefined && none) throw new PodwrightError('usage', '--config names settings, and --no-config is for none', { hint: 'Take one of them.' });
  return file !== undefined ? { kind: 'named', file } : { kind: none ? 'none' : 'found' };
}

function fixChoice(args: Arguments): Pick<LintRequest, 'fix' | 'yes'> {
  const [fix, diff, yes] = ['fix', 'diff', 'yes'].map((name) => args.flags[name] === true);
  if (fix !== true) {
    const given = diff === true ? '--diff' : yes === true ? '--yes' : undefined;
    if (given !== undefined) throw new PodwrightError('usage', `${given} goes with --fix`, { hint: 'Without --fix nothing is changed.' });
    return { fix: undefined, yes: false };
  }
  if (diff === true && yes === true) throw new PodwrightError('usage', '--diff writes nothing, and --yes is for writing', { hint: 'Take one of them.' });
  const output = text(args, 'output');
  if (diff === true && output !== undefined) throw new PodwrightError('usage', '--diff prints the changes in place of the findings', { hint: 'Leave -o out.' });
  if (diff !== true && args.words.includes('-')) {
    if (args.words.length > 1) throw new PodwrightError('usage', 'standard input is fixed by itself', { hint: 'Name the files in a run of their own.' });
    if (output !== undefined && output !== 'text')
      throw new PodwrightError('usage', 'with --fix - stdout is the fixed text, and what is left is told on stderr', { hint: 'Leave -o out.' });
  }
  return { fix: diff === true ? 'diff' : 'write', yes: yes === true };
}
