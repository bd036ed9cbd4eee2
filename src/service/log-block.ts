/**
 * Lines of one log as the bytes they came in. Nothing is decoded here, as most lines only pass through: a block knows where each of its lines begins.
 */

/** Whole lines, each with its time in front and a line break at its end. */
export interface LogBlock {
  readonly bytes: Buffer;
  /** Where each line begins, and at last where the bytes end. */
  readonly starts: readonly number[];
}

export function lineCount({ starts }: LogBlock): number {
  return starts.length - 1;
}

/** The lines from one on and up to another. Shares the bytes. */
export function sliceBlock({ bytes, starts }: LogBlock, from: number, to: number): LogBlock {
  const begin = starts[from] ?? 0;
  return { bytes: bytes.subarray(begin, starts[to]), starts: starts.slice(from, to + 1).map((start) => start - begin) };
}

/** The bytes of one line, with its time and line break. */
export function lineBytes({ bytes, starts }: LogBlock, index: number): Buffer {
  return bytes.subarray(starts[index], starts[index + 1]);
}

/** What the kubelet writes in front of a line of a node whose clock is set to UTC: RFC3339NanoFixed of cri-client's logs.go, and a space. */
const utcStamp = 31;
/** The same with an offset of `+02:00`. */
const longestStamp = 36;
const [dash, tee, zed, space, lineBreak] = [0x2d, 0x54, 0x5a, 0x20, 0x0a];

/** How many bytes of a line are its time and the space after it; 0 where there is none. */
export function stampLength(bytes: Buffer, start: number): number {
  if (bytes[start + 4] !== dash || bytes[start + 10] !== tee) return 0;
  if (bytes[start + utcStamp - 2] === zed && bytes[start + utcStamp - 1] === space) return utcStamp;
  const end = bytes.indexOf(space, start);
  if (end < 0 || end - start >= longestStamp) return 0;
  return Number.isNaN(Date.parse(bytes.toString('latin1', start, end))) ? 0 : end - start + 1;
}

/** Where times of lines are counted from, in milliseconds since the epoch: nanoseconds since then fit into a number, those since the epoch do not. */
export const lineTimeOrigin = Math.floor(performance.timeOrigin);

/** When a line was written, in milliseconds since `lineTimeOrigin`, with fractions; NaN for one without a time. */
export function lineTime(bytes: Buffer, start: number): number {
  const length = stampLength(bytes, start);
  if (length === 0) return Number.NaN;
  if (length !== utcStamp) return offsetTime(bytes.toString('latin1', start, start + length - 1)) - lineTimeOrigin;
  const seconds = minuteOf(bytes, start) - lineTimeOrigin + digits(bytes, start + 17, 2) * 1000;
  return seconds + digits(bytes, start + 20, 9) / 1e6;
}

/** Of a node whose clock is set to another zone. A date holds milliseconds: the rest is added. */
function offsetTime(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return Date.parse(text) + Number(`0.${fraction.slice(3) || '0'}`);
}

/** Lines that come together are of the same minute. */
let knownMinute = { text: '', ms: 0 };

function minuteOf(bytes: Buffer, start: number): number {
  const text = bytes.toString('latin1', start, start + 16);
  if (text !== knownMinute.text) knownMinute = { text, ms: Date.parse(`${text}:00Z`) };
  return knownMinute.ms;
}

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0;
  for (let index = from; index < from + count; index++) value = value * 10 + ((bytes[index] ?? 0x30) - 0x30);
  return value;
}

/** A line as text: its time as it is written, and what the container wrote. */
export function decodedLine({ bytes, starts }: LogBlock, index: number): { readonly time: string; readonly text: string } {
  const start = starts[index] ?? 0;
  const stamp = stampLength(bytes, start);
  return { time: bytes.toString('latin1', start, start + Math.max(0, stamp - 1)), text: bytes.toString('utf8', start + stamp, (starts[index + 1] ?? 0) - 1) };
}

/** A longer line comes in pieces, each a line with the same time: what is held of a log stays bounded. */
const longestLine = 4_194_304;

/** A long line in pieces, all but the last with a line break. Cut at the same places whenever the line is read again, so that its pieces are known again. */
function pieces(line: Buffer): Buffer[] {
  const stamp = line.subarray(0, stampLength(line, 0));
  const cut: Buffer[] = [];
  let rest = line;
  while (rest.length > longestLine) {
    cut.push(Buffer.concat([rest.subarray(0, longestLine), Buffer.of(lineBreak)]));
    rest = Buffer.concat([stamp, rest.subarray(longestLine)]);
  }
  return [...cut, rest];
}

/** Cuts the bytes of a log into blocks of whole lines. */
export class LineReader {
  #begun: Buffer[] = [];
  #begunBytes = 0;
  /** What the server said in the place of the log, in a line without a time. */
  readonly #said: string[] = [];

  /** The lines that are whole with this chunk; undefined where there are none. */
  add(chunk: Buffer): LogBlock | undefined {
    const last = chunk.lastIndexOf(lineBreak);
    if (last < 0) {
      this.#keep(chunk);
      return this.#begunBytes > longestLine ? this.#begunPieces() : undefined;
    }
    const whole = chunk.subarray(0, last + 1);
    const begun = this.#begunBytes === 0 ? whole : Buffer.concat([...this.#begun, whole]);
    this.#begun = [];
    this.#begunBytes = 0;
    if (last + 1 < chunk.length) this.#keep(chunk.subarray(last + 1));
    const firstEnd = begun.indexOf(lineBreak);
    return this.#block(firstEnd <= longestLine ? begun : Buffer.concat([...pieces(begun.subarray(0, firstEnd + 1)), begun.subarray(firstEnd + 1)]));
  }

  /** The last line, where the log ends without a line break. One that a lost connection cut off is not asked for: it is read again. */
  end(): LogBlock | undefined {
    if (this.#begunBytes === 0) return undefined;
    const bytes = Buffer.concat([...this.#begun, Buffer.of(lineBreak)]);
    this.#begun = [];
    this.#begunBytes = 0;
    return this.#block(bytes);
  }

  /** What was said in lines without a time since it was last asked for. */
  said(): readonly string[] {
    return this.#said.splice(0);
  }

  #keep(bytes: Buffer): void {
    // A copy: a few bytes would hold a whole chunk.
    this.#begun.push(Buffer.from(bytes));
    this.#begunBytes += bytes.length;
  }

  /** All but the last piece of a line that has begun. */
  #begunPieces(): LogBlock | undefined {
    const all = pieces(Buffer.concat(this.#begun));
    const rest = all.pop() ?? Buffer.alloc(0);
    this.#begun = [rest];
    this.#begunBytes = rest.length;
    return this.#block(Buffer.concat(all));
  }

  #block(bytes: Buffer): LogBlock | undefined {
    const starts: number[] = [];
    let odd = false;
    for (let start = 0; start < bytes.length; start = bytes.indexOf(lineBreak, start) + 1) {
      starts.push(start);
      odd ||= stampLength(bytes, start) === 0;
    }
    starts.push(bytes.length);
    return odd ? this.#withoutOdd({ bytes, starts }) : { bytes, starts };
  }

  #withoutOdd(block: LogBlock): LogBlock | undefined {
    const kept: Buffer[] = [];
    for (let index = 0; index < lineCount(block); index++) {
      const line = lineBytes(block, index);
      if (stampLength(line, 0) > 0) kept.push(line);
      else this.#said.push(line.toString().trimEnd());
    }
    return kept.length === 0 ? undefined : this.#block(Buffer.concat(kept));
  }
}
