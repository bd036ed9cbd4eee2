/**
 * Says what a YAML syntax error most likely comes from, and where. The parser stumbles over the consequence, often a line below the cause, so the lines
 * around are looked at: a tab, a field indented like none of its neighbours, a value that has to be quoted, a template that was not rendered.
 */
import { type BlockLine, blockLine, openFields } from './block-lines.ts';
import type { Problem } from './problem.ts';
import type { SourceText, Span } from './source-text.ts';

interface SyntaxError {
  readonly code: string;
  readonly message: string;
  /** Offsets in the document. */
  readonly pos: readonly [number, number];
}

/** The problem for the first error of the document that lies at `range` of the file. */
export function explainSyntaxError(source: SourceText, range: Span, { code, message, pos }: SyntaxError): Problem {
  const start = Math.min(range.start + Math.max(0, pos[0]), range.end);
  const span = { start, end: Math.min(Math.max(range.start + pos[1], start + 1), range.end) };
  const found = {
    source,
    span,
    code,
    message,
    line: source.place(start).line,
    firstLine: source.place(range.start).line,
    lastLine: source.place(range.end).line,
  };
  for (const cause of causes) {
    const problem = cause(found);
    if (problem !== undefined) return { rule: code === 'RESOURCE_EXHAUSTION' ? 'yaml-too-deep' : 'yaml-syntax', path: [], span, ...problem };
  }
  return { rule: 'yaml-syntax', path: [], span, message };
}

/** What holds values in double braces, as Helm's templates do. */
export const unrendered = { message: 'This is a template, not yet YAML', hint: 'Render it first, as with: helm template CHART' };

interface Stumble {
  readonly source: SourceText;
  readonly span: Span;
  readonly code: string;
  readonly message: string;
  readonly line: number;
  /** Of the document. */
  readonly firstLine: number;
  readonly lastLine: number;
}

type Cause = (stumble: Stumble) => Pick<Problem, 'message' | 'hint' | 'span'> | undefined;

