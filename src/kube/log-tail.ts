/** Reads the end of a container's log, whatever is in it and however long it takes. */
import { PodwrightError } from '../core/podwright-error.ts';
import { lostLog } from '../service/log-source.ts';
import { logRequest } from './log-stream.ts';
import type { Transport } from './transport.ts';

/** A line can be of any length. The server counts its limit from the first of the lines asked for, so that the last would be lost: it is set far above what is kept. */
const maxLogBytes = 16_000_000;
/** What is kept of a log, from its end. */
const keptLogBytes = 1_000_000;
/** How long a log may take as a whole: it is looked at while somebody waits. */
const logTimeMs = 15_000;

/** The last lines as they are. Of very long lines the last part is given; of a log that takes too long to come, what has come. Throws PodwrightError. */
export async function logTail(
  transport: Transport,
  pod: { readonly namespace: string; readonly name: string },
  { container, previous, lines }: { readonly container: string; readonly previous: boolean; readonly lines: number },
  signal: AbortSignal,
): Promise<string> {
  const request = logRequest(pod, { container, previous, tailLines: lines, limitBytes: maxLogBytes });
  const limit = AbortSignal.timeout(logTimeMs);
  const kept = new Tail();
  try {
    for await (const chunk of await transport.stream({ ...request, signal: AbortSignal.any([signal, limit]) })) kept.add(chunk);
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    if (kept.empty) throw new PodwrightError('timeout', `the log of ${container} did not come within ${logTimeMs / 1000} s`, { cause: error });
  }
  const text = kept.text();
  if (lostLog.test(text.trim())) throw new PodwrightError('not-found', `the log of ${container} is no longer there`);
  return text;
}

/** The last bytes of a stream, from the beginning of a line on unless there is but one. */
class Tail {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #cut = false;

  get empty(): boolean {
    return this.#bytes === 0;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes - (this.#chunks[0]?.length ?? 0) >= keptLogBytes) {
      this.#bytes -= this.#chunks.shift()?.length ?? 0;
      this.#cut = true;
    }
  }

  text(): string {
    const text = Buffer.concat(this.#chunks).toString();
    if (!this.#cut) return text;
    const firstEnd = text.indexOf('\n');
    return firstEnd < 0 || firstEnd === text.length - 1 ? text : text.slice(firstEnd + 1);
  }
}
