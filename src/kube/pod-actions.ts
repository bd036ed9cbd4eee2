/** Acts on Pods of a real cluster: the `PodActions` of one transport. */
import type { ActionName, PodActions } from '../service/pod-actions.ts';
import { missingRight, type Right } from './cluster-access.ts';
import { podsPath } from './pod-table.ts';
import type { Transport } from './transport.ts';

const rights: Readonly<Record<ActionName, Right>> = { delete: { verb: 'delete', resource: 'pods' } };

export function podActions(transport: Transport): PodActions {
  return {
    missingRight: (action, namespace, signal) => missingRight(transport, rights[action], namespace, signal),
    async remove({ namespace, name, uid }, signal) {
      const body = { preconditions: { uid } };
      await transport.request({ method: 'DELETE', path: `${podsPath(namespace)}/${encodeURIComponent(name)}`, body, signal });
    },
  };
}
