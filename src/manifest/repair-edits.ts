/**
 * Makes a text edit out of a repair: what it leaves alone stays byte for byte. There is none where the text is written in a way that leaves a doubt: what an
 * alias stands for as well, a field on the line of a dash, a comment that would be lost.
 */
import type { LintFix, TextEdit } from '../core/lint-report.ts';
import { type FieldPath, isSame, type ManifestField, type ManifestMap, type ManifestNode, nodeAt, pathText } from './manifest-tree.ts';
import type { Repair } from './problem.ts';
import { shownLines } from './shown-lines.ts';
import type { SourceText, Span } from './source-text.ts';
import { aboveComments, lineEnd, lineStart, onlyBlanksBefore, pastContent } from './text-edits.ts';

export interface RepairPlace {
  readonly source: SourceText;
  /** Of the object. */
  readonly root: ManifestNode;
  /** What aliases stand for, in its document. */
  readonly aliased: readonly Span[];
  readonly holdsSecret: boolean;
}

/** The fix of the problem at `path`, or undefined where the text does not allow one. */
export function repairFix(repair: Repair, path: FieldPath, { source, root, aliased, holdsSecret }: RepairPlace): LintFix | undefined {
  const change = changeOf(repair, path, { text: source.text, root });
  if (change === undefined) return undefined;
  const { description, edits, moves = false } = change;
  // Where lines move, an alias may come before its anchor.
  if (aliased.length > 0 && (moves || edits.some((edit) => aliased.some((span) => edit.start <= span.end && span.start <= edit.end)))) return undefined;
  const place = (offset: number): TextEdit['start'] => {
    const { line, column } = source.place(offset);
    return { offset, line, column };
  };
  return {
    description,
    edits: edits.toSorted((a, b) => a.start - b.start || a.end - b.end).map(({ start, end, text }) => ({ start: place(start), end: place(end), text })),
    secret: moves && (holdsSecret || edits.some(({ text }) => isSecret(text))),
  };
}

