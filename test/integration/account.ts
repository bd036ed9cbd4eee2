/** ServiceAccounts with the rights that a test gives them. */
import { apiServer, createIn } from './namespace.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Makes an account of this name that may do what the rules say in the namespace, and nothing else, and gives a token of it. */
export async function newAccount(namespace: string, name: string, rules: readonly Rule[]): Promise<string> {
  const rbac = 'rbac.authorization.k8s.io';
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
  const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name }, rules };
  await createIn(namespace, [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }, role, binding]);
  return tokenOf(namespace, name);
}

/** A token of an account; one that is bound to a Secret ends with it. */
export async function tokenOf(namespace: string, name: string, secret?: string): Promise<string> {
  const boundObjectRef = secret === undefined ? undefined : { apiVersion: 'v1', kind: 'Secret', name: secret };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600, boundObjectRef } };
  const { status } = await (await apiServer()).request<{ status: { token: string } }>(path, { method: 'POST', body });
  return status.token;
}
