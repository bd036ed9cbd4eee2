/**
 * What was read last of a log, and what of it comes again when the log is read anew after a lost connection.
 *
 * The API goes on from a whole second only (metav1.Time), so that some lines always come twice; they are known again by their time, to the nanosecond, and
 * their content, with those that are the same in both counted. The order of a log's lines is that of its file: times may be a little out of order where a
 * program writes to both stdout and stderr, so it is the last line that is looked for, and not its time alone. A log that does not have it is another one:
 * that of a later run, or of the same after the kubelet has rotated it.
 */
import { crc32 } from 'node:zlib';
import { type LogBlock, lineBytes, lineCount, lineTime, lineTimeOrigin, sliceBlock, stampLength } from './log-block.ts';

/** How far the times of neighbouring lines may be out of order. */
const disorderMs = 100;

interface LastLine {
  /** As `lineTime` gives it. */
  readonly time: number;
  /** Its time as it is written. */
  readonly stamp: string;
  /** Those of the lines that bear this time, in order. */
  readonly marks: readonly string[];
}

export class LogOverlap {
  #last: LastLine | undefined;
  /** How often the last line has still to come; 0 where everything that comes is new. */
  #awaited = 0;
  /** Only what is later than the last line is new. */
  #later = false;
  #newer = false;

  /** The second to read again from, as RFC 3339; undefined where nothing has been read. A second earlier than the last line's, for lines out of order. */
  get sinceTime(): string | undefined {
    return this.#last && `${new Date(Math.floor((lineTimeOrigin + this.#last.time) / 1000 - 1) * 1000).toISOString().slice(0, 19)}Z`;
  }

  /** Whether the last line is still looked for, though later ones have come. */
  get missing(): boolean {
    return this.#awaited > 0 && this.#newer;
  }

  /** The log is read again from `sinceTime` on. */
  again(): void {
    const marks = this.#last?.marks ?? [];
    this.#awaited = marks.filter((mark) => mark === marks.at(-1)).length;
    this.#later = false;
    this.#newer = false;
  }

  /** Another log is read, which goes on where this one ended. */
  onward(): void {
    this.#awaited = 0;
    this.#later = this.#last !== undefined;
    this.#newer = false;
  }

  /** The lines that are new, which count as read from now on; undefined where there are none. Once the last line is `missing`, none is. */
  fresh(block: LogBlock): LogBlock | undefined {
    const from = this.#awaited > 0 ? this.#afterLast(block) : this.#later ? this.#firstLater(block) : 0;
    const count = lineCount(block);
    if (from >= count) return undefined;
    this.#later = false;
    const fresh = from === 0 ? block : sliceBlock(block, from, count);
    this.#note(fresh);
    return fresh;
  }

  #afterLast(block: LogBlock): number {
    const last = this.#last;
    const mark = last?.marks.at(-1);
    for (let index = 0; index < lineCount(block); index++) {
      const start = block.starts[index] ?? 0;
      const time = lineTime(block.bytes, start);
      if (last === undefined || time > last.time + disorderMs) {
        this.#newer = true;
        break;
      }
      if (time > last.time) this.#newer = true;
      if (Math.abs(time - last.time) < 1 && stampOf(block, index) === last.stamp && markOf(block, index) === mark) {
        this.#awaited--;
        if (this.#awaited === 0) return index + 1;
      }
    }
    return Number.POSITIVE_INFINITY;
  }

  #firstLater({ bytes, starts }: LogBlock): number {
    const since = this.#last?.time ?? Number.NEGATIVE_INFINITY;
    const index = starts.findIndex((start, at) => at < starts.length - 1 && lineTime(bytes, start) > since);
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  }

  #note(block: LogBlock): void {
    const count = lineCount(block);
    const stamp = stampOf(block, count - 1);
    let first = count - 1;
    while (first > 0 && stampOf(block, first - 1) === stamp) first--;
    const marks = Array.from({ length: count - first }, (_, index) => markOf(block, first + index));
    const before = first === 0 && this.#last?.stamp === stamp ? this.#last.marks : [];
    this.#last = { time: lineTime(block.bytes, block.starts[count - 1] ?? 0), stamp, marks: [...before, ...marks] };
  }
}

function stampOf({ bytes, starts }: LogBlock, index: number): string {
  const start = starts[index] ?? 0;
  return bytes.toString('latin1', start, start + stampLength(bytes, start));
}

function markOf(block: LogBlock, index: number): string {
  const line = lineBytes(block, index);
  return `${line.length} ${crc32(line)}`;
}
