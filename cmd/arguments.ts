/**
 * Reads a command line by the flag tables. Node's own parser splits it into tokens (`-owide`, `-Aw`, `--flag=value`, `--`): loading yargs, which writes
 * the help, takes as long as a whole `get`. What the tokens mean and what is wrong with them is decided here, by pflag's rules, which are kubectl's.
 */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../src/core/did-you-mean.ts';
import { PodwrightError } from '../src/core/podwright-error.ts';
import type { Arguments, Flag, FlagTable } from './command.ts';

/** The arguments. Throws `usage` for an unknown flag, a missing value and a value that is none of the choices. */
export function readArguments(args: readonly string[], flags: FlagTable, help: string): Arguments {
  const read: Record<string, string | boolean | readonly string[]> = {};
  const words: string[] = [];
  let wordsBeforeDashes: number | undefined;
  for (const token of tokens(args, flags)) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option-terminator') wordsBeforeDashes = words.length;
    if (token.kind !== 'option') continue;
    const flag = flags[token.name];
    if (flag === undefined) throw unknownFlag(token.name, token.rawName, flags, help);
    const value = flag.type === 'boolean' ? truth(token.value, token.rawName, help) : givenValue(token, flag, help);
    const before = read[token.name];
    read[token.name] = flag.multiple === true && typeof value === 'string' ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  return { flags: read, words, ...(wordsBeforeDashes === undefined ? {} : { wordsBeforeDashes }) };
}

/** The first word that is neither a flag nor a flag's value, with its place: the command's name. Flags that are not in the table count as without a value. */
export function firstWord(args: readonly string[], flags: FlagTable): { readonly word: string; readonly index: number } | undefined {
  const token = tokens(args, flags).find(({ kind }) => kind === 'positional');
  return token?.kind === 'positional' ? { word: token.value, index: token.index } : undefined;
}

type Tokens = ReturnType<typeof parseArgs<{ options: ParseArgsOptionsConfig; allowPositionals: true; strict: false; tokens: true }>>['tokens'];
type Token = Tokens[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

function tokens(args: readonly string[], flags: FlagTable): Tokens {
  const options: ParseArgsOptionsConfig = {};
  const longName = new Map<string, string>();
  for (const [name, { type, short }] of Object.entries(flags)) {
    options[name] = { type, ...(short === undefined ? {} : { short }) };
    if (short !== undefined) longName.set(short, name);
  }
  const end = args.indexOf('--');
  // pflag reads `-n=shop` as `-n shop`; Node would take the = for a part of the value.
  const spelled = args.map((argument, index) => {
    const name = argument[2] === '=' && argument[0] === '-' && (end < 0 || index < end) ? longName.get(argument[1] ?? '') : undefined;
    return name === undefined ? argument : `--${name}${argument.slice(2)}`;
  });
  return parseArgs({ args: spelled, options, allowPositionals: true, strict: false, tokens: true }).tokens;
}

function givenValue({ value, inlineValue, rawName }: OptionToken, { choices }: Flag, help: string): string {
  // What looks like a flag is one: `-n -A` has forgotten the namespace. A number below zero does not.
  if (value === undefined || (inlineValue !== true && /^-\D/.test(value))) throw usageError(`${rawName} needs a value`, help);
  if (choices?.includes(value) === false) throw usageError(`${rawName} is ${choices.join(', ')}, not "${value}"`, help);
  return value;
}

// Go's strconv.ParseBool.
function truth(value: string | undefined, rawName: string, help: string): boolean {
  if (value === undefined || /^(1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw usageError(`${rawName} is true or false, not "${value}"`, help);
}

function unknownFlag(name: string, rawName: string, flags: FlagTable, help: string): PodwrightError {
  const nearest = name.length === 1 ? undefined : didYouMean(name, Object.keys(flags));
  return usageError(`there is no flag ${rawName}`, nearest === undefined ? help : `Did you mean --${nearest}? ${help}`);
}

function usageError(message: string, hint: string): PodwrightError {
  return new PodwrightError('usage', message, { hint });
}
