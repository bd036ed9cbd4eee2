/**
 * Rows by key, each state of them a value of its own that shares nearly all with the one before: ten thousand rows change a few at a time, and a copy of all
 * of them a dozen times a second is most of the garbage that there would be.
 */
import type { Row } from './pod-row.ts';

/** As many changes are kept beside the rows as make a sixteenth of them, and at least so many; then they are put together. */
const leastBeside = 64;

export class RowMap {
  static readonly empty = new RowMap(new Map(), new Map(), 0);

  readonly size: number;
  readonly #base: ReadonlyMap<string, Row>;
  /** Goes before the base; undefined for a row that is gone from it. */
  readonly #beside: ReadonlyMap<string, Row | undefined>;

  private constructor(base: ReadonlyMap<string, Row>, beside: ReadonlyMap<string, Row | undefined>, size: number) {
    this.#base = base;
    this.#beside = beside;
    this.size = size;
  }

  static of(rows: readonly Row[]): RowMap {
    const base = new Map(rows.map((row) => [row.key, row]));
    return new RowMap(base, new Map(), base.size);
  }

  get(key: string): Row | undefined {
    return this.#beside.has(key) ? this.#beside.get(key) : this.#base.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** In no order that means anything. */
  *values(): Generator<Row> {
    for (const [key, row] of this.#base) if (!this.#beside.has(key)) yield row;
    for (const row of this.#beside.values()) if (row !== undefined) yield row;
  }

  /** The rows with these put in; undefined takes one out. */
  with(changes: ReadonlyMap<string, Row | undefined>): RowMap {
    const beside = new Map(this.#beside);
    let size = this.size;
    for (const [key, row] of changes) {
      size += Number(row !== undefined) - Number(this.has(key));
      if (row === undefined && !this.#base.has(key)) beside.delete(key);
      else beside.set(key, row);
    }
    if (beside.size <= Math.max(leastBeside, this.#base.size / 16)) return new RowMap(this.#base, beside, size);
    const base = new Map(this.#base);
    for (const [key, row] of beside) {
      if (row === undefined) base.delete(key);
      else base.set(key, row);
    }
    return new RowMap(base, new Map(), size);
  }
}
