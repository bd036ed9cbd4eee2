/**
 * Adds fields and items to a YAML text, and takes them out again, without printing the document anew: whole lines in block style, a piece of a line
 * in flow style. What is added looks like its neighbours (indentation, line ends), and taking it out gives back the text there was, byte for byte.
 */
import { Document, isCollection, isMap, isPair, isScalar, isSeq, type Node, type Pair, type Range, Scalar, visit, YAMLMap, YAMLSeq } from 'yaml';

export interface Style {
  /** How much deeper a map's fields stand than the field that holds it. */
  readonly indent: number;
  /** Whether the dashes of a list stand deeper than the field that holds it. */
  readonly indentedLists: boolean;
}

/** The text with a field at the end of the map, or above the field `before`, where that begins a line. */
export function withField(text: string, map: YAMLMap, pair: Pair, style: Style, before?: string): string {
  if (map.flow === true) return withInFlow(text, map, flowText(pair).slice(1, -1));
  const column = columnOf(text, startOf(map));
  const lines = blockText(pair, style, column);
  const next = before === undefined ? undefined : fieldOf(map, before);
  const start = next === undefined ? undefined : startOf(next.key);
  const at = start !== undefined && onlyBlanksBefore(text, start) ? aboveComments(text, lineStart(text, start), column) : behind(text, map, column);
  return withLines(text, at, lines);
}

/** The text with an item at the end of the list. */
export function withItem(text: string, list: YAMLSeq, item: Node, style: Style): string {
  if (list.flow === true) return withInFlow(text, list, flowText(item));
  const column = columnOf(text, startOf(list));
  return withLines(text, behind(text, list, column), blockText(listOf(item), style, column));
}

/** The text with a list or a map under a field of a block map that has no value. */
export function withValue(text: string, { key }: Pair, value: YAMLMap | YAMLSeq, style: Style): string {
  const start = startOf(key);
  const column = columnOf(text, start) + (isSeq(value) && !style.indentedLists ? 0 : style.indent);
  return withLines(text, lineEnd(text, start), blockText(value, style, column));
}

/** The text with a comment in a line of its own above that which holds the offset, as deep as that. */
export function withCommentAbove(text: string, offset: number, comment: string): string {
  const start = lineStart(text, offset);
  const indent = text.slice(start, offset).replace(/[^ ].*$/, '');
  return withLines(text, start, [`${indent}# ${comment}`]);
}

/** The text without a field or an item of the collection, and without the comments above that stand as deep as it. */
export function without(text: string, collection: YAMLMap | YAMLSeq, entry: unknown): string {
  const index = (collection.items as unknown[]).indexOf(entry);
  const start = startOf(isPair(entry) ? entry.key : entry);
  const end = contentEnd(text, entry);
  if (collection.flow !== true) {
    const column = columnOf(text, isSeq(collection) ? dashOf(text, start) : start);
    const from = aboveComments(text, lineStart(text, start), column);
    return withoutLines(text, from, pastContent(text, end));
  }
  const previous: unknown = collection.items[index - 1];
  if (previous !== undefined) return text.slice(0, contentEnd(text, previous)) + text.slice(end);
  const next: unknown = collection.items[index + 1];
  return text.slice(0, start) + text.slice(next === undefined ? end : startOf(isPair(next) ? next.key : next));
}

/** The text without the lines from `from` up to `to`, both starts of lines or the end of the text. */
export function withoutLines(text: string, from: number, to: number): string {
  // At the end of a text whose last line has no line end, the one before goes instead.
  const open = to === text.length && !text.endsWith('\n');
  return (open ? text.slice(0, from).replace(/\r?\n$/, '') : text.slice(0, from)) + text.slice(to);
}

/** The field of this name, as it stands in the map itself. */
export function fieldOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

/** Where a node begins, without its anchor. */
export function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

/** Every node that was read has one. */
function rangeOf(node: unknown): Range {
  return (node as { readonly range: Range }).range;
}

