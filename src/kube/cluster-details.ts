/** Looks into single Pods of a real cluster: the `PodDetails` of one transport. */
import { object as record } from '../core/json.ts';
import { nodeFacts } from '../core/node-facts.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import type { PodDetails } from '../service/pod-details.ts';
import { listPage } from './list-watch.ts';
import { podsPath, withoutManagedFields } from './pod-table.ts';
import type { Transport } from './transport.ts';

/** A line can be of any length. The server counts its limit from the first of the lines asked for, so that the last would be lost: it is set far above what is kept. */
const maxLogBytes = 16_000_000;
/** What is kept of a log, from its end. */
const keptLogBytes = 1_000_000;
/** How long a log may take as a whole: it is looked at while somebody waits. */
const logTimeMs = 15_000;

export function clusterDetails(transport: Transport): PodDetails {
  return {
    async object({ namespace, name, uid }, signal) {
      const object = withoutManagedFields(await transport.request({ path: `${podsPath(namespace)}/${encodeURIComponent(name)}`, signal }));
      if (record(object['metadata'])['uid'] === uid) return object;
      throw new PodwrightError('not-found', `the Pod ${namespace}/${name} was deleted, and another has taken its name`);
    },
    async logTail({ namespace, name }, { container, previous, lines }, signal) {
      const path = `${podsPath(namespace)}/${encodeURIComponent(name)}/log`;
      const query = { container, previous, tailLines: lines, limitBytes: maxLogBytes };
      const limit = AbortSignal.timeout(logTimeMs);
      const kept = new Tail();
      try {
        for await (const chunk of await transport.stream({ path, query, headers: { Accept: '*/*' }, signal: AbortSignal.any([signal, limit]) }))
          kept.add(chunk);
      } catch (error) {
        if (!limit.aborted || signal.aborted) throw error;
        if (kept.empty) throw new PodwrightError('timeout', `the log of ${container} did not come within ${logTimeMs / 1000} s`, { cause: error });
      }
      return kept.text();
    },
    async node(_cluster, name, signal) {
      return nodeFacts(await transport.request({ path: `/api/v1/nodes/${encodeURIComponent(name)}`, signal }));
    },
    async namespaces(_cluster, signal) {
      const { items } = listPage(await transport.request({ path: '/api/v1/namespaces', signal }));
      return items.map((item) => String(record(record(item)['metadata'])['name']));
    },
  };
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
