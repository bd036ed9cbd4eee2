/** Runs a lint: reads the files, and prints what was found. What cannot be read is told, and the rest is linted all the same. */
import { basename } from 'node:path';
import { type LintFinding, type LintReport, lintSeverities } from '../src/core/lint-report.ts';
import { exitCodes, isPodwrightError } from '../src/core/podwright-error.ts';
import type { LintInput, LintTarget } from '../src/manifest/lint.ts';
import type { FileSettings } from '../src/manifest/lint-settings.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { CommandIo } from './command.ts';
import type { LintFormat, LintRequest } from './lint.ts';
import { settingsFinder, settingsName } from './lint-settings-files.ts';
import { filesOf, readManifestFile, shownName } from './manifest-files.ts';
import { programVersion } from './program-version.ts';

export async function runLint(request: LintRequest, io: CommandIo): Promise<number> {
  const { apiVersionsIn, fixManifests, lintRules, lintWithSettings, readForLint } = await import('../src/manifest/manifests.ts');
  const { inputs, settings, ...read } = await readInputs(request, io);
  let { unreadable } = read;
  if (inputs.length === 0 && unreadable > 0) return exitCodes.usage;
  const files = inputs.map(readForLint);
  const live = await clusterTarget(request, () => apiVersionsIn(files), io);
  const settingsOf = (file: string): FileSettings | undefined => settings.get(file);
  const targetOf = (file: string): LintTarget | undefined => {
    const minor = request.minor ?? settings.get(file)?.settings.minor;
    return live ?? (minor === undefined ? undefined : { minor });
  };
  const fails = ({ severity, place }: LintFinding): boolean => {
    const failOn = request.failOn ?? settings.get(place.file)?.settings.failOn ?? 'error';
    return failOn !== 'never' && lintSeverities.indexOf(severity) <= lintSeverities.indexOf(failOn);
  };
  const lint = (each: readonly LintInput[]): LintReport => lintWithSettings(each === inputs ? files : each.map(readForLint), targetOf, settingsOf);
  const found = request.fix === undefined ? undefined : fixManifests(inputs, lint, targetOf);
  const outcome = found && (await (await import('./lint-fix.ts')).settleFixes(found, inputs, lint, request, io));
  unreadable += outcome?.unwritten ?? 0;
  const report = outcome?.report ?? lint(inputs);
  for (const file of report.empty) {
    unreadable++;
    io.stderr.write(`podwright: there is no object in ${plainText(file)}\n`);
  }
  if (report.unevaluated.length > 0) {
    io.stderr.write(
      `podwright: the CEL rules of ${plainText(shortList(report.unevaluated))} are the server's to evaluate, as in kubectl apply --dry-run=server\n`,
    );
  }
  const rules = Object.entries(lintRules).map(([id, { title }]) => ({ id, title }));
  if (outcome?.told !== true) io.stdout.write(await written(request.format, report, { files: inputs.map(({ file }) => file), rules, fails }, io));
  if (unreadable > 0) return exitCodes.usage;
  return report.findings.some(fails) ? exitCodes.failed : exitCodes.done;
}

const mostNames = 5;

function shortList(names: readonly string[]): string {
  return names.length > mostNames ? `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} other kinds` : names.join(', ');
}

/** What the cluster serves, where it is asked. */
async function clusterTarget({ live }: LintRequest, apiVersions: () => readonly string[], io: CommandIo): Promise<LintTarget | undefined> {
  if (live === undefined) return undefined;
  const cluster = await import('./lint-cluster.ts');
  return cluster.clusterTarget(live, apiVersions(), io);
}

interface Inputs {
  readonly inputs: readonly LintInput[];
  /** By the files' shown names, where there are any. */
  readonly settings: ReadonlyMap<string, FileSettings>;
  /** How many names or files could not be read. */
  readonly unreadable: number;
}

async function readInputs({ names, settings: choice }: LintRequest, io: CommandIo): Promise<Inputs> {
  const inputs = new Map<string, LintInput>();
  const settings = new Map<string, FileSettings>();
  const settingsOf = settingsFinder(choice);
  let unreadable = 0;
  const attempt = async <Value>(read: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!isPodwrightError(error) || error.code !== 'input') throw error;
      unreadable++;
      io.stderr.write(`podwright: ${plainText(error.message)}\n`);
      return undefined;
    }
  };
  for (const name of names) {
    for (const { file, named } of (await attempt(() => filesOf(name, true))) ?? []) {
      const shown = shownName(file);
      // A file that is named itself and found as well is read once.
      if (inputs.has(shown)) continue;
      const own = await settingsOf(file);
      // Settings are read by now, and no manifest.
      if (choice.kind !== 'none' && basename(file) === settingsName) continue;
      if (own?.settings.ignores(own.path) === true) {
        if (named) io.stderr.write(`podwright: ${plainText(shown)} is passed over, as ${settingsName} says\n`);
        continue;
      }
      if (own !== undefined) settings.set(shown, own);
      const read = await attempt(() => readManifestFile(file, io));
      if (read !== undefined) inputs.set(shown, { file: shown, named, ...read });
    }
  }
  return { inputs: [...inputs.values()], settings, unreadable };
}

interface About {
  readonly files: readonly string[];
  readonly rules: readonly { readonly id: string; readonly title: string }[];
  fails(finding: LintFinding): boolean;
}

/** Each format is loaded where it is asked for. */
async function written(format: LintFormat, report: LintReport, { files, rules, fails }: About, io: CommandIo): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../src/report/lint-text.ts')).lintText(report, io.color);
    case 'json':
      return (await import('../src/report/lint-json.ts')).lintJson(report);
    case 'sarif':
      return (await import('../src/report/lint-sarif.ts')).lintSarif(report, rules, programVersion());
    case 'junit':
      return (await import('../src/report/lint-junit.ts')).lintJunit(report, files, fails);
    case 'github':
      return (await import('../src/report/lint-github.ts')).lintGithub(report);
  }
}
