/** The reports of a check: which are asked for, and writing them. Files are opened before the wait, so that one that cannot be written is known by then. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CheckReport } from '../src/core/check-report.ts';
import { exitCodes, PodwrightError } from '../src/core/podwright-error.ts';
import { checkJson } from '../src/report/check-json.ts';
import { githubAnnotations } from '../src/report/github.ts';
import { junitXml } from '../src/report/junit.ts';
import { checkMarkdown } from '../src/report/markdown.ts';
import { checkSarif } from '../src/report/sarif.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { CommandIo } from './command.ts';
import { programVersion } from './program-version.ts';

const kinds = ['junit', 'json', 'sarif', 'markdown', 'github'] as const;
type ReportKind = (typeof kinds)[number];

export interface ReportChoice {
  readonly kind: ReportKind;
  /** undefined: `github`, which goes to the runner's log, and `markdown` for the summary of the step. */
  readonly file: string | undefined;
}

/** Reads the values of --report, each KIND=FILE or KIND. Throws `usage`. */
export function reportChoices(values: readonly string[]): readonly ReportChoice[] {
  const choices = values.map((value): ReportChoice => {
    const [word = '', ...rest] = value.split('=');
    const kind = kinds.find((each) => each === word);
    if (kind === undefined) {
      throw new PodwrightError('usage', `--report ${value}: there is no report "${word}"`, { hint: `Reports: ${kinds.join(', ')}, as in junit=FILE.` });
    }
    const file = rest.join('=');
    if (kind === 'github' && rest.length > 0) throw new PodwrightError('usage', '--report github takes no file: it is for the log of GitHub Actions');
    if (kind !== 'github' && kind !== 'markdown' && file === '') {
      throw new PodwrightError('usage', `--report ${kind} needs a file`, { hint: `Write it like --report ${kind}=FILE.` });
    }
    if (kind === 'markdown' && rest.length > 0 && file === '') throw new PodwrightError('usage', '--report markdown= has no file after the =');
    return { kind, file: kind === 'github' || rest.length === 0 ? undefined : file };
  });
  const files = choices.flatMap(({ file }) => file ?? []);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) throw new PodwrightError('usage', `two reports cannot be written to ${twice}`, { hint: 'Give each a file of its own.' });
  return choices;
}

export interface OpenReports {
  /** Writes them all, and gives the exit code: the check's own, but 2 where it passed and a report could not be written. */
  write(report: CheckReport): number;
  /** Closes the files, if they are not. */
  close(): void;
}

interface OpenReport {
  readonly kind: ReportKind;
  /** For messages; undefined is the log. */
  readonly file: string | undefined;
  readonly descriptor: number | undefined;
}

/** Whether this runs in GitHub Actions, whose runner reads commands in what is printed. */
export function inGithubActions({ env }: Pick<CommandIo, 'env'>): boolean {
  return env['GITHUB_ACTIONS'] === 'true';
}

/**
 * Opens the files, and empties them: what an earlier run left is not this one's. In GitHub Actions annotations and the summary are added where they were not
 * asked for. Throws `input` for a file that cannot be written, and `usage` for a summary without a place.
 */
export function openReports(choices: readonly ReportChoice[], io: CommandIo): OpenReports {
  const summary = io.env['GITHUB_STEP_SUMMARY'] || undefined;
  const open: OpenReport[] = [];
  const close = (): void => {
    for (const { descriptor } of open.splice(0)) if (descriptor !== undefined) closeSync(descriptor);
  };
  try {
    for (const { kind, file } of choices) {
      if (kind === 'github') open.push({ kind, file, descriptor: undefined });
      else if (file !== undefined) open.push({ kind, file, descriptor: opened(kind, file, 'w') });
      else if (summary === undefined) throw noSummary();
      else open.push({ kind, file: summary, descriptor: opened(kind, summary, 'a') });
    }
    if (inGithubActions(io)) {
      if (!choices.some(({ kind }) => kind === 'github')) open.push({ kind: 'github', file: undefined, descriptor: undefined });
      const wanted = choices.some(({ kind, file }) => kind === 'markdown' && file === undefined);
      if (summary !== undefined && !wanted) open.push(...unasked(summary, io));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    write(report) {
      let complete = true;
      for (const each of open) {
        try {
          write(textOf(each.kind, report), each, io);
        } catch (error) {
          complete = false;
          const outcome = `the check itself ended with exit code ${report.exitCode}`;
          io.stderr.write(`podwright: cannot write the report ${each.kind} to ${plainText(each.file ?? '')}: ${reasonOf(error)}; ${outcome}\n`);
        }
      }
      close();
      return complete || report.exitCode !== exitCodes.done ? report.exitCode : exitCodes.usage;
    },
    close,
  };
}

function textOf(kind: ReportKind, report: CheckReport): string {
  switch (kind) {
    case 'junit':
      return junitXml(report);
    case 'json':
      return checkJson(report);
    case 'sarif':
      return checkSarif(report, programVersion());
    case 'markdown':
      return checkMarkdown(report);
    case 'github':
      return githubAnnotations(report);
  }
}

/** Annotations go to stderr, which the runner reads as well: stdout may be JSON, and in a pipe. */
function write(text: string, { descriptor }: OpenReport, io: CommandIo): void {
  if (descriptor === undefined) {
    io.stderr.write(text);
    return;
  }
  const bytes = Buffer.from(text);
  // A pipe takes a part at a time.
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function opened(kind: ReportKind, file: string, flag: 'w' | 'a'): number {
  try {
    return openSync(file, flag);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new PodwrightError('input', `cannot write the report ${kind} to ${file}: ${missing ? 'its folder does not exist' : reasonOf(cause)}`, {
      cause,
      hint: missing ? `mkdir -p ${dirname(file)}` : 'Give it another file; nothing was waited for.',
    });
  }
}

/** Nobody has asked for it, so that it can only be missed. */
function unasked(summary: string, io: CommandIo): readonly OpenReport[] {
  try {
    return [{ kind: 'markdown', file: summary, descriptor: opened('markdown', summary, 'a') }];
  } catch (error) {
    io.stderr.write(`podwright: ${plainText(reasonOf(error))}\n`);
    return [];
  }
}

function noSummary(): PodwrightError {
  return new PodwrightError('usage', '--report markdown needs a file here: GITHUB_STEP_SUMMARY is not set', { hint: 'Write it like --report markdown=FILE.' });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
