/** Looks into single Pods of a real cluster: the `PodDetails` of one transport. */
import { podReferences } from '../core/diagnosis/pod-references.ts';
import { object as record } from '../core/json.ts';
import { nodeFacts } from '../core/node-facts.ts';
import { PodwrightError } from '../core/podwright-error.ts';
import { orNothing } from '../service/look-up.ts';
import { PodDescriptions } from '../service/pod-description.ts';
import type { PodDetails } from '../service/pod-details.ts';
import { PodDiagnosis } from '../service/pod-diagnosis.ts';
import { clusterDiagnosis } from './cluster-diagnosis.ts';
import { usageOf, usagesIn } from './cluster-usage.ts';
import { followedLog } from './followed-log.ts';
import { listPage } from './list-watch.ts';
import { logTail } from './log-tail.ts';
import { podsPath, withoutManagedFields } from './pod-table.ts';
import type { Transport } from './transport.ts';

export function clusterDetails(transport: Transport): PodDetails {
  const details: PodDetails = {
    async object({ namespace, name, uid }, signal) {
      const object = withoutManagedFields(await transport.request({ path: `${podsPath(namespace)}/${encodeURIComponent(name)}`, signal }));
      if (record(object['metadata'])['uid'] === uid) return object;
      throw new PodwrightError('not-found', `the Pod ${namespace}/${name} was deleted, and another has taken its name`);
    },
    logTail: (pod, request, signal) => logTail(transport, pod, request, signal),
    followLog: (_pod, facts, request, signal) => followedLog(transport, facts, request, signal),
    async describe(pod, now, signal) {
      const object = await details.object(pod, signal);
      return new PodDescriptions(clusterDiagnosis(transport), (name) => details.node(pod.cluster, name, signal), now, signal).describe(object);
    },
    async diagnosisContext(pod, facts, now, signal) {
      const source = clusterDiagnosis(transport);
      const [object, events] = await Promise.all([
        orNothing(details.object(pod, signal), signal),
        orNothing(source.events({ namespaces: [pod.namespace], pod }, signal), signal),
      ]);
      return new PodDiagnosis(source, now, signal).context({ facts, references: podReferences(object), events });
    },
    async node(_cluster, name, signal) {
      return nodeFacts(await transport.request({ path: `/api/v1/nodes/${encodeURIComponent(name)}`, signal }));
    },
    usage: (pod, signal) => usageOf(transport, pod, signal),
    usages: (scope, signal) => usagesIn(transport, scope, signal),
    async namespaces(_cluster, signal) {
      const { items } = listPage(await transport.request({ path: '/api/v1/namespaces', signal }));
      return items.map((item) => String(record(record(item)['metadata'])['name']));
    },
  };
  return details;
}
