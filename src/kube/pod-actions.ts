/** Acts on Pods of a real cluster: the `PodActions` of one transport. */
import { systemClock } from '../service/clock.ts';
import type { PodActions } from '../service/pod-actions.ts';
import { missingRight } from './cluster-access.ts';
import { clusterActions } from './cluster-actions.ts';
import type { Transport } from './transport.ts';

export function podActions(transport: Transport): PodActions {
  // Whether the server is there, the header of the dashboard says.
  const { remove } = clusterActions(transport, { clock: systemClock, trouble: () => undefined });
  return {
    missingRight: (right, namespace, signal) => missingRight(transport, right, namespace, signal),
    remove: ({ namespace, name, uid }, signal) =>
      remove({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { uid, graceSeconds: undefined, cascade: 'background', signal }),
  };
}
