/** Shows the form of `podwright new` in the terminal until it is answered or left. The terminal is given back as it was. */
import { render } from 'ink';
import { createElement } from 'react';
import { isPodwrightError } from '../core/podwright-error.ts';
import type { Key } from './keyboard.ts';
import { type FormAnswers, type FormModel, type FormStage, type OfferedPattern, type Preview, pressKey } from './new-form.ts';
import { formLines } from './new-form-view.ts';
import { Screen } from './Screen.tsx';

/** The cluster that a manifest may be handed to. What it has against it is thrown as a PodwrightError. */
interface FormCluster {
  /** Asks whether it shall be. */
  question(answers: FormAnswers): Promise<string>;
  /** Its answer. */
  apply(manifest: string, answers: FormAnswers): Promise<string>;
}

export interface FormOptions {
  readonly kinds: readonly OfferedPattern[];
  readonly offered: readonly OfferedPattern[];
  readonly answers: FormAnswers;
  /** The manifest of some answers. Must not throw. */
  preview(answers: FormAnswers): Preview;
  readonly cluster: FormCluster;
  readonly stdin: NodeJS.ReadStream;
  /** A terminal, be it not that of the results: who calls has made sure of it. */
  readonly terminal: NodeJS.WriteStream;
  readonly colour: boolean;
  readonly unicode: boolean;
  readonly signal: AbortSignal;
}

export interface FormOutcome {
  readonly manifest: string;
  /** What the cluster said when it took the manifest; undefined: it was not asked. */
  readonly applied: string | undefined;
}

/** undefined where the form was left without a manifest. */
export async function runNewForm(options: FormOptions): Promise<FormOutcome | undefined> {
  const { kinds, offered, answers, preview, cluster, stdin, terminal, colour, unicode, signal } = options;
  const ended = Promise.withResolvers<FormOutcome | undefined>();
  const size = () => ({ columns: terminal.columns || 80, rows: terminal.rows || 24, colour, unicode });
  let model: FormModel = { terminal: size(), kinds, offered, answers, open: new Set(), cursor: 1, preview: preview(answers), top: 0, stage: undefined };
  const screen = () => createElement(Screen, { lines: formLines(model), onKeys: pressed, onPaste: pasted, onMount: () => undefined });
  const draw = (changed: Partial<FormModel>): void => {
    model = { ...model, ...changed };
    shown.rerender(screen());
  };
  const pressed = (keys: readonly Key[]): void => {
    for (const key of keys) {
      const [next, end] = pressKey(model, key, preview);
      model = next;
      const manifest = 'text' in next.preview ? next.preview.text : undefined;
      if (end === 'leave') ended.resolve(undefined);
      if (manifest === undefined) continue;
      if (end === 'write') ended.resolve({ manifest, applied: undefined });
      if (end === 'ask') void ask(next.answers);
      if (end === 'apply') void apply(manifest, next.answers);
    }
    draw({});
  };
  const ask = async (of: FormAnswers): Promise<void> => {
    draw({ stage: await cluster.question(of).then((question): FormStage => ({ type: 'ask', question }), refusal) });
  };
  const apply = async (manifest: string, of: FormAnswers): Promise<void> => {
    try {
      ended.resolve({ manifest, applied: await cluster.apply(manifest, of) });
    } catch (error) {
      draw({ stage: refusal(error) });
    }
  };
  /** The form stays, so that what was answered can be mended. */
  const refusal = (error: unknown): FormStage | undefined => {
    if (isPodwrightError(error)) return { type: 'refused', problem: [error.message, error.hint].filter(Boolean).join('. ') };
    ended.reject(error);
    return undefined;
  };
  const pasted = (text: string): void => pressed(Array.from(text.split(/[\r\n]/)[0] ?? '').map((character) => ({ text: character })));
  const resized = (): void => draw({ terminal: size() });
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
