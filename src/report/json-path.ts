/**
 * kubectl's JSONPath templates: text with actions in braces, as in `{range .items[*]}{.metadata.name}{"\n"}{end}`.
 *
 * This is a dialect of its own, defined by k8s.io/client-go/util/jsonpath and https://kubernetes.io/docs/reference/kubectl/jsonpath/; no other
 * JSONPath reads it. What it takes here is what it takes there, with three differences that only help: what can be known to be wrong without data is
 * said when the template is read, with its column; an empty array gives nothing instead of ending the whole walk; and `[]`, which silently is `[0]`
 * there, is refused. A key that is missing gives nothing. `$` and `@` both are the current object, also inside a range.
 */
import { PodwrightError } from '../core/podwright-error.ts';
import { jsonText } from './json-text.ts';

/** A template that has been read and can be evaluated many times. */
export interface JsonPath {
  readonly source: string;
  readonly pieces: readonly Piece[];
}

type Piece = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'path'; readonly steps: Path } | RangePiece;

interface RangePiece {
  readonly kind: 'range';
  readonly steps: Path;
  readonly body: readonly Piece[];
}

type Path = readonly Step[];

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }
  | { readonly kind: 'slice'; readonly slice: Slice }
  | { readonly kind: 'union'; readonly paths: readonly Path[] }
  | { readonly kind: 'filter'; readonly left: Path; readonly operator: Operator; readonly right: Path }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'range' }
  | { readonly kind: 'end' };

/** `[1]` is a slice from 1 that is `single`. */
interface Slice {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly step: number | undefined;
  readonly single: boolean;
}

const operators = ['==', '!=', '<', '<=', '>', '>='] as const;
type Operator = (typeof operators)[number];

/** Reads a template. Throws `usage` with the column of what cannot be read. */
export function parseJsonPath(source: string): JsonPath {
  return { source, pieces: new TemplateReader(source).template() };
}

/**
 * Reads the path of a column or of --sort-by, for which kubectl is generous: `.metadata.name`, `metadata.name` and `{.metadata.name}` all are the
 * same. Source: RelaxedJSONPathExpression in k8s.io/kubectl/pkg/cmd/get/customcolumn.go.
 */
export function parsePathExpression(source: string): JsonPath {
  if (source === '') return { source, pieces: [] };
  const inner = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(source);
  if (inner === null) throw new PodwrightError('usage', `"${source}" is not a path`, { hint: 'Write .metadata.name or {.metadata.name}.' });
  return parseJsonPath(`{.${inner[1] ?? inner[2]}}`);
}

/**
 * The values each piece of the template yields, in order; the pieces of a range once for each of its values. Throws `usage` where the template
 * does not fit the data, for example for an index outside an array.
 */
export function evaluateJsonPath(path: JsonPath, data: unknown): readonly (readonly unknown[])[] {
  const results: (readonly unknown[])[] = [];
  evaluatePieces(path.pieces, data, results);
  return results;
}

/** The template's text for one object: values of one piece are separated by spaces; objects and arrays are JSON on one line. */
export function jsonPathText(path: JsonPath, data: unknown): string {
  return evaluateJsonPath(path, data)
    .map((values) => values.map(valueText).join(' '))
    .join('');
}

/** As `-o jsonpath-as-json`: each piece's values as one indented JSON array. */
export function jsonPathJson(path: JsonPath, data: unknown): string {
  return evaluateJsonPath(path, data)
    .map((values) => `${jsonText(values, 4)}\n`)
    .join('');
}

/**
 * A value as Go's fmt prints it, which is what the cells of custom columns hold: `map[a:1 b:2]`, `[x y]`, `<nil>`.
 */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value === 'object') {
    const object = value as Record<string, unknown>;
    return `map[${Object.keys(object)
      .sort()
      .map((key) => `${key}:${goText(object[key])}`)
      .join(' ')}]`;
  }
  return String(value);
}

function valueText(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? jsonText(value) : String(value);
}

// ---- evaluation ----

function evaluatePieces(pieces: readonly Piece[], data: unknown, results: (readonly unknown[])[]): void {
  for (const piece of pieces) {
    if (piece.kind === 'text') results.push([piece.text]);
    else if (piece.kind === 'path') results.push(walk(piece.steps, [data]));
    else for (const value of walk(piece.steps, [data])) evaluatePieces(piece.body, value, results);
  }
}

