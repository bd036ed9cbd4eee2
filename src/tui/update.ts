/**
 * The reducer: what a message makes of the model, and what the outside is asked to do. Pure: the same messages give the same screens.
 *
 * The work of a batch is linear in the table and n log n only in what changed.
 */
import { podHealth } from '../core/pod-health.ts';
import type { PodwrightError } from '../core/podwright-error.ts';
import { plainText } from '../report/terminal-text.ts';
import type { EventBatch, PodBatch, PodChange, PodScope } from '../service/pod-source.ts';
import type { Key } from './keyboard.ts';
import { paneHeight, tableHeight } from './layout.ts';
import { connecting, type Effect, type Message, type Model, type PodView } from './model.ts';
import { podPane } from './pod-pane.ts';
import { compareRows, mergeRows, podRow, previewKey, previewRow, type Row, rowKey } from './pod-row.ts';
import { filterRows } from './row-filter.ts';

type Step = readonly [Model, readonly Effect[]];

/** The next model and the effects to run, in order. */
export function update(model: Model, message: Message): Step {
  switch (message.type) {
    case 'key':
      return pressed(model, message.key);
    case 'resize': {
      const terminal = { ...model.terminal, columns: message.columns, rows: message.rows };
      return [scrolled(withinView({ ...model, terminal }), 0), []];
    }
    case 'clock':
      return [ticked(model, message.now), []];
    case 'pods':
      return [message.scope === model.scope ? podsChanged(model, message.batch, message.now) : model, []];
    case 'refused':
      return refused(model, message.scope, message.error);
    case 'events':
      return [eventsChanged(model, message.key, message.batch), []];
  }
}

// Pods

/** What a batch did to the rows: the new map, keys that left their place in the order, and rows to be put in. */
interface Change {
  readonly rows: Map<string, Row>;
  readonly moved: Set<string>;
  readonly put: Map<string, Row>;
  /** The key that took the place of a preview row. */
  readonly renamed: Map<string, string>;
}

function podsChanged(model: Model, batch: PodBatch, now: number): Model {
  const change: Change = { rows: new Map(model.rows), moved: new Set(), put: new Map(), renamed: new Map() };
  if (batch.preview.length > 0) addPreview(change, batch);
  for (const each of batch.changes) applyChange(change, each, now, model.synced);
  const base: Model = {
    ...model,
    now: Math.max(model.now, now),
    links: batch.links,
    synced: batch.synced,
    selected: model.selected === undefined ? undefined : (change.renamed.get(model.selected) ?? model.selected),
    pod: podView(model.pod, change),
  };
  if (batch.synced && !model.synced) return arranged(settled(base, change.rows, now));
  if (change.moved.size === 0 && change.put.size === 0) return base;
  return arranged({ ...base, rows: change.rows, sorted: mergeRows(model.sorted, change.moved, [...change.put.values()]) });
}

function addPreview(change: Change, batch: PodBatch): void {
  const known = new Set([...change.rows.values()].map(previewKey));
  for (const line of batch.preview) {
    const row = previewRow(line);
    if (!known.has(row.key)) put(change, row);
  }
}

function applyChange(change: Change, { type, cluster, pod }: PodChange, now: number, synced: boolean): void {
  const key = rowKey(cluster, pod);
  if (type === 'delete') {
    remove(change, key);
    if (!synced) remove(change, previewKey({ cluster, namespace: pod.namespace, name: pod.name }));
    return;
  }
  if (synced) {
    put(change, podRow(cluster, pod, now));
    return;
  }
  const previewed = previewKey({ cluster, namespace: pod.namespace, name: pod.name });
  const place = change.rows.get(previewed) ?? change.rows.get(key);
  if (change.rows.has(previewed)) {
    remove(change, previewed);
    change.renamed.set(previewed, key);
  }
  put(change, podRow(cluster, pod, now, place?.rank));
}

function put(change: Change, row: Row): void {
  change.rows.set(row.key, row);
  change.moved.add(row.key);
  change.put.set(row.key, row);
}

function remove(change: Change, key: string): void {
  if (!change.rows.delete(key)) return;
  change.moved.add(key);
  change.put.delete(key);
}

/** The first state is complete: what only the preview knew is gone, and every row takes the place that its own health gives it. */
function settled(model: Model, rows: ReadonlyMap<string, Row>, now: number): Model {
  const kept = [...rows.values()].flatMap((row) => (row.facts === undefined ? [] : [podRow(row.cluster, row.facts, now)]));
  return { ...model, rows: new Map(kept.map((row) => [row.key, row])), sorted: kept.sort(compareRows) };
}

function podView(view: PodView | undefined, change: Change): PodView | undefined {
  if (view === undefined) return undefined;
  const row = change.put.get(view.key);
  if (row !== undefined) return { ...view, row, gone: false };
  return change.moved.has(view.key) ? { ...view, gone: true } : view;
}

/** Time alone turns a Pod from starting to stuck, and one that is being deleted to stuck; nothing else changes without a message. */
function ticked(model: Model, now: number): Model {
  const overdue: Row[] = [];
  for (const row of model.rows.values()) {
    if (row.facts === undefined || (row.health !== 'starting' && row.health !== 'terminating')) continue;
    if (podHealth(row.facts, now).health !== row.health) overdue.push(podRow(row.cluster, row.facts, now, model.synced ? undefined : row.rank));
  }
  if (overdue.length === 0) return { ...model, now };
  const rows = new Map(model.rows);
  for (const row of overdue) rows.set(row.key, row);
  return arranged({ ...model, now, rows, sorted: mergeRows(model.sorted, new Set(overdue.map((row) => row.key)), overdue) });
}

