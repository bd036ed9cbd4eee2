/**
 * In which order objects of many manifests are created, so that what others need is there before them: namespaces, definitions of kinds, accounts and rights,
 * configuration, storage, Services, workloads and everything else, and last what may stand in the way of others, such as webhooks.
 */

const ranks: readonly (readonly string[])[] = [
  ['Namespace'],
  ['CustomResourceDefinition'],
  ['PriorityClass', 'RuntimeClass', 'StorageClass', 'IngressClass', 'ResourceQuota', 'LimitRange', 'NetworkPolicy'],
  ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  ['ConfigMap', 'Secret'],
  ['PersistentVolume', 'PersistentVolumeClaim'],
  ['Service', 'PodDisruptionBudget'],
];
const rankOf = new Map(ranks.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));
const lastKinds: ReadonlySet<string> = new Set(['APIService', 'ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']);

/** The objects in that order; those of one rank stay in the order they came in. */
export function applyOrder<T extends { readonly kind: string }>(objects: readonly T[]): readonly T[] {
  return objects.toSorted((a, b) => rank(a.kind) - rank(b.kind));
}

function rank(kind: string): number {
  return rankOf.get(kind) ?? (lastKinds.has(kind) ? ranks.length + 1 : ranks.length);
}
