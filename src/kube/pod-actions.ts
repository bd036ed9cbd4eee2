/** Acts on Pods of a real cluster: the `PodActions` of one transport. */
import type { PodActions } from '../service/pod-actions.ts';
import { missingRight } from './cluster-access.ts';
import { podsPath } from './pod-table.ts';
import type { Transport } from './transport.ts';

export function podActions(transport: Transport): PodActions {
  return {
    missingRight: (right, namespace, signal) => missingRight(transport, right, namespace, signal),
    async remove({ namespace, name, uid }, signal) {
      const body = { preconditions: { uid } };
      await transport.request({ method: 'DELETE', path: `${podsPath(namespace)}/${encodeURIComponent(name)}`, body, signal });
    },
  };
}
