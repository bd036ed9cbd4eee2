/** The last line of the screen: what is set, and which keys do what. */

import { styleOf } from '../report/style.ts';
import { plainText } from '../report/terminal-text.ts';
import { textWidth } from '../report/text-width.ts';
import { linkText } from './header-view.ts';
import type { Model } from './model.ts';
import { isGroup } from './row-groups.ts';
import { signsOf } from './signs.ts';

/** A key and what it does; without a key, a text that stands for itself. */
export type Hint = readonly [key: string, does: string];

/** The table's. */
export function keyLine(model: Model): string {
  const { filter, terminal, shown, sorted, order } = model;
  const style = styleOf(terminal.colour);
  const signs = signsOf(terminal.unicode);
  const found = `${shown.length} of ${sorted.length}${model.loose ? ' loosely' : ''}`;
  if (filter.editing) {
    return keys(model, [
      ['', `/${plainText(filter.text)}${style.bold(signs.caret)}`],
      ['', found],
      [signs.enter, 'keep'],
      ['esc', 'clear'],
    ]);
  }
  const kept = [...(filter.text === '' ? [] : [`/${plainText(filter.text)}`]), ...(filter.faults ? ['faults'] : [])].join(' ');
  const set: readonly Hint[] =
    kept === ''
      ? []
      : [
          ['', style.bold(kept)],
          ['', found],
          ['esc', 'clear'],
        ];
  const marks: readonly Hint[] =
    model.marked.size === 0
      ? []
      : [
          ['', style.bold(`${model.marked.size} marked`)],
          ['esc', 'unmark'],
        ];
  // The order that it begins with is not named, and all of the first six fit in 80 cells.
  const sorting = [...(order.by === 'trouble' ? [] : [order.by]), ...(order.reverse ? [signs.up] : [])].join(' ');
  const hints: readonly Hint[] = [
    [signs.enter, enterDoes(model)],
    ['/', 'filter'],
    ['f', 'faults'],
    ['n', 'namespace'],
    ['s', sorting === '' ? 'sort' : `sort ${sorting}`],
    ['g', model.grouping === 'none' ? 'group' : `by ${model.grouping}`],
    ...(model.contexts ? ([['c', 'context']] as const) : []),
    ...scopeHint(model),
  ];
  return keys(
    model,
    [...marks, ...set, ...forwardHints(model), ...hints],
    [
      ['?', 'keys'],
      ['q', 'quit'],
    ],
  );
}

function enterDoes({ lines, cursor }: Model): string {
  const line = lines[cursor];
  if (line === undefined || !isGroup(line)) return 'open';
  return line.folded ? 'unfold' : 'fold';
}

function scopeHint({ scope, home }: Model): readonly Hint[] {
  if (home.namespaces === 'all') return [];
  return [['a', scope.namespaces === 'all' ? home.namespaces.map(plainText).join(', ') : 'all namespaces']];
}

/** Says at the keys of a screen without a header that what it shows may be out of date. */
export function linkHints(model: Model): readonly Hint[] {
  const { state, text, tone } = linkText(model);
  return state === 'live' ? [] : [['', tone(plainText(text))]];
}

/** How many ports are forwarded, and the key of their list. */
export function forwardHints({ forwards }: Model): readonly Hint[] {
  return forwards.length === 0 ? [] : [['P', `${forwards.length} forwarded`]];
}

/** As many hints as fit before those that are always there, the key standing out from what it does. */
export function keys(model: Model, hints: readonly Hint[], always: readonly Hint[] = []): string {
  const style = styleOf(model.terminal.colour);
  const cellsOf = ([key, does]: Hint): number => 2 + (key === '' ? 0 : textWidth(key) + 1) + textWidth(does);
  // The first hint is a cell nearer to the edge than the others to one another.
  const room = model.terminal.columns + 1;
  let reserved = 0;
  const last = always.filter((hint) => reserved + cellsOf(hint) <= room && (reserved += cellsOf(hint)) > 0);
  let width = 0;
  const first: Hint[] = [];
  for (const hint of hints) {
    if (width + cellsOf(hint) + reserved > room) break;
    first.push(hint);
    width += cellsOf(hint);
  }
  const texts = [...first, ...last].map(([key, does]) => (key === '' ? does : `${style.bold(key)} ${style.dim(does)}`));
  return texts.length === 0 ? '' : ` ${texts.join('  ')}`;
}
