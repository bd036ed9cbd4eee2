/** Mutants of a manifest's text, as a hand that slips makes them: lines moved, doubled, indented otherwise, characters put in or lost. */
import { randomNumbers } from './random-numbers.ts';

export interface TextMutant {
  readonly what: string;
  readonly text: string;
}

type Pick = <T>(items: readonly T[]) => T;
type Change = (lines: string[], at: number, pick: Pick) => string;

const inserted = [
  '\t',
  '  ',
  ': ',
  '"',
  "'",
  '#',
  ' #',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '*a',
  '&a ',
  '!!str ',
  '!x ',
  '@',
  '`',
  '%',
  '|',
  '>',
  '? ',
  '<<: ',
  '~',
  '\\',
  'yes',
  '0',
  '\u00a0',
  '\r',
  ': :',
  '---',
  '...',
];

const changes: readonly Change[] = [
  function indent(lines, at, pick) {
    const by = pick([1, 2, 3, 4]);
    lines[at] = ' '.repeat(by) + lines[at];
    return `indent line ${at + 1} by ${by}`;
  },
  function outdent(lines, at, pick) {
    const by = pick([1, 2, 3]);
    lines[at] = (lines[at] ?? '').replace(new RegExp(`^ {1,${by}}`), '');
    return `outdent line ${at + 1} by ${by}`;
  },
  function tab(lines, at) {
    lines[at] = (lines[at] ?? '').replace(/^ {0,4}/, '\t');
    return `tab in line ${at + 1}`;
  },
  function double(lines, at) {
    lines.splice(at, 0, lines[at] ?? '');
    return `double line ${at + 1}`;
  },
  function lose(lines, at) {
    lines.splice(at, 1);
    return `lose line ${at + 1}`;
  },
  function swap(lines, at) {
    const other = (at + 1) % lines.length;
    [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
    return `swap lines ${at + 1} and ${other + 1}`;
  },
  function insert(lines, at, pick) {
    const line = lines[at] ?? '';
    const column = pick([0, line.length, ...Array.from({ length: line.length }, (_, index) => index)]);
    const text = pick(inserted);
    lines[at] = line.slice(0, column) + text + line.slice(column);
    return `insert ${JSON.stringify(text)} at ${at + 1}:${column + 1}`;
  },
  function cut(lines, at, pick) {
    const line = lines[at] ?? '';
    const column = pick([0, ...Array.from({ length: line.length }, (_, index) => index)]);
    lines[at] = line.slice(0, column) + line.slice(column + 1);
    return `lose ${JSON.stringify(line[column] ?? '')} at ${at + 1}:${column + 1}`;
  },
];

/** As many mutants of the text, each changed in one place. The same seed makes the same ones. */
export function* textMutants(text: string, count: number, seed: number): Generator<TextMutant> {
  const random = randomNumbers(seed);
  const pick: Pick = (items) => items[Math.floor(random() * items.length)] as (typeof items)[number];
  for (let made = 0; made < count; made++) {
    const lines = text.split('\n');
    const change = pick([...changes, ...changes.slice(-2), ...changes.slice(-2)]);
    const what = change(lines, Math.floor(random() * (lines.length - 1)), pick);
    yield { what, text: lines.join('\n') };
  }
}
