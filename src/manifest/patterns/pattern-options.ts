/** What is set of a pattern, checked: `--set log-streamer.dir=/logs` or, where only one pattern has the option, `--set dir=/logs`. */
import { didYouMean } from '../../core/did-you-mean.ts';
import { PodwrightError } from '../../core/podwright-error.ts';
import { formatProblem } from './option-formats.ts';
import { isNeeded, type Pattern, type PatternOption } from './pattern-template.ts';

export interface Setting {
  /** The pattern's id or its last part; undefined: whichever has the option. */
  readonly pattern: string | undefined;
  readonly option: string;
  readonly value: string;
}

/** The values of one pattern, by option. */
export interface Values {
  readonly pattern: Pattern;
  readonly given: ReadonlyMap<string, string>;
}

/** Reads `OPTION=VALUE` or `PATTERN.OPTION=VALUE`. Throws `usage`. */
export function readSetting(text: string): Setting {
  const parts = /^(?:([a-z:-]+)\.)?([a-z-]+)=(.*)$/s.exec(text);
  if (parts === null) throw new PodwrightError('usage', `--set is OPTION=VALUE, not "${text}"`, { hint: 'With several patterns: PATTERN.OPTION=VALUE.' });
  return { pattern: parts[1], option: parts[2] ?? '', value: parts[3] ?? '' };
}

/** Gives each setting to its pattern. Throws `usage` for an option that none or several have, and a value that Kubernetes would not take. */
export function chooseValues(patterns: readonly Pattern[], settings: readonly Setting[]): readonly Values[] {
  const given = new Map(patterns.map((pattern) => [pattern, new Map<string, string>()]));
  for (const setting of settings) {
    const pattern = patternOf(patterns, setting);
    const option = pattern.options.find(({ name }) => name === setting.option);
    if (option !== undefined) given.get(pattern)?.set(option.name, checked(option, setting.value));
  }
  for (const pattern of patterns) {
    const missing = pattern.options.find((option) => isNeeded(option) && given.get(pattern)?.has(option.name) === false);
    if (missing === undefined) continue;
    throw new PodwrightError('usage', `${pattern.id} needs ${missing.name}: ${missing.says}`, {
      hint: `Add --set ${patterns.length === 1 ? '' : `${shortName(pattern)}.`}${missing.name}=VALUE.`,
    });
  }
  return patterns.map((pattern) => ({ pattern, given: given.get(pattern) ?? new Map() }));
}

/** `log-streamer` of `sidecar:log-streamer`. */
export function shortName({ id }: Pick<Pattern, 'id'>): string {
  return id.split(':')[1] ?? id;
}

function patternOf(patterns: readonly Pattern[], { pattern: wanted, option }: Setting): Pattern {
  const named = wanted === undefined ? patterns : patterns.filter((pattern) => pattern.id === wanted || shortName(pattern) === wanted);
  if (named.length === 0) {
    const names = patterns.map(shortName);
    const nearest = didYouMean(wanted ?? '', names);
    throw new PodwrightError('usage', `--set ${wanted}.${option}: ${wanted} is none of the patterns here`, {
      hint: nearest === undefined ? `There is ${names.join(', ')}.` : `Did you mean ${nearest}.${option}?`,
    });
  }
  const having = named.filter(({ options }) => options.some(({ name }) => name === option));
  const [only, ...others] = having;
  if (only === undefined) {
    const options = named.flatMap((pattern) => pattern.options.map(({ name }) => name));
    const nearest = didYouMean(option, options);
    throw new PodwrightError('usage', `${named.map(({ id }) => id).join(' and ')} ${named.length > 1 ? 'have' : 'has'} no option ${option}`, {
      hint: nearest === undefined ? `Options: ${[...new Set(options)].join(', ') || 'none'}.` : `Did you mean ${nearest}?`,
    });
  }
  if (others.length === 0) return only;
  throw new PodwrightError('usage', `which ${option}? ${having.map(({ id }) => id).join(' and ')} have it`, {
    hint: `Write ${having.map((pattern) => `${shortName(pattern)}.${option}=…`).join(' or ')}.`,
  });
}

function checked(option: PatternOption, value: string): string {
  const problem = formatProblem(option.format, value);
  if (problem === undefined) return value;
  throw new PodwrightError('usage', `${option.name} ${problem}, and this is "${value}"`, { hint: `${option.name}: ${option.says}.` });
}