/** What is moved may be the value of a variable, whose name stands elsewhere. */
function isSecret(text: string): boolean {
  const lines = text.split('\n');
  return /(?:^|[\s{,])["']?value["']?\s*:/.test(text) || shownLines(lines, false).some((line, index) => line !== lines[index]);
}

interface Edit extends Span {
  readonly text: string;
}

interface Change {
  readonly description: string;
  readonly edits: readonly Edit[];
  /** Whole fields or items go elsewhere, or away. */
  readonly moves?: boolean;
}

interface Whole {
  readonly text: string;
  readonly root: ManifestNode;
}

function changeOf(repair: Repair, path: FieldPath, whole: Whole): Change | undefined {
  switch (repair.kind) {
    case 'rename':
      return renamed(path, repair.to, whole);
    case 'rewrite':
      return rewritten(path, (whole.text[whole.root.span.start] === '{' && repair.inJson) || repair.to, whole);
    case 'quote':
      return quoted(path, whole);
    case 'unquote':
      return unquoted(path, whole);
    case 'move':
      return moved(path, repair.to, whole);
    case 'replace':
      return replaced(path, repair, whole);
    case 'drop-twin':
      return withoutTwin(path, whole);
    case 'drop-field': {
      const { key, value, flow } = repair;
      const edits = flow ? outOfFlow(whole.text, key.start, fieldEnd(whole.text, { key, value })) : withoutLines(whole.text, { key, value });
      return edits && { description: 'Take out the second one, which says the same', edits, moves: true };
    }
  }
}

interface FoundField {
  readonly holder: ManifestMap;
  readonly field: ManifestField;
}

function fieldAt(root: ManifestNode, path: FieldPath): FoundField | undefined {
  const holder = nodeAt(root, path.slice(0, -1));
  const field = holder?.kind === 'map' ? holder.fields.get(String(path.at(-1))) : undefined;
  return holder?.kind === 'map' && field !== undefined ? { holder, field } : undefined;
}

function renamed(path: FieldPath, to: string, { text, root }: Whole): Change | undefined {
  const found = fieldAt(root, path);
  if (found === undefined || found.holder.fields.has(to)) return undefined;
  const { name, key } = found.field;
  const inner = innerSpan(text, key, name);
  return inner && { description: `Write ${to} in place of ${name}`, edits: [{ ...inner, text: to }] };
}

function rewritten(path: FieldPath, to: string, { text, root }: Whole): Change | undefined {
  const node = nodeAt(root, path);
  const inner = node?.kind === 'scalar' && !isTagged(text, node.span) ? innerSpan(text, node.span, node.text) : undefined;
  return inner && { description: `Write ${to}`, edits: [{ ...inner, text: to }] };
}

function quoted(path: FieldPath, { text, root }: Whole): Change | undefined {
  const node = nodeAt(root, path);
  if (node?.kind !== 'scalar' || isTagged(text, node.span)) return undefined;
  const { start, end } = node.span;
  if (start === end || text.slice(start, end) !== node.text || /["\\\n]/.test(node.text)) return undefined;
  return { description: `Put ${nameOf(path)} in quotes`, edits: [start, end].map((at) => ({ start: at, end: at, text: '"' })) };
}

function unquoted(path: FieldPath, { text, root }: Whole): Change | undefined {
  const node = nodeAt(root, path);
  if (node?.kind !== 'scalar' || isTagged(text, node.span)) return undefined;
  const inner = innerSpan(text, node.span, node.text);
  if (inner === undefined || inner.start === node.span.start) return undefined;
  return {
    description: `Take the quotes of ${nameOf(path)} away`,
    edits: [
      { start: node.span.start, end: inner.start, text: '' },
      { start: inner.end, end: node.span.end, text: '' },
    ],
  };
}

function nameOf(path: FieldPath): string {
  const name = path.findLast((step) => typeof step === 'string') ?? 'it';
  return typeof path.at(-1) === 'number' ? `the item of ${name}` : name;
}

/** Where a scalar's own text is, without the quotes that it may have; undefined where it is written otherwise than it reads. */
function innerSpan(text: string, { start, end }: Span, written: string): Span | undefined {
  const source = text.slice(start, end);
  if (source === written) return { start, end };
  const [mark] = source;
  return (mark === '"' || mark === "'") && source === mark + written + mark ? { start: start + 1, end: end - 1 } : undefined;
}

/** A tag says what it is, whatever its quotes. One is near: a line may be the whole of a minified file. */
function isTagged(text: string, { start }: Span): boolean {
  return /(?:^|[\s[{,])!\S*\s+(?:&\S+\s+)?$/.test(text.slice(Math.max(0, start - 200), start));
}

function moved(path: FieldPath, to: FieldPath, { text, root }: Whole): Change | undefined {
  const found = fieldAt(root, path);
  const target = targetOf(root, to);
  if (found === undefined || target === undefined) return undefined;
  const { holder, field } = found;
  const { name } = field;
  if (target.missing.length === 0 && target.map.fields.has(name)) return undefined;
  const flow = isFlow(text, holder);
  const end = fieldEnd(text, field);
  const piece = text.slice(field.key.start, end);
  if (flow && piece.includes('\n')) return undefined;
  const description = `Move ${name} to ${to.length === 0 ? 'the top' : pathText(to)}`;
  // A map that has to be made around it is made where it stands.
  if (target.map === holder) {
    if (flow) return { description, edits: [{ start: field.key.start, end, text: inFlow(target.missing, piece) }], moves: true };
    const lines = linesOf(text, field);
    const put = lines && inBlock(lines.text, lines.column, target.missing, lines.column, stepOf(root, text), lineBreak(text));
    return put === undefined || lines === undefined
      ? undefined
      : { description, edits: [{ start: lines.start, end: lines.end, text: put + endOf(lines.text) }], moves: true };
  }
  // What would be empty then means something by being there.
  if (!flow && holder.fields.size < 2) return undefined;
  const lines = flow ? { text: piece, column: 0 } : linesOf(text, field);
  const out = flow ? outOfFlow(text, field.key.start, end) : lines && 'start' in lines ? [cut(text, lines)] : undefined;
  if (out === undefined || lines === undefined) return undefined;
  const put = isFlow(text, target.map) ? intoFlow(text, target, flowPiece(piece)) : intoBlock(text, target, lines.text, lines.column, stepOf(root, text));
  return put && { description, edits: [...out, put], moves: true };
}

function replaced(path: FieldPath, { holder: to, name, fields }: Extract<Repair, { kind: 'replace' }>, { text, root }: Whole): Change | undefined {
  // The map that holds nothing else goes with it, and what holds that alone.
  let gone = path;
  for (let level = 0; level < 2 && fieldAt(root, gone)?.holder.fields.size === 1; level++) gone = gone.slice(0, -1);
  const found = fieldAt(root, gone);
  const target = targetOf(root, to);
  if (found === undefined || target === undefined || found.holder.fields.size < 2 || nodeAt(root, [...to, name]) !== undefined) return undefined;
  const { field, holder } = found;
  const out = isFlow(text, holder) ? outOfFlow(text, field.key.start, fieldEnd(text, field)) : withoutLines(text, field);
  if (out === undefined) return undefined;
  const mark = text[[...(root.kind === 'map' ? root.fields.values() : [])][0]?.key.start ?? 0] === '"' ? '"' : '';
  const inner = fields.map(([each, value]) => `${mark}${each}${mark}: ${mark}${value}${mark}`);
  const put = isFlow(text, target.map)
    ? intoFlow(text, { ...target, missing: target.missing.map((each) => mark + each + mark) }, `${mark}${name}${mark}: {${inner.join(', ')}}`)
    : intoBlock(text, { ...target, missing: [...target.missing, name] }, inner.join(lineBreak(text)), 0, stepOf(root, text));
  return put && { description: `Write ${pathText([...to, name])} in place of the annotation`, edits: [...out, put], moves: true };
}

function withoutTwin(path: FieldPath, { text, root }: Whole): Change | undefined {
  const step = path.findLastIndex((each) => typeof each === 'number');
  const index = Number(path[step]);
  const list = nodeAt(root, path.slice(0, step));
  const item = list?.kind === 'list' ? list.items[index] : undefined;
  if (list?.kind !== 'list' || item === undefined || !list.items.slice(0, index).some((other) => isSame(other, item))) return undefined;
  const { start } = item.span;
  const end = contentEnd(text, item);
  const lines = { start: lineStart(text, start), end: pastContent(text, end) };
  const alone = /^ *- +$/.test(text.slice(lines.start, start)) && !hasComment(text, lines);
  const edits = isFlow(text, list) ? outOfFlow(text, start, end) : alone ? [cut(text, lines)] : undefined;
  return edits && { description: 'Take out the second one, which is the same', edits, moves: true };
}

interface Target {
  readonly map: ManifestMap;
  /** The fields that lead from it to the map that is meant, and are not there yet. */
  readonly missing: readonly string[];
}

/** Where a map is, or would be made; undefined where something else stands in its place. */
function targetOf(root: ManifestNode, path: FieldPath): Target | undefined {
  let node: ManifestNode | undefined = root;
  for (const [depth, step] of path.entries()) {
    const next: ManifestNode | undefined = nodeAt(node, [step]);
    if (next === undefined) return node.kind === 'map' ? { map: node, missing: path.slice(depth).map(String) } : undefined;
    node = next;
  }
  return node.kind === 'map' ? { map: node, missing: [] } : undefined;
}

function isFlow(text: string, { span }: ManifestNode): boolean {
  return text[span.start] === '{' || text[span.start] === '[';
}

/** Where the content of a value ends, without the blanks and comments after it. */
function contentEnd(text: string, node: ManifestNode): number {
  const { start, end } = node.span;
  if (node.kind === 'scalar') {
    // The empty lines after a block of text are content only where its first line says so (`|+`).
    if (!/^[|>]/.test(text.slice(start, start + 1)) || /^[|>]\d?\+/.test(text.slice(start, start + 3))) return end;
    return start + text.slice(start, end).replace(/(?:\r?\n[ \t]*)+$/, '').length;
  }
  if (isFlow(text, node)) return end;
  const inner = node.kind === 'list' ? node.items.map((item) => contentEnd(text, item)) : [...node.fields.values()].map((field) => fieldEnd(text, field));
  return inner.reduce((last, each) => Math.max(last, each), start);
}

/** Of one without a value, behind its colon. */
function fieldEnd(text: string, { key, value }: Pick<ManifestField, 'key' | 'value'>): number {
  return value.span.end > key.end ? contentEnd(text, value) : text.indexOf(':', key.end) + 1;
}

interface Lines extends Span {
  readonly text: string;
  readonly column: number;
}

/** The lines of a field in block style with the comments above that stand as deep; undefined where it does not begin its line. */
function linesOf(text: string, field: ManifestField): Lines | undefined {
  if (!onlyBlanksBefore(text, field.key.start)) return undefined;
  const first = lineStart(text, field.key.start);
  const column = field.key.start - first;
  const start = aboveComments(text, first, column);
  const end = pastContent(text, fieldEnd(text, field));
  return { start, end, text: text.slice(start, end), column };
}

/** Takes out the lines of a field; the comments above stay. undefined where a comment in them would be lost. */
function withoutLines(text: string, field: Pick<ManifestField, 'key' | 'value'>): readonly Edit[] | undefined {
  if (!onlyBlanksBefore(text, field.key.start)) return undefined;
  const lines = { start: lineStart(text, field.key.start), end: pastContent(text, fieldEnd(text, field)) };
  return hasComment(text, lines) ? undefined : [cut(text, lines)];
}

/** Or what looks like one. */
function hasComment(text: string, { start, end }: Span): boolean {
  return /(?:^|\s)#/m.test(text.slice(start, end));
}

/** At the end of a text whose last line has no line end, the one before goes instead. */
function cut(text: string, { start, end }: Span): Edit {
  const open = end === text.length && !text.endsWith('\n') ? (/\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0) : 0;
  return { start: start - open, end, text: '' };
}

/** Takes an entry out of braces or brackets with the comma that it does not need; undefined where something else is in the way. */
function outOfFlow(text: string, start: number, end: number): readonly Edit[] | undefined {
  const before = text.slice(0, start).trimEnd();
  if (before.endsWith(',')) return [{ start: before.length - 1, end, text: '' }];
  if (!/[{[]$/.test(before)) return undefined;
  const next = /^\s*,\s*/.exec(text.slice(end))?.[0].length ?? 0;
  return [{ start, end: end + next, text: '' }];
}

/** The text of a field as it can stand between braces; undefined where it would mean something else there. */
function flowPiece(piece: string): string | undefined {
  const value = /^(?:"[^"]*"|'[^']*'|[^\s"'][^:]*)\s*:\s*(.*)$/.exec(piece)?.[1];
  const safe = value !== undefined && (/^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[{].*)$/.test(value) || !/[,[\]{}#&*!|>]|: /.test(value));
  return safe ? piece : undefined;
}

function intoFlow(text: string, { map, missing }: Target, piece: string | undefined): Edit | undefined {
  if (piece === undefined) return undefined;
  const put = inFlow(missing, piece);
  const last = [...map.fields.values()].toSorted((a, b) => a.key.start - b.key.start).at(-1);
  if (last === undefined) return { start: map.span.start + 1, end: map.span.start + 1, text: put };
  const at = fieldEnd(text, last);
  const indent = onlyBlanksBefore(text, last.key.start) ? lineBreak(text) + text.slice(lineStart(text, last.key.start), last.key.start) : ' ';
  return { start: at, end: at, text: `,${indent}${put}` };
}

function inFlow(names: readonly string[], piece: string): string {
  const quoted = piece.startsWith('"');
  return names.reduceRight((inner, name) => `${quoted && !name.startsWith('"') ? `"${name}"` : name}: {${inner}}`, piece);
}

function intoBlock(text: string, { map, missing }: Target, lines: string, column: number, step: number): Edit | undefined {
  const target = map.span.start - lineStart(text, map.span.start);
  const put = inBlock(lines, column, missing, target, step, lineBreak(text));
  if (put === undefined) return undefined;
  let at = pastContent(text, contentEnd(text, map));
  // Comments that stand deeper than its fields belong to the last of them.
  for (;;) {
    const line = text.slice(at, lineEnd(text, at));
    if (!/^ *#/.test(line) || line.indexOf('#') <= target) break;
    at = lineEnd(text, at);
  }
  const open = at === text.length && !text.endsWith('\n');
  return { start: at, end: at, text: open ? lineBreak(text) + put : put + lineBreak(text) };
}

/** The lines under the fields of these names, the first of which stands at `target`; without the last line break. */
function inBlock(lines: string, column: number, names: readonly string[], target: number, step: number, eol: string): string | undefined {
  const shifted = shiftedLines(lines.slice(0, lines.length - endOf(lines).length), target + names.length * step - column);
  return shifted === undefined ? undefined : [...names.map((name, depth) => `${' '.repeat(target + depth * step)}${name}:`), shifted].join(eol);
}

/** undefined where a line cannot be moved out as far. */
function shiftedLines(text: string, by: number): string | undefined {
  const shifted: string[] = [];
  for (const line of text.split('\n')) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const free = /^ *(?:#|\r?$)/.test(line);
    if (line[indent] === '\t' || (indent < -by && !free)) return undefined;
    shifted.push(by < 0 ? line.slice(Math.min(indent, -by)) : /^\r?$/.test(line) ? line : ' '.repeat(by) + line);
  }
  return shifted.join('\n');
}

function endOf(lines: string): string {
  return /\r?\n$/.exec(lines)?.[0] ?? '';
}

function lineBreak(text: string): string {
  return text.slice(0, text.indexOf('\n') + 1).endsWith('\r\n') ? '\r\n' : '\n';
}

/** How much deeper fields stand than the map that holds them: what the first map in the object says. */
function stepOf(root: ManifestNode, text: string): number {
  const column = (at: number): number => at - lineStart(text, at);
  for (const { key, value } of root.kind === 'map' ? root.fields.values() : []) {
    const deeper = value.kind === 'map' && !isFlow(text, value) ? column(value.span.start) - column(key.start) : 0;
    if (deeper > 0) return deeper;
  }
  return 2;
}
