/** What a batch of Pods, and time, make of the rows. The work of a batch is linear in the table and n log n only in what changed. */
import { podHealth } from '../core/pod-health.ts';
import type { PodBatch, PodChange } from '../service/pod-source.ts';
import type { Model, PodView } from './model.ts';
import { podRow, previewKey, previewRow, type Row, rowKey } from './pod-row.ts';
import { compareFor, mergeRows } from './row-order.ts';
import { arranged } from './selection.ts';

/** What a batch did to the rows: the new map, keys that left their place in the order, and rows to be put in. */
interface Change {
  readonly rows: Map<string, Row>;
  readonly moved: Set<string>;
  readonly put: Map<string, Row>;
  /** The key that took the place of a preview row. */
  readonly renamed: Map<string, string>;
}

export function podsChanged(model: Model, batch: PodBatch, now: number): Model {
  const change: Change = { rows: new Map(model.rows), moved: new Set(), put: new Map(), renamed: new Map() };
  if (batch.preview.length > 0) addPreview(change, batch);
  for (const each of batch.changes) applyChange(change, each, now, model.synced);
  const base: Model = {
    ...model,
    // A recording may go back in time.
    now: model.playback === undefined ? Math.max(model.now, now) : now,
    links: batch.links,
    synced: batch.synced,
    selected: model.selected === undefined ? undefined : (change.renamed.get(model.selected) ?? model.selected),
    pod: podView(model.pod, change),
  };
  if (batch.synced && !model.synced) return arranged(settled(base, change.rows, now));
  if (change.moved.size === 0 && change.put.size === 0) return base;
  return arranged({ ...base, rows: change.rows, sorted: mergeRows(model.sorted, change.moved, [...change.put.values()], compareFor(model.order)) });
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
  return { ...model, rows: new Map(kept.map((row) => [row.key, row])), sorted: kept.sort(compareFor(model.order)) };
}

function podView(view: PodView | undefined, change: Change): PodView | undefined {
  if (view === undefined) return undefined;
  const row = change.put.get(view.key);
  if (row !== undefined) return { ...view, row, gone: false, successor: undefined };
  const gone = view.gone || change.moved.has(view.key);
  if (!gone) return view;
  const known = view.successor !== undefined && change.rows.has(view.successor) ? view.successor : undefined;
  return { ...view, gone, successor: known ?? namesake(view.row, change.put.values()) };
}

function namesake({ cluster, namespace, name }: Row, rows: Iterable<Row>): string | undefined {
  for (const row of rows) if (row.name === name && row.namespace === namespace && row.cluster === cluster && row.facts !== undefined) return row.key;
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
  const rows = new Map(model.rows);
  for (const row of overdue) rows.set(row.key, row);
  return arranged({ ...model, now, rows, sorted: mergeRows(model.sorted, new Set(overdue.map((row) => row.key)), overdue, compareFor(model.order)) });
}
