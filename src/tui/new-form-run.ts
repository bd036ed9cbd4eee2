/** Shows the form of `podwright new` in the terminal until it is answered or left. The terminal is given back as it was. */
import { render } from 'ink';
import { createElement } from 'react';
import type { Key } from './keyboard.ts';
import { type FormAnswers, type FormModel, type OfferedPattern, type Preview, pressKey } from './new-form.ts';
import { formLines } from './new-form-view.ts';
import { Screen } from './Screen.tsx';

export interface FormOptions {
  readonly kinds: readonly string[];
  readonly offered: readonly OfferedPattern[];
  readonly answers: FormAnswers;
  /** The manifest of some answers. Must not throw. */
  preview(answers: FormAnswers): Preview;
  readonly stdin: NodeJS.ReadStream;
  /** A terminal, be it not that of the results: who calls has made sure of it. */
  readonly terminal: NodeJS.WriteStream;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly signal: AbortSignal;
}

/** The manifest, or undefined where the form was left without one. */
export async function runNewForm({ kinds, offered, answers, preview, stdin, terminal, colour, unicode, signal }: FormOptions): Promise<string | undefined> {
  const ended = Promise.withResolvers<string | undefined>();
  const size = () => ({ columns: terminal.columns || 80, rows: terminal.rows || 24, colour, unicode });
  let model: FormModel = { terminal: size(), kinds, offered, answers, cursor: 1, preview: preview(answers), top: 0 };
  const screen = () => createElement(Screen, { lines: formLines(model), onKeys: pressed, onPaste: pasted, onMount: () => undefined });
  const pressed = (keys: readonly Key[]): void => {
    for (const key of keys) {
      const [next, end] = pressKey(model, key, preview);
      model = next;
      if (end === 'leave') ended.resolve(undefined);
      if (end === 'write') ended.resolve('text' in model.preview ? model.preview.text : undefined);
    }
    shown.rerender(screen());
  };
  const pasted = (text: string): void => pressed(Array.from(text.split(/[\r\n]/)[0] ?? '').map((character) => ({ text: character })));
  const resized = (): void => {
    model = { ...model, terminal: size() };
    shown.rerender(screen());
  };
  const left = (): void => ended.resolve(undefined);
  const shown = render(screen(), { stdin, stdout: terminal, alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false, interactive: true });
  terminal.on('resize', resized);
  signal.addEventListener('abort', left);
  if (signal.aborted) left();
  try {
    return await ended.promise;
  } finally {
    terminal.off('resize', resized);
    signal.removeEventListener('abort', left);
    shown.unmount();
    await shown.waitUntilExit().catch(() => undefined);
  }
}
