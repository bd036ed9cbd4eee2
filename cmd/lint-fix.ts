/** What becomes of the fixes of `podwright lint --fix`: they are shown, asked about and written, each file whole or not at all. */
import { stat } from 'node:fs/promises';
import { counted } from '../src/core/diagnosis/wording.ts';
import type { LintReport } from '../src/core/lint-report.ts';
import { isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import type { LintInput } from '../src/manifest/lint.ts';
import type { FixedManifests, FixedText } from '../src/manifest/lint-fixes.ts';
import { lintText } from '../src/report/lint-text.ts';
import { type Style, styleOf } from '../src/report/style.ts';
import { plainLines, plainText } from '../src/report/terminal-text.ts';
import { unifiedDiff } from '../src/report/unified-diff.ts';
import type { CommandIo } from './command.ts';
import { canAsk, confirmed } from './confirmation.ts';
import type { LintRequest } from './lint.ts';
import { readManifestFile } from './manifest-files.ts';
import { replaceFile } from './written-file.ts';

export interface FixOutcome {
  /** Of the files as they are now. */
  readonly report: LintReport;
  /** How many files could not be written. */
  readonly unwritten: number;
  /** stdout has another use: what there is to tell is told. */
  readonly told: boolean;
}

type Lint = (inputs: readonly LintInput[]) => LintReport;

export async function settleFixes(
  { report, texts }: FixedManifests,
  inputs: readonly LintInput[],
  lint: Lint,
  request: LintRequest,
  io: CommandIo,
): Promise<FixOutcome> {
  const fixes = `${counted(report.fixed?.length ?? 0, 'change')} in ${counted(texts.length, 'file')}`;
  if (request.fix === 'diff') {
    for (const text of texts) io.stdout.write(await shownDiff(text, styleOf(io.color), io.stdout.isTTY === true));
    io.stderr.write(texts.length === 0 ? 'There is nothing to fix.\n' : `${fixes}; nothing is written.\n`);
    return { report: lint(inputs), unwritten: 0, told: true };
  }
  const [stdin] = inputs;
  if (request.names.includes('-') && stdin !== undefined) {
    io.stdout.write(texts[0]?.after ?? stdin.bytes);
    io.stderr.write(lintText(report, false));
    return { report, unwritten: 0, told: true };
  }
  if (texts.length > 0 && !request.yes && canAsk(io)) {
    for (const text of texts) io.stderr.write(await shownDiff(text, styleOf(io.color), true));
    if (!(await confirmed(`Write ${fixes}?`, io))) {
      io.stderr.write('Nothing is written.\n');
      return { report: lint(inputs), unwritten: 0, told: false };
    }
  }
  const outcome = await writeAll({ report, texts }, inputs, lint, io);
  const written = outcome.report.fixed?.length ?? 0;
  // The other formats have no room for what is no more.
  if (written > 0 && request.format !== 'text' && request.format !== 'json')
    io.stderr.write(`${counted(written, 'change')} in ${counted(texts.length - outcome.unwritten, 'file')}.\n`);
  return { ...outcome, told: false };
}

/** A file that cannot be written does not keep the others from it. */
async function writeAll({ report, texts }: FixedManifests, inputs: readonly LintInput[], lint: Lint, io: CommandIo): Promise<Omit<FixOutcome, 'told'>> {
  const left = new Set<string>();
  for (const text of texts) {
    io.signal.throwIfAborted();
    try {
      await writeFixed(text, io);
    } catch (error) {
      if (!isPodwrightError(error) || error.code !== 'input') throw error;
      left.add(text.file);
      io.stderr.write(`podwright: ${plainText(error.message)}\n`);
    }
  }
  if (left.size === 0) return { report, unwritten: 0 };
  const written = new Map(texts.flatMap(({ file, after }) => (left.has(file) ? [] : [[file, Buffer.from(after)] as const])));
  const now = lint(inputs.map((input) => ({ ...input, bytes: written.get(input.file) ?? input.bytes })));
  return { report: { ...now, fixed: (report.fixed ?? []).filter(({ place }) => !left.has(place.file)) }, unwritten: left.size };
}

/** Throws `input` for a file that is another one by now: what was found is not about that. */
async function writeFixed({ file, before, after }: FixedText, io: CommandIo): Promise<void> {
  const about = await stat(file).catch(() => undefined);
  if (about?.isFile() === false) throw new PodwrightError('input', `${file} is no file that can be fixed: - writes what it reads to stdout`);
  const { bytes } = await readManifestFile(file, io);
  if (!Buffer.from(before).equals(bytes))
    throw new PodwrightError('input', `${file} has changed since it was read, and is left as it is`, { hint: 'Run it again.' });
  await replaceFile(file, after);
}

/** Without the values of secrets; a terminal obeys what is in a file. */
async function shownDiff({ file, before, after }: FixedText, style: Style, terminal: boolean): Promise<string> {
  const { shownText } = await import('../src/manifest/manifests.ts');
  const shown = (text: string): string => (terminal ? plainLines(shownText(text)) : shownText(text));
  return unifiedDiff(before, after, plainText(file), style, shown);
}
