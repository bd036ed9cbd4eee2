/** What keys do in the table: the selection, the filter, the scope. */

import type { PodwrightError } from '../core/podwright-error.ts';
import { plainText } from '../report/terminal-text.ts';
import type { PodScope } from '../service/pod-source.ts';
import type { Key } from './keyboard.ts';
import { tableHeight } from './layout.ts';
import { connecting, type Model, type Step } from './model.ts';
import { motion } from './motion.ts';
import type { Row } from './pod-row.ts';
import { arranged, moved, selectionKept } from './selection.ts';
import { openedPod } from './update-pane.ts';

export function tableKey(model: Model, key: Key): Step {
  const by = motion(key, Math.max(1, tableHeight(model.terminal) - 1));
  // Home follows the top again: whatever becomes the worst Pod is selected, as at the start.
  if (by === Number.NEGATIVE_INFINITY) return [selectionKept({ ...model, selected: undefined }), []];
  if (by !== undefined) return [moved(model, model.cursor + by), []];
  if ('text' in key && key.text === '/') return [{ ...model, filter: { ...model.filter, editing: true } }, []];
  if ('text' in key && key.text === 'f') return [arranged({ ...model, filter: { ...model.filter, faults: !model.filter.faults } }), []];
  if ('text' in key && key.text === 'a') return rescoped(model, model.scope === model.home ? everywhere(model.home) : model.home);
  if ('name' in key && key.name === 'escape') return [refiltered(model, { text: '', editing: false, faults: false }), []];
  if ('name' in key && (key.name === 'enter' || key.name === 'right')) return opened(model);
  return [model, []];
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
    case 'backspace':
      return refiltered(model, { ...filter, text: Array.from(filter.text).slice(0, -1).join(''), editing: filter.text !== '' });
    case 'up':
      return moved(model, model.cursor - 1);
    case 'down':
      return moved(model, model.cursor + 1);
    default:
      return model;
  }
}

/** After a change of the filter the selected Pod stays selected where it is still shown; else the worst of what is. */
function refiltered(model: Model, filter: Model['filter']): Model {
  const next = arranged({ ...model, filter });
  return next.shown[next.cursor]?.key === model.selected ? next : selectionKept({ ...next, selected: undefined });
}

function opened(model: Model): Step {
  const row = model.shown[model.cursor];
  // A row of the preview has nothing to open yet: its Pod arrives within moments.
  return row?.facts === undefined ? [model, []] : openedPod(model, row);
}

// Scope

/** All namespaces; where that was asked for at the start, the same value, so that there is nothing to change to. */
function everywhere(home: PodScope): PodScope {
  return home.namespaces === 'all' ? home : { ...home, namespaces: 'all' };
}

/** Another scope starts from nothing, as at the start; the filter stays. */
function rescoped(model: Model, scope: PodScope): Step {
  if (scope === model.scope) return [model, []];
  const links = connecting(model.clusters, model.now);
  const empty = { rows: new Map<string, Row>(), sorted: [], shown: [], synced: false, selected: undefined, cursor: 0, top: 0 };
  return [{ ...model, ...empty, scope, links }, [{ type: 'watch-pods', scope }]];
}

/** The first scope refused ends the dashboard; a later one is said, and the first comes back. */
export function refused(model: Model, scope: PodScope, error: PodwrightError): Step {
  if (scope !== model.scope) return [model, []];
  if (scope === model.home) return [model, [{ type: 'fail', error }]];
  return rescoped({ ...model, notice: plainText(error.message) }, model.home);
}
