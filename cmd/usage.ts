/**
 * The help texts, laid out by yargs, which is loaded only for them. Loading a command's module for its summary and flags brings in no cluster client
 * and no Ink.
 */
import yargs, { type Argv } from 'yargs';
import { clusterFlags, outputFlags } from './cluster-flags.ts';
import type { Command, FlagTable } from './command.ts';
import { commandNames, loadCommand } from './commands.ts';

/** The help of the program as a whole, at most `width` characters wide. */
export async function programHelp(program: string, width: number): Promise<string> {
  const commands = await Promise.all(commandNames.map(loadCommand));
  const parser = layout(`See what your Pods do, and why a Pod is not Ready.\n\nUsage: ${program} [command] [flags]`, program, width);
  for (const { name, words, summary } of commands) parser.command(words === undefined ? name : `${name} ${words}`, summary);
  describeFlags(parser, { ...clusterFlags, ...outputFlags });
  describeExamples(
    parser,
    commands.flatMap(({ examples }) => examples.slice(0, 1)),
    program,
  );
  parser.epilogue(`${program} COMMAND --help tells more of a command.`);
  return `${await parser.getHelp()}\n`;
}

/** The help of one command, at most `width` characters wide. */
export async function commandHelp(command: Command<unknown>, flags: FlagTable, program: string, width: number): Promise<string> {
  const usage = [program, command.name, command.words, '[flags]'].filter((part) => part !== undefined).join(' ');
  const parser = layout(`${command.summary}.\n\nUsage: ${usage}`, program, width);
  describeFlags(parser, flags);
  describeExamples(parser, command.examples, program);
  return `${await parser.getHelp()}\n`;
}

function layout(usage: string, program: string, width: number): Argv {
  return yargs([]).scriptName(program).locale('en').help(false).version(false).exitProcess(false).wrap(width).usage(usage);
}

/** Without types, of which yargs would say `[string]` behind each flag. */
function describeFlags(parser: Argv, flags: FlagTable): void {
  for (const [name, { short, describe, value }] of Object.entries(flags)) {
    const group = clusterFlags[name] !== undefined ? 'Cluster:' : outputFlags[name] !== undefined ? 'General:' : 'Flags:';
    parser.option(name, { describe: value === undefined ? describe : `${value}: ${describe}`, group, ...(short === undefined ? {} : { alias: short }) });
  }
}

function describeExamples(parser: Argv, examples: Command<unknown>['examples'], program: string): void {
  for (const [line, does] of examples) parser.example(`${program} ${line}`.trim(), does);
}
