/** Wakes those who wait for the next change of one thing among many. Nothing is kept of a wait that is over, however many there are. */
export class ChangeSignal {
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  #failure: unknown;

  /** Resolves at the next change of this thing; rejects where, by then or already, changes can no longer be known. */
  next(key: string): Promise<void> {
    const waiting = this.#waiting.get(key) ?? Promise.withResolvers<void>();
    // It may be rejected before it is waited for.
    waiting.promise.catch(() => undefined);
    if (this.#failure === undefined) this.#waiting.set(key, waiting);
    else waiting.reject(this.#failure);
    return waiting.promise;
  }

  /** Aborts after so many milliseconds, and wakes who waits for this thing then. */
  deadline(key: string, milliseconds: number): AbortSignal {
    const deadline = AbortSignal.timeout(milliseconds);
    deadline.addEventListener('abort', () => this.changed(key));
    return deadline;
  }

  changed(key: string): void {
    this.#waiting.get(key)?.resolve();
    this.#waiting.delete(key);
  }

  /** Changes come no more, for this reason. */
  failed(reason: unknown): void {
    this.#failure = reason;
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
  }
}
