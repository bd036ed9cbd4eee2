/**
 * A description as data: fields with a label, tables and lines, one inside another, as deep as needed. It is laid out by `descriptionLines`; whoever makes
 * one need not know how wide the terminal is. All text may hold anything a cluster gives: the layout makes it fit to be drawn.
 */

/** What attention a text deserves. It never carries the meaning alone. */
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'bold';

/** Some words with one tone. */
export interface Words {
  readonly text: string;
  readonly tone: Tone | undefined;
}

/** What stands on one line, as long as there is room for it. */
export type Line = readonly (string | Words)[];

export type Part =
  /** `label: first line`, further lines under the first, and the parts that belong to it indented beneath. */
  | { readonly kind: 'field'; readonly label: string; readonly lines: readonly Line[]; readonly parts: readonly Part[] }
  /** Columns are aligned; the last one takes the rest of the line. A row of the header's is never drawn without others. */
  | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly Line[])[] }
  /** Lines that belong to no label. What does not fit on one is set in by `hanging` columns. */
  | { readonly kind: 'text'; readonly lines: readonly Line[]; readonly hanging?: number }
  /** Parts that stand further in than their neighbours. */
  | { readonly kind: 'inset'; readonly parts: readonly Part[] }
  | { readonly kind: 'gap' };

export const gap: Part = { kind: 'gap' };

export function words(text: string, tone?: Tone): Words {
  return { text, tone };
}

/** A field of one value; nothing where the value is undefined. */
export function field(label: string, value: string | Words | undefined, ...notes: readonly (string | Words | undefined)[]): readonly Part[] {
  if (value === undefined) return [];
  const line = [value, ...notes.flatMap((note) => (note === undefined ? [] : ['  ', note]))];
  return [{ kind: 'field', label, lines: [line], parts: [] }];
}

/** A field of several values, one a line; `<none>` where there are none. */
export function fieldOf(label: string, values: readonly (string | Words | Line)[]): Part {
  const lines = values.map((value): Line => (typeof value === 'string' || 'text' in value ? [value] : value));
  return { kind: 'field', label, lines: lines.length === 0 ? [['<none>']] : lines, parts: [] };
}

/** A heading over other parts; nothing where there are none. */
export function section(label: string, parts: readonly Part[]): readonly Part[] {
  return parts.length === 0 ? [] : [{ kind: 'field', label, lines: [], parts }];
}

export function textLines(text: string, tone?: Tone): readonly Line[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => [words(line, tone)]);
}
