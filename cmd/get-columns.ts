/** Which columns a table of `get` has, and a Pod's row in it, where the cells are computed here and not by the server. */
import type { PodFacts } from '../src/core/pod-facts.ts';
import { columnCell, columnHeader, defaultColumns, labelsText, type PodColumnName, podView, wideColumns } from '../src/report/pod-columns.ts';
import { plainText } from '../src/report/terminal-text.ts';
import type { GetRequest } from './get.ts';

/** Chosen columns are taken as they are; the others get NAMESPACE in front where Pods of all namespaces are shown. */
export function tableColumns({ columns, output }: GetRequest, allNamespaces: boolean): readonly PodColumnName[] {
  if (columns !== undefined) return columns;
  const shown = output.kind === 'table' && output.wide ? wideColumns : defaultColumns;
  return allNamespaces ? ['namespace', ...shown] : shown;
}

export function columnsHeader(columns: readonly PodColumnName[], request: GetRequest): readonly string[] {
  return [...columns.map(columnHeader), ...labelHeaders(request)];
}

/** The Pod's cells as of `now`, fit for a terminal. */
export function columnRow(facts: PodFacts, columns: readonly PodColumnName[], request: GetRequest, now: number): readonly string[] {
  const pod = podView(facts, now);
  return [...columns.map((column) => columnCell(column, pod)), ...labelCells(facts.labels, request)];
}

/** The headers that -L and --show-labels add: a label's header is its name without the prefix. */
export function labelHeaders({ labelColumns, showLabels }: GetRequest): readonly string[] {
  return [...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()), ...(showLabels ? ['LABELS'] : [])];
}

export function labelCells(labels: Readonly<Record<string, string>>, { labelColumns, showLabels }: GetRequest): readonly string[] {
  return [...labelColumns.map((label) => plainText(labels[label] ?? '')), ...(showLabels ? [plainText(labelsText(labels))] : [])];
}
