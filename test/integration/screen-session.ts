/** A real pseudo-terminal with the built program in it, and the screen that a person would see there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import { testKubeconfig } from './namespace.ts';

export const program = join(import.meta.dirname, '../../dist/cli/podwright.cjs');

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** What stands before the arguments; `dash` unless told, empty for the program alone. */
  readonly command?: readonly string[];
  /** The kubeconfig's file; the test cluster's unless told, null for none. */
  readonly kubeconfig?: string | null;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where it runs. */
  readonly folder?: string;
}

/** A terminal with a shell in it that runs the program, then says how it ended and how the terminal is set, and waits. */
export class ScreenSession {
  /** Every byte the program wrote. */
  raw = '';
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #pty: IPty;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[], { columns = 120, rows = 40, command = ['dash'], kubeconfig = testKubeconfig(), env = {}, folder }: ScreenOptions = {}) {
    if (!existsSync(program)) throw new Error(`${program} is missing: npm run build`);
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    // Emoji are two cells wide, as in the terminals of today: what is drawn anew within a line is put where it belongs by that.
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = '11';
    const { NO_COLOR: _noColor, ...inherited } = process.env;
    // Ctrl-C reaches the shell as well where the program leaves the terminal as it is: the shell stays, to tell how the program ended.
    this.#pty = spawn('/bin/sh', ['-c', 'trap : INT; "$@"; echo "EXIT $?"; stty -a; read -r _', 'sh', process.execPath, program, ...command, ...args], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      ...(folder === undefined ? {} : { cwd: folder }),
      env: defined({ ...inherited, KUBECONFIG: kubeconfig ?? undefined, LC_ALL: 'C.UTF-8', ...env }),
    });
    this.#pty.onData((data) => {
      this.raw += data;
      this.#terminal.write(data, () => this.#changed());
    });
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  get lines(): readonly string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: this.#terminal.rows }, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true, 0, this.#terminal.cols) ?? '');
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get alternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Sends a signal to the program, not to the shell around it. */
  signal(name: NodeJS.Signals): void {
    process.kill(Number.parseInt(readFileSync(`/proc/${this.#pty.pid}/task/${this.#pty.pid}/children`, 'utf8'), 10), name);
  }

  /**
   * Calls `look` at every change of the screen, until it is content; `wanted` says what it looks for. A frame that has come in part is not looked at: a
   * terminal shows it once it is whole, and what is pressed upon a line of the one before would come too early.
   */
  async until(look: () => boolean, within = 150_000, wanted = 'as wanted'): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = (): void => {
      if (!this.#terminal.modes.synchronizedOutputMode && look()) resolve();
    };
    const limit = setTimeout(() => reject(new Error(`the screen was not ${wanted} within ${within / 1000} s. It shows:\n${this.text}`)), within);
    this.#watchers.add(check);
    check();
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      this.#watchers.delete(check);
    }
  }

  async shows(text: string | RegExp, within?: number): Promise<void> {
    await this.until(() => (typeof text === 'string' ? this.text.includes(text) : text.test(this.text)), within, `showing ${text}`);
  }

  /** Waits until the program has ended, and gives its exit code and what it left of the terminal. */
  async left(): Promise<Left> {
    await this.shows(/-?icanon\b/);
    return {
      exitCode: Number(/EXIT (\d+)/.exec(this.text)?.[1]),
      alternateScreen: this.#terminal.buffer.active.type === 'alternate',
      cursorHidden: this.raw.lastIndexOf('\u001b[?25l') > this.raw.lastIndexOf('\u001b[?25h'),
      rawMode: /-icanon\b/.test(this.text) || /-echo\b/.test(this.text),
    };
  }

  close(): void {
    this.#pty.kill();
  }
}

export interface Left {
  readonly exitCode: number;
  readonly alternateScreen: boolean;
  readonly cursorHidden: boolean;
  readonly rawMode: boolean;
}

/** The terminal as it was. */
export function restored(exitCode: number): Left {
  return { exitCode, alternateScreen: false, cursorHidden: false, rawMode: false };
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Runs the program in a screen for as long as `body` lasts. */
export async function inScreen(args: readonly string[], options: ScreenOptions, body: (screen: ScreenSession) => Promise<void>): Promise<void> {
  const screen = new ScreenSession(args, options);
  try {
    await body(screen);
  } finally {
    screen.close();
  }
}
