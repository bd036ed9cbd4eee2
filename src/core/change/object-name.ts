/** Which object, as manifests and the API name it, whatever its kind. */
import { type Json, object, text } from '../json.ts';
import { ownerText } from '../owner.ts';

export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  /** undefined where the kind has no namespaces. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** As it can be typed: `deploy/web`, `configmap/settings`. */
export function objectText({ kind, name }: ObjectName): string {
  return ownerText({ kind, name });
}

/** As `kubectl -o name` prints it: `pod/web`, `deployment.apps/web`. */
export function resourceText({ apiVersion, kind, name }: ObjectName): string {
  const [group, version] = apiVersion.split('/');
  return `${kind.toLowerCase()}${version === undefined ? '' : `.${group}`}/${name}`;
}

/** The name of an object as the API sends it. */
export function objectNameOf(value: Json): ObjectName {
  const { namespace, name } = object(value['metadata']);
  return { apiVersion: text(value['apiVersion']) ?? '', kind: text(value['kind']) ?? '', namespace: text(namespace), name: text(name) ?? '' };
}
