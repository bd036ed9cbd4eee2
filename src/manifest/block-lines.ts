/** Lines of block YAML read by themselves: enough to say what a line that breaks the syntax may have been meant to be. */
import type { SourceText } from './source-text.ts';

export interface BlockLine {
  /** The column, from 1, of the field's name, behind the dashes of items. */
  readonly column: number;
  /** undefined for a line that is no field. */
  readonly key: string | undefined;
  /** The field has its whole value in this line, so that nothing can be nested under it. */
  readonly complete: boolean;
}

const field = /^(\s*(?:-\s+)*)(?:"([^"]*)"|'([^']*)'|([^\s#:'"[\]{},&*!|>%@`-][^:#]*|-[^\s:#][^:#]*))\s*:(?:\s+(.*))?$/;

/** undefined for a line that holds nothing but blanks or a comment. */
export function blockLine(line: string): BlockLine | undefined {
  const text = line.trimEnd();
  if (text === '' || /^\s*#/.test(text)) return undefined;
  const match = field.exec(text);
  if (match === null) {
    return { column: (/^\s*(?:-\s+)*/.exec(text)?.[0].length ?? 0) + 1, key: undefined, complete: false };
  }
  const [, indent = '', double, single, plain, rest = ''] = match;
  const value = rest.replace(/(^|\s)#.*$/, '').trim();
  const opens = value === '' || /^[|>&*!]/.test(value) || /^[[{]/.test(value) || /^(["'])(?!.*\1$)/.test(value);
  return { column: indent.length + 1, key: double ?? single ?? plain?.trim(), complete: !opens };
}

export interface OpenField {
  readonly key: string;
  readonly line: number;
  readonly column: number;
}

/** The last field of each level that is open above a line, outermost first: those that the line could stand beside. */
export function openFields(source: SourceText, firstLine: number, line: number): readonly OpenField[] {
  const open: OpenField[] = [];
  // Far above there is nothing that the line was meant for.
  for (let above = Math.max(firstLine, line - 2000); above < line; above++) {
    const block = blockLine(source.line(above));
    if (block?.key === undefined) continue;
    while ((open.at(-1)?.column ?? 0) >= block.column) open.pop();
    open.push({ key: block.key, line: above, column: block.column });
  }
  return open;
}
