/** The list of namespaces or contexts as lines of the screen. */

import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { cutEnd, wrapWords } from '../report/text-wrap.ts';
import { headerLine } from './header-view.ts';
import { keys } from './key-line.ts';
import type { Model } from './model.ts';
import { choices, isCurrent, type Picker, pickerHeight } from './picker.ts';
import { signsOf } from './signs.ts';
import { cutMiddle } from './text-fit.ts';

export function pickerLines(model: Model, picker: Picker): readonly string[] {
  const { terminal } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const height = pickerHeight(terminal);
  const width = terminal.columns - 5;
  const offered = choices(picker);
  const said = saidOf(picker)
    .flatMap((text) => wrapWords(text, width))
    .slice(0, Math.max(0, height - 1));
  const room = Math.max(1, height - said.length);
  const top = Math.max(0, Math.min(picker.cursor - Math.floor(room / 2), offered.length - room));
  const names = offered.slice(top, top + room).map(({ label, name }, at) => {
    const mark = isCurrent(model, picker.kind, name) ? signs.good : ' ';
    const line = `${top + at === picker.cursor ? signs.cursor : ' '}${mark} ${cutMiddle(plainText(label), width, signs.cut)}`;
    return top + at === picker.cursor ? style.bold(line) : line;
  });
  const title = picker.kind === 'namespace' ? 'Namespace' : 'Context';
  const typed = cutEnd(`${title}: ${plainText(picker.text)}`, terminal.columns - 3, signs.cut);
  const body = [...said.map((text) => `   ${style.yellow(cutEnd(text, width, signs.cut))}`), ...names];
  const blank = Array.from({ length: Math.max(0, height - body.length) }, () => '');
  const hints = keys(model, [
    [signs.enter, 'choose'],
    ['esc', 'back'],
    ['', style.dim(offered.length === 0 ? 'nothing of that name' : `${picker.cursor + 1} of ${offered.length}`)],
  ]);
  if (terminal.rows < 4) return [typed, ...body];
  return [headerLine(model), ` ${style.bold(typed)}${style.bold(signs.caret)}`, ...body, ...blank, hints];
}

function saidOf({ kind, names, problem }: Picker): readonly string[] {
  if (problem !== undefined) {
    const instead = kind === 'namespace' ? 'They cannot be listed; type a name' : 'They cannot be listed';
    return [`${instead}: ${plainText(problem.message)}`];
  }
  return names === undefined ? [kind === 'namespace' ? 'Asking for the namespaces; a name can be typed meanwhile.' : 'Reading the kubeconfig.'] : [];
}