/** The start of the offset's line. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The start of the line after the offset's. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** How the document's lists and maps are indented, told by the Pod spec. */
export function styleOf(text: string, root: YAMLMap): Style {
  const spec = fieldOf(root, 'spec');
  const inner = spec?.value;
  if (spec === undefined || !isMap(inner) || inner.flow === true) return { indent: 2, indentedLists: true };
  const [column, innerColumn] = [columnOf(text, startOf(spec.key)), columnOf(text, startOf(inner))];
  const list = inner.items.find(({ value }) => isSeq(value) && value.flow !== true);
  return {
    indent: Math.max(1, innerColumn - column),
    indentedLists: list === undefined || columnOf(text, startOf(list.value)) > columnOf(text, startOf(list.key)),
  };
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Whether the offset's line begins there, apart from its indentation. */
export function onlyBlanksBefore(text: string, offset: number): boolean {
  return /^ *$/.test(text.slice(lineStart(text, offset), offset));
}

/** The dash of the item that begins here. */
function dashOf(text: string, start: number): number {
  return text.lastIndexOf('-', start - 1);
}

/** Above the comments that end at this start of a line and stand at the column. */
export function aboveComments(text: string, start: number, column: number): number {
  let at = start;
  while (at > 0) {
    const above = lineStart(text, at - 1);
    if (!/^ *#/.test(text.slice(above, at)) || text.indexOf('#', above) - above !== column) break;
    at = above;
  }
  return at;
}

/** The start of the line after a block collection, and after comments that stand deeper than its entries: those belong to the last of them. */
function behind(text: string, collection: YAMLMap | YAMLSeq, column: number): number {
  let at = pastContent(text, contentEnd(text, collection));
  for (;;) {
    const line = text.slice(at, lineEnd(text, at));
    if (!/^ *#/.test(line) || line.indexOf('#') <= column) return at;
    at = lineEnd(text, at);
  }
}

/** The start of the line after content that ends here. */
export function pastContent(text: string, end: number): number {
  return text[end - 1] === '\n' ? end : lineEnd(text, end);
}

/** Where the content of a node or a field ends, without the blanks and comments after it. */
function contentEnd(text: string, node: unknown): number {
  if (isPair(node)) return hasValue(node) ? contentEnd(text, node.value) : keyEnd(node);
  if (isCollection(node) && node.flow !== true) return contentEnd(text, node.items.at(-1));
  const [start, end] = rangeOf(node);
  if (!isScalar(node) || (node.type !== Scalar.BLOCK_LITERAL && node.type !== Scalar.BLOCK_FOLDED)) return end;
  // The empty lines after a block of text are content only where its first line says so (`|+`).
  if (/^[|>]\d?\+/.test(text.slice(start, start + 3))) return end;
  return start + text.slice(start, end).replace(/(?:\r?\n)+$/, '').length;
}

/** Whether the field has a value, be it null. */
export function hasValue({ value }: Pair): boolean {
  return value !== null && !(isScalar(value) && value.value === null && value.source === '');
}

/** Behind the colon. */
function keyEnd({ key }: Pair): number {
  return rangeOf(key)[1] + 1;
}

function withInFlow(text: string, collection: YAMLMap | YAMLSeq, piece: string): string {
  const last: unknown = collection.items.at(-1);
  const at = last === undefined ? startOf(collection) + 1 : contentEnd(text, last);
  return `${text.slice(0, at)}${last === undefined ? '' : ', '}${piece}${text.slice(at)}`;
}

function withLines(text: string, at: number, lines: readonly string[]): string {
  const eol = text.slice(0, text.indexOf('\n') + 1).endsWith('\r\n') ? '\r\n' : '\n';
  const block = lines.join(eol);
  const open = at === text.length && text !== '' && !text.endsWith('\n');
  return text.slice(0, at) + (open ? `${eol}${block}` : `${block}${eol}`) + text.slice(at);
}

/** How everything is printed: words that YAML 1.1 takes for booleans and numbers, as Kubernetes does, are quoted. */
export const asWritten = { lineWidth: 0, compat: 'yaml-1.1', flowCollectionPadding: false } as const;

/** The lines of a node, all at the column. */
function blockText(node: unknown, { indent, indentedLists }: Style, column: number): readonly string[] {
  // The library moves dashes out by two columns at most.
  const text = new Document(isPair(node) ? mapOf(node) : node, asWritten).toString({
    ...asWritten,
    indent: indentedLists ? indent : 2,
    indentSeq: indentedLists,
  });
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${' '.repeat(column)}${line}`.trimEnd());
}

/** A node in one line, without its comments, which would end it. */
function flowText(node: unknown): string {
  const document = new Document(isPair(node) ? mapOf(node.clone()) : (node as Node).clone(), asWritten);
  visit(document, {
    Node: (_, each) => {
      delete each.commentBefore;
      delete each.comment;
      delete each.spaceBefore;
      if (isCollection(each)) each.flow = true;
      if (isScalar(each) && typeof each.value === 'string' && each.value.includes('\n')) each.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ ...asWritten, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }).replace(/\n$/, '');
}

function mapOf(pair: Pair): YAMLMap {
  const map = new YAMLMap();
  map.items = [pair];
  return map;
}

function listOf(item: Node): YAMLSeq {
  const list = new YAMLSeq();
  list.items = [item];
  return list;
}
