/**
 * The shape of a command: argv becomes a typed request, and the request is run.
 *
 * A request is a plain value, so that a test of the parser compares values, and whatever can be wrong about the arguments is found before
 * anything is asked of a cluster. Flags are data: the same table feeds the parser, the help text and the shell completion.
 * Command modules are loaded only when their command was asked for, and load a cluster client or Ink only in `run`.
 */

/** One flag. Names are without dashes; values are text unless `boolean`. */
export interface Flag {
  readonly type: 'string' | 'boolean';
  /** The one-letter form. */
  readonly short?: string;
  readonly describe: string;
  /** What stands for the value in the help text, as in `--namespace NAME`. */
  readonly value?: string;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** Values that the shell completes, where others are taken too. */
  readonly suggestions?: readonly string[];
  /** May be given several times; the values add up. Otherwise the last one counts, as with kubectl. */
  readonly multiple?: boolean;
}

/** By name without the dashes, in the order of the help text. */
export type FlagTable = Readonly<Record<string, Flag>>;

/** What was written on the command line: flags that were given, by their long name, and the words that belong to no flag. */
export interface Arguments {
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** Without the command's own name. */
  readonly words: readonly string[];
  /** How many of the words stand before `--`; undefined where there is none. */
  readonly wordsBeforeDashes?: number;
}

/** Everything a command may touch of the process it runs in. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadStream;
  /** Results, and nothing else. */
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT, SIGTERM and SIGHUP, and when nobody reads stdout any more. */
  readonly signal: AbortSignal;
  /** With which exit code the process ends all the same, once such a signal has come. */
  readonly stopped?: () => number | undefined;
  /** Whether stdout may be coloured: --color, NO_COLOR, FORCE_COLOR and the terminal decide. */
  readonly color: boolean;
  /** Whether the terminal can show more than ASCII. */
  readonly unicode: boolean;
  /** How the program was called, for usage and hints: `podwright` or `kubectl podwright`. */
  readonly program: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Command<Request> {
  readonly name: string;
  /** The words it takes after its name, for the help text: `[TARGET…]`. */
  readonly words?: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** Its own flags; the cluster's and the colour flags are added to every command. */
  readonly flags: FlagTable;
  /** Command lines that run, without the program's name, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Reads the arguments; throws a PodwrightError of code `usage` for what cannot be meant. Asks nothing of a cluster. */
  request(args: Arguments): Request;
  /** The help on what its words name; undefined: the help of the command. Throws `usage` for what there is not. */
  help?(words: readonly string[], io: CommandIo): Promise<string | undefined>;
  /** The words that the shell completes after its name, where they are known without a cluster. */
  completions?(): Promise<readonly string[]>;
  /** Does it, and gives the exit code. Throws PodwrightError for what failed; the caller prints it. */
  run(request: Request, io: CommandIo): Promise<number>;
}
