/**
 * The form of `podwright new`: what is asked, what has been answered, and what a key does to it. Pure, like the dashboard's reducer; the manifest that the
 * answers make is passed in as the preview.
 */
import type { Key } from './keyboard.ts';
import { withoutLast, withoutLastWord } from './typing.ts';

interface OfferedOption {
  readonly name: string;
  readonly says: string;
  /** What it is unless it is given; empty: nothing. */
  readonly fallback: string;
  /** It has to be given. */
  readonly needed: boolean;
}

/** A pattern that may be put in, or a workload to put them in. */
export interface OfferedPattern {
  readonly id: string;
  readonly purpose: string;
  readonly options: readonly OfferedOption[];
}

/** Stands for the workload in the names of options, whatever its kind. */
export const appId = 'app';

/** What becomes of the manifest. */
type FormAim = 'write' | 'apply';

export interface FormAnswers {
  readonly kind: string;
  readonly name: string;
  readonly image: string;
  readonly aim: FormAim;
  readonly patterns: readonly string[];
  /** `PATTERN.OPTION` or `app.OPTION`, and its value. */
  readonly options: ReadonlyMap<string, string>;
  /** Sidecars as ordinary containers. */
  readonly classic: boolean;
}

/** The manifest that the answers make, or why they make none. */
export type Preview = { readonly text: string } | { readonly problem: string };

/** While the manifest is handed to the cluster: that something is under way, whether it shall be, and what the cluster had against it. */
export type FormStage =
  | { readonly type: 'busy' }
  | { readonly type: 'ask'; readonly question: string }
  | { readonly type: 'refused'; readonly problem: string };

export interface FormModel {
  readonly terminal: { readonly columns: number; readonly rows: number; readonly colour: boolean; readonly unicode: boolean };
  readonly kinds: readonly OfferedPattern[];
  readonly offered: readonly OfferedPattern[];
  readonly answers: FormAnswers;
  /** Those whose options are all shown, by id. */
  readonly open: ReadonlySet<string>;
  /** The row that keys go to. */
  readonly cursor: number;
  readonly preview: Preview;
  /** The first line of the preview that is shown. */
  readonly top: number;
  readonly stage: FormStage | undefined;
}

export type FormRow =
  | { readonly type: 'kind' }
  | { readonly type: 'text'; readonly field: 'name' | 'image' }
  | { readonly type: 'aim' }
  | { readonly type: 'pattern'; readonly pattern: OfferedPattern }
  | { readonly type: 'option'; readonly id: string; readonly option: OfferedOption }
  /** Shows or hides the options that need no answer. */
  | { readonly type: 'more'; readonly id: string; readonly count: number }
  | { readonly type: 'classic' };

/** The rows of the form, from the top: under the app and under each pattern that was chosen its options. */
export function formRows({ kinds, offered, answers, open }: FormModel): readonly FormRow[] {
  const workload = kinds.find(({ id }) => id === answers.kind);
  return [
    { type: 'kind' },
    { type: 'text', field: 'name' },
    { type: 'text', field: 'image' },
    { type: 'aim' },
    ...optionRows(appId, workload?.options ?? [], open),
    ...offered.flatMap((pattern): readonly FormRow[] => [
      { type: 'pattern', pattern },
      ...(answers.patterns.includes(pattern.id) ? optionRows(pattern.id, pattern.options, open) : []),
    ]),
    { type: 'classic' },
  ];
}

function optionRows(id: string, options: readonly OfferedOption[], open: ReadonlySet<string>): readonly FormRow[] {
  const row = (option: OfferedOption): FormRow => ({ type: 'option', id, option });
  const others = options.filter(({ needed }) => !needed);
  return [
    ...options.filter(({ needed }) => needed).map(row),
    ...(others.length > 0 ? [{ type: 'more', id, count: others.length } as const] : []),
    ...(open.has(id) ? others.map(row) : []),
  ];
}

/** What a key asks for beyond the form. */
export type FormEnd = 'write' | 'ask' | 'apply' | 'leave';

/** The form after a key. `preview` makes the manifest of answers that have changed. Only what makes a manifest is written or applied. */
export function pressKey(model: FormModel, key: Key, preview: (answers: FormAnswers) => Preview): readonly [FormModel, FormEnd?] {
  if (model.stage === undefined) return pressInForm(model, key, preview);
  const name = 'name' in key ? key.name : key.text;
  if (name === 'ctrl-c') return [model, 'leave'];
  if (model.stage.type === 'busy') return [model];
  const form = { ...model, stage: undefined };
  if (model.stage.type === 'ask') return name === 'enter' || name === 'y' ? [{ ...model, stage: { type: 'busy' } }, 'apply'] : [form];
  return name === 'escape' ? [form] : pressInForm(form, key, preview);
}

