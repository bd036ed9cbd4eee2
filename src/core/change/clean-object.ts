/** An object as a person would write it: without what the server fills in and nobody can change. */
import { type Json, list, object, text } from '../json.ts';

const serverMetadata: ReadonlySet<string> = new Set([
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
]);
/** Written by kubectl apply and by the Deployment controller. */
const serverAnnotations: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision']);

/**
 * Without status, without the metadata that the server keeps, and of a Pod without the volume of its account's token, which admission puts into each, and
 * without ephemeral containers, which come and stay by a subresource of their own.
 */
export function cleanObject(whole: Json): Json {
  const { status: _status, metadata, ...rest } = whole;
  const kept = Object.fromEntries(Object.entries(object(metadata)).filter(([name]) => !serverMetadata.has(name)));
  const annotations = Object.entries(object(kept['annotations'])).filter(([name]) => !serverAnnotations.has(name));
  const { annotations: _annotations, ...others } = kept;
  const clean = { ...rest, metadata: annotations.length === 0 ? others : { ...others, annotations: Object.fromEntries(annotations) } };
  return whole['kind'] === 'Pod' && whole['spec'] !== undefined ? { ...clean, spec: podSpec(object(whole['spec'])) } : clean;
}

/** Source: kubernetes/plugin/pkg/admission/serviceaccount/admission.go (ServiceAccountVolumeName and DefaultAPITokenMountPath). */
const tokenVolume = /^kube-api-access-[a-z0-9]{5}$/;

function podSpec({ ephemeralContainers: _ephemeral, ...spec }: Json): Json {
  const volumes = list(spec['volumes']);
  const isToken = (item: unknown): boolean => tokenVolume.test(text(object(item)['name']) ?? '');
  if (!volumes.some(isToken)) return spec;
  const clean: Record<string, unknown> = { ...spec };
  setList(
    clean,
    'volumes',
    volumes.filter((volume) => !isToken(volume)),
  );
  for (const kind of ['initContainers', 'containers']) {
    if (spec[kind] === undefined) continue;
    clean[kind] = list(spec[kind]).map((container) => {
      const left: Record<string, unknown> = { ...object(container) };
      setList(
        left,
        'volumeMounts',
        list(left['volumeMounts']).filter((mount) => !isToken(mount)),
      );
      return left;
    });
  }
  return clean;
}

/** An empty list is left out. */
function setList(whole: Record<string, unknown>, name: string, items: readonly unknown[]): void {
  if (items.length > 0) whole[name] = items;
  else delete whole[name];
}

/**
 * A Pod as it can be created once more: also without the node it was placed on, as far as nobody has written that, and without what admission has made of its
 * priority. `managedFields` tell who wrote what; they must still be there.
 */
export function recreatablePod(pod: Json): Json {
  const clean = cleanObject(pod);
  const { nodeName, priority: _priority, preemptionPolicy: _policy, serviceAccount: _deprecated, ...spec } = object(clean['spec']);
  const managed = list(object(pod['metadata'])['managedFields']).some(
    (entry) => object(object(object(entry)['fieldsV1'])['f:spec'])['f:nodeName'] !== undefined,
  );
  return { ...clean, spec: managed ? { ...spec, nodeName } : spec };
}
