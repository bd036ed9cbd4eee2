/**
 * From the process to a command and back to an exit code. Only this file ends the process.
 *
 * What a command needs is loaded when it is clear that it is needed: `--help` loads no cluster client and no Ink.
 */
import { constants } from 'node:os';
import { basename } from 'node:path';
import { inspect } from 'node:util';
import { didYouMean } from '../src/core/did-you-mean.ts';
import { exitCodes, isPodwrightError, PodwrightError } from '../src/core/podwright-error.ts';
import { unicodeLocale } from '../src/report/glyphs.ts';
import { plainText } from '../src/report/terminal-text.ts';
import { firstWord, readArguments } from './arguments.ts';
import { clusterFlags, outputFlags } from './cluster-flags.ts';
import type { Arguments, Command, CommandIo, FlagTable } from './command.ts';
import { commandNames, defaultCommand, isCommandName, loadCommand } from './commands.ts';

const sharedFlags: FlagTable = { ...clusterFlags, ...outputFlags };

/** Runs the process's command line and ends the process with the exit code. */
export async function main(): Promise<void> {
  const interruption = new AbortController();
  let stopped: number | undefined;
  const stop = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void => {
    const exitCode = 128 + constants.signals[signal];
    if (stopped !== undefined) {
      // Whoever asks twice does not want to wait for a command that cleans up. A terminal that is closed is told twice, by the kernel and by the shell.
      if (signal !== 'SIGHUP') process.exit(exitCode);
      return;
    }
    stopped = exitCode;
    // Should nothing be left to do before the command has ended, the process ends with it all the same.
    process.exitCode = exitCode;
    interruption.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const io = processIo(interruption.signal, () => stopped);
  const unwritten = (error: NodeJS.ErrnoException): void => {
    // A reader that has gone has seen enough, as in `get | head -1`; a second report of the same is no second request to stop.
    stopped ??= error.code === 'EPIPE' ? exitCodes.done : report(new PodwrightError('input', `cannot write stdout: ${error.message}`, { cause: error }), io);
    interruption.abort();
  };
  process.stdout.on('error', unwritten);
  // Of a terminal that was closed: there is nobody to tell, and what is under way is carried through all the same.
  process.stderr.on('error', () => undefined);
  let code: number;
  try {
    code = await dispatch(commandLine(process.argv), io);
  } catch (error) {
    stopped ??= report(error, io);
    code = stopped;
  }
  // Keep-alive connections would hold the process for a while; a pipe may still have to take what was written.
  process.stdout.write('', () => {
    // The stream may know of a failure that it has not told yet.
    if (process.stdout.errored) unwritten(process.stdout.errored);
    process.exit(stopped ?? code);
  });
}

/** Under the name that kubectl looks for, the program is what completes the words after `kubectl podwright`. */
function commandLine([, program = '', ...args]: readonly string[]): readonly string[] {
  return basename(program).startsWith('kubectl_complete-') ? ['__complete', ...args] : args;
}

function processIo(signal: AbortSignal, stopped: () => number | undefined): CommandIo {
  const { env, argv } = process;
  return {
    // Opening stdin costs time, and only the dashboard reads it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env,
    signal,
    stopped,
    color: false,
    unicode: unicodeLocale(env),
    program: basename(argv[1] ?? '').startsWith('kubectl-') ? 'kubectl podwright' : 'podwright',
    now: Date.now,
  };
}

/** Reads the command line, runs its command, and gives the exit code. */
export async function dispatch(args: readonly string[], io: CommandIo): Promise<number> {
  const [first] = args;
  if (first === '__complete') return (await import('./complete.ts')).complete(args.slice(1), io);
  const named = isCommandName(first) ? { word: first, index: 0 } : firstWord(args, sharedFlags);
  if (named === undefined && (args.includes('--help') || args.includes('-h'))) return programHelp(io);
  const name = named?.word ?? defaultCommand;
  if (!isCommandName(name)) return name === 'help' ? help(args.slice(1), io) : unknownCommand(name, io);
  const command = await loadCommand(name);
  const flags: FlagTable = { ...command.flags, ...sharedFlags };
  const rest = args.filter((_, index) => index !== named?.index);
  const read = readArguments(rest, flags, `\`${io.program} ${name} --help\` lists the flags.`);
  if (read.flags['help'] === true) return commandHelp(command, flags, read.words, io);
  return command.run(command.request(read), withColor(io, wantsColor(read, io)));
}

/** `podwright help get` is `podwright get --help`, as with kubectl. */
function help([name]: readonly string[], io: CommandIo): Promise<number> {
  return name === undefined ? programHelp(io) : dispatch([name, '--help'], io);
}

async function programHelp(io: CommandIo): Promise<number> {
  const usage = await import('./usage.ts');
  io.stdout.write(await usage.programHelp(io.program, helpWidth(io)));
  return exitCodes.done;
}

async function commandHelp(command: Command<unknown>, flags: FlagTable, words: readonly string[], io: CommandIo): Promise<number> {
  const own = await command.help?.(words, io);
  if (own !== undefined) {
    io.stdout.write(own);
    return exitCodes.done;
  }
  const usage = await import('./usage.ts');
  io.stdout.write(await usage.commandHelp(command, flags, io.program, helpWidth(io)));
  return exitCodes.done;
}

function unknownCommand(word: string, io: CommandIo): never {
  const nearest = didYouMean(word, commandNames);
  const guess = nearest === undefined ? '' : `Did you mean \`${io.program} ${nearest}\`? `;
  throw new PodwrightError('usage', `there is no command "${word}"`, { hint: `${guess}\`${io.program} --help\` lists the commands.` });
}

function helpWidth({ stdout }: CommandIo): number {
  return Math.min(stdout.columns ?? 100, 120);
}

// --color decides, then NO_COLOR (https://no-color.org), then FORCE_COLOR, then whether stdout is a terminal.
function wantsColor(args: Arguments, { env, stdout }: CommandIo): boolean {
  const choice = args.flags['color'];
  if (choice === 'always' || choice === 'never') return choice === 'always';
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return stdout.isTTY === true && env['TERM'] !== 'dumb';
}

function withColor(io: CommandIo, color: boolean): CommandIo {
  return Object.create(io, { color: { value: color, enumerable: true } }) as CommandIo;
}

/** Says on stderr what went wrong, in one line and a hint, and gives the exit code. */
function report(error: unknown, io: CommandIo): number {
  const known = isPodwrightError(error);
  const message = known || !(error instanceof Error) ? ((error as { message?: string }).message ?? String(error)) : `${error.name}: ${error.message}`;
  // The dashboard that has lent its terminal leaves this to be read.
  process.send?.('failed');
  const hint = known ? error.hint : 'This is a bug in Podwright; PODWRIGHT_DEBUG=1 shows where.';
  io.stderr.write(`podwright: ${plainText(message)}\n${hint === undefined ? '' : `${plainText(hint)}\n`}`);
  if (io.env['PODWRIGHT_DEBUG'] === '1' && error instanceof Error) io.stderr.write(`${inspect(error)}\n`);
  return known ? error.exitCode : exitCodes.failed;
}
