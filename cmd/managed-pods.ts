/** Pods with their managedFields, for --show-managed-fields. Everything else reads Pods without them: they are a third of a Pod, and nobody reads them. */
import { listPage } from '../src/kube/list-watch.ts';
import { podsPath, selectors } from '../src/kube/pod-table.ts';
import type { Transport } from '../src/kube/transport.ts';
import type { PodObject, PodReader } from '../src/service/pod-reader.ts';

/** Reads as `PodReader` does, each namespace as one page. */
export function managedPods(transport: Transport): Pick<PodReader, 'pod' | 'podPages'> {
  return {
    async pod({ namespace, name }, signal) {
      return (await transport.request({ path: `${podsPath(namespace)}/${encodeURIComponent(name)}`, signal })) as PodObject;
    },
    async *podPages(scope, signal) {
      for (const namespace of scope.namespaces === 'all' ? [undefined] : scope.namespaces) {
        const { items } = listPage(await transport.request({ path: podsPath(namespace), query: selectors(scope), signal }));
        yield items.map((item) => ({ apiVersion: 'v1', kind: 'Pod', ...(item as PodObject) }));
      }
    },
  };
}
