/** Looks into single Pods of a real cluster: the `PodDetails` of one transport. */
import { object as record } from '../core/json.ts';
import type { PodDetails } from '../service/pod-details.ts';
import { listPage } from './list-watch.ts';
import { podsPath, withoutManagedFields } from './pod-table.ts';
import type { Transport } from './transport.ts';

/** A line can be of any length: what is shown of a log is bounded in bytes too, which the server counts from the start of those lines. */
const maxLogBytes = 1_000_000;

export function clusterDetails(transport: Transport): PodDetails {
  return {
    async object({ namespace, name }, signal) {
      return withoutManagedFields(await transport.request({ path: `${podsPath(namespace)}/${encodeURIComponent(name)}`, signal }));
    },
    async logTail({ namespace, name }, { container, previous, lines }, signal) {
      const path = `${podsPath(namespace)}/${encodeURIComponent(name)}/log`;
      const query = { container, previous, tailLines: lines, limitBytes: maxLogBytes };
      const chunks: Buffer[] = [];
      for await (const chunk of await transport.stream({ path, query, headers: { Accept: '*/*' }, signal })) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    },
    async namespaces(_cluster, signal) {
      const { items } = listPage(await transport.request({ path: '/api/v1/namespaces', signal }));
      return items.map((item) => String(record(record(item)['metadata'])['name']));
    },
  };
}
