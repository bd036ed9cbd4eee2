/** What a diagnosis looks up on a real cluster: the `DiagnosisSource` of one transport. */
import type { PodReference, ReferenceKind } from '../core/diagnosis/pod-references.ts';
import { eventFacts, isAboutPod } from '../core/event-facts.ts';
import { nodeFacts } from '../core/node-facts.ts';
import { replicaSetFacts } from '../core/replica-set-facts.ts';
import type { DiagnosisSource } from '../service/diagnosis-source.ts';
import { allItems } from './all-items.ts';
import { logTail } from './log-tail.ts';
import type { Query, Transport } from './transport.ts';

/** Enough to see why a program ended, and little to read. */
const logLines = 20;

const resources: Readonly<Record<ReferenceKind, readonly [api: string, resource: string]>> = {
  ConfigMap: ['/api/v1', 'configmaps'],
  Secret: ['/api/v1', 'secrets'],
  PersistentVolumeClaim: ['/api/v1', 'persistentvolumeclaims'],
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  Service: ['/api/v1', 'services'],
  Node: ['/api/v1', 'nodes'],
  Lease: ['/apis/coordination.k8s.io/v1', 'leases'],
};

/** By the Pod's name, as those about a static Pod do not bear its UID: what they bear is looked at afterwards. */
export function eventsQuery({ name }: { readonly name: string }): { readonly fieldSelector: string } {
  return { fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}` };
}

export function clusterDiagnosis(transport: Transport): DiagnosisSource {
  return {
    async events({ namespaces, pod }, signal) {
      const query: Query = pod === undefined ? {} : eventsQuery(pod);
      const paths = namespaces === 'all' ? ['/api/v1/events'] : namespaces.map((namespace) => `${inNamespace('/api/v1', namespace)}/events`);
      const lists = await Promise.all(paths.map((path) => allItems(transport, path, query, signal)));
      const events = lists.flat().map(eventFacts);
      return pod === undefined ? events : events.filter((event) => isAboutPod(event, pod));
    },
    object({ kind, namespace, name }: PodReference, signal) {
      const [api, resource] = resources[kind];
      return transport.request({ path: `${namespace === '' ? api : inNamespace(api, namespace)}/${resource}/${encodeURIComponent(name)}`, signal });
    },
    async replicaSets(namespace, signal) {
      return (await allItems(transport, `${inNamespace('/apis/apps/v1', namespace)}/replicasets`, {}, signal)).map(replicaSetFacts);
    },
    endpointSlices({ namespace, name }, signal) {
      const path = `${inNamespace('/apis/discovery.k8s.io/v1', namespace)}/endpointslices`;
      return allItems(transport, path, { labelSelector: `kubernetes.io/service-name=${name}` }, signal);
    },
    async nodes(signal) {
      return (await allItems(transport, '/api/v1/nodes', {}, signal)).map(nodeFacts);
    },
    logTail: (pod, container, previous, signal) => logTail(transport, pod, { container, previous, lines: logLines }, signal),
  };
}

function inNamespace(api: string, namespace: string): string {
  return `${api}/namespaces/${encodeURIComponent(namespace)}`;
}