function pressInForm(model: FormModel, key: Key, preview: (answers: FormAnswers) => Preview): readonly [FormModel, FormEnd?] {
  const rows = formRows(model);
  const row = rows[model.cursor];
  const page = Math.max(1, formHeight(model) - 1);
  if ('text' in key) {
    const chosen = key.text === ' ' ? switched(model, row, 1, preview) : undefined;
    return [chosen ?? edited(model, row, (text) => text + key.text, preview)];
  }
  switch (key.name) {
    case 'ctrl-c':
    case 'escape':
      return [model, 'leave'];
    case 'enter':
      // While something is missing, on to the next question that needs an answer.
      if ('text' in model.preview) return model.answers.aim === 'apply' ? [{ ...model, stage: { type: 'busy' } }, 'ask'] : [model, 'write'];
      return [{ ...model, cursor: nextQuestion(model, rows) }];
    case 'up':
      return [{ ...model, cursor: Math.max(0, model.cursor - 1) }];
    case 'down':
    case 'tab':
      return [{ ...model, cursor: Math.min(rows.length - 1, model.cursor + 1) }];
    case 'left':
    case 'right':
      return [switched(model, row, key.name === 'left' ? -1 : 1, preview) ?? model];
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

/** The next row without an answer that is needed, from the top again after the last; where there is none, the row below. */
function nextQuestion({ cursor, answers }: FormModel, rows: readonly FormRow[]): number {
  const isOpen = (row: FormRow): boolean =>
    row.type === 'text' ? answers[row.field] === '' : row.type === 'option' && row.option.needed && !answers.options.get(`${row.id}.${row.option.name}`);
  const later = rows.findIndex((row, at) => at > cursor && isOpen(row));
  const first = later < 0 ? rows.findIndex(isOpen) : later;
  return first < 0 ? Math.min(rows.length - 1, cursor + 1) : first;
}

/** Of what lies between the title and the two lines at the end. */
export function formHeight({ terminal }: Pick<FormModel, 'terminal'>): number {
  return Math.max(1, terminal.rows - 3);
}

/** So far down that the last line of the manifest is the last that is shown. */
function lastTop({ preview, terminal }: Pick<FormModel, 'preview' | 'terminal'>): number {
  return 'text' in preview ? Math.max(0, preview.text.trimEnd().split('\n').length - formHeight({ terminal })) : 0;
}

/** A row that has choices with the next of them; undefined for a row that is typed into. */
function switched(model: FormModel, row: FormRow | undefined, step: 1 | -1, preview: (answers: FormAnswers) => Preview): FormModel | undefined {
  const { answers, open } = model;
  switch (row?.type) {
    case 'kind':
      return answered(model, nextKind(model, step), preview);
    case 'aim':
      return answered(model, { ...answers, aim: answers.aim === 'write' ? 'apply' : 'write' }, preview);
    case 'classic':
      return answered(model, { ...answers, classic: !answers.classic }, preview);
    case 'pattern':
      return answered(model, toggled(answers, row.pattern.id), preview);
    case 'more':
      return { ...model, open: new Set(open.has(row.id) ? [...open].filter((id) => id !== row.id) : [...open, row.id]) };
    default:
      return undefined;
  }
}

function toggled(answers: FormAnswers, id: string): FormAnswers {
  const { patterns } = answers;
  return { ...answers, patterns: patterns.includes(id) ? patterns.filter((each) => each !== id) : [...patterns, id] };
}

function nextKind({ kinds, answers }: FormModel, step: number): FormAnswers {
  const index = (kinds.findIndex(({ id }) => id === answers.kind) + step + kinds.length) % kinds.length;
  return { ...answers, kind: kinds[index]?.id ?? answers.kind };
}

function edited(model: FormModel, row: FormRow | undefined, edit: (text: string) => string, preview: (answers: FormAnswers) => Preview): FormModel {
  const { answers } = model;
  if (row?.type === 'text') return answered(model, { ...answers, [row.field]: edit(answers[row.field]) }, preview);
  if (row?.type !== 'option') return model;
  const name = `${row.id}.${row.option.name}`;
  return answered(model, { ...answers, options: new Map([...answers.options, [name, edit(answers.options.get(name) ?? '')]]) }, preview);
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
