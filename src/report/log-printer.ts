/**
 * Lines of logs as they are printed: what was filtered out left out, a name in front, JSON made readable, nothing in them that a terminal would obey.
 *
 * Lines to which nothing has to be done are copied as bytes, and never decoded.
 */
import { type StructuredLine, structuredLine } from '../core/structured-line.ts';
import { type Paint, type Style, styleOf } from './style.ts';
import { plainLines } from './terminal-text.ts';

/** Lines as bytes: `starts` says where each begins, and at last where they end. Each begins with its time, of so many bytes, and a space. */
export interface PrintedLines {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface LogPrinterOptions {
  /** What a line must have one of, and what it must have none of. */
  readonly grep: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  /** The time of writing in front. */
  readonly timestamps: boolean;
  /** JSON is left as it is. */
  readonly raw: boolean;
  /** So are bytes that a terminal would obey. */
  readonly unsafe: boolean;
  readonly color: boolean;
  /** The bytes of a line's time and the space after it. */
  readonly stampLength: (bytes: Buffer, start: number) => number;
}

const brace = 0x7b;
/** What is neither a tab, a line break nor printable ASCII. */
const odd = /[^\t\n -~]/;

export class LogPrinter {
  readonly #options: LogPrinterOptions;
  readonly #style: Style;
  readonly #filters: boolean;

  constructor(options: LogPrinterOptions) {
    this.#options = options;
    this.#style = styleOf(options.color);
    this.#filters = options.grep.length + options.exclude.length > 0;
  }

  /** The lines with `name` in front of each; undefined where none is left. */
  print(lines: PrintedLines, name: string): Buffer | undefined {
    const { bytes, starts, from, to } = lines;
    const asBytes = !this.#filters && (this.#options.unsafe || !odd.test(bytes.toString('latin1', starts[from], starts[to])));
    const front = Buffer.from(name);
    const out = new Output((starts[to] ?? 0) - (starts[from] ?? 0) + (to - from) * front.length);
    for (let index = from; index < to; index++) {
      const start = starts[index] ?? 0;
      const end = starts[index + 1] ?? 0;
      const text = start + this.#options.stampLength(bytes, start);
      if (asBytes && (this.#options.raw || bytes[text] !== brace)) {
        out.add(front, 0, front.length);
        out.add(bytes, this.#options.timestamps ? start : text, end);
        continue;
      }
      const line = this.#line(bytes.toString('utf8', text, end - 1));
      if (line === undefined) continue;
      out.add(front, 0, front.length);
      if (this.#options.timestamps) out.add(bytes, start, text);
      out.text(`${line}\n`);
    }
    return out.bytes;
  }

  /** Undefined where it is filtered out. */
  #line(text: string): string | undefined {
    if (!isWanted(text, this.#options)) return undefined;
    const plain = this.#options.unsafe ? text : plainLine(text);
    const structured = this.#options.raw ? undefined : structuredLine(plain);
    return structured === undefined ? plain : structuredText(structured, this.#style);
  }
}

/** Whether a line has one of what it must have, and none of what it must not. */
export function isWanted(text: string, { grep, exclude }: Pick<LogPrinterOptions, 'grep' | 'exclude'>): boolean {
  return (grep.length === 0 || grep.some((pattern) => pattern.test(text))) && !exclude.some((pattern) => pattern.test(text));
}

/** A line of a log without anything a terminal would obey. Tabs stay; a line that was written over and over with carriage returns becomes one. */
function plainLine(text: string): string {
  return plainLines(text.replace(/\r+$/, '').replaceAll('\r', ' '));
}

const levelPaints: readonly (readonly [RegExp, (style: Style) => Paint])[] = [
  [/^(ERR|FATAL|CRIT|PANIC|ALERT|EMERG|DPANIC)/, ({ red }) => red],
  [/^WARN/, ({ yellow }) => yellow],
  [/^(DEBUG|TRACE|VERBOSE)/, ({ dim }) => dim],
];

/** Level, time and message, then the fields; text of several lines, such as a stack, below them. */
export function structuredText({ level, time, message, fields }: StructuredLine, style: Style): string {
  const paint = levelPaints.find(([pattern]) => level !== undefined && pattern.test(level))?.[1](style) ?? style.blue;
  const short = fields.filter(([, value]) => !value.includes('\n'));
  const long = fields.filter(([, value]) => value.includes('\n'));
  const parts = [
    ...(level === undefined ? [] : [paint(plainLine(level).padEnd(5))]),
    ...(time === undefined ? [] : [style.dim(plainLine(time))]),
    ...(message === undefined || message === '' ? [] : [indented(message)]),
    ...short.map(([name, value]) => `${style.dim(`${plainLine(name)}=`)}${fieldValue(value)}`),
    ...long.map(([name, value]) => `\n    ${style.dim(`${plainLine(name)}=`)}${indented(value)}`),
  ];
  return parts.join(' ').replace(/ +\n/g, '\n');
}

function indented(text: string): string {
  return plainLines(text)
    .trimEnd()
    .replace(/\n(?!\n)/g, '\n    ');
}

/** In quotes where its end could not be seen. */
function fieldValue(value: string): string {
  const plain = plainLine(value);
  return plain === '' || /[\s="]/.test(plain) ? (/^[[{"]/.test(plain) ? plain : JSON.stringify(plain)) : plain;
}

/** Bytes that grow. */
class Output {
  #bytes: Buffer;
  #length = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafe(size + 64);
  }

  add(bytes: Buffer, from: number, to: number): void {
    this.#room(to - from);
    bytes.copy(this.#bytes, this.#length, from, to);
    this.#length += to - from;
  }

  text(text: string): void {
    this.#room(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
  }

  get bytes(): Buffer | undefined {
    return this.#length === 0 ? undefined : this.#bytes.subarray(0, this.#length);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe((this.#bytes.length + more) * 2);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** Colours that stay readable on any ground and say nothing of how a Pod is: red and yellow do. */
const namePaints: readonly ((style: Style) => Paint)[] = [
  ({ cyan }) => cyan,
  ({ magenta }) => magenta,
  ({ green }) => green,
  ({ blue }) => blue,
  ({ cyan, bold }) =>
    (text) =>
      bold(cyan(text)),
  ({ magenta, bold }) =>
    (text) =>
      bold(magenta(text)),
  ({ green, bold }) =>
    (text) =>
      bold(green(text)),
  ({ blue, bold }) =>
    (text) =>
      bold(blue(text)),
];

/** The paint of a name: always the same, in every run of the program. */
export function namePaint(name: string, style: Style): Paint {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(hash, 31) + name.charCodeAt(index)) | 0;
  return namePaints[Math.abs(hash) % namePaints.length]?.(style) ?? style.cyan;
}

/** One line as an object of `-o json`. */
export interface JsonLine {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** As the node wrote it: RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly message: string;
}

export function jsonLine({ namespace, pod, container, time, message }: JsonLine): string {
  return `${JSON.stringify({ namespace, pod, container, time, message })}\n`;
}
