/**
 * What the shell asks at each tab: `podwright __complete WORD… LAST` prints what LAST may become.
 *
 * The answer has the form that kubectl reads from the program `kubectl_complete-podwright`, which is cobra's: a candidate a line, behind a tab what it
 * is; then `:N`, the sum of 2 (no space behind it) and 4 (no names of files instead). Whatever fails gives no candidates: a line that is being typed is
 * not the place for an error. Source: ShellCompDirective in github.com/spf13/cobra/completions.go.
 */
import { isPodwrightError } from '../src/core/podwright-error.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { CommandIo } from './command.ts';
import { type Candidate, type Completion, completionOf } from './completion-request.ts';

/** Whoever pressed tab goes on typing. */
const patienceMs = 3_000;
const noSpace = 2;
const noFiles = 4;

/** Prints the candidates for the last of the words; the exit code is 0. */
export async function complete(words: readonly string[], io: CommandIo): Promise<number> {
  const word = words.at(-1) ?? '';
  let completion: Completion = { kind: 'words', words: [] };
  let candidates: readonly Candidate[] = [];
  try {
    completion = await completionOf(words.slice(0, -1), word);
    candidates = await candidatesOf(completion, word, io.signal);
  } catch (error) {
    if (!isPodwrightError(error) || io.env['PODWRIGHT_DEBUG'] === '1') io.stderr.write(`podwright: ${plainText(String(error))}\n`);
  }
  const begun = candidates.filter(({ value }) => value.startsWith(word));
  const open = begun.length > 0 && begun.every(({ value }) => /[/=]$/.test(value));
  const directive = (completion.kind === 'files' ? 0 : noFiles) + (open ? noSpace : 0);
  io.stdout.write(`${begun.map(candidateLine).join('')}:${directive}\n`);
  return 0;
}

function candidateLine({ value, description = '' }: Candidate): string {
  return `${plainText(value)}${description === '' ? '' : `\t${plainText(description)}`}\n`;
}

async function candidatesOf(completion: Completion, word: string, signal: AbortSignal): Promise<readonly Candidate[]> {
  if (completion.kind !== 'names') return completion.kind === 'words' ? completion.words : [];
  const { names, choice, prefix } = completion;
  const { namesOf } = await import('./completion-names.ts');
  const found = await namesOf(names, word.slice(prefix.length), choice, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
  return found.map(({ value, ...rest }) => ({ value: prefix + value, ...rest }));
}
