/** The form of `podwright new` as lines of the screen: the questions on the left, the manifest that the answers make on the right. */
import { type Style, styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { type FormModel, type FormRow, formHeight, formRows } from './new-form.ts';
import { type Signs, signsOf } from './signs.ts';
import { fit } from './text-fit.ts';

/** The names of patterns have room in it. */
const narrowest = 34;
const widest = 46;

/** As many lines as the terminal has rows, each as wide as it at most. */
export function formLines(model: FormModel): readonly string[] {
  const { terminal, cursor } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const rows = formRows(model);
  const height = formHeight(model);
  const left = Math.min(Math.max(narrowest, Math.min(widest, Math.floor(terminal.columns * 0.4))), terminal.columns);
  const right = terminal.columns - left - 3;
  const top = Math.max(0, Math.min(cursor - Math.floor(height / 2), rows.length - height));
  const beside = right < 20 ? [] : besideLines(model, right, style);
  const body = Array.from({ length: height }, (_, at) => {
    const row = rows[top + at];
    const isHere = top + at === cursor;
    const question = fit(`${isHere ? signs.cursor : ' '} ${row === undefined ? '' : rowText(model, row, signs, isHere)}`, left, signs.cut);
    return `${isHere ? style.bold(question) : question}  ${beside[at] ?? ''}`.trimEnd();
  });
  const about = fit(aboutText(model, rows[cursor]), terminal.columns - 2, signs.cut).trimEnd();
  const keys = fit(` ${keysText(model, rows[cursor])}`, terminal.columns - 1, signs.cut).trimEnd();
  return [style.bold(' podwright new'), ...body, ` ${model.stage?.type === 'ask' ? style.bold(about) : about}`, style.dim(keys)].slice(0, terminal.rows);
}

function rowText({ answers, kinds, open }: FormModel, row: FormRow, signs: Signs, isHere: boolean): string {
  const caret = isHere ? signs.caret : '';
  switch (row.type) {
    case 'kind':
      return `kind   < ${answers.kind} > of ${kinds.length}`;
    case 'text':
      return `${row.field.padEnd(6)} ${plainText(answers[row.field])}${caret}`;
    case 'aim':
      return `then   < ${answers.aim} >`;
    case 'pattern':
      return `${box(answers.patterns.includes(row.pattern.id))} ${row.pattern.id}`;
    case 'option': {
      const given = plainText(answers.options.get(`${row.id}.${row.option.name}`) ?? '');
      // What it is without an answer stands in brackets, until it is typed into.
      return `      ${row.option.name}: ${given === '' && row.option.fallback !== '' ? `${caret}(${row.option.fallback})` : `${given}${caret}`}`;
    }
    case 'more':
      return `    ${open.has(row.id) ? signs.unfolded : signs.folded} ${row.count} more option${row.count === 1 ? '' : 's'}`;
    case 'classic':
      return `${box(answers.classic)} classic sidecars`;
  }
}

function box(isChosen: boolean): string {
  return `[${isChosen ? 'x' : ' '}]`;
}

/** What is asked, else what the row at the cursor is for. */
function aboutText({ preview, stage, answers }: FormModel, row: FormRow | undefined): string {
  if (stage?.type === 'ask') return plainText(stage.question);
  if (stage?.type === 'busy') return 'Waiting for the cluster ...';
  if (stage?.type === 'refused') return 'The cluster did not take it';
  switch (row?.type) {
    case 'pattern':
      return row.pattern.purpose;
    case 'option':
      return row.option.says;
    case 'more':
      return row.id === 'app' ? `What else may be said of the ${answers.kind}` : `What else may be said of ${row.id}`;
    case 'classic':
      return 'Sidecars as ordinary containers, for clusters before 1.29';
    case 'aim':
      return answers.aim === 'apply' ? 'Hand it to the cluster; you are asked before' : 'Print it, or write the file of -o';
    default:
      return 'problem' in preview ? plainText(preview.problem) : '';
  }
}

/** The keys that do something here. */
function keysText({ preview, stage, answers }: FormModel, row: FormRow | undefined): string {
  if (stage?.type === 'ask') return 'enter apply  esc back';
  if (stage?.type === 'busy') return 'ctrl-c leave';
  const enter = 'problem' in preview ? 'next' : answers.aim;
  const own = row?.type === 'kind' || row?.type === 'aim' ? 'left/right change  ' : row?.type === 'text' || row?.type === 'option' ? '' : 'space choose  ';
  return `enter ${enter}  up/down move  ${own}page up/down manifest  esc leave`;
}

/** The manifest, or what stands in its way. */
function besideLines({ preview, top, stage }: FormModel, width: number, style: Style): readonly string[] {
  const problem = stage?.type === 'refused' ? stage.problem : 'problem' in preview ? preview.problem : undefined;
  if (problem !== undefined) return wrapWords(plainText(problem), width).map((line) => style.yellow(line));
  const { text } = preview as { readonly text: string };
  return text
    .split('\n')
    .slice(top)
    .map((line) => fit(plainText(line), width).trimEnd());
}
