/** The checks that most fields need: a format, one of some words, a range. What is not there is not checked. */
import { didYouMean, surelyMeant } from '../core/did-you-mean.ts';
import type { RuleId } from './lint-rules.ts';
import type { FieldPath } from './manifest-tree.ts';
import type { Format } from './name-formats.ts';
import type { Problems } from './problem.ts';

/** Empty text is checked like any other. */
export function checkFormat(problems: Problems, path: FieldPath, text: string | undefined, format: Format): void {
  const wrong = text === undefined ? undefined : format(text);
  if (wrong !== undefined) problems.add('invalid-value', path, `${subject(path)} "${shortened(text ?? '')}" is not valid: it ${wrong}`);
}

/** Empty text is as none: the API server puts its default there. */
export function checkOneOf(problems: Problems, path: FieldPath, value: string | undefined, words: readonly string[], rule: RuleId = 'invalid-value'): void {
  if (value === undefined || value === '' || words.includes(value)) return;
  const same = didYouMean(value, words);
  const [last = '', ...others] = words.toReversed();
  const allowed = others.length === 0 ? last : `${others.toReversed().join(', ')} or ${last}`;
  const sure = surelyMeant(value, words);
  const repair = sure === undefined ? undefined : ({ kind: 'rewrite', to: sure } as const);
  problems.add(rule, path, `${subject(path)} is ${allowed}, not "${shortened(value)}"`, same === undefined ? undefined : `Did you mean ${same}?`, repair);
}

/** As `checkOneOf`, for fields that are a pointer in Go: empty text is a word like another, and none of them. */
export function checkWord(problems: Problems, path: FieldPath, value: string | undefined, words: readonly string[]): void {
  if (value === '') problems.add('invalid-value', path, `${subject(path)} is empty; it is one of ${words.join(', ')}`);
  checkOneOf(problems, path, value, words);
}

/** Whole numbers, both ends included. */
export function checkRange(problems: Problems, path: FieldPath, value: number | undefined, least: number, most = Number.POSITIVE_INFINITY): void {
  if (value === undefined || (value >= least && value <= most)) return;
  const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `from ${least} to ${most}`;
  problems.add('invalid-value', path, `${subject(path)} has to be ${range}, and is ${value}`);
}

/** Mode bits of a file. YAML reads 0644 as octal; 644 is another number. */
export function checkFileMode(problems: Problems, path: FieldPath, mode: number | undefined): void {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  const message = `${subject(path)} is up to 0777, and ${mode} is 0${mode.toString(8)}`;
  if (!/^[0-7]{3}$/.test(String(mode))) return problems.add('invalid-value', path, message);
  const inJson = String(Number.parseInt(String(mode), 8));
  const repair = { kind: 'rewrite', to: `0${mode}`, inJson } as const;
  problems.add('invalid-value', path, message, `Write ${repair.to} in YAML, which is octal, or ${inJson} in JSON.`, repair);
}

/** The name of the field that a path ends at, for a sentence. */
function subject(path: FieldPath): string {
  const last = path.at(-1);
  if (typeof last !== 'number') return last ?? 'It';
  return path.findLast((step) => typeof step === 'string') ?? 'It';
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
