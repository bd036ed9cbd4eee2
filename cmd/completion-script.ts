/**
 * The completion scripts, made from the flag tables. Commands and flags are written into the script; names of Pods are asked of the cluster with the
 * flags that are on the line already.
 */
import { plainText } from '../src/report/terminal-text.ts';
import { clusterFlags, outputFlags } from './cluster-flags.ts';
import type { Command, FlagTable } from './command.ts';
import { commandNames, loadCommand } from './commands.ts';

const writers = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** The script for the shell; it completes `podwright`. */
export async function completionScript(shell: keyof typeof writers): Promise<string> {
  const commands = await Promise.all(commandNames.map(loadCommand));
  return writers[shell](
    await Promise.all(
      commands.map(async (command) => ({
        name: command.name,
        summary: command.summary,
        flags: allFlags(command),
        pods: takesPods(command),
        words: (await command.completions?.()) ?? [],
      })),
    ),
  );
}

interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: FlagTable;
  readonly pods: boolean;
  readonly words: readonly string[];
}

function allFlags({ flags }: Pick<Command<unknown>, 'flags'>): FlagTable {
  return { ...flags, ...clusterFlags, ...outputFlags };
}

function takesPods({ words }: Pick<Command<unknown>, 'words'>): boolean {
  return words?.includes('TARGET') === true;
}

function flagWords(flags: FlagTable): string {
  return Object.entries(flags)
    .flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])])
    .join(' ');
}

/** The flags whose value says where to look for Pods. */
const placeFlags = ['-n', ...['namespace', 'context', 'cluster', 'user', 'kubeconfig'].map((name) => `--${name}`)].join('|');

function bashScript(commands: readonly Completed[]): string {
  const names = commands.map(({ name }) => name);
  return `# bash completion for podwright
_podwright() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command= words place=() i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${placeFlags}) place+=("\${COMP_WORDS[i]}" "\${COMP_WORDS[i + 1]}") ;;
      ${names.join('|')}) [[ -n $command ]] || command=\${COMP_WORDS[i]} ;;
    esac
  done
  case $command in
    '') words='${names.join(' ')} ${flagWords({ ...clusterFlags, ...outputFlags })}' ;;
${commands.map(({ name, flags }) => `    ${name}) words='${flagWords(flags)}' ;;`).join('\n')}
  esac
  case $command in
    ${commands.flatMap(({ name, pods }) => (pods ? [name] : [])).join('|')})
      [[ $cur == -* ]] || words=$(podwright get "\${place[@]}" -o name --request-timeout 3s 2>/dev/null | cut -d/ -f2) ;;
  esac
  case $command in
${commands.flatMap(({ name, words }) => (words.length > 0 ? [`    ${name}) [[ $cur == -* ]] || words='${words.join(' ')}' ;;`] : [])).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _podwright podwright
`;
}

function zshScript(commands: readonly Completed[]): string {
  return `#compdef podwright
_podwright() {
  local -a commands flags place
  local command= i
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join('\n')}
  )
  for ((i = 2; i < CURRENT; i++)); do
    case $words[i] in
      ${placeFlags}) place+=($words[i] $words[i+1]) ;;
      ${commands.map(({ name }) => name).join('|')}) [[ -n $command ]] || command=$words[i] ;;
    esac
  done
  case $command in
    '') flags=(${flagWords({ ...clusterFlags, ...outputFlags })}); [[ $PREFIX == -* ]] || _describe command commands ;;
${commands.map(({ name, flags, pods, words }) => `    ${name}) flags=(${flagWords(flags)})${pods ? '; [[ $PREFIX == -* ]] || compadd -- ${$(podwright get $place -o name --request-timeout 3s 2>/dev/null)#pod/}' : ''}${words.length > 0 ? `; [[ $PREFIX == -* ]] || compadd -- ${words.join(' ')}` : ''} ;;`).join('\n')}
  esac
  [[ $PREFIX != -* ]] || compadd -- $flags
}
compdef _podwright podwright
`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, flags, pods, words }) => [
    `complete -c podwright -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`,
    ...Object.entries(flags).map(
      ([flag, { short, type, describe, choices }]) =>
        `complete -c podwright -n '__fish_seen_subcommand_from ${name}' -l ${flag}${short === undefined ? '' : ` -s ${short}`}${type === 'string' ? ' -r' : ''}${choices === undefined ? '' : ` -a '${choices.join(' ')}'`} -d '${quoted(describe)}'`,
    ),
    ...(words.length > 0 ? [`complete -c podwright -n '__fish_seen_subcommand_from ${name}' -a '${words.join(' ')}'`] : []),
    ...(pods
      ? [
          `complete -c podwright -n '__fish_seen_subcommand_from ${name}' -a '(podwright get -o name --request-timeout 3s 2>/dev/null | string replace pod/ "")'`,
        ]
      : []),
  ]);
  return `# fish completion for podwright\ncomplete -c podwright -f\n${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return plainText(text).replaceAll("'", '’');
}
