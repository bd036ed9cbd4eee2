/** From a target such as deploy/web to the name of the object in a namespace. */
import type { ObjectName } from '../src/core/change/object-name.ts';
import { kindName } from '../src/core/workload-facts.ts';
import { workloadPaths } from '../src/kube/cluster-reader.ts';
import type { Target } from '../src/service/target.ts';

export function targetName({ kind, name }: Target, namespace: string): ObjectName {
  const apiVersion = kind === 'pod' ? 'v1' : workloadPaths[kind].api.replace(/^\/apis\//, '');
  return { apiVersion, kind: kindName(kind), namespace, name };
}
