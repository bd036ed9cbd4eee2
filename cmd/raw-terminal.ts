/** Hands this terminal to a program elsewhere, and takes it back as it was, however that program ends. */
import type { TerminalSize } from '../src/service/remote-process.ts';
import type { CommandIo } from './command.ts';

/**
 * The modes (DECSET) that a program may leave behind when it is cut off, with the setting a shell expects: application cursor keys, the cursor, the mouse,
 * reports of focus, the alternate screen, and brackets around what is pasted.
 */
const modes: ReadonlyMap<string, 'h' | 'l'> = new Map([
  ['1', 'l'],
  ['25', 'h'],
  ...['9', '1000', '1002', '1003', '1004', '1005', '1006', '1015', '47', '1047', '1049', '2004'].map((mode) => [mode, 'l'] as const),
]);

/** Remembers which modes what was written has changed. */
class ScreenModes {
  readonly #changed = new Set<string>();
  #rest = '';

  read(chunk: Uint8Array): void {
    const text = this.#rest + Buffer.from(chunk).toString('latin1');
    for (const [, list = '', set] of text.matchAll(/\x1b\[\?([\d;]+)([hl])/g)) {
      for (const mode of list.split(';')) {
        const usual = modes.get(mode);
        if (usual === undefined) continue;
        if (set === usual) this.#changed.delete(mode);
        else this.#changed.add(mode);
      }
    }
    // A sequence may be cut in two.
    this.#rest = /\x1b(\[(\?[\d;]{0,30})?)?$/.exec(text)?.[0] ?? '';
  }

  /** What puts them back. */
  undone(): string {
    const back = [...this.#changed].map((mode) => `\x1b[?${mode}${modes.get(mode)}`).join('');
    return back === '' ? '' : `${back}\x1b[0m`;
  }
}

export class RawTerminal {
  readonly #io: Pick<CommandIo, 'stdin' | 'stdout'>;
  readonly #screen = new ScreenModes();
  #raw = false;

  constructor(io: Pick<CommandIo, 'stdin' | 'stdout'>) {
    this.#io = io;
  }

  /** From now on every key goes to the program, Ctrl-C too. */
  take(): void {
    this.#io.stdin.setRawMode(true);
    this.#raw = true;
  }

  /** Looks at what the program writes to the screen. */
  watch(chunk: Uint8Array): void {
    this.#screen.read(chunk);
  }

  giveBack(): void {
    if (this.#raw) this.#io.stdin.setRawMode(false);
    const back = this.#screen.undone();
    if (back !== '') this.#io.stdout.write(back);
  }

  /** Tells the size now and at every change, until what it gives is called. */
  sizes(tell: (size: TerminalSize) => void): () => void {
    const { stdout } = this.#io;
    const now = (): void => tell({ columns: stdout.columns, rows: stdout.rows });
    now();
    stdout.on('resize', now);
    return () => stdout.off('resize', now);
  }
}
