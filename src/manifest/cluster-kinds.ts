/** What a cluster serves, for lint: its kinds, and what their objects look like by its own OpenAPI. */
import type { ServedKind } from '../core/field-documentation.ts';
import { editDistance } from '../core/nearest-names.ts';
import { OpenapiTypes } from './openapi-types.ts';

export class ClusterKinds {
  readonly #kinds: ReadonlyMap<string, ServedKind>;
  readonly #openapi: ReadonlyMap<string, unknown>;
  readonly #types = new Map<string, OpenapiTypes>();

  /** `openapi` by apiVersion: the answers to /openapi/v3/…, of those that are asked for. */
  constructor(kinds: readonly ServedKind[], openapi: ReadonlyMap<string, unknown>) {
    this.#kinds = new Map(kinds.map((kind) => [`${kind.apiVersion} ${kind.kind}`, kind]));
    this.#openapi = openapi;
  }

  served(apiVersion: string, kind: string): ServedKind | undefined {
    return this.#kinds.get(`${apiVersion} ${kind}`);
  }

  /** undefined where the cluster does not describe this version, as some extension servers do not. */
  types(apiVersion: string): OpenapiTypes | undefined {
    const openapi = this.#openapi.get(apiVersion);
    if (openapi === undefined) return undefined;
    const types = this.#types.get(apiVersion) ?? new OpenapiTypes(openapi);
    this.#types.set(apiVersion, types);
    return types;
  }

  /** What was probably meant by a kind that is not served. */
  meant(apiVersion: string, kind: string): string | undefined {
    const all = [...this.#kinds.values()];
    const elsewhere = all.filter((each) => each.kind === kind).map((each) => each.apiVersion);
    const sameGroup = elsewhere.filter((version) => version.split('/')[0] === apiVersion.split('/')[0]);
    const [version] = [...sameGroup, ...elsewhere];
    if (version !== undefined) return `Write apiVersion: ${version}`;
    const spelled = all.filter((each) => isNear(each.kind, kind));
    const near = spelled.find((each) => each.apiVersion === apiVersion) ?? spelled[0];
    if (near !== undefined) return `Did you mean ${near.kind}${near.apiVersion === apiVersion ? '' : ` of ${near.apiVersion}`}?`;
    const [group = ''] = apiVersion.split('/');
    if (!apiVersion.includes('/') || all.some((each) => each.apiVersion.startsWith(`${group}/`))) return undefined;
    return `It has nothing of ${group}: what defines it is to be installed first, or to lie among the files.`;
  }
}

/** Apart by no more than two slips of the fingers. */
function isNear(kind: string, written: string): boolean {
  return editDistance(kind.toLowerCase(), written.toLowerCase()) <= Math.min(2, written.length - 3);
}
