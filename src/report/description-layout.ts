/** Lays a description out: labels and columns aligned, long lines broken between words, colour where it was asked for and never as the only sign. */
import type { Line, Part, Tone, Words } from './description.ts';
import { type Style, styleOf } from './style.ts';
import { plainText } from './terminal-text.ts';
import { textWidth } from './text-width.ts';
import { wrapWords } from './text-wrap.ts';

export interface DescriptionStyle {
  /** Undefined where lines may be of any length: a file, a pipe. */
  readonly columns: number | undefined;
  readonly color: boolean;
}

/** A label wider than this does not move the values of the others. */
const widestLabel = 26;
const indentBy = 2;
/** Where less room than this is left, what should stand beside a label or the columns before it stands beneath. */
const leastRoom = 24;

const paints: Readonly<Record<Tone, keyof Style>> = { good: 'green', warn: 'yellow', bad: 'red', dim: 'dim', bold: 'bold' };

/** Without line breaks. Every line is fit for a terminal and, unless a word leaves no choice, no wider than the columns. */
export function descriptionLines(parts: readonly Part[], style: DescriptionStyle): readonly string[] {
  return partLines(parts, 0, style);
}

function partLines(parts: readonly Part[], indent: number, style: DescriptionStyle): readonly string[] {
  const labels = parts.map((part) => (part.kind === 'field' && part.lines.length > 0 ? labelWidth(part.label) : 0));
  const column = Math.max(0, ...labels.filter((width) => width <= widestLabel));
  return parts.flatMap((part) => {
    switch (part.kind) {
      case 'gap':
        return [''];
      case 'inset':
        return partLines(part.parts, indent + indentBy, style);
      case 'text':
        return part.lines.flatMap((line) => wrapped(line, indent, indent + (part.hanging ?? 0), style));
      case 'table':
        return tableLines(part.header, part.rows, indent, style);
      case 'field':
        return [...fieldLines(part, column, indent, style), ...partLines(part.parts, indent + indentBy, style)];
    }
  });
}

function labelWidth(label: string): number {
  return textWidth(plainText(label)) + 1;
}

function fieldLines({ label, lines }: Extract<Part, { kind: 'field' }>, column: number, indent: number, style: DescriptionStyle): readonly string[] {
  const title = `${' '.repeat(indent)}${plainText(label)}:`;
  if (lines.length === 0) return wrapped([`${plainText(label)}:`], indent, indent, style);
  const at = indent + Math.max(column, labelWidth(label)) + 2;
  const beside = style.columns === undefined || style.columns - at >= leastRoom;
  const room = beside ? at : indent + 2 * indentBy;
  const drawn = lines.flatMap((line) => wrapped(line, room, room, style));
  if (!beside) return [...wrapped([`${plainText(label)}:`], indent, indent, style), ...drawn];
  const [first = '', ...more] = drawn;
  return [`${title}${' '.repeat(at - textWidth(title))}${first.slice(at)}`.trimEnd(), ...more];
}

function tableLines(header: readonly string[], rows: readonly (readonly Line[])[], indent: number, style: DescriptionStyle): readonly string[] {
  if (rows.length === 0) return [];
  const all: readonly (readonly Line[])[] = [header.map((title): Line => [{ text: title, tone: 'dim' }]), ...rows];
  const last = header.length - 1;
  const widths = header.slice(0, last).map((_, at) => Math.max(...all.map((row) => lineWidth(row[at] ?? []))) + 2);
  const at = indent + widths.reduce((sum, width) => sum + width, 0);
  const beside = style.columns === undefined || style.columns - at >= leastRoom;
  return all.flatMap((row) => {
    const before = widths.flatMap((width, column): Line => {
      const cell = row[column] ?? [];
      return [...cell, ' '.repeat(Math.max(0, width - lineWidth(cell)))];
    });
    const rest = row[last] ?? [];
    if (beside) return wrapped([...before, ...rest], indent, at, style);
    const below = indent + 2 * indentBy;
    return [...wrapped(before, indent, below, style), ...(lineWidth(rest) === 0 ? [] : wrapped(rest, below, below, style))];
  });
}

function wordsOf(line: Line): readonly Words[] {
  return line.map((part) => {
    const { text, tone } = typeof part === 'string' ? { text: part, tone: undefined } : part;
    return { text: plainText(text), tone };
  });
}

function lineWidth(line: Line): number {
  return wordsOf(line).reduce((sum, { text }) => sum + textWidth(text), 0);
}

function painted({ text, tone }: Words, { color }: DescriptionStyle): string {
  return tone === undefined || text.trim() === '' ? text : styleOf(color)[paints[tone]](text);
}

/** The line from a column on; what has no room on it follows on lines that begin at another. */
function wrapped(line: Line, indent: number, hanging: number, style: DescriptionStyle): readonly string[] {
  const parts = wordsOf(line);
  if (style.columns === undefined)
    return [
      ' '.repeat(indent) +
        parts
          .map((part) => painted(part, style))
          .join('')
          .trimEnd(),
    ];
  const text = parts.map((part) => part.text).join('');
  // The first line has more room; what it does not take is broken anew.
  const [head = ''] = wrapWords(text, style.columns - indent);
  const start = Math.max(0, text.indexOf(head));
  const lines = [' '.repeat(indent) + slice(parts, start, start + head.length, style).trimEnd()];
  let offset = start + head.length;
  const rest = text.slice(offset).trimStart();
  if (rest === '') return lines;
  for (const row of wrapWords(rest, style.columns - hanging)) {
    const from = Math.max(offset, text.indexOf(row, offset));
    offset = from + row.length;
    lines.push(' '.repeat(hanging) + slice(parts, from, offset, style).trimEnd());
  }
  return lines;
}

/** The characters from one offset to another, each in its tone. */
function slice(parts: readonly Words[], from: number, to: number, style: DescriptionStyle): string {
  let passed = 0;
  return parts
    .map(({ text, tone }) => {
      const part = text.slice(Math.max(0, from - passed), Math.max(0, to - passed));
      passed += text.length;
      return painted({ text: part, tone }, style);
    })
    .join('');
}
