/** What a batch of Pods, and time, make of the rows. The work of a batch is linear in the table and n log n only in what changed. */
import { podHealth } from '../core/pod-health.ts';
import type { PodBatch, PodChange } from '../service/pod-source.ts';
import { marksKept } from './marks.ts';
import type { Model, PodView } from './model.ts';
import { podRow, previewKey, previewRow, type Row, rowKey } from './pod-row.ts';
import { RowMap } from './row-map.ts';
import { compareFor, replacedRows } from './row-order.ts';
import { arranged } from './selection.ts';

/** What a batch does to the rows. */
interface Change {
  readonly before: RowMap;
  /** Rows that are put in or take the place of those before; undefined for those that are gone. */
  readonly rows: Map<string, Row | undefined>;
  /** The key that took the place of a preview row. */
  readonly renamed: Map<string, string>;
}

export function podsChanged(model: Model, batch: PodBatch, now: number): Model {
  const change: Change = { before: model.rows, rows: new Map(), renamed: new Map() };
  if (batch.preview.length > 0) addPreview(change, batch);
  for (const each of batch.changes) applyChange(change, each, now, model.synced);
  const base: Model = {
    ...model,
    // A recording may go back in time.
    now: model.playback === undefined ? Math.max(model.now, now) : now,
    links: batch.links,
    synced: batch.synced,
    selected: model.selected === undefined ? undefined : (change.renamed.get(model.selected) ?? model.selected),
    marked: marksKept(model.marked, change.rows),
    pod: podView(model.pod, change),
  };
  if (batch.synced && !model.synced) return arranged(settled(base, model.rows.with(change.rows), now));
  return change.rows.size === 0 ? base : arranged(withRows(base, change.rows));
}

/** The model with these rows put in or taken out, in their order. */
function withRows(model: Model, rows: ReadonlyMap<string, Row | undefined>): Model {
  const sorted = replacedRows(model.sorted, rows, (key) => model.rows.get(key), compareFor(model.order));
  return { ...model, rows: model.rows.with(rows), sorted };
}

function rowAt({ before, rows }: Change, key: string): Row | undefined {
  return rows.has(key) ? rows.get(key) : before.get(key);
}

function addPreview(change: Change, batch: PodBatch): void {
  const known = new Set([...change.before.values()].map(previewKey));
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
  const standIn = rowAt(change, previewed);
  const place = standIn ?? rowAt(change, key);
  if (standIn !== undefined) {
    remove(change, previewed);
    change.renamed.set(previewed, key);
  }
  put(change, podRow(cluster, pod, now, place?.rank));
}

function put(change: Change, row: Row): void {
  change.rows.set(row.key, row);
}

function remove(change: Change, key: string): void {
  if (change.before.has(key)) change.rows.set(key, undefined);
  else change.rows.delete(key);
}

/** The first state is complete: what only the preview knew is gone, and every row takes the place that its own health gives it. */
function settled(model: Model, rows: RowMap, now: number): Model {
  const kept = [...rows.values()].flatMap((row) => (row.facts === undefined ? [] : [podRow(row.cluster, row.facts, now)]));
  return { ...model, rows: RowMap.of(kept), sorted: kept.sort(compareFor(model.order)) };
}

function podView(view: PodView | undefined, change: Change): PodView | undefined {
  if (view === undefined) return undefined;
  const row = change.rows.get(view.key);
  if (row !== undefined) return { ...view, row, gone: false, successor: undefined };
  const gone = view.gone || change.rows.has(view.key);
  if (!gone) return view;
  const known = view.successor !== undefined && rowAt(change, view.successor) !== undefined ? view.successor : undefined;
  return { ...view, gone, successor: known ?? namesake(view.row, change.rows.values()) };
}

function namesake({ cluster, namespace, name }: Row, rows: Iterable<Row | undefined>): string | undefined {
  for (const row of rows) if (row?.name === name && row.namespace === namespace && row.cluster === cluster && row.facts !== undefined) return row.key;
  return undefined;
}

/** Time alone turns a Pod from starting to stuck, and one that is being deleted to stuck; nothing else changes without a message. */
export function ticked(model: Model, now: number): Model {
  const overdue: Row[] = [];
  for (const row of model.rows.values()) {
    if (row.facts === undefined || (row.health !== 'starting' && row.health !== 'terminating')) continue;
    if (podHealth(row.facts, now).health !== row.health) overdue.push(podRow(row.cluster, row.facts, now, model.synced ? undefined : row.rank));
  }
  if (overdue.length === 0) return { ...model, now };
  return arranged(withRows({ ...model, now }, new Map(overdue.map((row) => [row.key, row]))));
}
