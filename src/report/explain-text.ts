/** What `explain` prints of a field: the sections that kubectl has, and what else is known of it. */
import type { DocumentedField, FieldHistory, FoundField } from '../core/field-documentation.ts';
import { styleOf } from './style.ts';
import { plainLines, plainText } from './terminal-text.ts';
import { cutEnd, wrapWords } from './text-wrap.ts';

export interface ExplainStyle {
  readonly columns: number;
  readonly color: boolean;
}

/** The field or the object, and what fields it has. */
export function fieldText(found: FoundField, style: ExplainStyle): string {
  const { bold } = styleOf(style.color);
  const { field, type } = found;
  const description = [field?.description, type?.description].filter((part) => part !== undefined && part !== '');
  const sections = [
    headText(found, style),
    section(bold('DESCRIPTION'), [...new Set(description)].join('\n\n'), style),
    type === undefined || type.fields.length === 0 ? '' : `${bold('FIELDS:')}\n${type.fields.map((each) => entryText(each, style)).join('\n')}`,
  ];
  return `${sections
    .filter((part) => part !== '')
    .join('\n\n')
    .trimEnd()}\n`;
}

/** The lines of what can be said in a word. */
function headText({ kind: { apiVersion, kind }, path, field }: FoundField, { color }: ExplainStyle): string {
  const { bold } = styleOf(color);
  const [version = '', group] = apiVersion.split('/').toReversed();
  const lines = [
    ...(group === undefined ? [] : [['GROUP', group]]),
    ['KIND', kind],
    ['VERSION', version],
    ...(field === undefined ? [] : [['FIELD', `${path.join('.')} <${field.shape}>`]]),
    ...(field === undefined ? [] : factsOf(field)),
  ];
  return lines.map(([label = '', value = '']) => `${bold(`${label}:`)}${' '.repeat(Math.max(1, 11 - label.length))}${plainText(value)}`).join('\n');
}

function factsOf({ required, values, byDefault, since, rules }: DocumentedField): readonly (readonly [string, string])[] {
  return [
    ...(required ? [['REQUIRED', 'yes'] as const] : []),
    ...(values.length > 0 ? [['ENUM', values.join(', ')] as const] : []),
    ...(byDefault === undefined ? [] : [['DEFAULT', byDefault] as const]),
    ...(since === undefined ? [] : [['SINCE', historyText(since)] as const]),
    ...(rules.length > 0 ? [['LINT', rules.join(', ')] as const] : []),
  ];
}

/** `1.29 (alpha 1.28, stable 1.33)`. */
export function historyText({ alpha, on, stable }: FieldHistory): string {
  const first = on ?? `${alpha}, where its feature gate is on`;
  const more = [...(on === undefined || alpha === undefined ? [] : [`alpha ${alpha}`]), ...(stable === undefined ? [] : [`stable ${stable}`])];
  return more.length === 0 ? first : `${first} (${more.join(', ')})`;
}

function section(title: string, text: string, { columns }: ExplainStyle): string {
  return text === '' ? '' : `${title}:\n${paragraphs(text, 4, columns)}`;
}

function entryText(field: DocumentedField, style: ExplainStyle): string {
  const { bold, dim } = styleOf(style.color);
  const facts = [field.required ? '-required-' : '', field.values.length > 0 ? `enum: ${field.values.join(', ')}` : ''].filter((part) => part !== '');
  const first = `  ${bold(plainText(field.name))} ${dim(`<${plainText(field.shape)}>`)}${facts.length > 0 ? ` ${plainText(facts.join(' '))}` : ''}`;
  return field.description === '' ? `${first}\n` : `${first}\n${paragraphs(field.description, 4, style.columns)}\n`;
}

function paragraphs(text: string, indent: number, columns: number): string {
  return plainLines(text)
    .trimEnd()
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [''] : wrapWords(line.trimEnd(), columns - indent)))
    .map((line) => (line === '' ? '' : ' '.repeat(indent) + line))
    .join('\n');
}

/** Names and types alone, each under what it is in. What holds itself is told once. */
export function fieldTree(found: FoundField, typeOf: (type: string) => FoundField['type'], depth: number | undefined, style: ExplainStyle): string {
  const { bold, dim } = styleOf(style.color);
  const lines: string[] = [];
  const add = (type: FoundField['type'], indent: number, above: ReadonlySet<string>): void => {
    for (const field of type?.fields ?? []) {
      const facts = [field.required ? ' -required-' : '', field.values.length > 0 ? ` ${field.values.join('|')}` : ''].join('');
      lines.push(`${'  '.repeat(indent)}${bold(plainText(field.name))} ${dim(`<${plainText(field.shape)}>`)}${plainText(facts)}`);
      if (field.type === undefined || above.has(field.type) || (depth !== undefined && indent >= depth)) continue;
      add(typeOf(field.type), indent + 1, new Set([...above, field.type]));
    }
  };
  add(found.type, 1, new Set());
  return `${headText(found, style)}\n\n${bold('FIELDS:')}\n${lines.join('\n')}\n`;
}

/** Found fields, one a line: path, type, and as much of what it is for as fits. */
export function searchText(found: readonly FoundField[], most: number, style: ExplainStyle): string {
  const { bold, dim } = styleOf(style.color);
  const shown = found.slice(0, most).map(({ kind, path, field }) => ({
    path: [kind.kind.toLowerCase(), ...path].map(plainText).join('.'),
    shape: `<${plainText(field?.shape ?? '')}>`,
    text: plainText(field?.description ?? ''),
  }));
  const lines = shown.map(({ path, shape, text }) => `${bold(path)} ${dim(shape)}\n    ${cutEnd(text, style.columns - 4)}`.trimEnd());
  const more = found.length - shown.length;
  return `${[...lines, ...(more > 0 ? [`${more} more; another word makes them fewer`] : [])].join('\n')}\n`;
}