/** The first that applies is told. */
const causes: readonly Cause[] = [
  function tooDeep({ code }) {
    return code === 'RESOURCE_EXHAUSTION' ? { message: 'It nests deeper than any object of Kubernetes' } : undefined;
  },

  function conflictMarker(stumble) {
    const line = lineNear(stumble, /^(?:<{7} |={7}$|>{7} )/);
    if (line === undefined) return undefined;
    return { message: 'There is an unresolved merge conflict', hint: 'Keep one side, and take the lines with the marks out.', span: lineSpan(stumble, line) };
  },

  function tab(stumble) {
    const { source, line, code } = stumble;
    if (code !== 'TAB_AS_INDENT' && !/^ *\t/.test(source.line(line))) return undefined;
    const column = source.line(line).indexOf('\t');
    const start = source.lineStart(line) + Math.max(0, column);
    return { message: 'A tab is used to indent; YAML takes blanks only', hint: 'Put blanks in its place.', span: { start, end: start + 1 } };
  },

  function template(stumble) {
    const line = lineNear(stumble, /\{\{/);
    if (line === undefined) return undefined;
    return { ...unrendered, span: lineSpan(stumble, line, /\{\{.*/) };
  },

  function quote({ source, span, message }) {
    const mark = /^Missing closing (["'])/.exec(message)?.[1];
    if (mark === undefined) return undefined;
    const start = openingQuote(source, span.start, mark);
    return {
      message: `This ${mark} is never closed`,
      hint: 'A quote inside such a value is written twice, or with a backslash in double quotes.',
      span: start,
    };
  },

  function escape({ code, message }) {
    if (code !== 'BAD_DQ_ESCAPE') return undefined;
    const sequence = /sequence (.*)$/.exec(message)?.[1] ?? '';
    return { message: `${sequence} is no escape of YAML`, hint: 'In single quotes a backslash is just that.' };
  },

  function reserved({ code, source, span }) {
    if (code !== 'BAD_SCALAR_START') return undefined;
    const first = source.text[span.start] ?? '';
    return { message: `A value that begins with ${first} has to be quoted`, hint: 'Put it in single quotes.' };
  },

  function noBlankAfterColon(stumble) {
    const { source, code } = stumble;
    if (code !== 'MISSING_CHAR' && code !== 'MULTILINE_IMPLICIT_KEY' && code !== 'BAD_INDENT' && code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
    for (const line of [stumble.line, stumble.line + 1, stumble.line - 1]) {
      const parts = line < stumble.firstLine ? null : /^(\s*(?:- )*)([A-Za-z][\w.-]*):([^\s:/].*)$/.exec(source.line(line));
      if (parts === null) continue;
      const [, indent = '', key, value] = parts;
      const start = source.lineStart(line) + indent.length;
      return { message: `There is no blank after the colon of ${key}`, hint: `Write ${key}: ${value}`, span: { start, end: start + (key ?? '').length + 1 } };
    }
    return undefined;
  },

  function deeperThanItsNeighbour(stumble) {
    if (!indentationErrors.has(stumble.code)) return undefined;
    for (const line of [stumble.line, stumble.line + 1]) {
      const here = blockLine(stumble.source.line(line));
      const before = blockLineBefore(stumble, line);
      if (here?.key === undefined || before?.block.key === undefined || !before.block.complete || here.column <= before.block.column) continue;
      return {
        message: `${here.key} is indented further than ${before.block.key} above it, which has a value already`,
        hint: `Let it start at column ${before.block.column}, beside ${before.block.key}, or give ${before.block.key} no value of its own.`,
        span: lineSpan(stumble, line, /\S[^:]*/),
      };
    }
    return undefined;
  },

  function betweenLevels(stumble) {
    if (!indentationErrors.has(stumble.code)) return undefined;
    for (const line of [stumble.line, stumble.line + 1]) {
      const here = blockLine(stumble.source.line(line));
      if (here === undefined) continue;
      const open = openFields(stumble.source, stumble.firstLine, line);
      if (open.length === 0 || open.some(({ column }) => column === here.column)) continue;
      const nearest = open.toSorted((a, b) => Math.abs(a.column - here.column) - Math.abs(b.column - here.column) || b.line - a.line)[0];
      if (nearest === undefined) continue;
      const name = here.key ?? 'This item';
      const owner = open.findLast(({ column }) => column < nearest.column);
      return {
        message: `${name} starts at column ${here.column}, where no field above it does`,
        hint: `It probably belongs ${owner === undefined ? 'to the top' : `under ${owner.key} of line ${owner.line}`}, beside ${nearest.key}: column ${nearest.column}.`,
        span: lineSpan(stumble, line, /\S[^:]*/),
      };
    }
    return undefined;
  },

  function colonInValue({ code, source, line }) {
    if (code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
    const parts = /^(\s*(?:- )*[^\s:][^:]*: +)(\S.*)$/.exec(source.line(line));
    if (parts === null || !/:(?: |$)/.test(parts[2] ?? '')) return undefined;
    const start = source.lineStart(line) + (parts[1] ?? '').length;
    return {
      message: 'A value with a colon and a blank in it has to be quoted',
      hint: 'Put it in quotes.',
      span: { start, end: start + (parts[2] ?? '').length },
    };
  },

  function noColon({ message, source, line }) {
    if (!/^Implicit (?:map )?keys need/.test(message) || source.line(line).includes(':')) return undefined;
    const text = source.line(line).trim();
    const start = source.lineStart(line) + (source.line(line).length - source.line(line).trimStart().length);
    const [word = ''] = text.replace(/^(?:- )+/, '').split(' ');
    return { message: 'There is no colon in this line, which stands among fields', hint: `Write ${word}: VALUE.`, span: { start, end: start + text.length } };
  },

  function flow({ message, source, span, code, lastLine }) {
    const kind = /[Ff]low (map|sequence|mapping|collection)/.exec(message)?.[1];
    if (kind === undefined || code === 'TAB_AS_INDENT') return undefined;
    if (/end with|Expected .* to end/.test(message)) {
      const [open, close] = kind === 'sequence' ? ['[', ']'] : ['{', '}'];
      const atEnd = span.start >= source.lineStart(lastLine + 1) || source.text.slice(span.start).trim() === '';
      return { message: atEnd ? `A ${open} is never closed with ${close}` : `A ${open} is not closed with ${close} before this line` };
    }
    const separator = /Missing (, or :|,|space after :)/.exec(message)?.[1];
    return separator === undefined ? undefined : { message: `${separator === 'space after :' ? 'A blank after the colon' : `A ${separator}`} is missing here` };
  },
];

/** Errors that come from lines that do not stand where they should. */
const indentationErrors: ReadonlySet<string> = new Set(['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY', 'UNEXPECTED_TOKEN', 'MISSING_CHAR']);

/** The line that matches, of that at which the parser stumbled and its neighbours. */
function lineNear({ source, line, firstLine, lastLine }: Stumble, pattern: RegExp): number | undefined {
  return [line, line + 1, line - 1, line - 2].find((near) => near >= firstLine && near <= lastLine && pattern.test(source.line(near)));
}

/** The part of a line that matches, or what is in it at all. */
function lineSpan({ source }: Stumble, line: number, pattern = /\S.*/): Span {
  const match = pattern.exec(source.line(line));
  const start = source.lineStart(line) + (match?.index ?? 0);
  return { start, end: start + Math.max(1, match?.[0].trimEnd().length ?? 1) };
}

/** The nearest line above that holds something. */
function blockLineBefore({ source, firstLine }: Stumble, line: number): { readonly line: number; readonly block: BlockLine } | undefined {
  for (let above = line - 1; above >= firstLine; above--) {
    const block = blockLine(source.line(above));
    if (block !== undefined) return { line: above, block };
  }
  return undefined;
}

/** Where the quote was opened: the last before the end of the text that is at the start of a value. */
function openingQuote({ text }: SourceText, before: number, mark: string): Span {
  for (let at = text.lastIndexOf(mark, before - 1); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(mark, at - 1)) {
    if (/(?:^|[\s:,[{-])$/.test(text.slice(Math.max(0, at - 1), at))) return { start: at, end: at + 1 };
  }
  return { start: Math.max(0, before - 1), end: before };
}
