/** Since when Kubernetes has its own kinds in which version of their API, and until when: api-history-data.json, made by build/api-history.ts. */
import data from './api-history-data.json' with { type: 'json' };

/** Minor versions; 0 is never, or before 1.16. */
export interface ApiLifetime {
  readonly introduced: number;
  readonly deprecated: number;
  /** It may lie ahead. */
  readonly removed: number;
  /** Not served unless the cluster asks for it: alpha, and since 1.24 beta. */
  readonly off: boolean;
}

interface Row extends ApiLifetime {
  readonly apiVersion: string;
  readonly kind: string;
  /** As it is in the data: an apiVersion, with a kind where that is another. */
  readonly successor: string;
}

const rows: readonly Row[] = Object.entries(data.kinds).map(([name, lifetime]) => {
  const [apiVersion = '', kind = ''] = name.split(' ');
  const [introduced, deprecated, removed, ...successor] = lifetime.split(' ');
  const row = { introduced: Number(introduced), deprecated: Number(deprecated), removed: Number(removed) };
  return { apiVersion, kind, ...row, off: isOff(apiVersion, row.introduced), successor: successor.join(' ') };
});
const byName = new Map(rows.map((row) => [`${row.apiVersion} ${row.kind}`, row]));
const byKind = Map.groupBy(rows, ({ kind }) => kind);
const byApiVersion = Map.groupBy(rows, ({ apiVersion }) => apiVersion);
const groups: ReadonlySet<string> = new Set(rows.map(({ apiVersion }) => groupOf(apiVersion)));

/** KEP-3136: betas that came in 1.24 or later. That of flow control was made for those who had the one before. */
function isOff(apiVersion: string, introduced: number): boolean {
  return apiVersion.includes('alpha') || (apiVersion.includes('beta') && introduced >= 24 && apiVersion !== 'flowcontrol.apiserver.k8s.io/v1beta3');
}

/** Empty for the first group, that of Pods. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** undefined for what Kubernetes itself never had. */
export function apiLifetime(apiVersion: string, kind: string): ApiLifetime | undefined {
  return byName.get(`${apiVersion} ${kind}`);
}

/** The kinds that a version of an API has or had; empty for versions that are not of Kubernetes itself. */
export function kindsOfApi(apiVersion: string): readonly string[] {
  return (byApiVersion.get(apiVersion) ?? []).map(({ kind }) => kind);
}

/** Whether the group is one of Kubernetes itself, so that all its kinds are known. */
export function isBuiltInGroup(apiVersion: string): boolean {
  return groups.has(groupOf(apiVersion));
}

/** The versions that serve a kind in a cluster that nobody set up for more, stable ones first, those of the group itself before others. */
export function servedVersions(kind: string, minor: number, apiVersion = ''): readonly string[] {
  const served = (byKind.get(kind) ?? []).filter(({ introduced, removed, off }) => introduced <= minor && (removed === 0 || removed > minor) && !off);
  const group = groupOf(apiVersion);
  const rank = ({ apiVersion: version }: Row): number => Number(groupOf(version) !== group) * 2 + Number(version.includes('beta'));
  return served.toSorted((a, b) => rank(a) - rank(b) || newestFirst(a, b)).map(({ apiVersion }) => apiVersion);
}

/** v2 before v1. */
function newestFirst(a: Row, b: Row): number {
  return b.introduced - a.introduced;
}

/** What takes the place of a version that goes: an apiVersion, or one with another kind. undefined where there is nothing, or it is not served either. */
export function apiSuccessor(apiVersion: string, kind: string, minor: number): string | undefined {
  const { successor = '' } = byName.get(`${apiVersion} ${kind}`) ?? {};
  if (successor.includes(' ')) return successor;
  const served = servedVersions(kind, minor, apiVersion).filter((version) => version !== apiVersion);
  return served.includes(successor) ? successor : served[0];
}
