/**
 * The help texts, laid out by yargs, which is loaded only for them. Loading a command's module for its summary and flags brings in no cluster client
 * and no Ink.
 */
import yargs, { type Argv } from 'yargs';
import { wrapWords } from '../src/report/text-wrap.ts';
import { clusterFlags, outputFlags } from './cluster-flags.ts';
import type { Command, FlagTable } from './command.ts';
import { commandNames, loadCommand } from './commands.ts';

/** The help of the program as a whole, at most `width` characters wide. */
export async function programHelp(program: string, width: number): Promise<string> {
  const commands = await Promise.all(commandNames.map(loadCommand));
  const parser = layout(`See what your Pods do, and why a Pod is not Ready.\n\nUsage: ${program} [command] [flags]`, program, width);
  for (const { name, words, summary } of commands) parser.command(words === undefined ? name : `${name} ${words}`, summary);
  describeFlags(parser, { ...clusterFlags, ...outputFlags });
  const examples = examplesText(
    commands.flatMap((command) => command.examples.slice(0, 1)),
    program,
    width,
  );
  return `${await parser.getHelp()}\n\n${examples}\n${program} COMMAND --help tells more of a command.\n`;
}

/** The help of one command, at most `width` characters wide. */
export async function commandHelp(command: Command<unknown>, flags: FlagTable, program: string, width: number): Promise<string> {
  const usage = [program, command.name, command.words, '[flags]'].filter((part) => part !== undefined).join(' ');
  const parser = layout(`${command.summary}.\n\nUsage: ${usage}`, program, width);
  describeFlags(parser, flags);
  return `${await parser.getHelp()}\n\n${examplesText(command.examples, program, width)}`;
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

/** A command line is never broken, so that it can be copied: of a long one, what it does stands below it. */
function examplesText(examples: Command<unknown>['examples'], program: string, width: number): string {
  const lines = examples.map(([line, does]) => [`  ${program} ${line}`.trimEnd(), does] as const);
  const widest = Math.max(...lines.map(([, does]) => does.length));
  const column = Math.max(...lines.map(([line]) => line.length + 2).filter((end) => end + Math.min(widest, width / 2) <= width), 6);
  const told = lines.map(([line, does]) => {
    const below = wrapWords(does, width - column).join(`\n${' '.repeat(column)}`);
    return `${line}${line.length + 2 > column ? `\n${' '.repeat(column)}` : ' '.repeat(column - line.length)}${below}\n`;
  });
  return `Examples:\n${told.join('')}`;
}
