/** Runs a lint: reads the files, and prints what was found. What cannot be read is told, and the rest is linted all the same. */
import { type LintReport, type LintSeverity, lintSeverities } from '../src/core/lint-report.ts';
import { exitCodes, isPodwrightError } from '../src/core/podwright-error.ts';
import type { LintInput, LintTarget } from '../src/manifest/lint.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { CommandIo } from './command.ts';
import type { LintFormat, LintRequest } from './lint.ts';
import { filesOf, readManifestFile, shownName } from './manifest-files.ts';
import { programVersion } from './program-version.ts';

export async function runLint(request: LintRequest, io: CommandIo): Promise<number> {
  const { apiVersionsIn, fixManifests, lintFiles, lintRules, readForLint } = await import('../src/manifest/manifests.ts');
  const read = await readInputs(request.names, io);
  const { inputs } = read;
  let { unreadable } = read;
  const fails = (severity: LintSeverity): boolean => request.failOn !== 'never' && lintSeverities.indexOf(severity) <= lintSeverities.indexOf(request.failOn);
  if (inputs.length > 0) {
    const files = inputs.map(readForLint);
    const target = await targetOf(request, () => apiVersionsIn(files), io);
    const lint = (each: readonly LintInput[]): LintReport => lintFiles(each === inputs ? files : each.map(readForLint), target);
    const found = request.fix === undefined ? undefined : fixManifests(inputs, lint, target);
    const outcome = found && (await (await import('./lint-fix.ts')).settleFixes(found, inputs, lint, request, io));
    unreadable += outcome?.unwritten ?? 0;
    const report = outcome?.report ?? lint(inputs);
    for (const file of report.empty) {
      unreadable++;
      io.stderr.write(`podwright: there is no object in ${plainText(file)}\n`);
    }
    const rules = Object.entries(lintRules).map(([id, { title }]) => ({ id, title }));
    if (outcome?.told !== true) io.stdout.write(await written(request.format, report, { files: inputs.map(({ file }) => file), rules, fails }, io));
    if (unreadable === 0 && report.findings.some(({ severity }) => fails(severity))) return exitCodes.failed;
  }
  return unreadable > 0 ? exitCodes.usage : exitCodes.done;
}

/** undefined: the newest version of Kubernetes that is known. */
async function targetOf({ live, minor }: LintRequest, apiVersions: () => readonly string[], io: CommandIo): Promise<LintTarget | undefined> {
  if (live === undefined) return minor === undefined ? undefined : { minor };
  const { clusterTarget } = await import('./lint-cluster.ts');
  return clusterTarget(live, apiVersions(), io);
}

interface Inputs {
  readonly inputs: readonly LintInput[];
  /** How many names or files could not be read. */
  readonly unreadable: number;
}

async function readInputs(names: readonly string[], io: CommandIo): Promise<Inputs> {
  const inputs = new Map<string, LintInput>();
  let unreadable = 0;
  const attempt = async (read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (!isPodwrightError(error) || error.code !== 'input') throw error;
      unreadable++;
      io.stderr.write(`podwright: ${plainText(error.message)}\n`);
    }
  };
  for (const name of names) {
    await attempt(async () => {
      for (const { file, named } of await filesOf(name, true)) {
        const shown = shownName(file);
        // A file that is named itself and found as well is read once.
        if (!inputs.has(shown)) await attempt(async () => void inputs.set(shown, { file: shown, named, ...(await readManifestFile(file, io)) }));
      }
    });
  }
  return { inputs: [...inputs.values()], unreadable };
}

interface About {
  readonly files: readonly string[];
  readonly rules: readonly { readonly id: string; readonly title: string }[];
  fails(severity: LintSeverity): boolean;
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
