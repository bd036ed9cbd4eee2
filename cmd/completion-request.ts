/**
 * What may stand at the end of a command line: from the words before it and the flag tables to what must be known to complete it. Pure; names of a
 * cluster are asked for by completion-names.ts.
 */
import { parseTargets, type Target, targetKind } from '../src/service/target.ts';
import { firstWord, readArguments } from './arguments.ts';
import { type ClusterChoice, clusterChoice, clusterFlags, outputFlags } from './cluster-flags.ts';
import type { Arguments, Command, FlagTable } from './command.ts';
import { commandNames, isCommandName, loadCommand } from './commands.ts';
import { parseServingTarget, type ServingTarget } from './serving-target.ts';

/** What a word may become, with what the shell shows beside it. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** The names that only a kubeconfig or a cluster knows. */
export type NamesOf =
  | { readonly of: 'contexts' | 'clusters' | 'users' | 'namespaces' }
  /** Of one kind after its word (`deploy NAME`); else Pods, and behind their kind workloads (`deploy/NAME`) and, where they are taken, Services. */
  | { readonly of: 'targets'; readonly kind: Target['kind'] | undefined; readonly given: readonly string[]; readonly services: boolean }
  | { readonly of: 'containers'; readonly target: Target }
  | { readonly of: 'ports'; readonly target: ServingTarget };

export type Completion =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  | { readonly kind: 'files' }
  /** `prefix` belongs to the word and to no name: `--namespace=`. */
  | { readonly kind: 'names'; readonly names: NamesOf; readonly choice: ClusterChoice; readonly prefix: string };

/** The commands that take a Service. */
const servedBy: ReadonlySet<string> = new Set(['port-forward', 'exec', 'attach', 'shell']);

const sharedFlags: FlagTable = { ...clusterFlags, ...outputFlags };
const none: Completion = { kind: 'words', words: [] };

/** By the flag's name, for every command alike. */
const namesOfFlag: Readonly<Record<string, 'contexts' | 'clusters' | 'users' | 'namespaces' | 'containers'>> = {
  namespace: 'namespaces',
  context: 'contexts',
  cluster: 'clusters',
  user: 'users',
  container: 'containers',
  target: 'containers',
};

/** What may stand for `word` after the words `before`, which begin with the command. Throws `usage` where a word before it cannot be meant. */
export async function completionOf(before: readonly string[], word: string): Promise<Completion> {
  const named = firstWord(before, sharedFlags);
  const early = named === undefined ? pendingFlag(before.at(-1), sharedFlags) : undefined;
  if (early !== undefined) return flagValue(early, sharedFlags, readArguments(before.slice(0, -1), sharedFlags, ''), '');
  const inline = /^--([^=]+)=/.exec(word);
  if (named === undefined && inline !== null) return flagValue(inline[1] ?? '', sharedFlags, readArguments(before, sharedFlags, ''), inline[0]);
  if (named === undefined) return word.startsWith('-') ? flagNames(sharedFlags) : commandsByName();
  if (named.word === 'help') return commandsByName();
  if (!isCommandName(named.word)) return none;
  const command = await loadCommand(named.word);
  const flags: FlagTable = { ...command.flags, ...sharedFlags };
  const rest = before.filter((_, index) => index !== named.index);
  // What follows is another program's command line.
  if (rest.includes('--')) return { kind: 'files' };
  const pending = pendingFlag(rest.at(-1), flags);
  const args = readArguments(pending === undefined ? rest : rest.slice(0, -1), flags, '');
  if (pending !== undefined) return flagValue(pending, flags, args, '');
  if (inline !== null) return flagValue(inline[1] ?? '', flags, args, inline[0]);
  return word.startsWith('-') ? flagNames(flags) : wordsOf(command, args, word);
}

async function commandsByName(): Promise<Completion> {
  const commands = await Promise.all(commandNames.map(loadCommand));
  return { kind: 'words', words: commands.map(({ name, summary }) => ({ value: name, description: summary })) };
}

function flagNames(flags: FlagTable): Completion {
  return { kind: 'words', words: Object.entries(flags).map(([name, { describe }]) => ({ value: `--${name}`, description: describe })) };
}

/** The flag, by its long name, that the last word leaves without its value. */
function pendingFlag(last: string | undefined, flags: FlagTable): string | undefined {
  if (last === undefined || !/^-[^=]+$/.test(last)) return undefined;
  const short = last.at(-1);
  const name = last.startsWith('--') ? last.slice(2) : Object.keys(flags).find((long) => flags[long]?.short === short);
  return name !== undefined && flags[name]?.type === 'string' ? name : undefined;
}

function flagValue(name: string, flags: FlagTable, args: Arguments, prefix: string): Completion {
  const flag = flags[name];
  const known = flag?.choices ?? flag?.suggestions;
  if (known !== undefined) return { kind: 'words', words: known.map((value) => ({ value: prefix + value })) };
  const names = namesOfFlag[name];
  if (names === undefined) return flag?.value?.includes('FILE') === true ? { kind: 'files' } : none;
  if (names !== 'containers') return namesIn({ of: names }, args, prefix);
  const [target] = parseTargets(args.words);
  return target === undefined ? none : namesIn({ of: 'containers', target }, args, prefix);
}

function namesIn(names: NamesOf, args: Arguments, prefix = ''): Completion {
  return { kind: 'names', names, choice: clusterChoice(args), prefix };
}

/** By the words that the command takes, as its help writes them: `TARGET PORT…`. */
async function wordsOf(command: Command<unknown>, args: Arguments, word: string): Promise<Completion> {
  const places = (command.words ?? '').split(' ').filter((place) => place !== '');
  const place = places[args.words.length] ?? (places.at(-1)?.includes('…') === true ? places.at(-1) : undefined);
  if (place === undefined) return none;
  if (/TARGET|POD/.test(place)) {
    const [first, ...others] = args.words;
    const kind = first === undefined ? undefined : targetKind(first);
    return namesIn({ of: 'targets', kind, given: kind === undefined ? args.words : others, services: servedBy.has(command.name) }, args);
  }
  if (place.startsWith('PORT')) {
    return namesIn({ of: 'ports', target: parseServingTarget(args.words[0] ?? '') }, args, word.slice(0, word.lastIndexOf(':') + 1));
  }
  if (place.includes('FILE')) return { kind: 'files' };
  return { kind: 'words', words: ((await command.completions?.()) ?? []).map((value) => ({ value })) };
}