function eventsChanged(model: Model, key: string, batch: EventBatch): Model {
  if (model.pod?.key !== key) return model;
  const events = new Map(model.pod.events);
  for (const event of batch.events) events.set(event.uid, event);
  return { ...model, pod: { ...model.pod, events, eventsSynced: batch.synced, eventsProblem: batch.problem } };
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
function refused(model: Model, scope: PodScope, error: PodwrightError): Step {
  if (scope !== model.scope) return [model, []];
  if (scope === model.home) return [model, [{ type: 'fail', error }]];
  return rescoped({ ...model, notice: plainText(error.message) }, model.home);
}

// Order, filter and selection

/** The rows that the filter keeps, with the selection where its Pod has gone. */
function arranged(model: Model): Model {
  const { text, faults } = model.filter;
  const among = faults ? model.sorted.filter((row) => row.health !== 'ready' && row.health !== 'done') : model.sorted;
  return selectionKept({ ...model, shown: filterRows(among, text) });
}

/** Follows the selected Pod; where it has left the table, its neighbour that moved up is selected. */
function selectionKept(model: Model): Model {
  if (model.selected === undefined) return withinView({ ...model, cursor: 0, top: 0 });
  const at = model.shown.findIndex((row) => row.key === model.selected);
  if (at >= 0) return withinView({ ...model, cursor: at });
  const cursor = clamp(model.cursor, model.shown.length - 1);
  return withinView({ ...model, cursor, selected: model.shown[cursor]?.key });
}

/** Moves the window by as little as shows the selected row, and never past the end. */
function withinView(model: Model): Model {
  const height = tableHeight(model.terminal);
  const lowest = Math.max(0, model.shown.length - height);
  const top = Math.min(Math.max(model.top, model.cursor - height + 1), model.cursor, lowest);
  return top === model.top ? model : { ...model, top: Math.max(0, top) };
}

function moved(model: Model, to: number): Model {
  const cursor = clamp(to, model.shown.length - 1);
  return withinView({ ...model, cursor, selected: model.shown[cursor]?.key });
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, last));
}

// Keys

function pressed(model: Model, key: Key): Step {
  if ('name' in key && key.name === 'ctrl-c') return [model, [{ type: 'quit', exitCode: 130 }]];
  if ('name' in key && key.name === 'ctrl-z') return [model, [{ type: 'suspend' }]];
  return keyPressed(model.notice === undefined ? model : { ...model, notice: undefined }, key);
}

function keyPressed(model: Model, key: Key): Step {
  if (model.help) return [closesHelp(key) ? { ...model, help: false } : model, []];
  if (model.filter.editing) return [filterKey(model, key), []];
  if ('text' in key && key.text === 'q') return [model, [{ type: 'quit', exitCode: 0 }]];
  if ('text' in key && key.text === '?') return [{ ...model, help: true }, []];
  return model.pod === undefined ? tableKey(model, key) : podKey(model, model.pod, key);
}

function closesHelp(key: Key): boolean {
  return 'name' in key ? key.name === 'escape' || key.name === 'enter' : key.text === '?' || key.text === 'q';
}

/** Keys that move, the same in the table and in the pane: by how much, or to which end. */
function motion(key: Key, page: number): number | undefined {
  switch ('name' in key ? key.name : key.text) {
    case 'up':
    case 'k':
      return -1;
    case 'down':
    case 'j':
      return 1;
    case 'page-up':
      return -page;
    case 'page-down':
    case ' ':
      return page;
    case 'home':
    case 'g':
      return Number.NEGATIVE_INFINITY;
    case 'end':
    case 'G':
      return Number.POSITIVE_INFINITY;
    default:
      return undefined;
  }
}

function tableKey(model: Model, key: Key): Step {
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

function filterKey(model: Model, key: Key): Model {
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
  if (row?.facts === undefined) return [model, []];
  const pod: PodView = { key: row.key, row, gone: false, scroll: 0, events: new Map(), eventsSynced: false, eventsProblem: undefined };
  const watched = { cluster: row.cluster, namespace: row.namespace, name: row.name, uid: row.facts.uid };
  return [{ ...model, pod, selected: row.key }, [{ type: 'watch-events', key: row.key, pod: watched }]];
}

function podKey(model: Model, view: PodView, key: Key): Step {
  if ('name' in key && (key.name === 'escape' || key.name === 'left' || key.name === 'backspace')) {
    return [selectionKept({ ...model, pod: undefined }), [{ type: 'stop-events' }]];
  }
  const by = motion(key, Math.max(1, paneHeight(model.terminal) - 1));
  return [by === undefined ? model : scrolled({ ...model, pod: { ...view } }, by), []];
}

function scrolled(model: Model, by: number): Model {
  if (model.pod === undefined) return model;
  const last = podPane(model, model.pod).length - paneHeight(model.terminal);
  return { ...model, pod: { ...model.pod, scroll: clamp(model.pod.scroll + by, last) } };
}
