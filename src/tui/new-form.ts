/**
 * The form of `podwright new`: what is asked, what has been answered, and what a key does to it. Pure, like the dashboard's reducer; the manifest that the
 * answers make is passed in as the preview.
 */
import type { Key } from './keyboard.ts';
import { withoutLast, withoutLastWord } from './typing.ts';

/** A pattern that may be put in. */
export interface OfferedPattern {
  readonly id: string;
  readonly purpose: string;
  /** The options that have no default. */
  readonly needs: readonly { readonly name: string; readonly says: string }[];
}

export interface FormAnswers {
  readonly kind: string;
  readonly name: string;
  readonly image: string;
  readonly patterns: readonly string[];
  /** `PATTERN.OPTION`, and its value. */
  readonly options: ReadonlyMap<string, string>;
}

/** The manifest that the answers make, or why they make none. */
export type Preview = { readonly text: string } | { readonly problem: string };

export interface FormModel {
  readonly terminal: { readonly columns: number; readonly rows: number; readonly colour: boolean; readonly unicode: boolean };
  readonly kinds: readonly string[];
  readonly offered: readonly OfferedPattern[];
  readonly answers: FormAnswers;
  /** The row that keys go to. */
  readonly cursor: number;
  readonly preview: Preview;
  /** The first line of the preview that is shown. */
  readonly top: number;
}

export type FormRow =
  | { readonly type: 'kind' }
  | { readonly type: 'text'; readonly field: 'name' | 'image' }
  | { readonly type: 'pattern'; readonly pattern: OfferedPattern }
  | { readonly type: 'option'; readonly option: string; readonly says: string };

/** The rows of the form, from the top: under a pattern that was chosen, what it needs. */
export function formRows({ offered, answers }: FormModel): readonly FormRow[] {
  return [
    { type: 'kind' },
    { type: 'text', field: 'name' },
    { type: 'text', field: 'image' },
    ...offered.flatMap((pattern): readonly FormRow[] => [
      { type: 'pattern', pattern },
      ...(answers.patterns.includes(pattern.id) ? pattern.needs : []).map(
        ({ name, says }): FormRow => ({ type: 'option', option: `${pattern.id}.${name}`, says }),
      ),
    ]),
  ];
}

/** What a key asks for beyond the form. */
export type FormEnd = 'write' | 'leave';

/** The form after a key. `preview` makes the manifest of answers that have changed. Only what makes a manifest is written. */
export function pressKey(model: FormModel, key: Key, preview: (answers: FormAnswers) => Preview): readonly [FormModel, FormEnd?] {
  const rows = formRows(model);
  const row = rows[model.cursor];
  const page = Math.max(1, formHeight(model) - 1);
  if ('text' in key) {
    if (row?.type === 'pattern' && key.text === ' ') return [answered(model, toggled(model.answers, row.pattern.id), preview)];
    return [edited(model, row, (text) => text + key.text, preview)];
  }
  switch (key.name) {
    case 'ctrl-c':
    case 'escape':
      return [model, 'leave'];
    case 'enter':
      // While something is missing, on to the next question.
      return 'text' in model.preview ? [model, 'write'] : [{ ...model, cursor: Math.min(rows.length - 1, model.cursor + 1) }];
    case 'up':
      return [{ ...model, cursor: Math.max(0, model.cursor - 1) }];
    case 'down':
    case 'tab':
      return [{ ...model, cursor: Math.min(rows.length - 1, model.cursor + 1) }];
    case 'left':
    case 'right':
      return row?.type === 'kind' ? [answered(model, nextKind(model, key.name === 'left' ? -1 : 1), preview)] : [model];
    case 'page-up':
      return [{ ...model, top: Math.max(0, model.top - page) }];
    case 'page-down':
      return [{ ...model, top: Math.min(lastTop(model), model.top + page) }];
    case 'backspace':
      return [edited(model, row, withoutLast, preview)];
    case 'ctrl-w':
      return [edited(model, row, withoutLastWord, preview)];
    case 'ctrl-u':
      return [edited(model, row, () => '', preview)];
    default:
      return [model];
  }
}

/** Of what lies between the title and the two lines at the end. */
export function formHeight({ terminal }: Pick<FormModel, 'terminal'>): number {
  return Math.max(1, terminal.rows - 3);
}

/** So far down that the last line of the manifest is the last that is shown. */
function lastTop({ preview, terminal }: Pick<FormModel, 'preview' | 'terminal'>): number {
  return 'text' in preview ? Math.max(0, preview.text.trimEnd().split('\n').length - formHeight({ terminal })) : 0;
}

function toggled(answers: FormAnswers, id: string): FormAnswers {
  const { patterns } = answers;
  return { ...answers, patterns: patterns.includes(id) ? patterns.filter((each) => each !== id) : [...patterns, id] };
}

function nextKind({ kinds, answers }: FormModel, step: number): FormAnswers {
  const index = (kinds.indexOf(answers.kind) + step + kinds.length) % kinds.length;
  return { ...answers, kind: kinds[index] ?? answers.kind };
}

function edited(model: FormModel, row: FormRow | undefined, edit: (text: string) => string, preview: (answers: FormAnswers) => Preview): FormModel {
  const { answers } = model;
  if (row?.type === 'text') return answered(model, { ...answers, [row.field]: edit(answers[row.field]) }, preview);
  if (row?.type !== 'option') return model;
  return answered(model, { ...answers, options: new Map([...answers.options, [row.option, edit(answers.options.get(row.option) ?? '')]]) }, preview);
}

/** With the preview of the new answers, at the first line that they changed. */
function answered(model: FormModel, answers: FormAnswers, preview: (answers: FormAnswers) => Preview): FormModel {
  const next = preview(answers);
  if (!('text' in next) || !('text' in model.preview)) return { ...model, answers, preview: next };
  const [before, after] = [model.preview.text.split('\n'), next.text.split('\n')];
  const changed = after.findIndex((line, index) => line !== before[index]);
  const top = changed < 0 ? model.top : Math.max(0, changed - 2);
  return { ...model, answers, preview: next, top: Math.min(top, lastTop({ preview: next, terminal: model.terminal })) };
}
