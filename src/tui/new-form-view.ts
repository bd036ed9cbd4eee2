/** The form of `podwright new` as lines of the screen: the questions on the left, the manifest that the answers make on the right. */
import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { type FormModel, type FormRow, formHeight, formRows } from './new-form.ts';
import { signsOf } from './signs.ts';
import { fit } from './text-fit.ts';

/** Where the questions end. The names of patterns have room in it. */
const leftWidth = 46;

/** As many lines as the terminal has rows, each as wide as it at most. */
export function formLines(model: FormModel): readonly string[] {
  const { terminal, cursor } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const rows = formRows(model);
  const height = formHeight(model);
  const left = Math.min(leftWidth, terminal.columns);
  const right = terminal.columns - left - 3;
  const top = Math.max(0, Math.min(cursor - Math.floor(height / 2), rows.length - height));
  const preview = previewLines(model, right);
  const body = Array.from({ length: height }, (_, at) => {
    const row = rows[top + at];
    const isHere = top + at === cursor;
    const question = fit(`${isHere ? signs.cursor : ' '} ${row === undefined ? '' : rowText(model, row, isHere ? signs.caret : '')}`, left, signs.cut);
    const shown = right < 20 ? '' : `  ${'problem' in model.preview ? style.yellow(preview[at] ?? '') : (preview[at] ?? '')}`;
    return `${isHere ? style.bold(question) : question}${shown}`.trimEnd();
  });
  const about = fit(aboutRow(model, rows[cursor]), terminal.columns - 1, signs.cut).trimEnd();
  const enter = 'text' in model.preview ? 'enter write  ' : 'enter next  ';
  const keys = fit(` ${enter}up/down move  space choose  left/right kind  page up/down manifest  esc leave`, terminal.columns - 1, signs.cut).trimEnd();
  return [style.bold(' podwright new'), ...body, ` ${about}`, style.dim(keys)].slice(0, terminal.rows);
}

function rowText({ answers, kinds }: FormModel, row: FormRow, caret: string): string {
  switch (row.type) {
    case 'kind':
      return `kind   < ${answers.kind} > of ${kinds.length}`;
    case 'text':
      return `${row.field.padEnd(6)} ${plainText(answers[row.field])}${caret}`;
    case 'pattern':
      return `[${answers.patterns.includes(row.pattern.id) ? 'x' : ' '}] ${row.pattern.id}`;
    case 'option':
      return `      ${row.option.split('.')[1] ?? ''}: ${plainText(answers.options.get(row.option) ?? '')}${caret}`;
  }
}

/** What the row at the cursor is for. */
function aboutRow({ preview }: FormModel, row: FormRow | undefined): string {
  if (row?.type === 'pattern') return row.pattern.purpose;
  if (row?.type === 'option') return row.says;
  return 'problem' in preview ? plainText(preview.problem) : '';
}

function previewLines({ preview, top }: FormModel, width: number): readonly string[] {
  if ('problem' in preview) return wrapWords(plainText(preview.problem), Math.max(4, width));
  return preview.text
    .split('\n')
    .slice(top)
    .map((line) => fit(plainText(line), Math.max(4, width)).trimEnd());
}