function walk(path: Path, start: readonly unknown[]): readonly unknown[] {
  let values = start;
  for (const step of path) values = take(step, values);
  return values;
}

function take(step: Step, values: readonly unknown[]): readonly unknown[] {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) => (isObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []));
    case 'wildcard':
      return values.flatMap(children);
    case 'recursive':
      return values.flatMap(withDescendants);
    case 'slice':
      return values.flatMap((value) => (value === null ? [] : slice(value, step.slice)));
    case 'union':
      return step.paths.flatMap((path) => walk(path, values));
    case 'filter':
      return values.flatMap((value) => elements(value, 'be filtered').filter((element) => passes(element, step)));
    case 'exists':
      return values.flatMap((value) => elements(value, 'be filtered').filter((element) => walk(step.path, [element]).length > 0));
    case 'literal':
      return values.map(() => step.value);
    case 'range':
    case 'end':
      return values;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function children(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

// Only what can hold something is visited, and a text counts as that, as in Go, where it is made of bytes.
function withDescendants(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  const inner = children(value);
  return inner.length === 0 ? [] : [value, ...inner.flatMap(withDescendants)];
}

function elements(value: unknown, purpose: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw misfit(`${describe(value)} is no array and cannot ${purpose}`);
}

function slice(value: unknown, { from, to, step, single }: Slice): readonly unknown[] {
  const array = elements(value, 'be indexed');
  const { length } = array;
  const first = fromEnd(from ?? 0, length);
  const end = single ? first + 1 : to === undefined ? length : fromEnd(to, length);
  if (first === end) return [];
  if (first < 0 || first >= length) throw misfit(`array index out of bounds: index ${first}, length ${length}`);
  if (end < 0 || end > length) throw misfit(`array index out of bounds: index ${end - 1}, length ${length}`);
  if (first > end) throw misfit(`starting index ${first} is greater than ending index ${end}`);
  const stride = step ?? 1;
  return array.slice(first, end).filter((_, index) => index % stride === 0);
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function passes(element: unknown, { left, operator, right }: Extract<Step, { kind: 'filter' }>): boolean {
  const lefts = walk(left, [element]);
  if (lefts.length === 0) return false;
  const rights = walk(right, [element]);
  if (rights.length === 0) return false;
  if (lefts.length > 1 || rights.length > 1) throw misfit('a filter can only compare one value at a time');
  return compare(lefts[0], operator, rights[0]);
}

// Go's template comparisons: both sides must be of the same basic type, and an integer is another type than a fraction.
function compare(left: unknown, operator: Operator, right: unknown): boolean {
  const type = basicType(left);
  if (type !== basicType(right)) throw misfit(`${describe(left)} and ${describe(right)} are of different types and cannot be compared`);
  const a = left as string;
  const b = right as string;
  if (operator === '==') return a === b;
  if (operator === '!=') return a !== b;
  if (type === 'boolean') throw misfit(`${describe(left)} and ${describe(right)} have no order`);
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function basicType(value: unknown): 'boolean' | 'string' | 'integer' | 'fraction' {
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value as 'boolean' | 'string';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  throw misfit(`${describe(value)} cannot be compared`);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return isObject(value) ? 'an object' : typeof value === 'string' ? `"${value}"` : String(value);
}

function misfit(message: string): PodwrightError {
  return new PodwrightError('usage', `jsonpath: ${message}`);
}

// ---- reading ----

const lineEnd = /[\r\n]/;
const terminator = /[ \t\r\n.,[\]$@{}]/;
const wordCharacter = /[\p{L}\p{Nd}_]/u;

/** Holds the position while a template is read. `offset` is where its source starts in what the user wrote, for the columns in messages. */
class TemplateReader {
  private readonly source: string;
  private readonly offset: number;
  private readonly whole: string;
  private at = 0;

  constructor(source: string, whole = source, offset = 0) {
    this.source = source;
    this.whole = whole;
    this.offset = offset;
  }

  template(): readonly Piece[] {
    const root: Piece[] = [];
    const open: Piece[][] = [root];
    while (this.at < this.source.length) {
      const body = open[open.length - 1] ?? root;
      const brace = this.source.indexOf('{', this.at);
      const textEnd = brace < 0 ? this.source.length : brace;
      if (textEnd > this.at) body.push({ kind: 'text', text: this.source.slice(this.at, textEnd) });
      this.at = textEnd;
      if (brace < 0) break;
      const start = this.at;
      this.at += 1;
      const steps = this.steps(start);
      this.at += 1;
      if (steps.some((step) => step.kind === 'end')) {
        if (open.length === 1) throw this.error('not in range, nothing to end', start);
        open.pop();
      } else if (steps.some((step) => step.kind === 'range')) {
        const inner: Piece[] = [];
        body.push({ kind: 'range', steps, body: inner });
        open.push(inner);
      } else {
        body.push({ kind: 'path', steps });
      }
    }
    return root;
  }

  /** A part of an action that stands alone: one side of a filter, one member of a union. */
  path(): Path {
    return this.steps(0, true);
  }

  private steps(start: number, alone = false): Step[] {
    const steps: Step[] = [];
    for (;;) {
      const character = this.source[this.at];
      if (character === undefined) {
        if (alone) return steps;
        throw this.error('unclosed action', start);
      }
      if (character === '}' && !alone) return steps;
      if (lineEnd.test(character)) throw this.error('unclosed action', start);
      if (this.source.startsWith('[?(', this.at)) steps.push(this.filter());
      else if (this.source.startsWith('..', this.at)) {
        if (steps[steps.length - 1]?.kind === 'recursive') throw this.error('invalid multiple recursive descent', this.at);
        this.at += 2;
        steps.push({ kind: 'recursive' });
        if (wordCharacter.test(this.source[this.at] ?? '')) steps.push(this.field());
      } else if (character === ' ' || character === '@' || character === '$') this.at += 1;
      else if (character === '[') steps.push(...this.brackets());
      else if (character === '"' || character === "'") steps.push({ kind: 'literal', value: this.quoted(character) });
      else if (character === '.') {
        this.at += 1;
        steps.push(this.field());
      } else if (/[-+\d]/.test(character)) steps.push({ kind: 'literal', value: this.number() });
      else if (wordCharacter.test(character)) steps.push(this.word());
      else throw this.error(`unrecognized character ${JSON.stringify(character)}`, this.at);
    }
  }

  private field(): Step {
    let name = '';
    for (; this.at < this.source.length; this.at += 1) {
      let character = this.source[this.at] ?? '';
      if (character === '\\') {
        this.at += 1;
        character = this.source[this.at] ?? '';
      } else if (terminator.test(character)) break;
      name += character;
    }
    return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name };
  }

  private word(): Step {
    const start = this.at;
    while (this.at < this.source.length && !terminator.test(this.source[this.at] ?? '')) this.at += 1;
    const word = this.source.slice(start, this.at);
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (word === 'range' || word === 'end') return { kind: word };
    throw this.error(`unrecognized identifier ${word}`, start, 'A field starts with a dot, as in {.metadata.name}; a text stands in quotes.');
  }

  private number(): number {
    const start = this.at;
    this.at += 1;
    while (/[.\d]/.test(this.source[this.at] ?? '')) this.at += 1;
    const written = this.source.slice(start, this.at);
    const value = Number(written);
    if (!/\d/.test(written) || Number.isNaN(value)) throw this.error(`cannot parse number ${written}`, start);
    return value;
  }

  private quoted(quote: string): string {
    const start = this.at;
    const end = this.quoteEnd(start, quote);
    if (end === undefined) throw this.error('unterminated quoted string', start);
    this.at = end + 1;
    const value = unescapeGo(this.source.slice(start + 1, end), quote);
    if (value === undefined) throw this.error(`invalid escape in ${this.source.slice(start, end + 1)}`, start);
    return value;
  }

  private quoteEnd(start: number, quote: string): number | undefined {
    for (let index = start + 1; index < this.source.length; index += 1) {
      const character = this.source[index];
      if (character === '\n') return undefined;
      if (character === '\\') index += 1;
      else if (character === quote) return index;
    }
    return undefined;
  }

  private filter(): Step {
    const start = this.at;
    const from = start + '[?('.length;
    let end = from;
    for (; ; end += 1) {
      const character = this.source[end];
      if (character === undefined || character === '\n') throw this.error('unterminated filter', start);
      if (character === ')') break;
      if (character === '"' || character === "'") {
        const close = this.quoteEnd(end, character);
        if (close === undefined) throw this.error('unterminated filter', start);
        end = close;
      }
    }
    if (this.source[end + 1] !== ']') throw this.error('unclosed array, expected ]', start);
    this.at = end + 2;
    const text = this.source.slice(from, end);
    const sides = /^([^!<>=]+)([!<>=]+)([^]+)$/.exec(text);
    if (sides === null) return { kind: 'exists', path: this.part(from, end) };
    const [, left = '', operator = ''] = sides;
    const known = operators.find((candidate) => candidate === operator);
    if (known === undefined) throw this.error(`unrecognized filter operator ${operator}`, from + left.length);
    const middle = from + left.length;
    return { kind: 'filter', left: this.part(from, middle), operator: known, right: this.part(middle + operator.length, end) };
  }

  private brackets(): readonly Step[] {
    const start = this.at;
    const close = this.bracketEnd(start);
    if (close === undefined) throw this.error('unterminated array', start);
    this.at = close + 1;
    const members = splitOutsideQuotes(this.source.slice(start + 1, close));
    if (members.length === 1) return this.member(this.source.slice(start + 1, close), start + 1);
    let from = start + 1;
    const paths = members.map((member) => {
      const path = this.member(member.trim(), from);
      from += member.length + 1;
      return path;
    });
    return [{ kind: 'union', paths }];
  }

  private bracketEnd(start: number): number | undefined {
    for (let index = start + 1; index < this.source.length; index += 1) {
      const character = this.source[index] ?? '';
      if (character === '\n') return undefined;
      if (character === ']') return index;
      if (character === "'") index = this.source.indexOf("'", index + 1);
      if (index < 0) return undefined;
    }
    return undefined;
  }

  /** What stands between brackets: `'key'`, `*`, an index, or a slice. A key's dots are escaped, as outside brackets. */
  private member(text: string, column: number): readonly Step[] {
    const key = /^'([^']*)'$/.exec(text);
    if (key !== null) return new TemplateReader(`.${key[1]}`, this.whole, this.offset + column).path();
    if (text === '*') return [{ kind: 'slice', slice: { from: undefined, to: undefined, step: undefined, single: false } }];
    const numbers = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
    if (numbers === null || text === '')
      throw this.error(`invalid array index [${text}]`, column, "All elements are [*]; a key stands in single quotes, as in ['app'].");
    const [, from = '', to, step] = numbers;
    const slice = { from: index(from), to: index(to?.slice(1)), step: index(step?.slice(1)), single: to === undefined };
    if ([slice.from, slice.to, slice.step].some((value) => Number.isNaN(value))) throw this.error(`invalid array index ${text}`, column);
    if (slice.step !== undefined && slice.step <= 0) throw this.error('step must be greater than 0', column);
    return [{ kind: 'slice', slice }];
  }

  private part(from: number, end: number): Path {
    return new TemplateReader(this.source.slice(from, end), this.whole, this.offset + from).path();
  }

  private error(message: string, at: number, hint?: string): PodwrightError {
    return new PodwrightError('usage', `jsonpath ${this.whole}: ${message}, at column ${this.offset + at + 1}`, hint === undefined ? {} : { hint });
  }
}

function index(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

function splitOutsideQuotes(text: string): readonly string[] {
  return text.match(/(?:'[^']*'|[^,'])+|'/g) ?? [''];
}

const goEscapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };

/** Go's escapes in a quoted string; undefined where Go would refuse it. */
function unescapeGo(text: string, quote: string): string | undefined {
  let valid = true;
  const result = text.replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([^]|$))/g, (_, hex, short, long, octal, letter) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) return character(Number.parseInt(code, 16));
    if (octal !== undefined) return character(Number.parseInt(octal, 8));
    const escape = letter === quote ? quote : goEscapes[letter];
    valid &&= escape !== undefined;
    return escape ?? '';
  });
  return valid ? result : undefined;

  function character(code: number): string {
    if (code <= 0x10ffff) return String.fromCodePoint(code);
    valid = false;
    return '';
  }
}
