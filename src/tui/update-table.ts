/** What keys do in the table: the selection, the filter, the scope. */

import { plainText } from '../report/terminal-text.ts';
import { forwardsOpened } from './forwards.ts';
import type { Key } from './keyboard.ts';
import { tableHeight } from './layout.ts';
import { markToggled } from './marks.ts';
import type { Model, Step } from './model.ts';
import { motion } from './motion.ts';
import type { Row } from './pod-row.ts';
import { type Group, groupings, isGroup, unfolded, withFold } from './row-groups.ts';
import { compareFor, sortings } from './row-order.ts';
import { arranged, headingOf, moved, selectionKept } from './selection.ts';
import { withoutLast, withoutLastWord } from './typing.ts';
import { intended } from './update-actions.ts';
import { openedPod } from './update-pane.ts';
import { allNamespaces, pick } from './update-scope.ts';
import { openedLog } from './update-text.ts';

export function tableKey(model: Model, key: Key): Step {
  const command = 'text' in key ? commands[key.text] : undefined;
  if (command !== undefined) return command(model);
  const by = motion(key, Math.max(1, tableHeight(model.terminal) - 1));
  // Home follows the top again: whatever becomes the worst Pod is selected, as at the start.
  if (by === Number.NEGATIVE_INFINITY) return [selectionKept({ ...model, selected: undefined }), []];
  if (by !== undefined) return [moved(model, model.cursor + by), []];
  if (!('name' in key)) return [model, []];
  if (key.name === 'escape' && model.marked.size > 0) return [{ ...model, marked: new Set() }, []];
  if (key.name === 'escape') return [refiltered(model, { text: '', editing: false, faults: false }), []];
  const line = model.lines[model.cursor];
  if (line !== undefined && isGroup(line)) return [groupKeyPressed(model, line, key.name), []];
  if (key.name === 'enter' || key.name === 'right') return opened(model, line);
  if (key.name === 'left') return [moved(model, line === undefined ? 0 : Math.max(headingOf(model, line.key), 0)), []];
  return [model, []];
}

/** What letters and signs do in the table. */
const commands: Readonly<Record<string, (model: Model) => Step>> = {
  ' ': (model) => [markToggled(model), []],
  '/': (model) => [{ ...model, filter: { ...model.filter, editing: true } }, []],
  D: (model) => intended(model, 'debug'),
  e: (model) => intended(model, 'edit'),
  l: logsOpened,
  p: (model) => intended(model, 'forward'),
  P: forwardsOpened,
  x: (model) => intended(model, 'delete'),
  f: (model) => [refiltered(model, { ...model.filter, faults: !model.filter.faults }), []],
  s: (model) => [reordered(model, { by: after(sortings, model.order.by), reverse: false }), []],
  S: (model) => [reordered(model, { ...model.order, reverse: !model.order.reverse }), []],
  g: (model) => [arranged({ ...model, grouping: after(groupings, model.grouping), folds: unfolded }), []],
  z: (model) => [model.grouping === 'none' ? model : arranged({ ...model, folds: { all: !allFolded(model), except: new Set() } }), []],
  a: allNamespaces,
  n: (model) => pick(model, 'namespace'),
  c: (model) => (model.contexts ? pick(model, 'context') : [{ ...model, notice: 'There is no other context to choose here.' }, []]),
};

/** The log of the selected Pod in its pane; of those that are marked one stream, on the terminal. */
function logsOpened(model: Model): Step {
  if (model.marked.size > 0) return intended(model, 'logs');
  const line = model.lines[model.cursor];
  const [pane, effects] = opened(model, line === undefined || isGroup(line) ? undefined : line);
  if (pane.pod === undefined) return [pane, effects];
  const [log, more] = openedLog(pane, pane.pod);
  return [log, [...effects, ...more]];
}

/** The one after it, and the first after the last. */
function after<T>(round: readonly T[], value: T): T {
  return round[(round.indexOf(value) + 1) % round.length] as T;
}

/** The whole table anew; n log n, at a key and never at a change of Pods. */
function reordered(model: Model, order: Model['order']): Model {
  return arranged({ ...model, order, sorted: [...model.sorted].sort(compareFor(order)) });
}

/** Enter turns the heading's fold; right unfolds and left folds. */
function groupKeyPressed(model: Model, group: Group, name: string): Model {
  const folded = name === 'enter' ? !group.folded : name === 'left' ? true : name === 'right' ? false : group.folded;
  if (folded === group.folded) return model;
  // The heading stays selected: to fold the top group is not to follow the top.
  return arranged({ ...model, selected: group.key, folds: withFold(model.folds, group.key, folded) });
}

function allFolded({ lines }: Model): boolean {
  return lines.every((line) => isGroup(line) && line.folded);
}

export function filterKey(model: Model, key: Key): Model {
  const { filter } = model;
  if ('text' in key) return refiltered(model, { ...filter, text: filter.text + key.text });
  switch (key.name) {
    case 'enter':
      return { ...model, filter: { ...filter, editing: false } };
    case 'escape':
      return refiltered(model, { ...filter, text: '', editing: false });
    case 'ctrl-u':
      return refiltered(model, { ...filter, text: '' });
    case 'ctrl-w':
      return refiltered(model, { ...filter, text: withoutLastWord(filter.text) });
    case 'backspace':
      return refiltered(model, { ...filter, text: withoutLast(filter.text), editing: filter.text !== '' });
    case 'up':
      return moved(model, model.cursor - 1);
    case 'down':
      return moved(model, model.cursor + 1);
    default:
      return model;
  }
}

/** Text that is pasted into the filter: its lines become words. */
export function filterPasted(model: Model, text: string): Model {
  const words = plainText(text).replace(/\s+/g, ' ');
  return refiltered(model, { ...model.filter, text: model.filter.text + words });
}

/** After a change of the filter the selected Pod stays selected where it is still shown; else the worst of what is. */
function refiltered(model: Model, filter: Model['filter']): Model {
  const next = arranged({ ...model, filter });
  return next.lines[next.cursor]?.key === model.selected ? next : selectionKept({ ...next, selected: undefined });
}

function opened(model: Model, row: Row | undefined): Step {
  if (row === undefined) return [model, []];
  if (row.facts !== undefined) return openedPod(model, row);
  return [{ ...model, selected: row.key, opening: row.key, notice: `${plainText(row.name)} opens as soon as it has been read` }, []];
}
